"""From the claims of a token to the document it seals, in each of three shapes.

- flat: the payload is the document, with claims beside its own members
  (VC-JOSE-COSE; Open Badges 3.0 since its final version);
- `vc` or `vp`: the document stands in a claim, and other claims replace its members
  (VC Data Model 1.1).

Steps of `read_claims`: 1 which shape, 2 part claims and document, 3 hold them against each
other.

Source: W3C VC-JOSE-COSE sections 1.1.2.1, 3.1.1 and 3.1.3; W3C VC Data Model 1.1 section
6.3.1 (JWT Encoding, JWT Decoding); 1EdTech Open Badges 3.0 section 8.2 (JWT proof).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from tessera.report import Finding

REGISTERED = ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "cnf")
OPEN_BADGE_TYPES = frozenset({"AchievementCredential", "OpenBadgeCredential"})
_LATEST = 253402300799  # the last second of the year 9999
_VC_JOSE = "W3C VC-JOSE-COSE section 3.1.3"
_VCDM_1 = "W3C VC Data Model 1.1 section 6.3.1"
_BADGE = "1EdTech Open Badges 3.0 section 8.2 (JWT proof format)"


class Shape(StrEnum):
    """How a token holds its document."""

    FLAT = "flat"
    VC = "vc"  # VC Data Model 1.1
    VP = "vp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What the payload of a token says, parted into document and claims.

    kind: "vc" or "vp". issuer: who the document says made it (issuer, holder).
    """

    shape: Shape
    kind: str
    document: dict[str, Any]
    registered: Mapping[str, Any]
    issuer: str | None
    defects: tuple[Finding, ...] = ()

    def moment(self, name: str) -> datetime | None:
        """Return a claim that is a NumericDate; None when it is absent or something else."""
        return instant(self.registered.get(name))


def read_claims(payload: Mapping[str, Any], typ: str | None) -> Claims:
    """Part the payload of a token; typ: the `typ` of its header, in small letters."""
    # 1
    nested = next((name for name in ("vc", "vp") if isinstance(payload.get(name), Mapping)), None)
    # 2
    registered = {name: payload[name] for name in REGISTERED if name in payload}
    if nested is not None:
        document = dict(payload[nested])
        if "status" in payload:  # a status list of the IETF, which the token names for itself
            document.setdefault("status", payload["status"])
        defects = [*_dates_readable(registered), *_replaced(document, registered, nested)]
        return _claims(Shape(nested), nested, document, registered, defects)
    document = {
        name: value
        for name, value in payload.items()
        if name not in registered and name not in ("vc", "vp")
    }
    kind = "vp" if "VerifiablePresentation" in types_of(document) else "vc"
    # 3
    defects = [*_dates_readable(registered), *_conflicts(document, registered, kind, typ)]
    for name in ("vc", "vp"):
        if name in payload:
            defects.append(_failed(f"The claim {name!r} holds no document.", _VC_JOSE))
    return _claims(Shape.FLAT, kind, document, registered, defects)


def types_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names in `type`, whether it is one or a list."""
    value = document.get("type", ())
    names = [value] if isinstance(value, str) else value
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def identifier(value: Any) -> str | None:
    """Return the id of something that is either a text or an object with an `id`."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) else None


def instant(value: Any) -> datetime | None:
    """Read a NumericDate (RFC 7519 section 2)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return datetime.fromtimestamp(value, UTC) if 0 <= value <= _LATEST else None


def seconds(value: Any) -> float | None:
    """Read the instant of a document (`validFrom`) as seconds since 1970."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo else None


def subject_of(document: Mapping[str, Any]) -> str | None:
    """Return the id of the one subject; None for several, which no `sub` can name."""
    subject = document.get("credentialSubject")
    if isinstance(subject, list):
        subject = subject[0] if len(subject) == 1 else None
    return identifier(subject) if isinstance(subject, Mapping) else None


def _claims(
    shape: Shape,
    kind: str,
    document: dict[str, Any],
    registered: Mapping[str, Any],
    defects: list[Finding],
) -> Claims:
    named = identifier(document.get("holder" if kind == "vp" else "issuer"))
    claimed = registered.get("iss")
    issuer = named if named is not None else claimed if isinstance(claimed, str) else None
    return Claims(
        shape=shape, kind=kind, document=document, registered=registered, issuer=issuer,
        defects=tuple(defects),
    )  # fmt: skip


def _dates_readable(registered: Mapping[str, Any]) -> Iterator[Finding]:
    """`exp` decides about validity, so it has to be readable; the others are remarks."""
    for name in ("exp", "nbf", "iat"):
        if name in registered and instant(registered[name]) is None:
            message = f"The claim {name!r} is no number of seconds, so it says no time."
            source = "RFC 7519 section 2"
            if name == "iat":
                yield Finding.indeterminate("seal.jose.claims", message, source=source, advice=True)
            else:
                yield _failed(message, source)


def _conflicts(
    document: Mapping[str, Any], registered: Mapping[str, Any], kind: str, typ: str | None
) -> Iterator[Finding]:
    """Hold claims against members that mean the same; Open Badges demand more."""
    badge = typ in (None, "jwt") and bool(OPEN_BADGE_TYPES & set(types_of(document)))
    source = _BADGE if badge else _VC_JOSE
    pairs = (
        ("iss", "holder" if kind == "vp" else "issuer",
         identifier(document.get("holder" if kind == "vp" else "issuer")), True),
        ("jti", "id", identifier(document.get("id")), badge),
        ("sub", "credentialSubject.id", subject_of(document), badge),
    )  # fmt: skip
    for claim, member, value, decides in pairs:
        said = registered.get(claim)
        if said is None or value is None or said == value:
            continue
        message = (
            f"The claim {claim!r} says {str(said)[:80]!r}, and {member!r} says {value[:80]!r}."
        )
        if decides:
            yield _failed(message, source)
        else:
            yield Finding.indeterminate("seal.jose.claims", message, source=source, advice=True)
    if badge:
        yield from _badge_dates(document, registered)


def _badge_dates(document: Mapping[str, Any], registered: Mapping[str, Any]) -> Iterator[Finding]:
    for claim, member in (("nbf", "validFrom"), ("exp", "validUntil")):
        said, held = instant(registered.get(claim)), seconds(document.get(member))
        if said is not None and held is not None and abs(said.timestamp() - held) >= 1:
            yield _failed(f"The claim {claim!r} and {member!r} name different times.", _BADGE)
    wanted = ("iss", "jti", "nbf", *(("sub",) if subject_of(document) else ()))
    missing = [name for name in wanted if name not in registered]
    if missing:
        yield Finding.indeterminate(
            "seal.jose.claims",
            f"An Open Badge as a token states {', '.join(missing)} as well.",
            source=_BADGE,
            advice=True,
        )


def _replaced(
    document: dict[str, Any], registered: Mapping[str, Any], kind: str
) -> Iterator[Finding]:
    """Put claims in the place of what they stand for, as decoding for version 1.1 asks."""
    for claim, member in (("iss", "holder" if kind == "vp" else "issuer"), ("jti", "id")):
        said = registered.get(claim)
        if isinstance(said, str):
            yield from _replace(document, member, said)
    subject = document.get("credentialSubject")
    said = registered.get("sub")
    if kind == "vc" and isinstance(said, str) and isinstance(subject, Mapping):
        inner = dict(subject)
        yield from _replace(inner, "id", said)
        document["credentialSubject"] = inner
    for claim, member in (("nbf", "issuanceDate"), ("exp", "expirationDate")):
        moment = instant(registered.get(claim))
        if kind == "vc" and moment is not None and not _is_same(document.get(member), moment):
            yield from _replace(document, member, moment.strftime("%Y-%m-%dT%H:%M:%SZ"))


def _replace(document: dict[str, Any], member: str, value: str) -> Iterator[Finding]:
    before = document.get(member)
    if isinstance(before, Mapping):
        document[member] = {**before, "id": value}
    else:
        document[member] = value
    if before is not None and identifier(before) not in (None, value):
        yield Finding.indeterminate(
            "seal.jose.claims",
            f"The claims of the token go before its document: {member!r} is {value[:80]!r}, not "
            f"{str(identifier(before))[:80]!r}.",
            source=_VCDM_1,
            advice=True,
        )


def _is_same(value: Any, moment: datetime) -> bool:
    held = seconds(value)
    return held is not None and abs(held - moment.timestamp()) < 1


def _failed(message: str, source: str) -> Finding:
    return Finding.failed("seal.jose.claims", message, source=source)

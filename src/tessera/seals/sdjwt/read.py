"""Open an SD-JWT without judging it.

Steps: 1 take it apart, 2 decode header and payload, 3 put the disclosed claims in their
places, 4 refuse hidden claims that decide over validity, 5 name the key and the times.
What is wrong becomes a defect; the document then has no disclosed claim at all.

Source: RFC 9901 sections 7.1 and 8; SD-JWT VC (draft) sections 3.2.2.2 and 3.4.
"""

from __future__ import annotations

import math
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tessera.report import Finding
from tessera.seals.protocol import KeyRef, OpenedProof, OpenedProofs
from tessera.seals.sdjwt.containers import Parts, Signed, read_header, read_payload, take_apart
from tessera.seals.sdjwt.disclosures import DEFAULT_ALGORITHM, DIGEST_ALGORITHM
from tessera.seals.sdjwt.placing import Processed, place
from tessera.seals.sdjwt.refusal import SdJwtRefused

# SD-JWT VC section 3.2.2.2: these MUST NOT be in disclosures.
NEVER_HIDDEN = ("iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status")
MOST_CERTIFICATES = 32
_EARLIEST, _LATEST = -62_135_596_800, 253_402_300_799  # years 1 to 9999


class Held(NamedTuple):
    """What checking one signature needs, beside what every SD-JWT shares.

    claims: the signed payload as it stands, before disclosed claims are put in.
    """

    parts: Parts
    signed: Signed
    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    processed: Processed | None

    @property
    def digest_algorithm(self) -> str:
        """The hash of disclosures and key binding; only to be used when nothing is refused."""
        return str(self.claims.get(DIGEST_ALGORITHM, DEFAULT_ALGORITHM))


def open_sd_jwt(raw: bytes) -> OpenedProofs:
    """Parse an SD-JWT of any form. Raises: UnreadableError when the bytes are none."""
    # 1
    parts = take_apart(raw)
    # 2
    defects: list[Finding] = []
    claims = _or_defect(lambda: read_payload(parts.payload), defects) or {}
    # 3, 4
    processed = None if defects else _or_defect(lambda: _process(claims, parts), defects)
    # 5
    document = processed.document if processed else _visible(claims)
    proofs = tuple(_proof(one, parts, claims, processed) for one in parts.signed)
    header = proofs[0].held.header
    return OpenedProofs(
        mechanism="sdjwt",
        serialization="sd-jwt",
        document=document,
        proofs=proofs,
        media_type=_text(header.get("typ")),
        content_type=_text(header.get("cty")),
        defects=tuple(defects),
    )


def _or_defect(step: Any, defects: list[Finding]) -> Any:
    try:
        return step()
    except SdJwtRefused as refused:
        defects.append(refused.finding())
        return None


def _process(claims: Mapping[str, Any], parts: Parts) -> Processed:
    processed = place(claims, parts.disclosures)
    for one in processed.placed:
        if len(one.path) == 1 and one.path[0] in NEVER_HIDDEN:
            raise SdJwtRefused(
                "seal.sdjwt.hidden",
                f"The claim '{one.path[0]}' can be withheld by the holder. It decides whether the "
                "credential counts, so it has to be visible always.",
                "SD-JWT VC (draft) section 3.2.2.2; RFC 9901 section 9.7",
            )
    return processed


def _visible(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims at the top that anybody sees, where the disclosures are refused."""
    return {name: one for name, one in claims.items() if name not in ("_sd", "_sd_alg", "...")}


def _proof(
    signed: Signed, parts: Parts, claims: Mapping[str, Any], processed: Processed | None
) -> OpenedProof:
    defects: list[Finding] = []
    header = _or_defect(lambda: read_header(signed.protected), defects) or {}
    certificates = _or_defect(lambda: _certificates(header), defects) or ()
    visible = processed.document if processed else claims
    issued = _moment(visible, "iat", defects, decides=False)
    algorithm = _text(header.get("alg"))
    is_presentation = "VerifiablePresentation" in _types(visible)
    return OpenedProof(
        path=signed.path,
        suite=algorithm or "",
        key=KeyRef(
            algorithm=algorithm or "",
            kid=_text(header.get("kid")),
            issuer=_issuer(visible),
            certificates=certificates,
            purpose="authentication" if is_presentation else "assertionMethod",
            at=issued,
        ),
        claimed_at=issued,
        not_before=_moment(visible, "nbf", defects),
        expires_at=_moment(visible, "exp", defects),
        held=Held(parts=parts, signed=signed, header=header, claims=claims, processed=processed),
        defects=tuple(defects),
    )


def _issuer(document: Mapping[str, Any]) -> str | None:
    """Return who issued: `iss`, else the `issuer` of a credential of the W3C data model."""
    if "iss" in document or "vct" in document:
        return _text(document.get("iss"))
    stated = document.get("issuer")
    return _text(stated.get("id") if isinstance(stated, Mapping) else stated)


def _types(document: Mapping[str, Any]) -> list[Any]:
    types = document.get("type")
    return types if isinstance(types, list) else [types]


def _certificates(header: Mapping[str, Any]) -> tuple[bytes, ...]:
    """Decode `x5c`: padded base64 of DER, the certificate of the key first."""
    found = header.get("x5c")
    if found is None:
        return ()
    try:
        if not isinstance(found, list) or not 0 < len(found) <= MOST_CERTIFICATES:
            raise TypeError("not a list of certificates")
        return tuple(b64decode(one, validate=True) for one in found)
    except (ValueError, TypeError) as error:
        raise SdJwtRefused(
            "seal.sdjwt.header",
            f"The certificates in the header (x5c) cannot be read: {error}.",
            "RFC 7515 section 4.1.6",
        ) from error


def _moment(
    claims: Mapping[str, Any], name: str, defects: list[Finding], *, decides: bool = True
) -> datetime | None:
    """Read a NumericDate; `iat` that is none is only remarked on, it decides nothing."""
    if name not in claims:
        return None
    value: Any = claims[name]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    number = float(value) if is_number else math.nan
    if _EARLIEST <= number <= _LATEST:
        return datetime.fromtimestamp(number, UTC)
    sentence = f"The claim '{name}' is not a moment (seconds since 1970 as a number)."
    state = Finding.failed if decides else Finding.indeterminate
    defects.append(
        state(
            "seal.sdjwt.moment", sentence, advice=not decides,
            source="RFC 7519 sections 2 and 4.1",
        )
    )  # fmt: skip
    return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None

"""The newer lists of trusted entities (LoTE): JSON, sealed as compact JAdES.

The only module that knows openvc-core's trust lists; it proves signature, signer, form and
profile, and follows pointers one step. We give it time, fetcher and signers, and turn what
it says into findings.
Source: ETSI TS 119 602 V1.1.1 clauses 6.3 to 6.8, annexes F and G; ETSI TS 119 182-1.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tessera.errors import StandardsError, TesseraError, UnreadableError
from tessera.fetch import Fetcher
from tessera.report import Finding
from tessera.seals.base64text import from_base64url
from tessera.seals.certificates import parse
from tessera.seals.x509_faults import x509_faults
from tessera.trust.anchors import Anchor
from tessera.trust.lists.read import instant

MOST_BYTES = 16_000_000
MOST_LISTS = 8
_SOURCE = "ETSI TS 119 602 clause 6.8"
_STAGES = {
    "fetch": ("list.lote.fetch", "could not be fetched"),
    "signature": ("list.lote.signature", "is not sealed by whom it must be"),
    "parse": ("list.lote.form", "is not a list of trusted entities"),
    "profile": ("list.lote.profile", "does not follow the profile of its type"),
    "expired": ("list.lote.expired", "is not the current one"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoteClaims:
    """What a list states about itself; nothing of it is proved."""

    type: str | None
    territory: str | None
    operator: str | None
    sequence_number: int | None
    issued_at: datetime | None
    next_update: datetime | None
    entities: int

    @property
    def is_closed(self) -> bool:
        """Whether it says of itself that nobody keeps it any more (clause 6.3.15)."""
        return self.next_update is None

    @property
    def title(self) -> str:
        """The list in a sentence, with its type and number."""
        kind = (self.type or "no stated type").rpartition("/")[2]
        return (
            f"the list of trusted entities of {self.territory or 'no territory'} ({kind}), "
            f"number {self.sequence_number}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A certificate that a list vouches for: whose it is, for which service, since when not.

    type, status: URIs; status is "" where the list states none, as most types must not.
    """

    provider: str
    service: str
    type: str
    status: str
    territory: str
    anchor: Anchor


@dataclass(frozen=True, slots=True, kw_only=True)
class LoteResult:
    """The entities of the lists that hold, and a finding for every list."""

    entities: tuple[Entity, ...]
    findings: tuple[Finding, ...]


def claims_of(payload: bytes) -> LoteClaims:
    """Read the payload of a list without proving it. Raises: UnreadableError."""
    lists = _openvc()
    try:
        listed = lists.parse_lote(payload, max_bytes=MOST_BYTES)
    except lists.TrustListError as error:
        raise UnreadableError(f"It is no list of trusted entities: {error}.") from error
    return LoteClaims(
        type=listed.tsl_type,
        territory=listed.territory,
        operator=listed.scheme_operator,
        sequence_number=listed.sequence_number,
        issued_at=instant(listed.issue_datetime),
        next_update=listed.next_update,
        entities=len(listed.providers),
    )


def gather(address: str, signers: Sequence[Anchor], fetcher: Fetcher, at: datetime) -> LoteResult:
    """Fetch a list and those it points to, and return whom they vouch for at `at` (aware).

    signers: who may seal the first list; it names those of the others. The two published
    profiles of access and registration certificates are applied by the type of the list.
    Raises: StandardsError when openvc-core is not installed; nothing for any bytes.
    """
    lists = _openvc()
    try:
        first = fetcher.get(address, max_bytes=MOST_BYTES)
    except TesseraError as error:
        return LoteResult(entities=(), findings=(_unfetched(address, error),))
    first = _unambiguous(first)
    found = lists.walk_lote(
        address,
        lote_signer_certs=[parse(one.certificate) for one in signers],
        profile=_profile(lists, first),
        fetch=lambda url: (
            first if url == address else _unambiguous(fetcher.get(url, max_bytes=MOST_BYTES))
        ),
        now=at,
        max_bytes=MOST_BYTES,
        max_lists=MOST_LISTS,
    )
    findings = [_problem(one) for one in found.problems]
    if not any(one.location == address for one in found.problems):
        findings.insert(0, _held(address, len(found.anchors)))
    return LoteResult(entities=tuple(_entities(found.anchors)), findings=tuple(findings))


def judge_token(token: bytes) -> Finding:
    """Judge form, profile and operator of one list (a token), whoever sealed it.

    The certificate that the token brings is taken as given, at the issue of the list: who
    may sign is not judged here, nor whether the list is the current one. Never raises for
    hostile bytes. Source: ETSI TS 119 602 clauses 6 and 6.8, annexes F and G.
    """
    lists = _openvc()
    token = _unambiguous(token.strip())
    try:
        claims = claims_of(from_base64url(token.split(b".")[1].decode("ascii")))
        certificate = _certificate_in(token)
        lists.consume_lote(
            token,
            expected_signer_certs=[certificate],
            profile=_profile(lists, token),
            now=max(
                claims.issued_at or certificate.not_valid_before_utc,
                certificate.not_valid_before_utc,
            ),
            max_bytes=MOST_BYTES,
        )
    except lists.TrustListProfileError as error:
        return _form("list.lote.profile", error)
    except lists.TrustListSignatureError as error:
        return _form("list.lote.signature", error)
    except x509_faults(UnreadableError, lists.TrustListError) as error:
        return _form("list.lote.form", error)
    return Finding.passed(
        "list.lote.form",
        "It has the form of a list of trusted entities, and its seal names its operator.",
        source="ETSI TS 119 602 clauses 6 and 6.8",
    )


def _certificate_in(token: bytes) -> Any:
    """Return the first certificate in the header. Raises: UnreadableError, ValueError."""
    header = json.loads(from_base64url(token.split(b".")[0].decode("ascii")))
    return parse(base64.b64decode(header["x5c"][0], validate=True))


def _form(rule: str, error: Exception) -> Finding:
    words = {
        "list.lote.form": "It is not written as a list of trusted entities must be.",
        "list.lote.profile": "It does not follow the profile of its type.",
        "list.lote.signature": "It is not sealed as a list of trusted entities must be.",
    }
    return Finding.failed(rule, words[rule], evidence={"reason": str(error)[:300]}, source=_SOURCE)


def _unambiguous(token: bytes) -> bytes:
    """Return a token, or none where it could be written otherwise and still be accepted.

    openvc-core decodes base64url leniently: bits that say nothing could be changed.
    """
    try:
        for part in token.decode("ascii").split("."):
            from_base64url(part)
    except (UnreadableError, UnicodeDecodeError):
        return b""
    return token


def _profile(lists: Any, token: bytes) -> Any:
    """Return the profile that belongs to the type the list claims; it is enforced after."""
    profiles = (lists.EU_WRPAC_PROVIDERS_PROFILE, lists.EU_WRPRC_PROVIDERS_PROFILE)
    try:
        claims = claims_of(from_base64url(token.split(b".")[1].decode("ascii")))
    except (UnreadableError, IndexError, ValueError):
        return None
    return next((one for one in profiles if one.lote_type == claims.type), None)


def _entities(anchors: Sequence[Any]) -> Iterator[Entity]:
    from cryptography.hazmat.primitives.serialization import Encoding

    for one in anchors:
        der = one.certificate.public_bytes(Encoding.DER)
        try:
            anchor = Anchor.of(der, f"the list of trusted entities of {one.territory or '?'}")
        except UnreadableError:
            continue
        yield Entity(
            provider=one.tsp_name or "an unnamed entity",
            service=one.service_name or "an unnamed service",
            type=one.service_type,
            status=one.service_status,
            territory=one.territory or "?",
            anchor=anchor,
        )


def _unfetched(address: str, error: TesseraError) -> Finding:
    return Finding.indeterminate(
        "list.lote.fetch",
        f"The list at {address} could not be fetched.",
        evidence={"address": address, "reason": str(error)[:300]},
        source=_SOURCE,
    )


def _held(address: str, count: int) -> Finding:
    return Finding.passed(
        "list.lote",
        f"The list of trusted entities at {address} holds; it and those it points to vouch for "
        f"{count} certificates.",
        evidence={"address": address},
        source=_SOURCE,
    )


def _problem(problem: Any) -> Finding:
    rule, words = _STAGES.get(problem.stage, ("list.lote.unused", "was not used"))
    state = Finding.indeterminate if problem.stage == "fetch" else Finding.failed
    return state(
        rule,
        f"The list at {problem.location} {words}.",
        evidence={"address": problem.location, "reason": str(problem.detail)[:300]},
        source=_SOURCE,
    )


def _openvc() -> Any:
    try:
        from openvc import trustlist
    except ImportError as error:
        raise StandardsError(
            "The part of Tessera that reads lists of trusted entities is not installed. Install "
            "it with: pip install 'tessera[trust]'."
        ) from error
    return trustlist

"""A list as it was published: what it holds, whether its seal is intact, and who sealed it.

A list is a document that somebody sealed, like a credential: it is opened with the same
mechanisms, and its key is found by the same resolver.

Source: W3C Bitstring Status List 1.0 sections 3.2 (step 4) and 3.6; IETF Token Status List
section 8.3 (step 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.report import Finding, Outcome
from tessera.standards.jsontext import read_json
from tessera.trust.status.lists import text
from tessera.trust.status.tokens import (
    MOST_TOKEN,
    OpenedToken,
    looks_like_cwt,
    looks_like_jwt,
    open_cwt,
    open_jwt,
)

if TYPE_CHECKING:
    from tessera.seals.protocol import KeyRef, OpenedProofs, ProofMechanism
    from tessera.trust.resolve import Resolution, Resolver

_ENVELOPE = "EnvelopedVerifiableCredential"
_DATA = "data:"


class Form(Enum):
    """What kind of document the list is."""

    CREDENTIAL = "credential"
    TOKEN = "token"
    IDS = "ids"


class Seal(Enum):
    """What is known about the seal of a list."""

    INTACT = "intact"
    BROKEN = "broken"
    NO_KEY = "no-key"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealer:
    """One key that sealed the list: what the seal calls it, and what is known about it."""

    key: KeyRef
    party: Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedList:
    """A list with its seal judged. why: in words, where the seal is not intact."""

    form: Form
    document: Any
    seal: Seal
    sealers: tuple[Sealer, ...] = ()
    why: str = ""


def open_list(raw: bytes, resolver: Resolver, mechanisms: Sequence[ProofMechanism]) -> OpenedList:
    """Open a list and compute its seal. Raises: UnreadableError when it is no list at all."""
    if looks_like_jwt(raw):
        return _token(open_jwt(raw), resolver)
    document = _json(raw)
    if document is None and looks_like_cwt(raw):
        with suppress(UnreadableError):  # else it may be a credential in COSE
            return _token(open_cwt(raw), resolver)
    if document is not None:
        if "revokedCredentials" in document and "proof" not in document:
            return OpenedList(form=Form.IDS, document=document, seal=Seal.NONE)
        enveloped = _enveloped(document)
        if enveloped is not None:
            return open_list(enveloped, resolver, mechanisms)
    return _credential(raw, document, resolver, mechanisms)


def own_address(raw: bytes, mechanisms: Sequence[ProofMechanism]) -> str | None:
    """Return the address that a list gives itself (`id`, `sub`); None for none. Judges nothing."""
    try:
        if looks_like_jwt(raw):
            return _stated(open_jwt(raw).claims, "sub")
        document = _json(raw)
        if document is not None:
            enveloped = _enveloped(document)
            return own_address(enveloped, mechanisms) if enveloped else _stated(document, "id")
    except UnreadableError:
        return None
    if looks_like_cwt(raw):
        with suppress(UnreadableError):  # else it may be a credential in COSE
            return _stated(open_cwt(raw).claims, "sub")
    opened = _opened(raw, mechanisms)
    return None if opened is None else _stated(opened.document, "id")


def _stated(document: Any, name: str) -> str | None:
    return text(document.get(name)) if isinstance(document, dict) else None


def _token(token: OpenedToken, resolver: Resolver) -> OpenedList:
    refused = token.refused()
    if refused is not None:
        return _judged(Form.TOKEN, token.claims, [], [refused])
    sealers = _sealers(token.key, resolver)
    party = sealers[0].party
    about = [one for one in party.findings if one.rule.startswith("seal.")]
    if party.key is not None:
        about.append(token.check(party.key))
    return _judged(Form.TOKEN, token.claims, sealers, about)


def _credential(
    raw: bytes, document: Any, resolver: Resolver, mechanisms: Sequence[ProofMechanism]
) -> OpenedList:
    opened = _opened(raw, mechanisms)
    if opened is None or not opened.proofs:
        if not isinstance(document, dict):
            raise UnreadableError("This is no status list of a kind that is known here.")
        why = "it has no seal" if "proof" not in document else "its seal is of an unknown kind"
        return OpenedList(form=Form.CREDENTIAL, document=document, seal=Seal.NONE, why=why)
    mechanism = next(one for one in mechanisms if one.id == opened.mechanism)
    findings = list(mechanism.check(opened, resolver.key_of))
    sealers: list[Sealer] = []
    for proof in opened.proofs:
        found = _sealers(proof.key, resolver)
        findings += [one for one in found[0].party.findings if one.rule.startswith("seal.")]
        sealers += found
    return _judged(Form.CREDENTIAL, opened.document, sealers, findings)


def _sealers(ref: KeyRef, resolver: Resolver) -> list[Sealer]:
    """Return whose key it is: by the certificate that came along, and by its name as well."""
    found = [Sealer(key=ref, party=resolver.resolve(ref))]
    if ref.certificates and ref.kid is not None:
        named = replace(ref, certificates=())
        party = resolver.resolve(named)
        is_sound = all(one.outcome is not Outcome.FAILED for one in party.findings)
        if is_sound and party.key is not None and party.key == found[0].party.key:
            found.append(Sealer(key=named, party=party))
    return found


def _opened(raw: bytes, mechanisms: Sequence[ProofMechanism]) -> OpenedProofs | None:
    """Return what the first mechanism that knows the bytes makes of them."""
    for mechanism in mechanisms:
        try:
            return mechanism.open(raw)
        except UnreadableError:
            continue
    return None


def _judged(
    form: Form, document: Any, sealers: Iterable[Sealer], findings: Sequence[Finding]
) -> OpenedList:
    """One broken proof breaks the list; without a computed one nothing is known."""
    counted = [one for one in findings if not one.advice]
    failed = [one for one in counted if one.outcome is Outcome.FAILED]
    passed = [
        one for one in counted if one.outcome is Outcome.PASSED and one.rule == "seal.signature"
    ]
    open_ = [one for one in counted if one.outcome is Outcome.INDETERMINATE]
    seal = Seal.BROKEN if failed else Seal.INTACT if passed and not open_ else Seal.NO_KEY
    reasons = failed or open_
    return OpenedList(
        form=form,
        document=document,
        seal=seal,
        sealers=tuple(sealers),
        why="" if seal is Seal.INTACT or not reasons else reasons[0].message,
    )


def _json(raw: bytes) -> dict[str, Any] | None:
    """Return the JSON object that the bytes are, None for anything else than one."""
    if raw.lstrip()[:1] != b"{":
        return None
    document: dict[str, Any] = read_json(raw, max_bytes=MOST_TOKEN)  # it begins as an object
    return document


def _enveloped(document: dict[str, Any]) -> bytes | None:
    """Return the token inside an enveloped credential (VC Data Model 2.0 section 4.13)."""
    id, kinds = document.get("id"), document.get("type")
    if not isinstance(id, str) or not id.startswith(_DATA):
        return None
    if kinds != _ENVELOPE and not (isinstance(kinds, list) and _ENVELOPE in kinds):
        return None
    _, comma, token = id.partition(",")
    return token.encode("utf-8", "replace") if comma else None

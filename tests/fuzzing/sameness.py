"""Does an input say what a sealed seed says? Only such an input may pass.

Written without the code under test where that is possible: tokens and messages are compared
by the bytes that were signed, disclosures one by one, documents with a proof by their
canonical form (RDF or JSON) together with the record that verifiers are shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any

import cbor2
from lxml import etree

from tessera.errors import TesseraError
from tessera.formats.openbadges.baking import unbake
from tessera.formats.protocol import Decoded
from tessera.formats.vcdm.presentation import embedded
from tessera.model import Concept
from tessera.standards.contexts import shared
from tessera.standards.rdfc import canonical_nquads
from tessera.verify.content import decode, format_of

FAULTS = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError,
    cbor2.CBORError, TesseraError, etree.LxmlError,
)  # fmt: skip


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a member stands twice")
    return dict(pairs)


def token(raw: bytes) -> Any:
    """What a compact token signs."""
    signed, dot, _ = raw.strip().rpartition(b".")
    return signed if dot and signed.count(b".") == 1 else None


def disclosed(raw: bytes) -> Any:
    """What an SD-JWT signs, what is disclosed, and what its holder signs: None for none."""
    pieces = raw.strip().split(b"~")
    if raw.lstrip()[:1] == b"{":
        whole = json.loads(raw, object_pairs_hook=once)
        first = whole["signatures"][0] if "signatures" in whole else whole
        extra = first.get("header", {})
        found = extra.get("disclosures", whole.get("disclosures", []))
        pieces = [f"{first['protected']}.{whole['payload']}.x".encode(),
                  *(one.encode() for one in found),
                  (extra.get("kb_jwt") or "").encode()]  # fmt: skip
    if len(pieces) < 2:
        return None
    return token(pieces[0]), pieces[1:-1], token(pieces[-1]) if pieces[-1] else None


def same_disclosed(one: Any, seed: Any) -> bool:
    """A holder may withhold disclosures, unless a key binding says which there are."""
    if not one or not seed or one[0] != seed[0] or len(set(one[1])) != len(one[1]):
        return False
    if one[2] is not None:
        return bool(one[1:] == seed[1:])
    return set(one[1]) <= set(seed[1])


def message(raw: bytes) -> Any:
    """The protected header and the payload of a COSE_Sign1 message."""
    held = cbor2.loads(raw)
    parts = held.value if isinstance(held, cbor2.CBORTag) else held
    return parts[0], parts[2]


@cache
def proved(raw: bytes) -> Any:
    """The document under a proof: its RDF or its JSON, and the record it is read as.

    A proof over JSON covers the contexts that it repeats; more may stand behind them in the
    document (VC Data Integrity EdDSA Cryptosuites 1.0 section 3.3.2).
    """
    whole = json.loads(raw, object_pairs_hook=once)
    proofs = whole.pop("proof")
    listed = proofs if isinstance(proofs, list) else [proofs]
    suites = {one["cryptosuite"] for one in listed}
    is_rdf = any("rdfc" in one for one in suites)
    if not is_rdf and "@context" in listed[0]:
        whole["@context"] = listed[0]["@context"]
    said = canonical_nquads(whole, shared()) if is_rdf else json.dumps(whole, sort_keys=True)
    known = format_of(whole)
    found = None if known is None else decode(known, whole)
    return is_rdf, said, None if found is None else _shown(found)


def stated(raw: bytes) -> Any:
    """The document under a proof alone, of which no record is read: a status list."""
    return proved(raw)[:2]


def _shown(found: Decoded) -> Any:
    """What a person is told of a record: not what was only kept, nor how it was spelt.

    Whose it is, what it is called, how long it counts and how it is withdrawn is always the
    same; what else a spelling hides from a reader, the reader has to say.
    """
    award, mc = found.award, found.award.micro_credential
    always = (award.id, award.issued_at, award.valid_from, award.valid_until, award.learner,
              mc.title, mc.sealer, award.status)  # fmt: skip
    told = (mc.id, mc.description, mc.learning_outcomes, mc.workload, mc.level, award.achievement)
    return _Shown(_unordered(always), None if found.findings else _unordered(told))


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is shown of a record; told: None where the reader says that it left something out."""

    always: Any
    told: Any = field(hash=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Shown) or self.always != other.always:
            return False
        return self.told is None or other.told is None or bool(self.told == other.told)


def _unordered(value: Any) -> Any:
    """In RDF a member with several values is a set: their order is no statement."""
    if isinstance(value, Concept):
        return value.iri  # what names it; a concept is described wherever it stands
    if isinstance(value, tuple):
        return frozenset(map(_unordered, value))
    if is_dataclass(value):
        named = [one.name for one in fields(value) if one.name != "residue"]
        return tuple((name, _unordered(getattr(value, name))) for name in named)
    return repr(value)


def equal(*readings: Callable[[bytes], Any]) -> Callable[[bytes, bytes], bool]:
    """Compare by whichever reading can read both."""

    def compare(raw: bytes, seed: bytes) -> bool:
        for reading in readings:
            try:
                ours, theirs = reading(raw), reading(seed)
            except FAULTS:
                continue
            if ours is not None and ours == theirs:
                return True
        return False

    return compare


SAME_TOKEN, SAME_MESSAGE, SAME_PROVED = equal(token), equal(message), equal(proved)
SAME_LIST = equal(token, stated)


def any_same(raw: bytes, seeds: Iterable[bytes]) -> bool:
    """Whatever form it has: it says what one of these seeds says."""
    return any(
        SAME_TOKEN(raw, one) or _same_disclosed(raw, one) or SAME_MESSAGE(raw, one)
        or (raw.lstrip()[:1] == b"{" and SAME_PROVED(raw, one))
        for one in seeds
    )  # fmt: skip


def _same_disclosed(raw: bytes, seed: bytes) -> bool:
    try:
        return same_disclosed(disclosed(raw), disclosed(seed))
    except FAULTS:
        return False


def unbaked_same(raw: bytes, seeds: Iterable[bytes]) -> bool:
    """The badge in a picture says what one in a seed says."""
    held = unbake(raw)
    return held is not None and any_same(held, [one for one in map(unbake, seeds) if one])


def presented_same(raw: bytes, seeds: Iterable[bytes]) -> bool:
    """All that is presented is what an issuer sealed; who presents it may be anybody."""
    from tests.fuzzing.spoilers import unsealed

    held = embedded(unsealed(raw))
    known = list(seeds)
    return bool(held) and all(
        any_same(one.content, known) or _nested(one.content, known) for one in held
    )


def _nested(raw: bytes, seeds: list[bytes]) -> bool:
    try:
        return presented_same(raw, seeds)
    except FAULTS:
        return False

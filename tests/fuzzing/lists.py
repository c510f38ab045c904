"""Status lists, lists of trusted entities and certificates: their seeds and what spoils them."""

from __future__ import annotations

import gzip
import random
import re
import zlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from lxml import etree
from openvc.status import bitstring, token_status_list

from tessera.trust.anchors import Anchor
from tessera.verify.examination import Circumstances
from tests import pdf_attacks
from tests.authority.pages import page
from tests.authority.world import a_world
from tests.fuzz_inputs import spoil
from tests.fuzzing import parties, sameness
from tests.fuzzing.parties import AT, STRANGER, UNIVERSITY, did, header_of
from tests.fuzzing.samples import (
    LIST,
    REVOKED,
    TOKEN_LIST,
    V2,
    as_token,
    status_bearers,
    with_proof,
)
from tests.fuzzing.spoilers import Spoiler, Spoilt, b64, opened, spoilt_bytes
from tests.mutants import b64url
from tests.unit.seals.dataintegrity.material import Key
from tests.unit.trust.lists import lote_material as lote
from tests.unit.trust.lists.material import COMMISSION, OPERATOR, list_of_lists, national
from tests.unit.trust.lists.material import NOW as LISTED_AT

SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
_SECONDS = int(AT.timestamp())


def _bits(revoked: Sequence[int], size: int = 131_072) -> Any:
    made = bitstring.new_bitstring(size)
    for at in revoked:
        bitstring.set_status_bit(made, at, 1)
    return bitstring.encode_bitstring(bytes(made))


def bit_list(encoded: Any, issuer: str = did(UNIVERSITY)) -> dict[str, Any]:
    return {
        "@context": [V2], "id": LIST, "issuer": issuer,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "validFrom": "2026-11-24T09:00:00Z", "validUntil": "2026-11-26T09:00:00Z",
        "credentialSubject": {"id": f"{LIST}#list", "type": "BitstringStatusList",
                              "statusPurpose": "revocation", "encodedList": encoded},
    }  # fmt: skip


def _claims() -> dict[str, Any]:
    packed = token_status_list.new_status_list(1024, bits=2)
    token_status_list.set_status(packed, REVOKED, 1, bits=2)
    held = token_status_list.encode_status_list(bytes(packed))
    return {"sub": TOKEN_LIST, "iss": did(UNIVERSITY), "iat": _SECONDS, "exp": _SECONDS + 90_000,
            "ttl": 86_400, "status_list": {"bits": 2, "lst": held}}  # fmt: skip


def _token_list(claims: dict[str, Any], by: Key) -> bytes:
    return parties.token(header_of(by, "statuslist+jwt"), claims, by)


@cache
def status_lists() -> tuple[bytes, ...]:
    whole = bit_list(_bits([REVOKED]))
    return (as_token(whole), with_proof(whole, UNIVERSITY, "ecdsa-jcs-2019"),
            with_proof(whole, UNIVERSITY),
            _token_list(_claims(), UNIVERSITY))  # fmt: skip


@cache
def bearers() -> tuple[bytes, ...]:
    held = status_bearers()
    return (*held["good"], *held["revoked"])


def backs(raw: bytes, seeds: Iterable[bytes]) -> bool:
    """The list itself is one that was published."""
    return any(sameness.SAME_LIST(raw, one) for one in seeds)


def _packed(chance: random.Random) -> str:
    size = chance.choice([0, 1, 100, 16_384, 300_000_000 if chance.random() < 0.02 else 2_000_000])
    plain = bytes(size) if chance.random() < 0.8 else chance.randbytes(min(size, 20_000))
    made = chance.choice([
        lambda: gzip.compress(plain), lambda: zlib.compress(plain), lambda: plain[:1000],
        lambda: gzip.compress(gzip.compress(plain)), lambda: gzip.compress(plain)[:-9],
        lambda: gzip.compress(plain) * 3, lambda: b"\x1f\x8b" + chance.randbytes(50),
    ])()  # fmt: skip
    return chance.choice(["u", "", "z", "m"]) + b64url(made)


def list_bombs(chance: random.Random, _: Sequence[bytes]) -> Spoilt:
    """Lists whose bits are bombs, broken or short; by the issuer or by a stranger."""
    by = UNIVERSITY if chance.random() < 0.7 else STRANGER
    if chance.random() < 0.5:
        raw = parties.token(header_of(by), bit_list(_packed(chance), did(by)), by)
    else:
        claims = _claims()
        claims["status_list"] = {"bits": chance.choice([1, 2, 4, 8, 3, 0, "2", None, -1]),
                                 "lst": _packed(chance).lstrip("uzm")}  # fmt: skip
        if chance.random() < 0.3:
            claims["exp"] = chance.choice([0, _SECONDS - 1, 10**20, "x", None])
        raw = _token_list(claims, by)
    return Spoilt(raw, by_issuer=by is UNIVERSITY)


TRICKS: dict[str, Spoiler] = {"bombs in lists": list_bombs}


# Lists of trusted entities


@cache
def entity_lists() -> tuple[bytes, ...]:
    return (lote.sealed(lote.written(service=lote.PUB_EAA, status=lote.NOTIFIED)),
            lote.sealed(lote.written()))  # fmt: skip


@cache
def entity_circumstances() -> Circumstances:
    return Circumstances(at=LISTED_AT, anchors=(lote.OPERATOR.anchor,), use_shapes=False)


def entities(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    header, payload, signature = opened(chance.choice(seeds))
    if chance.random() < 0.8:
        payload = spoil(payload, chance)
    if chance.random() < 0.4:
        header = spoil(header, chance)
    if chance.random() < 0.4:
        return Spoilt(b".".join((b64(header), b64(payload), signature)))
    by = lote.OPERATOR if chance.random() < 0.6 else lote.OTHER
    extra = header if isinstance(header, dict) else {}
    return Spoilt(lote.sealed(payload, by, **extra), by_issuer=by is lote.OPERATOR)


ENTITY_TRICKS: dict[str, Spoiler] = {"entities": entities}


# Trusted lists (XML)


@cache
def trusted_lists() -> tuple[bytes, ...]:
    return (national().signed(OPERATOR), list_of_lists().signed(COMMISSION))


@cache
def list_circumstances() -> Circumstances:
    return Circumstances(
        at=LISTED_AT, anchors=(OPERATOR.anchor, COMMISSION.anchor), use_shapes=False
    )


def same_markup(raw: bytes, seeds: Iterable[bytes]) -> bool:
    """All that the signature covers is that of a seed; the rest of the signature is unsigned."""
    return any(_covered(raw) == _covered(one) for one in seeds)


def _covered(raw: bytes) -> tuple[bytes, ...]:
    """Return the list without its signature, and the parts of the signature that are signed."""
    root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    held = [one for name in ("SignedInfo", "SignedProperties", "SignatureValue")
            for one in root.iterfind(f".//{{*}}{name}")]  # fmt: skip
    inside = [_canonical(one) for one in held]
    for signature in root.findall(f"{{{SIGNATURE}}}Signature"):
        signature.getparent().remove(signature)
    return (_canonical(root), *inside)


def _canonical(element: Any) -> bytes:
    return bytes(etree.tostring(element, method="c14n", exclusive=True, with_comments=False))


# Certificates


@cache
def _stamped() -> tuple[bytes, tuple[Anchor, ...]]:
    """A certificate at level B-LTA, and the authorities of its seals and timestamps."""
    with a_world() as world:
        return page(world, "lta"), tuple(Anchor.of(one.der) for one in (world.root, world.tsa_root))


@cache
def page_circumstances() -> Circumstances:
    authority, _ = pdf_attacks.keys()
    return Circumstances(
        at=pdf_attacks.NOW + timedelta(hours=1), use_shapes=False,
        anchors=(Anchor.of(authority.certificate), *_stamped()[1]),
    )  # fmt: skip


@cache
def pages() -> tuple[bytes, ...]:
    """Two sealed certificates, the second with timestamps; then what the known attacks make."""
    one = pdf_attacks.certificate()
    known = (*pdf_attacks.CHANGED, *(attack for attack, _ in pdf_attacks.RESEALED))
    made = [attack(one) for attack in known]
    return (one.sealed, _stamped()[0], *made, *(attack(one) for attack in pdf_attacks.UNREAD))


def same_page(raw: bytes, seeds: Iterable[bytes]) -> bool:
    """All but the holes of the signatures is as it was sealed, and nothing comes after."""
    return any(_without_hole(raw) == _without_hole(one) for one in list(seeds)[:SEALED])


def _without_hole(raw: bytes) -> bytes:
    return re.sub(rb"/Contents\s*<[0-9a-fA-F\s]*>", b"", raw)


SEALED = 2  # of the pages: the seeds that pass


def page_places(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """Words of the file's structure, exchanged for others of the same length or not."""
    raw = chance.choice(seeds[:SEALED] if chance.random() < 0.7 else seeds)
    words = (b"/ByteRange", b"/Contents", b"/Type", b"/AcroForm", b"/AFRelationship", b"/EF",
             b"/Filter", b"/Length", b"/Kids", b"/Root", b"endobj", b"stream", b"startxref",
             b"/Perms", b"/DocMDP", b"/Names", b"/Size", b"/Prev", b"/Annots")  # fmt: skip
    for _ in range(chance.choice([1, 1, 2, 4])):
        word = chance.choice(words)
        places = [one.start() for one in re.finditer(re.escape(word), raw)]
        if not places:
            continue
        at = chance.choice(places)
        other = chance.choice([word.swapcase(), chance.choice(words), b" " * len(word), b""])
        raw = raw[:at] + other + raw[at + len(word) :]
    return Spoilt(raw)


def page_numbers(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """Lengths, offsets and references that lead elsewhere, round in circles or nowhere."""
    raw = chance.choice(seeds[:SEALED])
    places = list(re.finditer(rb"(?<=[ \[])\d+(?=[ \]/])", raw))
    for one in chance.sample(places, chance.choice([1, 1, 3, 10])):
        size = one.end() - one.start()
        other = chance.choice([b"9" * size, b"0" * size, str(chance.randrange(10**size)).encode()])
        raw = raw[: one.start()] + other.rjust(size, b"0")[:size] + raw[one.end() :]
    return Spoilt(raw)


def page_behind(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """Something behind the sealed revision."""
    raw = chance.choice(seeds[:SEALED])
    update = (
        b"\n9999 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 0\ntrailer\n"
        b"<< /Root 9999 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    )
    other = chance.choice(seeds)
    return Spoilt(raw + chance.choice([
        b"\n", b"\0" * 100, b"%%EOF", raw[-200:],
        update % (chance.randrange(len(raw)), len(raw) + 40),
        other[-chance.randrange(1, 5000) :], other[len(raw) :] or b" ", raw, b"PK\x03\x04", b"{}",
    ]))  # fmt: skip


PAGE_TRICKS: dict[str, Spoiler] = {
    "bytes": lambda chance, seeds: spoilt_bytes(chance, seeds[:SEALED]),
    "words": page_places, "numbers": page_numbers, "behind": page_behind,
}  # fmt: skip

"""Where hostile inputs come from: samples, and the ways in which they are spoilt.

Each kind is one function (chance, samples) → bytes. Used by `tests.fuzz`.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from tessera.seals.jades import JADES
from tessera.seals.keys import make_test_seal, new_test_authority
from tests.mutants import b64url, issuer_in, own_document, unb64url

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
READABLE = ("edc-jades", "edc-jsonld", "edc-turtle", "jades")
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 1.5, -0.0, 2**53, -(2**63), 10**300, "", " ", "\0", "\u202e",
    "\ud83d\ude00", "a" * 5000, "2026-11-24T10:00:00Z", "9999-12-31T23:59:60Z", "urn:x",
    "http://data.europa.eu/snb/model/elm/", "javascript:alert(1)", [], [[]], {}, {"id": ""},
    {"id": "urn:epass:org:1"}, {"@id": "_:b0"}, {"en": ""}, {"": {}}, ["a", 1, None],
    {"type": "Concept"}, {"type": ["Organisation", "Person"]}, "P1Y2M3DT4H5M6S",
    "PT" + "9" * 30 + "H", "//////", "../../etc/passwd", "%00%ff", "{{7*7}}", "<script>",
    "data:;base64,AAAA",
)  # fmt: skip
Kind = Callable[[random.Random, "Sequence[Seed]"], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A sample to start from. anchor: the authority to trust (DER), if it is sealed."""

    at: ClassVar[datetime] = NOW + timedelta(hours=1)
    raw: bytes
    anchor: bytes | None = None
    is_real: bool = False


@cache
def seeds() -> tuple[Seed, ...]:
    """Return our own files, sealed in several forms and open, and the real ones that are here."""
    authority = new_test_authority(NOW - timedelta(days=1))
    keys = [
        make_test_seal(authority, NOW - timedelta(days=1), algorithm=one)
        for one in ("ES256", "RS256")
    ]
    document = own_document(keys[0])
    small = json.dumps({**_bare(document), "issued": "2026-11-24T10:00:00Z"}).encode()
    own = [
        JADES.seal(document, keys[0], NOW),
        JADES.cosign(JADES.seal(small, keys[0], NOW), keys[1], NOW),
        *(JADES.seal(text, keys[1], NOW) for text in (small, b'{"id":"urn:x:1"}', b"[]")),
    ]
    sealed = [Seed(raw=raw, anchor=authority.certificate) for raw in (*own, _flattened(own[2]))]
    return (*sealed, Seed(raw=document), Seed(raw=small), Seed(raw=TURTLE), *_real())


PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
TURTLE = b"""@prefix elm: <http://data.europa.eu/snb/model/elm/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:c> a elm:EuropeanDigitalCredential ; elm:title "A title"@en, "Titel"@nl ;
  elm:issued "2026-11-24T10:00:00Z"^^xsd:dateTime ; elm:part ( 1 2.5 true [ elm:x <urn:y> ] ) .
"""


def _bare(document: bytes) -> dict[str, Any]:
    """Return the smallest part of a credential that still passes, with a picture of one pixel."""
    whole = json.loads(document)
    kept = ("@context", "id", "type", "credentialSubject", "issuer", "validFrom", "issuanceDate",
            "credentialProfiles", "credentialSchema", "displayParameter")  # fmt: skip
    part = {name: whole[name] for name in kept if name in whole}
    shown = part["displayParameter"]["individualDisplay"]
    for display in shown if isinstance(shown, list) else [shown]:
        display["displayDetail"]["image"]["content"] = PIXEL
    return part


def _flattened(raw: bytes) -> bytes:
    whole = json.loads(raw)
    return json.dumps({"payload": whole["payload"], **whole["signatures"][0]}).encode()


def _real() -> list[Seed]:
    folder = os.environ.get("TESSERA_CASES")
    if not folder or not (Path(folder) / "manifest.json").is_file():
        return []
    manifest = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))
    found = []
    for case in manifest["cases"]:
        if case["format"] in READABLE:
            raw = (Path(folder) / case["path"]).read_bytes()
            anchor = issuer_in(raw) if case["format"] == "edc-jades" else None
            found.append(Seed(raw=raw, anchor=anchor, is_real=True))
    return found


def _one(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    """Pick a sample, mostly a small one: the large ones cost far more than they find."""
    most = chance.choice([6_000] * 7 + [60_000] * 2 + [10_000_000])
    small = [one.raw for one in samples if len(one.raw) <= most]
    return chance.choice(small or [one.raw for one in samples])


def _sealed(chance: random.Random, samples: Sequence[Seed]) -> dict[str, Any]:
    """Pick a sealed sample in general JSON, taken apart."""
    general = [one for one in samples if b'"signatures"' in one.raw]
    while True:
        try:
            whole = json.loads(_one(chance, general))
        except ValueError:
            continue
        if isinstance(whole, dict) and whole.get("signatures") and "payload" in whole:
            return whole


def written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _header(whole: dict[str, Any]) -> dict[str, Any]:
    try:
        found = json.loads(unb64url(whole["signatures"][0]["protected"]))
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


# Bytes ----------------------------------------------------------------------


def bit_flips(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    raw = bytearray(_one(chance, samples))
    for _ in range(chance.choice([1, 1, 2, 8, 64])):
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return bytes(raw)


def truncation(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    raw = _one(chance, samples)
    first, last = sorted((chance.randrange(len(raw)), chance.randrange(len(raw) + 1)))
    return raw[:last] if chance.random() < 0.7 else raw[first:last]


def splice(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    one, two = _one(chance, samples), _one(chance, samples)
    cut, start = chance.randrange(len(one)), chance.randrange(len(two))
    return one[:cut] + two[start:]


def repeated_chunk(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    raw = _one(chance, samples)
    start = chance.randrange(len(raw))
    chunk = raw[start : start + chance.choice([1, 10, 200])]
    return raw[:start] + chunk * chance.choice([2, 10, 300]) + raw[start:]


def random_bytes(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    return chance.randbytes(chance.choice([0, 1, 2, 3, 16, 300, 20_000]))


def magic(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    beginnings = (
        b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"GIF89a",
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'b'>]><a>&b;</a>", b"<svg>", b"\x1f\x8b\x08",
        b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff", b"\x30\x82\x01\x00",
        b"-----BEGIN CERTIFICATE-----\n", b"{", b"[", b'"', b"@prefix ", b"<urn:a> ",
    )  # fmt: skip
    rest = chance.choice([b"", chance.randbytes(200), _one(chance, samples)[:5000]])
    return chance.choice(beginnings) + rest


def odd_encoding(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    text = _one(chance, samples).decode("utf-8", "replace")[:50_000]
    how = chance.choice(["utf-16", "utf-16-le", "utf-32", "utf-7", "cp037", "latin-1", "utf-8-sig"])
    return text.encode(how, "replace")


def compact_token(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    def part() -> str:
        value = chance.choice(
            [b"", b"{}", b'{"alg":"none"}', b'{"alg":"ES256","typ":"JWT"}', chance.randbytes(30),
             written(_header(_sealed(chance, samples))),
             b'{"alg":"RS256","crit":["b64"],"b64":false}']
        )  # fmt: skip
        return b64url(value)

    joined = ".".join(part() for _ in range(chance.choice([1, 2, 3, 3, 3, 3, 4, 5])))
    return (joined + chance.choice(["", "\n", "~", "~a~b~", "."])).encode()


# JSON -----------------------------------------------------------------------


def odd(chance: random.Random) -> Any:
    return copy.deepcopy(chance.choice(ODD))  # what is spoilt later must not be shared


def grow(chance: random.Random, depth: int) -> Any:
    """Return a random JSON value."""
    if depth == 0 or chance.random() < 0.3:
        return odd(chance)
    if chance.random() < 0.5:
        return [grow(chance, depth - 1) for _ in range(chance.randrange(4))]
    return {chance.choice(NAMES): grow(chance, depth - 1) for _ in range(chance.randrange(5))}


NAMES = (
    "payload", "signatures", "protected", "header", "signature", "etsiU", "alg", "crit", "x5c",
    "@context", "@graph", "@id", "@type", "id", "type", "credential", "credentialSubject", "issuer",
    "issued", "validFrom", "validUntil", "expirationDate", "hasClaim", "title", "awardedBy",
    "awardingBody", "specifiedBy", "learningOutcome", "volumeOfLearning", "creditPoint", "eqfLevel",
    "displayParameter", "credentialStatus", "proof", "hasPart", "isPartOf", "en", "", "\u0000",
)  # fmt: skip


def random_json(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    value = grow(chance, 6)
    if chance.random() < 0.7 and isinstance(value, dict):
        value["type"] = ["VerifiableCredential", "EuropeanDigitalCredential"]
    return written(value)


def places_in(value: Any) -> list[tuple[Any, Any]]:
    """Return every (container, key) in a JSON value."""
    found, stack = [], [value]
    while stack:
        one = stack.pop()
        members = one.items() if isinstance(one, dict) else enumerate(one)
        for key, child in members:
            found.append((one, key))
            if isinstance(child, dict | list):
                stack.append(child)
    return found


def spoil(value: Any, chance: random.Random) -> Any:
    """Spoil some places of a JSON value in place."""
    for _ in range(chance.choice([1, 1, 1, 3, 10])):
        places = places_in(value) if isinstance(value, dict | list) else []
        if not places:
            return odd(chance)
        container, key = chance.choice(places)
        how = chance.randrange(8)
        if how <= 2:
            container[key] = odd(chance)
        elif how == 3:
            del container[key]
        elif how == 4:
            container[key] = [container[key], container[key]]
        elif how == 5:
            other, name = chance.choice(places)
            container[key] = json.loads(json.dumps(other[name]))
        elif how == 6 and isinstance(container, dict):
            container[chance.choice(NAMES)] = container.pop(key)
        else:
            container[key] = grow(chance, 3)
    return value


def json_mutation(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    while True:
        try:
            value = json.loads(_one(chance, samples))
        except ValueError:
            continue
        return written(spoil(value, chance))


def payload_mutation(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    whole = _sealed(chance, samples)
    try:
        whole["payload"] = written(spoil(json.loads(whole["payload"]), chance)).decode()
    except ValueError:
        whole["payload"] = written(grow(chance, 4)).decode()
    return written(whole)


def open_credential(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    whole = _sealed(chance, samples)
    try:
        return written(spoil(json.loads(whole["payload"]), chance))
    except ValueError:
        return written(grow(chance, 5))


def header_mutation(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    whole = _sealed(chance, samples)
    spoilt = spoil(_header(whole), chance)
    whole["signatures"][0]["protected"] = b64url(written(spoilt))
    return written(whole)


def certificate_mutation(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    whole = _sealed(chance, samples)
    header = _header(whole)
    try:
        leaf = bytearray(base64.b64decode(header["x5c"][0]))
    except (KeyError, IndexError, TypeError, ValueError):
        leaf = bytearray(chance.randbytes(300))
    for _ in range(chance.choice([1, 2, 8])):
        leaf[chance.randrange(len(leaf))] = chance.randrange(256)
    text = base64.b64encode(leaf).decode()
    header["x5c"] = [text] * chance.choice([1, 2, 32, 33])
    if chance.random() < 0.7:
        header["x5t#S256"] = b64url(hashlib.sha256(leaf).digest())
    whole["signatures"][0]["protected"] = b64url(written(header))
    return written(whole)


def unsigned_mutation(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    whole = _sealed(chance, samples)
    names = ("sigTst", "xVals", "rVals", "arcTst", "cSig", "tstVD", "anyValData", "x")
    entries: list[Any] = [
        {chance.choice(names): chance.choice([grow(chance, 4), [{"x509Cert": {"val": "MIIB"}}]])}
        for _ in range(chance.choice([1, 3, 256, 300]))
    ]
    if chance.random() < 0.5:
        entries = [b64url(written(one)) for one in entries]
    inner = json.loads(json.dumps(whole["signatures"][0]))
    if chance.random() < 0.3:
        entries.append({"cSig": inner})
    whole["signatures"][0]["header"] = {"etsiU": entries}
    if chance.random() < 0.5:
        whole["payload"] += " "
    return written(whole)


def many_signatures(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    whole, other = _sealed(chance, samples), _sealed(chance, samples)
    mixed = [*whole["signatures"], *other["signatures"]]
    whole["signatures"] = [chance.choice(mixed) for _ in range(chance.choice([2, 8, 32, 33, 1000]))]
    return written(whole)


# Size and depth ---------------------------------------------------------------


def huge_numbers(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    digits = str(chance.randrange(1, 10)) * chance.choice([16, 17, 400, 5000, 100_000])
    number = chance.choice(
        [digits, f"-{digits}", f"1e{digits[:6]}", f"1E-{digits[:6]}", f"0.{digits}", "1e308", "NaN",
         "-Infinity", "0" + digits, "1.", ".5", "+1", "0x10"]
    )  # fmt: skip
    raw = _one(chance, samples)
    places = [at for at in range(len(raw)) if raw[at : at + 2] == b'":'][:2000]
    if not places:
        return number.encode()
    at = chance.choice(places) + 2
    return raw[:at] + number.encode() + b',"x":' + raw[at:]


def deep_nesting(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    depth = chance.choice([63, 64, 65, 1000, 10_000, 200_000])
    opening, closing = chance.choice([(b"[", b"]"), (b'{"a":', b"}"), (b'{"hasPart":[', b"]}")])
    nested = opening * depth + b"1" + closing * (depth if chance.random() < 0.7 else depth // 2)
    how = chance.randrange(4)
    if how == 0:
        return nested
    if how == 1:
        return b'{"type":"EuropeanDigitalCredential","credentialSubject":' + nested + b"}"
    if how == 2:
        return b'{"payload":' + json.dumps(nested.decode()).encode() + b',"signatures":[{}]}'
    whole = _sealed(chance, samples)
    whole["signatures"][0]["protected"] = b64url(b'{"alg":' + nested + b"}")
    return written(whole)


def giant_arrays(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    count = chance.choice([1000] * 12 + [10_000] * 3 + [50_000, 100_000, 1_000_000])
    member = chance.choice(
        [b"1", b'""', b"{}", b"[]", b'{"id":"urn:x"}', b'"urn:epass:org:1"', b'{"type":"Note"}']
    )
    array = b"[" + b",".join([member] * count) + b"]"
    name = chance.choice([one for one in NAMES if one.isidentifier()]).encode()
    whole = b'{"type":"EuropeanDigitalCredential","' + name + b'":' + array + b"}"
    return chance.choice([array, whole, b'{"signatures":' + array + b"}"])


def crowds(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    """One part of a credential, many times over, under one id or many."""
    value = json.loads(chance.choice([one for one in samples if one.raw[:1] == b"{"][:8]).raw)
    value = json.loads(value["payload"]) if "payload" in value else value
    places = [one for one in places_in(value) if isinstance(one[0][one[1]], dict)]
    if not places:
        return written(value)
    container, key = chance.choice(places)
    copies = [copy.copy(container[key]) for _ in range(chance.choice([20] * 8 + [300, 300, 2000]))]
    if chance.random() < 0.7:
        for number, one in enumerate(copies):
            one["id"] = f"urn:epass:crowd:{number}"
    container[key] = copies
    return written(value)


def many_members(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    """An object with a crowd of members that are almost words of the model."""
    count = chance.choice([50] * 10 + [1000, 1000, 30_000])
    word = chance.choice(["awardingBod", "learningOutcom", "x", "@", "urn:", ""])
    members = {f"{word}{number}": chance.choice([1, "", None]) for number in range(count)}
    return written({"type": "EuropeanDigitalCredential", chance.choice(NAMES): members, **members})


def long_texts(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    sign = chance.choice(["a", " ", ".", "-", "\\u0000", "é", "A" * 4, "a.", "\\\\", "(", "0"])
    text = sign * chance.choice([1000, 100_000, 500_000])
    form = chance.choice(
        ['"%s"', '{"id":"%s","type":"EuropeanDigitalCredential"}', "%s", "%s.%s", "@prefix %s",
         '{"payload":"%s","signatures":[]}', '{"payload":"","signatures":[{"protected":"%s",'
         '"signature":"%s"}]}', '{"type":"EuropeanDigitalCredential","issued":"%s"}']
    )  # fmt: skip
    return form.replace("%s", text).encode()


def repeated_ids(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    """Objects that name themselves or each other, in every role."""
    ids = [f"urn:epass:x:{number}" for number in range(chance.choice([1, 2, 5]))]

    def node(depth: int) -> Any:
        if depth == 0:
            return chance.choice(ids)
        names = chance.sample(NAMES[16:], chance.choice([1, 2, 3, 4]))
        return {"id": chance.choice(ids), "type": chance.choice(TYPES)} | {
            name: [node(depth - 1) for _ in range(chance.choice([1, 2]))] for name in names
        }

    whole = node(3) | {"type": ["VerifiableCredential", "EuropeanDigitalCredential"]}
    return written(whole)


TYPES = (
    "Person", "Organisation", "LearningAchievement", "LearningActivity", "LearningAssessment",
    "AwardingProcess", "Qualification", "Concept", "Note", "LearningOutcome", "Accreditation",
    "LearningEntitlement", "EuropeanDigitalCredential", "MediaObject", "WebResource", 7, None,
)  # fmt: skip


def language_maps(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    tags = ["en", "EN", "nl", "x-y", "", "-", "e" * 300, "en-GB-oed", "zh-Hant", "🙂", "@none"]
    values = ["a", "", None, 7, ["a", "b"], {"en": "a"}, "\u202e", "a" * 10_000, [None]]

    def words() -> dict[str, Any]:
        return {tag: chance.choice(values) for tag in chance.sample(tags, 4)}

    try:
        value = json.loads(_sealed(chance, samples)["payload"])
        places = [one for one in places_in(value) if isinstance(one[0][one[1]], dict)]
        for container, key in chance.sample(places, min(len(places), 5)):
            container[key] = words()
    except ValueError:
        value = words()
    return written(value)


def doubled_members(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    raw = _one(chance, samples)
    places = [at for at in range(min(len(raw), 20_000)) if raw[at : at + 1] == b"{"]
    at = chance.choice(places) + 1 if places else 0
    name = chance.choice(NAMES)
    pair = f"{json.dumps(name)}:{json.dumps(odd(chance))},".encode()
    return raw[:at] + pair * 2 + raw[at:]


# Turtle -----------------------------------------------------------------------


def turtle(chance: random.Random, samples: Sequence[Seed]) -> bytes:
    real = [one.raw for one in samples if one.raw.lstrip()[:1] in (b"@", b"<")]
    text = chance.choice(real)
    how = chance.randrange(6)
    if how == 0:
        return TURTLE + b"<urn:a> <urn:b> " + b"[ <urn:c> " * chance.choice([10, 1000]) + b"1"
    if how == 1:
        return TURTLE + b"<urn:a> <urn:b> " + b"( " * 5000 + b") " * chance.choice([5000, 1]) + b"."
    if how == 2:
        many = chance.choice([100, 20_000])
        return TURTLE + b"".join(b"<urn:%d> a elm:X ." % number for number in range(many))
    if how == 3:
        return text + b'<urn:c> <urn:d> "' + chance.randbytes(50) + b'"@en .'
    spoilt = bytearray(text)
    for _ in range(chance.choice([1, 3, 20])):
        spoilt[chance.randrange(len(spoilt))] = chance.choice(b'<>"@.;,[]()_:a1 \n\\^')
    return bytes(spoilt)


KINDS: dict[str, Kind] = {
    "bit flips": bit_flips,
    "truncation": truncation,
    "splice": splice,
    "repeated chunk": repeated_chunk,
    "random bytes": random_bytes,
    "magic": magic,
    "odd encoding": odd_encoding,
    "compact token": compact_token,
    "random JSON": random_json,
    "JSON mutation": json_mutation,
    "payload mutation": payload_mutation,
    "open credential": open_credential,
    "header mutation": header_mutation,
    "certificate mutation": certificate_mutation,
    "unsigned mutation": unsigned_mutation,
    "many signatures": many_signatures,
    "huge numbers": huge_numbers,
    "deep nesting": deep_nesting,
    "giant arrays": giant_arrays,
    "crowds": crowds,
    "many members": many_members,
    "long texts": long_texts,
    "repeated ids": repeated_ids,
    "language maps": language_maps,
    "doubled members": doubled_members,
    "turtle": turtle,
}

"""The ways in which sealed files are spoilt, by the form that they have.

Each is one function (chance, seeds) → `Spoilt`. Where it says so, the issuer sealed the
spoilt document again: then it may pass, and only faults, time and memory count.
"""

from __future__ import annotations

import base64
import hmac
import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cbor2

from tessera.errors import TesseraError
from tessera.formats.openbadges.baking import bake, unbake
from tests.fuzz_inputs import NAMES, bit_flips, grow, odd, places_in, spoil
from tests.fuzz_inputs import Seed as Plain
from tests.fuzzing import parties, samples
from tests.fuzzing.parties import LEARNER, OUTSIDER, REGISTRY, STRANGER, UNIVERSITY, compact
from tests.mutants import b64url, unb64url

SVG_BOMB = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 12)
) + b"]>"  # fmt: skip
XXE = b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY % b SYSTEM "http://e.x/">%b;]>'


@dataclass(frozen=True, slots=True)
class Spoilt:
    """An input; by_issuer: an issuer whom the verifier trusts sealed just this."""

    raw: bytes
    by_issuer: bool = False


Spoiler = Callable[[random.Random, Sequence[bytes]], Spoilt]


def _pick(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Mostly a small seed: the large ones cost far more than they find."""
    few = sorted(seeds, key=len)[: max(1, len(seeds) // 2)]
    return chance.choice(few if chance.random() < 0.8 else list(seeds))


def spoilt_bytes(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    raw = _pick(chance, seeds)
    how = chance.randrange(5)
    if how <= 1:
        return Spoilt(bit_flips(chance, [Plain(raw=raw)]))
    at, to = sorted((chance.randrange(len(raw)), chance.randrange(len(raw))))
    if how == 2:
        return Spoilt(raw[:to] if chance.random() < 0.5 else raw[at:])
    if how == 3:
        return Spoilt(raw[:to] + _pick(chance, seeds)[at:])
    chunk = raw[at : at + chance.choice([1, 16, 200])]
    return Spoilt(raw[:at] + chunk * chance.choice([2, 10, 300]) + raw[at:])


# Tokens


def opened(raw: bytes) -> tuple[Any, Any, bytes]:
    """Header, payload and signature of a token."""
    head, body, signature = raw.strip().split(b".")
    return json.loads(unb64url(head.decode())), json.loads(unb64url(body.decode())), signature


def unsealed(raw: bytes) -> Any:
    """The document in a token or under a proof."""
    return json.loads(raw) if raw.lstrip()[:1] == b"{" else opened(raw)[1]


def _tokens(seeds: Sequence[bytes]) -> list[bytes]:
    return [one for one in seeds if one.count(b".") == 2 and b"~" not in one and one[:1] == b"e"]


def _key_of(header: Any) -> Any:
    named = header.get("kid")
    return next((one for one in (UNIVERSITY, REGISTRY, LEARNER) if one.method == named), UNIVERSITY)


def token_parts(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """Header or payload spoilt; sealed anew by whom it names, by a stranger, or by nobody."""
    header, payload, signature = opened(_pick(chance, _tokens(seeds)))
    key = _key_of(header)
    if chance.random() < 0.4:
        header = spoil(header, chance)
    if chance.random() < 0.7:
        payload = spoil(payload, chance)
    how = chance.randrange(3)
    if how == 0:
        return Spoilt(b".".join((b64(header), b64(payload), signature)))
    by = key if how == 1 else (OUTSIDER if key.alg == "EdDSA" else STRANGER)
    return Spoilt(parties.token(header, payload, by), by_issuer=by in parties.TRUSTED)


def b64(value: Any) -> bytes:
    return b64url(value if isinstance(value, bytes) else compact(value)).encode()


def token_algorithms(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    header, payload, signature = opened(_pick(chance, _tokens(seeds)))
    header["alg"] = chance.choice(
        [
            "none",
            "None",
            "HS256",
            "RS256",
            "ES256",
            "ES384",
            "EdDSA",
            "Ed25519",
            "",
            None,
            ["ES256"],
        ]
    )
    message = b64(header) + b"." + b64(payload)
    made = signature
    if chance.random() < 0.4:
        made = b""
    elif chance.random() < 0.6:
        secret = chance.choice(
            [UNIVERSITY.multikey.encode(), compact(parties.public_jwk(UNIVERSITY))]
        )
        made = b64(hmac.digest(secret, message, "sha256"))
    return Spoilt(message + b"." + made)


def token_keys(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """A stranger's key in the header, under the issuer's name or with an address to fetch."""
    header, payload, _ = opened(_pick(chance, _tokens(seeds)))
    address = chance.choice(
        ["https://127.0.0.1/k", "https://169.254.169.254/", "https://[::1]/", "file:///etc/passwd",
         "did:web:localhost%3A80", "did:web:10.0.0.1", "did:jwk:" + "A" * 5000, "did:key:z", "#0",
         STRANGER.method, UNIVERSITY.method, "did:webvh:x:example.com", "\0", "a" * 100_000]
    )  # fmt: skip
    extra = {"kid": address, "jwk": parties.public_jwk(STRANGER), "jku": address, "x5u": address,
             "x5c": ["AAAA"], "crit": ["kid"], "b64": False}  # fmt: skip
    for name in chance.sample(list(extra), chance.choice([1, 2, 3])):
        header[name] = extra[name]
    header["alg"] = "ES256"
    return Spoilt(parties.token(header, payload, STRANGER))


def token_text(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """Other spellings of the same token, and JSON that readers would read differently."""
    raw = _pick(chance, _tokens(seeds))
    head, body, signature = raw.split(b".")
    text = unb64url(body.decode())
    name = json.dumps(chance.choice(NAMES)).encode()
    inside = [
        b"{" + name + b":1," + name + b":2," + text[1:], text.replace(b'"', b'"\\u0000', 1),
        b"\xef\xbb\xbf" + text, text + b"{}", text.replace(b'"id"', b'"\\u0069d"', 1),
        b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"," + text[1:], b"[" + text + b"]",
        b'{"a":' + b"9" * 5000 + b"," + text[1:], b'{"a":NaN,' + text[1:],
        text.decode().encode("utf-16"),
    ]  # fmt: skip
    if chance.random() < 0.5:
        key = _key_of(opened(raw)[0])
        made = parties.token(unb64url(head.decode()), chance.choice(inside), key)
        return Spoilt(made, by_issuer=key in parties.TRUSTED)
    variants = [
        head + b"=." + body + b"." + signature, raw + b"\n", b" " + raw, raw + b".", raw + b"~",
        head + b"." + body + b"." + signature + b"=", head + b".." + signature, raw + b".a.b",
        b".".join((head, body, signature[:-2])), b".".join((head, body, signature * 2)),
        compact({"payload": body.decode(), "protected": head.decode(),
                 "signature": signature.decode()}),
        compact({"payload": body.decode(), "signatures": [
            {"protected": head.decode(), "signature": signature.decode()}] * 40}),
        head + b"." + b64url(text + b" ").encode() + b"." + signature, raw.replace(b"_", b"/"),
    ]  # fmt: skip
    return Spoilt(chance.choice(variants))


# Documents with a proof


def _documents(seeds: Sequence[bytes]) -> list[bytes]:
    return [one for one in seeds if one.lstrip()[:1] == b"{"]


def proof_document(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """Document and proofs spoilt in some places; the seal stays."""
    return Spoilt(compact(spoil(json.loads(_pick(chance, _documents(seeds))), chance)))


def proof_spelling(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """What may or may not be another spelling of the same statements."""
    whole = json.loads(_pick(chance, _documents(seeds)))
    for _ in range(chance.choice([1, 1, 2, 5])):
        places = places_in({name: one for name, one in whole.items() if name != "proof"})
        container, key = chance.choice(places)
        if not isinstance(container, dict):
            continue
        if key in ("@context",) or container.get(key) is None:
            container = whole
        value = container.get(key)
        how = chance.randrange(8)
        if how == 0:
            container[key] = [value]
        elif how == 1:
            container[key] = value * 2 if isinstance(value, list) else [value, value]
        elif how == 2:
            container[chance.choice(NAMES) or "x"] = None
        elif how == 3 and isinstance(value, list):
            chance.shuffle(value)
        elif how == 4:
            container[f"_:{key}"] = value
        elif how == 5:
            container[f"x{key}"] = value
        elif how == 6 and isinstance(value, str):
            container[key] = {"@value": value}
        else:
            container[key] = chance.choice(
                [
                    "@id",
                    "schema:name",
                    "_:b0",
                    "https:x",
                    "ex:y",
                    "//x",
                    "@type",
                    "",
                    "Ünïcode",
                    " ",
                ]
            )
    return Spoilt(compact(whole))


def proof_contexts(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    whole = json.loads(_pick(chance, _documents(seeds)))
    context = whole["@context"]
    more = [
        {"@vocab": "https://evil.example/"}, {"name": "https://evil.example/name"},
        {"issuer": "@nest"}, {"@base": "https://evil.example/"}, "https://evil.example/context",
        {"@import": samples.V2}, {"id": "@type", "type": "@id"}, None, {}, 7, [],
        {"@propagate": False, "name": None},
        {"credentialSubject": {"@id": "urn:x", "@type": "@json"}},
        "https://www.w3.org/2018/credentials/v1", {"a": {"@id": "a", "@context": {"b": "b"}}},
        {"@version": 1.1, "x": {"@reverse": "urn:x"}},
    ]  # fmt: skip
    added = chance.choice(more)
    listed = context if isinstance(context, list) else [context]
    whole["@context"] = chance.choice(
        [[*listed, added], [added, *listed], added, listed[:1], listed[::-1], listed * 2, {}]
    )
    if chance.random() < 0.3:
        place = whole.get("credentialSubject")
        if isinstance(place, dict):
            place["@context"] = added
    return Spoilt(compact(whole))


def proof_sets(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """Many proofs, of several hands, in chains that do not end."""
    whole = json.loads(_pick(chance, _documents(seeds)))
    proof = whole["proof"]
    own = proof if isinstance(proof, list) else [proof]
    other = json.loads(_pick(chance, _documents(seeds)))["proof"]
    strange = {**own[0], "verificationMethod": OUTSIDER.method}
    pool = [*own, *(other if isinstance(other, list) else [other]), strange, 7, None, {}]
    proofs = [
        dict(one) if isinstance(one, dict) else one
        for one in chance.choices(pool, k=chance.choice([1, 2, 3, 40, 1000]))
    ]
    for at, one in enumerate(proofs[:100]):
        if isinstance(one, dict) and chance.random() < 0.5:
            one["id"] = f"urn:p:{at}"
            one["previousProof"] = chance.choice(
                [f"urn:p:{at}", f"urn:p:{at + 1}", ["urn:p:0"] * 50, "urn:x", None]
            )
    whole["proof"] = proofs
    return Spoilt(compact(whole))


def proof_made(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """A spoilt document that its issuer, or a stranger, seals for real."""
    whole = json.loads(_pick(chance, _documents(seeds)))
    proof = whole.pop("proof", None)
    first = proof[0] if isinstance(proof, list) and proof else proof
    named = first.get("verificationMethod") if isinstance(first, dict) else None
    key = next((one for one in (UNIVERSITY, REGISTRY, LEARNER) if one.method == named), REGISTRY)
    suites = {"EdDSA": "eddsa", "ES256": "ecdsa", "ES384": "ecdsa"}
    suite = f"{suites[key.alg]}-{'jcs' if chance.random() < 0.6 else 'rdfc'}"
    suite += "-2022" if key.alg == "EdDSA" else "-2019"
    by = key if chance.random() < 0.7 else (OUTSIDER if key.alg == "EdDSA" else STRANGER)
    whole = spoil(whole, chance)
    try:
        made = samples.with_proof(whole, by, suite)
    except (TesseraError, TypeError):
        return Spoilt(compact(whole))
    return Spoilt(made, by_issuer=by in parties.TRUSTED)


# Selective disclosure


def disclosure_tricks(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    raw = _pick(chance, [one for one in seeds if b"~" in one])
    other = _pick(chance, [one for one in seeds if b"~" in one]).split(b"~")
    token, *shown, binding = raw.split(b"~")
    made = [
        b64(["salt", "exp", 1]), b64(["salt", "_sd", ["x"]]), b64(["salt", "x", {"_sd": ["x"]}]),
        b64(["salt", {"...": "x"}]), b64(["a"]), b64({}), b64(b"["), b"", b"!",
        b64(["", "iss", "x"]),
        b64(["s", "x", "y" * 7_000]), b64(grow(chance, 4)), *other[1:-1],
    ]  # fmt: skip
    for _ in range(chance.choice([1, 1, 2, 5])):
        how = chance.randrange(6)
        at = chance.randrange(len(shown) + 1)
        if how == 0 and shown:
            shown.insert(at, chance.choice(shown))
        elif how == 1 and shown:
            shown.pop(at - 1)
        elif how == 2:
            chance.shuffle(shown)
        elif how == 3:
            shown[at:at] = [chance.choice(made)] * chance.choice([1, 1, 3, 2000])
        elif how == 4:
            binding = chance.choice([b"", other[-1], binding[:-3], b"a.b.c", binding + b"x", b".."])
        else:
            token = chance.choice([token, other[0]])
    return Spoilt(b"~".join((token, *shown, binding)))


def disclosure_claims(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """Claims spoilt, with digests in strange places, sealed anew by the issuer or a stranger."""
    token, *shown, binding = _pick(chance, [one for one in seeds if b"~" in one]).split(b"~")
    header, payload, _ = opened(token)
    hidden = b64(chance.choice(
        [["s", "exp", 1], ["s", "status", {}], ["s", "vct", "x"], ["s", "x", {"_sd": [], "...": 1}],
         ["s", "elm", grow(chance, 3)], ["s", "cnf", {"jwk": {}}], ["s", "_sd_alg", "x"]]
    ))  # fmt: skip
    shown.append(hidden)
    place, key = chance.choice([(None, None), *places_in(payload)])
    digest = parties.digest(hidden.decode())
    if isinstance(place, list):
        place.insert(key, {"...": digest})
    else:
        inner = place[key] if place is not None and isinstance(place[key], dict) else payload
        stated = inner.get("_sd") if isinstance(inner, dict) else None
        inner["_sd"] = [*(stated if isinstance(stated, list) else ()), digest] * chance.choice(
            [1, 1, 2]
        )
    if chance.random() < 0.3:
        payload["_sd_alg"] = chance.choice(["md5", "sha-512", "", None, "SHA-256", 7])
    if chance.random() < 0.5:
        payload = spoil(payload, chance)
    if chance.random() < 0.2:
        header = spoil(header, chance)
    by = UNIVERSITY if chance.random() < 0.7 else STRANGER
    raw = b"~".join((parties.token(header, payload, by), *shown, binding))
    return Spoilt(raw, by_issuer=by is UNIVERSITY)


def disclosure_json(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """The JSON form of RFC 9901 section 8, spoilt."""
    token, *shown, binding = _pick(chance, [one for one in seeds if b"~" in one]).split(b"~")
    head, body, signature = (one.decode() for one in token.split(b"."))
    extra: dict[str, Any] = {"disclosures": [one.decode() for one in shown]}
    if binding:
        extra["kb_jwt"] = binding.decode()
    one = {"protected": head, "signature": signature, "header": extra}
    whole = {"payload": body, "signatures": [one]} if chance.random() < 0.5 else (
        {"payload": body, **one})  # fmt: skip
    return Spoilt(compact(spoil(whole, chance) if chance.random() < 0.8 else whole))


# COSE


def message_parts(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    protected, unprotected, payload, signature = cbor2.loads(_pick(chance, seeds)).value
    header, unprotected = dict(cbor2.loads(protected)), dict(unprotected)
    document = json.loads(payload)
    strange = [
        {},
        [],
        b"",
        "x",
        2**70,
        -1,
        None,
        1.5,
        float("nan"),
        [b"AAAA"],
        {1: {1: {}}},
        "ES256",
    ]
    for _ in range(chance.choice([1, 1, 3])):
        how = chance.randrange(4)
        if how == 0:
            header[chance.choice([1, 2, 3, 4, 15, 16, 33, 34, 395, "x", -1])] = chance.choice(
                strange
            )
        elif how == 1:
            unprotected[chance.choice([1, 2, 4, 33, "x"])] = chance.choice(strange)
        elif how == 2:
            document = spoil(document, chance)
        else:
            header.pop(chance.choice(list(header) or [1]), None)
    if chance.random() < 0.4:
        parts = [cbor2.dumps(header), unprotected, compact(document), signature]
        if chance.random() < 0.3:
            parts[chance.randrange(4)] = chance.choice(strange)
        return Spoilt(cbor2.dumps(cbor2.CBORTag(chance.choice([18, 18, 17, 98, 61]), parts)))
    by = UNIVERSITY if chance.random() < 0.6 else STRANGER
    raw = parties.message(header, compact(document), by, unprotected)
    if chance.random() < 0.2:
        raw = chance.choice([base64.b64encode(raw), raw.hex().encode(), b64url(raw).encode()])
    return Spoilt(raw, by_issuer=by is UNIVERSITY)


def message_bombs(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    deep = chance.choice([100, 10_000, 500_000])
    return Spoilt(b"\xd2\x84" + chance.choice(
        [b"\x9b" + b"\xff" * 8, b"\x5b\x00\x00\x00\xff\xff\xff\xff\xff", b"\x81" * deep,
         b"\x9f" * deep, b"\xbf" * deep, b"\xc2" * deep,
         b"\x43\xa1\x01\x26\xa0" + b"\x81" * deep,
         b"\x5f" + b"\x41a" * deep,
         b"\x43\xa1\x01\x26\xa0\x5a\x7f\xff\xff\xff{}", b"\xd8\x1c\x81\xd8\x1d\x00" * 50]
    ))  # fmt: skip


# XML and pictures


def markup(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    raw = _pick(chance, [one for one in seeds if one.lstrip()[:1] == b"<"])
    start = raw.find(b"?>") + 2 if raw.startswith(b"<?xml") else 0
    head, body = raw[:start], raw[start:]
    at = chance.choice([n for n in range(len(body)) if body[n : n + 1] == b">"]) + 1
    element = body[body.rfind(b"<", 0, at) : at]
    many = chance.choice([10, 1000, 50_000])
    return Spoilt(chance.choice([
        lambda: head + SVG_BOMB + body[:at] + b"&k;" + body[at:],
        lambda: head + XXE + body[:at] + b"&a;" + body[at:],
        lambda: head + body[:at] + b"<a>" * many + b"</a>" * many + body[at:],
        lambda: head + body[:at] + element * min(many, 1000) + body[at:],
        lambda: head + body[:at] + b"<x " + b" ".join(
            b'a%d="1"' % n for n in range(many)) + b"/>" + body[at:],
        lambda: head + body[:at] + b"<!--" + b"-" * many + b"-->" + body[at:],
        lambda: head + body[:at] + b"<![CDATA[" + chance.randbytes(30) + b"]]>" + body[at:],
        lambda: head + body[:at] + b"A" * many * 10 + body[at:],
        lambda: head + body[:at] + b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" '
        b'href="file:///etc/passwd" parse="text"/>' + body[at:],
        lambda: b'<?xml version="1.0" encoding="%s"?>' % chance.choice(
            [b"UTF-16", b"EBCDIC-CP-US", b"UTF-7", b"x"]) + body,
        lambda: (head + body).decode("utf-8", "replace").encode("utf-16"),
        lambda: head + body[:at] + b"&#0;&#x110000;&#xD800;" + body[at:],
        lambda: head + body.replace(element, b"", 1),
        lambda: head + b'<?xml-stylesheet href="http://e.x"?>' * 20 + body,
        lambda: head + body.replace(b"xmlns", b"xmlnt", 1),
    ])())  # fmt: skip


def chunk(kind: bytes, content: bytes, *, is_sound: bool = True) -> bytes:
    check = zlib.crc32(kind + content) if is_sound else 7
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def picture(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """A badge, spoilt or not, in a PNG with chunks that readers take in different ways."""
    held = unbake(chance.choice(seeds)) or b"{}"
    if chance.random() < 0.5 and held[:1] == b"{":
        held = compact(spoil(json.loads(held), chance))
    keyword = chance.choice([b"openbadgecredential", b"openbadges", b"clrcredential"])
    bomb = zlib.compress(b"a" * chance.choice([1000, 30_000_000]))
    sealed = zlib.compress(held)
    parts = [
        chunk(b"iTXt", keyword + b"\0\0\0\0\0" + held), chunk(b"tEXt", keyword + b"\0" + held),
        chunk(b"iTXt", keyword + b"\0\1\0\0\0" + bomb), chunk(b"zTXt", keyword + b"\0\0" + bomb),
        chunk(b"iTXt", keyword + b"\0\0\0\0\0" + held, is_sound=False), chunk(b"iTXt", b""),
        chunk(b"iTXt", keyword + b"\0\1\0\0\0" + sealed), chunk(b"iTXt", keyword),
        chunk(b"iTXt", keyword + b"\0\1\7\0\0" + held), b"\xff\xff\xff\xffiTXt",
    ]  # fmt: skip
    png = samples.PNG
    chosen = chance.choices(parts, k=chance.choice([1, 1, 2, 3, 300]) if held[:1] != b"{" else 1)
    return Spoilt(png[:-12] + b"".join(chosen) + png[-12:])


def drawing(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """A badge in an SVG, twice, nested, in a bomb, or hidden from one reader."""
    held = unbake(chance.choice(seeds)) or b"{}"
    if chance.random() < 0.5 and held[:1] == b"{":
        held = compact(spoil(json.loads(held), chance))
    try:
        baked = bake(samples.SVG, held)
    except (TesseraError, ValueError):
        return markup(chance, [samples.SVG])
    if chance.random() < 0.3:
        first, second = baked.rfind(b"<openbadges:"), baked.rfind(b"</svg>")
        return Spoilt(baked[:second] + baked[first:second] * 2 + baked[second:])
    return markup(chance, [baked]) if chance.random() < 0.7 else Spoilt(baked)


# Archives


def archive(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    out = io.BytesIO()
    with zipfile.ZipFile(
        out, "w", chance.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
    ) as held:
        for at in range(chance.choice([1, 2, 5])):
            name = chance.choice(
                ["a.json", "../../x", "/etc/passwd", "a\0b", "a/" * 100, f"{at}", "é", "mimetype"]
            )
            content = chance.choice(
                [
                    *seeds[:6],
                    b"\0" * chance.choice([10, 1_000_000]),
                    spoilt_bytes(chance, seeds).raw,
                ]
            )
            held.writestr(name, content)
    raw = bytearray(out.getvalue())
    if chance.random() < 0.6:
        for _ in range(chance.choice([1, 3, 20])):
            first = chance.choice([0, max(0, len(raw) - 200)])
            raw[chance.randrange(first, len(raw))] = chance.randrange(256)
    made = bytes(raw)
    return Spoilt(made if chance.random() < 0.8 else made[: chance.randrange(len(made))] + made)


def json_trees(chance: random.Random, seeds: Sequence[bytes]) -> Spoilt:
    """An open document, spoilt or grown."""
    value = json.loads(_pick(chance, _documents(seeds)))
    if chance.random() < 0.2:
        value[chance.choice(list(value) or ["x"])] = chance.choice([grow(chance, 5), odd(chance)])
    return Spoilt(compact(spoil(value, chance)))


BYTES: dict[str, Spoiler] = {"bytes": spoilt_bytes}
TOKENS: dict[str, Spoiler] = {
    "token parts": token_parts, "token algorithms": token_algorithms, "token keys": token_keys,
    "token text": token_text,
}  # fmt: skip
PROOFS: dict[str, Spoiler] = {
    "document": proof_document, "spelling": proof_spelling, "contexts": proof_contexts,
    "sets of proofs": proof_sets, "sealed after spoiling": proof_made,
}  # fmt: skip
DISCLOSURES: dict[str, Spoiler] = {
    "disclosures": disclosure_tricks, "claims": disclosure_claims, "JSON form": disclosure_json,
}  # fmt: skip
MESSAGES: dict[str, Spoiler] = {"message": message_parts, "CBOR bombs": message_bombs}
MARKUP: dict[str, Spoiler] = {"markup": markup}
PICTURES: dict[str, Spoiler] = {"PNG": picture, "SVG": drawing}
ARCHIVES: dict[str, Spoiler] = {"archive": archive}
TREES: dict[str, Spoiler] = {"tree": json_trees}

"""Seeded mutants of sealed files, and what may never happen to them.

`python -m tests.mutants --count 2500` judges that many and prints a table per kind.
Every mutant but those of `TOLERATED` says something else than the file it came from, or
says it with a broken seal, so no policy may pass it. Not a mutant: the second value of an
ECDSA signature, (r, n - s), which is by its mathematics a signature of the same key over
the same bytes.

A mutant is also judged by `AUTHENTIC`, which leaves the schema out: a real sample that
does not follow the official profile could otherwise hide a hole in the steps before it.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tessera.formats.elm.encode import dump, encode
from tessera.issue.compose import with_issuer
from tessera.journeys.verifying import Judged, judge
from tessera.policy import AllOf, Passed
from tessera.render.display import display_picture
from tessera.report import Outcome
from tessera.seals.certificates import describe
from tessera.seals.jades import JADES, JadesOptions, Profile, open_jws
from tessera.seals.keys import make_test_seal, new_test_authority
from tessera.trust.anchors import Anchor
from tessera.verify.examination import Circumstances
from tests.complete import complete_award

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
AUTHENTIC = AllOf(Passed("parse"), Passed("seal"), Passed("signer"), Passed("time"))
STRIPPED, BESIDE = "stripped timestamps", "stranger beside the victim"
TOLERATED = (STRIPPED, BESIDE)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sealed file with the moment to judge it at and the authority to trust (DER)."""

    name: str
    raw: bytes
    at: datetime
    anchor: bytes
    follows_profile: bool = True

    def circumstances(self) -> Circumstances:
        return Circumstances(
            at=self.at, anchors=(Anchor.of(self.anchor),), library=None, use_shapes=False
        )

    def judge(self, raw: bytes | None = None) -> Judged:
        return judge(self.raw if raw is None else raw, self.circumstances(), "standard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mutated file."""

    sample: Sample
    kind: str
    raw: bytes

    def problem(self) -> str | None:
        """Say what is wrong with how the mutant was judged, or None."""
        judged = self.sample.judge(self.raw)
        passed = judged.verdict.outcome is Outcome.PASSED
        authentic = AUTHENTIC.judge(judged.examination.report).outcome is Outcome.PASSED
        if any(
            finding.rule.endswith(".incident") for finding in judged.examination.report.findings()
        ):
            return "a step could not be finished"
        if self.kind not in TOLERATED:
            return "passed" if passed or authentic else None
        seal = judged.examination.seal
        if not authentic or (passed is not self.sample.follows_profile):
            return "not passed, although only unsigned additions changed"
        if self.kind == STRIPPED and (seal is None or seal.level != "B-B"):
            return "timestamps are gone, but the level is not B-B"
        if self.kind == BESIDE and (seal is None or seal.signers[0] != victim_of(self.sample)):
            return "the stranger is named as the signer"
        return None


# Samples ------------------------------------------------------------------


def real_samples() -> list[Sample]:
    """Return the sealed EDC cases, each trusted through the issuer in its own validation data."""
    folder = os.environ.get("TESSERA_CASES")
    if not folder or not (Path(folder) / "manifest.json").is_file():
        return []
    manifest = json.loads((Path(folder) / "manifest.json").read_text(encoding="utf-8"))
    found = []
    for case in manifest["cases"]:
        if case["format"] == "edc-jades":
            raw = (Path(folder) / case["path"]).read_bytes()
            found.append(
                Sample(
                    name=case["id"],
                    raw=raw,
                    at=datetime.fromisoformat(case["at"]),
                    anchor=issuer_in(raw),
                    follows_profile=False,
                )
            )
    return [replace(one, follows_profile=_passes(one)) for one in found]


def _passes(sample: Sample) -> bool:
    return sample.judge().verdict.outcome is Outcome.PASSED


def issuer_in(raw: bytes) -> bytes:
    """Return the certificate in the file whose subject is the issuer of the seal certificate."""
    signature = open_jws(raw).signatures[0]
    issuer = describe(signature.certificates[0]).issuer
    candidates = (*signature.certificates[1:], *signature.validation_data.certificates)
    return next(one for one in candidates if describe(one).subject == issuer)


@cache
def own_samples() -> tuple[Sample, ...]:
    """Return complete awards sealed with our own keys: both algorithms, both profiles."""
    authority = new_test_authority(NOW - timedelta(days=1))
    wanted = (("ES256", Profile.EUROPASS), ("RS256", Profile.ETSI_1_2))
    found = []
    for algorithm, profile in wanted:
        key = make_test_seal(authority, NOW - timedelta(days=1), algorithm=algorithm)
        found.append(
            Sample(
                name=f"own-{algorithm}",
                raw=JADES.seal(own_document(key), key, NOW, JadesOptions(profile=profile)),
                at=NOW + timedelta(hours=1),
                anchor=authority.certificate,
            )
        )
    return tuple(found)


def own_document(key: Any) -> bytes:
    """Return the complete award as an unsealed document, issued by the holder of the key."""
    award = complete_award()
    issued = with_issuer(award.micro_credential, describe(key.certificate_chain[0]))
    return dump(
        encode(
            replace(
                award,
                micro_credential=issued,
                display=display_picture(issued, "en", is_test=True),
                display_language="en",
                is_test=True,
            )
        )
    )


@cache
def victim_of(sample: Sample) -> str:
    return describe(open_jws(sample.raw).signatures[0].certificates[0]).holder


# Tools --------------------------------------------------------------------


def b64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def unb64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text_of(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Parts:
    """A sealed file in general JSON, taken apart to be put together wrongly."""

    def __init__(self, raw: bytes) -> None:
        self.file: Json = json.loads(raw)
        self.header: Json = json.loads(unb64url(self.signature["protected"]))

    @property
    def signature(self) -> Json:
        return self.file["signatures"][0]

    @property
    def leaf(self) -> bytes:
        return base64.b64decode(self.header["x5c"][0])

    def with_header(self, header: Json) -> Parts:
        self.header = header
        self.signature["protected"] = b64url(text_of(header).encode())
        return self

    def bytes(self) -> bytes:
        return text_of(self.file).encode("utf-8")


@cache
def _stranger_key(number: int = 0) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(0xA11CE + number, ec.SECP256R1())


@cache
def _stranger_chain(
    subject: x509.Name, issuer: x509.Name, begins: datetime, ends: datetime
) -> tuple[bytes, bytes]:
    """Return a leaf and an authority with these names, both made by a stranger (DER)."""

    def certificate(name: x509.Name, by: x509.Name, number: int, is_authority: bool) -> bytes:
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(by)
            .serial_number(0x51DE + number)
            .not_valid_before(begins)
            .not_valid_after(ends)
            .public_key(_stranger_key(number).public_key())
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        return builder.sign(_stranger_key(1), hashes.SHA256()).public_bytes(Encoding.DER)

    return certificate(subject, issuer, 0, False), certificate(issuer, issuer, 1, True)


def _own_name(sample: Sample) -> tuple[bytes, bytes]:
    def name(common: str) -> x509.Name:
        oid = x509.NameOID
        return x509.Name(
            [x509.NameAttribute(oid.ORGANIZATION_NAME, "Stranger"),
             x509.NameAttribute(oid.COMMON_NAME, common)]
        )  # fmt: skip

    return _stranger_chain(name("seal"), name("authority"), *_around(sample))


def _copied_name(sample: Sample) -> tuple[bytes, bytes]:
    leaf = x509.load_der_x509_certificate(Parts(sample.raw).leaf)
    return _stranger_chain(leaf.subject, leaf.issuer, *_around(sample))


def _around(sample: Sample) -> tuple[datetime, datetime]:
    return sample.at - timedelta(days=700), sample.at + timedelta(days=700)


def _sealed_by_stranger(header: Json, payload: str, chain: list[bytes]) -> Json:
    """Return a signature object that really fits the payload, by the stranger's key."""
    leaf = chain[0]
    rebuilt = {
        **header,
        "alg": "ES256",
        "kid": b64url(hashlib.sha256(leaf).digest()),
        "x5t#S256": b64url(hashlib.sha256(leaf).digest()),
        "x5c": [base64.b64encode(one).decode() for one in chain],
    }
    protected = b64url(text_of(rebuilt).encode())
    return {"protected": protected, "signature": _stranger_signature(protected, payload)}


def _stranger_signature(protected: str, payload: str) -> str:
    signature = _stranger_key().sign(f"{protected}.{payload}".encode(), ec.ECDSA(hashes.SHA256()))
    r, s = utils.decode_dss_signature(signature)
    return b64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def _altered(payload: str, chance: random.Random) -> str:
    """Return a payload that says something else, still JSON."""
    document = json.loads(payload)
    name = chance.choice(sorted(document))
    if chance.random() < 0.5:
        document[name] = chance.choice(["forged", 1, [], {"id": "urn:forged"}])
    else:
        document["forged"] = True
    return text_of(document)


# Kinds --------------------------------------------------------------------


def payload_byte(sample: Sample, chance: random.Random) -> bytes:
    parts = Parts(sample.raw)
    payload = parts.file["payload"]
    place = chance.randrange(len(payload))
    sign = chance.choice('abcXYZ019 "{}[],:é')
    how = chance.randrange(3)
    if how == 0:
        payload = payload[:place] + sign + payload[place + 1 :]
    elif how == 1:
        payload = payload[:place] + payload[place + 1 :]
    else:
        payload = payload[:place] + sign + payload[place:]
    parts.file["payload"] = payload
    return parts.bytes()


def raw_bit(sample: Sample, chance: random.Random) -> bytes:
    end = sample.raw.index(b'"signatures"')
    place = chance.randrange(end)
    flipped = bytearray(sample.raw)
    flipped[place] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def header_byte(sample: Sample, chance: random.Random) -> bytes:
    parts = Parts(sample.raw)
    text = parts.signature["protected"]
    if chance.random() < 0.5:
        place = chance.randrange(len(text))
        text = text[:place] + chance.choice("ABCxyz019-_=+/ ") + text[place + 1 :]
    else:
        decoded = bytearray(unb64url(text))
        decoded[chance.randrange(len(decoded))] ^= 1 << chance.randrange(7)
        text = b64url(bytes(decoded))
    parts.signature["protected"] = text
    return parts.bytes()


def header_member(sample: Sample, chance: random.Random) -> bytes:
    parts = Parts(sample.raw)
    header = dict(parts.header)
    name = chance.choice(sorted(header))
    how = chance.randrange(3)
    if how == 0:
        del header[name]
    elif how == 1:
        header[name] = chance.choice([None, "", 0, [], {}, "2023-09-27T00:00:00Z", "json"])
    else:
        header["exp"] = int(sample.at.timestamp()) + 10**8
    return parts.with_header(header).bytes()


def swapped_certificate(sample: Sample, chance: random.Random) -> bytes:
    parts = Parts(sample.raw)
    makers = (_own_name, _copied_name)
    other = chance.choice([*(make(sample)[0] for make in makers), sample.anchor])
    chain = [base64.b64encode(other).decode()]
    if chance.random() < 0.5:
        chain += parts.header["x5c"]
    header = {**parts.header, "x5c": chain}
    if chance.random() < 0.5:
        header["x5t#S256"] = b64url(hashlib.sha256(other).digest())
    return parts.with_header(header).bytes()


def stripped_timestamps(sample: Sample, chance: random.Random) -> bytes:
    parts = Parts(sample.raw)
    if chance.random() < 0.5:
        parts.signature.pop("header", None)
    else:
        parts.signature["header"] = {"etsiU": []}
    return parts.bytes()


def _resigned(sample: Sample, chance: random.Random, pair: tuple[bytes, bytes]) -> bytes:
    parts = Parts(sample.raw)
    payload = parts.file["payload"]
    if chance.random() < 0.5:
        payload = parts.file["payload"] = _altered(payload, chance)
    chain = chance.choice(
        [[pair[0]], [*pair], [pair[0], sample.anchor], [pair[0], parts.leaf, sample.anchor]]
    )
    header = dict(parts.header)
    if chance.random() < 0.5:
        header.pop("adoTst", None)
        header["crit"] = [one for one in header["crit"] if one != "adoTst"]
    made = _sealed_by_stranger(header, payload, chain)
    if "header" in parts.signature and chance.random() < 0.5:
        made["header"] = parts.signature["header"]
    parts.file["signatures"] = [made]
    return parts.bytes()


def resigned_by_stranger(sample: Sample, chance: random.Random) -> bytes:
    return _resigned(sample, chance, _own_name(sample))


def resigned_with_copied_names(sample: Sample, chance: random.Random) -> bytes:
    return _resigned(sample, chance, _copied_name(sample))


def resigned_under_the_victims_certificate(sample: Sample, chance: random.Random) -> bytes:
    parts = Parts(sample.raw)
    header = {**parts.header, "alg": chance.choice(["ES256", parts.header["alg"]])}
    parts.file["payload"] = _altered(parts.file["payload"], chance)
    parts.with_header(header)
    parts.signature["signature"] = _stranger_signature(
        parts.signature["protected"], parts.file["payload"]
    )
    return parts.bytes()


def duplicate_member(sample: Sample, chance: random.Random) -> bytes:
    parts = Parts(sample.raw)
    text = sample.raw.decode()
    forged = text_of(_altered(parts.file["payload"], chance))
    name = chance.choice(['"payload"', '"p\\u0061yload"'])
    evil = _sealed_by_stranger(parts.header, parts.file["payload"], [_own_name(sample)[0]])
    header = text_of(parts.header)
    payload = parts.file["payload"].lstrip()
    variants: list[Callable[[], str]] = [
        lambda: "{" + name + ":" + forged + "," + text[1:],
        lambda: text[:-1] + "," + name + ":" + forged + "}",
        lambda: text[:-1] + ',"signatures":[' + text_of(evil) + "]}",
        lambda: '{"signatures":[' + text_of(evil) + "]," + text[1:],
        lambda: text.replace('{"protected"', '{"signature":"AA","protected"', 1),
        lambda: text.replace('{"protected"', '{"protected":"AA","protected"', 1),
    ]
    inside = [
        lambda: parts.signature.update(protected=b64url(('{"alg":"none",' + header[1:]).encode())),
        lambda: parts.signature.update(protected=b64url((header[:-1] + ',"b64":true}').encode())),
        lambda: parts.file.update(payload='{"id":"urn:forged",' + payload[1:]),
        lambda: parts.file.update(payload=payload.rstrip()[:-1] + ',"id":"urn:forged"}'),
    ]
    chosen = chance.randrange(len(variants) + len(inside))
    if chosen < len(variants):
        return variants[chosen]().encode()
    inside[chosen - len(variants)]()
    return parts.bytes()


def several_signatures(sample: Sample, chance: random.Random) -> bytes:
    """The stranger's seal fits the altered document, the victim's is kept for its name."""
    parts = Parts(sample.raw)
    payload = parts.file["payload"] = _altered(parts.file["payload"], chance)
    pair = chance.choice([_own_name(sample), _copied_name(sample)])
    made = _sealed_by_stranger(parts.header, payload, list(pair))
    both = [parts.signature, made]
    chance.shuffle(both)
    parts.file["signatures"] = both * chance.choice([1, 1, 3])
    return parts.bytes()


def stranger_beside(sample: Sample, chance: random.Random) -> bytes:
    """Anyone can add a seal to a file; it must not be taken for the victim's."""
    parts = Parts(sample.raw)
    header = {name: value for name, value in parts.header.items() if name != "adoTst"}
    header["crit"] = [one for one in header["crit"] if one != "adoTst"]
    made = _sealed_by_stranger(header, parts.file["payload"], list(_own_name(sample)))
    both = [parts.signature, made]
    chance.shuffle(both)
    parts.file["signatures"] = both
    return parts.bytes()


def payload_replaced(sample: Sample, chance: random.Random) -> bytes:
    parts = Parts(sample.raw)
    payload = parts.file["payload"]
    parts.file["payload"] = chance.choice(
        ["", "{}", _altered(payload, chance), payload + " ", "\n" + payload,
         text_of(json.loads(payload)) + "\n", b64url(payload.encode()), payload * 2]
    )  # fmt: skip
    if chance.random() < 0.1:
        parts.file["payload"] = chance.choice([None, 7, {"a": 1}])
    if chance.random() < 0.1:
        del parts.file["payload"]
    return parts.bytes()


def algorithm_swapped(sample: Sample, chance: random.Random) -> bytes:
    parts = Parts(sample.raw)
    others = ["none", "None", "HS256", "HS512", "ES256", "RS256", "PS256", "RS512", "ES256K", "RS1"]
    alg = chance.choice([one for one in others if one != parts.header["alg"]])
    parts.with_header({**parts.header, "alg": alg})
    if chance.random() < 0.3:
        parts.signature["signature"] = ""
    if alg.startswith("HS"):
        key = x509.load_der_x509_certificate(parts.leaf).public_key()
        secret = chance.choice(
            [key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
             key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), b"", parts.leaf]
        )  # fmt: skip
        message = f"{parts.signature['protected']}.{parts.file['payload']}".encode()
        digest = hashlib.sha256 if alg == "HS256" else hashlib.sha512
        parts.signature["signature"] = b64url(hmac.new(secret, message, digest).digest())
    return parts.bytes()


def critical_tampered(sample: Sample, chance: random.Random) -> bytes:
    parts = Parts(sample.raw)
    crit = parts.header["crit"]
    changed = chance.choice(
        [[], [*crit, "unheard-of"], crit[1:], [*crit, *crit], "b64", None, [*crit, "alg"], [7]]
    )
    return parts.with_header({**parts.header, "crit": changed}).bytes()


def encoding_flipped(sample: Sample, chance: random.Random) -> bytes:
    parts = Parts(sample.raw)
    header = dict(parts.header)
    if chance.random() < 0.5:
        del header["b64"]
    else:
        header["b64"] = chance.choice([True, None, "false", 0])
    if chance.random() < 0.5:
        header["crit"] = [one for one in header["crit"] if one != "b64"]
    if chance.random() < 0.5:
        parts.file["payload"] = b64url(parts.file["payload"].encode())
    return parts.with_header(header).bytes()


def certificates_emptied(sample: Sample, chance: random.Random) -> bytes:
    parts = Parts(sample.raw)
    header = dict(parts.header)
    value = chance.choice([[], None, [""], ["AAAA"], "", {}, ...])
    if value is ...:
        del header["x5c"]
    else:
        header["x5c"] = value
    if chance.random() < 0.3:
        header.pop("x5t#S256", None)
    return parts.with_header(header).bytes()


def key_smuggled(sample: Sample, chance: random.Random) -> bytes:
    """A stranger's key where some readers look for one: jwk, jku, x5u, or the unsigned header."""
    parts = Parts(sample.raw)
    numbers = _stranger_key().public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256", "x": b64url(numbers.x.to_bytes(32, "big")),
           "y": b64url(numbers.y.to_bytes(32, "big"))}  # fmt: skip
    header = {**parts.header, "alg": "ES256"}
    if chance.random() < 0.5:
        header.pop("x5c")
    if chance.random() < 0.3:
        header.pop("x5t#S256", None)
    header[chance.choice(["jwk", "jku", "x5u", "cnf"])] = chance.choice([jwk, "https://e.example"])
    parts.with_header(header)
    parts.file["payload"] = _altered(parts.file["payload"], chance)
    parts.signature["signature"] = _stranger_signature(
        parts.signature["protected"], parts.file["payload"]
    )
    if chance.random() < 0.5:
        leaf = base64.b64encode(_copied_name(sample)[0]).decode()
        parts.signature["header"] = {"alg": "ES256", "jwk": jwk, "x5c": [leaf]}
    return parts.bytes()


def signature_value(sample: Sample, chance: random.Random) -> bytes:
    parts = Parts(sample.raw)
    value = unb64url(parts.signature["signature"])
    public = x509.load_der_x509_certificate(parts.leaf).public_key()
    half = len(value) // 2
    r, s = value[:half], value[half:]
    variants = [
        value[:-1], value[1:], value[:half], value + b"\0", b"\0" + value, value * 2, b"",
        bytes(len(value)), b"\xff" * len(value), s + r, value[::-1],
        bytes([value[0] ^ 1]) + value[1:], value[:-1] + bytes([value[-1] ^ 0x80]),
    ]  # fmt: skip
    if isinstance(public, rsa.RSAPublicKey):
        more = int.from_bytes(value, "big") + public.public_numbers().n
        variants.append(more.to_bytes(len(value) + 1, "big"))
    else:
        numbers = int.from_bytes(r, "big"), int.from_bytes(s, "big")
        variants += [utils.encode_dss_signature(*numbers), b"\0" + r + b"\0" + s, bytes(half) + s]
    text = b64url(chance.choice(variants))
    if chance.random() < 0.2:
        kept = parts.signature["signature"]
        text = chance.choice([kept + "=", kept + "==", " " + kept, kept + "\n", kept[:-1] + "*"])
    parts.signature["signature"] = text
    return parts.bytes()


def signatures_gone(sample: Sample, chance: random.Random) -> bytes:
    parts = Parts(sample.raw)
    signature = parts.signature
    parts.file["signatures"] = chance.choice(
        [[], None, {}, [{}], [None], "", [{"protected": signature["protected"]}],
         [{"signature": signature["signature"]}]]
    )  # fmt: skip
    if chance.random() < 0.2:
        del parts.file["signatures"]
    return parts.bytes()


KINDS: dict[str, Callable[[Sample, random.Random], bytes]] = {
    "payload byte": payload_byte,
    "raw bit": raw_bit,
    "header byte": header_byte,
    "header member": header_member,
    "swapped certificate": swapped_certificate,
    STRIPPED: stripped_timestamps,
    "re-signed by a stranger": resigned_by_stranger,
    "re-signed with copied names": resigned_with_copied_names,
    "re-signed under the victim's certificate": resigned_under_the_victims_certificate,
    "duplicate member": duplicate_member,
    "several signatures": several_signatures,
    BESIDE: stranger_beside,
    "payload replaced": payload_replaced,
    "algorithm swapped": algorithm_swapped,
    "critical tampered": critical_tampered,
    "b64 flipped": encoding_flipped,
    "x5c emptied": certificates_emptied,
    "key smuggled": key_smuggled,
    "signature value": signature_value,
    "signatures gone": signatures_gone,
}


def mutants(samples: list[Sample], count: int, seed: int = 0) -> Iterator[Mutant]:
    """Yield mutants, kinds in turn and samples at random; the same seed yields the same ones.

    (The stranger's ECDSA signatures are random by nature; everything else repeats.)
    """
    chance = random.Random(seed)
    kinds = list(KINDS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        sample = chance.choice(samples)
        raw = KINDS[kind](sample, chance)
        while kind not in TOLERATED and _says_the_same(raw, sample.raw):
            raw = KINDS[kind](sample, chance)
        yield Mutant(sample=sample, kind=kind, raw=raw)


def _says_the_same(raw: bytes, original: bytes) -> bool:
    """Say whether only the JSON spelling or the unsigned header differs."""

    def pairs(found: list[tuple[str, Any]]) -> Any:
        names = [name for name, _ in found]
        return dict(found) if len(set(names)) == len(names) else found

    def meaning(text: bytes) -> Any:
        value = json.loads(text, object_pairs_hook=pairs)
        signatures = value["signatures"]
        return value["payload"], [(one["protected"], one["signature"]) for one in signatures]

    try:
        return meaning(raw) == meaning(original)
    except (ValueError, TypeError, KeyError):
        return False


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("--count", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("build", "mutants"))
    wishes = parser.parse_args()
    real = real_samples()
    if not real:
        print("official cases: not here (only our own sealed files are mutated)")
    samples = [*real, *own_samples()]
    done: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for mutant in mutants(samples, wishes.count, wishes.seed):
        done[mutant.kind] += 1
        problem = mutant.problem()
        if problem:
            wrong[mutant.kind] += 1
            wishes.keep.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256(mutant.raw).hexdigest()[:8]
            (wishes.keep / f"{mutant.sample.name}-{digest}").write_bytes(mutant.raw)
            print(f"{mutant.kind} of {mutant.sample.name}: {problem}; kept in {wishes.keep}")
    print(f"{'kind':44}{'mutants':>8}{'wrong':>7}")
    for kind, number in done.items():
        print(f"{kind:44}{number:>8}{wrong[kind]:>7}")
    print(f"{'all':44}{done.total():>8}{wrong.total():>7}   ({len(samples)} sealed files)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

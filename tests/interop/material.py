"""What is exchanged with the peers: keys, one document, sealed files and forgeries of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from tessera.report import Outcome
from tessera.seals.jades import JADES, JadesOptions, Profile
from tessera.seals.keys import LocalKey, load_pkcs12, new_test_authority
from tessera.seals.keys.authority import SealHolder, TrialAuthority
from tessera.trust.anchors import Anchor
from tessera.verify.examination import Circumstances, Examination
from tessera.verify.runner import examine
from tests.mutants import own_document

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
JUDGED_AT = NOW + timedelta(hours=1)
# Until then a baseline seal may state its time as sigT (TS 119 182-1 V1.2.1 clause 6.3).
BEFORE_IAT = datetime(2025, 3, 1, 10, 0, tzinfo=UTC)
ALGORITHMS = ("RS256", "ES256")
PROFILES = tuple(Profile)
_PASSWORD = b"interop"
_HOLDERS = (
    SealHolder(organisation="TEST Body A", country="IE", identifier="VATIE-TEST-A"),
    SealHolder(organisation="TEST Body B", country="FI", identifier="VATFI-TEST-B"),
    SealHolder(organisation="TEST Body C", country="EE", identifier="NTREE-TEST-C"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key in every form that a peer may ask for."""

    algorithm: str
    ours: LocalKey
    store: bytes
    pem: bytes

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self.ours.certificate_chain


@cache
def authority() -> TrialAuthority:
    return new_test_authority(datetime(2025, 1, 1, tzinfo=UTC))


@cache
def stranger() -> TrialAuthority:
    """Another authority of the same name, which nobody trusts."""
    return new_test_authority(datetime(2025, 1, 1, tzinfo=UTC))


@cache
def key(algorithm: str, holder: int = 0, *, trusted: bool = True) -> Key:
    begins = datetime(2025, 1, 1, tzinfo=UTC)
    maker = authority() if trusted else stranger()
    store = maker.make_store(_HOLDERS[holder], begins, _PASSWORD, algorithm)
    private, _, _ = pkcs12.load_key_and_certificates(store, _PASSWORD)
    assert private is not None
    return Key(
        algorithm=algorithm,
        ours=load_pkcs12(store, _PASSWORD),
        store=store,
        pem=private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def password() -> str:
    return _PASSWORD.decode()


@cache
def document() -> bytes:
    """The complete award as an ELM credential, with letters of several scripts in it."""
    return own_document(key("ES256").ours)


@cache
def sealed(algorithm: str, profile: Profile, at: datetime = NOW) -> bytes:
    return JADES.seal(document(), key(algorithm).ours, at, JadesOptions(profile=profile))


@cache
def sealed_by_three(profile: Profile) -> bytes:
    options = JadesOptions(profile=profile)
    raw = sealed("ES256", profile)
    for holder, algorithm in ((1, "RS256"), (2, "ES256")):
        raw = JADES.cosign(raw, key(algorithm, holder).ours, NOW, options)
    return raw


@cache
def sealed_by_stranger(algorithm: str, profile: Profile) -> bytes:
    forger = key(algorithm, trusted=False).ours
    return JADES.seal(document(), forger, NOW, JadesOptions(profile=profile))


def examined(raw: bytes) -> Examination:
    """Our own verdict: all nine steps, trusting the authority of the tests alone."""
    anchors = (Anchor.of(authority().certificate),)
    return examine(raw, Circumstances(at=JUDGED_AT, anchors=anchors))


def accepted_by_us(raw: bytes) -> bool:
    """Whether the four steps about the seal have passed (the content is not the peers' matter)."""
    report = examined(raw).report
    wanted = ("parse", "seal", "signer", "time")
    return all(report.step(id).outcome is Outcome.PASSED for id in wanted)


# Forgeries of any JWS in the JSON or the compact serialisation -------------------


def _payload_changed(jws: dict[str, object]) -> None:
    first = _first(jws)
    plain = json.loads(_unb64(first["protected"])).get("b64") is False
    text = str(jws["payload"]) if plain else _unb64(str(jws["payload"])).decode()
    assert "Ada" in text
    text = text.replace("Ada", "Eda", 1)
    jws["payload"] = text if plain else _b64(text.encode())


def _header_changed(jws: dict[str, object]) -> None:
    first = _first(jws)
    header = json.loads(_unb64(first["protected"]))
    header["cty"] = "jose"
    first["protected"] = _b64(json.dumps(header, separators=(",", ":")).encode())


def _signature_changed(jws: dict[str, object]) -> None:
    first = _first(jws)
    octets = bytearray(_unb64(first["signature"]))
    octets[len(octets) // 2] ^= 1
    first["signature"] = _b64(bytes(octets))


def _certificate_exchanged(jws: dict[str, object]) -> None:
    first = _first(jws)
    header = json.loads(_unb64(first["protected"]))
    other = key(header["alg"], trusted=False).chain[0]
    header["x5c"][0] = base64.b64encode(other).decode()
    first["protected"] = _b64(json.dumps(header, separators=(",", ":")).encode())


FORGERIES: dict[str, Callable[[dict[str, object]], None]] = {
    "payload": _payload_changed,
    "header": _header_changed,
    "signature": _signature_changed,
    "certificate": _certificate_exchanged,
}


def forged(raw: bytes, what: str) -> bytes:
    """Return the file with one thing changed, in the serialisation it had."""
    if not raw.lstrip().startswith(b"{"):
        protected, payload, signature = raw.decode().strip().split(".")
        jws: dict[str, object] = {"payload": payload, "protected": protected}
        jws["signature"] = signature
        FORGERIES[what](jws)
        return f"{jws['protected']}.{jws['payload']}.{jws['signature']}".encode()
    jws = json.loads(raw)
    FORGERIES[what](jws)
    return json.dumps(jws, ensure_ascii=False, separators=(",", ":")).encode()


def _first(jws: dict[str, object]) -> dict[str, str]:
    found = jws.get("signatures")
    return found[0] if isinstance(found, list) else jws  # type: ignore[return-value]


def _b64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

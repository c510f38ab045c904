"""Who seals the seeds, whom the verifier trusts, and seals written by hand for what is spoilt.

`token` and `message` sign any bytes: the package's own sealers would refuse most of them.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from tessera.seals.base64text import to_base64url
from tessera.seals.jwk import to_jwk
from tests.unit.seals.dataintegrity.material import Key

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
UNIVERSITY, REGISTRY, LEARNER = Key("ES256"), Key("EdDSA"), Key("ES384")
STRANGER = Key("ES256", ec.derive_private_key(11, ec.SECP256R1()))
OUTSIDER = Key("EdDSA", ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
TRUSTED = (UNIVERSITY, REGISTRY)
_CODES = {"ES256": -7, "ES384": -35, "EdDSA": -8}


def did(key: Key) -> str:
    return str(key.method.partition("#")[0])


def document_of(key: Key) -> dict[str, Any]:
    """What a party publishes of itself, and a verifier gives with --trust."""
    method = {"id": key.method, "type": "Multikey", "controller": did(key),
              "publicKeyMultibase": key.multikey}  # fmt: skip
    return {"id": did(key), "verificationMethod": [method], "assertionMethod": [key.method]}


def compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def token(header: Any, payload: Any, key: Key) -> bytes:
    """Sign whatever stands in header and payload: bytes as they are, other values as JSON."""
    parts = [one if isinstance(one, bytes) else compact(one) for one in (header, payload)]
    message = ".".join(map(to_base64url, parts)).encode()
    return message + b"." + to_base64url(key.sign(message)).encode()


def header_of(key: Key, typ: str = "vc+jwt", **more: Any) -> dict[str, Any]:
    return {"alg": key.alg, "typ": typ, "kid": key.method, **more}


def public_jwk(key: Key) -> dict[str, Any]:
    return dict(to_jwk(key.public))


def message(header: Any, payload: bytes, key: Key, unprotected: Any = None) -> bytes:
    """Sign a COSE_Sign1 message, from RFC 9052 section 4.4."""
    protected = header if isinstance(header, bytes) else cbor2.dumps(header)
    signature = key.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    return bytes(cbor2.dumps(cbor2.CBORTag(18, [protected, unprotected or {}, payload, signature])))


def cose_header(key: Key) -> dict[int, Any]:
    return {1: _CODES[key.alg], 3: "application/vc", 4: key.method.encode(),
            16: "application/vc+cose"}  # fmt: skip


def digest(text: str) -> str:
    return to_base64url(hashlib.sha256(text.encode()).digest())

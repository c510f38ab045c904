"""Keys, documents and logs for the tests of resolving; the log is written from the standard."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tessera.errors import TesseraError
from tessera.seals.jwk import to_jwk
from tessera.seals.multikey import to_base58btc, to_multikey

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
DID = "did:web:registry.example.edu"
SITE = "https://registry.example.edu"


class MissingError(TesseraError):
    """What the simulator answers for an address it does not serve."""


class Web:
    """A simulator of the network: serves what it was given and remembers what was asked."""

    def __init__(self, pages: dict[str, Any]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def get(self, url: str, *, max_bytes: int) -> bytes:
        self.asked.append(url)
        if url not in self.pages:
            raise MissingError(f"{url} answered 404 instead of the file.")
        page = self.pages[url]
        raw = page if isinstance(page, bytes) else json.dumps(page).encode()
        if len(raw) > max_bytes:
            raise MissingError(f"{url} is larger than {max_bytes} bytes.")
        return raw


def private_key(number: int = 1) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def multikey(number: int = 1) -> str:
    return to_multikey(private_key(number).public_key())


def jwk(number: int = 1, **more: Any) -> dict[str, Any]:
    return {**to_jwk(private_key(number).public_key()), **more}


def method(owner: str = DID, name: str = "key-1", number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{owner}#{name}",
        "type": "Multikey",
        "controller": owner,
        "publicKeyMultibase": multikey(number),
        **more,
    }


def document(*methods: dict[str, Any], owner: str = DID, **more: Any) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": owner,
        "verificationMethod": list(methods),
        "assertionMethod": [one["id"] for one in methods],
        **more,
    }


class WebvhLog:
    """Writes the log of a did:webvh 1.0: DIF did:webvh v1.0, "Create" and "Update"."""

    def __init__(self, moment: str, state: dict[str, Any], updater: int = 9) -> None:
        self._updater = private_key(updater)
        key = to_multikey(self._updater.public_key())
        parameters = {"method": "did:webvh:1.0", "scid": "{SCID}", "updateKeys": [key]}
        first = {
            "versionId": "{SCID}", "versionTime": moment, "parameters": parameters, "state": state,
        }  # fmt: skip
        scid = _hash(first)
        first = json.loads(json.dumps(first).replace("{SCID}", scid))
        self.did = first["state"]["id"]
        self.lines: list[dict[str, Any]] = []
        self._append(first, scid)

    def update(self, moment: str, state: dict[str, Any], **parameters: Any) -> None:
        last = self.lines[-1]["versionId"]
        entry = {"versionId": last, "versionTime": moment, "parameters": parameters, "state": state}
        self._append(entry, last)

    def bytes(self) -> bytes:
        return b"".join(json.dumps(line).encode() + b"\n" for line in self.lines)

    def _append(self, entry: dict[str, Any], before: str) -> None:
        number = len(self.lines) + 1
        entry = {**entry, "versionId": f"{number}-{_hash({**entry, 'versionId': before})}"}
        key = to_multikey(self._updater.public_key())
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "verificationMethod": f"did:key:{key}#{key}",
            "created": entry["versionTime"],
            "proofPurpose": "assertionMethod",
        }
        signed = b"".join(hashlib.sha256(rfc8785.dumps(one)).digest() for one in (proof, entry))
        value = "z" + to_base58btc(self._updater.sign(signed))
        self.lines.append({**entry, "proof": [{**proof, "proofValue": value}]})


def _hash(entry: dict[str, Any]) -> str:
    return to_base58btc(b"\x12\x20" + hashlib.sha256(rfc8785.dumps(entry)).digest())

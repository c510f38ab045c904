"""Keys, registries and documents for the tests of Data Integrity; nothing here is secret."""

from __future__ import annotations

import csv
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tessera.errors import UnreadableError
from tessera.seals.dataintegrity import DataIntegrityOptions
from tessera.seals.multikey import from_multibase, from_multikey, to_multikey
from tessera.standards.contexts import Contexts
from tessera.standards.locate import Library
from tessera.standards.term_contexts import build

STANDARDS = os.environ.get("TESSERA_STANDARDS", "")
CASES = os.environ.get("TESSERA_CASES", "")
AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


class Key:
    """A private key that shows no certificate, with the `did:key` of its public key."""

    certificate_chain: tuple[bytes, ...] = ()
    kid = ""
    is_test = True

    def __init__(self, alg: str, private=None) -> None:
        self.alg = alg
        curve = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1}.get(alg)
        fresh = ec.derive_private_key(7, curve()) if curve else (
            ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))))  # fmt: skip
        self._private = private or fresh
        self.public = self._private.public_key()
        self.multikey = to_multikey(self.public)
        self.method = f"did:key:{self.multikey}#{self.multikey}"

    @classmethod
    def published(cls, secret: str) -> Key:
        """The Ed25519 key of a Multikey secret, as the W3C vectors publish them."""
        raw = from_multibase(secret)[2:]
        return cls("EdDSA", ed25519.Ed25519PrivateKey.from_private_bytes(raw))

    def sign(self, message: bytes) -> bytes:
        if self.alg == "EdDSA":
            return self._private.sign(message)
        hash_, size = {"ES256": (hashes.SHA256(), 32), "ES384": (hashes.SHA384(), 48)}[self.alg]
        r, s = decode_dss_signature(self._private.sign(message, ec.ECDSA(hash_)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def options(self, **more) -> DataIntegrityOptions:
        return DataIntegrityOptions(**{"verification_method": self.method, **more})


def key_of(ref):
    """Resolve what names its key itself: did:key, or an address with a Multikey at its end."""
    method = ref.kid or ""
    for text in (method.rpartition("#")[2], method.rpartition(":")[2]):
        try:
            return from_multikey(text)
        except UnreadableError:
            continue
    return None


def citizenship() -> dict[str, bytes]:
    """The context of the W3C ECDSA vectors, from a term table of what they use."""
    path = Path(__file__).with_name("citizenship.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        url, document = build(csv.reader(lines), path.name)
    return {url: json.dumps(document).encode("utf-8")}


def official() -> Contexts:
    """All official contexts, those of examples too."""
    return Contexts(Library(Path(STANDARDS)), examples=True, added=citizenship())


def vectors(*formats: str) -> list[dict]:
    """The cases of these formats whose file holds a proof."""
    if not (CASES and STANDARDS):
        return []
    listed = json.loads(Path(CASES, "manifest.json").read_text(encoding="utf-8"))["cases"]
    return [
        case
        for case in listed
        if case["format"] in formats and b'"proof"' in Path(CASES, case["path"]).read_bytes()
    ]


def credential(**more):
    """A small credential that needs no official file."""
    return {
        "@context": [V2],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential"],
        "name": "Soil microbiology",
        "issuer": "did:example:issuer",
        "validFrom": "2026-11-24T10:00:00Z",
        "credentialSubject": {"id": "did:example:learner"},
        **more,
    }


def badge(**more):
    """An Open Badges micro-credential with a list, blank nodes, numbers and texts."""
    return {
        "@context": [V2, OB],
        "id": "urn:uuid:8a1f3c1e-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": "Soil microbiology",
        "description": "Life in a handful of earth",
        "issuer": {
            "id": "did:example:issuer",
            "type": ["Profile"],
            "name": "Example University",
            "otherIdentifier": [
                {"type": "IdentifierEntry", "identifier": "123456", "identifierType": "systemId"}
            ],
        },
        "validFrom": "2026-11-24T10:00:00Z",
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["AchievementSubject"],
            "creditsEarned": 4.5,
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityHash": "sha256$0123456789abcdef",
                    "identityType": "emailAddress",
                    "salt": "pepper",
                }
            ],
            "achievement": {
                "id": "https://example.org/mc/soil",
                "type": ["Achievement"],
                "name": "Soil microbiology",
                "description": "Life in a handful of earth",
                "criteria": {"narrative": "Written and oral examination."},
                "achievementType": "MicroCredential",
                "creditsAvailable": 5,
                "tag": ["soil", "life"],
                "alignment": [
                    {
                        "type": ["Alignment"],
                        "targetName": "EQF level 6",
                        "targetUrl": "http://data.europa.eu/snb/eqf/6",
                        "targetFramework": "EQF",
                    }
                ],
                "resultDescription": [
                    {
                        "id": "urn:uuid:8a1f3c1e-0000-4000-8000-00000000000a",
                        "type": ["ResultDescription"],
                        "name": "Grade",
                        "resultType": "LetterGrade",
                        "allowedValue": ["10", "9", "8", "7", "6"],
                    }
                ],
            },
            "result": [
                {
                    "type": ["Result"],
                    "resultDescription": "urn:uuid:8a1f3c1e-0000-4000-8000-00000000000a",
                    "value": "9",
                }
            ],
        },
        **more,
    }

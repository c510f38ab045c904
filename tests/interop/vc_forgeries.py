"""Forgeries of sealed credentials: one thing changed, and what is left is well formed.

`of_proof` changes a credential with a proof inside, `of_token` a token.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tessera.seals.base64text import from_base64url, to_base64url
from tessera.seals.certificates import public_key
from tests.interop.vc_peers import Party, party

Tree = dict[str, Any]


def _letter(document: Tree) -> Tree:
    """A letter in a name."""
    return _respelt(document, "Ada", "Eda")


def _shortened(document: Tree) -> Tree:
    """No end of validity."""
    del document["validUntil"]
    return document


def _lengthened(document: Tree) -> Tree:
    """A member that the contexts know."""
    schema = {"id": "https://uni.example/schema.json", "type": "JsonSchema"}
    return {**document, "credentialSchema": schema}


def _unheard_of(document: Tree) -> Tree:
    """A member that no context knows, which a careless reader would not see as added."""
    return {**document, "unheardOf": "Doctor"}


def _reworded(document: Tree) -> Tree:
    """The same members, but a term of the document's own context means something else."""
    own = dict(document["@context"][-1])
    own["Purpose"] = "urn:tessera:vc:Another"
    document["@context"][-1] = own
    return document


def _redated(document: Tree) -> Tree:
    document["proof"]["created"] = "2026-11-24T09:59:59Z"
    return document


def _repurposed(document: Tree) -> Tree:
    document["proof"]["proofPurpose"] = "authentication"
    return document


def _resigned(document: Tree) -> Tree:
    value = document["proof"]["proofValue"]
    other = "2" if value[20] != "2" else "3"
    document["proof"]["proofValue"] = value[:20] + other + value[21:]
    return document


def _unsigned(document: Tree) -> Tree:
    document["proof"]["proofValue"] = "z"
    return document


PROOF_FORGERIES: dict[str, Callable[[Tree], Tree]] = {
    "letter": _letter,
    "shortened": _shortened,
    "lengthened": _lengthened,
    "unheard-of": _unheard_of,
    "reworded": _reworded,
    "redated": _redated,
    "repurposed": _repurposed,
    "resigned": _resigned,
    "unsigned": _unsigned,
}


def of_proof(sealed: bytes, what: str) -> bytes:
    """Return the credential with one thing changed."""
    changed = json.dumps(PROOF_FORGERIES[what](json.loads(sealed)), ensure_ascii=False).encode()
    assert json.loads(changed) != json.loads(sealed), what
    return changed


def with_key_of(sealed: bytes, other: Party) -> bytes:
    """Return the credential whose proof names the key of somebody else."""
    document = json.loads(sealed)
    document["proof"]["verificationMethod"] = other.method
    return json.dumps(document, ensure_ascii=False).encode()


TOKEN_FORGERIES = ("letter", "longer", "header", "signature", "cropped", "none", "confused")


def of_token(token: bytes, what: str, issuer: Party) -> bytes:
    """Return the token with one thing changed; issuer: whose public key is known to forgers."""
    protected, payload, signature = token.decode("ascii").split(".")
    header, claims = json.loads(from_base64url(protected)), json.loads(from_base64url(payload))
    if what == "letter":
        claims = _respelt(claims, "Ada", "Eda")
    elif what == "longer":
        claims["exp"] = 4_102_444_800
    elif what == "header":
        header["cty"] = "json"
    elif what == "signature":
        octets = bytearray(from_base64url(signature))
        octets[20] ^= 1
        signature = to_base64url(bytes(octets))
    elif what == "cropped":
        signature = ""
    elif what == "none":
        header["alg"], signature = "none", ""
    elif what == "confused":
        header["alg"] = "HS256"
    message = f"{_encoded(header)}.{_encoded(claims)}"
    if what in ("signature", "cropped"):
        message = f"{protected}.{payload}"
    if what == "confused":
        pem = public_key(issuer.key.chain[0]).public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        signature = to_base64url(hmac.digest(pem, message.encode(), hashlib.sha256))
    changed = f"{message}.{signature}".encode()
    assert changed != token, what
    return changed


def stranger(algorithm: str) -> Party:
    """Somebody whom nobody knows, with a key of the same kind."""
    return party(algorithm, trusted=False)


def _respelt(tree: Tree, old: str, new: str) -> Tree:
    text = json.dumps(tree, ensure_ascii=False)
    assert old in text
    changed: Tree = json.loads(text.replace(old, new, 1))
    return changed


def _encoded(tree: Tree) -> str:
    return to_base64url(json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode())

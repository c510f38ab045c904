"""DIDs that are their own document: did:key and did:jwk. Nothing is fetched, nothing expires.

Source: W3C CCG did:key 0.9 section 3.1 (the document a did:key stands for);
did:jwk method specification (Read: base64url of the JWK, one method `#0`).
"""

from __future__ import annotations

from tessera.errors import UnreadableError
from tessera.seals.base64text import from_base64url
from tessera.seals.jwk import from_jwk
from tessera.seals.multikey import from_multikey
from tessera.standards.jsontext import read_json
from tessera.trust.resolve.documents import Document, Method

METHODS = ("key", "jwk")
_SIGNING = frozenset(
    {"assertionMethod", "authentication", "capabilityInvocation", "capabilityDelegation"}
)


def expand(did: str) -> Document:
    """Return the document of a did:key or did:jwk. Raises: UnreadableError."""
    return _of_key(did) if did.startswith("did:key:") else _of_jwk(did)


def _of_key(did: str) -> Document:
    text = did.removeprefix("did:key:")
    from_multikey(text)  # a key that cannot be read makes the whole DID meaningless
    method = Method(
        id=f"{did}#{text}",
        controller=did,
        material={"publicKeyMultibase": text},
        relationships=_SIGNING,
    )
    return Document(id=did, methods=(method,))


def _of_jwk(did: str) -> Document:
    jwk = read_json(from_base64url(did.removeprefix("did:jwk:")), max_bytes=4096)
    if not isinstance(jwk, dict):
        raise UnreadableError("The did:jwk does not hold a key.")
    from_jwk(jwk)
    method = Method(
        id=f"{did}#0", controller=did, material={"publicKeyJwk": jwk}, relationships=_SIGNING
    )
    return Document(id=did, methods=(method,))

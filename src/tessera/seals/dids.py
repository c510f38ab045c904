"""The DID that stands for a key alone, for sealers who have no other name.

Source: W3C CCG did:key 0.9 section 3 (Ed25519, P-256, P-384, P-521); did:jwk method
specification, for keys that did:key does not hold, such as RSA.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tessera.errors import UnreadableError
from tessera.seals.base64text import to_base64url
from tessera.seals.jwk import thumbprint, to_jwk
from tessera.seals.multikey import to_multikey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes


def did_of_key(key: PublicKeyTypes) -> tuple[str, str]:
    """Return DID and verification method of a public key. Raises: UnreadableError."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    if isinstance(key, RSAPublicKey):
        text = json.dumps(to_jwk(key), separators=(",", ":"), sort_keys=True)
        did = f"did:jwk:{to_base64url(text.encode())}"
        return did, f"{did}#0"
    text = to_multikey(key)
    return f"did:key:{text}", f"did:key:{text}#{text}"


def web_did(site: str) -> str:
    """Return the did:web of DOMAIN[:PORT][/PATH]. Not checked: that it is a domain."""
    host, *segments = site.removeprefix("https://").strip("/").split("/")
    return ":".join(("did:web", host.lower().replace(":", "%3A"), *segments))


def methods_of(did: str, key: PublicKeyTypes) -> tuple[str, str | None]:
    """Return the two names that `tessera keys did` publishes a key under.

    The first (its thumbprint) is for tokens, the second (its Multikey, None for RSA) for
    proofs inside a document.
    """
    token = f"{did}#{thumbprint(to_jwk(key))}"
    try:
        return token, f"{did}#{to_multikey(key)}"
    except UnreadableError:
        return token, None

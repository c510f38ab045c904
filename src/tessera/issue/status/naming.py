"""The DID that stands for a key alone, for publishers who have no other name for it.

Source: W3C CCG did:key (P-256, P-384, Ed25519 …); did:jwk for keys that did:key does not
write here, such as RSA.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from tessera.errors import UnreadableError
from tessera.seals.base64text import to_base64url
from tessera.seals.jwk import to_jwk
from tessera.seals.multikey import to_multikey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes


def name_of_key(key: PublicKeyTypes) -> tuple[str, str]:
    """Return (DID, verification method) of a public key. Raises: UnreadableError."""
    try:
        text = to_multikey(key)
    except UnreadableError:
        did = f"did:jwk:{to_base64url(orjson.dumps(to_jwk(key)))}"
        return did, f"{did}#0"
    return f"did:key:{text}", f"did:key:{text}#{text}"

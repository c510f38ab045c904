"""What seals the lists: a credential with a mechanism, the claims of a token as a JWT.

Source: W3C Bitstring Status List 1.0 section 3.6 (any way to secure a credential); IETF
Token Status List section 5.1 (`typ` statuslist+jwt); RFC 7515 section 7.1; RFC 7517 and
RFC 7638 (thumbprint, where nothing else names the key).
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from tessera.errors import KeyRefusedError
from tessera.issue.status.documents import Terms
from tessera.seals.base64text import to_base64url
from tessera.seals.validity import refuse_outside_validity

if TYPE_CHECKING:
    from tessera.seals.protocol import ProofMechanism, SigningKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A key, what names it, and the way to seal the credentials.

    verification_method: the DID URL or address of the key. mechanism and options: of
    `tessera.registry`. with_certificates: tokens bring their certificates (x5c): wallets of
    the EU ask for them, and verifiers know an organisation by them after a change of keys.
    """

    key: SigningKey
    verification_method: str
    mechanism: ProofMechanism
    options: Any = None
    with_certificates: bool = False

    def credential(self, document: dict[str, Any], terms: Terms) -> bytes:
        """Return the sealed credential. Raises: KeyRefusedError."""
        return self.mechanism.seal(orjson.dumps(document), self.key, terms.at, self.options)

    def token(self, claims: dict[str, Any], terms: Terms) -> bytes:
        """Return the signed token. Raises: KeyRefusedError."""
        chain = self.key.certificate_chain
        for certificate in chain[:1]:
            refuse_outside_validity(certificate, terms.at)
        header: dict[str, Any] = {
            "alg": self.key.alg,
            "typ": "statuslist+jwt",
            "kid": self.verification_method,
        }
        if self.with_certificates:
            if not chain:
                raise KeyRefusedError("The key has no certificate that the lists could bring.")
            header["x5c"] = [b64encode(one).decode("ascii") for one in chain]
        parts = (orjson.dumps(header), orjson.dumps(claims))
        message = ".".join(to_base64url(one) for one in parts).encode("ascii")
        return message + b"." + to_base64url(self.key.sign(message)).encode("ascii")

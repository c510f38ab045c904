"""What seals the lists: a credential with a mechanism, the claims of a token as JWT or CWT.

Source: W3C Bitstring Status List 1.0 section 3.6 (any way to secure a credential); IETF
Token Status List sections 5.1 and 5.2; RFC 7515 section 7.1; RFC 9052 sections 4.2 and 4.4.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from tessera.errors import KeyRefusedError
from tessera.issue.status.documents import Terms
from tessera.seals.base64text import from_base64url, to_base64url
from tessera.seals.validity import refuse_outside_validity
from tessera.trust.status import tokens

if TYPE_CHECKING:
    from tessera.seals.protocol import ProofMechanism, SigningKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A key, what names it, and the way to seal the credentials.

    verification_method: the DID URL or address of the key. mechanism and options: of
    `tessera.registry`. with_certificates: tokens bring their certificates (x5c): wallets of
    the EU ask for them, and verifiers know an organisation by them after a change of keys.
    with_cwt: token lists are published in CBOR as well.
    """

    key: SigningKey
    verification_method: str
    mechanism: ProofMechanism
    options: Any = None
    with_certificates: bool = False
    with_cwt: bool = False

    def credential(self, document: dict[str, Any], terms: Terms) -> bytes:
        """Return the sealed credential. Raises: KeyRefusedError."""
        return self.mechanism.seal(orjson.dumps(document), self.key, terms.at, self.options)

    def token(self, claims: dict[str, Any], terms: Terms) -> bytes:
        """Return the signed token. Raises: KeyRefusedError."""
        chain = self._chain(terms)
        header: dict[str, Any] = {
            "alg": self.key.alg,
            "typ": "statuslist+jwt",
            "kid": self.verification_method,
        }
        if chain:
            header["x5c"] = [b64encode(one).decode("ascii") for one in chain]
        parts = (orjson.dumps(header), orjson.dumps(claims))
        message = ".".join(to_base64url(one) for one in parts).encode("ascii")
        return message + b"." + to_base64url(self.key.sign(message)).encode("ascii")

    def compact_token(self, claims: dict[str, Any], terms: Terms) -> bytes:
        """Return the same claims as a CWT, signed in a tagged COSE_Sign1.

        Raises: KeyRefusedError, also for an algorithm that COSE has no number for.
        """
        import cbor2

        algorithms = {name: number for number, name in tokens.COSE_ALGORITHMS.items()}
        if self.key.alg not in algorithms:
            raise KeyRefusedError(f"Lists in CBOR cannot be signed with {self.key.alg}.")
        chain = self._chain(terms)
        protected = cbor2.dumps(
            {tokens.ALG: algorithms[self.key.alg], tokens.TYP: tokens.CWT_TYPE}, canonical=True
        )
        unprotected: dict[int, Any] = {tokens.KID: self.verification_method.encode()}
        if chain:
            unprotected[tokens.X5CHAIN] = list(chain) if len(chain) > 1 else chain[0]
        payload = cbor2.dumps(_by_number(claims))
        signature = self.key.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
        message = [protected, unprotected, payload, signature]
        return cbor2.dumps(cbor2.CBORTag(tokens.SIGN1, message))

    def _chain(self, terms: Terms) -> tuple[bytes, ...]:
        """Return the certificates to bring along. Raises: KeyRefusedError out of their time."""
        chain = self.key.certificate_chain
        for certificate in chain[:1]:
            refuse_outside_validity(certificate, terms.at)
        if not self.with_certificates:
            return ()
        if not chain:
            raise KeyRefusedError("The key has no certificate that the lists could bring.")
        return chain


def _by_number(claims: dict[str, Any]) -> dict[int, Any]:
    """Name the claims of a JWT as a CWT does; the packed list is bytes there."""
    numbers = {name: number for number, name in tokens.CLAIMS.items()}
    inner = claims["status_list"]
    packed = {**inner, "lst": from_base64url(inner["lst"])}
    return {
        numbers[name]: packed if name == "status_list" else value for name, value in claims.items()
    }

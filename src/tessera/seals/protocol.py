"""The shapes that seals share: keys that sign, mechanisms, and what opening a seal yields.

A mechanism turns a document into sealed bytes (`seal`), parses sealed bytes
without judging them (`open`), and states facts about the seal as findings
(`check`). Whether the signer is trusted is never said here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

    from tessera.report import Finding


class SigningKey(Protocol):
    """A private key behind a wall: it signs, and shows only its certificates.

    alg: JOSE algorithm name (RFC 7518), such as "ES256".
    kid: base64 of the DER IssuerSerial of the certificate (RFC 5035).
    certificate_chain: DER certificates, the one of this key first.
    is_test: whether the certificate marks itself as a test certificate.
    """

    @property
    def alg(self) -> str: ...

    @property
    def kid(self) -> str: ...

    @property
    def certificate_chain(self) -> tuple[bytes, ...]: ...

    @property
    def is_test(self) -> bool: ...

    def sign(self, message: bytes) -> bytes:
        """Return the signature in JOSE form (raw r||s for ECDSA, RFC 7518 section 3.4)."""
        ...


@runtime_checkable
class DigestSigningKey(SigningKey, Protocol):
    """A signing key that also signs a digest computed by the caller."""

    @property
    def hash_name(self) -> str:
        """Name of the hash for `hashlib.new`, such as "sha256"."""
        ...

    def sign_digest(self, digest: bytes) -> bytes:
        """Return what `sign` returns for the message with this digest."""
        ...


@runtime_checkable
class BatchSigningKey(SigningKey, Protocol):
    """A signing key for which many digests cost little more than one, such as a remote one."""

    @property
    def hash_name(self) -> str:
        """Name of the hash for `hashlib.new`, such as "sha256"."""
        ...

    @property
    def batch_size(self) -> int:
        """How many digests are asked for at most at once."""
        ...

    def sign_many(self, digests: Sequence[bytes]) -> Sequence[bytes]:
        """Return the signatures of the messages with these digests, in their order; all or none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRef:
    """How a seal names the key that made it, for a resolver of `tessera.trust`.

    algorithm: JOSE name, or that of a cryptosuite. kid: as it stands in the seal, a name or
    the URL of a verification method. issuer: who claims to have sealed (`iss`, `issuer`).
    jwk: a key that the seal brings along, which says nothing about whose it is.
    certificates: the chain in x5c, DER. purpose: what the key has to be meant for (Data
    Integrity `proofPurpose`). at: the sealing time as claimed, for keys that were rotated.
    """

    algorithm: str
    kid: str | None = None
    certificate_digest: tuple[str, bytes] | None = None  # ("sha256", digest)
    issuer: str | None = None
    jwk: Mapping[str, Any] | None = None
    certificates: tuple[bytes, ...] = ()
    purpose: str = "assertionMethod"
    at: datetime | None = None


KeyOf = Callable[[KeyRef], "PublicKeyTypes | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedProof:
    """One seal of the family of Verifiable Credentials as found; nothing is verified.

    path: JSON Pointer of the proof in the document; "" for a token. suite: JOSE algorithm
    or cryptosuite. claimed_at: `iat`, `created`. not_before, expires_at: `nbf`, `exp`,
    `expires`, judged in the step `time`. held: what the mechanism needs to check it.
    """

    path: str
    suite: str
    key: KeyRef
    claimed_at: datetime | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None
    held: Any = None
    defects: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedProofs:
    """A document sealed in the manner of Verifiable Credentials, parsed but not judged.

    serialization: "compact", "sd-jwt", "embedded" or "cose". document: what was sealed as
    a JSON tree, with disclosed claims in their places. media_type: what the seal says it
    is (`typ`), for the step `schema`. defects: findings about the whole.
    """

    mechanism: str
    serialization: str
    document: Any
    proofs: tuple[OpenedProof, ...]
    media_type: str | None = None
    content_type: str | None = None
    defects: tuple[Finding, ...] = ()


class ProofMechanism(Protocol):
    """A way to seal for the family of Verifiable Credentials."""

    @property
    def id(self) -> str: ...

    @property
    def algorithms(self) -> tuple[str, ...]: ...

    def seal(self, document: bytes, key: SigningKey, at: datetime, options: Any = None) -> bytes:
        """Return the sealed bytes. Raises: KeyRefusedError, UnreadableError."""
        ...

    def open(self, raw: bytes) -> OpenedProofs:
        """Parse without judging. Raises: UnreadableError when it is no such seal."""
        ...

    def check(self, opened: OpenedProofs, key_of: KeyOf) -> tuple[Finding, ...]:
        """State whether each proof is intact, at its path; never raises for hostile content.

        `seal.signature` PASSED or FAILED; `seal.key` INDETERMINATE where `key_of` has no key.
        """
        ...

    def form(self, opened: OpenedProofs) -> tuple[Finding, ...]:
        """State for the step `schema` whether what the seal calls itself fits what it seals."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsignedEntry:
    """One entry of the unsigned properties, kept as found: timestamps hash its text.

    encoded: the base64url text in the file, or None when the entry stands in clear.
    """

    name: str
    value: Any
    encoded: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationData:
    """Certificates, CRLs and OCSP responses (DER) found in the seal; nothing is verified."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DetachedReference:
    """A document that a detached seal covers by name.

    content is None when it was not among the given files; digest is None when the
    document itself, not its digest, is part of the signed bytes.
    """

    uri: str
    content: bytes | None
    digest_algorithm: str | None = None
    digest: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSignature:
    """One signature as found in the file; nothing in it has been verified.

    path: JSON Pointer of the signature object; "" for a flattened or compact file.
    signed_payload: the payload part of the signed bytes, shared between signatures;
    None when a detached document is missing.
    claimed_at: the time the signer states (sigT or iat), if it can be read.
    expires_at: the `exp` header parameter, if present: to be judged in the step `time`.
    level: "B-B", "B-T", "B-LT" or "B-LTA", read off the unsigned properties only.
    certificates: the chain in x5c, DER, signing certificate first.
    defects: findings of parsing; `check` repeats them.
    """

    path: str
    protected_text: str
    protected: Mapping[str, Any]
    unprotected: Mapping[str, Any]
    signed_payload: bytes | None
    signature: bytes
    certificates: tuple[bytes, ...] = ()
    claimed_at: datetime | None = None
    expires_at: datetime | None = None
    level: str = "B-B"
    unsigned: tuple[UnsignedEntry, ...] = ()
    validation_data: ValidationData = field(default_factory=ValidationData)
    references: tuple[DetachedReference, ...] = ()
    counter_signatures: tuple[OpenedSignature, ...] = ()
    defects: tuple[Finding, ...] = ()

    @property
    def signing_input(self) -> bytes | None:
        """The exact signed bytes (RFC 7797 section 3); None when a document is missing."""
        if self.signed_payload is None:
            return None
        return self.protected_text.encode("utf-8") + b"." + self.signed_payload

    @property
    def algorithm(self) -> str | None:
        """The `alg` header parameter if it is text."""
        alg = self.protected.get("alg")
        return alg if isinstance(alg, str) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What parsing sealed bytes yields: the document and every signature on it.

    document: the sealed bytes of the document; empty when it is detached and not
    given, or when several detached documents are covered.
    serialization: "general-json", "flattened-json" or "compact".
    """

    mechanism: str
    serialization: str
    document: bytes
    signatures: tuple[OpenedSignature, ...]
    is_detached: bool = False


class Mechanism(Protocol):
    """One way to seal: an id, its algorithms, and the four verbs."""

    @property
    def id(self) -> str: ...

    @property
    def algorithms(self) -> tuple[str, ...]: ...

    def seal(self, document: bytes, key: SigningKey, at: datetime, options: Any = None) -> bytes:
        """Return the sealed bytes. Raises: KeyRefusedError, UnreadableError."""
        ...

    def open(self, raw: bytes, detached: Mapping[str, bytes] | None = None) -> Opened:
        """Parse without judging. Raises: UnreadableError when it is no such seal."""
        ...

    def check(self, opened: Opened, key_of: KeyOf | None = None) -> tuple[Finding, ...]:
        """State whether each signature is intact; never raises for hostile content."""
        ...

    def cosign(self, sealed: bytes, key: SigningKey, at: datetime, options: Any = None) -> bytes:
        """Add a parallel signature over the same document."""
        ...

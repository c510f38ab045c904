"""What a party publishes about its keys: controller documents, read and bounded.

A controller document (a DID document is one) lists verification methods and says what
each is for. A method may state when it expires and when it was revoked, so that a
document can keep the keys of former years.

Steps of `read_document`: 1 bounds, 2 the methods, also those embedded in a
relationship, 3 which relationships name them.

Source: W3C Controlled Identifiers 1.0 sections 2.1 to 2.3; W3C DID Core 1.0 section 5;
OpenID Federation 1.0, "Federation Historical Keys Response" (nbf, exp, revoked of a JWK).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.seals.jwk import from_jwk
from tessera.seals.multikey import from_base58btc, from_multikey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

MAX_DOCUMENT_BYTES = 1_048_576
MOST_METHODS = 500
RELATIONSHIPS = (
    "assertionMethod", "authentication", "keyAgreement", "capabilityInvocation",
    "capabilityDelegation",
)  # fmt: skip
_MATERIAL = ("publicKeyJwk", "publicKeyMultibase", "publicKeyBase58", "publicKeyPem")
_LATEST = 253402300799  # the last second of the year 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One published key and what is said about it; the key is decoded when it is asked for.

    id: its absolute name. controller: who holds it, or None for a key without an owner.
    relationships: what it is for; None where nothing was said, which forbids nothing.
    kid: the name in its JWK. begins, expires, revoked: aware. fault: why it cannot be used.
    """

    id: str
    controller: str | None
    material: Mapping[str, Any]
    relationships: frozenset[str] | None = None
    begins: datetime | None = None
    expires: datetime | None = None
    revoked: datetime | None = None
    fault: str | None = None

    @property
    def kid(self) -> str | None:
        """The `kid` of the JWK if it is text."""
        jwk = self.jwk
        kid = jwk.get("kid") if jwk is not None else None
        return kid if isinstance(kid, str) else None

    @property
    def jwk(self) -> Mapping[str, Any] | None:
        """The key as the JWK that stands in the document."""
        value = self.material.get("publicKeyJwk")
        return value if isinstance(value, Mapping) else None

    def key(self) -> PublicKeyTypes:
        """Decode the key. Raises: UnreadableError."""
        if self.fault:
            raise UnreadableError(self.fault)
        name, value = next(iter(self.material.items()))
        if name == "publicKeyJwk" and isinstance(value, Mapping):
            return from_jwk(value)
        if name == "publicKeyMultibase" and isinstance(value, str):
            return from_multikey(value)
        if name == "publicKeyBase58" and isinstance(value, str):
            return _plain_ed25519(value)
        raise UnreadableError(f"The key {self.id[:80]} is written in a way that is not read here.")

    def answers_to(self, name: str) -> bool:
        """Say whether a seal that names `name` means this method."""
        return name in (self.id, self.kid) or name.removeprefix("#") == self.id.rpartition("#")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A controller document: whose it is, and the keys in it."""

    id: str
    methods: tuple[Method, ...] = field(default=())

    def find(self, name: str | None) -> tuple[Method, ...]:
        """Return the methods a seal may mean: the whole name first; all where it names none."""
        if name is None:
            return self.methods
        exact = tuple(method for method in self.methods if method.id == name)
        if exact or name.startswith(f"{self.id}#"):
            return exact
        return tuple(method for method in self.methods if method.answers_to(name))


def read_document(value: Any, source: str) -> Document:
    """Read a controller document; source: where it came from, for sentences.

    Raises: UnreadableError when it is none or too large. A method that cannot be read
    is kept with its fault, so that others stay usable.
    """
    # 1
    if not isinstance(value, Mapping) or not isinstance(value.get("id"), str):
        raise UnreadableError(f"{source} is no document about keys: it lacks its `id`.")
    owner = value["id"]
    listed = [(name, entry) for name in RELATIONSHIPS for entry in _entries(value.get(name))]
    own = _entries(value.get("verificationMethod", value.get("publicKey")))
    if len(listed) + len(own) > MOST_METHODS:
        raise UnreadableError(f"{source} lists more than {MOST_METHODS} keys and uses of keys.")
    # 2, 3
    uses = _uses(owner, listed)
    embedded = [entry for _, entry in listed if isinstance(entry, Mapping)]
    methods: dict[str, Method] = {}
    for entry in (*own, *embedded):
        method = read_method(entry, owner, uses) if isinstance(entry, Mapping) else None
        if method is not None:
            methods[method.id] = _twice(method) if method.id in methods else method
    return Document(id=owner, methods=tuple(methods.values()))


def read_method(
    value: Mapping[str, Any],
    owner: str | None = None,
    uses: Mapping[str, frozenset[str]] | None = None,
) -> Method | None:
    """Read one verification method, alone or of a document; None when it has no name.

    What a document lists is a key of its owner: anybody can write another's name beside a
    key (`controller`), and only that other's own document could confirm it.
    """
    id = value.get("id")
    if not isinstance(id, str) or not id:
        return None
    name = _absolute(id, owner)
    controller = owner or value.get("controller")
    present = [one for one in _MATERIAL if one in value]
    fault = None if len(present) == 1 else f"The key {name[:80]} is not written exactly once."
    expires, revoked = (moment_of(value.get(one)) for one in ("expires", "revoked"))
    unclear = (value.get("expires") is not None and expires is None) or (
        value.get("revoked") is not None and revoked is None
    )
    if unclear:
        fault = f"The key {name[:80]} states a time (`expires`, `revoked`) that cannot be read."
    return Method(
        id=name,
        controller=controller if isinstance(controller, str) else None,
        material={one: value[one] for one in present[:1]},
        relationships=None if uses is None else uses.get(name, frozenset()),
        expires=expires,
        revoked=revoked,
        fault=fault,
    )


def read_jwk(value: Mapping[str, Any], id: str, owner: str | None) -> Method:
    """Take a JWK as a method that may be used for anything, with its times."""
    revoked = value.get("revoked")
    stated = (
        value.get("nbf"),
        value.get("exp"),
        revoked.get("revoked_at") if isinstance(revoked, Mapping) else revoked,
    )
    begins, expires, ended = map(moment_of, stated)
    unclear = any(
        one is not None and read is None
        for one, read in zip(stated, (begins, expires, ended), strict=True)
    )
    return Method(
        id=id,
        controller=owner,
        material={"publicKeyJwk": value},
        begins=begins,
        expires=expires,
        revoked=ended,
        fault=f"The key {id[:80]} states a time that cannot be read." if unclear else None,
    )


def moment_of(value: Any) -> datetime | None:
    """Read an instant: seconds since 1970, or ISO 8601 with a time zone; else None."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LATEST:
        return datetime.fromtimestamp(value, UTC)
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _uses(owner: str, listed: list[tuple[str, Any]]) -> dict[str, frozenset[str]]:
    uses: dict[str, set[str]] = {}
    for relationship, entry in listed:
        id = entry.get("id") if isinstance(entry, Mapping) else entry
        if isinstance(id, str):
            uses.setdefault(_absolute(id, owner), set()).add(relationship)
    return {name: frozenset(kinds) for name, kinds in uses.items()}


def _entries(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _absolute(id: str, owner: str | None) -> str:
    return f"{owner}{id}" if owner and id.startswith("#") else id


def _twice(method: Method) -> Method:
    """Two methods of one name: nobody knows which counts, so neither does."""
    return Method(
        id=method.id,
        controller=method.controller,
        material={},
        fault=f"The name {method.id[:80]} stands for two keys.",
    )


def _plain_ed25519(text: str) -> PublicKeyTypes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    raw = from_base58btc(text)
    if len(raw) != 32:
        raise UnreadableError("An Ed25519 key has 32 bytes.")
    return Ed25519PublicKey.from_public_bytes(raw)

"""Issue an SD-JWT: hide what is disclosable behind digests, and sign the rest.

Steps of `Issuer.seal`: 1 read the claims, 2 add the time and the holder's key, 3 replace
disclosable claims by digests, 4 sign, 5 put the disclosures behind the token.

Source: RFC 9901 sections 4 and 9; SD-JWT VC (draft) section 3.2; OpenID4VC High Assurance
Interoperability Profile (x5c without the trust anchor).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from tessera.errors import KeyRefusedError, UnreadableError
from tessera.seals.algorithms import ALGORITHMS
from tessera.seals.base64text import to_base64url
from tessera.seals.certificates import parse
from tessera.seals.jwk import from_jwk
from tessera.seals.sdjwt.containers import MOST_BYTES
from tessera.seals.sdjwt.disclosures import (
    DEFAULT_ALGORITHM,
    DIGEST_ALGORITHM,
    RESERVED,
    hasher,
)
from tessera.seals.sdjwt.frame import Concealer, Wish
from tessera.seals.sdjwt.read import NEVER_HIDDEN
from tessera.seals.validity import refuse_outside_validity
from tessera.standards.jsontext import read_json

if TYPE_CHECKING:
    from tessera.seals.protocol import SigningKey

_PUBLIC = ("kty", "crv", "x", "y", "n", "e", "alg", "kid", "use", "key_ops")


@dataclass(frozen=True, slots=True, kw_only=True)
class SdJwtOptions:
    """How to issue.

    verification_method: the `kid` of the header. disclosable: JSON Pointers of the claims
    the holder may withhold (see `frame`). holder: public JWK the credential is bound to
    (`cnf`). media_type, content_type: `typ` and `cty`; "vc+sd-jwt" and "vc" for a W3C
    credential. decoys: the most decoy digests at one place. certificates: write `x5c`.
    """

    verification_method: str | None = None
    disclosable: tuple[str, ...] = ()
    holder: Mapping[str, Any] | None = None
    media_type: str = "dc+sd-jwt"
    content_type: str | None = None
    digest_algorithm: str = DEFAULT_ALGORITHM
    decoys: int = 0
    certificates: bool = True


class Issuer:
    """Issues many SD-JWT with one key at one moment: the header is built once.

    Raises on creation: KeyRefusedError when the key must not seal at `at`, UsageError for a
    pointer to a claim that has to be visible, UnreadableError for a holder key that is none.
    """

    __slots__ = ("_at", "_cnf", "_digest", "_key", "_options", "_prefix", "_wish")

    def __init__(self, key: SigningKey, at: datetime, options: SdJwtOptions | None = None) -> None:
        self._options = options or SdJwtOptions()
        self._key = key
        self._at = int(at.timestamp())
        self._wish = Wish.of(self._options.disclosable, NEVER_HIDDEN)
        self._digest = hasher(self._options.digest_algorithm)
        self._cnf = None if self._options.holder is None else _confirmation(self._options.holder)
        header = orjson.dumps(_header(key, at, self._options))
        self._prefix = to_base64url(header).encode("ascii") + b"."

    def seal(self, document: bytes) -> bytes:
        """Return the SD-JWT for claims given as JSON text.

        Raises: UnreadableError when it is no JSON object or uses names that SD-JWT reserves.
        """
        # 1
        claims = read_json(document, max_bytes=MOST_BYTES)
        if not isinstance(claims, dict):
            raise UnreadableError("What an SD-JWT seals is a JSON object of claims.")
        _refuse_reserved(document, claims)
        # 2
        claims.setdefault("iat", self._at)
        if self._cnf is not None:
            claims["cnf"] = self._cnf
        # 3
        concealer = Concealer(self._digest, self._options.decoys)
        payload = concealer.conceal(claims, self._wish)
        if concealer.made:
            payload[DIGEST_ALGORITHM] = self._options.digest_algorithm
        # 4
        message = self._prefix + to_base64url(orjson.dumps(payload)).encode("ascii")
        signature = to_base64url(self._key.sign(message))
        # 5
        token = f"{message.decode('ascii')}.{signature}"
        return "~".join((token, *(one.text for one in concealer.made), "")).encode("ascii")


def seal(
    document: bytes, key: SigningKey, at: datetime, options: SdJwtOptions | None = None
) -> bytes:
    """Return the SD-JWT for claims given as JSON text; see `Issuer`."""
    return Issuer(key, at, options).seal(document)


def _header(key: SigningKey, at: datetime, options: SdJwtOptions) -> dict[str, Any]:
    if key.alg not in ALGORITHMS:
        raise KeyRefusedError(f"Seals are not made with the algorithm {key.alg!r}.")
    header: dict[str, Any] = {"alg": key.alg, "typ": options.media_type}
    if options.content_type is not None:
        header["cty"] = options.content_type
    if options.verification_method is not None:
        header["kid"] = options.verification_method
    chain = key.certificate_chain
    if chain:
        refuse_outside_validity(chain[0], at)
    if chain and options.certificates:
        header["x5c"] = [b64encode(one).decode("ascii") for one in _without_anchor(chain)]
    return header


def _without_anchor(chain: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Leave out a root certificate, which whoever trusts it has already."""
    last = parse(chain[-1])
    is_root = len(chain) > 1 and last.issuer == last.subject
    return chain[:-1] if is_root else chain


def _confirmation(holder: Mapping[str, Any]) -> dict[str, Any]:
    """Return `cnf` for a public key; a private member never gets into a credential."""
    public = {name: holder[name] for name in _PUBLIC if name in holder}
    from_jwk(public)
    return {"jwk": public}


def _refuse_reserved(document: bytes, claims: dict[str, Any]) -> None:
    """Refuse names by which readers find digests; a look at the text spares most the walk."""
    if not (b"_sd" in document or b'"..."' in document or b"\\u" in document):
        return
    stack: list[Any] = [claims]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            for name in RESERVED & one.keys():
                raise UnreadableError(
                    f"The claims have a member '{name}', which SD-JWT needs for itself. Rename it."
                )
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)

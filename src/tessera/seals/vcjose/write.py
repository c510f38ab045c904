"""Seal a credential or presentation as a compact token.

Two profiles. `vc-jose`: the W3C one, any algorithm, typ `vc+jwt` or `vp+jwt`. `open-badges`:
that of 1EdTech, which knows no other header parameters than alg, kid, jwk and typ, and whose
public validator takes RS256 and ES256 only.

Steps of `TokenSealer.seal`: 1 read the document, 2 the claims it lacks, put behind its own
members, 3 sign. The bytes of the document stay as they are.

Source: W3C VC-JOSE-COSE sections 3.1.1 to 3.1.3 and 4.1; 1EdTech Open Badges 3.0 section 8.2;
RFC 7515 section 7.1.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from tessera.errors import KeyRefusedError, UnreadableError
from tessera.seals.algorithms import ALGORITHMS
from tessera.seals.base64text import to_base64url
from tessera.seals.certificates import public_key
from tessera.seals.jwk import thumbprint, to_jwk
from tessera.seals.protocol import BatchSigningKey
from tessera.seals.validity import refuse_outside_validity
from tessera.seals.vcjose.claims import REGISTERED, identifier, seconds, subject_of, types_of
from tessera.seals.vcjose.read import MAX_TOKEN_BYTES
from tessera.seals.vcjose.text import read_text

if TYPE_CHECKING:
    from tessera.seals.protocol import SigningKey

_BADGE_ALGORITHMS = ("RS256", "ES256")
_CLAIMS_ONLY = frozenset({*REGISTERED, "vc", "vp"})


class JoseProfile(StrEnum):
    """Whose rules a token follows; reading accepts both."""

    VC_JOSE = "vc-jose"
    OPEN_BADGES = "open-badges"


@dataclass(frozen=True, slots=True, kw_only=True)
class JoseOptions:
    """How to seal.

    verification_method: the `kid` to write, a DID URL or https address of the key; without
    it the thumbprint of the key (RFC 7638), or for Open Badges the key itself. x5c: write
    the certificates as well (not allowed for Open Badges).
    """

    profile: JoseProfile = JoseProfile.VC_JOSE
    verification_method: str | None = None
    x5c: bool = False


class TokenSealer:
    """Seals many documents with one key at one moment: headers are built once.

    Raises on creation: KeyRefusedError when the certificate is not valid at `at`, or the
    algorithm is not one of the profile.
    """

    __slots__ = ("_at", "_headers", "_key", "_profile")

    def __init__(self, key: SigningKey, at: datetime, options: JoseOptions | None = None) -> None:
        chosen = options or JoseOptions()
        _refuse_algorithm(key.alg, chosen.profile)
        for certificate in key.certificate_chain[:1]:
            refuse_outside_validity(certificate, at)
        self._key, self._profile, self._at = key, chosen.profile, int(at.timestamp())
        self._headers = {
            kind: to_base64url(orjson.dumps(_header(key, chosen, kind))).encode("ascii") + b"."
            for kind in ("vc", "vp")
        }

    def seal(self, document: bytes) -> bytes:
        """Return the token. Raises: UnreadableError for what is no credential."""
        message = self._message(document)
        # 3
        return message + b"." + to_base64url(self._key.sign(message)).encode("ascii")

    def seal_all(self, documents: Iterable[bytes]) -> Iterator[bytes]:
        """Seal one after the other, as they are asked for.

        A key that signs in batches, such as a remote one, is asked once for many.
        """
        key = self._key
        if not isinstance(key, BatchSigningKey):
            yield from map(self.seal, documents)
            return
        messages = map(self._message, documents)
        while part := list(islice(messages, key.batch_size)):
            digests = [hashlib.new(key.hash_name, message).digest() for message in part]
            for message, signature in zip(part, key.sign_many(digests), strict=True):
                yield message + b"." + to_base64url(signature).encode("ascii")

    def _message(self, document: bytes) -> bytes:
        """Return header and payload with a dot between: what is signed."""
        # 1
        tree = read_text(document, max_bytes=MAX_TOKEN_BYTES)
        if not isinstance(tree, dict) or not tree:
            raise UnreadableError("Only a JSON object can be sealed as a token.")
        if clash := sorted(_CLAIMS_ONLY & set(tree)):
            raise UnreadableError(
                f"The document has the member {clash[0]!r}, which is a claim of the token. Remove "
                "it; claims are made when sealing."
            )
        # 2
        kind = "vp" if "VerifiablePresentation" in types_of(tree) else "vc"
        claims = self._claims(tree, kind)
        payload = document.rstrip()[:-1] + b"," + orjson.dumps(claims)[1:]
        return self._headers[kind] + to_base64url(payload).encode("ascii")

    def _claims(self, tree: Mapping[str, Any], kind: str) -> dict[str, Any]:
        issuer = identifier(tree.get("holder" if kind == "vp" else "issuer"))
        claims: dict[str, Any] = {} if issuer is None else {"iss": issuer}
        if (id := identifier(tree.get("id"))) is not None:
            claims["jti"] = id
        if self._profile is JoseProfile.OPEN_BADGES:
            return {**claims, **_badge_claims(tree)}
        return {**claims, "iat": self._at}


def seal_token(
    document: bytes, key: SigningKey, at: datetime, options: JoseOptions | None = None
) -> bytes:
    """Seal one document. Raises: KeyRefusedError, UnreadableError."""
    return TokenSealer(key, at, options).seal(document)


def _header(key: SigningKey, options: JoseOptions, kind: str) -> dict[str, Any]:
    header: dict[str, Any] = {"alg": key.alg}
    if options.profile is JoseProfile.OPEN_BADGES:
        header["typ"] = "JWT"
    else:
        header["typ"] = f"{kind}+jwt"
        header["cty"] = kind
    if options.verification_method is not None:
        header["kid"] = options.verification_method
    else:
        jwk = to_jwk(_public_key(key))
        if options.profile is JoseProfile.OPEN_BADGES:
            header["jwk"] = jwk
        else:
            header["kid"] = thumbprint(jwk)
    if options.x5c:
        if options.profile is JoseProfile.OPEN_BADGES:
            raise KeyRefusedError(
                "Open Badges as tokens carry no certificates. Seal without x5c, or with the "
                "profile vc-jose."
            )
        header["x5c"] = [b64encode(one).decode("ascii") for one in key.certificate_chain]
    return header


def _public_key(key: SigningKey) -> Any:
    if not key.certificate_chain:
        raise KeyRefusedError(
            "The key has no certificate to take its name from. Say which verification method it is."
        )
    return public_key(key.certificate_chain[0])


def _badge_claims(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return nbf, sub and exp; a subject without an id has no `sub`, as 1EdTech's own samples.

    Raises: UnreadableError for a badge that lacks what a claim is made of.
    """
    begins, subject = seconds(tree.get("validFrom")), subject_of(tree)
    if begins is None or "id" not in tree or "issuer" not in tree:
        raise UnreadableError(
            "An Open Badge as a token needs id, issuer, and validFrom with a time zone. Complete "
            "it, or seal it with the profile vc-jose."
        )
    claims: dict[str, Any] = {"nbf": int(begins)}
    if subject is not None:
        claims["sub"] = subject
    if (ends := seconds(tree.get("validUntil"))) is not None:
        claims["exp"] = int(ends)
    return claims


def _refuse_algorithm(algorithm: str, profile: JoseProfile) -> None:
    if profile is JoseProfile.OPEN_BADGES and algorithm not in _BADGE_ALGORITHMS:
        raise KeyRefusedError(
            f"Validators of Open Badges take tokens with RS256 or ES256, not {algorithm}. Use "
            "another key, the profile vc-jose, or seal with Data Integrity (eddsa-rdfc-2022)."
        )
    if algorithm not in ALGORITHMS:
        raise KeyRefusedError(f"Seals are not made with the algorithm {algorithm!r}.")

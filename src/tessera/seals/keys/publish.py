"""Publish keys for verifiers: a did:web document, JWT VC issuer metadata, a JWK set.

Each certificate gives two methods of one key: a JWK, which tokens name, and a Multikey,
which proofs inside a document name. A key that was exchanged stays, with the moment it
ended, so that what it sealed before keeps verifying.

Steps of `publish`: 1 read what was published, 2 end or revoke keys, 3 add the new ones,
4 write all three anew from it.

Source: W3C Controlled Identifiers 1.0 sections 2.1 to 2.3; W3C CCG did:web; SD-JWT VC,
"JWT VC Issuer Metadata"; RFC 7517 sections 4 and 5; OpenID Federation 1.0, "Federation
Historical Keys Response" (exp, revoked).
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError, UsageError
from tessera.seals.certificates import describe, public_key
from tessera.seals.dids import did_of_key, web_did
from tessera.seals.jwk import thumbprint, to_jwk
from tessera.seals.keys.outside import algorithm_of
from tessera.seals.multikey import to_multikey

if TYPE_CHECKING:
    from tessera.seals.protocol import SigningKey

CONTEXTS = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/jwk/v1",
    "https://w3id.org/security/multikey/v1",
]
_SITE = re.compile(r"(?:https://)?[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where keys are published: a domain, with or without a path.

    issuer: the https address of the issuer. folder: its path, "" for the whole domain.
    """

    did: str
    issuer: str
    folder: str

    @classmethod
    def of(cls, text: str) -> Site:
        """Read DOMAIN[:PORT][/PATH]. Raises: UsageError."""
        plain = text.removeprefix("https://").strip("/")
        if not _SITE.fullmatch(text) or ".." in plain or "." not in plain.split("/")[0]:
            raise UsageError(f"{text!r} is no domain. Write it like registry.example.edu/seals.")
        return cls(did=web_did(plain), issuer=f"https://{plain}", folder=plain.partition("/")[2])

    @property
    def document_path(self) -> str:
        """Where the DID document lies below the root of the web site."""
        return f"{self.folder or '.well-known'}/did.json"

    @property
    def keys_path(self) -> str:
        """Where the JWK set lies."""
        return f"{self.folder}/jwks.json".lstrip("/")

    @property
    def metadata_path(self) -> str:
        """Where the JWT VC issuer metadata lies."""
        return f".well-known/jwt-vc-issuer/{self.folder}".rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be done: certificates to add, and names of keys that end.

    retire: every key that was there ends now. revoked: names (thumbprints) of keys that
    are not to be trusted from now on.
    """

    certificates: Sequence[bytes] = ()
    retire: bool = False
    revoked: Sequence[str] = ()


def did_of(key: SigningKey) -> tuple[str, str]:
    """Return the DID of a sealing key by itself, and its verification method."""
    return did_of_key(public_key(key.certificate_chain[0]))


def own_document(certificate: bytes) -> dict[str, Any]:
    """Return the document of the DID that a key has by itself (did:key, did:jwk).

    Nobody has to publish it; a verifier who is given it knows whom to trust.
    """
    key = public_key(certificate)
    did, method = did_of_key(key)
    named: dict[str, Any] = {"id": method, "type": "Multikey", "controller": did}
    try:
        named["publicKeyMultibase"] = to_multikey(key)
    except UnreadableError:  # RSA
        named |= {"type": "JsonWebKey", "publicKeyJwk": to_jwk(key)}
    return {
        "@context": CONTEXTS, "id": did, "verificationMethod": [named],
        "assertionMethod": [method],
    }  # fmt: skip


def publish(
    site: Site, change: Change, now: datetime, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what to publish: path below the root of the web site → JSON tree.

    before: the DID document published so far. now: aware.
    Raises: UsageError for a name that is not there; UnreadableError for a document of
    somebody else.
    """
    # 1
    document = dict(before or {"@context": CONTEXTS, "id": site.did})
    if document.get("id") != site.did:
        raise UnreadableError(
            f"The document there is that of {str(document.get('id'))[:80]}, not of {site.did}."
        )
    methods = [dict(one) for one in document.get("verificationMethod", ()) if _is_method(one)]
    added = [one for item in change.certificates for one in _methods(site.did, item)]
    # 2
    _end(methods, change, now, {one["id"] for one in added})
    # 3
    known = {one["id"] for one in methods}
    methods += [one for one in added if one["id"] not in known]
    # 4
    document["verificationMethod"] = methods
    document["assertionMethod"] = [one["id"] for one in methods]
    keys = [_listed(one) for one in methods if "publicKeyJwk" in one]
    return {
        site.document_path: document,
        site.keys_path: {"keys": keys},
        site.metadata_path: {"issuer": site.issuer, "jwks": {"keys": keys}},
    }


def names(document: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Yield the name of each published key, and its method that holds a JWK."""
    for one in document.get("verificationMethod", ()):
        if _is_method(one) and "publicKeyJwk" in one:
            yield one["id"].rpartition("#")[2], one


def as_text(tree: Any) -> bytes:
    """Return a JSON tree as it is published."""
    return (json.dumps(tree, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def _methods(did: str, certificate: bytes) -> list[dict[str, Any]]:
    key, facts = public_key(certificate), describe(certificate)
    jwk: dict[str, Any] = to_jwk(key)
    name = thumbprint(jwk)
    jwk |= {
        "kid": name,
        "alg": algorithm_of(key),
        "use": "sig",
        "x5c": [b64encode(certificate).decode("ascii")],
    }
    ends = _instant(facts.not_after)
    found: list[dict[str, Any]] = [
        {
            "id": f"{did}#{name}", "type": "JsonWebKey", "controller": did, "expires": ends,
            "publicKeyJwk": jwk,
        }
    ]  # fmt: skip
    try:
        text = to_multikey(key)
    except UnreadableError:  # RSA
        return found
    found.append(
        {
            "id": f"{did}#{text}", "type": "Multikey", "controller": did, "expires": ends,
            "publicKeyMultibase": text,
        }
    )  # fmt: skip
    return found


def _end(methods: list[dict[str, Any]], change: Change, now: datetime, stay: set[str]) -> None:
    """Write when keys end; both methods of one key end together. stay: names in use."""
    moment = _instant(now)
    by_name = {one["id"].rpartition("#")[2]: one for one in methods}
    if missing := [name for name in change.revoked if name not in by_name]:
        there = ", ".join(name for name, one in by_name.items() if "publicKeyJwk" in one)
        raise UsageError(f"No key is published as {missing[0]!r}. There are: {there or 'none'}.")
    revoked = {_material(by_name[name]) for name in change.revoked}
    for method in methods:
        if _material(method) in revoked:
            method.setdefault("revoked", moment)
        elif change.retire and method["id"] not in stay:
            method["expires"] = min(moment, method.get("expires", moment))


def _material(method: Mapping[str, Any]) -> str:
    """Return what tells the key of a method, whichever way it is written."""
    from tessera.seals.jwk import from_jwk

    jwk = method.get("publicKeyJwk")
    if not isinstance(jwk, Mapping):
        return str(method.get("publicKeyMultibase"))
    try:
        return to_multikey(from_jwk(jwk))
    except UnreadableError:
        return str(jwk.get("n"))


def _listed(method: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JWK of a method with the times that key sets state in seconds."""
    jwk = dict(method["publicKeyJwk"])
    if "expires" in method:
        jwk["exp"] = _seconds(method["expires"])
    if "revoked" in method:
        jwk["revoked"] = {"revoked_at": _seconds(method["revoked"])}
    return jwk


def _is_method(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("id"), str)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(text: Any) -> int:
    try:
        return int(datetime.fromisoformat(str(text)).timestamp())
    except ValueError as error:
        raise UnreadableError(f"The published document states no time in {text!r}.") from error

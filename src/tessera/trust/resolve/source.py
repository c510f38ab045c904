"""Where documents about keys come from: known files first, then the network if allowed.

Everything is asked for at most once in the life of a `Source`, faults included.
Source: W3C CCG did:web, DIF did:webvh v1.0, W3C Controlled Identifiers 1.0 section 3.3
(retrieval); SD-JWT VC, "JWT VC Issuer Metadata"; RFC 7517 section 5 (`jwks_uri`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tessera.errors import TesseraError, UnreadableError
from tessera.fetch import Fetcher, OfflineError
from tessera.standards.jsontext import read_json
from tessera.trust.resolve import addresses, webvh
from tessera.trust.resolve.documents import (
    MAX_DOCUMENT_BYTES,
    Document,
    Method,
    read_document,
    read_jwk,
    read_method,
)
from tessera.trust.resolve.known import KnownParties, metadata_methods, read_set
from tessera.trust.resolve.self_certifying import METHODS as SELF_CERTIFYING
from tessera.trust.resolve.self_certifying import expand

# Methods of the W3C registry met in credentials of education, for which no resolver is
# built in: their keys have to be given. Any other name is no DID that could be resolved.
UNRESOLVED = frozenset(
    {"ala", "bid", "btcr", "ccp", "cheqd", "dht", "dock", "ebsi", "elem", "ethr", "evan", "hedera",
     "iid", "indy", "ion", "iota", "jolo", "keri", "lac", "lacchain", "ling", "orb", "oyd", "peer",
     "pkh", "plc", "polygonid", "prism", "sov", "stack", "tdw", "trustbloc", "tz", "v1", "vaa",
     "webplus", "webs"}
)  # fmt: skip


class ForbiddenError(UnreadableError):
    """A name or address that no verifier may follow, or that means nothing to anybody."""

    code = "forbidden"


class UnreachableError(UnreadableError):
    """The document may exist, and could not be had."""

    code = "unreachable"


@dataclass(slots=True)
class Source:
    """Documents by DID or address, for one verifier."""

    known: KnownParties
    fetcher: Fetcher
    _cache: dict[str, Any] = field(default_factory=dict)

    def document(self, party: str, at: datetime | None) -> tuple[Document, str]:
        """Return the document of a party and how it was had.

        Raises: ForbiddenError, UnreachableError; UnreadableError for one that is faulty.
        """
        if party in self.known.logs:
            return webvh.document_at(party, self.known.logs[party], at), "did:webvh"
        if party in self.known.documents:
            return self.known.documents[party], "known"
        method = addresses.did_method(party)
        if method in SELF_CERTIFYING:
            return self._once(party, lambda: expand(party)), f"did:{method}"
        if method == "web":
            return self._at(addresses.web_address(party), party), "did:web"
        if method == "webvh":
            log = self._bytes(addresses.webvh_address(party))
            return webvh.document_at(party, log, at), "did:webvh"
        if party.startswith("did:"):
            self._refuse_did(party, method)
        return self._of_address(party)

    def _refuse_did(self, party: str, method: str | None) -> None:
        if method in UNRESOLVED:
            raise UnreachableError(
                f"Keys of did:{method} are not looked up here. Give its DID document with "
                "--trust FILE."
            )
        if method is None:
            raise ForbiddenError(f"{party[:80]!r} is no well-formed DID.")
        raise ForbiddenError(
            f"The key is named by did:{method[:40]}, which is not a known DID method: nobody can "
            "look it up."
        )

    def _of_address(self, party: str) -> tuple[Document, str]:
        if party.startswith("urn:"):
            raise UnreachableError(
                f"{party[:80]} is a name without an address. Give the key with --trust FILE."
            )
        if addresses.split_web(party) is None:
            raise ForbiddenError(
                f"{party[:80]!r} is neither a DID nor a web address; a key cannot be found by it."
            )
        return self._at(party, party), "https"

    def issuer_metadata(self, issuer: str) -> Document:
        """Return the keys in JWT VC issuer metadata. Raises: like `document`."""
        parts = addresses.split_web(issuer)
        if parts is None or parts.query or parts.fragment:
            raise UnreachableError(f"{issuer[:80]} has no JWT VC issuer metadata.")
        value = self._json(addresses.issuer_metadata_address(issuer))
        if not isinstance(value, Mapping) or value.get("issuer") != issuer:
            raise UnreadableError(f"The issuer metadata of {issuer[:80]} names another issuer.")
        uri = value.get("jwks_uri")
        if (uri is None) == (value.get("jwks") is None):
            raise UnreadableError(f"The issuer metadata of {issuer[:80]} needs its keys once.")
        keys = self._json(uri) if isinstance(uri, str) else None
        return Document(id=issuer, methods=metadata_methods(value, keys))

    def key_at(self, url: str) -> tuple[Method, ...]:
        """Return the keys that stand at an address, be it a JWK, a set, a method or a document.

        A lone key belongs to the origin it is served from, nobody else. Raises: like `document`.
        """
        base = addresses.without_fragment(url)
        value, home = self._json(base), addresses.origin(base)
        if isinstance(value, Mapping):
            if "verificationMethod" in value or "assertionMethod" in value:
                return self._at(base, base).methods
            if isinstance(value.get("kty"), str):
                return (read_jwk(value, url, home),)
            if isinstance(value.get("keys"), list):
                return read_set(value, home, base)
            method = read_method(value, home)
            if method is not None and method.id == url:
                return (method,)
        raise UnreadableError(f"At {base[:80]} stands no key.")

    def _at(self, url: str, party: str) -> Document:
        document = read_document(self._json(url), f"The document at {url[:80]}")
        if document.id != party:
            raise UnreadableError(
                f"The document at {url[:80]} is that of {document.id[:80]}, not of {party[:80]}."
            )
        return document

    def _json(self, url: str) -> Any:
        return self._once(
            f"json {url}", lambda: read_json(self._bytes(url), max_bytes=MAX_DOCUMENT_BYTES)
        )

    def _bytes(self, url: str) -> bytes:
        if addresses.split_web(url) is None or addresses.is_private(url):
            raise ForbiddenError(
                f"{url[:80]!r} leads into somebody's own network, where no verifier follows it."
            )
        if not url.startswith("https://"):
            raise UnreachableError(
                f"{url[:80]} is not encrypted, so a key from there proves nothing. Give the key "
                "with --trust FILE."
            )
        return bytes(self._once(url, lambda: self._fetched(url)))

    def _fetched(self, url: str) -> bytes:
        try:
            return self.fetcher.get(url, max_bytes=MAX_DOCUMENT_BYTES)
        except OfflineError as error:
            raise UnreachableError(
                f"{url[:80]} was not asked for its keys, since the network is off. Allow it with "
                "--online, or give the keys with --trust FILE."
            ) from error
        except TesseraError as error:
            raise UnreachableError(
                f"{str(error)[:300]} Try again later, or give the keys with --trust FILE."
            ) from error

    def _once(self, name: str, make: Any) -> Any:
        if name not in self._cache:
            try:
                self._cache[name] = make()
            except UnreadableError as error:
                self._cache[name] = error
        found = self._cache[name]
        if isinstance(found, UnreadableError):
            raise found
        return found

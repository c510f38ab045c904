"""Parties that whoever verifies knows: what `--trust FILE` says about their keys.

JSON files with DID documents and other controller documents, single verification
methods, JWKs, JWK sets and JWT VC issuer metadata; the log of a did:webvh (.jsonl).
PEM and DER files beside them are anchors (`tessera.trust.anchors`) and are passed over.

Source: W3C Controlled Identifiers 1.0; RFC 7517 section 5; SD-JWT VC, "JWT VC Issuer
Metadata"; that a file given by hand is trusted is a house rule (DESIGN section 10).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tessera.errors import UnreadableError
from tessera.seals.jwk import thumbprint
from tessera.standards.jsontext import read_json
from tessera.trust.anchors import SUFFIXES as ANCHOR_SUFFIXES
from tessera.trust.resolve.documents import (
    MAX_DOCUMENT_BYTES,
    MOST_METHODS,
    Document,
    Method,
    read_document,
    read_jwk,
    read_method,
)

SUFFIXES = (".json", ".jwk", ".jwks", ".jsonld", ".did", ".jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownParties:
    """Documents by the party they belong to, and keys given without an owner.

    logs: the logs of did:webvh by DID, which prove themselves for every moment.
    """

    documents: Mapping[str, Document] = field(default_factory=dict)
    ownerless: tuple[Method, ...] = ()
    logs: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def load(cls, paths: Iterable[Path | str]) -> KnownParties:
        """Read files and folders, in order of name, not those in folders below.

        Files of certificates are passed over. Raises: UnreadableError for a file that
        cannot be opened or says nothing about keys.
        """
        found, logs = _Found(), {}
        for path in (one for given in paths for one in _files(Path(given))):
            raw = _read(path)
            if path.suffix.lower() == ".jsonl":
                did, log = _log(raw, path)
                logs[did] = log
            else:
                found.take(_json(raw, path), str(path))
        return found.parties(logs)

    @classmethod
    def of(cls, values: Iterable[Any]) -> KnownParties:
        """Build from JSON trees. Raises: UnreadableError for one that says nothing of keys."""
        found = _Found()
        for value in values:
            found.take(value, "A known party")
        return found.parties({})

    def __bool__(self) -> bool:
        return bool(self.documents or self.ownerless or self.logs)

    def knows(self, party: str | None) -> bool:
        """Say whether this party is among them."""
        return party is not None and (party in self.documents or party in self.logs)

    def methods(self) -> Iterator[Method]:
        """Yield every known key, those with an owner first."""
        for document in self.documents.values():
            yield from document.methods
        yield from self.ownerless


class _Found:
    """Gathers what files say, so that several files may speak of one party."""

    def __init__(self) -> None:
        self._methods: dict[str, dict[str, Method]] = {}
        self._ownerless: list[Method] = []

    def take(self, value: Any, source: str) -> None:
        """Raises: UnreadableError."""
        if isinstance(value, list) and value:
            for one in value[:MOST_METHODS]:
                self.take(one, source)
        elif not isinstance(value, Mapping):
            raise UnreadableError(f"{source} says nothing about keys.")
        elif isinstance(value.get("didDocument"), Mapping):  # a DID resolution result
            self.take(value["didDocument"], source)
        elif "verificationMethod" in value or "assertionMethod" in value:
            document = read_document(value, source)
            self._methods.setdefault(document.id, {}).update(
                {method.id: method for method in document.methods}
            )
        else:
            for method in _loose(value, source):
                self._keep(method)

    def _keep(self, method: Method) -> None:
        if method.controller is None:
            self._ownerless.append(method)
        else:
            self._methods.setdefault(method.controller, {})[method.id] = method

    def parties(self, logs: Mapping[str, bytes]) -> KnownParties:
        return KnownParties(
            documents={
                id: Document(id=id, methods=tuple(methods.values()))
                for id, methods in self._methods.items()
            },
            ownerless=tuple(self._ownerless),
            logs=logs,
        )


def sort_trust_files(paths: Iterable[Path | str]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Divide what `--trust` names: files of certificates, and files about keys.

    Of a folder its files are taken that end like one of the two. Raises: UnreadableError
    for a folder without any.
    """
    certificates: list[Path] = []
    keys: list[Path] = []
    for path in map(Path, paths):
        files = _inside(path) if path.is_dir() else [path]
        fit = [one for one in files if one.suffix.lower() in (*ANCHOR_SUFFIXES, *SUFFIXES)]
        if path.is_dir() and not fit:
            raise UnreadableError(
                f"The folder {path} holds neither certificates ({', '.join(ANCHOR_SUFFIXES)}) nor "
                f"files about keys ({', '.join(SUFFIXES)})."
            )
        for one in fit if path.is_dir() else files:
            (keys if one.suffix.lower() in SUFFIXES else certificates).append(one)
    return tuple(certificates), tuple(keys)


def metadata_methods(value: Mapping[str, Any], keys: Any = None) -> tuple[Method, ...]:
    """Return the keys of JWT VC issuer metadata, which belong to its `issuer`.

    keys: the JWK set fetched from `jwks_uri`. Raises: UnreadableError.
    """
    issuer = value.get("issuer")
    jwks = value.get("jwks") if keys is None else keys
    if not isinstance(issuer, str) or not isinstance(jwks, Mapping):
        raise UnreadableError("The issuer metadata lacks `issuer` or `jwks`.")
    return read_set(jwks, issuer, issuer)


def read_set(value: Mapping[str, Any], owner: str | None, base: str | None) -> tuple[Method, ...]:
    """Return the keys of a JWK set; each is named by its `kid` after base and `#`.

    Raises: UnreadableError. Source: RFC 7517 section 5.
    """
    keys = value.get("keys")
    if not isinstance(keys, list) or len(keys) > MOST_METHODS:
        raise UnreadableError(f"A key set lists its `keys`, {MOST_METHODS} at most.")
    return tuple(
        read_jwk(key, f"{base}#{_jwk_name(key)}" if base else _jwk_name(key), owner)
        for key in keys
        if isinstance(key, Mapping)
    )


def _loose(value: Mapping[str, Any], source: str) -> tuple[Method, ...]:
    if "publicKeyJwk" in value or "publicKeyMultibase" in value or "publicKeyBase58" in value:
        method = read_method(value)
        if method is not None:
            return (method,)
    elif isinstance(value.get("issuer"), str) and isinstance(value.get("jwks"), Mapping):
        return metadata_methods(value)
    elif isinstance(value.get("keys"), list):
        return read_set(value, None, None)
    elif isinstance(value.get("kty"), str):
        return (read_jwk(value, _jwk_name(value), None),)
    raise UnreadableError(
        f"{source} says nothing about keys. Give a DID document, a JSON Web Key or key set, a "
        "verification method, or JWT VC issuer metadata."
    )


def _jwk_name(jwk: Mapping[str, Any]) -> str:
    kid = jwk.get("kid")
    if isinstance(kid, str) and kid:
        return kid
    try:
        return thumbprint(jwk)
    except UnreadableError:
        return "unnamed"


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (entry for entry in _inside(path) if entry.suffix.lower() in SUFFIXES)
    elif path.suffix.lower() not in ANCHOR_SUFFIXES:
        yield path


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if entry.is_file())
    except OSError as error:
        raise UnreadableError(f"The folder {folder} cannot be opened: {error.strerror}.") from error


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_DOCUMENT_BYTES:
            raise UnreadableError(f"{path} is too large for a file about keys.")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be opened: {error.strerror or error}.") from error


def _json(raw: bytes, path: Path) -> Any:
    try:
        return read_json(raw, max_bytes=MAX_DOCUMENT_BYTES)
    except UnreadableError as error:
        raise UnreadableError(f"{path} says nothing about keys. {error}") from error


def _log(raw: bytes, path: Path) -> tuple[str, bytes]:
    last = _json(raw.strip().rpartition(b"\n")[2], path)
    state = last.get("state") if isinstance(last, Mapping) else None
    did = state.get("id") if isinstance(state, Mapping) else None
    if not isinstance(did, str) or not did.startswith("did:webvh:"):
        raise UnreadableError(f"{path} is no log of a did:webvh.")
    return did, raw

"""The JSON-LD contexts by address: pinned, never fetched, the same for everybody.

What a signature covers depends on what the words mean, so an address stands for exactly
one text. Steps of `document`: 1 a context given by the caller, 2 one of our own term
tables, 3 the official file, 4 the copy that openbadgeslib ships; whatever is found must
have the pinned SHA-256. An acceptance of other bytes (`standards install --accept`) does
not count here.

Source: JSON-LD 1.1 section 9.4; Verifiable Credential Data Integrity 1.0 sections 2.4.1
(context injection) and 4.6 (context validation).

>>> from tessera.standards.contexts import Contexts
>>> Contexts().knows("https://www.w3.org/ns/credentials/v2")
True
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessera.errors import StandardsError, UnreadableError
from tessera.standards.jsontext import read_json
from tessera.standards.term_contexts import term_contexts

if TYPE_CHECKING:
    from tessera.standards.locate import Library

MOST_BYTES = 1_000_000  # of one context; the largest official one has 40 kB


class ContextRefused(StandardsError):
    """A context cannot be used; nothing was fetched.

    reason: "unknown" (no such address in the registry), "missing" (the official file is
    not installed), "altered" (other bytes), "example" or "import". url: the address.
    """

    code = "context"

    def __init__(self, message: str, *, reason: str, url: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.url = url


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """One line of contexts.toml. file: an official file; packaged: one of openbadgeslib."""

    url: str
    file: str
    aliases: tuple[str, ...] = ()
    packaged: str | None = None
    sha256: str | None = None
    examples: bool = False


@cache
def pinned() -> Mapping[str, Pinned]:
    """Return what is pinned for each address and each alias."""
    import tomllib

    with Path(__file__).with_name("contexts.toml").open("rb") as lines:
        rows = tomllib.load(lines)["context"]
    known: dict[str, Pinned] = {}
    for row in rows:
        one = Pinned(**{**row, "aliases": tuple(row.get("aliases", ()))})
        known |= dict.fromkeys((one.url, *one.aliases), one)
    return known


class Contexts:
    """A registry of contexts; hand one to every canonicalisation.

    library: the official files, or None for what openbadgeslib ships. examples: whether
    the contexts of the standards' examples count, which explain every word (tests only).
    added: texts by address, for contexts that are not in the registry.
    Raises: ContextRefused when an added text differs from the one pinned for its address.
    """

    def __init__(
        self,
        library: Library | None = None,
        *,
        examples: bool = False,
        added: Mapping[str, bytes] | None = None,
    ) -> None:
        self._library = library
        self._examples = examples
        self._added = dict(added or {})
        self._documents: dict[str, Mapping[str, Any]] = {}
        for url, text in self._added.items():
            if url in pinned() and _digest(text) not in _pins(pinned()[url]):
                raise _altered(url, "given")

    def knows(self, url: str) -> bool:
        """Tell whether the address is in the registry (its file may still be missing)."""
        if url in self._added or url in term_contexts():
            return True
        return url in pinned() and (self._examples or not pinned()[url].examples)

    def document(self, url: str) -> Mapping[str, Any]:
        """Return the context document at an address; do not change what is returned.

        Raises: ContextRefused.
        """
        found = self._documents.get(url)
        if found is None:
            found = self._documents.setdefault(url, self._read(url))
        return found

    @cached_property
    def digest(self) -> str:
        """SHA-256 over every address and pinned text, for keys of caches."""
        lines = [f"{one.file} {url} {' '.join(_pins(one))}" for url, one in pinned().items()]
        lines += [f"{url} {_digest(text)}" for url, text in self._added.items()]
        lines += [f"{url} {document!r}" for url, document in term_contexts().items()]
        lines.append(f"examples {self._examples}")
        return _digest("\n".join(sorted(lines)).encode("utf-8"))

    def _read(self, url: str) -> Mapping[str, Any]:
        # 1
        if url in self._added:
            return _parsed(url, self._added[url])
        # 2
        if url in term_contexts():
            return term_contexts()[url]
        if url not in pinned():
            raise ContextRefused(
                f"The document names the context {_shown(url)}, which is not in the registry; "
                "contexts are never fetched. Without it nobody can say what was sealed.",
                reason="unknown",
                url=url,
            )
        one = pinned()[url]
        if one.examples and not self._examples:
            raise ContextRefused(
                f"The document names {_shown(url)}, a context for examples that explains every "
                "word there is. It is not used for credentials.",
                reason="example",
                url=url,
            )
        return _parsed(url, self._text(one, url))

    def _text(self, one: Pinned, url: str) -> bytes:
        # 3
        if self._library is not None and self._library.has(one.file):
            text = self._library.read(one.file)
            if _digest(text) not in _pins(one):
                raise _altered(url, "installed")
            return text
        # 4
        path = None if one.packaged is None else _packaged(one.packaged)
        if path is None:
            raise ContextRefused(
                f"The context {_shown(url)} is an official file that is not installed. Run "
                "'tessera standards install'.",
                reason="missing",
                url=url,
            )
        text = path.read_bytes()
        if _digest(text) not in _pins(one):
            raise _altered(url, "packaged")
        return text


def shared(library: Library | None = None) -> Contexts:
    """Return the one registry of a library, so that all share what was resolved before."""
    return _shared(library)


@cache
def _shared(library: Library | None) -> Contexts:
    return Contexts(library)


def _pins(one: Pinned) -> tuple[str, ...]:
    from tessera.standards.sources import source

    official = source(one.file).sha256
    return (official,) if one.sha256 is None else (official, one.sha256)


def _packaged(name: str) -> Path | None:
    """Find a data file of openbadgeslib without importing it."""
    found = importlib.util.find_spec("openbadgeslib")
    for folder in (found and found.submodule_search_locations) or ():
        path = Path(folder, "ob3", "contexts", name)
        if path.is_file():
            return path
    return None


def _parsed(url: str, text: bytes) -> Mapping[str, Any]:
    try:
        document = read_json(text, max_bytes=MOST_BYTES)
    except UnreadableError as error:
        raise ContextRefused(
            f"The context {_shown(url)} cannot be read: {error}", reason="altered", url=url
        ) from error
    if type(document) is not dict or "@context" not in document:
        raise ContextRefused(
            f"The text for {_shown(url)} is no context document.", reason="altered", url=url
        )
    return document


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _altered(url: str, which: str) -> ContextRefused:
    return ContextRefused(
        f"The {which} text of the context {_shown(url)} is not the published one. It is not "
        "used: with other words the same signature would say something else.",
        reason="altered",
        url=url,
    )


def _shown(url: str) -> str:
    return repr(url[:200])

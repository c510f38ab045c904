"""Canonical forms from templates: the same bytes as the plain way, some fifty times faster.

1. A document whose form is known is read, and its canonical form is written from the
   template of the form; else the caller goes the plain way, which is the definition.
2. A form is learnt from a document whose signature was found to be right, or that we seal
   ourselves. How many are learnt is bounded, and earned by documents that were served.
3. After a few documents of a form, what never differed between them is built into a second,
   faster pair of functions for the same template.
4. One document in 256 goes the plain way as well. If the forms differ, the template is
   never used again, the plain form counts, and a record is written to the log.

`FAST_PATHS.enabled = False` switches all this off.

Source: house rule; docs/standards/data-integrity.md has the guards and what was compared.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from tessera.seals.dataintegrity.reader import Read, compile_reader
from tessera.seals.dataintegrity.shapes import shape_of
from tessera.seals.dataintegrity.templates import Template, learn
from tessera.seals.dataintegrity.words import NoTemplateError, Words, words_of
from tessera.seals.dataintegrity.writer import Write, compile_writer
from tessera.standards.contexts import ContextRefused, Contexts
from tessera.standards.expansion import CanonicalisationRefused, expander
from tessera.standards.rdfc import canonical_nquads, canonicalise

MOST_TEMPLATES = 256
MOST_VARIANTS = 4  # of one form: the template itself, and with what never differed
MOST_OF_ONE_MARK = 16  # templates and variants that are tried for one document
CHECKED_ONE_IN = 256
_TIDIED_ONE_IN = 64
_WATCHED = 12  # documents after which the constants of a form are built in
_LONGEST_OPTIONS = 4096
_MOST_LEARNINGS, _SERVED_FOR_ONE = 64, 16
Mark = tuple[str, bytes, bytes, int]  # hash, contexts, types, number of members
Key = tuple[Mark, Hashable]
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class FastPaths:
    """The one switch of every fast path of this room."""

    enabled: bool = True


FAST_PATHS = FastPaths()


@dataclass(slots=True, eq=False)
class Variant:
    """A reader and a writer of a template.

    constants: what is built in. seen: values that were read, until it is known what never
    differs; None once it is.
    """

    template: Template
    key: Key
    constants: dict[int, Any]
    read: Read
    write: Write
    seen: list[tuple[Any, ...]] | None = field(default_factory=list)

    def left(self) -> list[int]:
        """Return the slots that are not built in."""
        slots = range(len(self.template.shape.values))
        return [slot for slot in slots if slot not in self.constants]

    def values(self, left: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the values of all slots."""
        rest = iter(left)
        return tuple(
            self.constants[slot] if slot in self.constants else next(rest)
            for slot in range(len(self.template.shape.values))
        )


class Served(NamedTuple):
    """A canonical form from a template.

    content: UTF-8. values: what the document had in the slots that differ between
    documents. variant: for its template.
    """

    content: bytes
    values: tuple[Any, ...]
    variant: Variant


class CompiledForms:
    """The templates of one registry; threads may share it.

    eager: whether a form is learnt from its first document, not from its second.
    """

    def __init__(self, contexts: Contexts, *, eager: bool = False) -> None:
        self._contexts = contexts
        self._eager = eager
        self._templates: OrderedDict[Key, Template | None] = OrderedDict()
        self._variants: dict[Mark, list[Variant]] = {}
        self._words: OrderedDict[bytes, Words | None] = OrderedDict()
        self._met: OrderedDict[Mark, None] = OrderedDict()
        self._options: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._allowance = _MOST_LEARNINGS * _SERVED_FOR_ONE
        self.served = 0
        self.differences = 0

    def canonical(self, document: dict[str, Any], hash: str = "sha256") -> Served | None:
        """Return the canonical form of a document of a known form, else None."""
        if not FAST_PATHS.enabled:
            return None
        try:
            mark = _mark(document, hash)
        except (TypeError, RecursionError):  # orjson's error is a TypeError
            return None
        for variant in self._variants.get(mark, ()):
            left = variant.read(document)
            if left is not None:
                return self._serve(document, variant, left)
        return None

    def options(self, config: dict[str, Any], hash: str) -> tuple[bytes, bytes | None]:
        """Return the key of proof options, and their digest if the very same were hashed."""
        key = hash.encode() + orjson.dumps(config, option=orjson.OPT_SORT_KEYS)
        return key, self._options.get(key) if FAST_PATHS.enabled else None

    def keep_options(self, key: bytes, digest: bytes) -> None:
        """Remember the digest of proof options, which a whole batch shares."""
        if len(key) <= _LONGEST_OPTIONS:
            with self._lock:
                self._options[key] = digest
                _shorten(self._options)

    def learn(self, document: dict[str, Any], hash: str, canonical: str) -> None:
        """Learn the form of a document whose canonical form is known from the plain way."""
        if not FAST_PATHS.enabled or self._allowance < _SERVED_FOR_ONE:
            return
        try:
            mark = _mark(document, hash)
            if self._is_first(mark):
                return
            words = self._words_of(document.get("@context"))
            shape = shape_of(document, words)
        except (NoTemplateError, ContextRefused, TypeError, RecursionError):
            return
        key = (mark, shape.key)
        with self._lock:
            if key in self._templates:
                return
            self._allowance -= _SERVED_FOR_ONE
        try:
            template = learn(shape, words, expander(self._contexts))
        except (NoTemplateError, ContextRefused, CanonicalisationRefused):
            self._keep(key, None)
            return
        variant = _variant(template, key, {})
        left = variant.read(document)
        if left is None:
            return  # a guard keeps out this document, not its form
        if self._written(variant, left) != canonical:
            self._alarm("A template that was just learnt differs from the plain form.")
            self._keep(key, None)
            return
        self._keep(key, template)
        with self._lock:
            several = self._variants.setdefault(mark, [])
            several.append(variant)
            for old in several[:-MOST_OF_ONE_MARK]:
                self._drop(old.key)

    def _is_first(self, mark: Mark) -> bool:
        """Tell whether no document like this was met yet, unless that does not matter."""
        if self._eager:
            return False
        with self._lock:
            is_first = mark not in self._met
            self._met[mark] = None
            _shorten(self._met)
        return is_first

    def _serve(
        self, document: dict[str, Any], variant: Variant, left: tuple[Any, ...]
    ) -> Served | None:
        try:
            text = self._written(variant, left)
            content = text.encode("utf-8")
        except (CanonicalisationRefused, UnicodeEncodeError):
            return None
        self.served += 1
        self._allowance = min(self._allowance + 1, _MOST_LEARNINGS * _SERVED_FOR_ONE)
        if self.served % CHECKED_ONE_IN == 0 and not self._is_right(document, text, variant):
            with self._lock:
                self._templates[variant.key] = None
                self._drop(variant.key)
            return None
        if variant.seen is not None:
            self._watch(variant, left)
        elif self.served % _TIDIED_ONE_IN == 0:
            self._prefer(variant)
        return Served(content, left, variant)

    def _written(self, variant: Variant, left: tuple[Any, ...]) -> str:
        text = variant.write(left)
        if text is None:
            quads = variant.template.filled(variant.values(left))
            return canonicalise(quads, hash=_hash_of(variant.key))
        return text

    def _is_right(self, document: dict[str, Any], text: str, variant: Variant) -> bool:
        try:
            plain = canonical_nquads(document, self._contexts, hash=_hash_of(variant.key))
        except (ContextRefused, CanonicalisationRefused):
            plain = ""
        if plain == text:
            return True
        self._alarm("A template wrote another form than the plain way; it was thrown away.")
        return False

    def _alarm(self, said: str) -> None:
        self.differences += 1
        _log.critical("%s Please report this; FAST_PATHS.enabled = False switches them off.", said)

    def _watch(self, variant: Variant, left: tuple[Any, ...]) -> None:
        """Build in what never differed, once enough documents were seen."""
        seen = variant.seen
        if seen is None:
            return
        seen.append(left)
        if len(seen) < _WATCHED:
            return
        variant.seen = None
        same = {
            slot: left[place]
            for place, slot in enumerate(variant.left())
            if all(_is_same(one[place], left[place]) for one in seen)
        }
        with self._lock:
            several = self._variants.get(variant.key[0], [])
            ours = [one for one in several if one.key == variant.key]
            if same and ours and len(ours) < MOST_VARIANTS:
                constants = {**variant.constants, **same}
                several.insert(0, _variant(variant.template, variant.key, constants))

    def _prefer(self, variant: Variant) -> None:
        """Put what is used in front, and away from what is forgotten first."""
        with self._lock:
            several = self._variants.get(variant.key[0], [])
            if variant in several and variant.constants:
                several.remove(variant)
                several.insert(0, variant)
            if variant.key in self._templates:
                self._templates.move_to_end(variant.key)

    def _words_of(self, stated: Any) -> Words:
        key = orjson.dumps(stated)
        with self._lock:
            if key in self._words:
                found = self._words[key]
                if found is None:
                    raise NoTemplateError("These contexts have no templates.")
                return found
        try:
            made: Words | None = words_of(stated, self._contexts)
        except NoTemplateError:
            made = None
        with self._lock:
            self._words[key] = made
            _shorten(self._words)
        if made is None:
            raise NoTemplateError("These contexts have no templates.")
        return made

    def _keep(self, key: Key, template: Template | None) -> None:
        with self._lock:
            self._templates[key] = template
            while len(self._templates) > MOST_TEMPLATES:
                self._drop(next(iter(self._templates)), is_forgotten=True)

    def _drop(self, key: Key, *, is_forgotten: bool = False) -> None:
        """Serve no document with a template any more; the lock is held."""
        if is_forgotten:
            self._templates.pop(key, None)
        left = [one for one in self._variants.get(key[0], ()) if one.key != key]
        if left:
            self._variants[key[0]] = left
        else:
            self._variants.pop(key[0], None)


@lru_cache(maxsize=16)
def compiled(contexts: Contexts) -> CompiledForms:
    """Return the one memory of templates of a registry."""
    return CompiledForms(contexts)


def _variant(template: Template, key: Key, constants: dict[int, Any]) -> Variant:
    return Variant(
        template=template,
        key=key,
        constants=constants,
        read=compile_reader(template, constants),
        write=compile_writer(template, constants, _hash_of(key)),
    )


def _mark(document: dict[str, Any], hash: str) -> Mark:
    """Return what tells most forms apart at little cost."""
    stated = orjson.dumps(document.get("@context"))
    return hash, stated, orjson.dumps(document.get("type")), len(document)


def _hash_of(key: Key) -> str:
    return key[0][0]


def _is_same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _shorten(kept: OrderedDict[Any, Any]) -> None:
    while len(kept) > MOST_TEMPLATES:
        kept.popitem(last=False)

"""Learn once what a form of document becomes, statement by statement, with slots for values.

1. Every value is replaced by a marker nobody can guess, new for every learning.
2. The document with markers goes the plain way: expansion in safe mode, statements.
3. Every marker has to come back as one whole IRI or one whole literal; else no template.
4. A second learning with other markers has to give the same template.

Statements become lines again by filling the slots; docs/standards/data-integrity.md says
which values may fill them.

Source: JSON-LD 1.1 API sections 5 and 8 (each value becomes a term of its own); house rule.
"""

from __future__ import annotations

import random
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tessera.seals.dataintegrity.shapes import Fixed, Shape, Slot, Tree
from tessera.seals.dataintegrity.words import NoTemplateError, Words
from tessera.standards.quads import double, quads_of
from tessera.standards.structure.nquads import escaped

if TYPE_CHECKING:
    from tessera.standards.expansion import Expander

MOST_QUADS = 3000
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)("(?:@[A-Za-z0-9\-]+|\^\^<[^>]*>)?)')


@dataclass(frozen=True, slots=True)
class Place:
    """A term that a value fills. write: "r" as an IRI, "s" as text, "i" as an integer, "D" as
    a double; tail: what follows the text of a literal, from its quotation mark on.
    """

    slot: int
    write: str
    tail: str = ""


Term = str | Place


@dataclass(frozen=True, slots=True)
class Template:
    """The statements of a form. iris: the slots that have to hold plain IRIs."""

    shape: Shape
    words: Words
    quads: tuple[tuple[Term, str, Term], ...]
    iris: frozenset[int]

    def filled(self, values: tuple[Any, ...]) -> list[tuple[str, str, str, str]]:
        """Return the statements with these values in the slots, for the plain algorithm."""
        return [
            (text_of(subject, values), predicate, text_of(value, values), "")
            for subject, predicate, value in self.quads
        ]


def text_of(term: Term, values: tuple[Any, ...]) -> str:
    """Write a term with the values in its slot."""
    if isinstance(term, str):
        return term
    return WRITERS[term.write](values[term.slot], term.tail)


WRITERS = {
    "r": lambda value, tail: f"<{value}>",  # noqa: ARG005
    "s": lambda value, tail: f'"{escaped(value)}{tail}',
    "i": lambda value, tail: f'"{int(value)}{tail}',
    "D": lambda value, tail: f'"{double(float(value))}{tail}',
}


def learn(shape: Shape, words: Words, expander: Expander) -> Template:
    """Return the template of a form. Raises: NoTemplateError, CanonicalisationRefused."""
    first = _statements(shape, expander)
    if _statements(shape, expander) != first:
        raise NoTemplateError("The form does not become the same statements every time.")
    used = {term.slot: term.write for quad in first for term in quad if isinstance(term, Place)}
    if len(used) != len(shape.values):
        raise NoTemplateError("A value becomes no statement.")
    places = {term for quad in first for term in quad if isinstance(term, Place)}
    if len({(place.slot, place.write) for place in places}) != len(used):
        raise NoTemplateError("A value becomes two things.")
    iris = frozenset(slot for slot, write in used.items() if write == "r")
    return Template(shape, words, tuple(first), iris)


def _statements(shape: Shape, expander: Expander) -> list[tuple[Term, str, Term]]:
    # 1
    markers = _Markers(shape)
    # 2
    quads = quads_of(expander.expand(markers.document))
    if len(quads) > MOST_QUADS:
        raise NoTemplateError("There are too many statements.")
    # 3
    made: list[tuple[Term, str, Term]] = []
    for subject, predicate, value, graph in quads:
        if graph or markers.nonce in predicate:
            raise NoTemplateError("There is a graph, or a value became a property.")
        made.append((markers.term(subject), predicate, markers.term(value)))
    return made


class _Markers:
    """A document with a marker in every slot, and the way back from a term to its slot."""

    def __init__(self, shape: Shape) -> None:
        self.nonce = f"x{secrets.token_hex(8)}"
        self._random = random.SystemRandom()
        self._places: dict[str, tuple[int, str]] = {}
        self._iris: dict[str, int] = {}
        self.document = self._with(shape.tree)

    def term(self, text: str) -> Term:
        """Return the place that a term marks, or the term if it is a constant."""
        if text in self._iris:
            return Place(self._iris[text], "r")
        found = _LITERAL.fullmatch(text)
        if found and found[1] in self._places:
            slot, write = self._places[found[1]]
            return Place(slot, write, found[2])
        if self.nonce in text:
            raise NoTemplateError("A value became a part of something.")
        return text

    def _with(self, tree: Tree) -> Any:
        if isinstance(tree, Slot):
            return self._marker(tree)
        if isinstance(tree, Fixed):
            return tree.value
        if isinstance(tree, dict):
            return {name: self._with(inner) for name, inner in tree.items()}
        return [self._with(inner) for inner in tree]

    def _marker(self, slot: Slot) -> Any:
        if slot.kind == "s":
            text = f"{self.nonce}:{slot.place}"
            self._places[text] = (slot.place, "s")
            self._iris[f"<{text}>"] = slot.place
            return text
        number = self._random.randrange(10**13, 10**14)
        value = float(number) if slot.kind == "f" else number
        if slot.kind == "d":
            value = self._random.randrange(10**8, 10**9) + 0.5
        else:
            self._places[str(number)] = (slot.place, "i")
        self._places[double(float(value))] = (slot.place, "D")
        return value

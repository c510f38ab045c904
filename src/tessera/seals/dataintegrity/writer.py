"""A function that writes the canonical N-Quads of one template, made for it.

RDFC-1.0 needs nothing but the hash of each blank node's own statements while those hashes
differ. So the function fills the slots, hashes the nodes whose statements have slots (all
others were hashed when it was made), ranks the hashes, and writes the statements subject by
subject, most of them ready. The plain algorithm tells nodes with equal hashes apart. Where two
subjects become one, the function returns None, and the plain algorithm does all of it.

Source: RDFC-1.0 sections 4.4.3 (steps 3 and 4), 4.6 and 5.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from tessera.seals.dataintegrity.templates import Place, Template, Term, text_of
from tessera.standards.quads import double
from tessera.standards.rdfc import canonical_labels
from tessera.standards.structure.nquads import escaped

_FEW = 8  # moving hashes up to which lines are written out for every label they may get
Write = Callable[[tuple[Any, ...]], str | None]


class _Line(NamedTuple):
    """A piece of text with holes: an even place is text, an odd one the name of a variable."""

    pieces: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        return len(self.pieces) == 1

    @property
    def start(self) -> str:
        """What stands before the first hole."""
        return self.pieces[0]

    def then(self, other: _Line) -> _Line:
        """Return this line with another one behind it."""
        joint = self.pieces[-1] + other.pieces[0]
        return _Line((*self.pieces[:-1], joint, *other.pieces[1:]))

    def source(self) -> str:
        """Return the Python expression of the text."""
        if self.is_ready:
            return repr(self.pieces[0])
        text = "".join(
            f"{{{piece}}}" if place % 2 else piece.replace("{", "{{").replace("}", "}}")
            for place, piece in enumerate(self.pieces)
        )
        return f"f{text!r}"


def compile_writer(template: Template, constants: dict[int, Any], hash: str) -> Write:
    """Return the writer of a template; it takes the values of the slots that are left, in order.

    constants: values that always stand in these slots. hash: of RDFC-1.0.
    """
    return _Writer(template, constants, hash).compiled()


class _Writer:
    def __init__(self, template: Template, constants: dict[int, Any], hash: str) -> None:
        values = tuple(constants.get(slot) for slot in range(len(template.shape.values)))
        settled = (
            (_settled(s, constants, values), p, _settled(o, constants, values))
            for s, p, o in template.quads
        )
        self._quads = list(dict.fromkeys(settled))
        self._left = [slot for slot in range(len(template.shape.values)) if slot not in constants]
        self._hash_name = hash
        self._hash = getattr(hashlib, hash)
        terms = {term for s, _, o in self._quads for term in (s, o)}
        self._blank = sorted(term for term in terms if isinstance(term, str) and _is_blank(term))
        self._space: dict[str, Any] = {"e": escaped, "H": self._hash, "D": double}
        self._source: list[str] = []
        self._possible: dict[str, list[str]] = {}  # labels that a variable may have, if few

    def compiled(self) -> Write:
        """Write the source of the function and run it."""
        self._arguments()
        self._labels()
        self._blocks()
        lines = "\n    ".join(self._source)
        exec(f"def write(values):\n    {lines}\n", self._space)
        made: Write = self._space["write"]
        return made

    def _arguments(self) -> None:
        """Name the values, and the texts that they become."""
        if self._left:
            names = ", ".join(f"v{slot}" for slot in self._left)
            self._source.append(f"{names}, = values")
        writes = {(term.slot, term.write) for s, _, o in self._quads for term in (s, o)
                  if isinstance(term, Place) and term.write != "r"}  # fmt: skip
        for slot, write in sorted(writes):
            self._source.append(f"t{slot} = {_TEXTS[write].format(f'v{slot}')}")

    def _line(self, parts: Iterable[Term], blank: Callable[[str], str | None]) -> _Line:
        """Join terms; blank: the text of a blank node, or None for its label."""
        pieces = [""]
        for part in parts:
            if isinstance(part, Place):
                # What is known of a term before and after its hole helps to order lines.
                is_iri = part.write == "r"
                pieces[-1] += "<" if is_iri else '"'
                pieces += [f"{'v' if is_iri else 't'}{part.slot}", ">" if is_iri else part.tail]
            elif _is_blank(part) and blank(part) is None:
                pieces += [f"b{self._blank.index(part)}", ""]
            else:
                pieces[-1] += blank(part) or part if _is_blank(part) else part
        return _Line(tuple(pieces))

    def _labels(self) -> None:
        """Hash every blank node and rank the hashes (RDFC-1.0 sections 4.4.3 and 4.6)."""
        if not self._blank:
            return
        hashes = []
        for number, node in enumerate(self._blank):
            lines, others = self._mentions(node)
            if all(line.is_ready for line in lines | set(others)):
                text = "".join(sorted(line.start for line in (*lines, *others)))
                hashes.append(repr(self._hash(text.encode("utf-8")).hexdigest()))
            else:
                text = _sorted(lines, others)
                self._source.append(f"h{number} = H({text}.encode()).hexdigest()")
                hashes.append(f"h{number}")
        self._space["LABELS"] = [f"_:c14n{number}" for number in range(len(self._blank))]
        moving = [each for each in hashes if each[0] == "h"]
        self._space["READY"] = sorted(each[1:-1] for each in hashes if each[0] != "h")
        self._space["ties"] = self._ties()
        if len(moving) < _FEW:
            self._possible = _possible(hashes, self._space["READY"], self._space["LABELS"])
        names = ", ".join(f"b{number}" for number in range(len(self._blank)))
        self._source += [
            f"label = dict(zip(sorted([*READY, {', '.join(moving)}]), LABELS))",
            f"if len(label) != {len(self._blank)}:",
            f"    {names}, = ties(({', '.join(hashes)},))",
            "else:",
            *(f"    b{number} = label[{each}]" for number, each in enumerate(hashes)),
        ]

    def _mentions(self, node: str) -> tuple[set[_Line], list[_Line]]:
        """Return the lines of a node's statements; apart those that name another blank node.

        Of the first, two that become equal are one statement. The others look alike and are
        two, since the other node is another one.
        """
        lines, others = set(), []
        for subject, predicate, value in self._quads:
            if node in (subject, value):
                parts = (subject, " ", predicate, " ", value, " .\n")
                line = self._line(parts, _seen_from(node))
                if all(term == node or not _is_blank(term) for term in (subject, value)):
                    lines.add(line)
                else:
                    others.append(line)
        return lines, others

    def _ties(self) -> Callable[[tuple[str, ...]], list[str]]:
        """Return what tells nodes with equal hashes apart: labels in the order of the nodes.

        Which nodes stand in a statement together does not depend on the slots.
        """
        mentions: dict[str, list[tuple[str, str, str, str]]] = {node: [] for node in self._blank}
        for subject, predicate, value in self._quads:
            ends = [term if _is_blank(term) else "" for term in (subject, value)]
            for node in {end for end in ends if isinstance(end, str) and end}:
                mentions[node].append((str(ends[0]), predicate, str(ends[1]), ""))
        nodes, hash = self._blank, self._hash_name

        def ties(hashes: tuple[str, ...]) -> list[str]:
            first = dict(zip(nodes, hashes, strict=True))
            labels = canonical_labels(first, mentions, hash=hash)
            return [labels[node] for node in nodes]

        return ties

    def _blocks(self) -> None:
        """Write the statements of each subject together, then the subjects in order."""
        subjects: dict[Term, list[tuple[str, Term]]] = {}
        for subject, predicate, value in self._quads:
            subjects.setdefault(subject, []).append((predicate, value))
        named: list[tuple[str, str]] = []
        moving, blank = [], []
        for subject, pairs in subjects.items():
            if isinstance(subject, Place):
                name = f"s{subject.slot}"
                self._source.append(f"{name} = f'<{{v{subject.slot}}}>'")
                moving.append(name)
            elif _is_blank(subject):
                name = f"b{self._blank.index(subject)}"
                blank.append(f"{name}: {self._block(name, pairs)}")
                continue
            else:
                name = repr(subject)
            named.append((name, self._block(name, pairs)))
        if moving:
            self._distinct(moving, [name for name, _ in named if name not in moving])
        for node in set(self._blank) - subjects.keys():  # nodes that say nothing of themselves
            blank.append(f"b{self._blank.index(node)}: ''")
        # An IRI begins with "<", which stands before "_" in every order.
        heads = " + ".join(text for _, text in sorted(named)) or "''"
        if moving:
            each = ", ".join(f"({name}, {text})" for name, text in named)
            heads = f"''.join([text for _, text in sorted([{each}])])"
        self._space["ORDER"] = sorted(f"_:c14n{number}" for number in range(len(blank)))
        tails = f"''.join(map({{{', '.join(blank)}}}.__getitem__, ORDER))" if blank else "''"
        self._source.append(f"return {heads} + {tails}")

    def _distinct(self, moving: list[str], fixed: list[str]) -> None:
        """Give up where two subjects become one."""
        self._space["FIXED"] = frozenset(ast.literal_eval(name) for name in fixed)
        self._source.append(f"moving = {{{', '.join(moving)}}}")
        self._source.append(
            f"if len(moving) != {len(moving)} or not moving.isdisjoint(FIXED): return None"
        )

    def _block(self, name: str, pairs: list[tuple[str, Term]]) -> str:
        """Return the expression of all lines of a subject; name: a variable or its text."""
        parts = {
            self._line((f" {predicate} ", value, " .\n"), lambda _: None)
            for predicate, value in pairs
        }
        if all(part.is_ready for part in parts):
            ordered = sorted(part.start for part in parts)
            if name[0] in "'\"":
                subject = ast.literal_eval(name)
                return repr("".join(subject + part for part in ordered))
            ready = f"P{len(self._space)}"
            self._space[ready] = tuple(ordered)
            joined = f"{name} + {name}.join({ready})"
            if name not in self._possible:
                return joined
            self._space[f"{ready}_of"] = {
                label: label + label.join(ordered) for label in self._possible[name]
            }
            return f"({ready}_of.get({name}) or {joined})"
        written, run = [], _Line(("",))
        for cluster in _clusters(parts):
            if len(cluster) == 1:
                run = run.then(_named(name)).then(cluster[0])
                continue
            each = ", ".join(part.source() for part in cluster)
            written += [run.source(), f"{name} + {name}.join(sorted({{{each}}}))"]
            run = _Line(("",))
        return " + ".join([*written, run.source()])


# How the text of a literal is made of a value.
_TEXTS = {"s": "e({})", "i": "int({})", "D": "D(float({}))"}


def _possible(hashes: list[str], ready: list[str], labels: list[str]) -> dict[str, list[str]]:
    """Return which labels each node with a ready hash may get: others may come before it."""
    moving = len(hashes) - len(ready)
    found = {}
    for number, each in enumerate(hashes):
        if each[0] != "h":
            rank = ready.index(each[1:-1])
            found[f"b{number}"] = labels[rank : rank + moving + 1]
    return found


def _settled(term: Term, constants: dict[int, Any], values: tuple[Any, ...]) -> Term:
    """Write a term out where a constant fills it."""
    if isinstance(term, Place) and term.slot in constants:
        return text_of(term, values)
    return term


def _is_blank(term: Term) -> bool:
    return isinstance(term, str) and term.startswith("_:")


def _seen_from(node: str) -> Callable[[str], str | None]:
    """Blank nodes as the hash of one of them sees them."""
    return lambda term: "_:a" if term == node else "_:z"


def _named(name: str) -> _Line:
    """Return the text of a subject; name: a variable, or its text as source."""
    return _Line((ast.literal_eval(name),)) if name[0] in "'\"" else _Line(("", name, ""))


def _clusters(lines: Iterable[_Line]) -> list[list[_Line]]:
    """Return the lines in order, together where only what fills their holes decides it."""
    found: list[list[_Line]] = []
    for line in sorted(lines):
        if found and line.start.startswith(found[-1][0].start):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _have_one_order(lines: Iterable[_Line]) -> bool:
    """Tell whether the lines stand in one order whatever fills their holes."""
    ordered = sorted(line.start for line in lines)
    return not any(after.startswith(before) for before, after in pairwise(ordered))


def _sorted(lines: set[_Line], others: list[_Line]) -> str:
    """Return the expression of the lines in their order; each of `lines` once."""
    every = [*lines, *others]
    if _have_one_order(set(every)):
        return "(" + " + ".join(line.source() for line in sorted(every)) + ")"
    once = f"*{{{', '.join(line.source() for line in lines)}}}, " if lines else ""
    return f"''.join(sorted([{once}{', '.join(line.source() for line in others)}]))"

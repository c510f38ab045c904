r"""RDF Dataset Canonicalization (RDFC-1.0): one text for one set of statements, within bounds.

Steps: 1 hash every blank node by the statements it stands in, 2 name those whose hash is
their own, 3 tell the others apart by their neighbours, on paths that are counted, 4 write
the statements in order. Graphs made to be hard (a "poison graph") run out of counted
paths and are refused by name.

Source: W3C RDF Dataset Canonicalization (RDFC-1.0), sections 4.4 to 4.8, 5 and 7.1
(dataset poisoning).

>>> canonicalise([("_:x", "<urn:p>", '"a"', "")])
'_:c14n0 <urn:p> "a" .\n'
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any, NamedTuple

from tessera.standards.expansion import CanonicalisationRefused, expander
from tessera.standards.quads import quads_of

if TYPE_CHECKING:
    from tessera.standards.contexts import Contexts

HASHES = ("sha256", "sha384")
Quad = tuple[str, str, str, str]  # in N-Quads syntax; a blank node begins with "_:"; graph or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much one document may cost.

    quads, blank_nodes: how many at most. paths: how many steps telling equal blank nodes
    apart may take; the hardest test of the standard that has an answer needs fewer.
    """

    quads: int = 100_000
    blank_nodes: int = 20_000
    paths: int = 100_000


DEFAULT = Budget()
_DEEPEST = 200  # nodes in a chain of nodes that look alike


def canonical_nquads(
    document: Any, contexts: Contexts, *, hash: str = "sha256", budget: Budget = DEFAULT
) -> str:
    """Return the canonical N-Quads of a JSON-LD document.

    hash: of RDFC-1.0, "sha256" or "sha384" (for P-384). The document is not changed.
    Raises: ContextRefused; CanonicalisationRefused with the name of the member.
    """
    return canonicalise(quads_of(expander(contexts).expand(document)), hash=hash, budget=budget)


def canonicalise(quads: Iterable[Quad], *, hash: str = "sha256", budget: Budget = DEFAULT) -> str:
    """Return the canonical N-Quads of statements (RDFC-1.0 section 4.4.3).

    Raises: CanonicalisationRefused when the budget is spent.
    """
    if hash not in HASHES:
        raise ValueError(f"RDFC-1.0 is used with {' or '.join(HASHES)}, not {hash!r}.")
    distinct = set(quads)
    if len(distinct) > budget.quads:
        raise _over("statements", len(distinct), budget.quads)
    mentions: dict[str, list[Quad]] = {}
    for quad in distinct:
        for term in {quad[0], quad[2], quad[3]}:
            if term.startswith("_:"):
                mentions.setdefault(term, []).append(quad)
    if len(mentions) > budget.blank_nodes:
        raise _over("nodes without a name", len(mentions), budget.blank_nodes)
    # 1
    hashed = getattr(hashlib, hash)
    first = {node: first_degree(node, several, hashed) for node, several in mentions.items()}
    labels = canonical_labels(first, mentions, hash=hash, paths=budget.paths)
    # 4
    return "".join(sorted(_written(quad, labels) for quad in distinct))


def canonical_labels(
    first: Mapping[str, str],
    mentions: Mapping[str, Sequence[Quad]],
    *,
    hash: str = "sha256",
    paths: int = DEFAULT.paths,
) -> dict[str, str]:
    """Return the canonical label of each blank node (RDFC-1.0 section 4.4.3, steps 3 to 5).

    first: the first-degree hash of each node. mentions: the statements each node stands in,
    of which only the blank nodes and the predicates matter here.
    Raises: CanonicalisationRefused when the paths are spent.
    """
    run = _Run(first, mentions, hash, paths)
    run.name_all()
    return run.issuer.issued


def canonicalise_text(nquads: str, *, hash: str = "sha256", budget: Budget = DEFAULT) -> str:
    """Return the canonical form of N-Quads text; the quads may come in any spelling.

    Raises: CanonicalisationRefused.
    """
    from pyoxigraph import RdfFormat, parse

    try:
        quads = [
            (str(one.subject), str(one.predicate), written(one.object), graph_name(one.graph_name))
            for one in parse(nquads.encode("utf-8"), format=RdfFormat.N_QUADS)
        ]
    except (SyntaxError, ValueError) as error:
        raise CanonicalisationRefused(
            f"The text is no N-Quads: {str(error)[:200]}.", reason="n-quads"
        ) from error
    return canonicalise(quads, hash=hash, budget=budget)


def written(term: Any) -> str:
    """Write a term of pyoxigraph as canonical N-Quads do."""
    from pyoxigraph import Literal

    from tessera.standards.quads import literal

    if not isinstance(term, Literal):
        return str(term)
    return literal(term.value, term.datatype.value, term.language or "")


def graph_name(term: Any) -> str:
    """Write the name of a graph; "" for the default graph."""
    from pyoxigraph import DefaultGraph

    return "" if isinstance(term, DefaultGraph) else str(term)


class _Issuer:
    """Labels in the order in which they are asked for (RDFC-1.0 section 4.5)."""

    __slots__ = ("issued", "prefix")

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = dict(issued or {})

    def issue(self, node: str) -> str:
        found = self.issued.get(node)
        if found is None:
            found = self.issued[node] = f"_:{self.prefix}{len(self.issued)}"
        return found

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, self.issued)


class _Deep(NamedTuple):
    hash: str
    issuer: _Issuer


class _Run:
    """One canonicalisation."""

    def __init__(
        self,
        first: Mapping[str, str],
        mentions: Mapping[str, Sequence[Quad]],
        hash: str,
        paths: int,
    ) -> None:
        self._hash = getattr(hashlib, hash)
        self._paths = paths
        self._depth = 0
        self._first, self._mentions = first, mentions
        self.issuer = _Issuer("c14n")

    def name_all(self) -> None:
        """Give every blank node its canonical label."""
        by_hash: dict[str, list[str]] = {}
        for node, digest in self._first.items():
            by_hash.setdefault(digest, []).append(node)
        # 2
        order = sorted(by_hash)
        for digest in order:
            if len(by_hash[digest]) == 1:
                self.issuer.issue(by_hash[digest][0])
        # 3
        for digest in order:
            nodes = by_hash[digest]
            if len(nodes) > 1:
                self._name_equals(nodes)

    def _name_equals(self, nodes: list[str]) -> None:
        found = []
        for node in nodes:
            if node not in self.issuer.issued:
                temporary = _Issuer("b")
                temporary.issue(node)
                found.append(self._deep(node, temporary))
        for one in sorted(found, key=lambda deep: deep.hash):
            for node in one.issuer.issued:
                self.issuer.issue(node)

    def _deep(self, node: str, issuer: _Issuer) -> _Deep:
        """Hash a node by its neighbours (RDFC-1.0 section 4.8, Hash N-Degree Quads)."""
        related: dict[str, list[str]] = {}
        for quad in self._mentions[node]:
            for position, term in (("s", quad[0]), ("o", quad[2]), ("g", quad[3])):
                if term.startswith("_:") and term != node:
                    digest = self._related(term, quad[1], issuer, position)
                    related.setdefault(digest, []).append(term)
        data = []
        for digest in sorted(related):
            data.append(digest)
            path, issuer = self._best(related[digest], issuer)
            data.append(path)
        return _Deep(self._digest("".join(data)), issuer)

    def _best(self, nodes: list[str], issuer: _Issuer) -> tuple[str, _Issuer]:
        """Return the smallest path through these neighbours, in any order of them."""
        chosen, best = "", issuer
        for order in permutations(nodes):
            self._spend(len(order) + len(issuer.issued) // 16)
            found = self._path(order, issuer.copy(), chosen)
            if found is not None and (not chosen or found[0] < chosen):
                chosen, best = found
        return chosen, best

    def _path(
        self, order: tuple[str, ...], issuer: _Issuer, chosen: str
    ) -> tuple[str, _Issuer] | None:
        """Return the path in this order, or None once it cannot be the smallest."""
        path, unknown = "", []
        for node in order:
            label = self.issuer.issued.get(node)
            if label is None:
                if node not in issuer.issued:
                    unknown.append(node)
                label = issuer.issue(node)
            path += label
            if chosen and len(path) >= len(chosen) and path > chosen:
                return None
        for node in unknown:
            self._depth += 1
            self._spend(1)
            if self._depth > _DEEPEST:
                raise _poisoned()
            deep = self._deep(node, issuer)
            self._depth -= 1
            path += f"{issuer.issue(node)}<{deep.hash}>"
            issuer = deep.issuer
            if chosen and len(path) >= len(chosen) and path > chosen:
                return None
        return path, issuer

    def _related(self, node: str, predicate: str, issuer: _Issuer, position: str) -> str:
        known = self.issuer.issued.get(node) or issuer.issued.get(node) or self._first[node]
        return self._digest(f"{position}{'' if position == 'g' else predicate}{known}")

    def _spend(self, paths: int) -> None:
        self._paths -= paths
        if self._paths < 0:
            raise _poisoned()

    def _digest(self, text: str) -> str:
        return str(self._hash(text.encode("utf-8")).hexdigest())


def _written(quad: Quad, labels: Mapping[str, str]) -> str:
    """Write one statement with the canonical labels."""
    subject, predicate, value, graph = quad
    line = f"{labels.get(subject, subject)} {predicate} {labels.get(value, value)}"
    return f"{line} {labels.get(graph, graph)} .\n" if graph else f"{line} .\n"


def first_degree(node: str, quads: Iterable[Quad], hash: Any) -> str:
    """Hash a blank node by its statements alone (RDFC-1.0 section 4.6)."""
    lines = []
    for quad in quads:
        subject, predicate, value, graph = (
            ("_:a" if term == node else "_:z") if term.startswith("_:") else term for term in quad
        )
        lines.append(
            f"{subject} {predicate} {value} {graph} .\n"
            if graph
            else f"{subject} {predicate} {value} .\n"
        )
    return str(hash("".join(sorted(lines)).encode("utf-8")).hexdigest())


def _over(what: str, found: int, most: int) -> CanonicalisationRefused:
    return CanonicalisationRefused(
        f"The document has {found} {what}; at most {most} are canonicalised.", reason="too-large"
    )


def _poisoned() -> CanonicalisationRefused:
    return CanonicalisationRefused(
        "Nodes without a name refer to each other in a way that only serves to waste time (a "
        "poison graph); the document was given up.",
        reason="poison-graph",
    )

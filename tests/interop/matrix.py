"""Counts who accepted and who refused what, and writes the tables into the documentation.

A table is written only when every one of its peers was there and nothing failed, so that a
half run never replaces it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "interoperability.md"
DIRECTIONS = ("we seal, peer accepts", "peer seals, we accept", "forged, both refuse")
_FAMILIES = ("europass", "etsi-1.2")
Row = tuple[str, str, str]


class Matrix:
    """Rows: peer, algorithm, what was exchanged; columns: directions; a cell counts files."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str, str]] = Counter()

    def count(self, peer: str, algorithm: str, profile: str, direction: str) -> None:
        """Note one file that went as it should."""
        self._counts[peer, algorithm, profile, direction] += 1

    def write(self, page: Path = PAGE) -> None:
        """Write each table whose peers were all there."""
        before = text = page.read_text(encoding="utf-8")
        for table in TABLES:
            lines = table.lines(self._counts)
            if lines is not None:
                text = _replaced(text, table.mark, "\n".join(lines) + "\n")
        if text != before:
            page.write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the page. mark: of the comments around it; peers: who has to be there.

    versions: how many peers there are, counting versions of one software; belongs: which rows.
    """

    mark: str
    columns: tuple[str, str, str]
    peers: frozenset[str]
    versions: int
    belongs: Callable[[Row], bool]

    def lines(self, counts: Counter[tuple[str, str, str, str]]) -> list[str] | None:
        """Return the table; None when a peer is missing."""
        rows = sorted(row for row in {key[:3] for key in counts} if self.belongs(row))
        titles = {peer for peer, _, _ in rows}
        if {one.split()[0] for one in titles} != self.peers or len(titles) != self.versions:
            return None
        written = ["| " + " | ".join((*self.columns, *DIRECTIONS)) + " |", "|---" * 6 + "|"]
        for row in rows:
            cells = [str(counts[(*row, one)] or "–") for one in DIRECTIONS]
            written.append("| " + " | ".join((*row, *cells)) + " |")
        return written


TABLES = (
    Table(
        mark="matrix",
        columns=("peer", "algorithm", "header family"),
        peers=frozenset({"DSS", "jose", "joserfc"}),
        versions=4,
        belongs=lambda row: row[2] in _FAMILIES,
    ),
    Table(
        mark="credentials",
        columns=("peer", "algorithm", "what was exchanged"),
        peers=frozenset({
            "@digitalbazaar/vc", "@digitalbazaar/vc-bitstring-status-list",
            "@digitalcredentials/verifier-core", "@sd-jwt/jwt-status-list", "did-jwt-vc", "jose",
        }),
        versions=6,
        belongs=lambda row: row[2] not in _FAMILIES,
    ),
)  # fmt: skip


def _replaced(text: str, mark: str, table: str) -> str:
    marked = re.compile(rf"(<!-- {mark} -->\n).*(<!-- end of {mark} -->)", re.S)
    assert marked.search(text), f"the page has no place for the table {mark}"
    return marked.sub(lambda found: found[1] + table + found[2], text)

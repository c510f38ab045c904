"""Counts who accepted and who refused what, and writes the table into the documentation.

The table is written only when every peer was there, so that a half run never replaces it.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "interoperability.md"
_MARKED = re.compile(r"(<!-- matrix -->\n).*(<!-- end of matrix -->)", re.S)
DIRECTIONS = ("we seal, peer accepts", "peer seals, we accept", "forged, both refuse")


class Matrix:
    """Rows are peers and algorithms, columns are directions; a cell counts files."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str, str]] = Counter()

    def count(self, peer: str, algorithm: str, profile: str, direction: str) -> None:
        """Note one file that went as it should."""
        self._counts[peer, algorithm, profile, direction] += 1

    def write(self) -> None:
        """Write the table when every peer has rows."""
        rows = sorted({key[:3] for key in self._counts})
        peers = {peer.split()[0] for peer, _, _ in rows}
        versions = {peer for peer, _, _ in rows}
        if peers != {"DSS", "jose", "joserfc"} or len(versions) != 4 or not PAGE.is_file():
            return
        lines = ["| peer | algorithm | header family | " + " | ".join(DIRECTIONS) + " |",
                 "|---|---|---|---|---|---|"]  # fmt: skip
        for row in rows:
            cells = [str(self._counts[(*row, one)] or "–") for one in DIRECTIONS]
            lines.append("| " + " | ".join((*row, *cells)) + " |")
        table = "\n".join(lines) + "\n"
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(_MARKED.sub(lambda found: found[1] + table + found[2], text), "utf-8")

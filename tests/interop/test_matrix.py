"""The tables of docs/interoperability.md: whole, or left as they are."""

from __future__ import annotations

from collections import Counter

from tests.interop.matrix import DIRECTIONS, PAGE, TABLES

SEALS, CREDENTIALS = TABLES
SEALED, ISSUED, FORGED = DIRECTIONS


def counted(*peers: str, what: str = "vc+jwt") -> Counter[tuple[str, str, str, str]]:
    return Counter({(f"{peer} 1.0", "ES256", what, SEALED): 3 for peer in peers})


def test_a_table_counts_what_went_as_it_should_and_dashes_what_was_not_exchanged():
    lines = CREDENTIALS.lines(counted(*CREDENTIALS.peers))
    assert lines is not None
    assert lines[0].startswith("| peer | algorithm | what was exchanged | we seal, peer accepts |")
    assert len(lines) == 2 + len(CREDENTIALS.peers)
    assert "| jose 1.0 | ES256 | vc+jwt | 3 | – | – |" in lines


def test_no_table_is_made_while_a_peer_is_missing():
    for missing in CREDENTIALS.peers:
        assert CREDENTIALS.lines(counted(*CREDENTIALS.peers - {missing})) is None


def test_rows_of_one_table_do_not_stand_in_for_the_other():
    assert CREDENTIALS.lines(counted(*CREDENTIALS.peers, what="europass")) is None
    assert SEALS.lines(counted("jose", "joserfc", "DSS")) is None


def test_the_page_has_a_place_for_each_table():
    text = PAGE.read_text(encoding="utf-8")
    for table in TABLES:
        assert text.count(f"<!-- {table.mark} -->\n") == 1
        assert text.count(f"<!-- end of {table.mark} -->") == 1

"""A comparison takes turns, and says honestly whether its target is met."""

from __future__ import annotations

import json

import pytest
from bench import page
from bench.compare import LEAST_ROUNDS, Comparison, Result, measure


def _case(subject: float, peer: float, **more) -> Comparison:
    given = {"id": "P0", "title": "work", "target": 2.0, "unit": "MiB"} | more
    return Comparison(subject=lambda: subject, peer=lambda: peer, **given)


@pytest.mark.parametrize(
    ("subject", "peer", "ceiling", "ratio", "met"),
    [
        (1, 2, False, 2, True),
        (1, 1.9, False, 1.9, False),
        (2, 1, True, 2, True),
        (2.1, 1, True, 2.1, False),
    ],
)
def test_a_target_is_a_floor_or_a_ceiling(subject, peer, ceiling, ratio, met):
    result = measure(_case(subject, peer, ceiling=ceiling))
    assert (result.ratio, result.met, result.rounds) == (ratio, met, LEAST_ROUNDS)
    assert page.mark(result) == ("met" if met else "MISSED")
    assert result.goal == ("<= 2x" if ceiling else ">= 2x")


def test_subject_peer_and_limit_take_turns_and_the_order_reverses():
    seen: list[str] = []

    def call(name: str):
        return lambda: seen.append(name) or 1

    case = Comparison(id="P0", title="turns", target=1, unit="calls", subject=call("s"),
                      peer=call("p"), limit=call("l"))  # fmt: skip
    result = measure(case)
    assert "".join(seen) == "spl" + "lpsspl" * 3
    assert result.of_limit == 1


def test_the_median_counts_not_the_luckiest_round():
    values = iter([1, 100, 1, 1, 100, 1, 1])
    case = Comparison(id="P0", title="luck", target=1, unit="MiB", subject=lambda: 1,
                      peer=lambda: next(values))  # fmt: skip
    result = measure(case)
    assert (result.ratio, result.low, result.high) == (1, 1, 100)


def test_a_short_call_is_repeated_until_a_sample_is_long_enough():
    calls = {"subject": 0, "peer": 0}

    def count(name: str) -> None:
        calls[name] += 1

    case = Comparison(id="P0", title="short", target=0, subject=lambda: count("subject"),
                      peer=lambda: count("peer"))  # fmt: skip
    result = measure(case, quick=True)
    assert min(calls.values()) > 100 * result.rounds


def test_a_call_that_gives_no_number_where_one_counts_is_an_error():
    with pytest.raises(TypeError, match="MiB"):
        measure(Comparison(id="P0", title="x", target=1, unit="MiB", subject=dict, peer=dict))


def test_the_page_keeps_rows_of_this_machine_and_names_no_path(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "RESULTS", tmp_path / "build" / "bench.json")
    monkeypatch.setattr(page, "PAGE", tmp_path / "performance.md")
    first = measure(_case(1, 3, id="P10", note="Why."))
    second = measure(_case(1, 1, id="P2"))
    page.merged([first], day="2026-11-24")
    rows = page.merged([second], day="2026-11-25")
    assert [row["id"] for row in rows] == ["P2", "P10"]
    page.write_page(rows)
    text = (tmp_path / "performance.md").read_text(encoding="utf-8")
    assert "| P2 | work |  | 1 (1 to 1) | >= 2x | MISSED |  |" in text
    assert "### P10: work" in text
    assert "Why." in text
    assert page.machine()["processor"] in text
    assert str(tmp_path) not in text
    stored = json.loads(page.RESULTS.read_text(encoding="utf-8"))
    stored["machine"]["cores"] = "another"
    page.RESULTS.write_text(json.dumps(stored), encoding="utf-8")
    assert [row["id"] for row in page.merged([first], day="2026-11-26")] == ["P10"]
    assert isinstance(Result(**{k: v for k, v in rows[0].items() if k != "measured_on"}), Result)

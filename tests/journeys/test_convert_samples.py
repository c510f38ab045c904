"""Credentials of others in every format that can hold them: nothing is lost without a word."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tessera.errors import EncodeError, UnreadableError
from tessera.formats.losses import difference, is_within
from tessera.journeys import converting

CASES = os.environ.get("TESSERA_CASES")
AT = datetime(2026, 1, 1, tzinfo=UTC)
EACH = 4  # samples of each format, the first of them in the manifest


def samples():
    """The first samples of each format, by its name."""
    if not CASES:
        return {}
    found = defaultdict(list)
    for case in json.loads(Path(CASES, "manifest.json").read_text(encoding="utf-8"))["cases"]:
        found[case["format"]].append(Path(CASES, case["path"]))
    return {name: paths[:EACH] for name, paths in found.items()}


SAMPLES = samples()


@pytest.mark.skipif(not CASES, reason="TESSERA_CASES is not set: no samples of others here")
@pytest.mark.parametrize("format", SAMPLES)
def test_samples_are_converted_with_every_difference_named_or_refused_by_element(format):
    for path in SAMPLES[format]:
        try:
            source = converting.read(path.read_bytes(), AT)
        except UnreadableError:
            continue  # a list, a vector, a broken file: no record to convert
        for target in converting.written():
            try:
                made = converting.convert(source, target, None, AT)
            except EncodeError as refused:
                assert str(refused)
                continue
            again = converting.read(made.content, AT)
            named = [one.pointer for one in made.report.losses]
            for one in difference(source.award, again.award, ignoring=target.id):
                assert any(
                    is_within(one.pointer, other) or is_within(other, one.pointer)
                    for other in named
                ), (path.name, target.id, one)


@pytest.mark.skipif(not CASES, reason="TESSERA_CASES is not set: no samples of others here")
def test_enough_samples_are_converted_to_prove_something():
    done = 0
    for path in (one for paths in SAMPLES.values() for one in paths):
        try:
            source = converting.read(path.read_bytes(), AT)
            done += bool(converting.convert(source, converting.target("vc"), None, AT))
        except (UnreadableError, EncodeError):
            continue
    assert done >= 15

"""The data files are complete, well-formed and what SOURCES.toml says they are."""

from __future__ import annotations

import hashlib
import os
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import pytest

from tessera import vocab
from tessera.vocab.catalogue import LISTINGS
from tessera.vocab.sources import DATA, sources

XS = "{http://www.w3.org/2001/XMLSchema}"
COUNTS = {
    "eqf": 8, "qf-ehea": 4, "isced-2011": 10, "isced-f": 220, "nqf": 424, "country": 253,
    "language": 8175, "atu": 3234, "nuts": 2160, "currency": 179, "file-type": 195,
    "encoding": 1, "assessment": 14, "mode": 6, "supervision": 4, "opportunity": 12,
    "setting": 2, "schedule": 3, "learning-activity": 11, "target-group": 20,
    "credit-framework": 2, "skill-type": 2, "skill-reuse-level": 4, "credential-profile": 7,
    "evidence-type": 3, "accreditation": 4, "entitlement": 3, "entitlement-status": 2,
    "stackability": 4, "outcome-for-learner": 4, "learning-context": 6, "purpose": 4,
    "quality-standard": 6, "provider-kind": 11, "funding": 7,
}  # fmt: skip
# Rows we hold beyond the official code list, each with its own source column.
BEYOND = {
    "http://data.europa.eu/snb/credential/c_9a31f32a",
    "http://data.europa.eu/snb/credential/c_7e400154",
}


def test_every_list_has_the_number_of_entries_its_source_has() -> None:
    assert {list_id: len(vocab.entries(list_id)) for list_id in vocab.lists()} == COUNTS


def test_isced_f_has_its_three_layers() -> None:
    kinds = Counter(entry.extra["kind"] for entry in vocab.entries("isced-f"))
    assert kinds == {"broad": 12, "narrow": 58, "detailed": 150}


@pytest.mark.parametrize("list_id", vocab.lists())
def test_codes_and_iris_are_unique_and_parents_exist(list_id: str) -> None:
    entries = vocab.entries(list_id)
    codes = {entry.code.casefold() for entry in entries}
    assert len(codes) == len(entries)
    assert len({entry.iri for entry in entries}) == len(entries)
    assert all(entry.parent is None or entry.parent.casefold() in codes for entry in entries)
    assert all(entry.label and entry.code == entry.code.strip() for entry in entries)
    assert all(entry.iri.startswith(LISTINGS[list_id].base) for entry in entries)
    assert {entry.scheme for entry in entries} == {vocab.scheme(list_id)}


@pytest.mark.parametrize("list_id", vocab.lists())
def test_another_code_never_means_two_entries(list_id: str) -> None:
    for entry in vocab.entries(list_id):
        for column in ("alpha2", "alpha3", "eu_code", "bcp47", "aliases"):
            for other in entry.extra.get(column, "").split():
                assert vocab.find(list_id, other) == entry, (other, entry.code)


def test_schemes_and_bases_belong_to_one_list_each() -> None:
    assert len({listing.base for listing in LISTINGS.values()}) == len(LISTINGS)
    assert len({listing.scheme for listing in LISTINGS.values()}) == len(LISTINGS)


def test_what_is_not_confirmed_is_marked() -> None:
    unconfirmed = {
        entry.iri.rsplit("/", 1)[-1]
        for list_id in vocab.lists()
        for entry in vocab.entries(list_id)
        if not entry.confirmed
    }
    assert unconfirmed == {"df2880c5cb", "44314532f9"}


def test_every_file_has_a_line_in_sources_and_the_hash_told_there() -> None:
    told = {source.file: source for source in sources()}
    assert set(told) == {path.name for path in DATA.glob("*.csv")}
    assert set(told) == {f"{name}.csv" for listing in LISTINGS.values() for name in listing.files}
    for name, source in told.items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == source.sha256, name
        assert all((source.uri, source.version, source.date, source.licence, source.confirmed))


def _official(name: str) -> dict[str, str]:
    folder = os.environ.get("TESSERA_STANDARDS")
    path = Path(folder or "", "elm-xsd", "loq", "cv", name)
    if not folder or not path.is_file():
        pytest.skip("official ELM code lists: not here (set TESSERA_STANDARDS)")
    return {
        value.get("value", ""): " ".join((value.findtext(f".//{XS}documentation") or "").split())
        for value in ElementTree.parse(path).getroot().iter(f"{XS}enumeration")
    }


XSDS = sorted({source.xsd for source in sources() if source.xsd})


@pytest.mark.parametrize("xsd", XSDS)
def test_iris_and_labels_are_those_of_the_official_code_list(xsd: str) -> None:
    official = _official(xsd)
    stems = {source.file.removesuffix(".csv") for source in sources() if source.xsd == xsd}
    listing = next(listing for listing in LISTINGS.values() if stems & set(listing.files))
    ours = {entry.iri: entry for entry in vocab.entries(listing.id) if entry.iri not in BEYOND}
    assert set(ours) == set(official)
    assert all(entry.label == (official[iri] or entry.code) for iri, entry in ours.items())


def test_every_official_code_list_of_values_is_shipped() -> None:
    _official("eqf.xsd")
    folder = Path(os.environ["TESSERA_STANDARDS"], "elm-xsd", "loq", "cv")
    # loq_individuals names topics of notes, which no part of the model uses.
    assert {path.name for path in folder.glob("*.xsd")} - {"loq_individuals.xsd"} == set(XSDS)

"""The registry of JSON-LD contexts: pinned texts, refusals with names, nothing fetched."""

import csv
import importlib.util
import os
import shutil
from pathlib import Path

import pytest

from tessera.errors import StandardsError
from tessera.standards import contexts as module
from tessera.standards.contexts import ContextRefused, Contexts, pinned, shared
from tessera.standards.locate import Library
from tessera.standards.sources import source
from tessera.standards.term_contexts import build, term_contexts

STANDARDS = os.environ.get("TESSERA_STANDARDS", "")
needs_files = pytest.mark.skipif(not STANDARDS, reason="official files: TESSERA_STANDARDS")
V2 = "https://www.w3.org/ns/credentials/v2"
PACKAGED = sorted(url for url, one in pinned().items() if one.packaged)


def official() -> Contexts:
    return Contexts(Library(Path(STANDARDS)))


@pytest.mark.parametrize("url", PACKAGED)
def test_what_openbadgeslib_ships_works_with_nothing_installed(url):
    assert "@context" in Contexts().document(url)


@needs_files
@pytest.mark.parametrize("url", sorted(pinned()))
def test_every_pinned_context_is_among_the_official_files(url):
    known = Contexts(Library(Path(STANDARDS)), examples=True)
    assert "@context" in known.document(url)


@needs_files
@pytest.mark.parametrize("url", PACKAGED)
def test_the_packaged_and_the_official_text_say_the_same(url):
    assert Contexts().document(url) == official().document(url)


@pytest.mark.parametrize("url", sorted(pinned()))
def test_every_pinned_context_is_an_official_file_with_a_hash(url):
    assert source(pinned()[url].file).sha256


def test_an_unknown_address_is_refused_by_name():
    with pytest.raises(ContextRefused, match=r"'https://evil\.example/v1'.*never fetched") as no:
        Contexts().document("https://evil.example/v1")
    assert (no.value.reason, no.value.url) == ("unknown", "https://evil.example/v1")
    assert isinstance(no.value, StandardsError)


def test_a_context_that_is_not_installed_says_how_to_get_it():
    with pytest.raises(ContextRefused, match="tessera standards install") as no:
        Contexts().document("https://www.w3.org/2018/credentials/v1")
    assert no.value.reason == "missing"


def test_an_alias_gives_the_same_text():
    assert pinned()["https://w3id.org/did/v1"] is pinned()["https://www.w3.org/ns/did/v1"]


@needs_files
def test_other_bytes_under_a_pinned_address_are_refused_even_when_accepted(tmp_path):
    one = pinned()[V2]
    path = tmp_path / one.file
    path.parent.mkdir(parents=True)
    path.write_bytes(Path(STANDARDS, one.file).read_bytes().replace(b"credentialSubject", b"x"))
    with pytest.raises(StandardsError, match="not the published one"):
        Contexts(Library(tmp_path)).document(V2)

    class Accepting(Library):
        def read(self, name):
            return self.path(name).read_bytes()

    with pytest.raises(ContextRefused, match="not the published one") as no:
        Contexts(Accepting(tmp_path)).document(V2)
    assert no.value.reason == "altered"


def test_a_changed_file_of_the_package_is_refused(tmp_path, monkeypatch):
    found = importlib.util.find_spec("openbadgeslib").submodule_search_locations[0]
    folder = tmp_path / "openbadgeslib" / "ob3" / "contexts"
    folder.mkdir(parents=True)
    name = pinned()[V2].packaged
    shutil.copy(Path(found, "ob3", "contexts", name), folder / name)
    monkeypatch.setattr(module, "_packaged", lambda name: folder / name)
    assert Contexts().document(V2)
    (folder / name).write_bytes((folder / name).read_bytes() + b"\n")
    with pytest.raises(ContextRefused, match="packaged text"):
        Contexts().document(V2)


def test_without_openbadgeslib_the_sentence_names_the_files_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ContextRefused, match="standards install"):
        Contexts().document(V2)


def test_the_callers_own_context_counts_but_never_instead_of_a_pinned_one():
    text = b'{"@context": {"word": "https://example.org/word"}}'
    known = Contexts(added={"https://example.org/v1": text})
    assert known.document("https://example.org/v1")["@context"]["word"]
    with pytest.raises(ContextRefused, match="given text"):
        Contexts(added={V2: text})


@pytest.mark.parametrize("text", [b"[]", b"{}", b"not json", b'{"@context": {}, "@context": 1}'])
def test_a_text_that_is_no_context_is_refused_by_its_address(text):
    known = Contexts(added={"https://example.org/v1": text})
    with pytest.raises(ContextRefused, match=r"example\.org/v1"):
        known.document("https://example.org/v1")


def test_the_contexts_of_examples_count_only_where_asked_for():
    url = "https://www.w3.org/ns/credentials/examples/v2"
    with pytest.raises(ContextRefused, match="every word") as no:
        Contexts().document(url)
    assert no.value.reason == "example"
    assert not Contexts().knows(url)
    assert Contexts(examples=True).knows(url)
    assert not Contexts().knows("https://evil.example/")


def test_the_digest_changes_with_what_is_added_and_with_nothing_else():
    text = b'{"@context": {}}'
    assert Contexts().digest == Contexts().digest
    assert len({Contexts().digest, Contexts(examples=True).digest,
                Contexts(added={"https://example.org/a": text}).digest}) == 3  # fmt: skip


def test_one_library_has_one_registry():
    assert shared() is shared(None)


def test_a_term_table_becomes_a_protected_context():
    rows = [
        "term,iri,type,container,within",
        "@context,https://example.org/c/v1,,,",
        "Workload,https://example.org/#Workload,,,",
        "hours,https://example.org/#hours,http://www.w3.org/2001/XMLSchema#decimal,,Workload",
        "note,https://example.org/#note,,@language,",
    ]
    url, document = build(csv.reader(rows), "t.csv")
    assert url == "https://example.org/c/v1"
    made = document["@context"]
    assert made["@protected"] is True
    assert made["note"] == {"@id": "https://example.org/#note", "@container": "@language"}
    scoped = made["Workload"]["@context"]
    assert scoped["@protected"] is True
    assert scoped["hours"]["@type"].endswith("#decimal")


@pytest.mark.parametrize(
    "rows",
    [
        ["a,b", "@context,https://example.org/,,,"],
        ["term,iri,type,container,within"],
        ["term,iri,type,container,within", "x,https://example.org/x,,,"],
        ["term,iri,type,container,within", "@context,https://e.org/,,,", "x,relative,,,"],
        ["term,iri,type,container,within", "@context,https://e.org/,,,", "x,u:x,,,Late"],
    ],
)
def test_a_term_table_out_of_order_is_refused(rows):
    with pytest.raises(StandardsError, match=r"t\.csv"):
        build(csv.reader(rows), "t.csv")


def test_every_term_table_of_the_package_is_in_order_and_has_an_address_of_its_own():
    assert not set(term_contexts()) & set(pinned())

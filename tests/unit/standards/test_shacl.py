"""The port to SHACL engines: the published shapes, mended as recorded, under both engines."""

import os
from collections import Counter
from pathlib import Path

import pytest

from tessera.errors import StandardsError, UsageError
from tessera.standards.locate import Library
from tessera.standards.shacl import (
    FOLDERS,
    MOST_QUADS_BYTES,
    PATCHES,
    PROFILES,
    Shapes,
    load_shapes,
)
from tests.unit.standards import differential, structure_documents
from tests.unit.standards.structure_mutants import CASES

STANDARDS = os.environ.get("TESSERA_STANDARDS", "")
pytestmark = pytest.mark.skipif(
    not (STANDARDS and CASES), reason="official files: TESSERA_STANDARDS, TESSERA_CASES are not set"
)
LIBRARY = Library(Path(STANDARDS))
GENERIC = ("EDC-generic-full.ttl", "EDC-generic-no-cv.ttl")
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
ELM = "http://data.europa.eu/snb/model/elm/"


def published(version, *names):
    return "\n".join(
        LIBRARY.read(f"{FOLDERS[version]}/{name}").decode() for name in (*GENERIC, *names)
    )


@pytest.mark.parametrize("version", FOLDERS)
def test_the_merged_shapes_are_the_published_ones_but_for_the_recorded_patches(version):
    import rdflib
    from rdflib.compare import isomorphic

    separate = rdflib.Graph()
    for name in GENERIC:
        text = LIBRARY.read(f"{FOLDERS[version]}/{name}").decode()
        for wrong, right in PATCHES:
            text = text.replace(wrong, right)
        separate.parse(data=text, format="turtle")
    separate.remove((None, rdflib.OWL.imports, None))
    merged = rdflib.Graph().parse(data=load_shapes(LIBRARY, version).text, format="turtle")
    assert isomorphic(merged, separate)


@pytest.mark.parametrize("version", FOLDERS)
def test_each_patch_meets_the_published_text_and_nothing_is_imported(version):
    text = published(version)
    assert "owl:imports" in text
    assert all(wrong in text for wrong, _ in PATCHES)
    assert "owl:imports" not in load_shapes(LIBRARY, version).text


@pytest.mark.parametrize("version", FOLDERS)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_adds_shapes_of_its_own(version, profile):
    generic, more = load_shapes(LIBRARY, version), load_shapes(LIBRARY, version, (profile,))
    assert len(more.text) > len(generic.text)
    assert "owl:imports" not in more.text
    quads = f"<urn:x> {TYPE} <{ELM}EuropeanDigitalCredential> .\n"
    assert len(more.validate(quads)) >= len(generic.validate(quads)) > 0


def test_a_profile_that_nobody_published_adds_nothing_and_shapes_are_compiled_once():
    assert load_shapes(LIBRARY, "1.2.0", ("urn:unknown",)) is load_shapes(LIBRARY, "1.2.0")


def test_a_version_that_nobody_published_is_wrong_use():
    with pytest.raises(UsageError):
        load_shapes(LIBRARY, "9.9.9")


def test_missing_and_altered_shapes_are_a_sentence(tmp_path):
    with pytest.raises(StandardsError, match="tessera standards install"):
        load_shapes(Library(tmp_path), "1.2.0")


@pytest.mark.parametrize(
    "text", ["no triples", "<urn:x> <urn:y> .", "<urn:x> <urn:y> <relative> ."]
)
def test_what_is_no_statement_is_a_sentence(text):
    with pytest.raises(StandardsError, match="cannot be read"):
        load_shapes(LIBRARY, "1.2.0").validate(text)


def test_too_many_statements_are_not_even_parsed():
    with pytest.raises(StandardsError, match="too many statements"):
        load_shapes(LIBRARY, "1.2.0").validate(" " * (MOST_QUADS_BYTES + 1))


def test_a_conforming_credential_has_no_violation_and_a_broken_one_names_it():
    shapes = load_shapes(LIBRARY, "1.2.0")
    made = structure_documents.minimal()
    assert shapes.validate(differential.official("1.2.0").quads(made)) == ()
    del made["credentialSubject"]["hasClaim"]["title"]
    (found,) = shapes.validate(differential.official("1.2.0").quads(made))
    assert found.component == "MinCount"
    assert found.path == "<http://purl.org/dc/terms/title>"
    assert found.focus == "<urn:epass:claim:1>"
    assert found.value is None


def test_the_reference_engine_leaves_the_settings_of_rdflib_as_they_were():
    import rdflib

    before = rdflib.NORMALIZE_LITERALS
    load_shapes(LIBRARY, "1.2.0").validate_by_reference("")
    assert before == rdflib.NORMALIZE_LITERALS


def test_both_engines_write_a_value_alike():
    shapes: Shapes = load_shapes(LIBRARY, "1.2.0")
    values = [
        '"a\\nb\\"c\\\\"',
        '"x"@de-at',
        '"x"^^<urn:datatype>',
        '"2.50"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        '"01"^^<http://www.w3.org/2001/XMLSchema#integer>',
        "<urn:y>",
    ]
    quads = f"<urn:x> {TYPE} <{ELM}Address> .\n" + "".join(
        f"<urn:x> <{ELM}countryCode> {value} .\n" for value in values
    )
    fast = Counter(map(differential.key_of, shapes.validate(quads)))
    assert fast == Counter(map(differential.key_of, shapes.validate_by_reference(quads)))
    assert {key[3] for key in fast} >= {*values[:-1], "urn:y"}


def test_a_seeded_share_of_broken_samples_gets_equal_reports_from_both_engines():
    """The long run of `python -m tests.unit.standards.differential engines` has hundreds."""
    counted = differential.compare_engines(range(14), seed=20261125)
    assert counted.differences == []
    assert counted.equal >= 10

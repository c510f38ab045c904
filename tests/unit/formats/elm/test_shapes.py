"""The official shapes as the step `schema` uses them: findings, and what stands in the way."""

import os
from pathlib import Path

import pytest

from tessera.errors import StandardsError
from tessera.formats.elm import shapes
from tessera.standards.locate import Library
from tests.unit.standards import structure_documents

STANDARDS = os.environ.get("TESSERA_STANDARDS", "")
LIBRARY = Library(Path(STANDARDS))
official = pytest.mark.skipif(not STANDARDS, reason="official files: TESSERA_STANDARDS is not set")
ACCREDITED = "http://data.europa.eu/snb/credential/6cf8e68c43"


@official
@pytest.mark.parametrize("version", ["1.1.0", "1.2.0"])
@pytest.mark.parametrize("general", [False, True])
def test_a_conforming_credential_has_no_violation_on_either_path(version, general):
    for made in (structure_documents.minimal(), structure_documents.rich()):
        assert shapes.validate(made, LIBRARY, version, general=general) == ()


@official
def test_the_profile_of_a_credential_brings_its_shapes():
    made = structure_documents.minimal()
    made["credentialProfiles"]["id"] = ACCREDITED
    assert shapes.profiles_of(made) == (ACCREDITED,)
    assert shapes.validate(made, LIBRARY, "1.2.0") != ()


@pytest.mark.parametrize(
    ("stated", "ids"),
    [
        (None, ()),
        ("urn:a", ("urn:a",)),
        ({"id": "urn:a"}, ("urn:a",)),
        ([{"id": "urn:a"}, "urn:b", 5, {"id": 7}, None], ("urn:a", "urn:b")),
    ],
)
def test_profiles_are_read_however_they_are_stated(stated, ids):
    assert shapes.profiles_of({"credentialProfiles": stated}) == ids


@official
@pytest.mark.parametrize(
    "change",
    [
        {"@context": "https://unknown.example/context"},
        {"@context": ["https://www.w3.org/2018/credentials/v1", "https://other.example/"]},
        {"title": {"@value": ["x"]}},
        {"@context": [*structure_documents.CONTEXTS, {"id": "urn:protected"}]},
    ],
)
def test_what_cannot_be_expanded_is_a_sentence(change):
    with pytest.raises(StandardsError, match=r"not one of those pinned|cannot be read"):
        shapes.validate(structure_documents.minimal() | change, LIBRARY, "1.2.0")


@official
def test_thousands_of_contexts_inside_do_not_fill_the_memory():
    for number in range(150):
        made = structure_documents.minimal()
        made["credentialSubject"]["@context"] = {f"own{number}": f"urn:own:{number}"}
        shapes.nquads(made, LIBRARY, "1.2.0")
    assert len(shapes._read_contexts(LIBRARY.root, "1.2.0").resolved) < 150


@official
def test_violations_of_one_cause_are_one_finding():
    made = structure_documents.minimal()
    for holder in (made["credentialSubject"]["hasClaim"], made["displayParameter"]):
        del holder["title"]
    violations = shapes.validate(made, LIBRARY, "1.2.0")
    (finding,) = shapes.violation_findings(violations, "1.2.0")
    assert finding.rule == "elm.schema.min-count"
    assert "'title' is missing" in finding.message
    assert len(finding.evidence["focus"]) == 2


@official
def test_a_document_with_too_many_values_is_not_expanded_but_written_by_ourselves():
    made = structure_documents.minimal()
    notes = [{"id": f"urn:n:{n}", "notation": "x"} for n in range(20_000)]
    made["credentialSubject"]["additionalNote"] = notes
    assert shapes.nquads(made, LIBRARY, "1.2.0").count("\n") > 40_000
    with pytest.raises(StandardsError, match="too many values"):
        shapes.nquads(made, LIBRARY, "1.2.0", general=True)
    notes.append({"id": "relative"})
    with pytest.raises(StandardsError, match="too many values"):
        shapes.nquads(made, LIBRARY, "1.2.0")

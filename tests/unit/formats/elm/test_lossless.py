"""Nothing is lost between the model and ELM, and no document makes the decoder fall over."""

from __future__ import annotations

import json
import os
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tessera.errors import EncodeError, UnreadableError
from tessera.formats.elm.check import check
from tessera.formats.elm.decode import decode, find_credential
from tessera.formats.elm.encode import build, dump, encode
from tessera.formats.elm.lint import lint
from tessera.model import AssessmentResult, Award, CustomElement, Identifier, ResearchLink, Text
from tessera.seals.jades import open_jws
from tests.unit.formats.elm import awards
from tests.unit.formats.elm.mutations import mutated
from tests.unit.formats.elm.sameness import lost
from tests.unit.formats.elm.strategies import whole_awards

CASES = os.environ.get("TESSERA_CASES")
needs_cases = pytest.mark.skipif(not CASES, reason="TESSERA_CASES is not set: no real samples")


def samples() -> list[tuple[str, Any]]:
    """Every EDC sample that holds a credential, sealed ones opened."""
    if not CASES:
        return []
    found = []
    for case in json.loads((Path(CASES) / "manifest.json").read_text())["cases"]:
        if case["format"] not in ("edc-jades", "edc-jsonld"):
            continue
        raw = (Path(CASES) / case["path"]).read_bytes()
        document = json.loads(open_jws(raw).document if case["format"] == "edc-jades" else raw)
        if find_credential(document) is not None:
            found.append((case["id"], document))
    return found


def described(**changes: Any) -> Award:
    award = awards.complete()
    return replace(award, micro_credential=replace(award.micro_credential, **changes))


# the model, written and read back


def default_fields(value: Any, path: str = "") -> list[str]:
    """The fields that are left at their default in every object of one type below a value."""
    seen: dict[str, bool] = {}
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, tuple):
            stack.extend(one)
        if not is_dataclass(one):
            continue
        for field in fields(one):
            given = getattr(one, field.name)
            plain = field.default if field.default is not MISSING else None
            if field.default_factory is not MISSING:
                plain = field.default_factory()
            name = f"{type(one).__name__}.{field.name}"
            seen[name] = seen.get(name, False) or given != plain
            stack.append(given)
    return sorted(name for name, is_used in seen.items() if not is_used)


def test_the_complete_award_of_these_tests_uses_every_field_of_the_model():
    assert default_fields(awards.complete()) == [
        "Award.display_language",  # the strategy draws all 24
        "Award.residue",  # what a foreign document holds beyond the model
        "Award.status",  # the strategy draws up to three; test_status.py has the rest
        "Learner.key",  # never leaves the house
        "Validity.until",  # the other way to say it; the strategy has it
    ]


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(whole_awards())
def test_any_award_is_read_back_equal_and_written_again_byte_for_byte(award):
    try:
        written = dump(encode(award))
    except EncodeError as error:
        assume("Two organisations have the id" not in str(error))
        raise
    decoded = decode(json.loads(written))
    assert decoded.award == award
    assert decoded.findings == ()
    assert dump(encode(decoded.award)) == written


def test_what_encode_settles_is_what_the_page_says():
    """docs/standards/elm.md, "What a round trip settles"."""
    issued = datetime(2026, 11, 22, 10, tzinfo=UTC)
    award = awards.minimal(issued_at=issued, valid_from=issued)
    assert decode(encode(award)).award.valid_from is None
    load = replace(awards.complete().micro_credential.workload, hours=Decimal("1.00000001"))
    read = decode(encode(described(workload=load))).award.micro_credential.workload
    assert read.hours == 1


def test_a_doi_with_signs_that_no_address_holds_is_escaped_and_read_back():
    doi = Identifier.parse("doi", "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O")
    award = described(research=(ResearchLink(identifier=doi),))
    assert b"49:8%3C693::AID-ASI4%3E3.0" in dump(encode(award))
    assert decode(encode(award)).award == award


def test_two_descriptions_of_one_organisation_are_refused_instead_of_losing_one():
    other = awards.organisation("https://example.edu/#org", "Another name")
    with pytest.raises(EncodeError, match="Two organisations have the id"):
        encode(described(providers=(other,)))


def test_a_correction_names_the_award_it_replaces_and_why():
    document = encode(awards.complete())
    replaced = [
        one["notation"]
        for one in document["identifier"]
        if one.get("schemeId") == "urn:tessera:elm:key:replaces"
    ]
    assert replaced == ["urn:uuid:6f0c7a4e-0f5c-4f0e-9f53-000000000000"]
    note = document["credentialSubject"]["hasClaim"]["additionalNote"]
    assert note["noteLiteral"] == {"en": "The grade was wrong."}


def test_no_status_is_claimed_where_none_is_kept():
    document = encode(awards.complete())
    assert "credentialStatus" not in document
    assert "termsOfUse" not in document


# documents of others


@needs_cases
def test_there_are_real_samples():
    assert len(samples()) == 14


@pytest.mark.parametrize(("name", "document"), samples(), ids=[name for name, _ in samples()])
def test_a_real_sample_loses_nothing_on_the_way_through_the_model(name, document):
    root, _ = find_credential(document)
    first = build(decode(document).award)
    assert lost(root, first, whole=document) == []
    assert dump(build(decode(first).award)) == dump(first)


def foreign() -> Any:
    return json.loads(dump(encode(awards.complete())))


def through(document: Any) -> Any:
    return build(decode(document).award)


def test_a_second_note_of_a_kind_and_an_empty_one_stay():
    document = foreign()
    spec = document["credentialSubject"]["hasClaim"]["specifiedBy"]
    twin = {**spec["additionalNote"][1], "id": "urn:epass:note:900"}
    empty = {"id": "urn:epass:note:901", "type": "Note", "subject": twin["subject"]}
    spec["additionalNote"] += [{**twin, "noteLiteral": {"en": "Again"}}, empty]
    assert lost(document, through(document)) == []


def test_a_note_about_something_of_a_third_party_keeps_all_it_says():
    document = foreign()
    spec = document["credentialSubject"]["hasClaim"]["specifiedBy"]
    subject = {"id": "https://other.example/topic", "type": "Concept", "notation": "topic"}
    note = {
        "id": "urn:epass:note:902",
        "type": "Note",
        "subject": subject,
        "noteLiteral": {"en": "Said"},
        "noteFormat": {"id": "https://other.example/format", "type": "Concept"},
    }
    spec["additionalNote"].append(note)
    decoded = decode(document)
    assert decoded.award.micro_credential.custom[-1] == CustomElement(
        uri="https://other.example/topic",
        label=Text.of({"und": "https://other.example/topic"}),
        value=Text.of({"en": "Said"}),
    )
    assert lost(document, build(decoded.award)) == []


def test_types_and_levels_beside_one_that_cannot_be_read_are_still_read():
    document = foreign()
    spec = document["credentialSubject"]["hasClaim"]["specifiedBy"]
    for member in ("dcType", "educationLevel"):
        spec[member] = [{"type": "Concept", "prefLabel": {"en": "no id"}}, *spec[member]]
    decoded = decode(document)
    mc, whole = decoded.award.micro_credential, awards.complete().micro_credential
    assert mc.participation.opportunity == whole.participation.opportunity
    assert (mc.contexts, mc.purpose) == (whole.contexts, whole.purpose)
    assert mc.level == whole.level
    assert lost(document, build(decoded.award)) == []


def test_an_id_that_something_unread_refers_to_is_not_given_to_something_else():
    document = foreign()
    spec = document["credentialSubject"]["hasClaim"]["specifiedBy"]
    spec["unheardOf"] = "urn:epass:note:1"
    written = through(document)
    ids = [line for line in json.dumps(written).split('"') if line == "urn:epass:note:1"]
    assert len(ids) == json.dumps(document).split('"').count("urn:epass:note:1")


def test_research_that_is_no_doi_stays_as_it_was():
    document = foreign()
    papers = document["credentialSubject"]["hasClaim"]["specifiedBy"]["supplementaryDocument"]
    for paper in papers:
        if paper["contentURL"].startswith("https://doi.org/"):
            paper["contentURL"] = "https://repository.example/paper/7"
    decoded = decode(document)
    assert [one.identifier.scheme for one in decoded.award.micro_credential.research] == ["orcid"]
    assert lost(document, build(decoded.award)) == []


def test_a_legal_identifier_without_country_stays_where_it_was():
    document = json.loads(dump(encode(awards.minimal())))
    del document["issuer"]["location"]
    del document["issuer"]["eIDASIdentifier"]["spatial"]
    assert lost(document, through(document)) == []


def test_quality_assurance_that_contradicts_itself_stays_as_it_was():
    document = foreign()
    spec = document["credentialSubject"]["hasClaim"]["specifiedBy"]
    for note in spec["additionalNote"]:
        if note.get("valid"):
            note["expiryDate"] = "1999-01-01T00:00:00Z"
    decoded = decode(document)
    assert len(decoded.award.micro_credential.quality_assurance) == 1
    assert lost(document, build(decoded.award)) == []


# hostile documents

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
jsons = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(jsons, st.sampled_from(sorted(foreign())))
def test_any_json_in_the_place_of_a_member_is_read_or_left(value, member):
    decode(foreign() | {member: value, "type": ["EuropeanDigitalCredential"]})


@settings(max_examples=100, deadline=None, derandomize=True)
@given(jsons)
def test_what_is_no_credential_is_unreadable(value):
    with pytest.raises(UnreadableError):
        decode(value)


@pytest.mark.parametrize("seed", range(250))
def test_a_changed_document_is_read_judged_and_written_again_or_refused(seed):
    document = mutated(foreign(), seed)
    try:
        award = decode(document).award
    except UnreadableError:
        return
    lint(document)
    try:
        dump(build(award))
    except EncodeError:
        return
    decode(build(award))


def test_objects_that_refer_to_each_other_in_circles_are_read_once():
    document = foreign()
    body = document["issuer"]
    body["accreditation"] = {
        "id": "urn:x:circle",
        "type": "Accreditation",
        "dcType": {"id": "http://data.europa.eu/snb/accreditation/bb4618238e", "type": "Concept"},
        "accreditingAgent": body["id"],
        "organisation": {"id": body["id"], "accreditation": "urn:x:circle"},
    }
    document["credentialSubject"]["hasClaim"]["specifiedBy"]["hasPart"] = document[
        "credentialSubject"
    ]["hasClaim"]["specifiedBy"]["id"]
    decoded = decode(document)
    assert decoded.award.micro_credential.sealer is not None
    assert lost(document, build(decoded.award)) == []


@pytest.mark.parametrize("member", ["learningOutcome", "thematicArea", "additionalNote", "mode"])
def test_of_ten_thousand_values_a_thousand_are_read_and_all_are_kept(member):
    document = foreign()
    spec = document["credentialSubject"]["hasClaim"]["specifiedBy"]
    [first, *_] = spec[member] if isinstance(spec[member], list) else [spec[member]]
    spec[member] = [{**first, "id": f"urn:x:{number}"} for number in range(10_000)]
    decoded = decode(document)
    assert "elm.decode.many" in {finding.rule for finding in decoded.findings}
    written = build(decoded.award)["credentialSubject"]["hasClaim"]["specifiedBy"][member]
    assert len(written) == 10_000


def test_ten_thousand_results_with_ten_thousand_bodies_are_read():
    document = foreign()
    claim = document["credentialSubject"]["hasClaim"]
    result = claim["provenBy"][0]
    claim["provenBy"] = [
        {
            **result,
            "id": f"urn:r:{number}",
            "assessedBy": {"id": f"urn:o:{number}", "type": "Organisation"},
        }
        for number in range(10_000)
    ]
    found = decode(document).award.achievement.results
    assert len(found) == 1_000
    assert all(isinstance(one, AssessmentResult) for one in found)


@pytest.mark.parametrize("depth", [100, 900, 5_000])
@pytest.mark.parametrize("member", ["unheardOf", "issuer", "credentialSubject", "evidence"])
def test_a_deeply_nested_document_is_read_and_judged(member, depth):
    inner: Any = {"id": "urn:x:bottom"}
    for _ in range(depth):
        inner = {"type": "Organisation", member: [inner]}
    document = foreign() | {member: inner}
    decode(document)
    check(document)

"""The step `schema`: lint, our structural check, the official shapes, and how they go together."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tessera.formats.elm import check as checks
from tessera.formats.elm.check import check
from tessera.formats.elm.decode import find_credential
from tessera.formats.elm.encode import dump, encode
from tessera.formats.elm.shapes import nquads
from tessera.model import Text
from tessera.render.display import display_picture
from tessera.report import Finding, Outcome, Step
from tessera.seals.jades import open_jws
from tessera.standards.locate import Library
from tests.complete import complete_award
from tests.unit.formats.elm import awards

STANDARDS, CASES = os.environ.get("TESSERA_STANDARDS", ""), os.environ.get("TESSERA_CASES", "")
LIBRARY = Library(Path(STANDARDS))
official = pytest.mark.skipif(not STANDARDS, reason="official files: TESSERA_STANDARDS is not set")
VERSIONS = {"v1.1.0 (master)": "1.1.0", "v1.2.0 (3.2 LTS)": "1.2.0"}


@pytest.fixture
def document() -> Any:
    return json.loads(dump(encode(awards.complete())))


def issued(**changes: Any) -> Any:
    """The complete award of all four lists, with its real picture, as a document."""
    award = complete_award()
    picture = display_picture(award.micro_credential, "en", is_test=changes.get("is_test", False))
    return json.loads(dump(encode(replace(award, display=picture, **changes))))


def one(findings: tuple[Finding, ...], rule: str) -> Finding:
    [found] = [finding for finding in findings if finding.rule == f"elm.schema.{rule}"]
    return found


def outcome(findings: tuple[Finding, ...]) -> Outcome:
    return Step.of("schema", findings).outcome


# what we write


@official
@pytest.mark.parametrize("version", ["1.2.0", "1.1.0"])
@pytest.mark.parametrize("is_test", [False, True])
def test_the_complete_award_conforms_to_the_official_shapes_of_both_versions(version, is_test):
    from tessera.formats.elm.shapes import validate

    assert validate(issued(is_test=is_test), LIBRARY, version) == ()


@official
def test_the_reference_engine_agrees_about_the_complete_award():
    import pyshacl
    import rdflib

    for version in ("1.2.0", "1.1.0"):
        data = rdflib.Graph()
        data.parse(data=nquads(issued(), LIBRARY, version), format="nt")
        shapes = rdflib.Graph()
        for path in shape_files(version):
            shapes.parse(path, format="turtle")
        conforms, _, text = pyshacl.validate(data, shacl_graph=shapes, inference="none")
        assert conforms, text


def shape_files(version: str) -> list[Path]:
    folder = Path(STANDARDS) / ("elm-3.2-lts" if version == "1.2.0" else "elm-3.1-master")
    found = [*folder.rglob("EDC-generic-full.ttl"), *folder.rglob("EDC-generic-no-cv.ttl")]
    assert len(found) == 2
    return found


@official
def test_the_complete_award_is_said_to_follow_the_newest_profile():
    findings = check(issued(), LIBRARY)
    found = one(findings, "profile")
    assert found.outcome is Outcome.PASSED
    assert found.evidence == {"version": "1.2.0", "by": "the official shapes"}
    assert outcome(findings) is Outcome.PASSED
    assert not any(finding.rule == "elm.schema.disagreement" for finding in findings)


def test_a_test_award_says_so_in_title_and_picture():
    marked, plain = issued(is_test=True), issued()
    assert marked["displayParameter"]["title"]["en"] == "TEST: Data Ethics in Practice"
    assert marked["credentialSubject"]["hasClaim"]["title"]["en"].startswith("TEST: ")

    def picture(made: Any) -> str:
        shown = made["displayParameter"]["individualDisplay"]["displayDetail"]["image"]
        return str(shown["content"])

    assert picture(marked) != picture(plain)


# layers


def test_without_official_files_our_structure_decides_and_says_so(document):
    findings = check(document, None)
    assert one(findings, "profile").evidence["by"] == "our structural check"
    left_out = one(findings, "shapes")
    assert (left_out.outcome, left_out.advice) == (Outcome.INDETERMINATE, True)
    assert "tessera standards install" in left_out.message
    assert outcome(findings) is Outcome.PASSED


@official
def test_shapes_that_were_left_out_are_advice_even_where_they_are_installed(document):
    findings = check(document, LIBRARY, use_shapes=False)
    assert one(findings, "shapes").advice
    assert outcome(findings) is Outcome.PASSED


def test_a_library_that_is_empty_leaves_the_shapes_open(document, tmp_path):
    findings = check(document, Library(tmp_path))
    assert one(findings, "shapes").outcome is Outcome.INDETERMINATE
    assert one(findings, "profile").evidence["by"] == "our structural check"


def test_a_missing_member_fails_at_its_place(document):
    del document["issued"]
    findings = check(document)
    found = one(findings, "min-count")
    assert (found.outcome, found.path) == (Outcome.FAILED, "/issued")
    assert found.message == "'issued' is missing."
    assert outcome(findings) is Outcome.FAILED


@official
def test_the_official_shapes_say_the_same_about_a_missing_member(document):
    del document["displayParameter"]["title"]
    ours, theirs = check(document), check(document, LIBRARY)
    assert one(ours, "min-count") == one(theirs, "min-count")


def test_a_wrong_date_is_said_once(document):
    document["issued"] = "2024-02-30T00:00:00Z"
    dates = [finding for finding in check(document) if finding.path == "/issued"]
    assert len(dates) == 1
    assert dates[0].outcome is Outcome.FAILED


def test_a_disagreement_is_told_and_the_official_shapes_decide(monkeypatch, document):
    right = checks.Verdicts(by_version={"1.2.0": ()})
    monkeypatch.setattr(checks, "_shapes", lambda *_: (right, []))
    del document["issued"]
    findings = check(document, LIBRARY)
    assert one(findings, "disagreement").outcome is Outcome.INDETERMINATE
    assert one(findings, "profile").outcome is Outcome.PASSED


def test_other_contexts_leave_it_open_and_none_at_all_fails(document):
    other = check(document | {"@context": ["https://other.example/"]})
    assert one(other, "context").outcome is Outcome.INDETERMINATE
    document.pop("@context")
    assert one(check(document), "context").outcome is Outcome.FAILED


def test_what_is_no_credential_fails():
    assert [finding.rule for finding in check({"a": 1})] == ["elm.schema.no-credential"]


def test_a_wrapped_credential_is_judged_with_its_own_pointers(document):
    del document["issued"]
    assert one(check({"credential": document}), "min-count").path == "/credential/issued"


def test_a_credential_status_passes_in_3_2_only():
    document = json.loads(dump(encode(awards.minimal())))
    document["credentialStatus"] = {
        "id": "https://status.example/1#7",
        "type": ["CredentialStatus", "BitstringStatusListEntry"],
    }
    assert one(check(document), "profile").evidence["version"] == "1.2.0"


# real samples


def samples() -> list[Any]:
    """Every EDC sample for which the manifest states what the official shapes find."""
    if not (CASES and STANDARDS):
        return []
    found = []
    for case in json.loads((Path(CASES) / "manifest.json").read_text())["cases"]:
        if case["format"] not in ("edc-jades", "edc-jsonld") or "shacl" not in case:
            continue
        raw = (Path(CASES) / case["path"]).read_bytes()
        content = open_jws(raw).document if case["format"] == "edc-jades" else raw
        found.append(pytest.param(json.loads(content), case["shacl"], id=case["id"]))
    return found


@pytest.mark.skipif(not (CASES and STANDARDS), reason="TESSERA_CASES or TESSERA_STANDARDS not set")
def test_there_are_samples_with_a_measured_result():
    assert len(samples()) >= 13


@pytest.mark.parametrize(("sample", "measured"), samples())
def test_a_real_sample_comes_out_as_the_manifest_measured(sample, measured):
    root, path = find_credential(sample)
    judged = sample if path.startswith("/@graph/") else root
    findings = check(judged, LIBRARY)
    if judged.get("@context") != list(checks.wire.CONTEXT):
        # A development host that is gone: what its words meant is not known, so it stays open.
        assert one(findings, "context").outcome is Outcome.INDETERMINATE
        assert outcome(findings) is not Outcome.PASSED
        return
    conforming = {version for name, version in VERSIONS.items() if measured[name]["conforms"]}
    assert (outcome(findings) is not Outcome.FAILED) == bool(conforming)
    assert not any(finding.rule == "elm.schema.disagreement" for finding in findings)
    if conforming:
        assert one(findings, "profile").evidence["version"] == max(conforming)


def test_a_text_with_every_language_of_the_union_conforms():
    title = Text.of({"en": "A", "mt": "B", "ga": "C", "bg": "D"})
    base = awards.minimal()
    award = replace(base, micro_credential=replace(base.micro_credential, title=title))
    assert outcome(check(json.loads(dump(encode(award))))) is Outcome.PASSED

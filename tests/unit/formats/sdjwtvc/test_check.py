"""The form of the claims, and the type metadata: passing, failing, not to be told."""

import copy
import json
import os
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases.sdjwt import judge_type_metadata
from tests.complete import complete_award

from tessera.formats.sdjwtvc import (
    EXTENDED_VCT,
    FORMAT,
    VCT,
    Issuing,
    check_metadata,
    metadata_bytes,
    type_metadata,
)
from tessera.formats.sdjwtvc.claims import CLAIMS, DISCLOSABLE
from tessera.formats.sdjwtvc.metadata import integrity
from tessera.report import Outcome

DOCUMENT = FORMAT.encode(complete_award(), {"type": "EuropeanDigitalCredential"})
FOLDER = Path(os.environ.get("TESSERA_CASES", "cases-not-here"))


def failed(document):
    return [(one.rule, one.path) for one in FORMAT.check(document)
            if one.outcome is Outcome.FAILED]  # fmt: skip


def test_what_we_write_has_the_form_of_its_type():
    assert [one.outcome for one in FORMAT.check(DOCUMENT)] == [Outcome.PASSED]


@pytest.mark.parametrize("name", [one.name for one in CLAIMS.values() if one.is_mandatory])
def test_a_missing_mandatory_claim_fails_unless_the_holder_may_withhold_it(name):
    document = {key: value for key, value in DOCUMENT.items() if key != name}
    if CLAIMS[name].is_withheld:
        assert failed(document) == []
        [remark] = [one for one in FORMAT.check(document) if one.rule == "sdjwtvc.missing"]
        assert remark.advice
        assert remark.outcome is Outcome.INDETERMINATE
        assert name in remark.message
    else:
        assert failed(document) == [("sdjwtvc.missing", f"/{name}")]


@pytest.mark.parametrize("name", list(CLAIMS))
@pytest.mark.parametrize("value", [None, {}, -1, 1.5, "", [1], [""]])
def test_a_claim_of_another_kind_fails_at_its_place(name, value):
    assert failed(DOCUMENT | {name: value}) == [("sdjwtvc.claim", f"/{name}")]


@pytest.mark.parametrize("day", ["2026-13-01", "20261125", "2026-11-25T00:00:00Z", "25.11.2026"])
def test_a_day_in_another_form_fails(day):
    assert failed(DOCUMENT | {"date_of_expiry": day}) == [("sdjwtvc.claim", "/date_of_expiry")]


def test_an_empty_list_is_enough_only_where_nothing_is_mandatory():
    assert failed(DOCUMENT | {"learning_outcomes": []}) == []
    assert failed(DOCUMENT | {"language_of_classes": []}) == [
        ("sdjwtvc.claim", "/language_of_classes")
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iat", "now"), ("nbf", True), ("exp", None), ("iss", 1), ("iss", ""), ("sub", []),
        ("cnf", "key"), ("cnf", {}), ("status", []), ("status", {}), ("status", {"status_list": 1}),
        ("status", {"status_list": {"idx": 1}}),
        ("status", {"status_list": {"idx": -1, "uri": "https://u.example"}}),
        ("status", {"status_list": {"idx": True, "uri": "https://u.example"}}),
        ("status", {"status_list": {"idx": 1, "uri": "list"}}),
        ("vct#integrity", "sha1-abc"), ("vct#integrity", 1),
    ],
)  # fmt: skip
def test_a_registered_claim_in_another_form_fails(name, value):
    assert failed({"vct": "urn:x:y", name: value}) == [("sdjwtvc.registered", f"/{name}")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iat", 1.5), ("cnf", {"jkt": "x"}), ("cnf", {"jwk": {}}), ("vct#integrity", integrity()),
        ("status", {"status_list": {"idx": 0, "uri": "https://u.example/1"}}),
        ("status", {"other_mechanism": 1}),
    ],
)  # fmt: skip
def test_a_registered_claim_in_its_form_passes(name, value):
    assert failed({"vct": "urn:x:y", name: value}) == []


@pytest.mark.parametrize("kind", ["", " ", "Diploma", 1, None])
def test_a_type_that_is_no_name_of_its_own_fails(kind):
    assert failed({"vct": kind}) == [("sdjwtvc.type", "/vct")]


def test_our_type_metadata_is_in_order_and_extends_the_type_of_the_eu():
    document = type_metadata()
    assert [one.outcome for one in check_metadata(document, EXTENDED_VCT)] == [Outcome.PASSED]
    assert (document["vct"], document["extends"]) == (EXTENDED_VCT, VCT)


def test_our_type_metadata_says_what_the_seal_really_hides():
    said = {claim["path"][0]: claim["sd"] for claim in type_metadata()["claims"]}
    hidden = {one.split("/")[1] for one in DISCLOSABLE} - {"jti", "sub"}
    assert {name for name, sd in said.items() if sd == "always"} == hidden
    assert set(said) == {*CLAIMS, "elm"}


def test_every_claim_has_a_label_in_every_language():
    document = type_metadata()
    languages = [one["locale"] for one in document["display"]]
    assert len(languages) == 8
    for claim in document["claims"]:
        assert [one["locale"] for one in claim["display"]] == languages
        assert all(one["label"].strip() for one in claim["display"])


def test_the_schema_in_it_accepts_what_we_write_and_misses_what_is_missing():
    schema = jsonschema_rs.validator_for(type_metadata()["schema"])
    document = FORMAT.encode(complete_award(), {}, Issuing(vct=EXTENDED_VCT))
    assert schema.is_valid(document)
    for name in (one.name for one in CLAIMS.values() if one.is_mandatory):
        assert not schema.is_valid({key: one for key, one in document.items() if key != name})


def test_the_hash_in_the_credential_is_that_of_the_published_bytes():
    import hashlib
    from base64 import b64encode

    digest = b64encode(hashlib.sha256(metadata_bytes()).digest()).decode()
    assert integrity() == f"sha256-{digest}"
    assert json.loads(metadata_bytes()) == type_metadata()


def changed(change):
    document = copy.deepcopy(type_metadata())
    change(document)
    return document


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda d: d.pop("vct"), "/vct"),
        (lambda d: d.update(vct="urn:other"), "/vct"),
        (lambda d: d.update(extends=EXTENDED_VCT), "/extends"),
        (lambda d: d.update(name=1), "/name"),
        (lambda d: d.update(display={}), "/display"),
        (lambda d: d["display"].append("x"), "/display/8"),
        (lambda d: d["display"][0].pop("locale"), "/display/0"),
        (lambda d: d["display"][0].update(locale="en_"), "/display/0"),
        (lambda d: d["display"][0].pop("name"), "/display/0"),
        (lambda d: d["display"].append({"locale": "EN", "name": "x"}), "/display/8"),
        (lambda d: d.update(claims=1), "/claims"),
        (lambda d: d["claims"].append(1), "/claims/18"),
        (lambda d: d["claims"][0].pop("path"), "/claims/0"),
        (lambda d: d["claims"][0].update(path=[]), "/claims/0"),
        (lambda d: d["claims"][0].update(path=["a", -1]), "/claims/0"),
        (lambda d: d["claims"][0].update(path=["a", True]), "/claims/0"),
        (lambda d: d["claims"][0].update(sd="sometimes"), "/claims/0"),
        (lambda d: d["claims"][0].update(mandatory="yes"), "/claims/0"),
        (lambda d: d["claims"][1].update(svg_id="family_name"), "/claims/1"),
        (lambda d: d["claims"][1].update(svg_id="1st"), "/claims/1"),
        (lambda d: d["claims"][0]["display"][0].pop("label"), "/claims/0/display/0"),
        (lambda d: d.update({"extends#integrity": "md5-x"}), "/extends#integrity"),
        (lambda d: d["display"][0].update(rendering={"simple": {"logo": {"uri#integrity": 1}}}),
         "/display/0/rendering/simple/logo/uri#integrity"),
    ],
)  # fmt: skip
def test_type_metadata_that_breaks_a_rule_fails_at_its_place(change, path):
    found = check_metadata(changed(change), EXTENDED_VCT)
    assert [(one.rule, one.outcome, one.path) for one in found] == [
        ("sdjwtvc.metadata", Outcome.FAILED, path)
    ]


@pytest.mark.parametrize("document", [None, [], "x", 1])
def test_type_metadata_that_is_no_object_fails(document):
    assert check_metadata(document)[0].outcome is Outcome.FAILED


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["vct", "display", "claims", "extends", "a#integrity"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["path", "display", "locale", "label", "svg_id", "sd"]), inner
                )
            ),
            max_leaves=8,
        ),
    )
)
def test_type_metadata_of_any_kind_is_judged(document):
    assert check_metadata(document)


def cases():
    manifest = FOLDER / "manifest.json"
    if not manifest.is_file():
        return []
    found = json.loads(manifest.read_text(encoding="utf-8"))["cases"]
    return [pytest.param(one, id=one["id"]) for one in found if one["format"] == "sd-jwt-vctm"]


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the real samples are not here: set TESSERA_CASES")
@pytest.mark.parametrize("case", cases())
def test_the_type_metadata_of_others_is_in_order(case):
    holds, _, rule, why = judge_type_metadata(FOLDER / case["path"])
    assert holds, (rule, why)

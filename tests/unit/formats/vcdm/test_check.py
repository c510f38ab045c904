"""Each rule of the data model: what breaks it is told where it stands, what is right passes."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from tessera.formats.vcdm import FORMAT, terms
from tessera.report import Outcome
from tests.complete import complete_award

RIGHT = {
    "@context": [terms.V2, {"Course": "https://e.example/Course", "e": "https://e.example/"}],
    "id": "urn:uuid:6f0c7a4e-0f5c-4f0e-9f53-0000000000aa",
    "type": ["VerifiableCredential", "Course", "https://e.example/Other"],
    "name": "Course",
    "description": [
        {"@value": "Kurs", "@language": "de"},
        {"@value": "Course", "@language": "en", "@direction": "ltr"},
    ],
    "issuer": {"id": "did:web:e.example", "name": "Example"},
    "validFrom": "2026-01-01T00:00:00Z",
    "validUntil": "2027-01-01T00:00:00.5+14:00",
    "credentialSubject": [{"id": "did:example:a"}, {"e:says": "x"}],
    "credentialStatus": {"type": "BitstringStatusListEntry"},
    "credentialSchema": {"id": "https://e.example/schema", "type": "JsonSchema"},
    "refreshService": {"type": "https://e.example/Refresh"},
    "termsOfUse": [{"type": "https://e.example/Terms"}],
    "evidence": [{"type": "https://e.example/Evidence", "id": "https://e.example/1"}],
    "relatedResource": [{"id": "https://e.example/file", "digestSRI": "sha384-abc"}],
    "proof": [{"type": "DataIntegrityProof"}],
}
OLD = {
    "@context": [terms.V1],
    "type": ["VerifiableCredential"],
    "issuer": "https://e.example/",
    "issuanceDate": "2020-01-01T00:00:00",
    "credentialSubject": {"id": "did:example:a"},
}
SHOWN = {
    "@context": [terms.V2],
    "type": "VerifiablePresentation",
    "holder": {"id": "did:example:a"},
    "verifiableCredential": [
        RIGHT,
        {
            "@context": terms.V2,
            "type": "EnvelopedVerifiableCredential",
            "id": "data:application/vc+jwt,a.b.c",
        },
    ],
}
NOTHING = object()


def told(document) -> list[tuple[str, str | None]]:
    return [
        (one.rule.removeprefix("vc.schema."), one.path)
        for one in FORMAT.check(document)
        if one.outcome is Outcome.FAILED
    ]


@pytest.mark.parametrize("document", [RIGHT, OLD, SHOWN], ids=["2.0", "1.1", "presentation"])
def test_what_is_right_passes_and_names_the_version(document):
    findings = FORMAT.check(document)
    assert [one.rule for one in findings if not one.advice] == ["vc.schema.model"]
    version = "1.1" if document is OLD else "2.0"
    assert findings[-1].evidence == {"version": version}


@pytest.mark.parametrize(
    ("member", "value", "expected"),
    [
        ("@context", NOTHING, ("context", "/@context")),
        ("@context", ["https://e.example/", terms.V2], ("context", "/@context")),
        ("@context", [terms.V2, None], ("context", "/@context/1")),
        ("@context", [terms.V2, {"name": "urn:e:n"}], ("protected", "/@context/1/name")),
        ("@context", [terms.V2, {"DataIntegrityProof": "https://e.example/P"}],
         ("protected", "/@context/1/DataIntegrityProof")),
        ("type", NOTHING, ("type", "/type")),
        ("type", ["Course"], ("type", "/type")),
        ("type", ["VerifiableCredential", "Unknown"], ("type", "/type")),
        ("type", ["VerifiableCredential", 5], ("type", "/type")),
        ("id", "not a url", ("id", "/id")),
        ("id", ["urn:a:1", "urn:a:2"], ("id", "/id")),
        ("name", {"@value": "x", "url": "y"}, ("language", "/name")),
        ("name", {"@value": 5}, ("language", "/name")),
        ("name", 5, ("language", "/name")),
        ("description", [{"@value": "x", "@language": "no tag"}], ("language", "/description/0")),
        ("description", {"@value": "x", "@direction": "up"}, ("language", "/description")),
        ("issuer", NOTHING, ("issuer", "/issuer")),
        ("issuer", "Example", ("issuer", "/issuer")),
        ("issuer", {"name": "Example"}, ("issuer", "/issuer/id")),
        ("issuer", {"id": "did:web:a", "name": {"@value": 1}}, ("language", "/issuer/name")),
        ("credentialSubject", NOTHING, ("subject", "/credentialSubject")),
        ("credentialSubject", {}, ("subject", "/credentialSubject")),
        ("credentialSubject", [{"id": "x y"}], ("id", "/credentialSubject/0/id")),
        ("validFrom", "2026-01-01", ("date", "/validFrom")),
        ("validFrom", "2026-01-01T00:00:00", ("date", "/validFrom")),
        ("validFrom", "2026-02-30T25:00:00Z", ("date", "/validFrom")),
        ("validUntil", "2025-01-01T00:00:00Z", ("period", "/validUntil")),
        ("credentialStatus", {"id": "https://e.example/"}, ("status", "/credentialStatus")),
        ("credentialStatus", {"type": "BitstringStatusListEntry", "id": "x"},
         ("status", "/credentialStatus/id")),
        ("credentialStatus", {"type": "Unknown"}, ("type", "/credentialStatus/type")),
        ("credentialSchema", {"type": "JsonSchema"}, ("schema", "/credentialSchema/id")),
        ("credentialSchema", [{"id": "https://e.example/s"}], ("schema", "/credentialSchema/0")),
        ("refreshService", "https://e.example/", ("refresh", "/refreshService")),
        ("refreshService", {"id": "urn:a:b"}, ("refresh", "/refreshService")),
        ("termsOfUse", {}, ("terms", "/termsOfUse")),
        ("evidence", [{"id": "urn:a:b"}], ("evidence", "/evidence/0")),
        ("relatedResource", [{"id": "urn:a:b"}], ("resource", "/relatedResource/0")),
        ("relatedResource", [{"digestSRI": "x"}], ("resource", "/relatedResource/0")),
        ("relatedResource", [{"id": "urn:a:b", "digestSRI": "x"}] * 2,
         ("resource", "/relatedResource/1")),
        ("name", None, ("language", "/name")),
        ("evidence", None, ("evidence", "/evidence")),
        ("proof", ["signed"], ("proof", "/proof/0")),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_told_where_it_stands(member, value, expected):
    document = copy.deepcopy(RIGHT)
    if value is NOTHING:
        del document[member]
    else:
        document[member] = value
    assert expected in told(document)


@pytest.mark.parametrize(
    ("member", "value", "expected"),
    [
        ("issuanceDate", NOTHING, ("date", "/issuanceDate")),
        ("issuanceDate", "yesterday", ("date", "/issuanceDate")),
        ("credentialStatus", {"type": "X"}, ("status", "/credentialStatus/id")),
        ("refreshService", {"type": "X"}, ("refresh", "/refreshService/id")),
    ],
)
def test_the_data_model_1_1_has_rules_of_its_own(member, value, expected):
    document = copy.deepcopy(OLD)
    if value is NOTHING:
        del document[member]
    else:
        document[member] = value
    assert expected in told(document)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"holder": "alice"}, ("holder", "/holder")),
        ({"type": "Album"}, ("type", "/type")),
        ({"verifiableCredential": ["a.b.c"]}, ("presented", "/verifiableCredential/0")),
        ({"verifiableCredential": {"type": "X"}}, ("presented", "/verifiableCredential/type")),
        (
            {"verifiableCredential": [{"type": "EnvelopedVerifiableCredential", "id": "a.b.c"}]},
            ("enveloped", "/verifiableCredential/0/id"),
        ),
        (
            {"verifiableCredential": [{"type": "EnvelopedVerifiableCredential", "id": "data:,a"}]},
            ("enveloped", "/verifiableCredential/0/@context"),
        ),
        ({"id": 5}, ("id", "/id")),
        ({"termsOfUse": {}}, ("terms", "/termsOfUse")),
    ],
)
def test_what_breaks_a_rule_of_presentations_is_told(change, expected):
    assert expected in told({**SHOWN, **change})


def test_a_type_that_only_a_context_elsewhere_could_define_is_told_and_does_not_count():
    document = {**RIGHT, "@context": [terms.V2, "https://e.example/context"]}
    document["type"] = ["VerifiableCredential", "Unknown"]
    findings = FORMAT.check(document)
    unknown = [one for one in findings if one.rule == "vc.schema.unknown-type"]
    assert [(one.outcome, one.advice) for one in unknown] == [(Outcome.INDETERMINATE, True)]
    assert findings[-1].outcome is Outcome.PASSED


def test_a_protected_term_may_be_said_again_with_the_same_meaning():
    same = {"name": {"@id": "https://schema.org/name", "@protected": True}}
    assert told({**RIGHT, "@context": [*RIGHT["@context"], same]}) == []


def test_a_micro_credential_that_shows_another_name_than_its_title_fails():
    document = FORMAT.encode(replace(complete_award(), is_test=True))
    assert told(document) == []
    document["name"][1]["@value"] = "Doctor of Everything"
    assert told(document) == [("agreement", "/name/1")]
    assert told({**document, "name": "Doctor of Everything"}) == [("agreement", "/name")]
    assert told({**document, "type": ["VerifiableCredential"]}) == []


def test_a_claim_of_a_jwt_is_judged_where_it_stands():
    document = {"vc": {**OLD, "issuer": "nobody"}}
    assert told(document) == [("issuer", "/vc/issuer")]


def test_what_is_no_credential_fails():
    assert told({"a": 1}) == [("no-credential", "")]
    assert told([]) == [("no-credential", "")]

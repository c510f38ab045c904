"""Imports claim no more than they know: samples, rules, hostile inputs."""

from __future__ import annotations

import hashlib
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import EncodeError, ModelError, UnreadableError
from tessera.formats.imports import EDCI, EVIDENCE, OB2
from tessera.formats.imports.evidence import claimed, read_evidence
from tessera.formats.imports.rules import RULES
from tessera.journeys.verifying import judge
from tessera.model import Learner, MicroCredential, Text
from tessera.model.evidence import Evidence
from tessera.report import Outcome
from tessera.verify.examination import Circumstances
from tests.complete import complete_award

CASES = os.environ.get("TESSERA_CASES")
needs_cases = pytest.mark.skipif(not CASES, reason="TESSERA_CASES is not set: no samples here")
IMPORTS = (OB2, EDCI, EVIDENCE)
PROFILE = {
    "type": "Profile",
    "id": "https://example.edu/issuer",
    "name": "Example",
    "url": "https://example.edu",
    "email": "registry@example.edu",
}
BADGE = {
    "type": "BadgeClass",
    "id": "https://example.edu/badge",
    "name": "Data ethics",
    "description": "Handles data with care.",
    "image": "https://example.edu/badge.png",
    "criteria": {"id": "https://example.edu/criteria", "narrative": "Pass the exam."},
    "issuer": PROFILE,
}
ASSERTION = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Assertion",
    "id": "https://example.edu/assertion/1",
    "recipient": {"type": "email", "hashed": False, "identity": "ada@example.org"},
    "badge": BADGE,
    "verification": {"type": "hosted"},
    "issuedOn": "2024-01-02T03:04:05Z",
    "expires": "2034-01-02T03:04:05+01:00",
}
CONCEPT = 'targetFrameworkUrl="http://data.europa.eu/snb/credential/25831c2"'
EDCI_XML = f"""<europassCredential xmlns="http://data.europa.eu/snb"
 xmlns:cred="http://data.europa.eu/europass/model/credentials/w3c#" cred:id="urn:credential:1">
<type {CONCEPT} uri="http://data.europa.eu/snb/credential/e34929035b"/>
<cred:validFrom>2020-01-01T00:00:00Z</cred:validFrom>
<cred:issued>2020-01-02T00:00:00Z</cred:issued>
<cred:validUntil>2040-01-01T00:00:00Z</cred:validUntil>
<cred:issuer idref="urn:epass:org:1"/>
<title><text lang="en" content-type="text/plain">Shown</text></title>
<credentialSubject id="urn:epass:person:1">
<nationalId schemeID="register">12</nationalId>
<givenNames><text lang="en">Ada</text></givenNames>
<familyName><text lang="en">Example</text></familyName>
<dateOfBirth>1990-12-10</dateOfBirth>
<achievements><learningAchievement id="urn:epass:achievement:1">
<title><text lang="en">Data ethics</text></title>
<wasDerivedFrom id="urn:epass:assessment:1"><title><text lang="en">Exam</text></title>
<grade>88 %</grade><issuedDate>2019-12-01</issuedDate>
<specifiedBy idref="urn:epass:assessmentspec:1"/></wasDerivedFrom>
<wasInfluencedBy id="urn:epass:activity:1"><workload>PT60H</workload>
<startedAtTime>2019-09-02T00:00:00+02:00</startedAtTime>
<endedAtTime>2019-11-30T00:00:00+01:00</endedAtTime></wasInfluencedBy>
<wasAwardedBy idref="urn:epass:process:1"/>
<specifiedBy idref="urn:epass:spec:1"/>
</learningAchievement></achievements></credentialSubject>
<learningSpecificationReferences><qualification id="urn:epass:spec:1">
<title><text lang="en">Data ethics in practice</text></title>
<homepage uri="https://example.edu/mc"/>
<volumeOfLearning>PT50H</volumeOfLearning><hasECTSCreditPoints>2</hasECTSCreditPoints>
<learningOutcomes><learningOutcome idref="urn:epass:outcome:1"/></learningOutcomes>
<eqfLevel uri="http://data.europa.eu/snb/eqf/6"/>
</qualification></learningSpecificationReferences>
<learningOutcomeReferences><learningOutcome id="urn:epass:outcome:1">
<prefLabel><text lang="en">Assess risks.</text></prefLabel></learningOutcome>
</learningOutcomeReferences>
<assessmentSpecificationReferences><assessmentSpecification id="urn:epass:assessmentspec:1">
<title><text lang="en">Written exam</text></title></assessmentSpecification>
</assessmentSpecificationReferences>
<agentReferences><organization id="urn:epass:org:1"><registration>VATIE-1234567A</registration>
<prefLabel><text lang="en">Example University</text></prefLabel></organization></agentReferences>
<awardingProcessReferences><awardingProcess id="urn:epass:process:1">
<awardingBody idref="urn:epass:org:1"/><date>2019-12-20T00:00:00Z</date></awardingProcess>
</awardingProcessReferences>
<proof/></europassCredential>""".encode()


def rules(format, document):
    return {one.rule: one for one in format.check(document)}


def samples(folder, pattern):
    return {one.name: one.read_bytes() for one in sorted(Path(CASES, folder).rglob(pattern))}


# -- Open Badges 2.0


def test_an_assertion_is_read_as_far_as_it_says_something_itself():
    found = OB2.decode(ASSERTION)
    award = found.award
    assert found.findings == ()
    assert award.id == ASSERTION["id"]
    assert award.learner == Learner(email="ada@example.org")
    assert award.valid_until == datetime(2034, 1, 2, 2, 4, 5, tzinfo=UTC)
    mc = award.micro_credential
    assert (str(mc.title), str(mc.description)) == ("Data ethics", "Handles data with care.")
    body = mc.awarding_bodies[0].organisation
    assert (body.id, str(body.legal_name), body.email) == (
        PROFILE["id"],
        "Example",
        PROFILE["email"],
    )
    assert mc.links[0].url == "https://example.edu/criteria"
    assert not mc.learning_outcomes
    assert award.residue["ob2"] == ASSERTION


def test_a_hash_names_nobody_and_an_address_has_no_title():
    document = {
        **ASSERTION,
        "recipient": {"type": "email", "hashed": True, "identity": "sha256$00", "salt": "x"},
        "badge": "https://example.edu/badge",
    }
    award = OB2.decode(document).award
    assert award.learner == Learner()
    assert award.micro_credential == MicroCredential(id="https://example.edu/badge")


def test_an_assertion_is_judged_by_the_rules_of_its_specification():
    assert rules(OB2, ASSERTION)["ob2.schema"].outcome is Outcome.PASSED
    assert rules(OB2, ASSERTION)["ob2.schema.hosted"].outcome is Outcome.INDETERMINATE
    for member, value, rule in (
        ("@context", "https://w3id.org/openbadges/invalid", "context"),
        ("issuedOn", "yesterday", "date"),
        ("expires", "2034-01-02", "date"),
        ("recipient", {"type": "email"}, "recipient"),
        ("badge", "no address", "badge"),
        ("badge", {"id": "https://example.edu/badge"}, "missing"),
        ("revoked", True, "revoked"),
    ):
        found = rules(OB2, {**ASSERTION, member: value})
        assert found[f"ob2.schema.{rule}"].outcome is Outcome.FAILED, member
        assert "ob2.schema" not in found
    bare = {name: one for name, one in ASSERTION.items() if name != "issuedOn"}
    assert rules(OB2, bare)["ob2.schema.missing"].outcome is Outcome.FAILED
    assert rules(OB2, {})["ob2.schema.no-assertion"].outcome is Outcome.FAILED


def test_what_is_odd_in_an_assertion_is_told():
    early = {**ASSERTION, "expires": "2000-01-01T00:00:00Z"}
    assert [one.rule for one in OB2.decode(early).findings] == ["ob2.decode.validity"]
    assert OB2.decode(early).award.valid_until is None
    undated = {**ASSERTION, "issuedOn": 7}
    assert [one.rule for one in OB2.decode(undated).findings] == ["ob2.decode.date"]
    mail = {**ASSERTION, "badge": {**BADGE, "issuer": {**PROFILE, "email": "x"}}}
    assert [one.rule for one in OB2.decode(mail).findings] == ["ob2.decode.refused"]


@needs_cases
def test_the_samples_of_open_badges_2_come_out_as_their_manifest_says():
    found = {name: json.loads(raw) for name, raw in samples("ob2", "*.json").items()}
    context = rules(OB2, found["basic-assertion-invalid-context.json"])
    assert context["ob2.schema.context"].outcome is Outcome.FAILED
    expired = OB2.decode(found["basic-assertion-expired.json"]).award
    assert expired.valid_until == datetime(2022, 11, 15, 23, 59, 59, tzinfo=UTC)
    endorsed = rules(OB2, found["assertion-with-endorsements.json"])
    assert endorsed["ob2.schema"].outcome is Outcome.PASSED


# -- EDCI


def test_an_edci_credential_is_read_through_its_references():
    found = EDCI.decode(EDCI_XML)
    award, mc = found.award, found.award.micro_credential
    assert found.findings == ()
    assert (award.id, award.learner.display_name) == ("urn:credential:1", "Ada Example")
    assert award.learner.national_id.scheme == "register"
    assert str(mc.title) == "Data ethics in practice"
    assert (str(mc.workload.hours), str(mc.workload.ects), mc.level.eqf) == ("50", "2", 6)
    assert [str(one.title) for one in mc.learning_outcomes] == ["Assess risks."]
    assert [str(one.title) for one in mc.assessments] == ["Written exam"]
    body = mc.awarding_bodies[0].organisation
    assert body.identifier("eidas-legal").value == "VATIE-1234567A"
    assert mc.issuer is None
    [result] = award.achievement.results
    assert (str(result.grade), result.assessment) == ("88 %", "urn:epass:assessmentspec:1")
    assert award.achievement.actual_workload.hours == 60
    assert str(award.awarded_on) == "2019-12-20"
    assert award.residue["edci"]["sha256"] == hashlib.sha256(EDCI_XML).hexdigest()


def test_a_presentation_is_read_as_the_credential_in_it():
    inner = EDCI_XML.decode()
    document = f'<verifiablePresentation xmlns="http://data.europa.eu/snb/vp">{inner}</verifiablePresentation>'
    assert EDCI.decode(document.encode()).award.id == "urn:credential:1"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("snb/credential/e34929035b", "x/e34929035b", "profile"),
        ("<type ", "<kind ", "profile"),
        ('<cred:issuer idref="urn:epass:org:1"/>', "", "issuer"),
        ("<proof/>", "", "missing"),
        ("<registration>VATIE-1234567A</registration>", "", "missing"),
        ('idref="urn:epass:process:1"', 'idref="urn:epass:process:9"', "reference"),
        ('<specifiedBy idref="urn:epass:spec:1"/>', '<specifiedBy idref="urn:epass:org:1"/>',
         "reference"),
        ('<awardingProcess id="urn:epass:process:1">', "<awardingProcess>", "key"),
        ('<title><text lang="en">Data', "<title><text>Data", "text"),
    ],
)  # fmt: skip
def test_what_the_schema_of_elm_1_demands_is_checked_as_far_as_it_goes(old, new, rule):
    assert rules(EDCI, EDCI_XML)["edci.schema"].outcome is Outcome.PASSED
    assert rules(EDCI, EDCI_XML)["edci.schema.not-checked"].outcome is Outcome.INDETERMINATE
    changed = EDCI_XML.decode().replace("</kind>", "</type>")
    assert old in changed
    found = rules(EDCI, changed.replace(old, new).encode())
    assert found[f"edci.schema.{rule}"].outcome is Outcome.FAILED
    assert "edci.schema" not in found


def test_a_signature_is_said_and_not_taken_for_checked():
    signed = EDCI_XML.replace(
        b"<proof/>", b'<proof><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></proof>'
    )
    assert rules(EDCI, signed)["edci.schema.signature"].outcome is Outcome.INDETERMINATE


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("<cred:issued>2020", "<cred:issued>soon", "date"),
        ("<hasECTSCreditPoints>2", "<hasECTSCreditPoints>two", "number"),
        ("validUntil>2040", "validUntil>2010", "validity"),
        ("<workload>PT60H", "<workload>long", "refused"),
        ("<prefLabel><text lang=\"en\">Assess risks.</text></prefLabel>", "", "outcome"),
        ("<eqfLevel", '<mode uri="x"/><eqfLevel', "concept"),
        ("<achievements>", "<achievements><learningAchievement/>", "many"),
        ("<wasAwardedBy", "<hasPart/><wasAwardedBy", "parts"),
    ],
)  # fmt: skip
def test_what_is_odd_in_an_edci_credential_is_told(old, new, rule):
    changed = EDCI_XML.decode().replace(old, new).encode()
    assert f"edci.decode.{rule}" in {one.rule for one in EDCI.decode(changed).findings}


@pytest.mark.parametrize("blank", ["\u2003", "\u00a0", ""])
def test_white_space_of_any_kind_says_nothing_in_edci(blank):
    text = EDCI_XML.decode()
    for value in ("88 %", "Ada", "12", "PT60H", "Exam", "VATIE-1234567A", "2"):
        EDCI.decode(text.replace(f">{value}<", f">{blank}<").encode())


@needs_cases
def test_the_samples_of_edci_come_out_as_their_manifest_says():
    found = samples("edc-xml-legacy", "*.xml")
    assert len(found) == 5
    for name, raw in found.items():
        assert EDCI.recognises(raw), name
        EDCI.decode(raw)
        outcome = {one.outcome for one in EDCI.check(raw)}
        assert (Outcome.FAILED in outcome) is ("xsd-ko" in name), name


# -- evidence


def test_facts_what_was_read_and_what_is_claimed_stay_apart():
    raw = json.dumps({"course": "First aid", "student": "Ada", "hours": 12}).encode()
    evidence = read_evidence(raw)
    assert evidence.sha256 == hashlib.sha256(raw).hexdigest()
    assert dict(evidence.read) == {"course": "First aid", "student": "Ada", "hours": "12"}
    assert evidence.claim is None
    mc = MicroCredential(id="urn:x:1", title=Text.of("First aid, advanced"))
    brought = claimed(evidence, Learner(full_name="Ada"), mc, "I took the long course.")
    assert (brought.read, brought.sha256) == (evidence.read, evidence.sha256)
    assert brought.claim.micro_credential == mc


def test_pictures_and_pdf_are_known_by_their_first_bytes():
    png = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\x20\0\0\0\x10"
    for raw, kind, read in (
        (b"%PDF-1.7\n...", "application/pdf", (("PDF version", "1.7"),)),
        (png, "image/png", (("Size", "32 x 16 pixels"),)),
        (b"\xff\xd8\xff\xe0", "image/jpeg", ()),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml", ()),
    ):
        found = read_evidence(raw)
        assert (found.media_type, found.read, found.size) == (kind, read, len(raw))
        assert EVIDENCE.recognises(raw)
        assert EVIDENCE.decode(raw) is None
        assert rules(EVIDENCE, raw)["evidence.unverified"].outcome is Outcome.INDETERMINATE


def test_what_is_no_evidence_is_refused():
    for raw in (b"", b"hello", b"[]", b"{}", b'{"title": "x"}', b"<a/>"):
        with pytest.raises(UnreadableError):
            read_evidence(raw)
    for document in ({}, [], None, b"x", {**ASSERTION, "proof": {}}):
        assert not EVIDENCE.recognises(document)
        assert rules(EVIDENCE, document)["evidence.none"].outcome is Outcome.FAILED
        with pytest.raises(UnreadableError):
            EVIDENCE.decode(document)
    with pytest.raises(ModelError):
        Evidence(sha256="x", media_type="image/png", size=1)
    with pytest.raises(ModelError):
        Evidence(sha256="0" * 64, media_type="image/png", size=0)


# -- all of them


def test_no_import_is_written():
    for one in IMPORTS:
        assert one.is_import
        with pytest.raises(EncodeError, match="only read"):
            one.encode(complete_award())
        assert one.embedded(b"") == ()
        assert one.elsewhere(complete_award()) == {}


def test_what_is_none_of_them_is_refused():
    for document in (None, [], "x", {}, b"x", b"<a/>", b"<!DOCTYPE a><europassCredential/>"):
        for one in (OB2, EDCI):
            assert not one.recognises(document)
            with pytest.raises(UnreadableError):
                one.decode(document)
            assert any(found.outcome is Outcome.FAILED for found in one.check(document))


def test_every_rule_is_listed_and_documented():
    import tessera.formats.imports as package

    sources = "".join(one.read_text() for one in Path(package.__file__).parent.glob("*.py"))
    used = set(re.findall(r'"((?:edci|ob2|evidence)\.[a-z.-]+)"', sources))
    assert used == set(RULES) | {f"{one}.schema" for one in ("ob2", "edci")}
    page = Path(__file__).parents[4] / "docs" / "standards" / "imports.md"
    found = set(re.findall(r"^\| `((?:edci|ob2|evidence)\.[a-z.-]+)`", page.read_text(), re.M))
    assert found == set(RULES)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6)
    | st.sampled_from(["https://example.edu/x", "2024-01-02T03:04:05Z", "hosted", "sha256$0"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from([*BADGE, *PROFILE, *ASSERTION, "hashed", "x"]), inner,
                      max_size=4),
    max_leaves=8,
)  # fmt: skip
assertions = st.dictionaries(st.sampled_from(list(ASSERTION)), values).map(
    lambda changes: {**ASSERTION, **changes}
)
pieces = st.sampled_from(
    ["", "<", ">", '"', "&", "urn:x", "2020-13-01", "<title/>", "idref=", "\0"]
)


@st.composite
def edci_documents(draw):
    text = EDCI_XML.decode()
    at = draw(st.integers(0, len(text)))
    upto = min(len(text), at + draw(st.integers(0, 60)))
    return (text[:at] + draw(pieces) + text[upto:]).encode()


AT = Circumstances(at=datetime(2026, 1, 1, tzinfo=UTC))
inputs = st.one_of(
    assertions.map(lambda one: json.dumps(one).encode()),
    edci_documents(),
    st.binary(max_size=40).map(lambda rest: b"%PDF-1.7" + rest),
    st.binary(max_size=40).map(lambda rest: b"\x89PNG\r\n\x1a\n" + rest),
    st.dictionaries(st.sampled_from(["title", "issuer", "learner", "name"]), values).map(
        lambda one: json.dumps(one).encode()
    ),
)


@settings(max_examples=300, deadline=None)
@given(inputs)
def test_no_import_is_ever_verified(raw):
    judged = judge(raw, AT, "standard")
    assert judged.verdict.outcome is not Outcome.PASSED


@settings(max_examples=300, deadline=None)
@given(assertions)
def test_any_assertion_is_read_and_judged(document):
    OB2.check(document)
    if OB2.recognises(document):
        found = OB2.decode(document)
        assert {one.rule for one in found.findings} <= set(RULES)


@settings(max_examples=300, deadline=None)
@given(edci_documents())
def test_any_edci_document_is_read_or_refused(raw):
    assert {one.rule for one in EDCI.check(raw)} <= set(RULES)
    try:
        found = EDCI.decode(raw)
    except UnreadableError:
        return
    assert {one.rule for one in found.findings} <= set(RULES)

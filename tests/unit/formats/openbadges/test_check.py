"""Each rule of Open Badges: what breaks it is told where it stands, what is right passes."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path

import pytest

from tessera.formats.openbadges import FORMAT, classes
from tessera.formats.openbadges.check import SCHEMA, compiled
from tessera.formats.openbadges.extension import published, schema
from tessera.formats.openbadges.wire import EXTENSIONS
from tessera.report import Outcome
from tessera.standards.locate import Library
from tests.complete import complete_award
from tests.unit.formats.vcdm.test_check import NOTHING

STANDARDS = Library(Path(os.environ.get("TESSERA_STANDARDS", "absent")))
needs_official = pytest.mark.skipif(not STANDARDS.has(SCHEMA), reason="official files: not here")
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
ENDORSEMENT = {
    "@context": [V2, OB],
    "id": "urn:uuid:1",
    "type": ["VerifiableCredential", "EndorsementCredential"],
    "name": "Endorsement",
    "issuer": {"id": "https://agency.example/", "type": ["Profile"], "name": "Agency"},
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "urn:uuid:2", "type": ["EndorsementSubject"], "endorsementComment": "Good.",
    },
}  # fmt: skip
RIGHT = {
    "@context": [V2, OB],
    "id": "urn:uuid:6f0c7a4e-0f5c-4f0e-9f53-0000000000aa",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Badge",
    "image": {"id": "https://e.example/i.png", "type": "Image"},
    "awardedDate": "2026-01-01T00:00:00Z",
    "validFrom": "2026-01-01T00:00:00Z",
    "issuer": {
        "id": "did:web:e.example", "type": ["Profile"], "name": "Example",
        "address": {"type": ["Address"], "geo": {
            "type": "GeoCoordinates", "latitude": 53.3, "longitude": -6.2}},
        "otherIdentifier": [
            {"type": "IdentifierEntry", "identifier": "x", "identifierType": "ext:eidas"}
        ],
        "parentOrg": {"id": "https://p.example/", "type": ["Profile"]},
    },
    "evidence": [{"id": "https://e.example/e", "type": ["Evidence"], "genre": "video"}],
    "endorsement": [ENDORSEMENT],
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "identifier": [{
            "type": "IdentityObject", "hashed": False, "identityHash": "Ada",
            "identityType": "name"}],
        "creditsEarned": 2.5,
        "result": [{"type": ["Result"], "resultDescription": "urn:uuid:3", "value": "A",
                    "status": "Completed"}],
        "achievement": {
            "id": "https://e.example/a", "type": ["Achievement"], "name": "A",
            "description": "B", "criteria": {"narrative": "C"}, "inLanguage": "nl-NL",
            "achievementType": "MicroCredential",
            "alignment": [{"type": ["Alignment"], "targetName": "EQF 4",
                           "targetUrl": "http://data.europa.eu/snb/eqf/4",
                           "targetType": "ext:EQF"}],
            "resultDescription": [{"id": "urn:uuid:3", "type": ["ResultDescription"],
                                   "name": "Grade", "resultType": "LetterGrade"}],
            "related": [{"id": "urn:uuid:4", "type": ["Related"]}],
        },
    },
}  # fmt: skip
ACHIEVEMENT = "/credentialSubject/achievement"
RESULT = "/credentialSubject/result/0"


def told(document, library=None):
    return {
        (one.rule.removeprefix("ob3.schema."), one.path)
        for one in FORMAT.check(document, library)
        if one.outcome is Outcome.FAILED
    }


def changed(path, value, base=RIGHT):
    document = copy.deepcopy(base)
    *way, name = path.split("/")[1:]
    spot = document
    for step in way:
        spot = spot[int(step) if isinstance(spot, list) else step]
    if value is NOTHING:
        del spot[name]
    else:
        spot[int(name) if isinstance(spot, list) else name] = value
    return document


BROKEN = [
    ("/@context", [OB, V2], ("context", "/@context")),
    ("/@context", [V2, "https://e.example/context"], ("context", "/@context")),
    ("/type", ["VerifiableCredential"], ("type", "/type")),
    ("/id", NOTHING, ("credential", "/id")),
    ("/validFrom", NOTHING, ("credential", "/validFrom")),
    ("/awardedDate", "yesterday", ("credential", "/awardedDate")),
    ("/name", 5, ("credential", "/name")),
    ("/description", None, ("credential", "/description")),
    (f"{ACHIEVEMENT}/name", None, ("subject", f"{ACHIEVEMENT}/name")),
    ("/image", {"id": "https://e.example/i.png"}, ("credential", "/image/type")),
    ("/credentialSubject/type", ["Person"], ("subject", "/credentialSubject/type")),
    ("/credentialSubject/identifier", NOTHING, ("subject", "/credentialSubject")),
    ("/credentialSubject/identifier/0/type", "Identity",
     ("subject", "/credentialSubject/identifier/0/type")),
    ("/credentialSubject/identifier/0/identityType", "nickname",
     ("subject", "/credentialSubject/identifier/0/identityType")),
    ("/credentialSubject/creditsEarned", "2.5", ("subject", "/credentialSubject/creditsEarned")),
    (f"{RESULT}/type", ["Grade"], ("subject", f"{RESULT}/type")),
    (f"{RESULT}/status", "Done", ("subject", f"{RESULT}/status")),
    ("/credentialSubject/achievement", NOTHING, ("subject", ACHIEVEMENT)),
    ("/credentialSubject/achievement", [], ("subject", ACHIEVEMENT)),
    (f"{ACHIEVEMENT}/criteria", NOTHING, ("subject", f"{ACHIEVEMENT}/criteria")),
    (f"{ACHIEVEMENT}/description", NOTHING, ("subject", f"{ACHIEVEMENT}/description")),
    (f"{ACHIEVEMENT}/inLanguage", "Dutch!", ("subject", f"{ACHIEVEMENT}/inLanguage")),
    (f"{ACHIEVEMENT}/achievementType", "Module", ("subject", f"{ACHIEVEMENT}/achievementType")),
    (f"{ACHIEVEMENT}/alignment/0/targetUrl", NOTHING,
     ("subject", f"{ACHIEVEMENT}/alignment/0/targetUrl")),
    (f"{ACHIEVEMENT}/resultDescription/0/type", ["Result"],
     ("subject", f"{ACHIEVEMENT}/resultDescription/0/type")),
    ("/evidence/0/type", ["Proof"], ("evidence", "/evidence/0/type")),
    ("/endorsement/0/credentialSubject/type", ["X"],
     ("endorsement", "/endorsement/0/credentialSubject/type")),
    ("/issuer/type", ["Organisation"], ("issuer", "/issuer/type")),
    ("/issuer/parentOrg/type", ["Organisation"], ("issuer", "/issuer/parentOrg/type")),
    ("/issuer/otherIdentifier/0/type", "Identifier", ("issuer", "/issuer/otherIdentifier/0/type")),
    ("/issuer/address/geo/latitude", "north", ("issuer", "/issuer/address/geo/latitude")),
]  # fmt: skip


def test_what_is_right_passes_and_says_what_it_follows():
    findings = FORMAT.check(RIGHT)
    assert [one.rule for one in findings if not one.advice] == ["ob3.schema.model"]
    assert [one.rule for one in findings if one.advice and "ob3" in one.rule] == [
        "ob3.schema.official"
    ]


@pytest.mark.parametrize(("path", "value", "expected"), BROKEN)
def test_what_breaks_a_rule_is_told_where_it_stands(path, value, expected):
    assert expected in told(changed(path, value))


@needs_official
@pytest.mark.parametrize(("path", "value", "expected"), BROKEN)
def test_the_official_schema_agrees_that_it_is_broken(path, value, expected):
    is_refused = any(rule == "official" for rule, _ in told(changed(path, value), STANDARDS))
    # JSON Schema takes a format as a note, and does not say "either id or identifier".
    looser = ("/awardedDate", "/credentialSubject/identifier")
    assert is_refused == (path not in looser)


@needs_official
def test_the_official_schema_passes_what_we_pass():
    findings = FORMAT.check(RIGHT, STANDARDS)
    assert {one.rule for one in findings if one.outcome is Outcome.PASSED} == {
        "ob3.schema.official", "ob3.schema.model",
    }  # fmt: skip
    ours = FORMAT.check(FORMAT.encode(complete_award()), STANDARDS)
    assert not [one for one in ours if one.outcome is Outcome.FAILED]


@needs_official
def test_what_the_official_schema_refuses_beside_our_rules_is_told():
    document = changed("/credentialSubject/achievement/tag", {"a": 1})
    text = STANDARDS.read(SCHEMA)
    assert list(compiled(text).iter_errors(document))
    assert any(rule == "official" for rule, _ in told(document, STANDARDS))


@needs_official
def test_the_table_knows_the_members_of_the_official_classes():
    published_classes = json.loads(
        STANDARDS.read("1edtech/schemas/ob_v3p0_achievementcredential_schema.json")
    )["$defs"]
    for name, ours in classes.CLASSES.items():
        theirs = published_classes[name]
        left_out = {"type", "@context", "proof", "issuer", "credentialSchema", "credentialStatus",
                    "refreshService", "termsOfUse"}  # fmt: skip
        assert set(ours.members) == set(theirs["properties"]) - left_out, name
        assert set(ours.needs) == set(theirs.get("required", ())) - {"type", "@context"}, name


def test_without_the_official_schema_that_is_said():
    (about,) = (one for one in FORMAT.check(RIGHT) if one.rule == "ob3.schema.official")
    assert about.outcome is Outcome.INDETERMINATE
    assert about.advice
    assert "standards install" in about.message


def test_a_schema_that_would_have_to_be_fetched_is_told_and_does_not_count():
    official = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
    other = "https://e.example/schema.json"
    stated = [{"id": one, "type": "1EdTechJsonSchemaValidator2019"} for one in (official, other)]
    findings = FORMAT.check({**RIGHT, "credentialSchema": stated})
    (about,) = (one for one in findings if one.rule == "ob3.schema.inline")
    assert about.advice
    assert other in about.message
    assert official not in about.message
    alone = FORMAT.check({**RIGHT, "credentialSchema": stated[:1]})
    assert not [one for one in alone if one.rule == "ob3.schema.inline"]


def test_a_badge_on_the_data_model_1_1_passes_with_a_remark_and_needs_a_name():
    old = {**RIGHT, "@context": ["https://www.w3.org/2018/credentials/v1", OB]}
    old["issuanceDate"] = old.pop("validFrom")
    findings = FORMAT.check(old)
    assert findings[-1].rule == "ob3.schema.model"
    assert any(one.rule == "ob3.schema.old" and one.advice for one in findings)
    assert ("credential", "/name") in told(changed("/name", NOTHING, old))
    assert ("credential", "/issuanceDate") in told(changed("/issuanceDate", NOTHING, old))


def test_an_endorsement_alone_is_judged_as_one():
    assert told(ENDORSEMENT) == set()
    wrong = changed("/credentialSubject/type", ["AchievementSubject"], ENDORSEMENT)
    assert ("subject", "/credentialSubject/type") in told(wrong)


def test_a_type_of_1edtech_is_known_where_its_context_is_there():
    schemas = [{"id": "https://e.example/s", "type": "1EdTechJsonSchemaValidator2019"}]
    document = {**RIGHT, "credentialSchema": schemas}
    unknown = [one for one in FORMAT.check(document) if one.rule == "vc.schema.unknown-type"]
    assert [one.evidence["type"] for one in unknown] == ["1EdTechJsonSchemaValidator2019"]
    extended = {**document, "@context": [*RIGHT["@context"], EXTENSIONS]}
    assert not [one for one in FORMAT.check(extended) if one.rule == "vc.schema.unknown-type"]


def test_the_rules_of_the_data_model_hold_too():
    failed = {one.rule for one in FORMAT.check({**RIGHT, "validUntil": "2020-01-01T00:00:00Z"})
              if one.outcome is Outcome.FAILED}  # fmt: skip
    assert failed == {"vc.schema.period"}


def test_our_extension_is_held_against_its_schema():
    document = FORMAT.encode(complete_award())
    assert told(document) == set()
    for path, value in (
        ("/microCredential/volumeOfLearning", "56 hours"),
        ("/microCredential/learningOutcome/0/title", NOTHING),
        ("/microCredential", NOTHING),
    ):
        failed = told(changed(f"{ACHIEVEMENT}{path}", value, document))
        assert any(rule == "extension" for rule, _ in failed), path


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{ACHIEVEMENT}/name", "Doctor of Everything"),
        (f"{ACHIEVEMENT}/creditsAvailable", 60),
        (f"{ACHIEVEMENT}/creditsAvailable", NOTHING),
        ("/credentialSubject/creditsEarned", 60),
        (f"{ACHIEVEMENT}/alignment/1/targetUrl", "http://data.europa.eu/snb/eqf/8"),
        ("/credentialSubject/result/1/value", "100 %"),
    ],
)
def test_a_badge_that_shows_something_else_than_its_record_says_fails(path, value):
    document = changed(path, value, FORMAT.encode(complete_award()))
    ((rule, where),) = told(document)
    assert rule == "agreement"
    assert where.startswith(path.split("/alignment")[0])


def test_a_level_that_only_the_badge_or_only_the_record_has_is_told():
    document = FORMAT.encode(complete_award())
    bare = changed(f"{ACHIEVEMENT}/alignment", [], document)
    assert ("agreement", f"{ACHIEVEMENT}/alignment") in told(bare)
    silent = changed(f"{ACHIEVEMENT}/microCredential/eqfLevel", NOTHING, document)
    assert ("agreement", f"{ACHIEVEMENT}/alignment") in told(silent)


def test_the_published_schema_is_the_one_that_is_made():
    assert json.loads(published()) == schema()


def test_what_is_no_badge_fails():
    assert told({"type": "x"}) == {("no-credential", "")}
    assert told(None) == {("no-credential", "")}

"""Records of several credentials: written, read, judged, and opened."""

from __future__ import annotations

import copy
import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import EncodeError, UnreadableError
from tessera.formats.clr import FORMAT
from tessera.formats.clr.compose import Association, build, compose
from tessera.formats.clr.rules import RULES
from tessera.formats.openbadges import FORMAT as BADGES
from tessera.formats.vcdm import FORMAT as VC
from tessera.model import AwardingBody, Identifier, Learner, MicroCredential, Organisation, Text
from tessera.model.award import Award
from tessera.report import Outcome
from tessera.standards.contexts import Contexts
from tessera.standards.jsontext import at
from tessera.standards.locate import Library
from tessera.standards.rdfc import canonical_nquads
from tests.complete import complete_award
from tests.unit.formats.vcdm.test_round_trip import json_values, pointers

FOLDER = Path(os.environ.get("TESSERA_CASES", "absent"))
STANDARDS = Library(Path(os.environ.get("TESSERA_STANDARDS", "absent")))
MANIFEST = FOLDER / "manifest.json"
ALL = json.loads(MANIFEST.read_text())["cases"] if MANIFEST.is_file() else []
CASES = [one for one in ALL if one["format"] == "clr2"]
ROOT = Path(__file__).resolve().parents[4]
HELD = "/credentialSubject/verifiableCredential"
PROOF = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}
TOKEN = b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln"
RECORD = Award(
    id="urn:uuid:6f0c7a4e-0f5c-4f0e-9f53-0000000000bb",
    micro_credential=MicroCredential(
        id="https://uni.example/records/1",
        title=Text.of({"en": "What Ada learned"}),
        awarding_bodies=(
            AwardingBody(
                organisation=Organisation(
                    id="https://uni.example/", legal_name=Text.of({"en": "Example University"})
                )
            ),
        ),
    ),
    learner=Learner(
        full_name="Ada Example",
        identifiers=(Identifier(scheme="did", value="did:key:z6MkExample"),),
    ),
    issued_at=datetime(2026, 11, 22, 10, tzinfo=UTC),
)


def sealed(document) -> bytes:
    return json.dumps({**document, "proof": PROOF}).encode()


BADGE, CREDENTIAL = sealed(BADGES.encode(complete_award())), sealed(VC.encode(complete_award()))
WHOLE = compose(
    RECORD,
    [BADGE, CREDENTIAL, TOKEN],
    associations=[Association(source="urn:uuid:1", target="urn:uuid:2")],
)


def told(document):
    return {
        (one.rule.removeprefix("clr.schema."), one.path)
        for one in FORMAT.check(document)
        if one.outcome is Outcome.FAILED
    }


def test_the_credentials_inside_stay_as_they_were_sealed():
    found = FORMAT.embedded(WHOLE)
    assert [one.path for one in found] == [f"{HELD}/{number}" for number in range(3)]
    assert json.loads(found[0].content) == json.loads(BADGE)
    assert json.loads(found[1].content) == json.loads(CREDENTIAL)
    assert found[2].content == TOKEN


def test_a_record_follows_the_standard_and_says_whose_it_is():
    assert told(WHOLE) == set()
    award = FORMAT.decode(WHOLE).award
    assert award.id == RECORD.id
    assert award.learner == RECORD.learner
    assert award.issued_at == RECORD.issued_at
    assert award.micro_credential.title == Text.of("What Ada learned")
    assert award.micro_credential.issuer.id == "https://uni.example/"
    assert award.parts == (complete_award().id,)
    assert build(award, ()) == WHOLE


@pytest.mark.skipif(
    not STANDARDS.has("1edtech/as-published-by-validator/clr-v2p0-2.0.1.json"),
    reason="official files: not here",
)
def test_every_word_of_a_record_means_something():
    plain = copy.deepcopy(WHOLE)
    for one in plain["credentialSubject"]["verifiableCredential"]:
        one.pop("proof", None)
    assert canonical_nquads(plain, Contexts(STANDARDS))


@pytest.mark.parametrize(
    ("record", "credentials", "why"),
    [
        (RECORD, [], "at least one"),
        (RECORD, [b"\xff"], "no text"),
        (RECORD, [b"{"], "cannot be read"),
        (RECORD, [json.dumps(BADGES.encode(complete_award())).encode()], "no sealed"),
        (RECORD, [b'{"proof": {}}'], "no sealed"),
        (replace(RECORD, learner=Learner()), [TOKEN], "E1"),
        (replace(RECORD, issued_at=None), [TOKEN], "E7"),
        (replace(RECORD, micro_credential=MicroCredential(id="urn:a:b")), [TOKEN], "E4"),
    ],
)
def test_what_a_record_lacks_is_named(record, credentials, why):
    with pytest.raises(EncodeError, match=why):
        compose(record, credentials)


def test_an_award_alone_is_no_record():
    with pytest.raises(EncodeError, match="sealed already"):
        FORMAT.encode(complete_award())


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("/@context", WHOLE["@context"][:2], ("context", "/@context")),
        ("/@context", WHOLE["@context"][1:], ("context", "/@context")),
        ("/name", None, ("record", "/name")),
        ("/partial", "no", ("record", "/partial")),
        ("/validFrom", "2026", ("record", "/validFrom")),
        ("/issuer/type", ["X"], ("issuer", "/issuer/type")),
        ("/credentialSubject/type", ["AchievementSubject"], ("subject", "/credentialSubject/type")),
        (HELD, [], ("held", HELD)),
        (HELD, [{"type": "Person"}], ("held", f"{HELD}/0")),
        (HELD, ["a.b"], ("held", f"{HELD}/0")),
        (
            "/credentialSubject/association/0/targetId",
            5,
            ("subject", "/credentialSubject/association/0/targetId"),
        ),
        (
            "/credentialSubject/achievement",
            [{"id": "urn:a:b", "type": ["Achievement"], "name": "A", "description": "B"}],
            ("subject", "/credentialSubject/achievement/0/criteria"),
        ),
    ],
)
def test_what_breaks_a_rule_is_told_where_it_stands(path, value, expected):
    document = copy.deepcopy(WHOLE)
    holder, _, name = path.rpartition("/")
    at(document, holder)[name] = value
    assert expected in told(document)


def test_the_data_model_1_1_is_told_and_does_not_count():
    old = copy.deepcopy(WHOLE)
    old["@context"][0] = "https://www.w3.org/2018/credentials/v1"
    old["issuanceDate"] = old.pop("validFrom")
    old["credentialSubject"]["verifiableCredential"] = [TOKEN.decode()]
    findings = FORMAT.check(old)
    assert findings[-1].rule == "clr.schema.model"
    assert any(one.rule == "clr.schema.old" and one.advice for one in findings)
    assert [one.content for one in FORMAT.embedded(old)] == [TOKEN]


def test_what_is_no_record_is_refused():
    assert not FORMAT.recognises(json.loads(BADGE))
    assert FORMAT.embedded([]) == ()
    assert told({}) == {("no-record", "")}
    with pytest.raises(UnreadableError, match="no Comprehensive"):
        FORMAT.decode({})


@pytest.mark.skipif(not CASES, reason="official cases: not here (3 not run)")
def test_the_samples_come_out_as_the_manifest_expects():
    assert len(CASES) == 3
    for case in CASES:
        document = json.loads((FOLDER / case["path"]).read_bytes())
        findings = FORMAT.check(document)
        failed = {one.rule for one in findings if one.outcome is Outcome.FAILED}
        if case["expected"] == "valid":
            assert not failed
        elif case["expected"] == "invalid":  # its seal; beside it, a draft of the context
            assert failed == {"clr.schema.context"}
        for one in FORMAT.embedded(document):
            inside = BADGES.check(json.loads(one.content))
            assert not [found for found in inside if found.outcome is Outcome.FAILED]
        document.pop("proof")
        assert build(FORMAT.decode(document).award, ()) == document


def test_every_rule_stands_on_the_page():
    page = (ROOT / "docs/standards/open-badges.md").read_text(encoding="utf-8")
    for rule, clause in RULES.items():
        if rule.startswith("clr.schema."):
            assert f"| {clause} | `{rule}` |" in page


PLACES = [one for one in pointers(WHOLE) if one and not one.startswith(("/@context", f"{HELD}/0/"))]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), json_values), min_size=1, max_size=3))
def test_any_value_anywhere_is_read_told_and_given_back(changes):
    document = copy.deepcopy(WHOLE)
    for path, value in changes:
        holder, _, name = path.rpartition("/")
        try:
            spot = at(document, holder)
            spot[int(name) if isinstance(spot, list) else name] = value
        except (KeyError, TypeError, ValueError, IndexError):
            continue
    FORMAT.check(document)
    FORMAT.embedded(document)
    if FORMAT.recognises(document):
        document.pop("proof", None)
        assert build(FORMAT.decode(document).award, ()) == document

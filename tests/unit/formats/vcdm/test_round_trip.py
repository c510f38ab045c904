"""What is written is read back: whole awards, awkward texts, and documents of others."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import EncodeError, UnreadableError
from tessera.formats.vcdm import FORMAT
from tessera.formats.vcdm.encode import build
from tessera.model import AwardingBody, Identifier, Learner, Organisation, StatusEntry, Text
from tessera.quality import element_list
from tessera.report import Outcome
from tessera.standards.contexts import Contexts
from tessera.standards.jsontext import at
from tessera.standards.rdfc import canonical_nquads
from tests.complete import complete_award, without
from tests.unit.formats.elm.strategies import whole_awards

DID = Identifier(scheme="did", value="did:web:uni.example")
STATUS = StatusEntry(
    kind="bitstring", url="https://uni.example/lists/1", index=94567, purpose="revocation"
)
CONTEXTS = Contexts()


def written(award):
    """The document as a reader gets it: through its text."""
    return json.loads(json.dumps(FORMAT.encode(award)))


def read(document):
    decoded = FORMAT.decode(document)
    assert decoded is not None
    return decoded


def without_key(award):
    """The provider's own number of a person is never written."""
    return replace(award, learner=replace(award.learner, key=None))


@settings(max_examples=60, deadline=None)
@given(whole_awards())
def test_every_award_is_read_back_as_it_was(award):
    decoded = read(written(award))
    assert decoded.award == award
    assert decoded.findings == ()
    assert not decoded.award.residue


@settings(max_examples=15, deadline=None)
@given(whole_awards())
def test_every_award_follows_the_data_model_and_every_word_of_it_means_something(award):
    document = written(award)
    assert [one.outcome for one in FORMAT.check(document)] == [Outcome.PASSED]
    assert canonical_nquads(document, CONTEXTS)


def test_the_complete_award_is_read_back_with_status_and_holder():
    award = without_key(complete_award())
    learner = replace(award.learner, identifiers=(
        Identifier(scheme="did", value="did:key:z6MkExample"), *award.learner.identifiers
    ))  # fmt: skip
    suspension = replace(STATUS, index=7, purpose="suspension")
    award = replace(award, learner=learner, status=(STATUS, suspension))
    document = written(award)
    assert document["credentialSubject"]["id"] == "did:key:z6MkExample"
    assert document["credentialStatus"][0] == {
        "id": "https://uni.example/lists/1#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": "https://uni.example/lists/1",
    }
    assert read(document).award == award


def test_each_element_of_the_four_lists_has_its_place_and_goes_when_it_is_removed():
    whole = without_key(complete_award())
    for id in ("eu-2022", "ec-2020", "microbol", "neset-2020"):
        for element in element_list(id).elements:
            if element.id in ("E6", "E25") or element.id in ("E4", "E5"):
                continue  # the seal is not in the record; without a body nobody issues
            part = without(whole, id, element.id)
            document = written(part)
            assert read(document).award == part, element.id


def test_places_name_where_an_element_stands_or_would_stand():
    document = written(complete_award())
    places = read(document).places
    for pointer, path in (
        ("/micro_credential/title", "/credentialSubject/hasClaim/specifiedBy/title"),
        ("/micro_credential/workload/hours",
         "/credentialSubject/hasClaim/specifiedBy/volumeOfLearning"),
        ("/micro_credential/learning_outcomes/2/title",
         "/credentialSubject/hasClaim/specifiedBy/learningOutcome/2/title"),
        ("/micro_credential/awarding_bodies/0/organisation/places/0/country",
         "/credentialSubject/hasClaim/awardedBy/awardingBody/0/location/0/address/countryCode"),
        ("/learner/given_name", "/credentialSubject/givenName"),
        ("/issued_at", "/issued"),
    ):  # fmt: skip
        assert places[pointer] == path
        assert at(document, path)
    assert places["/micro_credential/custom"].endswith("/customElement")


def test_the_issuer_is_the_did_of_the_organisation_that_seals():
    award = complete_award()
    body = award.micro_credential.awarding_bodies[0]
    sealer = replace(body.organisation, identifiers=(*body.organisation.identifiers, DID))
    bodies = (replace(body, organisation=sealer), *award.micro_credential.awarding_bodies[1:])
    award = without_key(
        replace(award, micro_credential=replace(award.micro_credential, awarding_bodies=bodies))
    )
    document = written(award)
    assert document["issuer"]["id"] == "did:web:uni.example"
    assert read(document).award == award


def test_an_issuer_beside_the_awarding_bodies_stays_one():
    other = Organisation(
        id="https://seals.example/", legal_name=Text.of({"en": "Seals"}), identifiers=(DID,)
    )
    award = without_key(complete_award())
    award = replace(award, micro_credential=replace(award.micro_credential, issuer=other))
    assert written(award)["issuer"]["id"] == "did:web:uni.example"
    assert read(written(award)).award == award


@pytest.mark.parametrize(
    ("change", "element"),
    [
        ({"awarding_bodies": (), "seals_required": ()}, "E4"),
        ({"issuer": Organisation(id="urn:example:org")}, "E6"),
        (
            {
                "awarding_bodies": (AwardingBody(organisation=Organisation(id="urn:example:o")),),
                "seals_required": (),
            },
            "E6",
        ),
    ],
)
def test_an_issuer_that_no_verifier_can_look_up_is_refused(change, element):
    award = complete_award()
    award = replace(award, micro_credential=replace(award.micro_credential, **change))
    with pytest.raises(EncodeError) as refused:
        FORMAT.encode(award)
    assert refused.value.elements == (element,)


def test_a_test_says_so_in_name_and_description():
    document = written(replace(complete_award(), is_test=True))
    assert document["name"][0]["@value"].startswith("TEST: ")
    assert document["description"][0]["@value"].startswith("TEST: ")
    title = document["credentialSubject"]["hasClaim"]["specifiedBy"]["title"]
    assert not title["en"].startswith("TEST")


def test_the_context_defines_what_is_used_and_nothing_else():
    small = FORMAT.encode(without(complete_award(), "eu-2022", "E9"))["@context"][1]
    whole = FORMAT.encode(complete_award())["@context"][1]
    assert "learningOutcome" not in small
    assert "learningOutcome" in whole
    assert small["@protected"] is True
    assert all(":" in (one if isinstance(one, str) else one["@id"]) for name, one in whole.items()
               if name != "@protected")  # fmt: skip


def test_a_value_that_looks_like_a_compact_iri_or_a_keyword_stays_what_it_is():
    award = complete_award()
    odd = Identifier(scheme="schema:email", value="@id")
    award = without_key(replace(award, identifiers=(odd,)))
    assert read(written(award)).award == award
    assert '"@id"' in canonical_nquads(written(award), CONTEXTS)


@pytest.mark.parametrize("scheme", ["Student number", "a/b%2F", "Ä \ud800", "schema:x"])
def test_a_scheme_of_any_name_is_read_back(scheme):
    award = without_key(
        replace(complete_award(), identifiers=(Identifier(scheme=scheme, value="1"),))
    )
    assert read(FORMAT.encode(award)).award == award


def test_an_escape_that_is_none_is_read_and_given_back():
    document = FORMAT.encode(replace(complete_award(), identifiers=(DID,)))
    document["identifier"][0]["schemeId"] = "urn:tessera:identifier-scheme:%ff"
    award = read(document).award
    assert award.identifiers[0].scheme == "\ufffd"
    assert FORMAT.encode(award) == document


FOREIGN = {
    "@context": ["https://www.w3.org/ns/credentials/v2", {"degree": "https://e.example/degree"}],
    "id": "https://issuer.example/credentials/1",
    "type": ["VerifiableCredential"],
    "issuer": {"id": "did:web:issuer.example", "name": "Example Issuer"},
    "name": [{"@value": "Kurs", "@language": "de"}, {"@value": "Course", "@language": "en"}],
    "validFrom": "2026-01-01T00:00:00+02:00",
    "validUntil": "2027-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:ada", "name": "Ada", "degree": {"level": 3}},
    "credentialStatus": {"id": "https://issuer.example/s", "type": "SomethingElse"},
    "proof": {"type": "DataIntegrityProof"},
}


def test_a_credential_of_others_gives_what_it_says_and_keeps_the_rest():
    award = read(FOREIGN).award
    assert award.valid_from == datetime(2025, 12, 31, 22, tzinfo=UTC)
    assert award.issued_at is None
    assert award.learner == Learner(
        full_name="Ada", identifiers=(Identifier(scheme="did", value="did:example:ada"),)
    )
    assert award.micro_credential.title == Text.of({"de": "Kurs", "en": "Course"})
    assert award.micro_credential.issuer.legal_name == Text.of("Example Issuer")
    assert award.micro_credential.awarding_bodies == ()
    assert award.status == (
        StatusEntry(kind="SomethingElse", url="https://issuer.example/s", index=0),
    )
    bare = {name: value for name, value in FOREIGN.items() if name != "proof"}
    assert FORMAT.encode(award) == bare


@pytest.mark.parametrize(
    "status",
    [
        {"type": "BitstringStatusListEntry", "statusListCredential": "https://l.example/"},
        {"type": "BitstringStatusListEntry", "statusListIndex": "-1", "id": "https://l.example/"},
        {"type": "BitstringStatusListEntry", "statusListIndex": "5"},
        {"id": "https://l.example/"},
        "https://l.example/",
        None,
    ],
)
def test_a_status_that_cannot_be_read_is_never_taken_for_none(status):
    decoded = read({**FOREIGN, "credentialStatus": status})
    assert [one.kind for one in decoded.award.status] == ["unreadable"]
    assert "vc.decode.status" in [one.rule for one in decoded.findings]
    assert FORMAT.encode(decoded.award)["credentialStatus"] == status


def test_a_place_in_a_list_may_be_a_number():
    status = {"type": "BitstringStatusListEntry", "statusListIndex": 23,
              "statusListCredential": "https://l.example/"}  # fmt: skip
    (entry,) = read({**FOREIGN, "credentialStatus": status}).award.status
    assert (entry.kind, entry.index) == ("bitstring", 23)


def test_what_contradicts_itself_costs_neither_the_dates_nor_the_status():
    award = replace(complete_award(), status=(STATUS,))
    document = written(award)
    document["replaces"] = document["id"]  # an award cannot replace itself
    decoded = read(document)
    assert decoded.award.valid_until == award.valid_until
    assert decoded.award.status == award.status
    assert "vc.decode.refused" in [one.rule for one in decoded.findings]


def test_what_the_encoder_says_now_wins_over_what_a_document_said_before():
    award = read(FOREIGN).award
    changed = replace(award, valid_until=award.valid_until + timedelta(days=1))
    document = FORMAT.encode(changed)
    assert document["validUntil"] == "2027-01-02T00:00:00Z"
    assert document["credentialSubject"]["degree"] == {"level": 3}


def test_a_credential_of_the_data_model_1_1_is_read():
    old = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "issuer": "https://issuer.example/",
        "issuanceDate": "2020-01-01T00:00:00Z",
        "expirationDate": "2021-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:ada"},
    }
    for document, path in ((old, ""), ({"iss": "x", "vc": old}, "/vc")):
        decoded = read(document)
        assert decoded.award.issued_at == datetime(2020, 1, 1, tzinfo=UTC)
        assert decoded.award.valid_until == datetime(2021, 1, 1, tzinfo=UTC)
        assert decoded.places["/issued_at"] == f"{path}/issuanceDate"
        assert [one.rule for one in decoded.findings] == ["vc.decode.id"]


def test_what_is_no_credential_is_refused_and_a_presentation_has_no_record():
    with pytest.raises(UnreadableError, match="no Verifiable Credential"):
        FORMAT.decode({"type": "Person"})
    assert FORMAT.decode({"type": ["VerifiablePresentation"]}) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10) | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["2026-01-01T00:00:00Z", "https://a.example/", "did:web:a", "en", "PT5H"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "type", "title", "@value", "en", "x"]), inner),
    max_leaves=8,
)  # fmt: skip
WHOLE = FORMAT.encode(complete_award())


def pointers(value, path=""):
    yield path
    if isinstance(value, dict):
        for name, one in value.items():
            yield from pointers(one, f"{path}/{name}")
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from pointers(one, f"{path}/{index}")


PLACES = [one for one in pointers(WHOLE) if one and not one.startswith("/@context")]


@settings(max_examples=400, deadline=None)
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
    if not FORMAT.recognises(document) or FORMAT.decode(document) is None:
        return
    decoded = read(document)
    again = dict(document)
    again.pop("proof", None)
    assert build(decoded.award) == again

"""`credentialStatus`: one object that the official shapes accept, with all a verifier needs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.formats.elm.check import check
from tessera.formats.elm.decode import decode
from tessera.formats.elm.encode import dump, encode
from tessera.formats.elm.status import OTHERS, credential_status, read_status
from tessera.formats.elm.template import Templates, plainly
from tessera.model import Award, StatusEntry
from tessera.report import Outcome
from tessera.standards.locate import installed_library
from tests.unit.formats.elm import awards

REVOCATION = StatusEntry(
    kind="bitstring", url="https://s.example/1/revocation", index=94567, purpose="revocation"
)
SUSPENSION = StatusEntry(
    kind="bitstring", url="https://s.example/1/suspension", index=23452, purpose="suspension"
)
TOKEN = StatusEntry(kind="token", url="https://s.example/1/token", index=3)


def award(*entries: StatusEntry) -> Award:
    return replace(awards.complete(), status=entries)


def document(*entries: StatusEntry) -> dict:
    return json.loads(dump(encode(award(*entries))))


def test_one_entry_stands_in_the_form_that_the_official_shapes_accept():
    assert document(REVOCATION)["credentialStatus"] == {
        "id": "https://s.example/1/revocation#94567",
        "type": ["CredentialStatus", "BitstringStatusListEntry"],
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": "https://s.example/1/revocation",
    }


@pytest.mark.parametrize("entries", [(REVOCATION,), (REVOCATION, SUSPENSION, TOKEN)])
@pytest.mark.parametrize("with_shapes", [True, False])
def test_an_award_with_a_status_follows_the_profile_without_a_remark(entries, with_shapes):
    library = installed_library() if with_shapes else None
    if with_shapes and library is None:
        pytest.skip("the official files are not installed")
    findings = check(document(*entries), library)
    told = {one.rule: one.outcome for one in findings if one.rule != "elm.schema.shapes"}
    assert told == {"elm.schema.profile": Outcome.PASSED}


def test_revocation_and_suspension_are_read_back_and_a_token_entry_is_left_out():
    read = decode(document(REVOCATION, SUSPENSION, TOKEN))
    assert read.award.status == (REVOCATION, SUSPENSION)
    assert read.award.residue == {}
    assert read.places["/status"] == "/credentialStatus"


def test_a_batch_fills_the_places_into_its_template():
    batch = Templates()
    base = replace(awards.complete(), replaces=None, replaces_reason=None, parts=())
    for at in range(300):
        entries = (replace(REVOCATION, index=at), replace(SUSPENSION, index=10**6 - at))
        one = replace(base, status=entries)
        assert batch.write(one) == plainly(one)
    assert (batch.differences, len(batch._made)) == (0, 1)


FOREIGN = (
    {"id": "https://x.example/1", "type": "1EdTechRevocationList"},
    {"id": "https://x.example/1#3", "type": "StatusList2021Entry", "statusListIndex": "3",
     "statusPurpose": "revocation", "statusListCredential": "https://x.example/1"},
    {"id": "urn:x", "type": ["CredentialStatus"]},
    {"type": "BitstringStatusListEntry", "statusListIndex": 23, "statusPurpose": "revocation",
     "statusListCredential": "https://x.example/1", "statusReference": "https://x.example/about"},
    ["https://x.example/1"], "https://x.example/1", [], {}, 7,
    [{"id": "urn:a", "type": "A"}, {"id": "urn:b", "type": "B"}],
)  # fmt: skip


@pytest.mark.parametrize("stated", FOREIGN)
def test_a_status_of_others_is_kept_as_it_was(stated):
    foreign = document() | {"credentialStatus": stated}
    again = json.loads(dump(encode(decode(foreign).award)))
    assert again.get("credentialStatus", []) == stated


def test_statuses_of_others_are_named_by_their_kind():
    assert [read_status(one) for one in FOREIGN[:4]] == [
        (StatusEntry(kind="1EdTechRevocationList", url="https://x.example/1", index=0),),
        (StatusEntry(kind="StatusList2021Entry", url="https://x.example/1", index=3,
                     purpose="revocation"),),
        (),
        (StatusEntry(kind="bitstring", url="https://x.example/1", index=23,
                     purpose="revocation"),),
    ]  # fmt: skip


@pytest.mark.parametrize("index", ["-1", "1.0", "٣", "", None, True, "1" * 41, -1])
def test_what_is_no_place_is_no_entry(index):
    assert read_status(credential_status([REVOCATION]) | {"statusListIndex": index}) == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["id", "type", "statusListIndex", "statusPurpose", OTHERS,
                         "statusListCredential", "x"]), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@given(json_values)
def test_any_value_is_read_without_an_error(value):
    assert all(isinstance(one, StatusEntry) for one in read_status(value))

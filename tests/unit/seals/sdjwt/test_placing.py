"""Section 7.1 of RFC 9901, rule by rule, and the bounds."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.seals.base64text import to_base64url
from tessera.seals.sdjwt.disclosures import digest_of
from tessera.seals.sdjwt.placing import MOST_DISCLOSURES, place
from tessera.seals.sdjwt.refusal import SdJwtRefused


def disclosure(*content):
    return to_base64url(json.dumps(list(content)).encode())


def digest(text):
    return digest_of(text, "sha-256")


NAME = disclosure("s", "name", "Aino")
ELEMENT = disclosure("s", "reads")


def refused(payload, *disclosures):
    with pytest.raises(SdJwtRefused) as caught:
        place(payload, disclosures)
    finding = caught.value.finding()
    assert finding.outcome == "FAILED"
    assert finding.source
    return finding.rule


def test_disclosed_claims_and_elements_stand_in_their_places():
    payload = {"_sd": [digest(NAME), "decoy"], "list": ["a", {"...": digest(ELEMENT)}]}
    done = place(payload, [NAME, ELEMENT])
    assert done.document == {"name": "Aino", "list": ["a", "reads"]}
    assert [one.pointer for one in done.placed] == ["/list/1", "/name"]
    assert done.digests == 3


def test_what_is_not_disclosed_leaves_no_trace():
    payload = {"_sd": ["one"], "_sd_alg": "sha-256", "list": [{"...": "two"}], "in": {"_sd": []}}
    assert place(payload, []).document == {"list": [], "in": {}}


def test_a_disclosure_inside_another_is_placed_with_it():
    inner = disclosure("s", "street", "Katu")
    outer = disclosure("s", "address", {"_sd": [digest(inner)], "city": "Espoo"})
    done = place({"_sd": [digest(outer)]}, [inner, outer])
    assert done.document == {"address": {"city": "Espoo", "street": "Katu"}}
    assert done.placed[1].within is done.placed[0]


def test_a_disclosure_whose_container_is_missing_is_refused():
    inner = disclosure("s", "street", "Katu")
    outer = disclosure("s", "address", {"_sd": [digest(inner)]})
    assert refused({"_sd": [digest(outer)]}, inner) == "seal.sdjwt.unreferenced"


def test_a_disclosure_that_nothing_calls_for_is_refused():
    assert refused({"_sd": [digest(NAME)]}, NAME, disclosure("s", "x", 1)) == (
        "seal.sdjwt.unreferenced"
    )


@pytest.mark.parametrize(
    "payload",
    [
        {"_sd": ["d", "d"]},
        {"_sd": ["d"], "a": {"_sd": ["d"]}},
        {"_sd": ["d"], "a": [{"...": "d"}]},
        {"a": [{"...": digest(NAME)}], "_sd": [digest(NAME)]},
    ],
)
def test_a_digest_that_stands_twice_is_refused_even_where_it_is_a_decoy(payload):
    assert refused(payload) == "seal.sdjwt.duplicate"


def test_a_digest_twice_inside_disclosures_is_refused():
    inner = disclosure("s", "x", 1)
    first = disclosure("s", "a", {"_sd": [digest(inner)]})
    second = disclosure("s", "b", {"_sd": [digest(inner)]})
    payload = {"_sd": [digest(first), digest(second)]}
    assert refused(payload, first, second, inner) == "seal.sdjwt.duplicate"


def test_the_same_disclosure_given_twice_is_refused():
    assert refused({"_sd": [digest(NAME)]}, NAME, NAME) == "seal.sdjwt.duplicate"


def test_a_claim_that_stands_there_already_is_refused():
    assert refused({"name": "Eva", "_sd": [digest(NAME)]}, NAME) == "seal.sdjwt.claim-name"


def test_two_disclosures_of_one_name_at_one_place_are_refused():
    other = disclosure("t", "name", "Eva")
    assert refused({"_sd": [digest(NAME), digest(other)]}, NAME, other) == "seal.sdjwt.claim-name"


def test_the_same_name_at_another_level_is_fine():
    other = disclosure("t", "name", "Eva")
    payload = {"_sd": [digest(NAME)], "in": {"_sd": [digest(other)]}}
    assert place(payload, [NAME, other]).document == {"in": {"name": "Eva"}, "name": "Aino"}


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
def test_a_disclosed_claim_that_would_steer_the_reader_is_refused(name):
    text = disclosure("s", name, ["x"])
    assert refused({"_sd": [digest(text)]}, text) == "seal.sdjwt.claim-name"


def test_an_element_where_a_claim_belongs_is_refused():
    assert refused({"_sd": [digest(ELEMENT)]}, ELEMENT) == "seal.sdjwt.arity"


def test_a_claim_where_an_element_belongs_is_refused():
    assert refused({"list": [{"...": digest(NAME)}]}, NAME) == "seal.sdjwt.arity"


@pytest.mark.parametrize(
    "content",
    [
        '["salt"]', '["a", "b", "c", "d"]', "[]", '{"a": 1}', '"text"', "1", '[1, "name", "v"]',
        '["s", 1, "v"]', '["s", null, "v"]', "[", '["s", "n", {"a": 1, "a": 2}]',
        '["s", "n", "\\ud800"]', "null",
    ],
)  # fmt: skip
def test_a_disclosure_of_another_form_is_refused(content):
    text = to_base64url(content.encode())
    assert refused({"_sd": [digest(text)]}, text) == "seal.sdjwt.disclosure"


@pytest.mark.parametrize("text", ["", "WyJzIl0=", "Wy Jz", "é", "*", "WyJzIiwgIm4iLCAidiJ"])
def test_a_disclosure_that_is_no_base64url_is_refused(text):
    assert refused({"_sd": []}, text) == "seal.sdjwt.disclosure"


def test_white_space_and_escapes_inside_a_disclosure_are_as_the_issuer_chose_them():
    text = to_base64url(b'[ "s",\n"name" ,"\\u0041ino"]')
    assert place({"_sd": [digest(text)]}, [text]).document == {"name": "Aino"}


@pytest.mark.parametrize(
    "payload",
    [
        {"_sd": "d"}, {"_sd": {"a": "d"}}, {"_sd": None}, {"_sd": [1]}, {"_sd": [["d"]]},
        {"a": [{"...": 1}]}, {"a": [{"...": "d", "more": 1}]}, {"...": "d"}, {"a": {"...": "d"}},
        {"a": {"_sd_alg": "sha-256"}}, {"a": [{"_sd_alg": "sha-256"}]},
    ],
)  # fmt: skip
def test_digests_in_another_form_or_place_are_refused(payload):
    assert refused(payload) == "seal.sdjwt.embedding"


@pytest.mark.parametrize("algorithm", ["md5", "sha-256-32", "SHA-256", "", None, 256, ["sha-256"]])
def test_a_hash_that_is_not_known_as_secure_is_refused(algorithm):
    assert refused({"_sd_alg": algorithm}) == "seal.sdjwt.digest-algorithm"


def test_a_disclosure_hashed_with_another_algorithm_belongs_nowhere():
    payload = {"_sd_alg": "sha-512", "_sd": [digest(NAME)]}
    assert refused(payload, NAME) == "seal.sdjwt.unreferenced"


def test_too_many_disclosures_are_not_even_read():
    assert refused({}, *["x"] * (MOST_DISCLOSURES + 1)) == "seal.sdjwt.bounds"


def test_too_many_digests_end_the_reading():
    assert refused({"_sd": [str(one) for one in range(20_001)]}) == "seal.sdjwt.bounds"


def test_disclosures_nested_without_end_are_stopped():
    texts = [disclosure("s", "deepest")]
    for _ in range(80):
        texts.append(disclosure("s", [{"...": digest(texts[-1])}]))
    assert refused({"a": [{"...": digest(texts[-1])}]}, *texts) == "seal.sdjwt.bounds"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "_sd", "...", "_sd_alg"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(
    payload=st.dictionaries(st.sampled_from(["a", "b", "_sd"]), JSON, max_size=3), data=st.data()
)
def test_whatever_comes_is_placed_or_refused_by_a_rule(payload, data):
    texts = data.draw(
        st.lists(st.builds(lambda one: to_base64url(json.dumps(one).encode()), JSON), max_size=3)
    )
    wired = [digest(text) for text in texts]
    payload = payload | {"_sd": wired} if data.draw(st.booleans()) else payload
    try:
        done = place(payload, texts)
    except SdJwtRefused as refusal:
        assert refusal.rule.startswith("seal.sdjwt.")
        return
    assert len(done.placed) == len(texts)
    assert "_sd" not in json.dumps(done.document)

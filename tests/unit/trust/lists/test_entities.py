"""Lists of trusted entities that are kept: fetched, proved anew, and whom they vouch for."""

import json
from datetime import timedelta

import pytest
from tests.unit.trust.lists.lote_material import (
    BASE,
    ISSUANCE,
    NOTIFIED,
    OPERATOR,
    OTHER,
    PUB_EAA,
    day,
    pointed,
    sealed,
    written,
)
from tests.unit.trust.lists.material import AUTHORITY, NOW, SEAL, party
from tests.unit.trust.lists.servers import server

from tessera.errors import UnreadableError
from tessera.report import Outcome
from tessera.trust.fetch import GuardedFetcher
from tessera.trust.lists.entities import (
    MOST_FILES,
    EntityLists,
    EntitySnapshot,
    assess_entities,
    load_entities,
)
from tessera.trust.lists.lote import judge_token
from tessera.trust.lists.update_entities import update_entities

TESTING = GuardedFetcher(allow_loopback=True, seconds=5)
GOOD = sealed(written(service=PUB_EAA, status=NOTIFIED))
WITHDRAWN = NOTIFIED.replace("notified", "withdrawn")


def kept(*tokens, signers=(OPERATOR,)):
    texts = {f"https://example.org/{number}": one for number, one in enumerate(tokens)}
    return EntityLists(EntitySnapshot(
        texts=texts, roots=tuple(texts), signers=tuple(one.anchor for one in signers)
    ))  # fmt: skip


def assessed(lists, leaf=SEAL, at=NOW):
    found = assess_entities(leaf.der, (AUTHORITY.der,), lists, at)
    [finding] = found.findings
    return found.vouches, finding.rule, finding.outcome


# Who vouches


def test_a_notified_issuer_of_attestations_vouches_for_its_seals():
    entity, rule, outcome = assessed(kept(GOOD))
    assert (rule, outcome) == ("list.entity", Outcome.PASSED)
    assert (entity.provider, entity.type, entity.territory) == ("University", PUB_EAA, "FI")


def test_a_seal_certificate_may_be_listed_itself():
    own = sealed(written(service=PUB_EAA, status=NOTIFIED, listed=SEAL))
    assert assessed(kept(own))[1] == "list.entity"


@pytest.mark.parametrize("status", [WITHDRAWN, None, "http://example.org/anything"])
def test_an_issuer_that_is_not_notified_does_not_vouch(status):
    entity, rule, outcome = assessed(kept(sealed(written(service=PUB_EAA, status=status))))
    assert entity is None
    assert (rule, outcome) == ("list.entity.status", Outcome.INDETERMINATE)


@pytest.mark.parametrize(
    "service",
    [ISSUANCE, f"{BASE}/SvcType/PID/Issuance", f"{BASE}/SvcType/WalletSolution/Issuance",
     f"{BASE}/SvcType/PubEAA/Revocation"],
)  # fmt: skip
def test_who_is_listed_for_something_else_does_not_vouch(service):
    entity, rule, outcome = assessed(kept(sealed(written(service=service, status=NOTIFIED))))
    assert entity is None
    assert (rule, outcome) == ("list.entity.type", Outcome.INDETERMINATE)


def test_of_several_listings_one_that_vouches_is_enough():
    both = kept(sealed(written(service=ISSUANCE)), GOOD)
    assert assessed(both)[1] == "list.entity"


def test_who_is_in_no_list_is_unknown():
    stranger = party("Stranger")
    entity, rule, outcome = assessed(kept(GOOD), leaf=stranger)
    assert entity is None
    assert (rule, outcome) == ("list.entity.unknown", Outcome.INDETERMINATE)


@pytest.mark.parametrize(
    ("lists", "at", "said"),
    [
        (kept(GOOD, signers=()), NOW, "sealed by whom"),
        (kept(sealed(written(service=PUB_EAA, status=NOTIFIED), by=OTHER)), NOW, "sealed by whom"),
        (kept(GOOD), NOW + timedelta(days=61), "not the current one"),
        (kept(b"junk"), NOW, "not a list"),
    ],
)
def test_a_list_that_does_not_hold_vouches_for_nobody_and_says_why(lists, at, said):
    [finding] = assess_entities(SEAL.der, (AUTHORITY.der,), lists, at).findings
    assert finding.rule == "list.entity.unknown"
    assert said in finding.message


def test_hostile_certificates_are_held_against_the_lists_in_vain():
    for leaf in (b"", b"junk", SEAL.der[:-3], SEAL.der[:40] + bytes([1]) + SEAL.der[41:]):
        assert assess_entities(leaf, (b"junk",), kept(GOOD), NOW).vouches is None


# The folder


def updated(folder, sources, at=NOW, signers=(OPERATOR,)):
    return update_entities(folder, TESTING, at, sources, [one.anchor for one in signers])


def test_a_list_is_fetched_proved_and_kept_and_then_used_offline(tmp_path):
    answers = {"/list": GOOD}
    with server(answers) as base:
        [done] = updated(tmp_path, [f"{base}/list"])
        assert (done.territory, done.number, done.is_new, done.problem) == (
            f"{base}/list", 3, True, None,
        )  # fmt: skip
        [again] = updated(tmp_path, (), signers=())
        assert (again.number, again.is_new, again.problem) == (3, False, None)
    lists = load_entities(tmp_path)
    assert assessed(lists)[1] == "list.entity"
    assert lists.snapshot.fetched_at == NOW


def test_a_list_that_does_not_hold_leaves_what_is_there(tmp_path):
    answers = {"/list": GOOD}
    with server(answers) as base:
        address = f"{base}/list"
        updated(tmp_path, [address])
        for bad, said in (
            (sealed(written(service=PUB_EAA, status=WITHDRAWN), by=OTHER), "sealed by whom"),
            (sealed(written(LoTESequenceNumber=2, service=PUB_EAA, status=WITHDRAWN)), "older"),
            (b"junk", "not a list"),
            (sealed(written(NextUpdate=day(NOW - timedelta(days=1)))), "not the current one"),
        ):
            answers["/list"] = bad
            [done] = updated(tmp_path, ())
            assert said in done.problem
            assert assessed(load_entities(tmp_path))[1] == "list.entity"
        del answers["/list"]
        [done] = updated(tmp_path, ())
        assert "could not be fetched" in done.problem
        assert done.number == 3


def test_a_list_that_never_held_is_not_kept(tmp_path):
    with server({"/list": sealed(written(), by=OTHER)}) as base:
        [done] = updated(tmp_path, [f"{base}/list"])
    assert "sealed by whom" in done.problem
    assert load_entities(tmp_path) is None


def test_lists_that_another_points_to_are_kept_with_it(tmp_path):
    answers = {}
    with server(answers) as base:
        answers["/list"] = sealed(written(pointers=[pointed(f"{base}/other", OTHER)]))
        answers["/other"] = sealed(
            written(operator="Operator of entities", service=PUB_EAA, status=NOTIFIED), by=OTHER
        )
        done = updated(tmp_path, [f"{base}/list"])
        assert [one.problem for one in done] == [None, None]
        answers["/other"] = b"junk"
        assert [one.problem is None for one in updated(tmp_path, ())] == [True, False]
    assert assessed(load_entities(tmp_path))[1] == "list.entity"


def test_a_pointed_list_that_is_not_here_is_named(tmp_path):
    with_pointer = sealed(written(pointers=[pointed("https://example.org/away", OTHER)]))
    [_, finding] = kept(with_pointer).proved("https://example.org/0", NOW).findings
    assert (finding.rule, finding.outcome) == ("list.lote.fetch", Outcome.INDETERMINATE)
    assert "is not here" in finding.evidence["reason"]


def test_a_list_brought_by_hand_is_used_with_the_signers_beside_it(tmp_path):
    room = tmp_path / "lote"
    room.mkdir()
    assert load_entities(tmp_path) is None
    (room / "brought.jwt").write_bytes(GOOD)
    assert assessed(load_entities(tmp_path))[1] == "list.entity.unknown"
    (room / "operator.pem").write_bytes(OPERATOR.pem)
    assert assessed(load_entities(tmp_path))[1] == "list.entity"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sources": 1, "files": [], "fetched_at": 2}'])
def test_an_index_that_cannot_be_read_is_none(tmp_path, text):
    room = tmp_path / "lote"
    room.mkdir()
    (room / "index.json").write_text(text)
    (room / "brought.jwt").write_bytes(GOOD)
    assert load_entities(tmp_path).snapshot.roots == ("brought.jwt",)


def test_an_index_names_files_of_its_folder_only(tmp_path):
    room = tmp_path / "lote"
    room.mkdir()
    (tmp_path / "secret.jwt").write_bytes(GOOD)
    (room / "a.jwt").write_bytes(b"junk")
    record = {"sources": ["https://a"], "files": {"https://a": "../secret.jwt"}, "fetched_at": ""}
    (room / "index.json").write_text(json.dumps(record))
    assert load_entities(tmp_path).snapshot.texts == {"a.jwt": b"junk"}


def test_a_folder_of_too_many_lists_is_refused(tmp_path):
    room = tmp_path / "lote"
    room.mkdir()
    for number in range(MOST_FILES + 1):
        (room / f"{number}.jwt").write_bytes(b"")
    with pytest.raises(UnreadableError, match="more than"):
        load_entities(tmp_path)


# A list by itself


@pytest.mark.parametrize(
    ("token", "rule"),
    [
        (GOOD, "list.lote.form"),
        (sealed(written(operator="Somebody else")), "list.lote.signature"),
        (sealed(written(surprise=1)), "list.lote.form"),
        (sealed(written(LoTEType=f"{BASE}/LoTEType/EUWRPACProvidersList")), "list.lote.profile"),
        (b"a.b.c", "list.lote.form"),
        (b"", "list.lote.form"),
        (json.dumps(written()).encode(), "list.lote.form"),
        (sealed(written(), x5c=["AAAA"]), "list.lote.form"),
        (sealed(written(), x5c=[]), "list.lote.form"),
    ],
)
def test_form_profile_and_operator_of_a_token_are_judged(token, rule):
    finding = judge_token(token)
    expected = Outcome.PASSED if token is GOOD else Outcome.FAILED
    assert (finding.rule, finding.outcome) == (rule, expected)

"""Lists of trusted entities (JSON): sealed by our own code, judged through openvc-core."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.trust.lists.lote_material import (
    BASE,
    ISSUANCE,
    OPERATOR,
    OTHER,
    day,
    pointed,
    sealed,
    written,
)
from tests.unit.trust.lists.material import AUTHORITY, ISSUED, NEXT, NOW, party
from tests.unit.trust.lists.servers import server

from tessera.errors import UnreadableError
from tessera.fetch import OfflineFetcher
from tessera.report import Outcome
from tessera.trust.fetch import GuardedFetcher
from tessera.trust.lists.lote import claims_of, gather

TESTING = GuardedFetcher(allow_loopback=True, seconds=5)


def gathered(token, signers=(OPERATOR,), at=NOW, **more):
    with server({"/list": token, **more}) as base:
        return gather(f"{base}/list", [one.anchor for one in signers], TESTING, at)


def rule(result):
    assert not result.entities
    return [one.rule for one in result.findings]


def test_a_list_that_holds_names_its_entities():
    result = gathered(sealed(written()))
    [entity] = result.entities
    assert (entity.provider, entity.service, entity.type) == (
        "University",
        "Attestations",
        ISSUANCE,
    )
    assert entity.anchor.certificate == AUTHORITY.der
    assert [(one.rule, one.outcome) for one in result.findings] == [("list.lote", Outcome.PASSED)]


def test_what_a_list_claims_is_read_without_proof():
    claims = claims_of(json.dumps(written()).encode())
    assert (claims.territory, claims.sequence_number, claims.entities) == ("FI", 3, 1)
    assert (claims.issued_at, claims.next_update) == (ISSUED, NEXT)
    with pytest.raises(UnreadableError, match="no list of trusted entities"):
        claims_of(b"{}")


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (lambda: sealed(written(), by=OTHER), "list.lote.signature"),
        (lambda: sealed(written(operator="Somebody")), "list.lote.signature"),
        (lambda: sealed(written(), alg="none"), "list.lote.signature"),
        (lambda: sealed(written(), crit=["moon"], moon=1), "list.lote.signature"),
        (lambda: sealed(written())[:-8] + b"AAAAAAAA", "list.lote.signature"),
        (lambda: sealed(written(LoTESequenceNumber=True)), "list.lote.form"),
        (lambda: sealed(written(surprise=1)), "list.lote.form"),
        (lambda: b"nothing", "list.lote.form"),
        (lambda: json.dumps(written()).encode(), "list.lote.form"),
        (lambda: sealed(written(NextUpdate=day(NOW - timedelta(days=1)))), "list.lote.expired"),
        (lambda: sealed(written(NextUpdate=None)), "list.lote.expired"),
        (
            lambda: sealed(written(LoTEType=f"{BASE}/LoTEType/EUWRPACProvidersList")),
            "list.lote.profile",
        ),
    ],
)
def test_a_list_that_does_not_hold_names_nobody(token, expected):
    result = gathered(token())
    assert rule(result) == [expected]
    assert result.findings[0].outcome is Outcome.FAILED


def test_a_list_of_no_known_signer_names_nobody():
    assert rule(gathered(sealed(written()), signers=())) == ["list.lote.signature"]


def test_a_list_that_cannot_be_had_leaves_it_open():
    result = gather("https://example.org/list", [OPERATOR.anchor], OfflineFetcher(), NOW)
    assert rule(result) == ["list.lote.fetch"]
    assert result.findings[0].outcome is Outcome.INDETERMINATE


def test_a_pointed_list_is_proved_by_the_signers_the_first_names():
    for signer, expected in ((OTHER, 2), (party("Thief"), 1)):
        answers = {}
        with server(answers) as base:
            pointer = pointed(f"{base}/other", OTHER)
            answers["/list"] = sealed(written(pointers=[pointer]))
            answers["/other"] = sealed(written(operator="Operator of entities"), by=signer)
            result = gather(f"{base}/list", [OPERATOR.anchor], TESTING, NOW)
        assert len(result.entities) == expected
        assert [one.rule for one in result.findings[1:]] == (
            [] if expected == 2 else ["list.lote.signature"]
        )


def test_a_token_that_could_be_written_otherwise_is_refused():
    """The signature has 64 bytes, so its last sign has four bits that say nothing."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    token = sealed(written()).decode()
    other = token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]
    assert rule(gathered(other.encode())) == ["list.lote.form"]
    assert rule(gathered(f"{token}\n".encode())) == ["list.lote.form"]


class Held:
    """A fetcher that holds one text, so that thousands can be tried."""

    def __init__(self, raw):
        self.raw = raw

    def get(self, url, *, max_bytes):
        return self.raw


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_mutated_list_never_raises_and_never_names_anybody(data):
    whole = sealed(written())
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != whole[place]))
    raw = whole[:place] + bytes([byte]) + whole[place + 1 :]
    result = gather("https://example.org/list", [OPERATOR.anchor], Held(raw), NOW)
    assert not result.entities
    assert not any(one.outcome is Outcome.PASSED for one in result.findings)

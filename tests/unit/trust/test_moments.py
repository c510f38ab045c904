"""The best signature time: which timestamps prove something, and in which order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.authority.pki import Life
from tests.authority.world import SEALED_AT, a_world, day

from tessera.report import Outcome
from tessera.seals.jades import open_jws
from tessera.seals.jades.timestamps import read_timestamps
from tessera.trust.anchors import Anchor
from tessera.trust.moments import weigh
from tessera.trust.revocation import RevocationData
from tessera.trust.revocation_findings import Setting

YEAR = timedelta(days=365)


@pytest.fixture(scope="module")
def world():
    with a_world() as running:
        yield running


@pytest.fixture(scope="module")
def stamps(world):
    """sigTst of 2026-06-01, arcTst of 2027-06-01."""
    world.services.now = SEALED_AT
    sealed = world.sealed("t")
    world.services.now = SEALED_AT + YEAR
    renewed = world.raiser("lta").renew(sealed)
    world.services.now = SEALED_AT
    return read_timestamps(open_jws(renewed).signatures[0]).found


def setting(world, at, *anchors):
    trusted = anchors or (world.tsa_root,)
    return Setting(at=at, anchors=tuple(Anchor.of(one.der) for one in trusted))


def made(stamp, moment, **more):
    return replace(stamp, token=replace(stamp.token, generated_at=moment, **more))


def indications(moments):
    return [one.evidence.get("indication") for one in moments.findings]


def test_the_earliest_trusted_timestamp_is_the_best_signature_time(world, stamps):
    moments = weigh(stamps, setting(world, day("2028-06-01")))
    assert moments.proved_at == SEALED_AT
    assert [one.outcome for one in moments.findings] == [Outcome.PASSED, Outcome.PASSED]


def test_without_timestamps_nothing_is_proved(world):
    moments = weigh((), setting(world, SEALED_AT))
    assert (moments.proved_at, moments.findings) == (None, ())


def test_a_timestamp_of_a_stranger_proves_nothing_and_spoils_nothing(world, stamps):
    moments = weigh(stamps, setting(world, day("2028-06-01"), world.root))
    assert moments.proved_at is None
    assert indications(moments) == ["NO_CERTIFICATE_CHAIN_FOUND"] * 2
    assert all(one.advice for one in moments.findings)


def test_a_timestamp_that_does_not_hold_is_not_weighed(world, stamps):
    broken = replace(stamps[0], covers=False)
    moments = weigh((broken, stamps[1]), setting(world, day("2028-06-01")))
    assert moments.proved_at == SEALED_AT + YEAR


def test_an_ended_authority_needs_a_later_timestamp_and_revocation_data(world, stamps):
    late = day("2031-06-01")
    assert indications(weigh(stamps, setting(world, late))) == ["OUT_OF_BOUNDS_NO_POE"] * 2
    alive = world.tree.tsa(world.tsa_root, Life(begins=day("2027-01-01"), ends=day("2033-01-01")))
    outer = made(stamps[1], SEALED_AT + YEAR, authority=alive.der)
    without = weigh((stamps[0], outer), setting(world, late))
    assert indications(without) == ["OUT_OF_BOUNDS_NO_POE", None]
    world.services.now = SEALED_AT + YEAR
    crl = world.services.crl(world.tsa_root.certificate.serial_number)
    world.services.now = SEALED_AT
    kept = replace(setting(world, late), data=RevocationData(crls=(crl,)))
    moments = weigh((stamps[0], outer), kept)
    assert moments.proved_at == SEALED_AT
    assert [one.outcome for one in moments.findings] == [Outcome.PASSED] * 2


def test_timestamps_in_an_impossible_order_decide(world, stamps):
    inner = made(stamps[0], SEALED_AT + YEAR + timedelta(hours=1))
    moments = weigh((inner, stamps[1]), setting(world, day("2028-06-01")))
    [order] = [one for one in moments.findings if one.rule == "time.timestamp-order"]
    assert order.outcome is Outcome.INDETERMINATE
    assert order.evidence["indication"] == "TIMESTAMP_ORDER_FAILURE"
    assert not order.advice


def test_a_timestamp_inside_the_seal_says_that_the_seal_is_not_older(world, stamps):
    inside = replace(stamps[0], kind="adoTst", position=-1)
    moments = weigh((inside,), setting(world, day("2028-06-01")))
    assert (moments.not_before, moments.proved_at) == (SEALED_AT, None)
    later = made(inside, SEALED_AT + timedelta(hours=1))
    order = weigh((later, stamps[0]), setting(world, day("2028-06-01")))
    assert "TIMESTAMP_ORDER_FAILURE" in indications(order)


def test_a_timestamp_from_after_the_moment_of_judgement_is_not_used(world, stamps):
    moments = weigh(stamps, setting(world, SEALED_AT - timedelta(days=1)))
    assert moments.proved_at is None
    assert set(indications(moments)) == {"SIG_CONSTRAINTS_FAILURE"}


def test_a_certificate_for_something_else_makes_no_timestamps(world, stamps):
    other = world.tree.tsa(world.tsa_root, purposes=())
    moments = weigh((made(stamps[0], SEALED_AT, authority=other.der),),
                    setting(world, day("2028-06-01")))  # fmt: skip
    assert indications(moments) == ["CHAIN_CONSTRAINTS_FAILURE"]

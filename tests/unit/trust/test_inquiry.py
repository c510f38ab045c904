"""Asking the network: only what is lacking, each address once, and every question is told."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from tests.authority.world import SEALED_AT, a_world, day

from tessera.errors import TesseraError
from tessera.trust.fetch import FetchError
from tessera.trust.inquiry import MAX_QUESTIONS, worded
from tessera.trust.revocation import decisive


@pytest.fixture(scope="module")
def world():
    with a_world(names_issuers=True) as running:
        yield running


@pytest.fixture(autouse=True)
def _as_before(world):
    yield
    services = world.services
    services.now, services.revoked, services.faults = SEALED_AT, {}, set()
    services.asked.clear()


def about(world, inquiry=None, control=SEALED_AT):
    pool = (world.middle.der, world.root.der)
    asking = inquiry or world.inquiry()
    return asking.revocation(world.sealer.der, world.middle.der, control, pool)


def test_the_responder_is_asked_and_the_answer_is_told_with_its_time(world):
    answer = about(world)
    assert decisive(world.sealer.der, world.middle.der, answer.data).revoked_at is None
    [one] = answer.asked
    assert one.to_json() == {
        "url": f"{world.services.url}/ocsp", "kind": "OCSP", "at": SEALED_AT.isoformat(),
        "sha256": one.sha256,
    }  # fmt: skip
    assert len(one.sha256) == 64


def test_a_responder_that_is_down_is_told_and_nothing_is_known(world):
    world.services.faults = {"ocsp"}
    answer = about(world)
    assert decisive(world.sealer.der, world.middle.der, answer.data) is None
    assert "answered 500" in answer.asked[0].problem
    assert answer.asked[0].sha256 is None
    assert worded(answer.asked).startswith(f"{world.services.url}/ocsp: ")


def test_an_answer_of_a_stranger_is_told_to_be_of_no_use(world):
    kept = world.services.responder
    world.services.responder = world.tree.responder(world.tsa_root)
    try:
        answer = about(world)
    finally:
        world.services.responder = kept
    assert "signature does not hold" in answer.asked[0].problem
    assert answer.asked[0].sha256 is not None


def test_an_answer_that_is_too_old_for_the_moment_is_told_to_be(world):
    answer = about(world, control=day("2027-01-01"))
    assert answer.asked[0].problem == "what it says is too old"


def test_each_address_is_asked_once_in_a_run_also_when_it_fails(world):
    world.services.faults = {"ocsp"}
    inquiry = world.inquiry()
    first = about(world, inquiry)
    world.services.faults = set()
    assert about(world, inquiry.for_next_file()) == first
    assert world.services.asked == ["ocsp"]


def test_a_file_may_have_so_many_questions_asked_and_the_next_file_as_many(world):
    inquiry = replace(world.inquiry(), questions_left=0)
    assert f"more than {MAX_QUESTIONS} questions" in about(world, inquiry).asked[0].problem
    assert world.services.asked == []
    assert about(world, inquiry.for_next_file()).asked[0].problem is None


def test_certificates_that_are_missing_are_fetched_from_where_they_are_said_to_be(world):
    answer = world.inquiry().issuers_of(world.sealer.der, ())
    assert answer.data.certificates == (world.middle.der, world.root.der)
    assert [one.kind for one in answer.asked] == ["certificate"] * 2
    assert [one.problem for one in answer.asked] == [None, None]


def test_nothing_is_fetched_that_is_at_hand(world):
    pool = (world.middle.der, world.root.der)
    assert world.inquiry().issuers_of(world.sealer.der, pool).asked == ()
    assert world.services.asked == []


def test_a_certificate_of_somebody_else_is_told_to_be_of_no_use(world):
    serial = world.middle.certificate.serial_number
    kept = world.services.holders[serial]
    world.services.holders[serial] = world.tsa
    try:
        answer = world.inquiry().issuers_of(world.sealer.der, ())
    finally:
        world.services.holders[serial] = kept
    assert answer.data.certificates == ()
    assert answer.asked[0].problem == "it does not hold the certificate of the issuer"


class Shelf:
    """An address book instead of a network; everything else about it is real."""

    def __init__(self, content):
        self.content = content

    def get(self, url, *, max_bytes):
        if url not in self.content:
            raise FetchError(f"{url} was not found.")
        return self.content[url][:max_bytes]

    def post(self, url, body, *, media_type, max_bytes):
        return self.get(url, max_bytes=max_bytes)


def test_issuers_may_be_published_as_a_bundle(world):
    both = [world.root.certificate, world.middle.certificate]
    bundle = pkcs7.serialize_certificates(both, Encoding.DER)
    url = f"{world.services.url}/ca/{world.middle.certificate.serial_number}"
    inquiry = replace(world.inquiry(), asker=Shelf({url: bundle}))
    answer = inquiry.issuers_of(world.sealer.der, (world.root.der,))
    assert answer.data.certificates == (world.middle.der,)


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x30\x03\x02\x01\x01"])
def test_junk_from_the_network_is_of_no_use_and_breaks_nothing(world, content):
    url = world.services.url
    serial = world.middle.certificate.serial_number
    shelf = Shelf({f"{url}/ocsp": content, f"{url}/ca/{serial}": content})
    inquiry = replace(world.inquiry(), asker=shelf)
    assert about(world, inquiry).asked[0].problem is not None
    assert inquiry.issuers_of(world.sealer.der, ()).data.certificates == ()
    assert inquiry.issuers_of(content, ()).asked == ()
    assert inquiry.revocation(content, content, SEALED_AT).asked == ()


def test_the_guarded_client_refuses_what_is_no_public_address(world):
    from tessera.trust.fetch import GuardedFetcher

    inquiry = replace(world.inquiry(), asker=GuardedFetcher(allow_plain=True))
    [one] = about(world, inquiry).asked
    assert "not a public address" in one.problem
    assert world.services.asked == []
    assert issubclass(FetchError, TesseraError)

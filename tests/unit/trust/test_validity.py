from datetime import timedelta

import pytest

from tessera.report import Outcome, Step
from tessera.seals.keys import make_test_seal, new_test_authority
from tessera.trust.validity import validity_at

DAY = timedelta(days=1)
END = timedelta(days=730)


@pytest.fixture(scope="module")
def chain(es_key):
    return es_key.certificate_chain


def judged(chain, at, sealed_at, **more):
    findings = validity_at(chain, at, sealed_at=sealed_at, **more)
    return Step.of("time", findings).outcome, {f.rule: f for f in findings}


def test_a_seal_made_and_judged_within_the_validity_passes(chain, now):
    outcome, findings = judged(chain, now + DAY, now)
    assert outcome is Outcome.PASSED
    assert set(findings) == {"time.claimed", "time.certificate-valid"}


def test_a_seal_judged_at_the_very_moment_it_was_made_passes(chain, now):
    assert judged(chain, now, now)[0] is Outcome.PASSED
    assert judged(chain, now + END, now + END)[0] is Outcome.PASSED


def test_an_expired_certificate_without_timestamp_is_not_decided(chain, now):
    outcome, findings = judged(chain, now + END + DAY, now + DAY)
    assert outcome is Outcome.INDETERMINATE
    evidence = findings["time.expired-without-timestamp"].evidence
    assert evidence["indication"] == "OUT_OF_BOUNDS_NO_POE"


def test_a_proof_from_within_the_validity_outlives_the_certificate(chain, now):
    assert judged(chain, now + 2 * END, now, proved_at=now + DAY)[0] is Outcome.PASSED
    late = judged(chain, now + 2 * END, now, proved_at=now + END + DAY)
    assert late[0] is Outcome.INDETERMINATE


def test_a_claim_later_than_the_proof_is_not_decided(chain, now):
    outcome, findings = judged(chain, now + 9 * DAY, now + 5 * DAY, proved_at=now + 2 * DAY)
    assert outcome is Outcome.INDETERMINATE
    assert "time.claimed-later" in findings


def test_a_claim_later_than_the_judgement_is_not_decided(chain, now):
    outcome, findings = judged(chain, now + DAY, now + 2 * DAY)
    assert outcome is Outcome.INDETERMINATE
    evidence = findings["time.claimed-later"].evidence
    assert evidence["indication"] == "SIG_CONSTRAINTS_FAILURE"


@pytest.mark.parametrize(
    ("offset", "indication"), [(-DAY, "NOT_YET_VALID"), (END + DAY, "EXPIRED")]
)
def test_a_seal_that_says_it_was_made_outside_the_validity_fails(chain, now, offset, indication):
    outcome, findings = judged(chain, now + 2 * END, now + offset)
    assert outcome is Outcome.FAILED
    assert findings["time.claimed"].evidence["indication"] == indication


def test_a_judgement_before_the_certificate_is_not_decided(chain, now):
    outcome, findings = judged(chain, now - DAY, now)
    assert outcome is Outcome.INDETERMINATE
    assert "time.not-yet-valid" in findings


def test_a_seal_without_a_time_is_not_decided(chain, now):
    assert judged(chain, now, None)[0] is Outcome.INDETERMINATE


def test_a_seal_past_its_own_end_fails(chain, now):
    assert judged(chain, now + DAY, now, expires_at=now + DAY)[0] is Outcome.FAILED
    assert judged(chain, now + DAY, now, expires_at=now + 2 * DAY)[0] is Outcome.PASSED


def test_an_intermediate_out_of_its_validity_is_not_decided_but_an_anchor_is(chain, now, rsa_key):
    leaf, authority = chain
    assert judged((leaf, authority), now, now)[0] is Outcome.PASSED
    at = now + END
    expired_middle = judged((leaf, authority, rsa_key.certificate_chain[0]), at + DAY, at)
    assert "time.authority-out-of-validity" in expired_middle[1]


def test_an_expired_anchor_is_remarked_on_and_decides_nothing(chain, now, authority):
    other = make_test_seal(new_test_authority(now), now + END, algorithm="ES256")
    outcome, findings = judged(
        (other.certificate_chain[0], authority.certificate), now + END + DAY, now + END + DAY
    )
    assert outcome is Outcome.PASSED
    assert findings["time.anchor-out-of-validity"].advice


@pytest.mark.parametrize("chain", [(), (b"junk",)])
def test_nothing_readable_is_not_decided(chain, now):
    assert judged(chain, now, now)[0] is Outcome.INDETERMINATE

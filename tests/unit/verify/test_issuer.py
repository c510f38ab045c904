"""The step `issuer`: certificate against issuer, quality assurance at the award, registers."""

from dataclasses import replace
from datetime import date

import pytest

from tessera.issue.compose import with_issuer
from tessera.report import Outcome
from tessera.seals.certificates import describe
from tessera.verify.issuer import certificate_findings, quality_findings, register_finding
from tests.complete import complete_award
from tests.unit.verify.conftest import key

FACTS = describe(key().certificate_chain[0])
OTHER = describe(key("VATFI-7654321", "TEST Other").certificate_chain[0])


def award(**described):
    whole = complete_award()
    issued = with_issuer(whole.micro_credential, FACTS)
    return replace(whole, micro_credential=replace(issued, **described))


def compared(*certificates, of=None):
    found = certificate_findings(of or award(), certificates)
    return {one.rule.rpartition(".")[2]: one.outcome.value for one in found}


def test_the_holder_of_the_certificate_is_the_issuer():
    assert compared(FACTS) == {"identifier": "PASSED", "name": "PASSED", "country": "PASSED"}


def test_of_several_certificates_the_one_that_fits_is_compared():
    assert set(compared(OTHER, FACTS).values()) == {"PASSED"}


def test_another_holder_fails():
    assert compared(OTHER) == {"identifier": "FAILED", "name": "FAILED", "country": "FAILED"}


def test_without_a_certificate_there_is_nothing_to_compare():
    assert compared() == {"certificate": "NOT_APPLICABLE"}


def assured(valid_from, valid_until):
    [external, _] = complete_award().micro_credential.quality_assurance
    return award(
        quality_assurance=(replace(external, valid_from=valid_from, valid_until=valid_until),)
    )


@pytest.mark.parametrize(
    ("begins", "ends", "outcome", "advice"),
    [
        (date(2023, 6, 1), date(2029, 5, 31), Outcome.PASSED, False),
        (date(2026, 11, 20), date(2026, 11, 20), Outcome.PASSED, False),
        (date(2020, 1, 1), date(2026, 11, 19), Outcome.FAILED, False),
        (date(2026, 11, 21), date(2029, 5, 31), Outcome.FAILED, False),
        (None, None, Outcome.INDETERMINATE, True),
    ],
)
def test_quality_assurance_counts_on_the_day_of_the_award(begins, ends, outcome, advice):
    [finding] = quality_findings(assured(begins, ends))
    assert (finding.outcome, finding.advice) == (outcome, advice)
    assert finding.rule == "issuer.quality-assurance"


def test_without_quality_assurance_or_day_there_is_nothing_to_look_at():
    [finding] = quality_findings(award(quality_assurance=()))
    assert finding.outcome is Outcome.NOT_APPLICABLE


def test_no_register_is_asked_and_the_issuer_is_named():
    finding = register_finding(award())
    assert finding.outcome is Outcome.INDETERMINATE
    assert "TEST Example University Dublin" in finding.message

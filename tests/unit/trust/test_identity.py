from dataclasses import replace

import pytest

from tessera.report import Outcome
from tessera.seals.certificates import describe
from tessera.trust.identity import compare_issuer


@pytest.fixture
def facts(es_key):
    return describe(es_key.certificate_chain[0])


def compared(facts, names=("TEST Awarding Body",), identifier="VATIE-TEST-0000000", country="IE"):
    findings = compare_issuer(facts, legal_names=names, identifier=identifier, country=country)
    return {f.rule.removeprefix("issuer.certificate."): f.outcome for f in findings}


PASSED, FAILED, OPEN = Outcome.PASSED, Outcome.FAILED, Outcome.INDETERMINATE


def test_the_issuer_named_as_in_the_certificate_passes(facts):
    assert compared(facts) == {"identifier": PASSED, "name": PASSED, "country": PASSED}


def test_case_and_spacing_do_not_matter(facts):
    spoken = compared(facts, ("Autre", "test  awarding body "), " vatie-test-0000000", "ie")
    assert set(spoken.values()) == {PASSED}


@pytest.mark.parametrize(
    ("held", "stated"),
    [("VELOCERT OU", "Velocert OÜ"), ("UNIVERSITE DE LIEGE", "Université de Liège"),
     ("Ostfold hogskole", "Østfold høgskole"), ("Szkola Glowna", "Szkoła Główna"),
     ("ST PATRICKS COLLEGE", "St. Patrick’s College"), ("Πανεπιστήμιο", "ΠΑΝΕΠΙΣΤΗΜΙΟ")],
)  # fmt: skip
def test_a_certificate_in_plain_capitals_names_the_same_body(facts, held, stated):
    silent = replace(facts, organisation=held, organisation_identifier=None)
    assert compared(silent, (stated,))["name"] is PASSED


@pytest.mark.parametrize(("held", "stated"), [("Body AB", "Body A"), ("***", "---"), ("Ä", "O")])
def test_names_that_only_look_alike_are_different(facts, held, stated):
    silent = replace(facts, organisation=held, organisation_identifier=None)
    assert compared(silent, (stated,))["name"] is FAILED


def test_another_identifier_name_or_country_fails(facts):
    assert compared(facts, ("Diploma Mill",), "VATIE-1", "FI") == {
        "identifier": FAILED, "name": FAILED, "country": FAILED,
    }  # fmt: skip


def test_another_name_with_the_same_identifier_is_left_to_a_person(facts):
    assert compared(facts, ("Comhlacht Bronnta",))["name"] is OPEN


def test_a_certificate_that_states_nothing_leaves_everything_open(facts):
    silent = replace(facts, organisation=None, organisation_identifier=None, country=None)
    assert set(compared(silent).values()) == {OPEN}


def test_a_credential_that_states_nothing_leaves_everything_open(facts):
    assert set(compared(facts, (), None, None).values()) == {OPEN}


@pytest.mark.parametrize(
    ("held", "stated", "outcome"),
    [("GR", "EL", PASSED), ("GB", "UK", PASSED), ("IE", "IRL", OPEN), ("IE", "GB", FAILED)],
)
def test_countries_are_compared_as_two_letter_codes(facts, held, stated, outcome):
    assert compared(replace(facts, country=held), country=stated)["country"] is outcome

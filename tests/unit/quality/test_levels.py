from __future__ import annotations

from dataclasses import replace

import pytest

from tessera.model import AwardingBody, Concept, Level, MicroCredential, Place, Text
from tessera.quality import levels
from tessera.report import Finding, Outcome
from tests.complete import complete_award, complete_description

CYCLES = ("short", "first", "second", "third")


def levelled(*bodies: tuple[str, str | None], **level: object) -> MicroCredential:
    """A description with these (country, national level) of awarding bodies."""
    template = complete_description().awarding_bodies[0].organisation
    made = tuple(
        AwardingBody(
            organisation=replace(
                template,
                id=f"https://{at}.example/",
                places=(Place(country=Concept.named("country", country)),),
            ),
            nqf_level=Concept.named("nqf", code) if code else None,
        )
        for at, (country, code) in enumerate(bodies)
    )
    return replace(complete_description(), awarding_bodies=made, level=Level(**level))


def found(mc: MicroCredential, rule: str) -> list[Finding]:
    return [one for one in levels.examine(mc) if one.rule == f"levels.{rule}"]


def outcomes(mc: MicroCredential, rule: str) -> list[Outcome]:
    return [one.outcome for one in found(mc, rule)]


def cycle(code: str) -> Concept:
    return Concept.named("qf-ehea", code)


def test_the_complete_award_contradicts_itself_nowhere() -> None:
    findings = levels.examine(complete_award())
    assert {one.outcome for one in findings if not one.advice} == {Outcome.PASSED}
    assert {one.rule for one in findings if one.advice} == {"levels.self-certified"}


@pytest.mark.parametrize("eqf", range(1, 9))
@pytest.mark.parametrize("code", CYCLES)
def test_each_cycle_agrees_with_one_eqf_level_only(eqf: int, code: str) -> None:
    expected = CYCLES.index(code) + 5
    finding = found(levelled(eqf=eqf, qf_ehea=cycle(code)), "cycle")[0]
    assert finding.outcome is (Outcome.PASSED if eqf == expected else Outcome.FAILED)
    if eqf < 5:
        assert "no cycle" in finding.message


def test_an_unknown_cycle_is_not_decided_and_a_missing_one_not_applicable() -> None:
    foreign = Concept(iri="urn:example:cycle:0", label=Text.of({"en": "Cycle 0"}))
    assert outcomes(levelled(eqf=6, qf_ehea=foreign), "cycle") == [Outcome.INDETERMINATE]
    assert outcomes(levelled(eqf=6), "cycle") == [Outcome.NOT_APPLICABLE]


def test_a_national_level_is_held_against_eqf() -> None:
    assert outcomes(levelled(("IRL", "ie-8"), eqf=6), "nqf") == [Outcome.PASSED]
    (wrong,) = found(levelled(("IRL", "ie-8"), eqf=8), "nqf")
    assert wrong.outcome is Outcome.FAILED
    assert "corresponds to EQF level 6, not 8" in wrong.message
    assert wrong.path == "/awarding_bodies/0/nqf_level"


def test_a_national_level_is_held_against_the_cycle_where_no_eqf_is_stated() -> None:
    mc = levelled(("IRL", "ie-9"), qf_ehea=cycle("second"))
    assert outcomes(mc, "nqf") == [Outcome.PASSED]
    mc = levelled(("IRL", "ie-9"), qf_ehea=cycle("first"))
    assert outcomes(mc, "nqf") == [Outcome.FAILED]


def test_a_relation_nobody_read_in_an_official_table_decides_nothing() -> None:
    (unsure,) = found(levelled(("DEU", "de-5"), eqf=7), "nqf")
    assert unsure.outcome is Outcome.INDETERMINATE
    assert "was not read in an official table" in unsure.message


def test_a_national_level_outside_the_eqf_cannot_claim_one() -> None:
    (finding,) = found(levelled(("NLD", "nl-entry"), eqf=1), "nqf")
    assert finding.outcome is not Outcome.PASSED
    assert "has no EQF level" in finding.message


def test_an_unknown_national_level_is_not_decided() -> None:
    foreign = Concept(iri="http://data.europa.eu/snb/qdr/c_ffffffff")
    (finding,) = found(levelled(nqf=(foreign,), eqf=6), "nqf")
    assert finding.outcome is Outcome.INDETERMINATE
    assert finding.path == "/level/nqf/0"


def test_a_national_level_alone_has_nothing_to_be_compared_with() -> None:
    assert outcomes(levelled(("IRL", "ie-8")), "nqf") == [Outcome.NOT_APPLICABLE]


def test_bodies_in_two_countries_each_in_its_own_framework_have_to_meet() -> None:
    assert outcomes(levelled(("IRL", "ie-9"), ("NLD", "nl-7")), "nqf-agree") == [Outcome.PASSED]
    assert outcomes(levelled(("IRL", "ie-9"), ("NLD", "nl-6")), "nqf-agree") == [Outcome.FAILED]
    unsure = levelled(("IRL", "ie-9"), ("DEU", "de-6"))
    assert outcomes(unsure, "nqf-agree") == [Outcome.INDETERMINATE]
    assert outcomes(levelled(("IRL", "ie-9")), "nqf-agree") == []


def test_eqf_in_a_framework_without_referencing_report_is_a_warning() -> None:
    assert outcomes(levelled(("IRL", "ie-9"), eqf=7), "referenced") == [Outcome.PASSED]
    (warning,) = found(levelled(("ALB", "al-7"), eqf=7), "referenced")
    assert (warning.outcome, warning.advice) == (Outcome.INDETERMINATE, True)
    assert outcomes(levelled(("ALB", "al-7")), "referenced") == []


def test_a_cycle_in_a_framework_without_self_certification_is_a_warning() -> None:
    ireland = levelled(("IRL", "ie-9"), qf_ehea=cycle("second"))
    assert outcomes(ireland, "self-certified") == [Outcome.PASSED]
    (warning,) = found(levelled(("NLD", "nl-7"), qf_ehea=cycle("second")), "self-certified")
    assert (warning.outcome, warning.advice) == (Outcome.INDETERMINATE, True)


def test_a_body_that_states_a_level_of_another_country_is_advised() -> None:
    assert outcomes(levelled(("IRL", "ie-9")), "own-framework") == [Outcome.PASSED]
    (advice,) = found(levelled(("NLD", "ie-9")), "own-framework")
    assert advice.advice
    assert "the framework of another country" in advice.message
    mc = levelled(("IRL", "ie-9"))
    body = mc.awarding_bodies[0]
    atlantis = (Place(country=Concept(iri="urn:example:atlantis")),)
    moved = replace(body, organisation=replace(body.organisation, places=atlantis))
    mc = replace(mc, awarding_bodies=(moved,))
    assert outcomes(mc, "own-framework") == [Outcome.INDETERMINATE]


@pytest.mark.parametrize(
    ("eqf", "isced", "agree"), [(7, "7", True), (7, "6", False), (4, "3", True), (4, "6", False)]
)
def test_isced_beside_eqf_is_advice_only(eqf: int, isced: str, agree: bool) -> None:
    mc = levelled(eqf=eqf, isced=Concept.named("isced-2011", isced))
    (finding,) = found(mc, "isced")
    assert (finding.outcome is Outcome.PASSED, finding.advice) == (agree, not agree)


def test_an_isced_level_of_another_list_is_not_decided() -> None:
    (finding,) = found(levelled(eqf=7, isced=Concept(iri="urn:example:isced:7")), "isced")
    assert (finding.outcome, finding.advice) == (Outcome.INDETERMINATE, True)

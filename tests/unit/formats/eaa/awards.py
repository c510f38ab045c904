"""Awards that have what the European higher-education micro-credential demands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from tessera.model import Assessment, Award, Concept, Text
from tests.unit.formats.elm.strategies import whole_awards

named = Concept.named


def completed(award: Award) -> Award:
    """The award with every element that the profile demands, where it lacks it."""
    mc, learner = award.micro_credential, award.learner
    plan = Assessment(id="exam", title=Text.of({"en": "Exam"}))
    mc = replace(
        mc,
        workload=replace(mc.workload, ects=mc.workload.ects or Decimal(5)),
        level=replace(mc.level, eqf=mc.level.eqf or 6),
        fields=mc.fields or (named("isced-f", "0613"),),
        participation=replace(
            mc.participation, modes=mc.participation.modes or (named("mode", "online"),)
        ),
        assessments=mc.assessments or (plan,),
    )
    learner = replace(
        learner,
        given_name=learner.given_name or "Ada",
        family_name=learner.family_name or "Example",
        date_of_birth=learner.date_of_birth or date(1990, 1, 1),
    )
    return replace(award, micro_credential=mc, learner=learner)


higher_education: st.SearchStrategy[Award] = whole_awards().map(completed)

"""How each standard element is looked for in a record: one function per element.

A look answers with a `Sight`: what state the element is in, a part sentence about it,
and where in the model. It does not know which list asks; where lists ask for
different things (country of whom, which level) there is one look for each.
What is nested in something missing is reported with that, never a second time.
"""

from __future__ import annotations

from collections.abc import Iterable

from tessera.model import Concept, Organisation
from tessera.quality.sight import (
    LATER,
    Sight,
    State,
    count_of,
    figure,
    missing,
    nested_in,
    partial,
    shortened,
    there,
)
from tessera.quality.subject import Subject, name_of


def _names(organisations: Iterable[Organisation]) -> str:
    return ", ".join(name_of(one) for one in organisations)


def learner(s: Subject) -> Sight:
    """E1: a name, or at least an identifier, of the learner."""
    if s.award is None:
        return LATER
    person = s.award.learner
    if person.is_identified:
        return there("the learner is named", "/learner")
    if person.identifiers or person.national_id:
        note = "the learner has an identifier but no name, so a reader cannot tell who it is"
        return partial(note, "/learner", enough=True)
    return missing("/learner")


def title(s: Subject) -> Sight:
    """E2: a title in at least one language."""
    found = s.description.title
    if found is None:
        return missing(s.at("/title"))
    return there(f"in {count_of(found.entries, 'language', 'languages')}", s.at("/title"))


def country_of_issuer(s: Subject) -> Sight:
    """E3: country or region of each awarding body and of the issuer."""
    return _countries(list(s.bodies()))


def country_of_provider_and_awarder(s: Subject) -> Sight:
    """E3 in MICROBOL: country or region of providers, awarding bodies and issuer."""
    return _countries(list(s.bodies(with_providers=True)))


def _countries(bodies: list[tuple[str, Organisation]]) -> Sight:
    if not bodies:
        return nested_in("the organisation itself")
    without = [
        (path, one)
        for path, one in bodies
        if not any(place.country or place.region for place in one.places)
    ]
    if not without:
        return there("stated for every organisation", f"{bodies[0][0]}/places")
    path = f"{without[0][0]}/places"
    if len(without) == len(bodies):
        return missing(path)
    note = f"no country or region for {_names(one for _, one in without)}"
    return partial(note, path, enough=False)


def awarding_body(s: Subject) -> Sight:
    """E4: at least one awarding body, each with its legal name."""
    bodies = s.description.awarding_bodies
    if not bodies:
        return missing(s.at("/awarding_bodies"))
    for index, body in enumerate(bodies):
        if body.organisation.legal_name is None:
            path = s.at(f"/awarding_bodies/{index}/organisation/legal_name")
            note = f"{body.organisation.id} has no legal name"
            return partial(note, path, enough=False)
    return there(_names(body.organisation for body in bodies), s.at("/awarding_bodies"))


def provider(s: Subject) -> Sight:
    """E5: who provides; the awarding body does where no other provider is named."""
    providers = s.description.providers
    if not providers and s.description.awarding_bodies:
        return there("the awarding body is the provider", s.at("/awarding_bodies"))
    if not providers:
        return missing(s.at("/providers"))
    for index, one in enumerate(providers):
        if one.legal_name is None:
            path = s.at(f"/providers/{index}/legal_name")
            return partial(f"{one.id} has no legal name", path, enough=False)
    return there(_names(providers), s.at("/providers"))


def seal(s: Subject) -> Sight:
    """E6 and E25: a seal or signature, by which anyone can verify authenticity."""
    if s.award is None:
        return LATER
    if s.sealed is None:
        note = "nobody has looked at the seal here; verify the sealed file"
        return Sight(state=State.UNKNOWN, note=note, path="")
    return there("sealed", "") if s.sealed else missing("")


def date_of_issue(s: Subject) -> Sight:
    """E7: the day of the award or of issue."""
    if s.award is None:
        return LATER
    day = s.award.date_of_issue
    if day is None:
        return missing("/awarded_on")
    return there(day.isoformat(), "/awarded_on" if s.award.awarded_on else "/issued_at")


def date_of_issue_or_assessment(s: Subject) -> Sight:
    """E7 in MICROBOL: the day of issue, or of the assessment."""
    found = date_of_issue(s)
    if found.state is not State.MISSING or s.award is None:
        return found
    for index, result in enumerate(s.award.achievement.results):
        if result.graded_on is not None:
            path = f"/achievement/results/{index}/graded_on"
            return there(f"assessed on {result.graded_on.isoformat()}", path)
    return found


def description(s: Subject) -> Sight:
    """E8: a description, or the purpose in words."""
    if s.description.description is not None:
        return there("described", s.at("/description"))
    purpose = s.description.purpose
    if purpose is not None and purpose.need is not None:
        return there("the need it answers is described", s.at("/purpose"))
    if purpose is not None and purpose.kinds:
        note = "only the kind of purpose is given, not in words what it is about"
        return partial(note, s.at("/description"), enough=False)
    return missing(s.at("/description"))


def learning_outcomes(s: Subject) -> Sight:
    """E9: at least one learning outcome."""
    found = s.description.learning_outcomes
    if not found:
        return missing(s.at("/learning_outcomes"))
    return there(count_of(found, "outcome", "outcomes"), s.at("/learning_outcomes"))


def workload_in_ects_where_possible(s: Subject) -> Sight:
    """E10 with E11: the workload, in ECTS wherever possible; hours alone meet the demand."""
    return _workload(s, hours_are_enough=True)


def workload_in_ects(s: Subject) -> Sight:
    """E10 with E11 in the draft of 2020, where credits are on the list: hours leave it open."""
    return _workload(s, hours_are_enough=None)


def _workload(s: Subject, *, hours_are_enough: bool | None) -> Sight:
    load, path = s.description.workload, s.at("/workload")
    ects = s.at("/workload/ects")
    if load.ects:
        return there(f"{figure(load.ects)} ECTS", ects)
    if s.award is not None and s.award.achievement.ects:
        note = "the credits earned are stated, but not the workload of the micro-credential"
        return partial(note, path, enough=True)
    if load.hours is not None:
        note = f"only hours ({figure(load.hours)}); state ECTS credits as well wherever possible"
        return partial(note, ects, enough=hours_are_enough)
    if load.other_credits:
        note = "only credits of another framework; state hours and, if possible, ECTS as well"
        return partial(note, ects, enough=hours_are_enough)
    length = load.activity or load.maximum
    if length is None:
        return missing(path)
    if load.activity is not None and load.activity.hours is not None:
        note = f"only the length of the learning activity ({shortened(load.activity.text)})"
        return partial(note, path, enough=hours_are_enough)
    note = f"{shortened(length.text)} says how long it takes, not how much work it is"
    return partial(note, path, enough=False)


def credits(s: Subject) -> Sight:
    """E11: the number of credits, of ECTS or another framework."""
    load = s.description.workload
    earned = s.award.achievement.ects if s.award is not None else None
    if load.ects or load.other_credits:
        return there("stated", s.at("/workload/ects"))
    if earned:
        return there("stated", "/achievement/ects")
    return missing(s.at("/workload/ects"))


def level(s: Subject) -> Sight:
    """E12: a level of the EQF or a cycle of the QF-EHEA."""
    found, path = s.description.level, s.at("/level")
    if found.eqf is not None:
        return there(f"EQF level {found.eqf}", f"{path}/eqf")
    if found.qf_ehea is not None:
        return there(str(found.qf_ehea), f"{path}/qf_ehea")
    if found.sectoral or _nqf_levels(s):
        note = "only a national or sectoral level; readers in other countries need the EQF level"
        return partial(note, s.at("/level/eqf"), enough=True)
    return missing(path)


def level_with_nqf(s: Subject) -> Sight:
    """E12 in MICROBOL: the level of the national framework when possible, others beside it."""
    path = s.at("/level/nqf")
    if _nqf_levels(s):
        return there("with the level of the national framework", path)
    if not s.description.level.is_stated:
        return missing(s.at("/level"))
    if not s.description.awarding_bodies:
        # The national level belongs to an awarding body, whose absence is reported itself.
        return there("stated", s.at("/level"))
    note = "no level of a national qualifications framework; state it when possible"
    return partial(note, path, enough=True)


def _nqf_levels(s: Subject) -> list[Concept]:
    own = [body.nqf_level for body in s.description.awarding_bodies if body.nqf_level]
    return [*s.description.level.nqf, *own]


def field(s: Subject) -> Sight:
    """E13: at least one ISCED-F field of education."""
    found = s.description.fields
    if not found:
        return missing(s.at("/fields"))
    return there(", ".join(str(one) for one in found), s.at("/fields"))


def field_and_isced_level(s: Subject) -> Sight:
    """E13 in MICROBOL: the ISCED-F subject code and the ISCED level."""
    fields, isced = s.description.fields, s.description.level.isced
    if fields and isced:
        return there("subject and level", s.at("/fields"))
    if fields:
        return partial("the ISCED level is not stated", s.at("/level/isced"), enough=False)
    if isced:
        return partial("the ISCED subject code is not stated", s.at("/fields"), enough=False)
    return missing(s.at("/fields"))


def participation(s: Subject) -> Sight:
    """E15: a mode of participation."""
    found, path = s.description.participation, s.at("/participation/modes")
    if found.modes:
        return there(", ".join(str(mode) for mode in found.modes), path)
    if found.schedule or found.setting or found.opportunity:
        note = "schedule or setting are given, but not whether it is online, on site or both"
        return partial(note, path, enough=False)
    return missing(s.at("/participation"))


def quality_assurance(s: Subject) -> Sight:
    """E16: a quality assurance statement for it or for an organisation behind it."""
    path = s.at("/quality_assurance")
    own = [(f"{path}/{at}", one) for at, one in enumerate(s.description.quality_assurance)]
    found = own + [
        (f"{where}/quality_assurance/{at}", one)
        for where, organisation in s.bodies(with_providers=True)
        for at, one in enumerate(organisation.quality_assurance)
    ]
    if not found:
        return missing(path)
    telling = [
        (where, one)
        for where, one in found
        if one.kind or one.standard or one.statement or one.title
    ]
    if not telling:
        return partial("neither its type nor its standard is named", found[0][0], enough=False)
    day = s.award.date_of_issue if s.award is not None else None
    if day is not None and all(one.covers(day) is False for _, one in telling):
        note = f"no quality assurance that is named was valid on {day.isoformat()}"
        return partial(note, telling[0][0], enough=True)
    return there(count_of(found, "statement", "statements"), telling[0][0])


def prerequisites(s: Subject) -> Sight:
    """E17: what is needed to enrol, or that nothing is."""
    path = s.at("/prerequisites")
    return there("stated", path) if s.description.prerequisites else missing(path)


def validity(s: Subject) -> Sight:
    """E21: how long it is valid, for all or for this award."""
    if s.description.validity is None and s.award is not None and s.award.valid_until:
        return there("stated", "/valid_until")
    path = s.at("/validity")
    return there("stated", path) if s.description.validity else missing(path)


def period(s: Subject) -> Sight:
    """E22: when the learning takes place, in general or for this learner."""
    if s.description.period is None and s.award is not None and s.award.achievement.period:
        return there("stated", "/achievement/period")
    path = s.at("/period")
    return there("stated", path) if s.description.period else missing(path)


def resources(s: Subject) -> Sight:
    """E23: learning resources."""
    found, path = s.description.resources, s.at("/resources")
    return there(count_of(found, "link", "links"), path) if found else missing(path)


def outcome_for_learner(s: Subject) -> Sight:
    """E24: what a successful learner gets."""
    found, path = s.description.learner_outcomes, s.at("/learner_outcomes")
    return there(", ".join(str(one.kind) for one in found), path) if found else missing(path)


def stackability(s: Subject) -> Sight:
    """E20: whether and towards what it can be combined."""
    found, path = s.description.stackability, s.at("/stackability")
    if found is None and s.description.is_partial_qualification:
        note = "only implied: it is called part of a larger qualification, but not of which"
        return partial(note, path, enough=False)
    if found is None:
        # The record always says so, true or false, and a reader takes it for an answer.
        implied = "that it is no part of a larger qualification only implies that it stands alone"
        return missing(path, implied)
    named = found.targets or found.statement
    if found.kind.code in ("stackable", "integrated") and not named:
        note = f"{str(found.kind).lower()}, but the larger credential is not named"
        return partial(note, f"{path}/targets", enough=True)
    return there(str(found.kind).lower(), path)


def further_information(s: Subject) -> Sight:
    """E26: further information in words or as links."""
    path = s.at("/further_information")
    if s.description.further_information:
        return there("given", path)
    return there("given as a link", s.at("/links")) if s.description.links else missing(path)

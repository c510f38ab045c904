"""Credits and workload: do the numbers agree with each other and with the ECTS Users' Guide.

1. Hours per credit: 25 to 30 is usual, below 20 or above 35 is wrong (`EctsRules`).
2. Size: no zero credits, 60 credits in a year at most, below DEQAR's bound.
3. Award: credits only after assessment, and all or nothing.
4. The length of the activity must fit the work ("P60M" beside 60 hours does not).

Every rule gives a finding; what cannot be compared is NOT_APPLICABLE.
Source: ECTS Users' Guide 2015; DOMAIN section 7.1; R10, R25, R101.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext

from tessera import vocab
from tessera.errors import UsageError
from tessera.model import Award, MicroCredential, Period
from tessera.quality.activity import activity_duration
from tessera.quality.sight import figure
from tessera.quality.subject import Subject
from tessera.report import Finding

_GUIDE = "ECTS Users' Guide 2015"
_HOUSE = "house rule"
_DAYS_IN_YEAR = Decimal("365.25")


@dataclass(frozen=True, slots=True, kw_only=True)
class EctsRules:
    """The bounds; hours are learning hours per ECTS credit, all bounds included.

    Raises: UsageError unless least <= usual_least <= usual_most <= most.
    """

    usual_least: Decimal = Decimal(25)
    usual_most: Decimal = Decimal(30)
    least: Decimal = Decimal(20)
    most: Decimal = Decimal(35)
    per_year: Decimal = Decimal(60)
    step: Decimal = Decimal("0.5")

    def __post_init__(self) -> None:
        if not 0 < self.least <= self.usual_least <= self.usual_most <= self.most:
            raise UsageError(
                "The hours per credit need an order: least, usual least, usual most, most."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalFactor:
    """Hours per credit that a country uses; country: ISO 3166-1 alpha-2."""

    country: str
    hours: Decimal
    source: str
    confirmed: bool


# Unconfirmed ones are mentioned as evidence and never decide anything.
NATIONAL_FACTORS = (
    NationalFactor(
        country="NL", hours=Decimal(28), source="OOAPI specification, studyLoad", confirmed=True
    ),
    NationalFactor(country="AT", hours=Decimal(25), source="common knowledge", confirmed=False),
    NationalFactor(country="DE", hours=Decimal(30), source="common knowledge", confirmed=False),
    NationalFactor(country="FI", hours=Decimal(27), source="common knowledge", confirmed=False),
)


def examine(
    subject: MicroCredential | Award, *, rules: EctsRules | None = None
) -> tuple[Finding, ...]:
    """Judge credits and workload; findings point into the record handed in."""
    seen, bounds = Subject.of(subject), rules or EctsRules()
    return (
        *_hours_per_credit(seen, bounds),
        *_national_factor(seen),
        *_size(seen, bounds),
        *_steps(seen, bounds),
        _assessed(seen),
        *_all_or_nothing(seen),
        activity_duration(seen, hours_per_credit=bounds.usual_most),
    )


def _hours_per_credit(s: Subject, rules: EctsRules) -> Iterator[Finding]:
    rule, path = "ects.hours-per-credit", s.at("/workload")
    load = s.description.workload
    if load.hours is None or not load.ects:
        said = "Hours and ECTS credits are not both stated, so they cannot be compared."
        yield Finding.not_applicable(rule, said, path=path, source=_GUIDE)
        return
    ratio = _ratio(load.hours, load.ects)
    stated = f"{figure(load.hours)} hours for {figure(load.ects)} ECTS"
    fact = f"{stated} make {figure(ratio)} hours per credit"
    evidence = {"hours_per_credit": figure(ratio)}
    if not rules.least <= ratio <= rules.most:
        said = f"{fact}, outside {rules.least} to {rules.most}: one of the two numbers is wrong."
        yield Finding.failed(rule, said, path=path, evidence=evidence, source=_GUIDE)
    elif not rules.usual_least <= ratio <= rules.usual_most:
        said = (
            f"{fact}; {rules.usual_least} to {rules.usual_most} is usual. Check the numbers, or "
            "say why."
        )
        yield Finding.indeterminate(
            rule, said, path=path, evidence=evidence, source=_GUIDE, advice=True
        )
    else:
        yield Finding.passed(rule, f"{fact}.", path=path, evidence=evidence, source=_GUIDE)


def _ratio(hours: Decimal, ects: Decimal) -> Decimal:
    """Divide; infinite where hostile numbers leave the range of decimals."""
    with localcontext() as context:
        context.clear_traps()
        return hours / ects


def _national_factor(s: Subject) -> Iterator[Finding]:
    """Compare with the factor of the country of each body, as advice and only if confirmed."""
    load = s.description.workload
    if load.hours is None or not load.ects:
        return
    ratio = _ratio(load.hours, load.ects)
    for factor in _factors(s):
        evidence = {
            "country": factor.country,
            "hours_per_credit": f"{figure(factor.hours)}",
            "source": factor.source,
            "confirmed": factor.confirmed,
        }
        more = {"path": s.at("/workload"), "evidence": evidence, "source": factor.source}
        said = f"In {factor.country} a credit is usually reckoned as {figure(factor.hours)} hours"
        if ratio == factor.hours:
            yield Finding.passed("ects.national-factor", f"{said}, as here.", **more)
        elif not factor.confirmed:
            said += " (not confirmed); the numbers here differ, which is not judged."
            yield Finding.indeterminate("ects.national-factor", said, advice=True, **more)
        else:
            usual = figure(load.ects * factor.hours)
            said += f": {usual} hours for these credits, not {figure(load.hours)}."
            yield Finding.not_applicable("ects.national-factor", said, advice=True, **more)


def _factors(s: Subject) -> list[NationalFactor]:
    countries = set()
    for _, body in s.bodies():
        entry = vocab.by_iri(body.country.iri) if body.country else None
        countries.add(entry.extra.get("alpha2") if entry else None)
    return [factor for factor in NATIONAL_FACTORS if factor.country in countries]


def _size(s: Subject, rules: EctsRules) -> Iterator[Finding]:
    ects, path = s.description.workload.ects, s.at("/workload/ects")
    if ects is None:
        for rule in ("ects.zero", "ects.per-year", "ects.deqar-bound"):
            yield Finding.not_applicable(rule, "No ECTS credits are stated.", path=path)
        return
    if ects == 0:
        said = "0 ECTS are stated. Leave the credits out where there are none."
        yield Finding.failed("ects.zero", said, path=path, source=_GUIDE)
    else:
        yield Finding.passed("ects.zero", "The credits are more than zero.", source=_GUIDE)
    yield _per_year(s, ects, rules)
    bound, source = "ects.deqar-bound", "DEQAR data model, programme types (R10)"
    if ects < 60:
        said = f"{figure(ects)} ECTS are fewer than 60, as DEQAR asks of a micro-credential."
        yield Finding.passed(bound, said, path=path, source=source)
    else:
        said = (
            f"DEQAR lists provision of 60 ECTS or more ({figure(ects)} here) as other provision, "
            "not as a micro-credential."
        )
        yield Finding.failed(bound, said, path=path, source=source)


def _per_year(s: Subject, ects: Decimal, rules: EctsRules) -> Finding:
    rule, path, most = "ects.per-year", s.at("/workload/ects"), rules.per_year
    if ects <= most:
        said = f"{figure(ects)} ECTS do not exceed the {figure(most)} of a full year."
        return Finding.passed(rule, said, path=path, source=_GUIDE)
    days = _days(s.award.achievement.period if s.award else None) or _days(s.description.period)
    if days is None:
        said = (
            f"{figure(ects)} ECTS are more than the {figure(most)} of a full year, and no period "
            "of learning with a first and a last day is stated."
        )
        return Finding.indeterminate(rule, said, path=path, source=_GUIDE)
    years = max(Decimal(1), days / _DAYS_IN_YEAR)
    if ects <= most * years:
        said = f"{figure(ects)} ECTS fit the stated period of {days} days."
        return Finding.passed(rule, said, path=path, source=_GUIDE)
    said = f"{figure(ects)} ECTS in {days} days are more than {figure(most)} a year."
    return Finding.failed(rule, said, path=path, source=_GUIDE)


def _days(period: Period | None) -> int | None:
    if period is None or period.start is None or period.end is None:
        return None
    return (period.end - period.start).days + 1


def _steps(s: Subject, rules: EctsRules) -> Iterator[Finding]:
    ects, path = s.description.workload.ects, s.at("/workload/ects")
    if ects is None:
        return
    if ects % rules.step == 0:
        said = f"The credits are a multiple of {figure(rules.step)}."
        yield Finding.passed("ects.half-steps", said, path=path, source=_HOUSE)
        return
    said = (
        f"{figure(ects)} ECTS is not a multiple of {figure(rules.step)}. Such credits are hard to "
        f"transfer: use steps of {figure(rules.step)}."
    )
    yield Finding.not_applicable("ects.half-steps", said, path=path, source=_HOUSE, advice=True)


def _assessed(s: Subject) -> Finding:
    """Credits are awarded after assessment; attendance alone is not obviously one."""
    rule, path = "ects.assessed", s.at("/assessments")
    assessments = s.description.assessments
    results = s.award.achievement.results if s.award else ()
    if not s.description.workload.ects:
        return Finding.not_applicable(rule, "No ECTS credits are stated.", path=path)
    if not assessments and not results:
        said = (
            "Credits are offered, but no assessment is described. Credits are awarded only after "
            "the learning outcomes have been assessed."
        )
        return Finding.failed(rule, said, path=path, source=_GUIDE)
    if assessments and all(one.kind and one.kind.code == "attendance" for one in assessments):
        said = (
            "Credits are offered, but only attendance is assessed. Whether that proves the "
            "learning outcomes is for a person to decide."
        )
        return Finding.indeterminate(rule, said, path=path, source=_GUIDE)
    said = "Credits are awarded after an assessment."
    return Finding.passed(rule, said, path=path, source=_GUIDE)


def _all_or_nothing(s: Subject) -> Iterator[Finding]:
    """The credits earned are those offered: there are no partial credits."""
    if s.award is None:
        return
    rule, path = "ects.all-or-nothing", "/achievement/ects"
    earned, offered = s.award.achievement.ects, s.description.workload.ects
    if earned is None:
        said = "The award does not state the credits earned."
        yield Finding.not_applicable(rule, said, path=path, source=_GUIDE)
    elif offered is None:
        said = (
            f"{figure(earned)} ECTS were earned; the description does not say how many it offers."
        )
        yield Finding.indeterminate(rule, said, path=path, source=_GUIDE)
    elif earned != offered:
        said = (
            f"{figure(earned)} ECTS were earned and {figure(offered)} are offered. Credits are "
            "awarded all or nothing: correct the number, or do not award it."
        )
        yield Finding.failed(rule, said, path=path, source=_GUIDE)
    else:
        said = f"All {figure(offered)} ECTS that are offered were earned."
        yield Finding.passed(rule, said, path=path, source=_GUIDE)

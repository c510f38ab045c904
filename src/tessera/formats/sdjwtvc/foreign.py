"""Types of other issuers: the EU diploma, and the micro-credential of DC4EU.

Source: metadata of `eu.europa.ec.eudi.diploma_vc_sd_jwt` of the EU reference issuer (the
names are those of eduPerson and SCHAC); dc4eu/vc, type metadata of
`urn:eudi:micro_credential:1` (Open Badges 3.0, with members of its own).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from tessera.errors import ModelError
from tessera.formats.sdjwtvc.reading import UNIDENTIFIED, Reading
from tessera.model import (
    Achievement,
    Assessment,
    AssessmentResult,
    Identifier,
    Learner,
    Organisation,
    Text,
    Workload,
)

MICRO_CREDENTIAL_VCT = "urn:eudi:micro_credential:1"
_CODES = ("personal_unique_code", "personal_unique_id", "principal_name", "identifier")
_MC, _BADGE = "/micro_credential", "/credentialSubject/achievement"
DIPLOMA_PLACES = {"/learner": "", f"{_MC}/awarding_bodies": "/home_organization"}
BADGE_PLACES = {
    "/learner": "/credentialSubject",
    f"{_MC}/title": f"{_BADGE}/name",
    f"{_MC}/description": f"{_BADGE}/description",
    f"{_MC}/workload": f"{_BADGE}/ECTS",
    f"{_MC}/assessments": f"{_BADGE}/criteria/narrative",
    f"{_MC}/awarding_bodies": "/issuer",
    "/achievement/results": "/credentialSubject/result",
}


def read_diploma_holder(reading: Reading, learner: Learner) -> Learner:
    """Read who holds an EU diploma."""
    found = list(learner.identifiers)
    for name in _CODES:
        one = _code(reading, name)
        if one is not None and one not in found:
            found.append(one)
    address = reading.text("email")
    known = reading.attempt(lambda: Learner(email=address), "email")
    return Learner(
        given_name=reading.text("first_name") or learner.given_name,
        family_name=learner.family_name,
        full_name=reading.text("display_name") or reading.text("common_name"),
        date_of_birth=reading.day("date_of_birth"),
        identifiers=tuple(found),
        email=known.email if known else None,
    )


def _code(reading: Reading, name: str) -> Identifier | None:
    """Read an identifier of a diploma: an ESI by its form, else under the claim's own name."""
    value = reading.text(name)
    if value is None:
        return None
    if name == "personal_unique_code":
        try:
            return Identifier.parse("esi", value)
        except ModelError:
            pass  # another kind of personal unique code
    return reading.attempt(lambda: Identifier(scheme=name, value=value), name)


def read_home(reading: Reading, sealer: Organisation | None) -> Organisation | None:
    """Add the domain of the home organisation to what is known of the issuer."""
    domain = reading.text("home_organization")
    if domain is None:
        return sealer
    one = reading.attempt(lambda: Identifier.parse("schac", domain), "home_organization")
    if one is None:
        return sealer
    base = sealer or Organisation(id=f"{UNIDENTIFIED}:issuer")
    return replace(base, identifiers=(*base.identifiers, one))


def read_badge(reading: Reading) -> dict[str, Any]:
    """Read the micro-credential of DC4EU into the parts of an award."""
    subject = _inside(reading.document, "credentialSubject")
    badge = _inside(subject, "achievement")
    criteria = _text(_inside(badge, "criteria").get("narrative"))
    results = subject.get("result")
    grades = results if isinstance(results, list) else [results]
    graded = [_text(one.get("value")) for one in grades[:64] if isinstance(one, Mapping)]
    mc = {
        "title": _text(badge.get("name")),
        "description": _text(badge.get("description")),
        "workload": _ects(reading, badge.get("ECTS")),
        "assessments": (Assessment(id="assessment", criteria=criteria),) if criteria else (),
    }
    return {
        "micro_credential": mc,
        "achievement": Achievement(
            results=tuple(AssessmentResult(grade=one) for one in graded if one is not None)
        ),
    }


def read_badge_issuer(reading: Reading, sealer: Organisation | None) -> Organisation | None:
    """Read the name of the issuer, which stands in an object as in Open Badges."""
    name = _text(_inside(reading.document, "issuer").get("name"))
    if name is None:
        return sealer
    base = sealer or Organisation(id=f"{UNIDENTIFIED}:issuer")
    return replace(base, legal_name=base.legal_name or name)


def _inside(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(value: Any) -> Text | None:
    return Text.of(value) if isinstance(value, str) and value.strip() else None


def _ects(reading: Reading, value: Any) -> Workload:
    """Read the credits, which are a number or a text in the wild."""
    if value is None:
        return Workload()
    try:
        is_number = isinstance(value, int | float | str) and not isinstance(value, bool)
        if is_number:
            return Workload(ects=Decimal(str(value)))
    except (InvalidOperation, ModelError):
        pass  # remarked on below
    reading.remark("sdjwtvc.decode.unreadable", "The ECTS are no number.", f"{_BADGE}/ECTS")
    return Workload()

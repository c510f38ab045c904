"""An award as the claims of an EU learning credential, with the full record beside them.

Steps of `encode`: 1 write what the award says, 2 refuse it where a mandatory claim is
missing, naming the elements, 3 put the full record in, 4 put back what a decoded document
held beyond the model.

Source: WIRE-VC section 5; SD-JWT VC (draft) section 3.2.2; Token Status List (draft)
section 6.1; the claims: `tessera.formats.sdjwtvc.claims`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tessera.errors import EncodeError
from tessera.formats.sdjwtvc.claims import CLAIMS, COMPANION, EXTENDED_VCT, VCT
from tessera.formats.sdjwtvc.residue import restored
from tessera.formats.sdjwtvc.words import (
    assurance_text,
    confirmation,
    eqf_level,
    has_options,
    identification,
    issuer_address,
    study_time_text,
)
from tessera.model import Award, MicroCredential, Organisation, QualityAssurance
from tessera.vocab import countries, languages

FORMAT_ID = "sd-jwt"
TEST_MARK = "TEST: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """What the issuer decides. lifetime: of the attestation where the award has no end.

    vct: `VCT`, or `EXTENDED_VCT` for the type that names the full record, too.
    Source: 90 days are those of the EU reference issuer.
    """

    lifetime: timedelta = timedelta(days=90)
    vct: str = VCT


def encode(
    award: Award, companion: Mapping[str, Any] | None = None, issuing: Issuing | None = None
) -> dict[str, Any]:
    """Write the claims of an award, all of them visible; see `DISCLOSABLE` for the seal.

    companion: the full record as an ELM document; without it the claims stand alone.
    Raises: EncodeError naming every element that a mandatory claim needs.
    """
    issuing = issuing or Issuing()
    # 1
    document = build(award, award.display_language, issuing)
    # 2
    require(document)
    # 3
    if companion is not None:
        document[COMPANION] = dict(companion)
    if issuing.vct == EXTENDED_VCT:
        from tessera.formats.sdjwtvc.metadata import integrity

        document["vct#integrity"] = integrity()
    # 4
    return restored(document, award.residue.get(FORMAT_ID))


def require(document: Mapping[str, Any]) -> None:
    """Refuse claims without a mandatory one. Raises: EncodeError."""
    missing = [one for one in CLAIMS.values() if one.is_mandatory and one.name not in document]
    if missing:
        said = ", ".join(f"{one.name} (element {one.element})" for one in missing)
        raise EncodeError(
            f"An EU learning credential has to state: {said}. Add it to the description or to "
            "the list of learners.",
            elements=tuple(dict.fromkeys(one.element for one in missing)),
            paths=tuple(one.place for one in missing),
        )


def build(award: Award, language: str, issuing: Issuing | None = None) -> dict[str, Any]:
    """Write what is there, in one language, without asking for what is mandatory."""
    issuing = issuing or Issuing()
    day = award.date_of_issue
    sealer = award.micro_credential.sealer
    document = {
        "iss": issuer_address(sealer) if sealer else None,
        "jti": award.id,
        "iat": _seconds(award.issued_at),
        "nbf": _seconds(award.valid_from),
        "vct": issuing.vct,
        **_validity(award, day, issuing.lifetime),
        **_holder(award),
        **_learner(award, language),
        **_described(award.micro_credential, language),
        "date_of_issuance": day.isoformat() if day else None,
        **_status(award),
    }
    if award.is_test and document["achievement_title"]:
        document["achievement_title"] = TEST_MARK + document["achievement_title"]
    return {name: one for name, one in document.items() if one is not None and one != []}


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _validity(award: Award, day: date | None, lifetime: timedelta) -> dict[str, Any]:
    """Return `exp` and the day of expiry; without an end the attestation gets its own."""
    until = award.valid_until
    if until is None:
        start = award.issued_at or (datetime.combine(day, time(), UTC) if day else None)
        if start is None:
            return {}
        until = start + lifetime
    return {"exp": _seconds(until), "date_of_expiry": until.astimezone(UTC).date().isoformat()}


def _holder(award: Award) -> dict[str, Any]:
    did = next((one.value for one in award.learner.identifiers if one.scheme == "did"), None)
    return {} if did is None else {"sub": did, "cnf": confirmation(did)}


def _status(award: Award) -> dict[str, Any]:
    for one in award.status:
        if one.kind == "token":
            return {"status": {"status_list": {"idx": one.index, "uri": one.url}}}
    return {}


def _learner(award: Award, language: str) -> dict[str, Any]:
    """Who learned, and how they did. Somebody with one name has it as the family name."""
    learner = award.learner
    return {
        "family_name": learner.family_name or learner.full_name,
        "given_name": learner.given_name,
        "learner_identification": identification(learner),
        "assessment_grade": _grades(award, language),
    }


def _grades(award: Award, language: str) -> str | None:
    """Write the grade; several each with the title of its assessment."""
    graded = [one for one in award.achievement.results if one.grade is not None]
    said = []
    for one in graded:
        planned = award.micro_credential.assessment(one.assessment) if one.assessment else None
        title = one.title or (planned.title if planned else None)
        begin = f"{title.best(language).text}: " if title and len(graded) > 1 else ""
        said.append(begin + (one.grade.best(language).text if one.grade else ""))
    return "; ".join(said) or None


def _described(mc: MicroCredential, language: str) -> dict[str, Any]:
    national = tuple(one.nqf_level for one in mc.awarding_bodies if one.nqf_level is not None)
    prerequisites = mc.prerequisites
    return {
        "achievement_title": mc.title.best(language).text if mc.title else None,
        "achievement_description": mc.description.best(language).text if mc.description else None,
        "learning_outcomes": [one.title.best(language).text for one in mc.learning_outcomes],
        "language_of_classes": [
            languages.bcp47(one.iri) or str(one) for one in mc.participation.languages
        ],
        "expected_study_time": study_time_text(mc.workload),
        "level_of_learning_experience": eqf_level(mc.level, national),
        "types_of_quality_assurance": [assurance_text(one, language) for one in _assurances(mc)],
        "prerequisites_to_enroll": [prerequisites.best(language).text] if prerequisites else [],
        "integration_stackability_options": (
            has_options(mc.stackability) if mc.stackability else None
        ),
        **_authority(mc.sealer, language),
    }


def _assurances(mc: MicroCredential) -> list[QualityAssurance]:
    """What covers the micro-credential, and what covers those who award it."""
    bodies = [one for body in mc.awarding_bodies for one in body.organisation.quality_assurance]
    return list(dict.fromkeys((*mc.quality_assurance, *bodies)))


def _authority(sealer: Organisation | None, language: str) -> dict[str, Any]:
    if sealer is None:
        return {}
    name, country = sealer.legal_name, sealer.country
    return {
        "issuing_authority": name.best(language).text if name else None,
        "issuing_country": countries.alpha2(country.iri) if country else None,
    }

"""The claims of an SD-JWT VC as an award: total on hostile documents, and nothing is lost.

Steps: 1 read what every type has: issuer, times, status, names; 2 read the claims of the
type, those of the EU learning credential or of the EU diploma; of a foreign type nothing
more is known; 3 put the award together; 4 keep as residue what we would not write so.

Texts carry no language in these claims, so theirs is undetermined. What a holder withheld
is simply absent. `companion` returns the full record, `merged` puts it in front.
Source: the claims: `tessera.formats.sdjwtvc.claims`; diploma: metadata of
`eu.europa.ec.eudi.diploma_vc_sd_jwt` of the same reference issuer (eduPerson, SCHAC).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from tessera.errors import ModelError, UnreadableError
from tessera.formats.protocol import Decoded
from tessera.formats.sdjwtvc.claims import (
    CLAIMS,
    COMPANION,
    DIPLOMA_VCT,
    EXTENDED_VCT,
    VCT,
)
from tessera.formats.sdjwtvc.encode import FORMAT_ID, TEST_MARK, Issuing, build
from tessera.formats.sdjwtvc.residue import difference
from tessera.formats.sdjwtvc.words import (
    read_assurance,
    read_identification,
    read_options,
    read_study_time,
)
from tessera.model import (
    Achievement,
    AssessmentResult,
    Award,
    AwardingBody,
    Concept,
    Identifier,
    Learner,
    LearningOutcome,
    Level,
    MicroCredential,
    Organisation,
    Participation,
    Place,
    StatusEntry,
    Text,
    Workload,
)
from tessera.model.checks import is_uri
from tessera.report import Finding
from tessera.standards.jsontext import pointer
from tessera.vocab import countries, languages

T = TypeVar("T")
UNIDENTIFIED = "urn:tessera:unidentified"
LEARNING_TYPES = (VCT, EXTENDED_VCT)
MOST_FINDINGS, MOST_VALUES = 200, 1_000
_LATEST = 253_402_300_799  # year 9999


def companion(document: Any) -> dict[str, Any] | None:
    """Return the full record beside the claims (an ELM document), if it is disclosed."""
    found = document.get(COMPANION) if isinstance(document, Mapping) else None
    return found if isinstance(found, dict) else None


def merged(claims: Decoded, full: Decoded) -> Decoded:
    """Return the full record as what was decoded, with the status and holder of the claims.

    full: what the ELM format decoded from `companion`. Its places get the prefix "/elm".
    Whether both agree is for `agreement`.
    """
    award = replace(
        full.award,
        status=claims.award.status or full.award.status,
        residue={**full.award.residue, **claims.award.residue},
    )
    places = {model: f"/{COMPANION}{wire}" for model, wire in full.places.items()}
    if claims.award.status:
        places["/status"] = "/status"
    below = tuple(replace(one, path=f"/{COMPANION}{one.path or ''}") for one in full.findings)
    return Decoded(award=award, findings=(*claims.findings, *below), places=places)


def decode(document: Any) -> Decoded:
    """Read an SD-JWT VC. Raises: UnreadableError when it has no type (`vct`)."""
    if not isinstance(document, Mapping) or not isinstance(document.get("vct"), str):
        raise UnreadableError("This is no SD-JWT VC: it does not say of which type it is (vct).")
    return _Reading(document).decoded()


class _Reading:
    """Reads one document; see the steps of the module."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.findings: list[Finding] = []
        self.places = {claim.place: pointer(claim.name) for claim in CLAIMS.values()}

    def decoded(self) -> Decoded:
        # 1
        kind = self.document["vct"]
        learner = self.learner()
        sealer = self.sealer()
        # 2
        values: dict[str, Any] = {}
        if kind in LEARNING_TYPES:
            values = self.learning()
        elif kind == DIPLOMA_VCT:
            learner = self.diploma_holder(learner)
            sealer = self.home(sealer)
            self.places = {
                "/learner": "",
                "/micro_credential/awarding_bodies": "/home_organization",
            }
        else:
            self.places = {"/learner": ""}
            self.remark("type", f"The type {kind[:80]!r} is not known: only who is concerned, and "
                        "when, was read.", "/vct")  # fmt: skip
        # 3
        award = self.award(learner, sealer, values)
        # 4
        issuing = Issuing(vct=kind)
        kept = difference(self.document, build(award, award.display_language, issuing))
        if kept:
            award = replace(award, residue={FORMAT_ID: kept})
        return Decoded(award=award, findings=tuple(self.findings), places=self.places)

    def award(self, learner: Learner, sealer: Organisation | None, values: dict[str, Any]) -> Award:
        mc: dict[str, Any] = values.pop("micro_credential", {})
        if sealer is not None:
            mc["awarding_bodies"] = (AwardingBody(organisation=sealer),)
        stated = self.document.get("jti")
        start, end = self.moment("nbf"), self.moment("exp")
        if start and end and end < start:
            self.remark("unreadable", "The validity ends before it begins.", "/exp")
            end = None
        return Award(
            id=stated if isinstance(stated, str) and is_uri(stated) else UNIDENTIFIED,
            micro_credential=MicroCredential(id=UNIDENTIFIED, **mc),
            learner=learner,
            issued_at=self.moment("iat"),
            valid_from=start,
            valid_until=end,
            status=self.status(),
            **values,
        )

    def remark(self, what: str, sentence: str, path: str) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(
                Finding.indeterminate(
                    f"sdjwtvc.decode.{what}", sentence, path=path, advice=True, source="house rule"
                )
            )

    def attempt(self, make: Callable[[], T], name: str) -> T | None:
        """Build a model value; what the model refuses becomes a remark and None."""
        try:
            return make()
        except ModelError as error:
            self.remark("unreadable", f"A value was left out: {error}", pointer(name))
            return None

    def text(self, name: str) -> str | None:
        value = self.document.get(name)
        if isinstance(value, str) and value.strip():
            return value
        if name in self.document:
            self.remark("unreadable", f"The claim '{name}' is no text.", pointer(name))
        return None

    def texts(self, name: str) -> list[str]:
        """Read a list of texts; a single text counts as a list of one."""
        value = self.document.get(name, [])
        found = [value] if isinstance(value, str) else value
        if isinstance(found, list):
            kept = [one for one in found[:MOST_VALUES] if isinstance(one, str) and one.strip()]
            if len(kept) == len(found):
                return kept
        else:
            kept = []
        self.remark("unreadable", f"Not all of '{name}' are texts.", pointer(name))
        return kept

    def moment(self, name: str) -> datetime | None:
        value = self.document.get(name)
        if value is None and name not in self.document:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LATEST:
            return datetime.fromtimestamp(value, UTC)
        self.remark("unreadable", f"The claim '{name}' is no moment.", pointer(name))
        return None

    def day(self, name: str) -> date | None:
        text = self.text(name)
        try:
            return None if text is None else date.fromisoformat(text)
        except ValueError:
            self.remark("unreadable", f"The claim '{name}' is no day (YYYY-MM-DD).", pointer(name))
            return None

    def learner(self) -> Learner:
        learner = Learner(given_name=self.text("given_name"), family_name=self.text("family_name"))
        stated = self.text("learner_identification")
        found: tuple[Identifier, ...] = ()
        if stated is not None:
            found = self.attempt(
                lambda: read_identification(stated, learner.display_name), "learner_identification"
            ) or ()  # fmt: skip
        subject = self.document.get("sub")
        if isinstance(subject, str) and subject.startswith("did:"):
            holder = self.attempt(lambda: Identifier.parse("did", subject), "sub")
            found = (*found, holder) if holder else found
        return replace(learner, identifiers=found)

    def sealer(self) -> Organisation | None:
        """Who issues it: the address in `iss`, the name and the country."""
        issuer, name = self.document.get("iss"), self.text("issuing_authority")
        stated = self.text("issuing_country")
        country = countries.iri(stated) if stated else None
        if stated and country is None:
            self.remark("unreadable", "The country of the issuer is not known.", "/issuing_country")
        if name is None and not isinstance(issuer, str) and country is None:
            return None
        address = issuer if isinstance(issuer, str) and is_uri(issuer) else None
        is_did = address is not None and address.startswith("did:")
        did = self.attempt(lambda: Identifier.parse("did", str(address)), "iss") if is_did else None
        return Organisation(
            id=address or f"{UNIDENTIFIED}:issuer",
            legal_name=Text.of(name) if name else None,
            identifiers=(did,) if did else (),
            places=(Place(country=Concept.named("country", country)),) if country else (),
        )

    def status(self) -> tuple[StatusEntry, ...]:
        """Read `status.status_list` (Token Status List, section 6.1)."""
        stated = self.document.get("status")
        entry = stated.get("status_list") if isinstance(stated, Mapping) else None
        if not isinstance(entry, Mapping):
            return ()
        url, index = entry.get("uri"), entry.get("idx")
        if not isinstance(url, str) or not isinstance(index, int) or isinstance(index, bool):
            self.remark("unreadable", "The entry in a status list is malformed.", "/status")
            return ()
        found = self.attempt(lambda: StatusEntry(kind="token", url=url, index=index), "status")
        return (found,) if found else ()

    def learning(self) -> dict[str, Any]:
        """Read the claims of the EU learning credential."""
        title, is_test = self.text("achievement_title"), False
        if title is not None and title.startswith(TEST_MARK) and title[len(TEST_MARK) :].strip():
            title, is_test = title[len(TEST_MARK) :], True
        description, grade = self.text("achievement_description"), self.text("assessment_grade")
        needed = "\n".join(self.texts("prerequisites_to_enroll"))
        outcomes = self.texts("learning_outcomes")
        mc = {
            "title": Text.of(title) if title else None,
            "description": Text.of(description) if description else None,
            "learning_outcomes": tuple(
                LearningOutcome(id=f"outcome-{at}", title=Text.of(one))
                for at, one in enumerate(outcomes, 1)
            ),
            "workload": self.workload(),
            "level": self.level(),
            "participation": Participation(languages=self.spoken()),
            "quality_assurance": self.assurances(),
            "prerequisites": Text.of(needed) if needed else None,
            **self.options(),
        }
        results = (AssessmentResult(grade=Text.of(grade)),) if grade else ()
        return {
            "micro_credential": mc,
            "achievement": Achievement(results=results),
            "awarded_on": self.day("date_of_issuance"),
            "is_test": is_test,
        }

    def workload(self) -> Workload:
        text = self.text("expected_study_time")
        load = read_study_time(text) if text else None
        if text and load is None:
            self.remark("study-time", "The study time is in words that were not understood.",
                        "/expected_study_time")  # fmt: skip
        return load or Workload()

    def level(self) -> Level:
        value = self.document.get("level_of_learning_experience")
        if isinstance(value, int) and not isinstance(value, bool):
            return self.attempt(lambda: Level(eqf=value), "level_of_learning_experience") or Level()
        if value is not None:
            self.remark("unreadable", "The level is no number.", "/level_of_learning_experience")
        return Level()

    def spoken(self) -> tuple[Concept, ...]:
        found = []
        for one in self.texts("language_of_classes"):
            iri = languages.iri(one)
            if iri is None:
                self.remark("unreadable", f"The language {one[:20]!r} is not known.",
                            "/language_of_classes")  # fmt: skip
            else:
                found.append(Concept.named("language", iri))
        return tuple(found)

    def assurances(self) -> tuple[Any, ...]:
        found = [read_assurance(one) for one in self.texts("types_of_quality_assurance")]
        if not all(is_told for _, is_told in found):
            self.remark("assurance", "It is not said whether the quality assurance is external, so "
                        "it counts as internal.", "/types_of_quality_assurance")  # fmt: skip
        return tuple(one for one, _ in found)

    def options(self) -> dict[str, Any]:
        value = self.document.get("integration_stackability_options")
        if isinstance(value, bool):
            return {"stackability": read_options(value)}
        if value is not None:
            self.remark("unreadable", "The stackability options are neither true nor false.",
                        "/integration_stackability_options")  # fmt: skip
        return {}

    def diploma_holder(self, learner: Learner) -> Learner:
        """Read who holds an EU diploma, by the names of eduPerson and SCHAC."""
        found = list(learner.identifiers)
        for name in ("personal_unique_code", "personal_unique_id", "principal_name", "identifier"):
            value = self.text(name)
            if value is not None:
                one = self.attempt(lambda: _code(name, value), name)  # noqa: B023 - called at once
                found += [one] if one is not None and one not in found else []
        return Learner(
            given_name=self.text("first_name") or learner.given_name,
            family_name=learner.family_name,
            full_name=self.text("display_name") or self.text("common_name"),
            date_of_birth=self.day("date_of_birth"),
            identifiers=tuple(found),
            email=self.email(),
        )

    def email(self) -> str | None:
        value = self.text("email")
        known = self.attempt(lambda: Learner(email=value), "email")
        return known.email if known else None

    def home(self, sealer: Organisation | None) -> Organisation | None:
        domain = self.text("home_organization")
        if domain is None:
            return sealer
        one = self.attempt(lambda: Identifier.parse("schac", domain), "home_organization")
        if one is None:
            return sealer
        base = sealer or Organisation(id=f"{UNIDENTIFIED}:issuer")
        return replace(base, identifiers=(*base.identifiers, one))


def _code(name: str, value: str) -> Identifier:
    """Read an identifier of a diploma: an ESI by its form, else under the claim's own name."""
    if name == "personal_unique_code":
        try:
            return Identifier.parse("esi", value)
        except ModelError:
            pass
    return Identifier(scheme=name, value=value)

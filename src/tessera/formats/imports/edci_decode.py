"""An EDCI credential as an award: its first achievement, as far as the model has room.

Steps: 1 read the XML and list what has an id; 2 read the achievement, what specifies it, how
it was assessed and awarded, following references into the lists of the credential; 3 read
subject, issuer and dates. What was not read stays as the whole file under its hash only:
EDCI is never written, and the file itself is what its signature covers.

Source: European Learning Model 1.x, genericschema_1.2.xsd.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeGuard

from tessera.errors import UnreadableError
from tessera.formats.imports.edci_names import (
    CREDENTIALS,
    ROOTS,
    child,
    children,
    credential_of,
)
from tessera.formats.imports.reading import MOST_ITEMS, UNIDENTIFIED, Notes
from tessera.formats.protocol import Decoded
from tessera.model import (
    Achievement,
    Assessment,
    AssessmentResult,
    Award,
    AwardingBody,
    Concept,
    Duration,
    Identifier,
    Learner,
    LearningOutcome,
    Level,
    Link,
    MicroCredential,
    Organisation,
    Participation,
    Period,
    Place,
    Text,
    Workload,
)
from tessera.model.checks import is_uri
from tessera.model.text import UNDETERMINED
from tessera.standards.xmltext import Element, read_xml

_EQF = "http://data.europa.eu/snb/eqf/"


def decode(document: Any) -> Decoded:
    """Read a credential, the one in a presentation, or a subject alone.

    Raises: UnreadableError when it is none, or not XML that is read.
    """
    root = read_xml(document) if isinstance(document, bytes) else None
    if root is None or (root.namespace, root.name) not in ROOTS:
        raise UnreadableError("This is no EDCI credential: its first element is another one.")
    found = _Credential(credential_of(root)).read()
    digest = hashlib.sha256(document).hexdigest()
    award = replace(found.award, residue={"edci": {"sha256": digest}})
    return replace(found, award=award)


class _Credential:
    """Reads one credential; see the steps of the module."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.notes = Notes("edci")
        self.listed = {
            one.attributes["id"]: one
            for holder in root.children
            if holder.name.endswith("References")
            for one in holder.children
            if "id" in one.attributes
        }
        is_subject = root.name == "credentialSubject"
        self.subject = root if is_subject else child(root, "credentialSubject")
        held = child(self.subject, "achievements")
        achievements = held.children if held is not None else []
        self.achievement = achievements[0] if achievements else None
        if len(achievements) > 1:
            what = f"It lists {len(achievements)} achievements; the first was read."
            self.notes.remark("many", what, "//achievements")
        if child(self.achievement, "hasPart") is not None:
            self.notes.remark(
                "parts", "The achievement has parts, which were not read.", "//hasPart"
            )

    def read(self) -> Decoded:
        start = self._moment("validFrom")
        until = self._moment("validUntil")
        if start and until and until < start:
            self.notes.remark("validity", "The validity ends before it begins.", "//validUntil")
            until = None
        id = self.root.attributes.get(f"{{{CREDENTIALS}}}id", "")
        issued = self._moment("issued")
        awarded = child(self._named(child(self.achievement, "wasAwardedBy")), "date")
        award = Award(
            id=id if is_uri(id) else UNIDENTIFIED,
            micro_credential=self._micro_credential(),
            learner=self._learner(),
            achievement=self._done(),
            issued_at=issued,
            awarded_on=_day(awarded.token) if awarded is not None else None,
            valid_from=None if start == issued else start,
            valid_until=until,
        )
        places = {
            "": "/europassCredential",
            "/learner": "/europassCredential/credentialSubject",
            "/issued_at": "/europassCredential/issued",
            "/micro_credential": "//learningAchievement/specifiedBy",
            "/micro_credential/title": "/europassCredential/title",
            "/micro_credential/awarding_bodies": "//awardingProcess/awardingBody",
        }
        return Decoded(award=award, findings=tuple(self.notes.findings), places=places)

    def _moment(self, name: str) -> datetime | None:
        element = child(self.root, name, CREDENTIALS)
        if element is None:
            return None
        found = _moment(element.token)
        if found is None:
            self.notes.remark("date", f"'{element.token[:40]}' is no moment.", f"//{name}")
        return found

    def _named(self, element: Element | None) -> Element | None:
        """What an element is or refers to."""
        if element is None:
            return None
        return self.listed.get(element.attributes.get("idref", ""), element)

    def _text(self, element: Element | None) -> Text | None:
        entries: dict[str, str] = {}
        for one in children(element, "text")[:MOST_ITEMS]:
            tag = one.attributes.get("lang", UNDETERMINED)
            value = one.token
            made = self.notes.attempt(_texting(tag, value), f"//{one.name}") if value else None
            if made is not None:
                entries.setdefault(made.languages[0], value)
        return Text.of(entries) if entries else None

    def _name(self, element: Element | None) -> str | None:
        text = self._text(element)
        return text.entries[0][1] if text else None

    def _concept(self, element: Element | None) -> Concept | None:
        if element is None:
            return None
        iri = element.attributes.get("uri", "")
        if not is_uri(iri):
            self.notes.remark("concept", "A concept without address was left out.", element.name)
            return None
        scheme = element.attributes.get("targetFrameworkUrl", "")
        label = self._text(child(element, "targetName"))
        return Concept(iri=iri, scheme=scheme if is_uri(scheme) else None, label=label)

    def _concepts(self, holder: Element | None, name: str) -> tuple[Concept, ...]:
        found = (self._concept(one) for one in children(holder, name)[:MOST_ITEMS])
        return tuple(one for one in found if one is not None)

    def _identifier(self, element: Element, scheme: str) -> Identifier | None:
        name = element.attributes.get("schemeName")
        given = element.attributes.get("schemeID", "")
        chosen = given if given.strip() else scheme
        value = element.token
        if not value.strip():
            return None
        return self.notes.attempt(
            lambda: Identifier(scheme=chosen, value=value, name=name or None), element.name
        )

    def _organisation(self, element: Element | None) -> Organisation | None:
        node = self._named(element)
        if node is None or node.name != "organization":
            return None
        registration = child(node, "registration")
        identifiers = [self._identifier(one, "identifier") for one in children(node, "identifier")]
        number = registration.token if registration is not None else ""
        identifiers += [_legal(number)] if number.strip() else []
        place = child(child(node, "hasLocation"), "hasAddress")
        country = self._concept(child(place, "country"))
        home = child(node, "homepage")
        url = home.attributes.get("uri", "") if home is not None else ""
        id = node.attributes.get("id", "")
        return self.notes.attempt(
            lambda: Organisation(
                id=id if is_uri(id) else UNIDENTIFIED,
                legal_name=self._text(child(node, "prefLabel")),
                identifiers=tuple(one for one in identifiers if one is not None),
                places=(Place(country=country),) if country else (),
                homepage=url if url.startswith(("http://", "https://")) else None,
            ),
            "//organization",
        )

    def _micro_credential(self) -> MicroCredential:
        spec = self._named(child(self.achievement, "specifiedBy"))
        id = spec.attributes.get("id", "") if spec is not None else ""
        process = self._named(child(self.achievement, "wasAwardedBy"))
        bodies = [self._organisation(one) for one in children(process, "awardingBody")]
        issuer = self._organisation(child(self.root, "issuer", CREDENTIALS))
        awarding = tuple(AwardingBody(organisation=one) for one in bodies if one is not None)
        first = awarding[0].organisation if awarding else None
        title = self._text(child(spec, "title")) or self._text(child(self.achievement, "title"))
        said = self._text(child(spec, "description"))
        plan = self._assessment()
        return MicroCredential(
            id=id if is_uri(id) else UNIDENTIFIED,
            title=title or self._text(child(self.root, "title")),
            description=said or self._text(child(self.root, "description")),
            awarding_bodies=awarding,
            issuer=None if issuer == first else issuer,
            learning_outcomes=self._outcomes(spec),
            workload=self._workload(spec),
            level=self._level(spec),
            fields=self._concepts(spec, "hasISCED-FCode"),
            assessments=(plan,) if plan else (),
            participation=Participation(
                modes=self._concepts(spec, "mode"),
                setting=self._concept(child(spec, "learningSettingType")),
                languages=self._concepts(spec, "language"),
            ),
            prerequisites=self._text(child(spec, "entryRequirementsNote")),
            links=self._links(spec),
        )

    def _links(self, spec: Element | None) -> tuple[Link, ...]:
        found = []
        for one in children(spec, "homepage")[:MOST_ITEMS]:
            url = one.attributes.get("uri", "")
            made = self.notes.attempt(_linking(url), "//homepage") if url else None
            if made is not None:
                found.append(made)
        return tuple(found)

    def _outcomes(self, spec: Element | None) -> tuple[LearningOutcome, ...]:
        """The outcomes of a specification; each id once, as the model asks."""
        found: dict[str, LearningOutcome] = {}
        for one in children(child(spec, "learningOutcomes"), "learningOutcome")[:MOST_ITEMS]:
            node = self._named(one)
            title = self._text(child(node, "prefLabel"))
            id = node.attributes.get("id", "") if node is not None else ""
            if title is None or not id.strip():
                self.notes.remark("outcome", "A learning outcome has no name.", "//learningOutcome")
                continue
            outcome = LearningOutcome(
                id=id,
                title=title,
                description=self._text(child(node, "description")),
                kind=self._concept(child(node, "learningOutcomeType")),
                reuse_level=self._concept(child(node, "reusabilityLevel")),
                esco_skills=self._concepts(node, "relatedESCOSkill"),
            )
            found.setdefault(id, outcome)
        return tuple(found.values())

    def _workload(self, spec: Element | None) -> Workload:
        ects = self._number(child(spec, "hasECTSCreditPoints"))
        length = self._duration(child(spec, "volumeOfLearning"))
        made = self.notes.attempt(
            lambda: Workload(hours=length.hours if length else None, ects=ects), "//specifiedBy"
        )
        return made or Workload()

    def _number(self, element: Element | None) -> Decimal | None:
        if element is None:
            return None
        try:
            found = Decimal(element.token) if len(element.token) < 30 else None
        except InvalidOperation:
            found = None
        if found is None or not found.is_finite():
            self.notes.remark("number", f"'{element.token[:40]}' is no number.", element.name)
            return None
        return found

    def _duration(self, element: Element | None) -> Duration | None:
        if element is None or not element.token:
            return None
        return self.notes.attempt(lambda: Duration(element.token), f"//{element.name}")

    def _level(self, spec: Element | None) -> Level:
        uri = (child(spec, "eqfLevel") or Element(name="")).attributes.get("uri", "")
        level = uri.removeprefix(_EQF)
        eqf = int(level) if uri.startswith(_EQF) and level in tuple("12345678") else None
        return Level(eqf=eqf, nqf=self._concepts(spec, "nqfLevel"))

    def _assessment(self) -> Assessment | None:
        spec = self._named(child(child(self.achievement, "wasDerivedFrom"), "specifiedBy"))
        id = spec.attributes.get("id", "") if spec is not None else ""
        if not id.strip():
            return None
        return Assessment(
            id=id,
            title=self._text(child(spec, "title")),
            description=self._text(child(spec, "description")),
            kind=self._concept(child(spec, "type")),
            modes=self._concepts(spec, "mode"),
        )

    def _done(self) -> Achievement:
        proven = child(self.achievement, "wasDerivedFrom")
        results: tuple[AssessmentResult, ...] = ()
        if proven is not None:
            grade = child(proven, "grade")
            issued = child(proven, "issuedDate")
            spec = self._named(child(proven, "specifiedBy"))
            results = (
                AssessmentResult(
                    assessment=(spec.attributes.get("id") if spec is not None else None) or None,
                    title=self._text(child(proven, "title")),
                    grade=Text.of(grade.token) if _says_something(grade) else None,
                    graded_on=_day(issued.token) if issued is not None else None,
                    supervision=self._concept(child(proven, "idVerificationMethod")),
                ),
            )
        activity = child(self.achievement, "wasInfluencedBy")
        return Achievement(
            results=results,
            actual_workload=self._duration(child(activity, "workload")),
            period=self._period(activity),
        )

    def _period(self, activity: Element | None) -> Period | None:
        start, end = child(activity, "startedAtTime"), child(activity, "endedAtTime")
        first = _day(start.token) if start is not None else None
        last = _day(end.token) if end is not None else None
        if first is None and last is None:
            return None
        return self.notes.attempt(lambda: Period(start=first, end=last), "//wasInfluencedBy")

    def _learner(self) -> Learner:
        node = self.subject
        national = child(node, "nationalId")
        number = self._identifier(national, "national") if national is not None else None
        born = child(node, "dateOfBirth")
        made = self.notes.attempt(
            lambda: Learner(
                given_name=self._name(child(node, "givenNames")),
                family_name=self._name(child(node, "familyName")),
                full_name=self._name(child(node, "fullName")),
                date_of_birth=_day(born.token) if born is not None else None,
                national_id=number,
                citizenship=self._concepts(node, "citizenshipCountry"),
            ),
            "//credentialSubject",
        )
        return made or Learner()


def _says_something(element: Element | None) -> TypeGuard[Element]:
    """Tell whether there is more than white space of any kind."""
    return element is not None and bool(element.token.strip())


def _texting(tag: str, value: str) -> Any:
    return lambda: Text.of({tag: value})


def _linking(url: str) -> Any:
    return lambda: Link(url=url)


def _legal(number: str) -> Identifier:
    """The registration of an organisation: an eIDAS identifier where it looks like one."""
    from tessera.errors import ModelError

    try:
        return Identifier(scheme="eidas-legal", value=number)
    except ModelError:
        return Identifier(scheme="eidas-legal-other", value=number)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> date | None:
    """The day as it is written, whatever the offset."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None

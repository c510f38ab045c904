"""An ELMO document as an award: the first opportunity of the first report.

Every tree that `read_xml` yields is accepted. What is no right value becomes a finding;
what has no place in the model stays as XML in the residue, by the element it stood in,
from where `encode` puts it back. What is read claims only what ELMO says: credits are
earned ones, `engagementHours` are hours that were spent, a grade has no language.

Steps: 1 read the XML and find report, opportunity and instance; 2 read each and note what
was read; 3 keep the rest. The namespace before EMREX is read by the same names, its few
other places beside them; what stays of it is not written back into another schema.

Source: EMREX ELMO 1.7, schema.xsd; DOMAIN section 13.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from tessera.errors import UnreadableError
from tessera.formats.elmo import names
from tessera.formats.elmo.encode import web_page
from tessera.formats.elmo.names import UNIDENTIFIED
from tessera.formats.elmo.reading import Part, Reader, said
from tessera.formats.elmo.words import TEST
from tessera.formats.protocol import Decoded
from tessera.model import (
    Achievement,
    AssessmentResult,
    Award,
    AwardingBody,
    Concept,
    Duration,
    Identifier,
    Learner,
    Level,
    Link,
    MicroCredential,
    Organisation,
    Participation,
    Period,
    Place,
    SectoralLevel,
    Text,
)
from tessera.model.checks import is_uri
from tessera.standards.xmltext import Element, fragment, read_xml
from tessera.vocab import languages

_LOS = "learningOpportunitySpecification"
_LOI = "learningOpportunityInstance"


def decode(document: Any) -> Decoded:
    """Read the bytes of an ELMO document.

    Raises: UnreadableError when it is none, or not XML that is read.
    """
    root = read_xml(document) if isinstance(document, bytes) else None
    if root is None or not is_elmo(root):
        raise UnreadableError("This is no ELMO document: its first element is another one.")
    return _Reading(root).read()


def is_elmo(root: Element) -> bool:
    """Tell whether this is the first element of an ELMO document, of EMREX or before it."""
    return root.name == "elmo" and root.namespace in (names.NAMESPACE, names.OLD_NAMESPACE)


class _Reading(Reader):
    """Reads one document; see the steps of the module."""

    def __init__(self, root: Element) -> None:
        super().__init__()
        self.places: dict[str, str] = {}
        self.root = Part(root, "/elmo")
        self.report = Part(self.root.first("report"), names.REPORT)
        self.los = Part(self.report.first(_LOS), names.LOS)
        specifies = self.los.first("specifies")
        self.loi = Part(specifies.child(_LOI) if specifies else None, names.LOI)
        self.is_old = root.namespace == names.OLD_NAMESPACE
        holder = self.report if self.is_old else self.root
        self.learner = Part(holder.first("learner"), names.LEARNER)
        self.issuer = Part(self.report.first("issuer"), f"{names.REPORT}/issuer")

    # 2
    def read(self) -> Decoded:
        self._count()
        self.root.first("generatedDate")
        mc = self._micro_credential()
        award = Award(
            id=self.uri(self.loi) or UNIDENTIFIED,
            micro_credential=mc,
            learner=self._learner(),
            achievement=self._achievement(),
            identifiers=self.identifiers(self.loi),
            issued_at=self.instant(self.report, "issueDate"),
            is_test=(self.told or "").startswith(f"- {TEST}"),
        )
        self._places()
        residue = self._residue()
        if residue:
            award = replace(award, residue={"elmo": residue})
        return Decoded(award=award, findings=tuple(self.findings), places=self.places)

    def _count(self) -> None:
        los = sum(len(one.all(_LOS)) for one in self.root.all("report"))
        if los > 1:
            self.remark(
                "many", f"It lists {los} learning opportunities; the first was read.", names.REPORT
            )
        if self.los.element.all("hasPart"):
            self.remark("parts", "The opportunity has parts, which were not read.", names.LOS)
        status = self.loi.element.child("status")
        if status is not None and status.token != "passed":
            self.remark(
                "status",
                f"The opportunity is not passed: its status is '{status.token[:40]}'.",
                f"{names.LOI}/status",
            )
        elif status is not None:
            self.loi.take(status)

    def _learner(self) -> Learner:
        part = self.learner
        national = next(
            (one for one in part.all("identifier") if one.attributes.get("type") == names.NATIONAL),
            None,
        )
        id = None
        if national is not None and national.token.strip():
            id = Identifier(scheme=names.NATIONAL, value=national.token)
            part.take(national)
        country = self.country(part, "citizenship")
        full = part.token("fullName") if self.is_old else None
        return Learner(
            given_name=part.token("givenNames"),
            family_name=part.token("familyName"),
            full_name=full,
            date_of_birth=self.day(part, "bday"),
            national_id=id,
            identifiers=self.identifiers(part, (names.NATIONAL,)),
            citizenship=(country,) if country else (),
        )

    def _issuer(self) -> Organisation:
        part = self.issuer
        address = next(
            (one for one in part.all("identifier") if one.attributes.get("type") == names.ADDRESS),
            None,
        )
        place = Place(
            country=self.country(part, "country"),
            address=self.attempt(lambda: Text.of(address.token), part.path) if address else None,
        )
        if place.address is not None:
            part.take(address)
        uri = self.uri(part)
        url = part.element.child("url")
        home = web_page(url.token) if url else None
        if home is not None or (url and url.token == uri):
            part.take(url)
        return Organisation(
            id=uri or home or UNIDENTIFIED,
            legal_name=self.texts(part, "title"),
            identifiers=self.identifiers(part, (names.ADDRESS,)),
            places=(place,) if place != Place() else (),
            homepage=home,
        )

    def _micro_credential(self) -> MicroCredential:
        part = self.los
        code = part.element.child("iscedCode")
        field = self._listed("isced-f", code.token) if code else None
        if field is not None:
            part.take(code)
        url = part.element.child("url")
        page = web_page(url.token) if url else None
        if page is not None:
            part.take(url)
        body = self._issuer()
        is_named = body.id != UNIDENTIFIED or body.legal_name is not None
        return MicroCredential(
            id=self.uri(part) or UNIDENTIFIED,
            title=self.texts(part, "title"),
            description=self.texts(part, "description", keeps_lines=True),
            identifiers=self.identifiers(part),
            awarding_bodies=(AwardingBody(organisation=body),) if is_named else (),
            level=self._level(),
            fields=(field,) if field else (),
            participation=self._participation(),
            links=(Link(url=page),) if page else (),
        )

    def _listed(self, list_id: str, code: str) -> Concept | None:
        from tessera import vocab

        entry = vocab.find(list_id, code) if code else None
        return Concept.of(entry) if entry and entry.code == code else None

    def _participation(self) -> Participation:
        kind = self.los.element.child("type")
        code = next((one for one, los in names.LOS_TYPES.items() if kind and kind.token == los), "")
        opportunity = self._listed("opportunity", code)
        if opportunity is not None:
            self.los.take(kind)
        stated = self.loi.element.child("languageOfInstruction")
        iri = languages.iri(stated.token) if stated and stated.token else None
        if iri is not None:
            self.loi.take(stated)
        spoken = (Concept.named("language", iri),) if iri else ()
        return Participation(opportunity=opportunity, languages=spoken)

    def _level(self) -> Level:
        found: dict[str, Any] = {"nqf": [], "sectoral": []}
        for one in self.loi.all("level"):
            kind, value = _child(one, "type"), _child(one, "value")
            if self._levelled(found, kind, value, one):
                self.loi.take(one)
        return Level(
            eqf=found.get("EQF"),
            qf_ehea=found.get(names.QF_EHEA),
            isced=found.get(names.ISCED),
            nqf=tuple(found["nqf"]),
            sectoral=tuple(found["sectoral"]),
        )

    def _levelled(self, found: dict[str, Any], kind: str, value: str, one: Element) -> bool:
        """Note one level; False when it is none that the model can hold."""
        if kind.upper() == "EQF":
            if not (len(value) == 1 and value in "12345678") or "EQF" in found:
                return False
            found["EQF"] = int(value)
        elif kind in (names.QF_EHEA, names.ISCED, names.NQF):
            if not is_uri(value):
                return False
            concept = _concept(value, _child(one, "description"))
            if kind == names.NQF:
                found["nqf"].append(concept)
            elif found.setdefault(kind, concept) != concept:
                return False
        elif kind and value and one.child("description") is None:
            found["sectoral"].append(SectoralLevel(framework=kind, level=value))
        else:
            return False
        return True

    def _achievement(self) -> Achievement:
        start, end = self.day(self.loi, "start"), self.day(self.loi, "date")
        period = None
        if start or end:
            period = self.attempt(lambda: Period(start=start, end=end), self.loi.path)
        hours = self.number(self.loi, self.loi.element.child("engagementHours"))
        spent = None
        if hours is not None:
            path = f"{self.loi.path}/engagementHours"
            spent = self.attempt(lambda: Duration.of_hours(hours), path)
        if spent is not None:
            self.loi.first("engagementHours")
        ects = self._ects()
        done = self.attempt(
            lambda: Achievement(
                results=self._results(), ects=ects, actual_workload=spent, period=period
            ),
            self.loi.path,
        )
        return done or Achievement()

    def _results(self) -> tuple[AssessmentResult, ...]:
        name = "result" if self.is_old else "resultLabel"
        grade = self.loi.token(name)
        return (AssessmentResult(grade=Text.of(grade)),) if grade else ()

    def _ects(self) -> Decimal | None:
        """Earned ECTS credits; before EMREX they stood at the opportunity itself."""
        part = self.los if self.is_old else self.loi
        for one in part.all("credit"):
            if _child(one, "scheme").lower() == "ects":
                found = self.number(part, one.child("value"))
                if found is not None and one.child("level") is None:
                    part.take(one)
                return found
        return None

    def _places(self) -> None:
        for model, path in _PLACES.items():
            self.places[model] = path

    # 3
    def _residue(self) -> dict[str, Any]:
        parts = {
            "elmo": self.root, "learner": self.learner, "report": self.report,
            "issuer": self.issuer, _LOS: self.los, _LOI: self.loi,
        }  # fmt: skip
        kept: dict[str, Any] = {}
        for name, part in parts.items():
            left = [fragment(one) for one in part.left()]
            if left:
                kept[f"before-emrex:{name}" if self.is_old else name] = left
        if self.told is not None:
            kept["told"] = self.told
        return kept


_PLACES = {
    "/id": f"{names.LOI}/identifier",
    "/issued_at": f"{names.REPORT}/issueDate",
    "/learner": names.LEARNER,
    "/learner/given_name": f"{names.LEARNER}/givenNames",
    "/learner/family_name": f"{names.LEARNER}/familyName",
    "/learner/date_of_birth": f"{names.LEARNER}/bday",
    "/micro_credential/title": f"{names.LOS}/title",
    "/micro_credential/description": names.DESCRIPTION,
    "/micro_credential/awarding_bodies": f"{names.REPORT}/issuer",
    "/micro_credential/level": f"{names.LOI}/level",
    "/micro_credential/fields": f"{names.LOS}/iscedCode",
    "/micro_credential/participation": f"{names.LOI}/languageOfInstruction",
    "/achievement/ects": f"{names.LOI}/credit",
    "/achievement/actual_workload": f"{names.LOI}/engagementHours",
    "/achievement/period": f"{names.LOI}/date",
    "/achievement/results": f"{names.LOI}/resultLabel",
}


def _concept(iri: str, label: str) -> Concept:
    from tessera import vocab

    entry = vocab.by_iri(iri)
    if entry is not None:
        return Concept.of(entry)
    return Concept(iri=iri, label=Text.of(label) if label else None)


def _child(element: Element, name: str) -> str:
    return said(element.child(name)) or ""

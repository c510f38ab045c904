"""An award as an ELMO document: one learner, one report, one learning opportunity.

Steps: 1 refuse what ELMO demands and the award lacks; 2 write learner, issuer,
opportunity and its instance, each in the order of the schema; 3 tell in words what has no
element; 4 put back what a decoded ELMO held beyond the model; 5 attach the sealed file.

The credits are those *earned*; hours are those the learner spent; a grade is the first
result's. ELMO 2.0 has every element that is written here, unchanged.

Source: EMREX ELMO 1.7, schema.xsd; DOMAIN section 13.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tessera.errors import EncodeError, ModelError
from tessera.formats.elmo import names
from tessera.formats.elmo.names import element, identified, ordered, spoken
from tessera.formats.elmo.words import MARK, joined
from tessera.model import (
    Award,
    Concept,
    Identifier,
    Learner,
    Link,
    MicroCredential,
    Organisation,
    Text,
)
from tessera.model.checks import need_web_address
from tessera.standards.xmltext import Element, XmlRefused, dump, read_xml
from tessera.vocab import countries, languages

_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)


def encode(
    award: Award, attachment: bytes | None = None, *, media_type: str = "application/ld+json"
) -> bytes:
    """Write an award. attachment: the sealed file, which travels along as it is.

    Raises: EncodeError naming the title (E2), the awarding body (E4) or the date of issue
    (E7) where it is missing.
    """
    # 1
    _require(award)
    residue = award.residue.get("elmo")
    kept = residue if isinstance(residue, Mapping) else {}
    # 2
    issued = _instant(award)
    attached = _attachment(award, attachment, media_type) if attachment is not None else []
    report = ordered(
        "report",
        [
            _issuer(award.micro_credential, kept),
            _opportunity(award, kept, attached),
            element("issueDate", issued),
            *_grading(award),
            *attached,
            *_restored(kept, "report"),
        ],
    )
    children = [element("generatedDate", issued), _learner(award.learner, kept), report]
    root = ordered("elmo", [*children, *_restored(kept, "elmo")])
    return dump(root)


def _require(award: Award) -> None:
    mc = award.micro_credential
    lacks = []
    if mc.title is None:
        lacks.append(("The micro-credential has no title.", "E2", "/micro_credential/title"))
    first = "/micro_credential/awarding_bodies"
    if not mc.awarding_bodies:
        lacks.append(("No awarding body is named.", "E4", first))
    elif mc.awarding_bodies[0].organisation.legal_name is None:
        where = f"{first}/0/organisation/legal_name"
        lacks.append(("The awarding body has no name.", "E4", where))
    if award.issued_at is None:
        lacks.append(("The date of issue is missing.", "E7", "/issued_at"))
    if lacks:
        raise EncodeError(
            " ".join(text for text, _, _ in lacks) + " ELMO demands it.",
            elements=tuple(dict.fromkeys(id for _, id, _ in lacks)),
            paths=tuple(path for _, _, path in lacks),
        )


def _instant(award: Award) -> str:
    return award.issued_at.isoformat().replace("+00:00", "Z") if award.issued_at else ""


def _learner(learner: Learner, kept: Mapping[str, Any]) -> Element:
    """ELMO demands both names and takes an empty text for what is not known."""
    given, family = learner.given_name, learner.family_name
    if given is None and family is None:
        family = learner.full_name
    children = [
        *[element("citizenship", one) for one in _countries(learner.citizenship)[:1]],
        *_identifiers(learner.identifiers),
        element("givenNames", given or ""),
        element("familyName", family or ""),
    ]
    if learner.national_id is not None:
        children.insert(1, element("identifier", learner.national_id.value, type=names.NATIONAL))
    if learner.date_of_birth is not None:
        children.append(element("bday", learner.date_of_birth.isoformat()))
    return ordered("learner", [*children, *_restored(kept, "learner")])


def _countries(concepts: Iterable[Concept]) -> list[str]:
    codes = (countries.alpha2(one.iri) for one in concepts)
    return [code for code in codes if code in names.COUNTRIES]


def _identifiers(identifiers: Iterable[Identifier]) -> Iterator[Element]:
    for one in identifiers:
        yield element("identifier", one.value, type=one.scheme)


def _titles(name: str, text: Text) -> Iterator[Element]:
    for language, value in text.entries:
        yield spoken(name, value, language)


def _issuer(mc: MicroCredential, kept: Mapping[str, Any]) -> Element:
    """The first awarding body; ELMO has one institution a report."""
    body = mc.awarding_bodies[0].organisation
    children: list[Element] = []
    if body.country is not None:
        children += [element("country", one) for one in _countries((body.country,))]
    children += identified(body.id)
    children += _identifiers(body.identifiers)
    address = next((one.address for one in body.places if one.address), None)
    if address is not None:
        children.append(element("identifier", str(address), type=names.ADDRESS))
    if body.legal_name is not None:
        children += _titles("title", body.legal_name)
    children.append(element("url", _home(body)))
    return ordered("issuer", [*children, *_restored(kept, "issuer")])


def _home(body: Organisation) -> str:
    """The web page; ELMO demands one, so the organisation's own address stands in."""
    return body.homepage or body.id


def _opportunity(award: Award, kept: Mapping[str, Any], attached: list[Element]) -> Element:
    mc = award.micro_credential
    children = [*identified(mc.id), *_identifiers(mc.identifiers)]
    if mc.title is not None:
        children += _titles("title", mc.title)
    kind = mc.participation.opportunity
    los_type = names.LOS_TYPES.get(kind.code or "") if kind else None
    if los_type is not None:
        children.append(element("type", los_type))
    field = next((one.code for one in mc.fields if one.code), None)
    if field is not None:
        children.append(element("iscedCode", field))
    page: Link | None = next(iter(mc.links), None)
    if page is not None:
        children.append(element("url", page.url))
    children += _descriptions(award, kept)
    specifies = element("specifies")
    specifies.children = [_instance(award, kept, attached)]
    children.append(specifies)
    los = "learningOpportunitySpecification"
    return ordered(los, [*children, *_restored(kept, los)])


# 3
def _descriptions(award: Award, kept: Mapping[str, Any]) -> Iterator[Element]:
    said = award.micro_credential.description
    texts = said.as_dict() if said else {}
    block = kept.get("told")
    block = block if isinstance(block, str) else joined(award)
    english = texts.get("en")
    if block or MARK in f"\n\n{english or ''}":
        texts["en"] = ((english or "") + MARK + block) if english else MARK.lstrip() + block
    for language, text in texts.items():
        yield spoken("description", text, language)


def _instance(award: Award, kept: Mapping[str, Any], attached: list[Element]) -> Element:
    done, mc = award.achievement, award.micro_credential
    children = [*identified(award.id), *_identifiers(award.identifiers)]
    if done.period is not None:
        days = (("start", done.period.start), ("date", done.period.end))
        children += [element(name, day.isoformat()) for name, day in days if day is not None]
    if not any(one.name == "status" for one in _restored(kept, _LOI)):
        children.append(element("status", "passed"))
    children += _graded(award)
    if done.ects is not None:
        children.append(_pair("credit", "scheme", "ects", f"{done.ects:f}"))
    children += _levels(mc)
    spoken_in = [languages.bcp47(one.iri) for one in mc.participation.languages]
    if len(spoken_in) == 1 and spoken_in[0] is not None:
        children.append(element("languageOfInstruction", spoken_in[0]))
    hours = done.actual_workload.hours if done.actual_workload else None
    if hours is not None:
        children.append(element("engagementHours", f"{hours:f}"))
    if attached:
        reference = element("attachments")
        reference.children = [element("ref", award.id)]
        children.append(reference)
    return ordered(_LOI, [*children, *_restored(kept, _LOI)])


_LOI = "learningOpportunityInstance"


def _graded(award: Award) -> Iterator[Element]:
    first = next(iter(award.achievement.results), None)
    if first is None or first.grade is None:
        return
    plan = award.micro_credential.assessment(first.assessment or "")
    if plan is not None and plan.grading is not None:
        yield element("gradingSchemeLocalId", str(plan.grading.title))
    yield element("resultLabel", first.grade.best(award.display_language).text)


def _grading(award: Award) -> Iterator[Element]:
    """The grading scheme that the grade refers to."""
    first = next(iter(award.achievement.results), None)
    if first is None or first.grade is None:
        return
    plan = award.micro_credential.assessment(first.assessment or "")
    if plan is None or plan.grading is None:
        return
    made = element("gradingScheme", None, localId=str(plan.grading.title))
    made.children = list(_titles("description", plan.grading.description or plan.grading.title))
    yield made


def _pair(name: str, kind: str, value: str, number: str, said: str | None = None) -> Element:
    """An element with a kind, a value and, for levels, what the level is called."""
    made = element(name)
    made.children = [element(kind, value)]
    if said is not None:
        made.children.append(element("description", said))
    made.children.append(element("value", number))
    return made


def _levels(mc: MicroCredential) -> Iterator[Element]:
    level = mc.level
    if level.eqf is not None:
        yield _pair("level", "type", "EQF", str(level.eqf))
    concepts = [(names.QF_EHEA, level.qf_ehea), (names.ISCED, level.isced)]
    concepts += [(names.NQF, one) for one in level.nqf]
    for kind, one in concepts:
        if one is not None:
            yield _pair("level", "type", kind, one.iri, str(one))
    for sector in level.sectoral:
        yield _pair("level", "type", sector.framework, sector.level)


# 5
def _attachment(award: Award, content: bytes, media_type: str) -> list[Element]:
    if not _MEDIA_TYPE.fullmatch(media_type):
        raise EncodeError(f"'{media_type[:40]}' is no media type, such as application/ld+json.")
    made = element("attachment")
    made.children = [element("identifier", award.id, type="internal")]
    if award.micro_credential.title is not None:
        made.children += _titles("title", award.micro_credential.title)
    text = f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
    made.children += [element("type", names.MICRO_CREDENTIAL), element("content", text)]
    return [made]


# 4
def _restored(kept: Mapping[str, Any], name: str) -> list[Element]:
    """What was read with ELMO and has no place in the model, as it was."""
    texts = kept.get(name)
    found = []
    for text in texts if isinstance(texts, list | tuple) else ():
        try:
            found.append(read_xml(str(text).encode()))
        except (XmlRefused, UnicodeEncodeError):
            continue  # a residue that another program put there
    return found


def web_page(url: str) -> str | None:
    """The text when it is a web address."""
    try:
        need_web_address(url, "")
    except ModelError:
        return None
    return url

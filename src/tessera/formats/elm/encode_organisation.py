"""Organisations, their identifiers and places, and quality assurance, as ELM writes them.

An organisation is written once in full and by id afterwards. Quality assurance
by an external agency with a type becomes an Accreditation; everything else
(internal, or too little known) becomes a Note with the same members, because ELM
has no other place (WIRE-ELM section 4).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tessera.errors import EncodeError
from tessera.formats.elm import wire
from tessera.formats.elm.dates import day_text
from tessera.formats.elm.wire import Json, JsonObject
from tessera.formats.elm.writing import Writer, as_map, listed
from tessera.model import Concept, Identifier, Link, Organisation, Place, QualityAssurance, Text
from tessera.model.assurance import AssuranceScope
from tessera.vocab import countries

LEGAL_MEMBERS = ("registration", "vatIdentifier", "taxIdentifier")
_LEGAL_SCHEMES = {
    "eidas-legal": "eIDASIdentifier",
    "eIDASIdentifier": "eIDASIdentifier",
    "registration": "registration",
    "vat": "vatIdentifier",
    "vatIdentifier": "vatIdentifier",
    "taxIdentifier": "taxIdentifier",
}
DEFAULT_ASSURANCE_TITLE = Text.of({"en": "Quality assurance"})


def country_iri(code: str | None) -> str | None:
    """The country of a two-letter code (ISO or EU) in the authority table, or None."""
    return countries.iri(code) if code else None


def stated_country(identifier: Identifier) -> str | None:
    """The country an identifier names: its own, else the one its value begins with."""
    if identifier.country is not None:
        return identifier.country
    if identifier.scheme == "eidas-legal":
        return identifier.value[3:5]
    if identifier.scheme in ("vat", "eidas-person"):
        return identifier.value[:2]
    return None


def identifier_node(pen: Writer, role: str, identifier: Identifier) -> JsonObject:
    """Write an identifier; with a country it is a LegalIdentifier."""
    spatial = country_iri(identifier.country)
    return pen.node(
        role,
        "LegalIdentifier" if spatial else "Identifier",
        pen.fresh("legalIdentifier" if spatial else "identifier"),
        {**_scheme(identifier), **_spatial(spatial), "notation": identifier.value},
    )


def legal_node(
    pen: Writer, role: str, identifier: Identifier, country: Concept | None
) -> JsonObject:
    """Write a LegalIdentifier: it names its own country, else that of the organisation."""
    spatial = country_iri(stated_country(identifier)) or (country.iri if country else None)
    scheme = {} if identifier.scheme in _LEGAL_SCHEMES else _scheme(identifier)
    if identifier.scheme in _LEGAL_SCHEMES and identifier.name:
        scheme = {"schemeName": identifier.name}
    members = {**scheme, **_spatial(spatial), "notation": identifier.value}
    return pen.node(role, "LegalIdentifier", pen.fresh("legalIdentifier"), members)


def _spatial(country: str | None) -> dict[str, Json]:
    return {"spatial": listed(country, wire.COUNTRY_SCHEME)} if country else {}


def _scheme(identifier: Identifier) -> dict[str, Json]:
    scheme, name = identifier.scheme, identifier.name
    if ":" in scheme and " " not in scheme:
        return {"schemeId": scheme, "schemeName": name}
    label = wire.IDENTIFIER_LABELS.get(scheme)
    if label is None and name is None:
        return {} if scheme == wire.UNNAMED_SCHEME else {"schemeName": scheme}
    return {"schemeId": f"{wire.IDENTIFIERS}:{wire.quoted(scheme)}", "schemeName": name or label}


def organisation(pen: Writer, one: Organisation, path: str) -> Json:
    """Write an organisation in full, or its id when it is already written.

    Without legal name or country it is written as an Agent: ELM's Organisation
    demands both. Raises: EncodeError for a place without a country (E3), and for an
    id that two different organisations share: one would be lost.
    """
    id = wire.wire_id(one.id, pen.award_id)
    _need_one_description(pen, one, path)
    role = f"org:{id}"
    if role in pen.written:
        return id
    pen.written.add(role)
    legal, others = _sorted_identifiers(pen, role, one)
    written = {
        member: [
            legal_node(pen, f"{role}/{member}/{index}", given, one.country)
            for index, given in enumerate(found)
        ]
        for member, found in legal.items()
    }
    members = {
        "eIDASIdentifier": written.get("eIDASIdentifier"),
        **_organisation_members(pen, role, one, path),
    }
    members |= {name: written.get(name) for name in LEGAL_MEMBERS}
    members |= {
        "altLabel": _alternatives(one.other_names),
        "identifier": [
            identifier_node(pen, f"{role}/identifier/{index}", given)
            for index, given in enumerate(others)
        ],
        "legalName": as_map(one.legal_name),
        "dcType": pen.concept(one.kind) if one.kind else None,
        "homepage": _pages(pen, role, one),
        "additionalNote": assurance_notes(pen, role, one.quality_assurance, path),
    }
    complete = one.legal_name is not None and one.country is not None
    return pen.node(role, "Organisation" if complete else "Agent", id, members)


def _need_one_description(pen: Writer, one: Organisation, path: str) -> None:
    """Refuse an id that two different organisations share: one would be lost."""
    if pen.organisations.setdefault(one.id, one) != one:
        raise EncodeError(
            f"Two organisations have the id '{one.id}' but are not described alike. Give "
            "each its own id, or describe it in the same way everywhere.",
            paths=(f"{path}/id",),
        )


def _organisation_members(pen: Writer, role: str, one: Organisation, path: str) -> dict[str, Json]:
    """What stands between the identifiers of an organisation."""
    return {
        "accreditation": accreditations(pen, role, one.quality_assurance, path),
        "contactPoint": contact(pen, role, one.email),
        "location": [
            _location(pen, f"{role}/location/{index}", place, f"{path}/places/{index}")
            for index, place in enumerate(one.places)
        ],
        "logo": pen.picture(f"{role}/logo/0", one.logo) if one.logo else None,
    }


def _sorted_identifiers(
    pen: Writer, role: str, one: Organisation
) -> tuple[dict[str, list[Identifier]], list[Identifier]]:
    """Those that ELM has a member for, by that member, and all the others.

    A LegalIdentifier has to name a country; one that was read without stays where it was.
    """
    legal: dict[str, list[Identifier]] = {}
    others = []
    for given in one.identifiers:
        member = _LEGAL_SCHEMES.get(given.scheme)
        full = member in ("eIDASIdentifier", "registration") and member in legal
        stood = f"{role}/{member}/{len(legal.get(member or '', ()))}" in pen.residue
        if member and not full and (stood or stated_country(given) or one.country):
            legal.setdefault(member, []).append(given)
        else:
            others.append(given)
    return legal, others


class Lack(NamedTuple):
    """Something ELM demands and the award does not have: a sentence, the element, where."""

    message: str
    element: str
    path: str


def name_and_country_lacks(one: Organisation, path: str, *, who: str) -> Iterator[Lack]:
    """What ELM demands of an awarding body or issuer and this one does not have."""
    if one.legal_name is None:
        message = f"{who} has no legal name: ELM demands one (element E4)."
        yield Lack(message, "E4", f"{path}/legal_name")
    if one.country is None:
        name = one.legal_name or one.id
        message = f"{who} '{name}' has no country: ELM demands one (element E3)."
        yield Lack(message, "E3", f"{path}/places")


def contact(pen: Writer, role: str, email: str | None) -> JsonObject | None:
    """Write a mail address as a ContactPoint."""
    if email is None:
        return None
    mailbox = {"id": f"mailto:{email}", "type": "Mailbox"}
    members = {"emailAddress": mailbox}
    return pen.node(f"{role}/contactPoint/0", "ContactPoint", pen.fresh("contactPoint"), members)


def _location(pen: Writer, role: str, place: Place, path: str) -> JsonObject:
    if place.country is None and f"{role}/address/0" not in pen.residue:
        raise EncodeError(
            "A place has no country: ELM demands one for every place (element E3).",
            elements=("E3",),
            paths=(f"{path}/country",),
        )
    full = pen.note(f"{role}/address/0/fullAddress/0", as_map(place.address))
    country = pen.concept(place.country, wire.COUNTRY_SCHEME) if place.country else None
    address = None
    if full or country:
        members = {"countryCode": country, "fullAddress": full}
        address = pen.node(f"{role}/address/0", "Address", pen.fresh("address"), members)
    region = pen.concept(place.region) if place.region else None
    return pen.node(
        role, "Location", pen.fresh("location"), {"address": address, "spatialCode": region}
    )


def _alternatives(names: Sequence[Text]) -> dict[str, Json]:
    merged: dict[str, list[str]] = {}
    for name in names:
        for tag, text in name.entries:
            merged.setdefault(tag, []).append(text)
    return {tag: texts[0] if len(texts) == 1 else texts for tag, texts in merged.items()}


def _pages(pen: Writer, role: str, one: Organisation) -> list[Json]:
    pages: list[Json] = []
    if one.homepage is not None:
        pages.append(pen.web(f"{role}/homepage/0", Link(url=one.homepage)))
    if one.recognition_policy is not None:
        link = Link(url=one.recognition_policy)
        pages.append(pen.web(f"{role}/homepage/policy", link, "recognition-policy"))
    return pages


def is_accreditation(assurance: QualityAssurance) -> bool:
    """Whether ELM's Accreditation can say it: external, with a type, an agency and its country."""
    agency = assurance.agency
    return (
        assurance.scope is AssuranceScope.EXTERNAL
        and assurance.kind is not None
        and agency is not None
        and agency.legal_name is not None
        and agency.country is not None
    )


def accreditations(
    pen: Writer, role: str, given: Sequence[QualityAssurance], path: str
) -> list[Json]:
    """Write the external quality assurance that ELM can say as Accreditation."""
    told = [one for one in given if is_accreditation(one)]
    written: list[Json] = []
    for index, one in enumerate(told):
        at = f"{role}/accreditation/{index}"
        members = _assurance_members(pen, at, one, f"{path}/quality_assurance/{index}")
        title = members.pop("title") or assurance_title(one).as_dict()
        members = {"title": title, **members}
        written.append(pen.node(at, "Accreditation", pen.fresh("accreditation"), members))
    return written


def assurance_title(one: QualityAssurance) -> Text:
    """The title written where none is given: the label of its type."""
    return (one.kind.label if one.kind else None) or DEFAULT_ASSURANCE_TITLE


def assurance_notes(
    pen: Writer, role: str, given: Sequence[QualityAssurance], path: str
) -> list[Json]:
    """Write the other quality assurance as Notes, readable and complete."""
    told = [one for one in given if not is_accreditation(one)]
    written: list[Json] = []
    for index, one in enumerate(told):
        at = f"{role}/assurance/{index}"
        key = f"quality-assurance-{one.scope.value}"
        text = one.statement or one.title or assurance_title(one)
        members = _assurance_members(pen, at, one, f"{path}/quality_assurance/{index}")
        members["subject"] = pen.own(wire.NOTES, key, wire.NOTE_LABELS[key])
        members["noteLiteral"] = text.as_dict()
        written.append(pen.node(at, "Note", pen.fresh("note"), members))
    return written


def _assurance_members(pen: Writer, role: str, one: QualityAssurance, path: str) -> dict[str, Json]:
    decision = None
    if one.decision is not None:
        decision = {
            "id": pen.fresh("concept"),
            "type": "Concept",
            "prefLabel": one.decision.as_dict(),
        }
    standard = None
    if one.standard is not None:
        label = one.standard.label or Text.of({"en": one.standard.iri})
        standard = pen.node(
            f"{role}/standard/0",
            "Note",
            pen.fresh("note"),
            {"subject": pen.concept(one.standard), "noteLiteral": label.as_dict()},
        )
    report = pen.web(f"{role}/report/0", Link(url=one.report)) if one.report else None
    policy = pen.web(f"{role}/landingPage/0", Link(url=one.policy)) if one.policy else None
    return {
        "title": as_map(one.title),
        "description": as_map(one.statement),
        "dcType": pen.concept(one.kind, wire.snb_scheme("accreditation")) if one.kind else None,
        "decision": decision,
        "accreditingAgent": organisation(pen, one.agency, f"{path}/agency") if one.agency else None,
        "report": report,
        "landingPage": policy,
        "valid": day_text(one.valid_from) if one.valid_from else None,
        "expiryDate": day_text(one.valid_until) if one.valid_until else None,
        "additionalNote": standard,
    }

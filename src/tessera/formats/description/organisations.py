"""Organisations in the file: described once, and named by their id wherever they come again.

A reference is the id alone (`issuer: https://uni.example/`). It takes what the file
says of that organisation. As an agency it leaves the organisation's own quality
assurance out, so that a provider can name itself as the one who assures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tessera.formats.description.groups import Group, Listed, Member
from tessera.formats.description.node import Kind, Node
from tessera.formats.description.scalars import URI, WEB, Choice, Day, Image, Words
from tessera.formats.description.shape import At, Plain, Reading
from tessera.formats.description.texts import Code, Multilingual
from tessera.model import (
    AwardingBody,
    Identifier,
    Organisation,
    Partner,
    Place,
    QualityAssurance,
)
from tessera.model.assurance import AssuranceScope
from tessera.model.identifiers import SCHEMES
from tessera.model.organisation import PartnerRole

_TEXT = Multilingual()
_ADDRESS = Words(WEB, "a web address with https:// in front")


@dataclass(frozen=True, slots=True)
class Described:
    """An organisation: its members, or the id of one that the file describes elsewhere."""

    is_agency: bool = False

    def read(self, node: Node, at: At, reading: Reading) -> Any:
        if node.string is None:
            return ORGANISATION.read(node, at, reading)
        key = (node.string, self.is_agency)
        if key in reading.resolved:
            return reading.resolved[key]
        found = reading.organisations.get(node.string)
        if found is None:
            known = ", ".join(reading.organisations) or "none"
            return reading.refuse(
                node,
                at,
                f"No organisation of this file has the id {node}. Described are: {known}. "
                "Name one of them, or write id and legal_name here.",
            )
        members = {
            name: one
            for name, one in found.members.items()
            if name in ORGANISATION.members and not (self.is_agency and name == _ASSURED)
        }
        quiet = Reading(
            language=reading.language,
            organisations=reading.organisations,
            resolved=reading.resolved,
        )
        value = ORGANISATION.read(replace(found, members=members), at, quiet)
        return reading.resolved.setdefault(key, value)

    def write(self, value: Organisation) -> Any:
        return ORGANISATION.write(value)

    def schema(self, definitions: Plain) -> Plain:
        reference = {
            "description": "The id of an organisation that this file describes.",
            "type": "string",
            "pattern": URI,
        }
        return {"anyOf": [reference, ORGANISATION.schema(definitions)]}


IDENTIFIER = Group(
    name="identifier",
    about="An official identifier.",
    builds=lambda **values: Identifier.parse(values.pop("scheme"), values.pop("value"), **values),
    members={
        "scheme": Member(
            Words(r"\S", "a scheme such as eidas-legal"),
            f"Who counts: {', '.join(SCHEMES)}; or a URI of another scheme.",
            required=True,
        ),
        "value": Member(Words(r"\S", "the number or name"), "The identifier.", required=True),
        "country": Member(
            Words(r"\S", "a country code such as IE"), "Country that gave it, where that matters."
        ),
        "name": Member(Words(r"\S", "a name"), "What people call the scheme."),
    },
)

_PLACE = Group(
    name="place",
    about="Where an organisation is.",
    builds=Place,
    members={
        "country": Member(Code(("country",)), "The country: IRL, IE or Ireland."),
        "region": Member(Code(("nuts", "atu")), "The region, where education is regional: BE2."),
        "address": Member(_TEXT, "The postal address."),
    },
)

QUALITY_ASSURANCE = Group(
    name="quality_assurance",
    about="One statement of quality assurance: who, by which standard, until when.",
    builds=QualityAssurance,
    members={
        "scope": Member(
            Choice(AssuranceScope), "internal (by the provider) or external.", required=True
        ),
        "title": Member(_TEXT, "What it is called, such as Institutional review 2023."),
        "kind": Member(
            Code(("accreditation",)), "What is assured: the institution or the programme."
        ),
        "standard": Member(Code(("quality-standard",)), "The standard: esg, eqavet …"),
        "agency": Member(Described(is_agency=True), "Who assures."),
        "statement": Member(_TEXT, "In words: how quality is assured."),
        "decision": Member(_TEXT, "The decision, such as Positive."),
        "report": Member(_ADDRESS, "Web address of the report."),
        "policy": Member(_ADDRESS, "Web address of the quality policy."),
        "valid_from": Member(Day(), "First day on which it is valid."),
        "valid_until": Member(Day(), "Last day on which it is valid."),
    },
)

_ASSURED = "quality_assurance"
ORGANISATION = Group(
    name="organisation",
    about="An organisation.",
    builds=Organisation,
    members={
        "id": Member(
            Words(URI, "an address that names it for ever, such as https://example.edu/"),
            "An address of its own that names it for ever.",
            required=True,
        ),
        "legal_name": Member(_TEXT, "The legal name."),
        "other_names": Member(Listed(_TEXT), "Other names that people know."),
        "kind": Member(Code(("provider-kind",)), "What kind of organisation it is."),
        "identifiers": Member(Listed(IDENTIFIER), "Official identifiers."),
        "places": Member(Listed(_PLACE), "Where it is; the first country counts."),
        "homepage": Member(_ADDRESS, "Its web page."),
        "email": Member(
            Words(r"^[^\s@]+@[^\s@]+$", "a mail address"), "A mail address for questions."
        ),
        "logo": Member(Image(), "Its logo, inside this file."),
        _ASSURED: Member(
            Listed(QUALITY_ASSURANCE), "Quality assurance of the organisation as a whole."
        ),
        "recognition_policy": Member(
            _ADDRESS, "Its policy on recognising the micro-credentials of others."
        ),
    },
)

AWARDING_BODY = Group(
    name="awarding_body",
    about="An organisation that awards, and the level in its own national framework.",
    builds=AwardingBody,
    flat=("organisation", ORGANISATION),
    members={
        "nqf_level": Member(Code(("nqf",)), "The level in its national framework, such as ie-9."),
    },
)

PARTNER = Group(
    name="partner",
    about="An organisation that takes part in provision, and what it does.",
    builds=Partner,
    flat=("organisation", ORGANISATION),
    members={
        "roles": Member(
            Listed(Choice(PartnerRole)),
            "What it does: designs, teaches, assesses, assures, hosts, funds.",
            required=True,
        ),
    },
)

_HOLDERS = ("awarding_bodies", "providers", "partners", "issuer", "platform")


def described(root: Node) -> dict[str, Node]:
    """Return the organisations that the file describes, by id; the first of an id counts."""
    found: dict[str, Node] = {}
    for node in _organisations(root):
        id = node.members.get("id")
        if id is not None and id.string is not None:
            found.setdefault(id.string, node)
    return found


def _organisations(root: Node) -> Iterator[Node]:
    holders = [root.members[name] for name in _HOLDERS if name in root.members]
    for holder in holders:
        for node in holder.items or (holder,):
            if node.kind is Kind.MAPPING:
                yield node
    for holder in [*holders, root]:
        for node in holder.items or (holder,):
            yield from _agencies(node)


def _agencies(node: Node) -> Iterator[Node]:
    assured = node.members.get(_ASSURED)
    for statement in assured.items if assured is not None else ():
        agency = statement.members.get("agency")
        if agency is not None and agency.kind is Kind.MAPPING:
            yield agency
            yield from _agencies(agency)

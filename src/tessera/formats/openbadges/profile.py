"""An organisation as a Profile, written and read.

Source: Open Badges Specification 3.0, Profile, Address, IdentifierEntry.
"""

from __future__ import annotations

from typing import Any

from tessera import vocab
from tessera.errors import ModelError
from tessera.formats.openbadges.wire import extended
from tessera.formats.vcdm.decode import text_or_none, with_did
from tessera.formats.vcdm.encode import issuer_id
from tessera.formats.vcdm.reading import MOST_VALUES, REFUSED, Reading
from tessera.formats.vcdm.reading import Place as At
from tessera.formats.vcdm.shapes import Image
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.model import Concept, Identifier, Organisation, Place, Text
from tessera.model.checks import is_uri
from tessera.vocab import countries

# Names of identifiers that others write, and what we call the scheme.
_KNOWN = {"ext:eidasidentifier": "eidas-legal", "ext:eidas-legal": "eidas-legal"}
_SCHEMES = ("deqarinst", "did", "erasmus", "eter", "lei", "pic", "schac", "vat")


def profile(organisation: Organisation, language: str, *, id: str | None = None) -> JsonObject:
    """Write a Profile. language: of its name, where there are several."""
    node: JsonObject = {
        "id": id or issuer_id(organisation) or organisation.id,
        "type": ["Profile"],
    }
    if organisation.legal_name is not None:
        node["name"] = organisation.legal_name.best(language).text
    if organisation.homepage is not None:
        node["url"] = organisation.homepage
    if organisation.email is not None:
        node["email"] = organisation.email
    address = _address(organisation, language)
    if address is not None:
        node["address"] = address
    identifiers = [identifier_entry(one) for one in organisation.identifiers]
    if identifiers:
        node["otherIdentifier"] = identifiers
    if organisation.logo is not None:
        node["image"] = {"id": Image().write(organisation.logo), "type": "Image"}
    return node


def identifier_entry(identifier: Identifier) -> JsonObject:
    """Write an identifier with the name of its scheme."""
    return {
        "type": "IdentifierEntry",
        "identifier": identifier.value,
        "identifierType": extended(identifier.scheme),
    }


def _address(organisation: Organisation, language: str) -> JsonObject | None:
    place = organisation.places[0] if organisation.places else None
    if place is None:
        return None
    node: JsonObject = {"type": ["Address"]}
    if place.country is not None:
        code = countries.alpha2(place.country.iri)
        if code is not None:
            node["addressCountryCode"] = code
        if place.country.label is not None:
            node["addressCountry"] = place.country.label.best(language).text
    if place.region is not None and place.region.label is not None:
        node["addressRegion"] = place.region.label.best(language).text
    if place.address is not None:
        node["streetAddress"] = place.address.best(language).text
    return node if len(node) > 1 else None


def read_profile(value: Json, at: At, reading: Reading) -> Organisation | None:
    """Read a Profile, or the address that stands for one; None when it names nobody."""
    node: JsonObject = value if isinstance(value, dict) else {"id": value}
    id = node.get("id")
    if not isinstance(id, str) or not is_uri(id):
        reading.remark("profile", "A profile has no id that is an absolute address.", at)
        return None
    fields: dict[str, Any] = {
        "legal_name": text_or_none(node, "name", at.to("name", "legal_name"), reading),
        "identifiers": with_did(id, _identifiers(node)),
        "places": _places(node),
        "homepage": _word(node, "url"),
        "email": _word(node, "email"),
    }
    for field, member in (
        ("legal_name", "name"),
        ("identifiers", "otherIdentifier"),
        ("places", "address"),
        ("homepage", "url"),
        ("email", "email"),
    ):
        reading.note(at.to(member, field))
    logo = node.get("image")
    picture = logo.get("id") if isinstance(logo, dict) else logo
    if isinstance(picture, str) and picture.startswith("data:"):
        fields["logo"] = Image().read(picture, at.to("image", "logo"), reading)
    return _built(id, fields, at, reading)


def _built(id: str, fields: dict[str, Any], at: At, reading: Reading) -> Organisation | None:
    """Build it; of what the model refuses only id and name stay."""
    kept = {name: value for name, value in fields.items() if value not in (None, REFUSED)}
    made = reading.attempt(lambda: Organisation(id=id, **kept), at)
    if isinstance(made, Organisation):
        return made
    return Organisation(id=id, legal_name=fields["legal_name"])


def _word(node: JsonObject, member: str) -> str | None:
    value = node.get(member)
    return value if isinstance(value, str) and value.strip() else None


def _identifiers(node: JsonObject) -> tuple[Identifier, ...]:
    stated = node.get("otherIdentifier")
    entries = stated if isinstance(stated, list) else [stated]
    found = [read_identifier(one) for one in entries[:MOST_VALUES]]
    return tuple(one for one in found if one is not None)


def read_identifier(node: Json) -> Identifier | None:
    """Read an IdentifierEntry; a value that is none of its scheme keeps the name it has there."""
    if not isinstance(node, dict):
        return None
    value, kind = node.get("identifier"), node.get("identifierType")
    if not isinstance(value, str) or not isinstance(kind, str):
        return None
    if not value.strip() or not kind.strip():
        return None
    word = kind.removeprefix("ext:")
    scheme = _KNOWN.get(kind.lower(), word if word in _SCHEMES else None)
    if scheme is not None:
        try:
            return Identifier.parse(scheme, value)
        except ModelError:
            pass
    return Identifier(scheme=kind, value=value)


def _places(node: JsonObject) -> tuple[Place, ...]:
    address = node.get("address")
    if not isinstance(address, dict):
        return ()
    country = None
    for member in ("addressCountryCode", "addressCountry"):
        stated = address.get(member)
        iri = countries.iri(stated) if isinstance(stated, str) and 0 < len(stated) < 60 else None
        country = country or (_country(iri) if iri else None)
    lines = [
        address[member]
        for member in ("streetAddress", "postalCode", "addressLocality", "addressRegion")
        if isinstance(address.get(member), str) and address[member].strip()
    ]
    text = Text.of(", ".join(lines)) if lines else None
    return (Place(country=country, address=text),) if country or text else ()


def _country(iri: str) -> Concept | None:
    entry = vocab.by_iri(iri)
    return Concept.of(entry) if entry else None

"""Single values as the EDC schema of EBSI has them, where they differ from `vcdm`.

A language is one of ISO 639-1; a concept may have a notation instead of an id; a web page is
a node; a scheme is a node. None of them makes a JSON-LD context or a schema here: both are
the pilot's.

Source: dc4eu/educational-pilot, edc-w3c-vcdm_schema.json.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tessera import vocab
from tessera.errors import ModelError
from tessera.formats.vcdm.reading import REFUSED, Place, Reading
from tessera.formats.vcdm.shapes import Scheme, Words
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.formats.vcdm.texts import read_text
from tessera.model import Concept, Identifier, Link, Text
from tessera.model.checks import is_uri
from tessera.vocab import languages

COUNTRIES = "http://publications.europa.eu/resource/authority/country"


class Unschemed:
    """Makes no context and no JSON Schema: both are the pilot's own."""

    def coercion(self) -> JsonObject:
        return {}

    def schema(self, definitions: JsonObject) -> JsonObject:  # noqa: ARG002
        return {}


def is_language(tag: str) -> bool:
    """Tell whether the schema knows this language: two letters of ISO 639-1."""
    return len(tag) == 2 and languages.authority_code(tag) is not None


def narrowed(text: Text) -> dict[str, str]:
    """The text in languages of two letters; where there is none, under English.

    A regional form stands in for its language where that itself is not there.
    """
    found = {tag: said for tag, said in text.entries if is_language(tag)}
    for tag, said in text.entries:
        base = tag.split("-")[0]
        if is_language(base):
            found.setdefault(base, said)
    return found or {"en": text.entries[0][1]}


@dataclass(frozen=True, slots=True)
class Spoken(Unschemed):
    """A text in one or several languages."""

    def write(self, value: Text) -> JsonObject:
        return narrowed(value)

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        return read_text(value, place, reading)


@dataclass(frozen=True, slots=True)
class Name(Unschemed):
    """A name of a person: one text in one language, which the model does not keep."""

    language: str = "en"

    def write(self, value: str) -> JsonObject:
        return {self.language: value}

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        text = read_text(value, place, reading)
        return text.entries[0][1] if isinstance(text, Text) else text


@dataclass(frozen=True, slots=True)
class Noted(Unschemed):
    """A text as a Note."""

    def write(self, value: Text) -> JsonObject:
        return {"type": "Note", "noteLiteral": narrowed(value)}

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        if isinstance(value, list) and value:
            return self.read(value[0], place.to(0), reading)
        if isinstance(value, dict) and "noteLiteral" in value:
            return read_text(value["noteLiteral"], place.to("noteLiteral"), reading)
        return reading.remark("text", "A note is expected here.", place)


def concept_node(concept: Concept, notation: str | None = None) -> JsonObject:
    """A concept with its scheme and label; with a notation where the profile asks for one."""
    node: JsonObject = {"id": concept.iri, "type": "Concept"}
    if concept.scheme is not None:
        node["inScheme"] = {"id": concept.scheme, "type": "ConceptScheme"}
    if concept.label is not None:
        node["prefLabel"] = narrowed(concept.label)
    if notation is not None:
        node["notation"] = notation
    return node


@dataclass(frozen=True, slots=True)
class Listed(Unschemed):
    """A concept; one without id is looked up by its notation in the list named here."""

    list_id: str = ""

    def write(self, value: Concept) -> JsonObject:
        return concept_node(value)

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        if not isinstance(value, dict):
            return reading.remark("concept", "A concept is expected here.", place)
        id = value.get("id")
        if not isinstance(id, str):
            return self._by_notation(value.get("notation"), place, reading)
        raw = value.get("prefLabel")
        label = read_text(raw, place.to("prefLabel"), reading) if raw else None
        scheme = value.get("inScheme")
        scheme = scheme.get("id") if isinstance(scheme, dict) else scheme
        return reading.attempt(
            lambda: Concept(
                iri=id,
                scheme=scheme if isinstance(scheme, str) and is_uri(scheme) else None,
                label=label if isinstance(label, Text) else None,
            ),
            place,
        )

    def _by_notation(self, notation: Json, place: Place, reading: Reading) -> Any:
        if self.list_id and isinstance(notation, str):
            entry = vocab.find(self.list_id, notation)
            if entry is not None and entry.code.lower() == notation.strip().lower():
                return Concept.of(entry)
        return reading.remark("concept", "A concept has neither an id nor a known code.", place)


@dataclass(frozen=True, slots=True)
class Country(Unschemed):
    """A country by its concept, or by the code of two letters that the examples have."""

    def write(self, value: Concept) -> JsonObject:
        return concept_node(value)

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        if isinstance(value, dict) and "id" not in value:
            from tessera.vocab import countries

            code = value.get("notation")
            iri = countries.iri(code) if isinstance(code, str) and len(code) < 4 else None
            if iri is not None:
                return Concept.named("country", iri)
        return Listed().read(value, place, reading)


@dataclass(frozen=True, slots=True)
class EqfLevel(Unschemed):
    """A level of the EQF, with the notation that the profile demands."""

    def write(self, value: int) -> JsonObject:
        return concept_node(Concept.named("eqf", str(value)), str(value))

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        node = value if isinstance(value, dict) else {}
        said = f"{node.get('id') or ''}/{node.get('notation') or ''}".strip("/")
        for level in range(1, 9):
            if said.endswith(str(level)) and len(said) < 60:
                return level
        return reading.remark("eqf", "The EQF level is none of the eight.", place)


@dataclass(frozen=True, slots=True)
class Page(Unschemed):
    """A web address as a WebResource."""

    def write(self, value: str) -> JsonObject:
        return {"type": "WebResource", "contentURL": value}

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        found = LinkShape().read(value, place, reading)
        return found.url if isinstance(found, Link) else found


@dataclass(frozen=True, slots=True)
class LinkShape(Unschemed):
    """A web page with its title."""

    def write(self, value: Link) -> JsonObject:
        title = {"title": narrowed(value.title)} if value.title else {}
        return {**Page().write(value.url), **title}

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        node = value[0] if isinstance(value, list) and value else value
        url = node.get("contentURL") if isinstance(node, dict) else node
        if not isinstance(url, str):
            return reading.remark("address", "A web page is expected here.", place)
        raw = node.get("title") if isinstance(node, dict) else None
        title = read_text(raw, place.to("title"), reading) if raw else None
        return reading.attempt(
            lambda: Link(url=url, title=title if isinstance(title, Text) else None), place
        )


@dataclass(frozen=True, slots=True)
class IdentifierShape(Unschemed):
    """An identifier; one with a country is a LegalIdentifier. legal: always one.

    scheme: what an identifier without a schemeId is one of.
    """

    scheme: str = "identifier"
    legal: bool = False

    def write(self, value: Identifier) -> JsonObject:
        node: JsonObject = {"type": "Identifier", "notation": value.value}
        if not self.legal:
            node["schemeId"] = Scheme().write(value.scheme)
        if value.name is not None:
            node["schemeName"] = value.name
        country = self._country(value)
        if country is not None:
            node |= {"type": "LegalIdentifier", "spatial": concept_node(country)}
        return node

    def is_legal(self, value: Identifier) -> bool:
        """Tell whether it becomes a LegalIdentifier: with a country that we know."""
        return self._country(value) is not None

    def _country(self, value: Identifier) -> Concept | None:
        """The country that a legal identifier states, else the one its number begins with."""
        from tessera.vocab import countries

        said = value.country
        if said is None and self.legal:
            said = value.value[3:5]
        iri = countries.iri(said) if said else None
        return Concept.named("country", iri) if iri else None

    def read(self, value: Json, place: Place, reading: Reading) -> Any:
        node = value[0] if isinstance(value, list) and value else value
        if not isinstance(node, dict):
            return reading.remark("identifier", "An identifier is expected here.", place)
        notation = Words().read(node.get("notation"), place.to("notation"), reading)
        if notation is REFUSED:
            return REFUSED
        stated = node.get("schemeId")
        scheme = Scheme().read(stated, place, reading) if stated else self.scheme
        name, country = node.get("schemeName"), None
        if not self.legal and isinstance(node.get("spatial"), dict):
            country = _alpha2(node["spatial"])
        return self._built(
            scheme if isinstance(scheme, str) else self.scheme,
            notation,
            {"name": name if isinstance(name, str) else None, "country": country},
        )

    @staticmethod
    def _built(scheme: str, value: str, more: dict[str, str | None]) -> Identifier:
        """The identifier; a number that does not fit its scheme is kept under another name."""
        try:
            return Identifier(scheme=scheme, value=value, **more)
        except ModelError:
            return Identifier(scheme=f"{scheme}-other", value=value, **more)


def _alpha2(node: JsonObject) -> str | None:
    from tessera.vocab import countries

    said = node.get("id", node.get("notation"))
    return countries.alpha2(said) if isinstance(said, str) and len(said) < 100 else None

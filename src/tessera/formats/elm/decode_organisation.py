"""Organisations and quality assurance, read back. The other half of `encode_organisation`.

An organisation is read once, however often it is referred to; one that is its
own agency, by whatever detour, is left out there instead of going in circles.
"""

from __future__ import annotations

from dataclasses import replace

from tessera import vocab
from tessera.formats.elm import wire
from tessera.formats.elm.decode_parts import (
    Notes,
    documents,
    identifier,
    identifiers,
    note_text,
    picture,
)
from tessera.formats.elm.encode_organisation import (
    DEFAULT_ASSURANCE_TITLE,
    assurance_title,
    is_accreditation,
)
from tessera.formats.elm.node import Node
from tessera.formats.elm.reading import Reader
from tessera.formats.elm.wire import Json
from tessera.model import Concept, Identifier, Link, Organisation, Place, QualityAssurance, Text
from tessera.model.assurance import AssuranceScope

_NOTE_PREFIX = f"{wire.NOTES}:quality-assurance-"
_LEGAL = (
    ("eIDASIdentifier", ("eidas-legal", "eIDASIdentifier"), 1),
    ("registration", ("registration",), 1),
    ("vatIdentifier", ("vat", "vatIdentifier"), 100),
    ("taxIdentifier", ("taxIdentifier",), 100),
)


class Organisations:
    """The organisations of one document, each read once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._read: dict[str, Organisation | None] = {}
        self._places: dict[str, dict[str, str]] = {}

    def under(
        self, node: Node, member: str, model: str, *, most: int = 1_000
    ) -> list[Organisation]:
        """The organisations under a member; persons and what is none stay as residue.

        model: JSON Pointer of where the first goes, with {} for its number.
        """
        found: list[Organisation] = []
        rest: list[Json] = []
        for value, path in node.items(member):
            resolved = node.resolve(value, path)
            one = None
            if resolved is not None and len(found) < most:
                one = self._one(Node(self.reader, *resolved, role=""), model.format(len(found)))
            if one is None:
                rest.append(value)
            else:
                found.append(one)
        node.left(member, rest)
        return found

    def _one(self, node: Node, model: str) -> Organisation | None:
        id = node.id
        if "Person" in node.types:
            return None
        if id is None:
            id = f"{wire.LOCAL_PREFIX}anonymous:{len(self._read) + 1}"
        if id not in self._read:
            self._read[id] = None  # while it is being read it is not there: no circles
            self._places[id] = _places_of(node)
            self._read[id] = self._build(node, id)
        for member, path in self._places[id].items():
            self.reader.places[model + member] = path
        return self._read[id]

    def _build(self, node: Node, id: str) -> Organisation | None:
        node.role = f"org:{id}"
        notes = Notes(node)
        assurance = (*self.accreditations(node), *self.assurance_notes(notes, node.role))
        pages = documents(
            node,
            "homepage",
            lambda kind, at: f"{node.role}/homepage/{'policy' if kind else at}",
        )
        policy = [link.url for link in pages.get("recognition-policy", [])[:1]]
        home = pages.get("", [])
        self._spare_pages(node, home)
        kinds = node.concepts("dcType", most=1)
        read = {
            "legal_name": node.text("legalName"),
            "other_names": _alternatives(node),
            "kind": kinds[0] if kinds else None,
            "identifiers": (*_legal(node), *identifiers(node)),
            "places": tuple(_places(node)),
            "homepage": home[0].url if home else None,
            "email": email(node),
            "logo": picture(node, "logo", f"{node.role}/logo/0"),
            "quality_assurance": assurance,
            "recognition_policy": policy[0] if policy else None,
        }
        notes.close()
        name, places = read["legal_name"], read["places"]
        complete = name is not None and any(place.country for place in places)  # type: ignore[union-attr]
        node.close("Organisation" if complete else "Agent", id_is_known=True)
        own = wire.model_id(id, self.reader.award_id)
        return self.reader.attempt(lambda: Organisation(id=own, **read), node.path)  # type: ignore[arg-type]

    def _spare_pages(self, node: Node, home: list[Link]) -> None:
        """A second home page has no place in the model: keep it, and forget its role."""
        raw = [value for value, path in node.items("homepage")]
        if len(home) > 1:
            node.reader.keep(node.role, "+homepage", raw[1:])
            for at in range(1, len(home)):
                node.reader.forget(f"{node.role}/homepage/{at}")

    def accreditations(self, node: Node) -> list[QualityAssurance]:
        """The Accreditations under a node."""
        found: list[QualityAssurance] = []
        rest: list[Json] = []
        for value, path in node.items("accreditation"):
            resolved = node.resolve(value, path)
            one = None
            if resolved is not None:
                role = f"{node.role}/accreditation/{len(found)}"
                one = self._assurance(
                    Node(self.reader, *resolved, role=role),
                    AssuranceScope.EXTERNAL,
                    "Accreditation",
                )
            if one is None or not is_accreditation(one):
                rest.append(value)
                if one is not None:
                    self.reader.forget(f"{node.role}/accreditation/{len(found)}")
            else:
                found.append(one)
        node.left("accreditation", rest)
        return found

    def assurance_notes(self, notes: Notes, role: str) -> list[QualityAssurance]:
        """The quality assurance that we wrote as Notes."""
        found: list[QualityAssurance] = []
        scopes = {_NOTE_PREFIX + scope.value: scope for scope in AssuranceScope}
        for one in notes.pick(lambda subject: subject in scopes):
            scope = scopes[notes.subject(one) or ""]
            one.role = f"{role}/assurance/{len(found)}"
            one.left("subject", [])
            read = self._assurance(one, scope, "Note")
            if read is None:
                notes.give_back(one)
            else:
                found.append(read)
        return found

    def _assurance(self, node: Node, scope: AssuranceScope, type: str) -> QualityAssurance | None:
        agency = self.under(node, "accreditingAgent", node.role + "/{}", most=1)
        kind = node.concept("dcType")
        title, statement = node.text("title"), node.text("description")
        if type == "Note":
            text = node.text("noteLiteral")
            statement = statement or (text if _is_news(text, title, kind) else None)
        read = {
            "scope": scope,
            "title": title,
            "kind": kind,
            "standard": _standard(node),
            "agency": agency[0] if agency else None,
            "statement": statement,
            "decision": _decision(node),
            "report": _address(node, "report"),
            "policy": _address(node, "landingPage"),
            "valid_from": node.day("valid"),
            "valid_until": node.day("expiryDate"),
        }
        node.close(type)
        one = self.reader.attempt(lambda: QualityAssurance(**read), node.path)  # type: ignore[arg-type]
        if one is not None and type == "Accreditation" and one.title == assurance_title(one):
            one = replace(one, title=None)
        return one


def _places_of(node: Node) -> dict[str, str]:
    """Where the elements of an organisation stand, by pointers relative to it in the model."""
    names = {
        "legal_name": "legalName",
        "places": "location",
        "identifiers": "identifier",
        "quality_assurance": "accreditation",
        "homepage": "homepage",
    }
    places = {"": node.path, **{f"/{field}": node.at(name) for field, name in names.items()}}
    for at, (value, path) in enumerate(node.items("location")[:50]):
        found = node.resolve(value, path)
        if found is None:
            continue
        location = Node(node.reader, *found, role="")
        places[f"/places/{at}/region"] = location.at("spatialCode")
        for one, where in location.items("address")[:1]:
            address = location.resolve(one, where)
            if address is not None:
                places[f"/places/{at}/country"] = f"{address[1]}/countryCode"
    return places


def _is_news(text: Text | None, title: Text | None, kind: object) -> bool:
    """Whether the text of the note is more than the title or a stop-gap."""
    label = getattr(kind, "label", None)
    return text is not None and text not in (title, label, DEFAULT_ASSURANCE_TITLE)


def _standard(node: Node) -> Concept | None:
    notes = Notes(node)
    is_standard = vocab.scheme("quality-standard") + ":"
    found = notes.pick(lambda subject: (subject or "").startswith(is_standard), most=1)
    notes.close()
    if not found:
        return None
    concept = found[0].concept("subject")
    note_text(found[0], f"{node.role}/standard/0", has_subject=True)
    return concept


def _decision(node: Node) -> Text | None:
    concept = node.child("decision", f"{node.role}/decision")
    if concept.is_empty:
        return None
    text = concept.text("prefLabel")
    if text is None or concept.id is None or not concept.id.startswith(wire.LOCAL_PREFIX):
        node.reader.keep(node.role, "decision", node.view["decision"])
    return text


def _address(node: Node, member: str) -> str | None:
    found = documents(node, member, lambda _, at: f"{node.role}/{member}/{at}")
    links = [link for group in found.values() for link in group]
    return links[0].url if links else None


def _legal(node: Node) -> list[Identifier]:
    found: list[Identifier] = []
    for member, schemes, most in _LEGAL:
        rest: list[Json] = []
        read: list[Identifier] = []
        for value, path in node.items(member):
            resolved = node.resolve(value, path)
            role = f"{node.role}/{member}/{len(read)}"
            one = None
            if resolved is not None and len(read) < most:
                one = identifier(Node(node.reader, *resolved, role=role), *schemes)
            if one is None:
                rest.append(value)
            else:
                read.append(one)
        node.left(member, rest)
        found += read
    return found


def _alternatives(node: Node) -> tuple[Text, ...]:
    """Other names: the first of each language together, then the second."""
    raw = node.view.get("altLabel")
    rows: list[dict[str, str]] = []
    values = raw.items() if isinstance(raw, dict) else ()
    for tag, given in values:
        texts = [text for text in wire.as_list(given) if isinstance(text, str) and text.strip()]
        for at, text in enumerate(texts[:50]):
            if at == len(rows):
                rows.append({})
            rows[at][tag] = text
    built = [node.reader.attempt(lambda: Text.of(row), node.at("altLabel")) for row in rows]  # noqa: B023
    names = tuple(one for one in built if one is not None)
    merged: dict[str, list[str]] = {}
    for name in names:
        for tag, text in name.entries:
            merged.setdefault(tag, []).append(text)
    if raw is not None:
        node.same("altLabel", {tag: wire.compacted(list(texts)) for tag, texts in merged.items()})
    return names


def _places(node: Node) -> list[Place]:
    places: list[Place] = []
    for one in node.children("location", lambda at: f"{node.role}/location/{at}"):
        address = one.child("address", f"{one.role}/address/0")
        countries = address.concepts("countryCode", most=1)
        full = address.child("fullAddress", f"{address.role}/fullAddress/0")
        text = full.text("noteLiteral")
        full.close("Note")
        address.close("Address")
        regions = one.concepts("spatialCode", most=1)
        one.close("Location")
        country = countries[0] if countries else None
        places.append(Place(country=country, region=regions[0] if regions else None, address=text))
    return places


def email(node: Node) -> str | None:
    """The mail address of a node's contact point."""
    contact = node.child("contactPoint", f"{node.role}/contactPoint/0")
    found = None
    for value, path in contact.items("emailAddress")[:1]:
        resolved = contact.resolve(value, path)
        id = resolved[0].get("id") if resolved else value
        if isinstance(id, str) and id.lower().startswith("mailto:"):
            text = id[len("mailto:") :]
            if "@" in text and " " not in text:
                contact.same("emailAddress", {"id": f"mailto:{text}", "type": "Mailbox"})
                found = text
            else:
                contact.reader.remark("email", f"'{text[:60]}' is no mail address.", path)
    contact.close("ContactPoint")
    if found is None:
        node.give_back("contactPoint", contact)
    return found

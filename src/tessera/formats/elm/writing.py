"""The pen of the encoder: numbers objects, writes each small node, puts residue back.

Every node has a role, the way to it from the top ("claim/provenBy/0"). What a
decoded document held beyond the model is kept by role in `Award.residue["elm"]`:
a plain member is added, "+member" is appended to what the encoder wrote, and
"~member" holds [as it was, as we write it], used only while we would write that.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from tessera import vocab
from tessera.formats.elm import wire
from tessera.formats.elm.objects import strings_in
from tessera.formats.elm.wire import Json, JsonObject
from tessera.model import Concept, Link, Organisation, Picture, Text
from tessera.model.checks import is_uri
from tessera.vocab import languages


def number_text(number: Decimal) -> str:
    """Write a number without exponent and without superfluous zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


def listed(iri: str, scheme: str | None = None) -> JsonObject:
    """A concept of one of our lists by its IRI, with its English label; never with residue."""
    entry = vocab.by_iri(iri)
    node: JsonObject = {"id": iri, "type": "Concept"}
    stated = entry.scheme if entry else scheme
    if stated is not None:
        node["inScheme"] = {"id": stated, "type": "ConceptScheme"}
    if entry is not None:
        node["prefLabel"] = {"en": entry.label}
    return node


def spoken(tag: str) -> JsonObject | None:
    """A language by its BCP 47 tag; None where the authority table has no code."""
    code = languages.authority_code(tag)
    return None if code is None else listed(f"{wire.LANGUAGE_SCHEME}/{code}")


class Writer:
    """Writes the nodes of one document.

    residue: by role, see the module. language: tag for single texts such as names.
    """

    def __init__(self, award_id: str, language: str, residue: Mapping[str, Any]) -> None:
        self.award_id = award_id
        self.language = language
        self.residue = residue
        self.organisations: dict[str, Organisation] = {}
        self.written: set[str] = set()  # roles of the organisations that stand in full
        self.assessments: dict[str, str] = {}
        self.awarding_process: str | None = None
        self._taken = strings_in(dict(residue)) if residue else set()
        self._numbers: Counter[str] = Counter()

    def fresh(self, kind: str) -> str:
        """Return the next id "urn:epass:<kind>:<n>" that nothing else has."""
        while True:
            self._numbers[kind] += 1
            id = f"{wire.LOCAL_PREFIX}{kind}:{self._numbers[kind]}"
            if id not in self._taken:
                return id

    def reserve(self, ids: Iterable[str]) -> None:
        """Keep ids that are written as they are from being given to something else."""
        self._taken.update(wire.LOCAL_PREFIX + id for id in ids)

    def named(self, kind: str, key: str, name: str) -> tuple[str, list[Json]]:
        """The wire id of a part with a short name, and the key that keeps the name if needed."""
        if is_uri(name) and name.startswith(("http://", "https://", "urn:")):
            return name, []
        if name.startswith(kind + ":") and is_uri(name):
            return wire.LOCAL_PREFIX + name, []
        return self.fresh(kind), [self.key(key, name)]

    def node(self, role: str, type: str, id: str, members: Mapping[str, Json]) -> JsonObject:
        """Build a node: id, type, what is there of the members, then the residue of its role."""
        node: JsonObject = {"id": id, "type": type}
        for member, value in members.items():
            if value is None or value == [] or value == {}:
                continue
            node[member] = wire.compacted(value) if isinstance(value, list) else value
        self.restore(role, node)
        return node

    def restore(self, role: str, node: JsonObject) -> None:
        """Put back what a decoded document held here beyond the model."""
        extra = self.residue.get(role)
        if not isinstance(extra, Mapping):
            return
        for key, value in extra.items():
            if key.startswith("+"):
                kept = wire.as_list(node.get(key[1:])) + wire.as_list(value)
                node[key[1:]] = wire.compacted(kept)
            elif key.startswith("~"):
                self._reword(node, key[1:], value)
            else:
                node[key] = value

    @staticmethod
    def _reword(node: JsonObject, member: str, value: Json) -> None:
        """Put back the wording of the original, but only for what still says the same."""
        was, written = value
        if node.get(member) == written:
            node[member] = was
            if was is None:
                del node[member]

    def concept(self, concept: Concept, scheme: str | None = None) -> JsonObject:
        """Write a concept with its scheme (ours, else the vocabulary's, else `scheme`)."""
        stated = concept.scheme
        if stated is None:
            entry = vocab.by_iri(concept.iri)
            stated = entry.scheme if entry else scheme
        node: JsonObject = {"id": concept.iri, "type": "Concept"}
        if stated is not None:
            node["inScheme"] = {"id": stated, "type": "ConceptScheme"}
        if concept.label is not None:
            node["prefLabel"] = concept.label.as_dict()
        self.restore(f"concept:{concept.iri}", node)
        return node

    def concepts(self, concepts: Iterable[Concept], scheme: str | None = None) -> list[Json]:
        return [self.concept(concept, scheme) for concept in concepts]

    def own(self, scheme: str, key: str, label: str) -> JsonObject:
        """Write a concept of one of the schemes that we documented for this format."""
        text = Text.of({"en": label})
        return self.concept(Concept(iri=f"{scheme}:{key}", scheme=scheme, label=text))

    def note(self, role: str, text: Mapping[str, str] | None, key: str | None = None) -> Json:
        """Write a Note; `key` says by its subject what kind of remark it is."""
        if text is None:
            return None
        subject = self.own(wire.NOTES, key, wire.NOTE_LABELS[key]) if key else None
        return self.node(
            role, "Note", self.fresh("note"), {"subject": subject, "noteLiteral": dict(text)}
        )

    def web(self, role: str, link: Link, key: str | None = None) -> JsonObject:
        """Write a WebResource; `key` says by its type what it is good for."""
        kind = self.own(wire.DOCUMENTS, key, wire.DOCUMENT_LABELS[key]) if key else None
        title = link.title.as_dict() if link.title else None
        members = {"contentURL": link.url, "title": title, "dcType": kind}
        return self.node(role, "WebResource", self.fresh("webResource"), members)

    def key(self, name: str, value: str) -> JsonObject:
        """Write one of our own keys as an Identifier: ELM has no member for it."""
        return {
            "id": self.fresh("identifier"),
            "type": "Identifier",
            "schemeId": f"{wire.KEYS}:{name}",
            "schemeName": wire.KEY_LABELS[name],
            "notation": value,
        }

    def picture(self, role: str, picture: Picture) -> JsonObject:
        """Write a picture as a MediaObject in base64."""
        members = {
            "content": base64.b64encode(picture.content).decode("ascii"),
            "contentEncoding": listed(wire.BASE64),
            "contentType": listed(f"{wire.FILE_TYPE_SCHEME}/{wire.FILE_TYPES[picture.media_type]}"),
        }
        return self.node(role, "MediaObject", self.fresh("mediaObject"), members)

    def name(self, text: str | None) -> JsonObject | None:
        """Write a name of a person: one literal in one language."""
        return None if text is None else {self.language: text}


def as_map(text: Text | None) -> dict[str, str] | None:
    """A text as a JSON-LD language map."""
    return None if text is None else text.as_dict()

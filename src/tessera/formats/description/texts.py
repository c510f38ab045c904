"""Texts for people, in one or many languages, and values of controlled lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tessera import vocab
from tessera.errors import ModelError
from tessera.formats.description.node import Kind, Node
from tessera.formats.description.scalars import URI, Words
from tessera.formats.description.shape import REFUSED, At, Plain, Reading
from tessera.model import Concept, Text

_TAG = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"
_FEW = 24  # lists up to this length are told whole
_MEMBERS = frozenset({"iri", "scheme", "label"})
_IRI = Words(URI, "an absolute address (IRI)")


@dataclass(frozen=True, slots=True)
class Multilingual:
    """A text: plain in the language of the file, or keyed by languages."""

    def read(self, node: Node, at: At, reading: Reading) -> Any:
        if node.kind is Kind.MAPPING:
            return self._keyed(node, at, reading)
        text = node.string
        if text is None:
            return reading.refuse(
                node, at, f"Here stands {node}; write a text, or texts under language tags."
            )
        if reading.language is None:
            return reading.refuse(
                node,
                at,
                "In which language is this? Write 'language: en' at the top of the file, or put "
                "the text under its language tag (en: …).",
            )
        return _text({reading.language: text}, node, at, reading)

    def _keyed(self, node: Node, at: At, reading: Reading) -> Any:
        texts: dict[str, str] = {}
        good = True
        for tag, value in node.members.items():
            if value.is_nothing:
                continue
            reading.note(value, at.member(tag))
            if value.string is None:
                reading.refuse(value, at.member(tag), f"Here stands {value}; write a text.")
                good = False
            else:
                texts[tag] = value.string
        return _text(texts, node, at, reading) if good else REFUSED

    def write(self, value: Text) -> Any:
        return value.as_dict()

    def schema(self, definitions: Plain) -> Plain:
        definitions.setdefault(
            "text",
            {
                "description": "A text in the language of the file, or texts by language tag "
                "(BCP 47).",
                "anyOf": [
                    {"type": "string", "pattern": r"\S"},
                    {
                        "type": "object",
                        "minProperties": 1,
                        "propertyNames": {"pattern": _TAG},
                        "additionalProperties": {"type": ["string", "null"], "pattern": r"\S"},
                    },
                ],
            },
        )
        return {"$ref": "#/$defs/text"}


def _text(texts: dict[str, str], node: Node, at: At, reading: Reading) -> Any:
    try:
        return Text.of(texts)
    except ModelError as error:
        return reading.refuse(node, at, str(error))


@dataclass(frozen=True, slots=True)
class Code:
    """A value of our lists by code, label or IRI; or one of other lists by IRI, scheme, label.

    lists: where it is looked up, in this order; none for lists that we do not hold (ESCO).
    """

    lists: tuple[str, ...] = ()

    def read(self, node: Node, at: At, reading: Reading) -> Any:
        if node.kind is Kind.MAPPING:
            return self._foreign(node, at, reading)
        text = node.string
        if text is None:
            return reading.refuse(
                node, at, f"Here stands {node}; write {self._example()}, as a text."
            )
        for list_id in self.lists:
            entry = vocab.find(list_id, text)
            if entry is not None:
                return Concept.of(entry)
        if not self.lists:
            return self._concept({"iri": text}, node, at, reading)
        return reading.refuse(node, at, self._unknown(text))

    def _example(self) -> str:
        return f"a code such as {vocab.entries(self.lists[0])[0].code}" if self.lists else "an IRI"

    def _unknown(self, text: str) -> str:
        shown = text if len(text) <= 60 else text[:57] + "…"
        name = " or ".join(f"'{one}'" for one in self.lists)
        near = [one.code for list_id in self.lists for one in vocab.suggest(list_id, text)]
        entries = [one for list_id in self.lists for one in vocab.entries(list_id)]
        if len(entries) <= _FEW:
            codes = dict.fromkeys([*near, *(one.code for one in entries)])
            hint = f"There are: {', '.join(codes)}."
        elif near:
            hint = f"Did you mean {', '.join(near)}?"
        else:
            hint = f"A value looks like {entries[0].code} ({entries[0].label})."
        if "://" in text:
            hint += " A value of another list is written with its members iri, scheme and label."
        return f"'{shown}' is not in the list {name}. {hint}"

    def _foreign(self, node: Node, at: At, reading: Reading) -> Any:
        good = True
        values: dict[str, Any] = {}
        for name, value in node.members.items():
            place = at.member(name)
            if name not in _MEMBERS:
                message = f"'{name[:60]}' does not belong here: iri, scheme, label."
                found: Any = reading.refuse(value, place, message)
            elif value.is_nothing:
                continue
            elif name == "label":
                found = Multilingual().read(value, place, reading)
            else:
                found = _IRI.read(value, place, reading)
            good = good and found is not REFUSED
            values[name] = found
        if "iri" not in values:
            return reading.refuse(node, at, "A value of another list needs its iri.")
        return self._concept(values, node, at, reading) if good else REFUSED

    def _concept(self, values: dict[str, Any], node: Node, at: At, reading: Reading) -> Any:
        try:
            return Concept(**values)
        except ModelError as error:
            return reading.refuse(node, at, str(error))

    def write(self, value: Concept) -> Any:
        code = self._code(value)
        if code is not None:
            return code
        if not self.lists and value == Concept(iri=value.iri):
            return value.iri
        written: dict[str, Any] = {"iri": value.iri}
        if value.scheme is not None:
            written["scheme"] = value.scheme
        if value.label is not None:
            written["label"] = Multilingual().write(value.label)
        return written

    def _code(self, value: Concept) -> str | None:
        """Return the code that reads back to exactly this concept, or None."""
        entry = vocab.by_iri(value.iri)
        if entry is None or Concept.of(entry) != value:
            return None
        for list_id in self.lists:  # the first list that knows the code is the one that reads it
            found = vocab.find(list_id, entry.code)
            if found is not None:
                return entry.code if found.iri == value.iri else None
        return None

    def schema(self, definitions: Plain) -> Plain:
        text = Multilingual().schema(definitions)
        definitions.setdefault(
            "concept",
            {
                "description": "A value of a list that Tessera does not hold.",
                "type": "object",
                "properties": {
                    "iri": {"type": "string", "pattern": URI},
                    "scheme": {"anyOf": [{"type": "string", "pattern": URI}, {"type": "null"}]},
                    "label": {"anyOf": [text, {"type": "null"}]},
                },
                "required": ["iri"],
                "additionalProperties": False,
            },
        )
        foreign = {"$ref": "#/$defs/concept"}
        if not self.lists:
            return {"anyOf": [{"type": "string", "pattern": URI}, foreign]}
        codes = [one.code for list_id in self.lists for one in vocab.entries(list_id)]
        name = " or ".join(self.lists)
        known: list[Plain] = []
        if len(codes) <= _FEW:
            known.append({"enum": codes})
        known.append({"type": "string", "pattern": r"\S", "maxLength": 200})
        return {
            "description": f"A code, label or IRI of the list {name}.",
            "anyOf": [*known, foreign],
        }

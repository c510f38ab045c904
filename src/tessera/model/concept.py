"""A value of a controlled list: an IRI, the scheme it belongs to, and a label.

Our own lists are looked up by short codes (`Concept.named("assessment", "portfolio")`);
a foreign credential may bring a concept we do not hold, with its own label.
"""

from __future__ import annotations

from dataclasses import dataclass

from tessera import vocab
from tessera.errors import ModelError
from tessera.model.checks import need_uri
from tessera.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A concept by IRI; scheme is the IRI of its list, label is for people.

    Not checked: that the IRI is a member of its scheme (`code` is None then).
    """

    iri: str
    scheme: str | None = None
    label: Text | None = None

    def __post_init__(self) -> None:
        need_uri(self.iri, "")
        if self.scheme is not None:
            need_uri(self.scheme, "")

    @classmethod
    def named(cls, list_id: str, text: str) -> Concept:
        """Look a code, IRI or label up in one of our lists.

        Raises: ModelError naming the nearest values when there is none.
        """
        entry = vocab.find(list_id, text)
        if entry is None:
            near = ", ".join(found.code for found in vocab.suggest(list_id, text))
            hint = f" Did you mean {near}?" if near else ""
            raise ModelError(f"'{text[:60]}' is not in the list '{list_id}'.{hint}")
        return cls.of(entry)

    @classmethod
    def of(cls, entry: vocab.Entry) -> Concept:
        """Build from a vocabulary entry, with its English label."""
        return cls(iri=entry.iri, scheme=entry.scheme, label=Text.of({"en": entry.label}))

    @property
    def code(self) -> str | None:
        """Our short code ("written-exam"), or None when no list of ours holds the IRI."""
        entry = vocab.by_iri(self.iri)
        return entry.code if entry else None

    def __str__(self) -> str:
        return str(self.label) if self.label else self.iri

"""One value of a controlled list.

Why here: every room names values of lists by this one type, and only the lists
of countries and languages have names in other languages than English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tessera.vocab import names


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A value: its list, a short code for people, its IRI and its English label.

    code: unique within the list, ignoring case ("written-exam", "IRL", "0613").
    scheme: IRI of the concept scheme that the IRI belongs to.
    label: English; the code where the official list gives no label.
    parent: code of the next broader entry of the same list, or None.
    confirmed: False where the IRI or its meaning was not seen in an official source.
        For levels of "nqf" it says nothing about the mapping to the EQF: ask
        `tessera.vocab.nqf`.
    extra: further columns of the list that are not empty; treat it as read-only.
    """

    list_id: str
    code: str
    iri: str
    scheme: str
    label: str
    parent: str | None = None
    confirmed: bool = True
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)

    def name(self, lang: str) -> tuple[str, str]:
        """Return (text, language of the text) in `lang`, a BCP 47 tag.

        Only countries and languages are known in other languages than English
        (Unicode CLDR, through Babel); everything else, an unknown `lang` and a
        gap in CLDR fall back to the English label, and say so.
        """
        wanted = names.primary(lang)
        code = self.extra.get(names.column(self.list_id) or "")
        if not code or (wanted == "en" and self.label != self.code):
            return self.label, "en"
        text = names.all_names(self.list_id, wanted).get(code)
        return (text, wanted) if text else (self.label, "en")

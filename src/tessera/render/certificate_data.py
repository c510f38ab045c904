"""What stands on a certificate, as data for the page: every text with its language.

Steps: 1 the texts of the award in the wanted language, or honestly in another one,
2 the elements as pairs of label and values, 3 dates, numbers and names of countries as
that language writes them, 4 the colours and the QR code.

Source: Council Recommendation 2022/C 243/02, Annex I (which elements a credential shows).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from tessera import vocab
from tessera.model import Award, Concept, MicroCredential, Organisation, QualityAssurance, Text
from tessera.render.labels import labels
from tessera.vocab.names import primary

_LONGEST_WORD = 40
_BREAK = "\u200b"  # where a word that no line holds may be broken; nothing is drawn
_TURNING = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
_UNBROKEN = "\u00a0"
_LARGEST_LOGO = 2_000_000


@dataclass(frozen=True, slots=True)
class Words:
    """The language of a certificate, its labels, and how it writes dates and numbers."""

    language: str
    labels: Mapping[str, str]

    @classmethod
    def of(cls, language: str) -> Words:
        """Raises: UsageError when it is none of the 24 languages."""
        return cls(primary(language), labels(language))

    def text(self, text: Text, wish: str | None = None) -> dict[str, str]:
        """The text in this language, else in the one it really is in."""
        best = text.best(wish or self.language)
        return said(best.text, best.language)

    def own(self, text: str) -> dict[str, str]:
        """A text of ours in the language of the certificate."""
        return said(text, self.language)

    def concept(self, concept: Concept, family: str) -> dict[str, str]:
        """The name of a value: our label, else the one it brings."""
        label = self.labels.get(f"{family}_{concept.code}")
        if label is not None:
            return self.own(label)
        entry = vocab.by_iri(concept.iri)
        if entry is not None:
            return said(*entry.name(self.language))
        return self.text(concept.label) if concept.label else said(concept.iri, "und")


def said(text: str, language: str) -> dict[str, str]:
    """Return a text with its language for the page; words that no line holds may be broken."""
    words = [_breakable(word) for word in drawable(text).split(" ") if word]
    return {"text": " ".join(words), "lang": primary(language)}


def drawable(text: str) -> str:
    """A text as it may be drawn: composed, without controls and marks that turn its direction.

    Source: Unicode Standard Annex 15 (NFC) and Annex 9 (explicit directional formatting,
    with which one name could be made to look like another).
    """
    signs = (_sign(one) for one in unicodedata.normalize("NFC", text))
    return "".join(signs)


def _sign(one: str) -> str:
    category = unicodedata.category(one)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    if category == "Cs":
        return "\ufffd"
    return "" if one in _TURNING else one


def _breakable(word: str) -> str:
    if len(word) <= _LONGEST_WORD:
        return word
    parts = [word[at : at + _LONGEST_WORD] for at in range(0, len(word), _LONGEST_WORD)]
    return _BREAK.join(parts)


def address_text(address: str) -> str:
    """An address or id that may be broken after its separators."""
    return re.sub(r"([-/:?=&.])", rf"\1{_BREAK}", address)


def day_in_words(day: date, language: str) -> str:
    """Write a day as a certificate in this language does ("20. November 2026")."""
    from babel.dates import format_date

    locale = "en_IE" if primary(language) == "en" else primary(language)
    return _UNBROKEN.join(format_date(day, format="long", locale=locale).split())


def number_in_words(number: Decimal, language: str) -> str:
    """Write a number with the decimal sign of the language."""
    from babel.numbers import format_decimal

    return str(format_decimal(number.normalize(), format="0.###", locale=primary(language)))


def credits_of(award: Award) -> Decimal | None:
    """The ECTS credits that the learner got, else those the micro-credential carries."""
    got = award.achievement.ects
    return got if got is not None else award.micro_credential.workload.ects


def body_names(description: MicroCredential, language: str) -> list[dict[str, str]]:
    """The name of each awarding body, once."""
    words = Words.of(language)
    names = [
        words.text(body.organisation.legal_name)
        for body in description.awarding_bodies
        if body.organisation.legal_name
    ]
    return list({one["text"]: one for one in names}.values())


def page_data(award: Award, language: str) -> dict[str, Any]:
    """Return the texts of the page. Raises: UsageError for a language without labels."""
    words, mc = Words.of(language), award.micro_credential
    amount = credits_of(award)
    learner = award.learner
    issued = award.date_of_issue
    sealer = mc.sealer
    born = learner.date_of_birth
    return {
        "lang": words.language,
        "test": award.is_test,
        "labels": {key: words.own(label)["text"] for key, label in words.labels.items()},
        "title": words.text(mc.title) if mc.title else words.own("–"),
        "learner": said(learner.display_name or "–", "und")["text"],
        "born": day_in_words(born, language) if born else "",
        "bodies": body_names(mc, language),
        "outcomes": [words.text(one.title) for one in mc.learning_outcomes],
        "elements": [[label, values] for label, values in _elements(award, words) if values],
        "place": _places(mc, words),
        "date": day_in_words(issued, language) if issued else "",
        "sealer": words.text(sealer.legal_name) if sealer and sealer.legal_name else None,
        "credits": float(amount or 0),
        "ects": f"{number_in_words(amount, language)} ECTS" if amount is not None else "",
        "id": address_text(award.id),
    }


Element = tuple[str, list[dict[str, str]]]


def _elements(award: Award, words: Words) -> Iterator[Element]:
    """The European standard elements that have no place of their own on the page."""
    mc, label = award.micro_credential, words.labels
    yield label["workload"], _workload(award, words)
    yield label["level"], _levels(mc, words)
    yield label["assessment"], list(_assessments(award, words))
    yield label["participation"], _participation(mc, words)
    yield label["quality"], [_assurance(one, words) for one in mc.quality_assurance]
    if mc.stackability:
        yield label["stacks"], [words.text(one.title) for one in mc.stackability.targets]
    yield label["provided_by"], _names(mc.providers, words)
    if award.valid_until:
        until = day_in_words(award.valid_until.date(), words.language)
        yield label["valid_until"], [words.own(until)]


def _workload(award: Award, words: Words) -> list[dict[str, str]]:
    amount, hours = credits_of(award), award.micro_credential.workload.hours
    parts = []
    if amount is not None:
        parts.append(f"{number_in_words(amount, words.language)} ECTS")
    if hours is not None:
        parts.append(f"{number_in_words(hours, words.language)} h")
    return [words.own(", ".join(parts))] if parts else []


def _levels(mc: MicroCredential, words: Words) -> list[dict[str, str]]:
    first = []
    if mc.level.eqf is not None:
        first.append(f"{words.labels['eqf']} {mc.level.eqf}")
    if mc.level.qf_ehea is not None:
        first.append(words.concept(mc.level.qf_ehea, "cycle")["text"])
    held = [body.nqf_level for body in mc.awarding_bodies if body.nqf_level]
    national = [words.concept(one, "nqf") for one in dict.fromkeys((*mc.level.nqf, *held))]
    sectoral = [said(f"{one.framework} {one.level}", "und") for one in mc.level.sectoral]
    return [*([words.own(", ".join(first))] if first else []), *national, *sectoral]


def _assessments(award: Award, words: Words) -> Iterator[dict[str, str]]:
    """One line per assessment: what it was, of which kind, how supervised, with which result."""
    results = {one.assessment: one for one in award.achievement.results if one.assessment}
    for planned in award.micro_credential.assessments:
        result = results.get(planned.id)
        parts = [words.text(planned.title)] if planned.title else []
        kind = words.concept(planned.kind, "assessment") if planned.kind else None
        if kind and not any(kind["text"].casefold() in one["text"].casefold() for one in parts):
            parts.append(kind)
        supervision = (result and result.supervision) or planned.supervision
        if supervision:
            parts.append(_supervision(supervision, words))
        grade = words.text(result.grade)["text"] if result and result.grade else ""
        yield _joined(parts, words, grade)


def _joined(parts: list[dict[str, str]], words: Words, grade: str) -> dict[str, str]:
    texts = [one["text"] for one in parts]
    line = ", ".join(texts) + (f": {grade}" if grade and texts else grade)
    languages = {one["lang"] for one in parts}
    return {"text": line, "lang": languages.pop() if len(languages) == 1 else words.language}


def _supervision(concept: Concept, words: Words) -> dict[str, str]:
    watched, _, identified = (concept.code or "").partition("-with")
    if watched not in ("supervised", "unsupervised"):
        return words.concept(concept, "supervision")
    identity = "identity_not_verified" if identified.startswith("out") else "identity_verified"
    return words.own(f"{words.labels[watched]}, {words.labels[identity]}")


def _participation(mc: MicroCredential, words: Words) -> list[dict[str, str]]:
    how = mc.participation
    parts = [words.concept(one, "mode")["text"] for one in how.modes]
    parts += [words.concept(one, "language")["text"] for one in how.languages]
    return [words.own(", ".join(parts))] if parts else []


def _assurance(stated: QualityAssurance, words: Words) -> dict[str, str]:
    parts = []
    name = stated.title or stated.statement
    if name:
        parts.append(words.text(name))
    if stated.standard:
        parts.append(words.concept(stated.standard, "standard"))
    if stated.agency and stated.agency.legal_name:
        parts.append(words.text(stated.agency.legal_name))
    if stated.valid_until:
        until = day_in_words(stated.valid_until, words.language)
        parts.append(words.own(words.labels["until"].format(date=until)))
    return _joined(parts, words, "")


def _names(organisations: Iterable[Organisation], words: Words) -> list[dict[str, str]]:
    return [words.text(one.legal_name) for one in organisations if one.legal_name]


def _places(mc: MicroCredential, words: Words) -> str:
    """The countries of the awarding bodies, each once."""
    countries = [one.organisation.country for one in mc.awarding_bodies]
    names = [words.concept(one, "country")["text"] for one in countries if one]
    return ", ".join(dict.fromkeys(names))


def logo_data(description: MicroCredential) -> list[dict[str, Any]]:
    """The logos of the awarding bodies as lists of octets, at most three."""
    pictures = [body.organisation.logo for body in description.awarding_bodies]
    kinds = {"image/png": "png", "image/jpeg": "jpg", "image/svg+xml": "svg"}
    return [
        {"format": kinds[one.media_type], "content": list(one.content)}
        for one in dict.fromkeys(pictures)
        if one is not None and len(one.content) <= _LARGEST_LOGO
    ][:3]


@lru_cache(maxsize=64)
def colour_scale(colour: str) -> tuple[str, str, str]:
    """A colour, and the same stone in middle and pale: towards white by 42 and 76 percent."""
    octets = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return (
        colour,
        *(
            "#" + "".join(f"{round(one + (255 - one) * share):02x}" for one in octets)
            for share in (0.42, 0.76)
        ),
    )  # type: ignore[return-value]


def contrast_with_white(colour: str) -> float:
    """The contrast ratio against white. Source: WCAG 2.2, definitions."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)

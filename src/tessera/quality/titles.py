"""How titles and outcomes are worded: advice that never decides anything.

1. A title signals the outcomes: it shares a word with them or with their ESCO labels,
   in the same language.
2. It is not generic, not in capitals only, not too long.
3. An outcome begins with what the learner can do (English only; other languages are
   said not to have been read).

Words are compared by their first five letters, case ignored: a hint, not linguistics.
Source: R20 (NESET); wording advice is a house rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tessera.model import Award, LearningOutcome, MicroCredential, Text
from tessera.quality.sight import shortened
from tessera.quality.subject import Subject
from tessera.report import Finding

MOST_CHARACTERS = 100
_NESET = "NESET, Towards a European approach to micro-credentials, 2020"
_HOUSE = "house rule"
_WORD = re.compile(r"[^\W\d_]{3,}")
_STEM = 5
_GENERIC = frozenset({
    "badge", "certificate", "certification", "class", "course", "credential", "diploma",
    "learning", "lecture", "lesson", "micro", "microcredential", "module", "programme",
    "seminar", "title", "training", "unit", "webinar", "workshop",
    "kurs", "zertifikat", "modul", "certificat", "cours", "formation", "curso", "certificado",
    "corso", "attestato", "kurssi", "todistus", "cursus",
})  # fmt: skip
# Words that carry no meaning of their own in a title, in some languages of our users.
_EMPTY = frozenset({
    "and", "are", "for", "from", "how", "into", "its", "one", "the", "that", "this", "with",
    "your", "advanced", "basic", "basics", "beginners", "essentials", "fundamentals",
    "introduction", "introductory", "practice", "principles",
    "und", "der", "die", "das", "für", "mit", "eine", "einführung", "grundlagen",
    "les", "des", "pour", "avec", "une", "dans", "para", "con", "los", "las", "una",
    "introducción", "sekä", "johdanto", "perusteet",
})  # fmt: skip
_NOT_AN_ACTION = re.compile(
    r"(?:knowledge|understanding|awareness|understand|know|familiarity|appreciation|"
    r"learn|be aware|be familiar|become familiar|an understanding|a knowledge|students? will "
    r"(?:know|understand|learn)|learners? will (?:know|understand|learn))\b",
    re.IGNORECASE,
)


def examine(subject: MicroCredential | Award) -> tuple[Finding, ...]:
    """Read title and outcomes; everything but `titles.read` is advice."""
    seen = Subject.of(subject)
    title, path = seen.description.title, seen.at("/title")
    if title is None:
        said = "There is no title to read."
        return (
            Finding.not_applicable("titles.read", said, path=path, source=_HOUSE),
            *_outcome_wording(seen),
        )
    said = "The title was read; remarks on it and on the outcomes are advice."
    return (
        Finding.passed("titles.read", said, path=path, source=_HOUSE),
        *_form(title, path),
        *_signals(seen, title, path),
        *_outcome_wording(seen),
    )


def _form(title: Text, path: str) -> Iterator[Finding]:
    """Generic, shouting and overlong titles, in each language."""
    for language, text in title.entries:
        where = f"{path}/{language}"
        words = [word.lower() for word in _WORD.findall(text)]
        telling = [word for word in words if word not in _GENERIC and word not in _EMPTY]
        letters = [sign for sign in text if sign.isalpha()]
        checks = (
            (
                "titles.generic",
                bool(words) and not telling,
                f"“{shortened(text)}” could be the title of anything. Name what is learned.",
            ),
            (
                "titles.shouting",
                len(letters) > 5 and text.isupper(),
                "The title is in capitals only, which is hard to read. Write it in small letters.",
            ),
            (
                "titles.length",
                len(text) > MOST_CHARACTERS,
                f"The title has {len(text)} characters; more than {MOST_CHARACTERS} are cut off "
                "in many lists. Shorten it.",
            ),
        )
        for rule, is_wrong, said in checks:
            if is_wrong:
                yield Finding.not_applicable(rule, said, path=where, source=_HOUSE, advice=True)
            else:
                said = f"The title in '{language}' gives no reason for this remark."
                yield Finding.passed(rule, said, path=where, source=_HOUSE, advice=True)


def _stems(texts: Iterable[str]) -> set[str]:
    words = (word.lower() for text in texts for word in _WORD.findall(text))
    return {word[:_STEM] for word in words if word not in _EMPTY and word not in _GENERIC}


def _signals(s: Subject, title: Text, path: str) -> Iterator[Finding]:
    """The title shares a word with the outcomes or their ESCO labels."""
    rule, outcomes = "titles.match", s.description.learning_outcomes
    for language, text in title.entries:
        where = f"{path}/{language}"
        wanted, there = _stems([text]), _stems(_texts(outcomes, language))
        if not outcomes:
            said = "There are no learning outcomes to compare the title with."
            yield Finding.not_applicable(rule, said, path=where, source=_NESET)
        elif not there or not wanted:
            said = f"The title in '{language}' and the outcomes have no words we can compare."
            yield Finding.indeterminate(rule, said, path=where, source=_NESET, advice=True)
        elif wanted & there:
            said = f"The title in '{language}' shares words with the outcomes."
            yield Finding.passed(rule, said, path=where, source=_NESET, advice=True)
        else:
            said = (
                f"No word of “{shortened(text)}” occurs in the learning outcomes or the names of "
                "their skills. A title should signal precisely what is learned."
            )
            yield Finding.not_applicable(rule, said, path=where, source=_NESET, advice=True)


def _texts(outcomes: Iterable[LearningOutcome], language: str) -> Iterator[str]:
    for outcome in outcomes:
        labels = (skill.label for skill in (*outcome.esco_skills, *outcome.other_skills))
        for text in (outcome.title, outcome.description, *labels):
            found = text.get(language) if text is not None else None
            if found is not None:
                yield found


def _outcome_wording(s: Subject) -> Iterator[Finding]:
    rule = "titles.outcome-wording"
    for index, outcome in enumerate(s.description.learning_outcomes):
        path = s.at(f"/learning_outcomes/{index}/title")
        english = next(
            (text for tag, text in outcome.title.entries if tag.split("-")[0] == "en"), None
        )
        if english is None:
            said = "The wording of outcomes is read in English only."
            yield Finding.indeterminate(rule, said, path=path, source=_HOUSE, advice=True)
            continue
        match = _NOT_AN_ACTION.match(english.strip())
        if match is None:
            said = "It does not begin with knowing or understanding."
            yield Finding.passed(rule, said, path=path, source=_HOUSE, advice=True)
        else:
            said = (
                f"The outcome begins with “{match.group()}”. Begin with what the learner can do, "
                "such as explain, apply, assess or design: that can be assessed."
            )
            yield Finding.not_applicable(rule, said, path=path, source=_HOUSE, advice=True)

"""Do the claims and the full record beside them say the same?

A wallet shows the claims, a verifier reads the record: whoever sealed both could make
them differ. Steps: 1 write the claims of the record in each of its languages, 2 each
claim has to be one of these, an element of a list one of all elements, 3 what only one
side says is no contradiction.

Source: house rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tessera.formats.sdjwtvc.claims import CLAIMS, TEXTS
from tessera.formats.sdjwtvc.encode import build
from tessera.model import Award, Text
from tessera.report import Finding
from tessera.standards.jsontext import pointer

_RULE, _SOURCE = "sdjwtvc.companion", "house rule"
_MOST_LANGUAGES = 40


def agreement(document: Mapping[str, Any], record: Award) -> tuple[Finding, ...]:
    """Compare the claims with the award decoded from `companion`, for the step `schema`.

    One FAILED finding for each claim that contradicts it; else one PASSED.
    """
    # 1
    written = [build(record, language) for language in _languages(record)]
    compared, found = 0, []
    for name, claim in CLAIMS.items():
        said = [one[name] for one in written if name in one]
        if name not in document or not said or _has_own_end(name, record):
            continue  # 3
        compared += 1
        # 2
        fits = _covers(document[name], said) if claim.kind == TEXTS else document[name] in said
        if not fits or (claim.kind != TEXTS and type(document[name]) is not type(said[0])):
            found.append(_contradiction(name, document[name], said[0]))
    return tuple(found) or (
        Finding.passed(
            _RULE,
            f"The claims and the full record beside them say the same in all {compared} things "
            "that both state.",
            source=_SOURCE,
        ),
    )


def _has_own_end(name: str, record: Award) -> bool:
    """The attestation ends by itself where the award has no end."""
    return name == "date_of_expiry" and record.valid_until is None


def _covers(stated: Any, written: list[list[str]]) -> bool:
    known = {element for one in written for element in one}
    return isinstance(stated, list) and all(isinstance(one, str) and one in known for one in stated)


def _contradiction(name: str, stated: Any, written: Any) -> Finding:
    return Finding.failed(
        _RULE,
        f"The claim '{name}' and the full record beside it contradict each other.",
        path=pointer(name),
        evidence={"claim": str(stated)[:200], "record": str(written)[:200]},
        source=_SOURCE,
    )


def _languages(award: Award) -> list[str]:
    """Return every language in which the award says something, its own first."""
    seen = dict.fromkeys((award.display_language, *_spoken(award)))
    return list(seen)[:_MOST_LANGUAGES]


def _spoken(award: Award) -> Iterator[str]:
    mc = award.micro_credential
    sealer = mc.sealer
    texts: list[Text | None] = [mc.title, mc.description, mc.prerequisites]
    texts += [one.title for one in mc.learning_outcomes]
    texts += [one.title for one in mc.quality_assurance]
    texts += [one.grade for one in award.achievement.results]
    texts += [sealer.legal_name] if sealer is not None else []
    for text in texts:
        yield from text.languages if text is not None else ()

"""The picture that every ELM credential must carry: the micro-credential, not the learner.

Rendered once per batch and language and put into each credential, so it holds
nothing personal. Steps: 1 gather the text in the wanted language, 2 compile the
page with typst, 3 reduce it to a palette PNG, since these bytes are sealed and
stored with every award.

Source: EDC application profile, `displayDetail.image` (1..1).
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from importlib import resources
from typing import Any

from tessera import vocab
from tessera.errors import TesseraError
from tessera.model import MicroCredential, Organisation, Picture

_PIXELS_PER_INCH = 96.0
_COLOURS = 12
_MOST_OUTCOMES = 6
_LONGEST_OUTCOME = 150
_LONGEST_DESCRIPTION = 220
_LONGEST_TITLE = 600
_MOST_NAMES = 4


class RenderError(TesseraError):
    """A picture cannot be made: the extra is missing, or a text cannot be drawn."""

    code = "render"


def display_picture(
    micro_credential: MicroCredential, language: str, *, is_test: bool = False
) -> Picture:
    """Draw the micro-credential as a PNG of 794 x 559 pixels and 12 colours, some 15 to 40 kB.

    language: what is written in it is taken, else the fallback of `Text.best`; names of
    countries are in this language. Raises: RenderError when typst or Pillow is not
    installed or typst refuses. Not checked: whether every sign has a glyph; a missing one
    shows as an empty box (`unshown` tells).
    """
    return Picture(
        media_type="image/png",
        content=_reduce(_compile(_texts(micro_credential, language, is_test=is_test))),
    )


def unshown(micro_credential: MicroCredential, language: str) -> str | None:
    """Say in a sentence which text of the picture cannot be drawn, or None when all can.

    Fonts are the built-in ones (Latin, Greek, Cyrillic) and those of the system.
    Raises: RenderError when typst is not installed.
    """
    texts = _texts(micro_credential, language, is_test=False)
    try:
        _typst().compile(
            _page(),
            format="pdf",
            pdf_standards="a-2b",  # which forbids a sign without a glyph
            timestamp=0,
            sys_inputs={"data": json.dumps(texts)},
        )
    except _typst().TypstError as error:
        return f"A text of the picture cannot be drawn in full: {error}."
    return None


def _texts(mc: MicroCredential, language: str, *, is_test: bool) -> dict[str, Any]:
    organisations = [body.organisation for body in mc.awarding_bodies]
    bodies = [one.legal_name.best(language).text for one in organisations if one.legal_name]
    outcomes = [
        _shorten(one.title.best(language).text, _LONGEST_OUTCOME) for one in mc.learning_outcomes
    ]
    described = mc.description.best(language) if mc.description else None
    if described is not None and described.is_fallback:
        described = None  # a picture in one language does not say more in another
    code = (mc.fields[0].code or "00") if mc.fields else "00"
    return {
        "lang": language.split("-")[0],
        "field": code[:2],
        "title": _shorten(mc.title.best(language).text, _LONGEST_TITLE) if mc.title else "",
        "bodies": _few([_shorten(name, 90) for name in bodies]),
        "countries": _few(_countries(organisations, language)),
        "description": _shorten(described.text, _LONGEST_DESCRIPTION) if described else "",
        "outcomes": outcomes[:_MOST_OUTCOMES],
        "more": max(0, len(outcomes) - _MOST_OUTCOMES),
        "credits": float(mc.workload.ects or 0),
        "facts": _facts(mc),
        "test": is_test,
    }


def _countries(organisations: Sequence[Organisation], language: str) -> list[str]:
    """The countries of the awarding bodies, each once, in the language of the picture."""
    found: dict[str, None] = {}
    for one in organisations:
        if one.country is not None:
            entry = vocab.by_iri(one.country.iri)
            name = entry.name(language)[0] if entry else str(one.country)
            found.setdefault(name)
    return list(found)


def _facts(mc: MicroCredential) -> list[str]:
    """Figures that need no words of any language."""
    facts = []
    if mc.workload.ects is not None:
        facts.append(f"{mc.workload.ects.normalize():f} ECTS")
    if mc.workload.hours is not None:
        facts.append(f"{mc.workload.hours.normalize():f} h")
    if mc.level.eqf is not None:
        facts.append(f"EQF {mc.level.eqf}")
    return facts


def _few(names: list[str]) -> list[str]:
    return names if len(names) <= _MOST_NAMES else [*names[: _MOST_NAMES - 1], "…"]


def _shorten(text: str, most: int) -> str:
    """Cut at a word where there is one near the end."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    word, space, _ = cut.rpartition(" ")
    return (word if space and len(word) > most * 2 // 3 else cut).rstrip(" ,;:.") + "…"


def _typst() -> Any:
    try:
        import typst
    except ImportError as error:
        raise RenderError(
            "Drawing the picture of a credential needs typst: install tessera[pdf]."
        ) from error
    return typst


def _page() -> bytes:
    return resources.files(__package__).joinpath("display.typ").read_bytes()


def _compile(texts: dict[str, Any]) -> bytes:
    typst = _typst()
    try:
        png = typst.compile(
            _page(), format="png", ppi=_PIXELS_PER_INCH, sys_inputs={"data": json.dumps(texts)}
        )
    except typst.TypstError as error:
        raise RenderError(f"The picture could not be drawn: {error}") from error
    return bytes(png)


def _reduce(png: bytes) -> bytes:
    try:
        from PIL import Image
    except ImportError as error:
        raise RenderError(
            "Drawing the picture of a credential needs Pillow: install tessera[pdf]."
        ) from error
    image = Image.open(io.BytesIO(png)).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()

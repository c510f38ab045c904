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
from importlib import resources
from typing import Any

from tessera.errors import TesseraError
from tessera.model import MicroCredential, Picture

_PIXELS_PER_INCH = 80.0
_COLOURS = 16
_MOST_OUTCOMES = 5
_LONGEST_OUTCOME = 150


class RenderError(TesseraError):
    """A picture cannot be made: the extra is missing, or a text cannot be drawn."""

    code = "render"


def display_picture(
    micro_credential: MicroCredential, language: str, *, is_test: bool = False
) -> Picture:
    """Draw the micro-credential as a PNG of 662 x 467 pixels and at most 16 colours.

    Raises: RenderError when typst or Pillow is not installed or typst refuses.
    Not checked: whether every sign has a glyph; a missing one shows as an empty box.
    """
    return Picture(
        media_type="image/png",
        content=_reduce(_compile(_texts(micro_credential, language, is_test=is_test))),
    )


def _texts(mc: MicroCredential, language: str, *, is_test: bool) -> dict[str, Any]:
    bodies = [
        body.organisation.legal_name.best(language).text
        for body in mc.awarding_bodies
        if body.organisation.legal_name
    ]
    outcomes = [_shorten(one.title.best(language).text) for one in mc.learning_outcomes]
    if len(outcomes) > _MOST_OUTCOMES:
        outcomes = [*outcomes[: _MOST_OUTCOMES - 1], "…"]
    facts = []
    if mc.workload.ects is not None:
        facts.append(f"{mc.workload.ects.normalize():f} ECTS")
    if mc.level.eqf is not None:
        facts.append(f"EQF {mc.level.eqf}")
    code = (mc.fields[0].code or "00") if mc.fields else "00"
    return {
        "lang": language.split("-")[0],
        "field": code[:2],
        "title": mc.title.best(language).text if mc.title else "",
        "bodies": bodies,
        "outcomes": outcomes,
        "credits": float(mc.workload.ects or 0),
        "facts": facts,
        "test": is_test,
    }


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_OUTCOME else text[: _LONGEST_OUTCOME - 1].rstrip() + "…"


def _compile(texts: dict[str, Any]) -> bytes:
    try:
        import typst
    except ImportError as error:
        raise RenderError(
            "Drawing the picture of a credential needs typst: install tessera[pdf]."
        ) from error
    page = resources.files(__package__).joinpath("display.typ").read_bytes()
    try:
        png = typst.compile(
            page, format="png", ppi=_PIXELS_PER_INCH, sys_inputs={"data": json.dumps(texts)}
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

"""The picture in a credential: same bytes each time, every European script, nothing overflows."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from decimal import Decimal

import pytest
from PIL import Image

from tessera.model import LearningOutcome, MicroCredential, Picture, Text
from tessera.render import display
from tessera.render.display import RenderError, display_picture, unshown
from tests.complete import complete_description

KB = 1024
FINNISH = (
    "Kansainvälisen tietosuojalainsäädännön ja tekoälyjärjestelmien riskienhallinnan "
    "soveltaminen julkishallinnon digitaalisten palveluiden kehittämisessä, ylläpitämisessä ja "
    "vaikuttavuuden arvioinnissa sekä yhteistyössä kansalaisten, järjestöjen ja pienyritysten "
    "kanssa vastuullisesti ja läpinäkyvästi toimien"
)


def titled(title: str, language: str = "en", **changes: object) -> MicroCredential:
    return replace(complete_description(), title=Text.of({language: title}), **changes)


def wordy() -> MicroCredential:
    """A title of 300 characters and more outcomes than there is room for."""
    outcomes = tuple(
        LearningOutcome(id=f"lo{number}", title=Text.of({"fi": FINNISH})) for number in range(30)
    )
    return titled(FINNISH, "fi", learning_outcomes=outcomes, description=Text.of({"fi": FINNISH}))


def pixels(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.content)).convert("RGB")


def inked(picture: Picture, box: tuple[int, int, int, int]) -> tuple[int, ...]:
    """The smallest box around the ink in a part, in steps of four pixels."""
    ink = pixels(picture).crop(box).convert("L").point(lambda tone: 255 if tone < 160 else 0)
    found = ink.getbbox()
    assert found is not None
    return tuple((edge + 2) // 4 for edge in found)


def is_white(picture: Picture, box: tuple[int, int, int, int]) -> bool:
    return min(low for low, _ in pixels(picture).crop(box).getextrema()) > 250


def test_it_is_a_png_of_the_stated_size_and_the_same_bytes_each_time():
    mc = complete_description()
    first, second = display_picture(mc, "en"), display_picture(mc, "en")
    assert first == second
    assert first.media_type == "image/png"
    assert pixels(first).size == (794, 559)


def test_a_usual_picture_has_less_than_24_kb_and_the_fullest_less_than_48():
    assert len(display_picture(complete_description(), "en").content) < 24 * KB
    assert len(display_picture(wordy(), "fi", is_test=True).content) < 48 * KB


def test_a_title_of_300_characters_and_30_outcomes_stay_inside_the_page():
    assert len(FINNISH) >= 300
    full, usual = display_picture(wordy(), "fi"), display_picture(complete_description(), "fi")
    assert is_white(full, (750, 0, 794, 559))  # right margin
    assert is_white(full, (130, 0, 794, 40))  # above the awarding bodies
    foot = (130, 482, 794, 559)
    assert inked(full, foot) == inked(usual, foot)  # nothing runs into the figures


def test_the_head_is_that_of_the_awarding_bodies_however_long_the_title():
    full, usual = display_picture(wordy(), "fi"), display_picture(complete_description(), "fi")
    head = (130, 0, 794, 62)
    assert inked(full, head) == inked(usual, head)


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Ηθική των δεδομένων στην πράξη, ΐ ΰ ώ", "el"),
        ("Етика на данните на практика, ѝ ѣ", "bg"),
        ("Příliš žluťoučký kůň, łąka, ġħż, Ñandú, ő ű, șț, å æ ø, ð þ", "cs"),
    ],
)
def test_greek_cyrillic_and_latin_of_the_union_are_drawn(title, language):
    assert unshown(titled(title, language), language) is None
    assert display_picture(titled(title, language), language) != display_picture(
        titled("Other", language), language
    )


def test_a_sign_that_no_font_has_is_told_in_a_sentence_and_drawn_as_a_box():
    strange = titled("Tiles \U000f0000 and more")
    told = unshown(strange, "en")
    assert told is not None
    assert told.startswith("A text of the picture cannot be drawn in full")
    assert display_picture(strange, "en").content


def test_a_test_shows_its_mark_across_the_page():
    mc = complete_description()
    marked, plain = display_picture(mc, "en", is_test=True), display_picture(mc, "en")

    def reddish(picture: Picture) -> int:
        across = pixels(picture).crop((250, 280, 700, 440)).getdata()
        return sum(red > 200 and green < 240 and red - green > 8 for red, green, _ in across)

    assert reddish(marked) > 3_000
    assert reddish(plain) == 0


def test_text_is_data_and_never_code():
    code = titled('#panic("no") $x$ ] } \\ " *bold* _it_ #import "@preview/x"')
    assert unshown(code, "en") is None


def test_without_title_outcomes_credits_and_bodies_there_is_still_a_picture():
    assert display_picture(MicroCredential(id="urn:example:mc:1"), "en").content


def test_half_a_credit_is_half_a_tile_and_sixty_are_a_number():
    load = complete_description().workload
    widths = []
    for ects in ("2", "2.5", "3", "60"):
        mc = replace(complete_description(), workload=replace(load, ects=Decimal(ects)))
        strip = pixels(display_picture(mc, "en")).crop((170, 505, 240, 530))
        widths.append(sum(pixel != (255, 255, 255) for pixel in strip.getdata()))
    assert widths[0] < widths[1] < widths[2]
    texts = display._texts(
        replace(complete_description(), workload=replace(load, ects=Decimal(60))),
        "en",
        is_test=False,
    )
    assert "60 ECTS" in texts["facts"]


def test_what_is_written_is_in_the_language_of_the_picture_or_left_out():
    texts = display._texts(complete_description(), "nl", is_test=False)
    assert texts["title"] == "Data-ethiek in de praktijk"
    assert texts["countries"] == ["Ierland", "Nederland"]
    assert display._texts(complete_description(), "fi", is_test=False)["description"] == ""


def test_without_typst_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(RenderError, match=r"tessera\[pdf\]"):
        display_picture(complete_description(), "en")

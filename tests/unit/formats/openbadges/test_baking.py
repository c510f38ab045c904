"""Badges go into pictures and come out as they were; hostile pictures are refused."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import UnreadableError, UsageError
from tessera.formats.openbadges import png
from tessera.formats.openbadges.baking import bake, unbake
from tests.unit.formats.elm.awards import PNG

SPACE = b'xmlns="http://www.w3.org/2000/svg"'
SVG = b'<?xml version="1.0"?>\n<svg ' + SPACE + b' width="1"><g id="a>b"/></svg>\n'
TOKEN = b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln"
JSON = '{"name": "Ä ]]> &amp; <b>", "x": [1]}'.encode()


def chunk(kind: bytes, content: bytes, *, crc: int | None = None) -> bytes:
    check = zlib.crc32(kind + content) if crc is None else crc
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def png_with(*chunks: bytes) -> bytes:
    return PNG[:-12] + b"".join(chunks) + PNG[-12:]


@pytest.mark.parametrize("image", [PNG, SVG], ids=["png", "svg"])
@pytest.mark.parametrize("credential", [TOKEN, JSON], ids=["token", "json"])
def test_a_badge_comes_out_as_it_went_in_and_the_picture_stays(image, credential):
    baked = bake(image, credential)
    assert unbake(baked) == credential
    assert unbake(image) is None
    assert baked.startswith(image[:20])
    assert baked.endswith(image[-8:])


@settings(max_examples=100)
@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).map(lambda t: "{" + t + "}")
)
def test_any_text_survives_both_kinds_of_picture(text):
    credential = text.encode()
    assert unbake(bake(PNG, credential)) == credential
    try:
        baked = bake(SVG, credential)
    except UnreadableError:
        return
    try:
        assert unbake(baked) == credential
    except UnreadableError:  # a character that XML cannot say
        assert any(ord(sign) in (0xFFFE, 0xFFFF) for sign in text)


def test_a_token_stands_in_the_attribute_and_json_in_the_text():
    begin = b'<svg xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" ' + SPACE
    token = b'<openbadges:credential verify="' + TOKEN + b'"></openbadges:credential>'
    assert bake(SVG, TOKEN) == b'<?xml version="1.0"?>\n' + begin + (
        b' width="1">' + token + b'<g id="a>b"/></svg>\n'
    )
    assert b"<openbadges:credential><![CDATA[" in bake(SVG, JSON)


@pytest.mark.parametrize("end", [b"/>", b" />", b"></svg>"])
def test_a_picture_without_content_gets_some(end):
    baked = bake(b"<svg " + SPACE + end, TOKEN)
    assert baked.endswith(b"</openbadges:credential></svg>")
    assert unbake(baked) == TOKEN


def test_a_name_that_is_taken_is_said_again_where_it_counts():
    taken = b"<svg " + SPACE + b' xmlns:openbadges="http://openbadges.org"><g/></svg>'
    assert unbake(bake(taken, TOKEN)) == TOKEN


@pytest.mark.parametrize("image", [PNG, SVG], ids=["png", "svg"])
def test_a_record_stands_under_its_own_name(image):
    baked = bake(image, JSON, is_record=True)
    assert unbake(baked) == JSON
    assert b"clr" in baked
    assert b"openbadge" not in baked


def test_badges_of_open_badges_2_are_found_too():
    assert unbake(png_with(chunk(b"tEXt", b"openbadges\x00https://e.example/1"))) == (
        b"https://e.example/1"
    )
    old = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="http://openbadges.org"><o:assertion verify="https://e.example/1"/></svg>'
    assert unbake(old) == b"https://e.example/1"


def test_a_packed_chunk_is_read_within_bounds():
    head = b"openbadgecredential\x00\x01\x00\x00\x00"
    assert unbake(png_with(chunk(b"iTXt", head + zlib.compress(JSON)))) == JSON
    bomb = zlib.compress(b"0" * (png.MOST_TEXT + 1))
    with pytest.raises(UnreadableError, match="too large"):
        unbake(png_with(chunk(b"iTXt", head + bomb)))


@pytest.mark.parametrize(
    ("image", "why"),
    [
        (png_with(chunk(b"tEXt", b"openbadges\x00a") * 2), "2 badges"),
        (png_with(chunk(b"tEXt", b"openbadges\x00a", crc=1)), "checksum"),
        (png_with(chunk(b"iTXt", b"openbadges\x00")), "cut off"),
        (png_with(chunk(b"iTXt", b"openbadges\x00\x00\x00nothing")), "cut off"),
        (png_with(chunk(b"iTXt", b"openbadges\x00\x01\x07\x00\x00x")), "nobody reads"),
        (png_with(chunk(b"iTXt", b"openbadges\x00\x01\x00\x00\x00junk")), "unpacked"),
        (PNG[:40], "cut off"),
        (png.SIGNATURE + b"\xff\xff\xff\xffIHDR", "cut off"),
        (b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///a">]><svg>&a;</svg>', "document type"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><g></svg>', "well-formed"),
        (b'<svg xmlns:o="http://openbadges.org">' + b'<o:assertion verify="a"/>' * 2 + b"</svg>",
         "2 badges"),
    ],
)  # fmt: skip
def test_a_broken_or_doubtful_picture_is_refused_with_its_reason(image, why):
    with pytest.raises(UnreadableError, match=why):
        unbake(image)


def test_where_no_badge_can_go_that_is_said():
    with pytest.raises(UsageError, match="already"):
        bake(bake(PNG, JSON), JSON)
    with pytest.raises(UsageError, match="PNG or SVG"):
        bake(b"GIF89a", JSON)
    with pytest.raises(UnreadableError, match="UTF-8"):
        bake(SVG.replace(b'"1.0"', b'"1.0" encoding="ISO-8859-1"'), JSON)
    with pytest.raises(UnreadableError, match="no SVG"):
        bake(b"<html><svg/></html>", JSON)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_no_bytes_crash_it(tail):
    for image in (png.SIGNATURE + tail, PNG[:-12] + tail, b"<svg>" + tail, tail):
        try:
            unbake(image)
        except UnreadableError:
            continue

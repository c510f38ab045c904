"""A badge inside a picture: put it in, take it out.

1. `bake` adds a sealed badge, JSON or token, to a PNG or SVG; the picture itself stays as it is.
2. `unbake` returns the bytes of the badge, of Open Badges 3.0 and 2.0, or of a record.

A picture with two badges is refused: software would disagree about which one counts.

Source: Open Badges Specification 3.0, Baked Badge (PNG, SVG); Open Badges 2.0, baking
specification; Comprehensive Learner Record Standard 2.0, the same under its own names.

>>> from tessera.formats.openbadges.baking import unbake
>>> unbake(b"no picture") is None
True
"""

from __future__ import annotations

import re

from tessera.errors import UnreadableError, UsageError
from tessera.formats.openbadges import png, svg

MOST_BYTES = 20_000_000
_TOKEN = re.compile(rb"\s*[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\s*")


def bake(image: bytes, credential: bytes, *, is_record: bool = False) -> bytes:
    """Return the picture with the sealed badge in it.

    is_record: it is a Comprehensive Learner Record, which stands under another name.

    Raises: UsageError for what is neither PNG nor SVG, or holds a badge already;
    UnreadableError for a broken picture.
    """
    if unbake(image) is not None:
        raise UsageError("There is a badge in this picture already. Take the plain picture.")
    is_token = _TOKEN.fullmatch(credential) is not None
    text = credential.strip() if is_token else credential
    if image.startswith(png.SIGNATURE):
        return png.with_text(image, text, png.RECORD if is_record else png.BADGE)
    if svg.looks_like_svg(image):
        namespace = svg.RECORD if is_record else svg.BADGE
        return svg.with_text(image, text, namespace, is_token=is_token)
    raise UsageError("A badge goes into a PNG or SVG picture; this is neither.")


def unbake(image: bytes) -> bytes | None:
    """Return the badge in a picture, or None when it holds none or is no such picture.

    Raises: UnreadableError for a broken or too large picture, and for one with two badges.
    """
    if image.startswith(png.SIGNATURE):
        read = png.texts
    elif svg.looks_like_svg(image):
        read = svg.texts
    else:
        return None
    if len(image) > MOST_BYTES:
        raise UnreadableError(f"The picture is larger than {MOST_BYTES // 1_000_000} MB.")
    found = list(read(image))
    if len(found) > 1:
        raise UnreadableError(
            f"There are {len(found)} badges in this picture, so it is not clear which one counts."
        )
    return found[0] if found else None

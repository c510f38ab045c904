"""The few checks that several types share: web addresses, URIs, amounts, unique ids.

Each raises `ModelError` with a sentence that says what a right value looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from tessera.errors import ModelError

_MAIL = re.compile(r"[^\s@]+@[^\s@]+")
_WEB = re.compile(r"https?://[^\s/?#]", re.IGNORECASE | re.ASCII)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x1f]+")


def is_uri(value: str) -> bool:
    """Tell whether this is an absolute URI (RFC 3986 scheme, no space, no angle bracket)."""
    return _URI.fullmatch(value) is not None


def need_uri(value: str, path: str) -> None:
    """Refuse anything but an absolute URI."""
    if not is_uri(value):
        raise ModelError(
            f"'{value[:80]}' is not an absolute address. Write one with its scheme, such as "
            "https://example.edu/mc/1 or urn:example:mc:1.",
            path=path,
        )


def need_web_address(value: str, path: str) -> None:
    """Refuse anything but an absolute http or https address with a host."""
    if not (is_uri(value) and _WEB.match(value)):
        raise ModelError(
            f"'{value[:80]}' is not a web address. Write it with https:// in front.", path=path
        )


def need_mail_address(value: str | None, path: str) -> None:
    """Refuse what cannot be a mail address; None is fine. Not checked: that mail arrives."""
    if value is not None and not _MAIL.fullmatch(value):
        raise ModelError(f"'{value[:80]}' is not a mail address.", path=path)


def need_amount(value: Decimal | None, path: str, *, what: str, most: int = 1_000_000) -> None:
    """Refuse negative, not finite and absurdly large amounts; None is fine."""
    if value is None:
        return
    if not value.is_finite() or value < 0 or value > most:
        raise ModelError(f"{what} has to be a number from 0 to {most}, not {value}.", path=path)


def need_unique(ids: Iterable[str], path: str, *, what: str) -> None:
    """Refuse an id that occurs twice."""
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            raise ModelError(f"Two {what} have the id '{id}'. Give each its own.", path=path)
        seen.add(id)

"""JSON Canonicalization Scheme: one text for one JSON value.

`rfc8785` writes it; most documents have only short names and no fractions, for which
orjson writes the same bytes some fifty times faster (tests hold both against each other).

Source: RFC 8785 section 3; RFC 7493 (I-JSON) section 2.

>>> jcs({"b": [1.0, "€"], "a": True}).decode()
'{"a":true,"b":[1,"€"]}'
"""

from __future__ import annotations

import re
from typing import Any

from tessera.errors import UnreadableError

_LONE = re.compile("[\ud800-\udfff]")
_SAFE_INTEGER = 2**53 - 1


class JcsRefused(UnreadableError):
    """A value has no canonical JSON text: a number beyond doubles, half a character."""

    code = "jcs"


def jcs(value: Any) -> bytes:
    """Return the canonical JSON text of a parsed value, UTF-8.

    Raises: JcsRefused for NaN, infinities, integers beyond 2^53, lone surrogates, names
    that are no text, and types that JSON does not have.
    """
    if _is_plain(value):
        import orjson

        try:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        except (orjson.JSONEncodeError, RecursionError) as error:
            raise JcsRefused(f"The value has no canonical JSON text: {error}.") from error
    try:
        import rfc8785
    except ImportError as error:
        raise JcsRefused("Canonical JSON needs the extra: install tessera[vc].") from error
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise JcsRefused(f"The value has no canonical JSON text: {error}.") from error


def _is_plain(value: Any) -> bool:
    """Tell whether orjson writes the same bytes: names in one order, numbers in one form."""
    stack = [value]
    while stack:
        one = stack.pop()
        kind = type(one)
        if kind is dict:
            for name in one:
                # Beyond U+D7FF the order of UTF-16 and that of characters part.
                if type(name) is not str or (not name.isascii() and max(name) > "\ud7ff"):
                    return False
            stack.extend(one.values())
        elif kind is list:
            stack.extend(one)
        elif kind is int:
            if not -_SAFE_INTEGER <= one <= _SAFE_INTEGER:
                return False
        elif kind is not str and kind is not bool and one is not None:
            return False
    return True

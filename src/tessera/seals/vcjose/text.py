"""Read the JSON of a token quickly where that is safe, and strictly in every case.

What a fast parser writes back byte for byte has no member twice, no white space and no
number that another reader would take differently. Everything else, such as what other
software writes in another style, goes through the strict reader.

Source: `tessera.standards.jsontext` is the definition; house rule for the short cut.
"""

from __future__ import annotations

from typing import Any

import orjson

from tessera.standards.jsontext import MAX_DEPTH, read_json


def read_text(raw: bytes, *, max_bytes: int) -> Any:
    """Return what `read_json(raw, keep_numbers=True)` returns. Raises: JsonRefused."""
    if len(raw) <= max_bytes:
        try:
            value = orjson.loads(raw)
            if type(value) is dict and orjson.dumps(value) == raw and _is_shallow(value, raw):
                return value
        except (orjson.JSONDecodeError, TypeError):  # TypeError: an integer beyond 64 bits
            pass
    return read_json(raw, max_bytes=max_bytes, keep_numbers=True)


def _is_shallow(value: Any, raw: bytes) -> bool:
    """Say whether nothing lies deeper than the strict reader allows."""
    if raw.count(b"{") + raw.count(b"[") <= MAX_DEPTH:
        return True
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return True
    return False

"""Strict JSON reading for hostile input: what two readers could understand differently is refused.

Steps: 1 size, 2 encoding, 3 parse with every member name seen once and every number
kept, 4 depth, 5 half characters. A text that a fast parser writes back byte for byte has
passed 2, 3 and 5: nothing in it was dropped, rounded or said twice.

Source: RFC 8259; RFC 7493 (I-JSON) sections 2.1 to 2.3; RFC 6901 for pointers. Unlike
I-JSON, noncharacters such as U+FFFE are let through: all readers agree about them.

>>> read_json(b'{"a": [1, 2]}', max_bytes=100)
{'a': [1, 2]}
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from tessera.errors import UnreadableError

MAX_DEPTH = 64
_SAFE_INTEGER = 2**53 - 1
_UNSURE = object()
_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER = b"0" * 16
_MOST_DIGITS = 400
_INDEX = re.compile(r"0|[1-9][0-9]*")
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonRefused(UnreadableError):
    """A text is not JSON that everybody reads the same way.

    reason: stable kebab-case code. path: JSON Pointer as far as it is known, or "".
    """

    code = "json"

    def __init__(self, message: str, *, reason: str, path: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.path = path


def read_json(
    raw: bytes, *, max_bytes: int, max_depth: int = MAX_DEPTH, keep_numbers: bool = False
) -> Any:
    """Parse JSON text.

    raw: UTF-8 without a byte order mark. keep_numbers: accept numbers that lose
    digits in a double (integers beyond 2^53 stay exact, others become Decimal).
    Raises: JsonRefused. Not checked: what the document says.
    """
    if len(raw) > max_bytes:
        _refuse("too-large", f"The text has {len(raw)} bytes; at most {max_bytes} are read.")
    document = _read_fast(raw)
    if document is not _UNSURE:
        if len(raw) > max_depth and raw.count(b"{") + raw.count(b"[") > max_depth:
            _refuse_depth(document, max_depth)
        return document
    text = _decode(raw)
    try:
        document = (_KEEPING if keep_numbers else _STRICT).decode(text)
    except JsonRefused as refused:
        if refused.reason == "duplicate-member":
            raise _located(refused, text) from None
        raise
    except json.JSONDecodeError as error:
        _refuse(
            "not-json",
            f"It is not JSON: {error.msg[:1].lower()}{error.msg[1:]} in line {error.lineno}, "
            f"column {error.colno}.",
        )
    except RecursionError:
        _refuse("too-deep", "The text is nested too deeply to be a credential.")
    _refuse_depth(document, max_depth)
    if b"\\u" in raw and _SURROGATE_ESCAPE.search(raw):
        _refuse_lone_surrogates(document)
    return document


def _read_fast(raw: bytes) -> Any:
    """Return the document where it is beyond doubt, else `_UNSURE` for the strict reader.

    Integers of more than 15 digits may be beyond 2^53: they are left to the strict reader.
    """
    import orjson

    if _LONG_NUMBER in raw.translate(_DIGITS):
        return _UNSURE
    try:
        document = orjson.loads(raw)
        return document if orjson.dumps(document) == raw else _UNSURE
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return _UNSURE


def pointer(*parts: str | int) -> str:
    """Write the parts as a JSON Pointer (RFC 6901): "a/b" and 0 give "/a~1b/0"."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def at(document: Any, path: str) -> Any:
    """Return the value a JSON Pointer points at. Raises: KeyError if there is none."""
    if path and not path.startswith("/"):
        raise KeyError(path)
    value = document
    for part in path.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        is_index = isinstance(value, list) and _INDEX.fullmatch(name)
        try:
            value = value[int(name)] if is_index else value[name]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise KeyError(path) from error
    return value


def _decode(raw: bytes) -> str:
    if not raw.strip():
        _refuse("empty", "The text is empty.")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or raw[:4].count(0) >= 2:
        _refuse("encoding", "The text is in UTF-16 or UTF-32. JSON has to be UTF-8: save it so.")
    if raw.startswith(b"\xef\xbb\xbf"):
        _refuse(
            "byte-order-mark",
            "The text begins with a byte order mark, which JSON forbids. Save it as UTF-8 without.",
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse("encoding", f"The text is not UTF-8: byte {error.start} means nothing there.")


def _refuse_depth(document: Any, max_depth: int) -> None:
    """Go down level by level; the parser itself stops a bomb long before memory does."""
    level = [document] if isinstance(document, dict | list) else []
    for _ in range(max_depth):
        if not level:
            return
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]
    if level:
        _refuse(
            "too-deep",
            f"The text is nested more than {max_depth} levels deep; no credential is.",
        )


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                _refuse("duplicate-member", name)
            seen.add(name)
    return members


def _constant(name: str) -> NoReturn:
    _refuse("not-json", f"It is not JSON: {name} is no number there.")


def _integer(text: str) -> int:
    if len(text) > 15 and abs(int(text[:40])) > _SAFE_INTEGER:
        _refuse_digits(text)
    return int(text)


def _float(text: str) -> float:
    value = _exact_float(text)
    if isinstance(value, Decimal):
        _refuse_digits(text)
    return value


def _exact_integer(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        _refuse_digits(text)
    return int(text)


def _exact_float(text: str) -> float | Decimal:
    """Read a number; a Decimal where a double would say something else."""
    if len(text) > _MOST_DIGITS:
        _refuse_digits(text)
    try:
        exact = Decimal(text)
    except InvalidOperation:  # an exponent beyond all reason
        _refuse_digits(text)
    value = float(text)
    return value if exact == Decimal(repr(value)) else exact


def _refuse_digits(text: str) -> NoReturn:
    _refuse(
        "number",
        f"The number {text[:40]} has more digits than programs keep. Write it as a text.",
    )


def _refuse_lone_surrogates(document: Any) -> None:
    stack = [document]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            if _LONE_SURROGATE.search(one):
                _refuse("surrogate", "A text holds half a character (a lone surrogate).")
        elif isinstance(one, dict):
            stack.extend(one.keys())
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)


_STRICT = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=_constant,
)
_KEEPING = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_int=_exact_integer,
    parse_float=_exact_float,
    parse_constant=_constant,
)


def _located(refused: JsonRefused, text: str) -> JsonRefused:
    name = str(refused)
    last = text.rfind(f'"{name}"')
    near = f" (near line {text.count(chr(10), 0, last) + 1})" if last >= 0 else ""
    return JsonRefused(
        f"The member '{name[:60]}' stands twice in one object{near}. Readers would disagree "
        "about which one counts.",
        reason="duplicate-member",
    )


def _refuse(reason: str, sentence: str) -> NoReturn:
    raise JsonRefused(sentence, reason=reason)

"""Write a description file that reads back to the same micro-credential.

Every text is written in double quotes, where YAML and JSON agree, unless it is a
plain word; lists and groups are indented by two. Every text names its languages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tessera.errors import EncodeError
from tessera.formats.description.members import MICRO_CREDENTIAL
from tessera.formats.description.read import FILE_VERSION
from tessera.model import MicroCredential

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NOT_A_TEXT = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_HALF = re.compile("[\ud800-\udfff]")


def dump(micro_credential: MicroCredential) -> str:
    """Return the description as YAML. Raises: EncodeError for what no text file can hold."""
    members = {"schema": FILE_VERSION, **MICRO_CREDENTIAL.write(micro_credential)}
    return "\n".join(_mapping(members, "")) + "\n"


def _mapping(members: dict[str, Any], indent: str) -> Iterator[str]:
    for name, value in members.items():
        yield from _entry(f"{indent}{_text(name)}:", value, indent)


def _entry(lead: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        yield lead
        yield from _mapping(value, indent + "  ")
    elif isinstance(value, list) and value:
        yield lead
        for item in value:
            yield from _item(item, indent + "  ")
    else:
        yield f"{lead} {_scalar(value)}"


def _item(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        first, *rest = _mapping(value, indent + "  ")
        yield f"{indent}- {first.lstrip()}"
        yield from rest
    else:
        yield from _entry(f"{indent}-", value, indent)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int):
        return str(value)
    if value in ({}, []):
        return json.dumps(value)
    return _text(value)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_A_TEXT:
        return text
    if _HALF.search(text):
        raise EncodeError("A text holds half a character, which no file can hold. Write it again.")
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)

"""What programs of others canonicalise differently: refused before it is sealed.

Such a document would verify here and fail there, or worse: say another number there under
the same signature. All were seen with jsonld.js 9 and rdf-canonize 5 (`docs/standards/
canonicalisation.md`).

Source: RDFC-1.0 section 5 (order and escapes); RFC 7493 section 2.2 (numbers); measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from tessera.errors import UnreadableError
from tessera.standards.jsontext import pointer

_NONCHARACTER = re.compile("[\ufffe\uffff]")
_SAFE_INTEGER = 2**53 - 1


class PeersDisagreeError(UnreadableError):
    """A document that other programs would understand differently; path: where."""

    code = "peers-disagree"

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.path = path


def refuse_values(document: Any) -> None:
    """Refuse texts and numbers that programs write differently. Raises: PeersDisagreeError."""
    for path, value in _leaves(document, ""):
        problem = value_problem(value)
        if problem:
            raise PeersDisagreeError(f"{path or 'The document'}: {problem}", path=path)


def value_problem(value: Any) -> str | None:
    """Say why a text or a number cannot be sealed, or None."""
    if isinstance(value, str):
        if _NONCHARACTER.search(value):
            return (
                "a text holds U+FFFE or U+FFFF, which are no characters and which programs write "
                "differently. Take them out."
            )
    elif isinstance(value, float):
        if value.is_integer():
            return None if abs(value) <= _SAFE_INTEGER else _too_large(value)
        mantissa, exponent, _ = repr(value).partition("e")
        if exponent and "." not in mantissa:
            return (
                f"other programs read the number {value!r} as 0. Write it as a text, or without "
                "an exponent."
            )
    elif isinstance(value, int) and abs(value) > _SAFE_INTEGER:
        return _too_large(value)
    return None


def refuse_order(quads: Iterable[tuple[str, str, str, str]]) -> None:
    """Refuse statements that programs sort differently. Raises: PeersDisagreeError.

    Characters beyond U+FFFF and those from U+E000 have another order in UTF-16 than by
    number; that matters where two values of one property, or two names, meet.
    """
    groups: dict[str, set[str]] = {"s": set(), "p": set(), "g": set()}
    for subject, predicate, value, graph in quads:
        groups["s"].add(subject)
        groups["p"].add(predicate)
        groups["g"].add(graph)
        groups.setdefault(predicate, set()).add(value)
    for name, terms in groups.items():
        marked = [term for term in terms if not term.isascii() and max(term) > "\ud7ff"]
        if len(marked) > 1 and sorted(marked) != sorted(marked, key=_utf16):
            raise PeersDisagreeError(
                f"Two values of {name[:120]} begin alike and then have signs that programs put in "
                "different orders (an emoji or a rare character, and one of U+E000 to U+FFFF). "
                "Change one of them, or seal with eddsa-jcs-2022 or as a token."
            )


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def _too_large(value: float) -> str:
    return f"the number {value!r} is beyond what all programs keep (2^53 - 1). Write it as a text."


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield path, name
            yield from _leaves(inner, path + pointer(name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, path + pointer(place))
    else:
        yield path, value

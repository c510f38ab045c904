"""What a format could not carry: an award against what is read back from its document.

1. `difference` walks two awards field by field, over the whole tree of the model.
2. `losses` encodes nothing itself: it takes the document, reads it back with its format, and
   says of every difference what became of it: left out, shortened, written otherwise, told
   in words elsewhere, kept in an attached record, or added because the format demands it.
3. `LossReport` is what the command line and the platform print.

Nothing that differs is left unsaid: each difference lies at, below or above the pointer of
one loss. Source: house rule; R114, R115 (no silent loss on the way to another format).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any

from tessera.formats.loss_words import element_of, name_of, short
from tessera.formats.protocol import Decoded, Format
from tessera.model import Award, Concept, Duration, Identifier, Picture, Text

# Values that are compared as a whole.
ATOMS = (Text, Concept, Duration, Identifier, Picture)
_KEYS = ("id", "iri", "url", "uri")
_NOTHING: tuple[Any, ...] = (None, (), "", {})


class Fate(StrEnum):
    """What became of one element."""

    LEFT_OUT = "left out"
    SHORTENED = "shortened"
    OTHERWISE = "written otherwise"
    TOLD = "told in words"
    ATTACHED = "kept in the attached record"
    ADDED = "added, because the format demands it"
    ORDER = "in another order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One difference.

    pointer: JSON Pointer into the award. element: "E9" of the crosswalk of the standard
    elements, or "". name, value: for people, short. now: what stands there instead, or where
    it is told; "" where there is nothing.
    """

    pointer: str
    element: str
    name: str
    value: str
    fate: Fate
    now: str = ""

    @property
    def sentence(self) -> str:
        """What became of it, in words."""
        match self.fate:
            case Fate.SHORTENED:
                return f"shortened to {self.now}"
            case Fate.OTHERWISE:
                return f"written as {self.now}"
            case Fate.TOLD:
                return f"told in words at {self.now}"
            case Fate.ADDED:
                return f"added: {self.now}"
        return self.fate.value

    def to_json(self) -> dict[str, str]:
        """Return the public shape."""
        return {
            "pointer": self.pointer,
            "element": self.element,
            "name": self.name,
            "value": self.value,
            "fate": self.fate.value,
            "now": self.now,
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LossReport:
    """What a format did not carry. format: its id; title: what people call it."""

    format: str
    title: str
    losses: tuple[Loss, ...]

    @property
    def carries_all(self) -> bool:
        """Nothing differs between the award and what is read back."""
        return not self.losses

    def below(self, pointer: str) -> LossReport:
        """The part of the report at and below a pointer, such as /micro_credential."""
        kept = tuple(one for one in self.losses if is_within(one.pointer, pointer))
        return LossReport(format=self.format, title=self.title, losses=kept)

    def to_json(self) -> dict[str, Any]:
        """Return the public shape."""
        return {
            "format": self.format,
            "title": self.title,
            "carries_all": self.carries_all,
            "losses": [one.to_json() for one in self.losses],
        }


def is_within(pointer: str, other: str) -> bool:
    """Tell whether a pointer is another one, or below it."""
    return pointer == other or pointer.startswith(f"{other}/")


def losses(
    format: Format,
    award: Award,
    document: Any,
    *,
    attached: bool = False,
    decode: Callable[[Any], Decoded | None] | None = None,
) -> LossReport:
    """Compare an award with what its document says when it is read back.

    document: what `format.encode(award)` wrote. attached: the record travels in the document
    as a whole, so that what its elements do not say is still there. decode: how verifiers
    read the document, where that is more than the format alone can.
    Raises: UnreadableError when the format cannot read what it wrote.
    """
    decoded = (decode or format.decode)(document)
    told = dict(format.elsewhere(award))
    found: list[Loss] = []
    if decoded is not None:
        for one in difference(award, decoded.award, ignoring=format.id):
            found += _fates(one, told, attached=attached)
    return LossReport(format=format.id, title=format.title, losses=tuple(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place where two awards differ; `order` where only the order of values does."""

    pointer: str
    was: Any
    now: Any
    order: bool = False


def difference(was: Award, now: Award, *, ignoring: str = "") -> Iterator[Difference]:
    """Walk two awards and yield the places where they differ, in the order of the model.

    ignoring: the format whose residue in `now` is what its reading set aside.
    """
    for one in fields(was):
        if one.name == "residue":
            yield from _residue(was.residue, now.residue, ignoring)
        else:
            yield from _walk(getattr(was, one.name), getattr(now, one.name), f"/{one.name}")


def _residue(was: Mapping[str, Any], now: Mapping[str, Any], own: str) -> Iterator[Difference]:
    for name in was:
        if name != own and was[name] != now.get(name):
            yield Difference(pointer=f"/residue/{name}", was=was[name], now=now.get(name))


def _walk(was: Any, now: Any, pointer: str) -> Iterator[Difference]:
    if was == now and type(was) is type(now):
        return
    if isinstance(was, tuple) and isinstance(now, tuple):
        yield from _tuples(was, now, pointer)
    elif _is_node(was) and type(was) is type(now):
        for one in fields(was):
            yield from _walk(
                getattr(was, one.name), getattr(now, one.name), f"{pointer}/{one.name}"
            )
    else:
        yield Difference(pointer=pointer, was=was, now=now)


def _is_node(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, ATOMS)


def _tuples(was: tuple[Any, ...], now: tuple[Any, ...], pointer: str) -> Iterator[Difference]:
    """Match values by what names them, or by their place where nothing does."""
    if not was or not now:
        yield Difference(pointer=pointer, was=was, now=now)
        return
    left = list(range(len(now)))
    matched: list[int] = []
    for at, value in enumerate(was):
        partner = _partner(value, now, left, at)
        if partner is None:
            yield Difference(pointer=f"{pointer}/{at}", was=value, now=None)
            continue
        left.remove(partner)
        matched.append(partner)
        yield from _walk(value, now[partner], f"{pointer}/{at}")
    if matched != sorted(matched):
        yield Difference(pointer=pointer, was=was, now=now, order=True)
    for after, at in enumerate(left, start=len(was)):
        yield Difference(pointer=f"{pointer}/{after}", was=None, now=now[at])


def _partner(value: Any, now: tuple[Any, ...], left: list[int], at: int) -> int | None:
    """The place of the same thing among those left: equal, of the same name, or at this place."""
    for place in left:
        if now[place] == value:
            return place
    key, said = _key(value), _said(value)
    for place in left:
        if key is not None and _key(now[place]) == key:
            return place
    for place in left:
        if said is not None and _said(now[place]) == said:
            return place
    if key is None and at in left and _key(now[at]) is None and _is_node(value):
        return at
    return None


def _said(value: Any) -> Any:
    """The words by which people know a thing, where nothing else names it."""
    for name in ("title", "legal_name", "label"):
        text = getattr(value, name, None)
        if isinstance(text, Text):
            return (type(value), str(text))
    return None


def _key(value: Any) -> Any:
    """What names a value: its id, or that of the organisation or identifier in it."""
    for name in _KEYS:
        found = getattr(value, name, None)
        if isinstance(found, str):
            return (type(value), found)
    for name in ("organisation", "identifier", "framework"):
        inner = getattr(value, name, None)
        if is_dataclass(inner):
            return (type(value), _key(inner) or inner)
    if isinstance(value, Identifier):
        return (Identifier, value.value)
    return None


def _fates(one: Difference, told: Mapping[str, str], *, attached: bool) -> Iterator[Loss]:
    """Say what became of one difference; parts that are told elsewhere are said one by one."""
    if one.order:
        yield _loss(one.pointer, one.was, Fate.ORDER)
        return
    if one.was in _NOTHING or one.was is False:
        yield _loss(one.pointer, one.was, Fate.ADDED, short(one.now))
        return
    place = told.get(one.pointer)
    if place is not None:
        yield _loss(one.pointer, one.was, Fate.TOLD, place)
        return
    is_gone = one.now in _NOTHING
    if is_gone and any(pointer.startswith(f"{one.pointer}/") for pointer in told):
        for part in _parts(one):
            yield from _fates(part, told, attached=attached)
        return
    if attached:
        yield _loss(one.pointer, one.was, Fate.ATTACHED)
    elif is_gone:
        yield _loss(one.pointer, one.was, Fate.LEFT_OUT)
    else:
        yield _changed(one)


def _parts(one: Difference) -> Iterator[Difference]:
    """The parts of something that is gone: its values, or its fields that say something."""
    if isinstance(one.was, tuple):
        for at, value in enumerate(one.was):
            yield Difference(pointer=f"{one.pointer}/{at}", was=value, now=None)
    elif is_dataclass(one.was):
        for field in fields(one.was):
            value = getattr(one.was, field.name)
            if value not in _NOTHING and value is not False:
                yield Difference(pointer=f"{one.pointer}/{field.name}", was=value, now=None)


def _changed(one: Difference) -> Loss:
    was, now = one.was, one.now
    if isinstance(was, Text) and isinstance(now, Text):
        if set(now.entries) < set(was.entries):
            return _loss(one.pointer, was, Fate.SHORTENED, ", ".join(now.languages))
        if str(now) in (said for _, said in was.entries):
            return _loss(one.pointer, was, Fate.OTHERWISE, "these words, without their language")
        return _loss(one.pointer, was, Fate.OTHERWISE, short(now))
    if isinstance(was, str) and isinstance(now, str) and was.startswith(now):
        return _loss(one.pointer, was, Fate.SHORTENED, short(now))
    return _loss(one.pointer, was, Fate.OTHERWISE, short(now))


def _loss(pointer: str, was: Any, fate: Fate, now: str = "") -> Loss:
    return Loss(
        pointer=pointer,
        element=element_of(pointer),
        name=name_of(pointer),
        value=short(was),
        fate=fate,
        now=now,
    )

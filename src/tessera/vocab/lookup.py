"""Look values of controlled lists up by code, IRI or label.

Steps of `find`:
1. IRI, exactly;
2. code, or another code of the same thing (alpha-2, BCP 47, a synonym);
3. English label;
4. for countries and languages, the name in one of the 24 EU languages.
Case and surplus spaces do not matter in 2-4. A text that fits several entries
is never guessed: it finds the broadest when all lie on one line of parents
(ISCED-F "Law" is 042 and 0421), and nothing otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from tessera.errors import UsageError
from tessera.vocab import names
from tessera.vocab.catalogue import BY_SCHEME, LISTINGS, Listing, holder
from tessera.vocab.entry import Entry
from tessera.vocab.rows import OTHER_CODES, Row, rows, rows_with_code, rows_with_iri

_FIXED = frozenset({"code", "iri", "label_en", "parent", "confirmed"})
_LONGEST = 200  # characters; no code, label or name of ours is longer
# Lists of a hundred rows and more: a search is faster than reading them.
_LONG = frozenset({"language", "atu", "nuts", "country", "currency", "file-type", "isced-f", "nqf"})
_MOST_SEARCHES = 32  # from then on a long list is worth reading whole
_searches: Counter[str] = Counter()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """A list in memory; keys of `codes` and `labels` are case-folded."""

    entries: tuple[Entry, ...]
    iris: Mapping[str, Entry]
    codes: Mapping[str, Entry]
    labels: Mapping[str, tuple[Entry, ...]]


def _listing(list_id: str) -> Listing:
    listing = LISTINGS.get(list_id)
    if listing is None:
        raise UsageError(
            f"There is no controlled list '{list_id[:60]}'. The lists are: {', '.join(LISTINGS)}."
        )
    return listing


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _read(listing: Listing) -> Iterable[Entry]:
    return (_entry(listing, row) for name in listing.files for row in rows(name))


def _entry(listing: Listing, row: Row) -> Entry:
    return Entry(
        list_id=listing.id,
        code=row["code"],
        iri=row["iri"],
        scheme=listing.scheme,
        label=row["label_en"] or row["code"],
        parent=row.get("parent") or None,
        confirmed=row.get("confirmed", "yes") == "yes",
        extra={key: value for key, value in row.items() if value and key not in _FIXED},
    )


def _at(listing: Listing, iri: str) -> Entry | None:
    """Return the entry with this IRI; a long list is read whole once it is asked often."""
    if _is_worth_a_search(listing.id):
        return _searched_iri(listing.id, iri)
    return _index(listing.id).iris.get(iri)


def _is_worth_a_search(list_id: str) -> bool:
    return list_id in _LONG and _searches[list_id] < _MOST_SEARCHES


@lru_cache(maxsize=256)
def _searched_iri(list_id: str, iri: str) -> Entry | None:
    found = (entry for entry in _holding(list_id, rows_with_iri, iri) if entry.iri == iri)
    return next(found, None)


@lru_cache(maxsize=256)
def _searched_code(list_id: str, key: str) -> Entry | None:
    """Look a folded code up as `_index` does: the code counts first, then other codes."""
    found = tuple(_holding(list_id, rows_with_code, key))
    own = [entry for entry in found if _folded(entry.code) == key]
    others = [entry for entry in found if key in map(_folded, _other_codes(entry))]
    return next(iter(own[-1:] + others[:1]), None)


def _holding(
    list_id: str, search: Callable[[str, str], Iterable[Row]], text: str
) -> Iterator[Entry]:
    """Yield the entries that a search in the files of a list finds."""
    _searches[list_id] += 1
    listing = LISTINGS[list_id]
    return (_entry(listing, row) for name in listing.files for row in search(name, text))


def _other_codes(entry: Entry) -> Iterator[str]:
    for column in OTHER_CODES:
        yield from entry.extra.get(column, "").split()


@cache
def _index(list_id: str) -> _Index:
    found = tuple(_read(_listing(list_id)))
    codes = {_folded(entry.code): entry for entry in found}
    labels: dict[str, list[Entry]] = {}
    for entry in found:
        labels.setdefault(_folded(entry.label), []).append(entry)
        for other in _other_codes(entry):
            codes.setdefault(_folded(other), entry)
    return _Index(
        entries=found,
        iris={entry.iri: entry for entry in found},
        codes=codes,
        labels={label: tuple(same) for label, same in labels.items()},
    )


def lists() -> tuple[str, ...]:
    """Return the ids of the lists we hold."""
    return tuple(LISTINGS)


def scheme(list_id: str) -> str:
    """Return the IRI of the concept scheme of a list.

    Raises: UsageError when there is no such list.
    """
    return _listing(list_id).scheme


def entries(list_id: str) -> tuple[Entry, ...]:
    """Return every entry of a list, in the order of its file.

    Raises: UsageError when there is no such list.
    """
    return _index(list_id).entries


def find(list_id: str, text: str) -> Entry | None:
    """Return the entry that `text` names by IRI, code, label or foreign name, or None.

    Raises: UsageError when there is no such list.
    """
    index = _index(list_id)
    wanted = text.strip()
    if wanted in index.iris:
        return index.iris[wanted]
    if not wanted or len(wanted) > _LONGEST:
        return None
    key = _folded(wanted)
    if key in index.codes:
        return index.codes[key]
    if key in index.labels:
        return _broadest(index.labels[key])
    iris = meanings(list_id).get(key, frozenset())
    return index.iris[next(iter(iris))] if len(iris) == 1 else None


@cache
def meanings(list_id: str) -> Mapping[str, frozenset[str]]:
    """Map each name in the 24 EU languages, case-folded, to the IRIs it may mean.

    Empty for lists without names in other languages. Loads 24 Babel locales the
    first time (about a quarter of a second), costs nothing afterwards.
    """
    column = names.column(list_id)
    if column is None:
        return {}
    iris = {entry.extra[column]: entry.iri for entry in entries(list_id) if column in entry.extra}
    found: dict[str, set[str]] = {}
    for lang in names.EU_LANGUAGES:
        for code, text in names.all_names(list_id, lang).items():
            if code in iris:
                found.setdefault(_folded(text), set()).add(iris[code])
    return {text: frozenset(meant) for text, meant in found.items()}


def by_code(list_id: str, code: str) -> Entry | None:
    """Return the entry with this code or another code of the same thing, or None.

    Labels do not count: for callers to whom "Irish" is not a code.
    Raises: UsageError when there is no such list.
    """
    key = _folded(code)
    if _is_worth_a_search(list_id) and len(key) <= _LONGEST:
        return _searched_code(list_id, key)
    return _index(list_id).codes.get(key)


def _broadest(same: tuple[Entry, ...]) -> Entry | None:
    """Return the entry all others descend from, or None when they are unrelated."""
    first = min(same, key=lambda entry: len(_line(entry)))
    related = all(entry is first or first in _line(entry) for entry in same)
    return first if related else None


def _line(entry: Entry) -> tuple[Entry, ...]:
    """Return the broader entries, broadest first."""
    codes = _index(entry.list_id).codes
    line: list[Entry] = []
    while entry.parent is not None:
        entry = codes[_folded(entry.parent)]
        line.insert(0, entry)
    return tuple(line)


def by_iri(iri: str) -> Entry | None:
    """Return the entry with this IRI from whichever list holds it, or None.

    Only the list whose IRIs begin alike is read.
    """
    listing = holder(iri)
    return _at(listing, iri) if listing else None


def is_member(scheme_iri: str, iri: str) -> bool | None:
    """Tell whether an IRI is a value of a concept scheme.

    None: we do not hold that list, or our copy is open (incomplete or known to
    be older than the official one) and lacks the IRI.
    """
    listing = BY_SCHEME.get(scheme_iri)
    if listing is None:
        return None
    if _at(listing, iri) is not None:
        return True
    return None if listing.open else False


def suggest(list_id: str, text: str, limit: int = 3) -> tuple[Entry, ...]:
    """Return up to `limit` entries whose code or label resembles `text`, nearest first.

    For error sentences: entries that contain the text come before similar spellings.
    Raises: UsageError when there is no such list.
    """
    from difflib import get_close_matches

    index = _index(list_id)
    key = _folded(text[:_LONGEST])
    spellings: dict[str, Entry] = {**index.codes}
    for label, same in index.labels.items():
        spellings.setdefault(label, same[0])
    within = [text for text in spellings if len(key) > 2 and key in text]
    near = get_close_matches(key, spellings, n=limit * 4, cutoff=0.6)
    found = {spellings[text].iri: spellings[text] for text in (*sorted(within, key=len), *near)}
    return tuple(found.values())[:limit]


def isced_ancestors(code: str) -> tuple[Entry, ...]:
    """Return the broader fields of an ISCED-F field, broadest first, without itself.

    Empty for a broad field and for a text that names no field.
    """
    entry = find("isced-f", code)
    return _line(entry) if entry else ()

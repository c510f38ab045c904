"""Judge the claims of an SD-JWT VC for the step `schema`.

Steps: 1 the type (`vct`), 2 the registered claims, 3 the claims of the EU learning
credential: their kinds, and those that no holder can withhold. A mandatory claim that a
holder may withhold can be missing in a presentation: that is only remarked on.

Source: SD-JWT VC (draft) section 3.2.2; RFC 7519 section 4.1; Token Status List (draft)
section 6.1; the claims: `tessera.formats.sdjwtvc.claims`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from tessera.formats.sdjwtvc.claims import (
    CLAIMS,
    DAY,
    FLAG,
    NUMBER,
    OBJECT,
    TEXT,
    TEXTS,
    Claim,
)
from tessera.formats.sdjwtvc.decode import LEARNING_TYPES
from tessera.model.checks import is_uri
from tessera.report import Finding
from tessera.standards.jsontext import pointer

_TYPE = "SD-JWT VC (draft) section 3.2.2.1"
_REGISTERED = "SD-JWT VC (draft) section 3.2.2.2; RFC 7519 section 4.1"
_ISSUER = "EU reference issuer, learning_credential_vc_sd_jwt"
_INTEGRITY = re.compile(r"sha(?:256|384|512)-[A-Za-z0-9+/]+={0,2}(?:\?\S*)?")


def check(document: Any) -> tuple[Finding, ...]:
    """Return the findings; never raises for hostile content."""
    if not isinstance(document, Mapping):
        return (_failed("sdjwtvc.type", "An SD-JWT VC is an object of claims.", "", _TYPE),)
    found = [*_type(document), *_registered(document)]
    if document.get("vct") in LEARNING_TYPES:
        found += _learning(document)
    if any(one.outcome.value == "FAILED" for one in found):
        return tuple(found)
    said = "The claims have the form that their type prescribes, as far as it is known."
    return (Finding.passed("sdjwtvc.claims", said, source=_REGISTERED), *found)


def _failed(rule: str, sentence: str, path: str, source: str) -> Finding:
    return Finding.failed(rule, sentence, path=path, source=source)


def _type(document: Mapping[str, Any]) -> Iterator[Finding]:
    kind = document.get("vct")
    if not isinstance(kind, str) or not kind.strip():
        yield _failed("sdjwtvc.type", "It does not say of which type it is (vct).", "/vct", _TYPE)
    elif not is_uri(kind):
        sentence = "The type (vct) is no name that nobody else can use, such as a URL or a URN."
        yield _failed("sdjwtvc.type", sentence, "/vct", _TYPE)


def _registered(document: Mapping[str, Any]) -> Iterator[Finding]:
    for name, (fits, what) in _FORMS.items():
        if name in document and not fits(document[name]):
            sentence = f"The claim '{name}' is not {what}."
            yield _failed("sdjwtvc.registered", sentence, pointer(name), _REGISTERED)


def _is_moment(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_confirmation(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value.keys() & {"jwk", "kid", "jkt", "jwe", "jku"})


def _is_status(value: Any) -> bool:
    """An object; a `status_list` in it names the list and a place in it."""
    if not isinstance(value, Mapping) or not value:
        return False
    if "status_list" not in value:
        return True  # another mechanism
    entry = value["status_list"]
    if not isinstance(entry, Mapping):
        return False
    index, uri = entry.get("idx"), entry.get("uri")
    is_index = isinstance(index, int) and not isinstance(index, bool) and index >= 0
    return is_index and isinstance(uri, str) and is_uri(uri)


def _is_integrity(value: Any) -> bool:
    return isinstance(value, str) and _INTEGRITY.fullmatch(value) is not None


_MOMENT = (_is_moment, "a moment (seconds since 1970 as a number)")
_FORMS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "iat": _MOMENT,
    "nbf": _MOMENT,
    "exp": _MOMENT,
    "iss": (_is_text, "a text"),
    "sub": (_is_text, "a text"),
    "cnf": (_is_confirmation, "a way to prove a key (RFC 7800)"),
    "status": (_is_status, "an entry of a status list with idx and uri"),
    "vct#integrity": (_is_integrity, "a hash in the form sha256-…"),
}


def _learning(document: Mapping[str, Any]) -> Iterator[Finding]:
    withheld = []
    for name, claim in CLAIMS.items():
        if name in document:
            if not _fits(document[name], claim):
                sentence = f"The claim '{name}' is not {_KINDS[claim.kind]}."
                yield _failed("sdjwtvc.claim", sentence, pointer(name), _ISSUER)
        elif claim.is_mandatory and claim.is_withheld:
            withheld.append(name)
        elif claim.is_mandatory:
            sentence = f"The claim '{name}' is missing, which every learning credential shows."
            yield _failed("sdjwtvc.missing", sentence, pointer(name), _ISSUER)
    if withheld:
        yield Finding.indeterminate(
            "sdjwtvc.missing",
            f"Not shown: {', '.join(withheld)}. The holder may withhold that; whether the issuer "
            "stated it cannot be told from this presentation.",
            advice=True,
            source=_ISSUER,
        )


_KINDS = {
    TEXT: "a text",
    TEXTS: "a list of texts",
    NUMBER: "a whole number from 0",
    FLAG: "true or false",
    DAY: "a day such as 2026-11-25",
    OBJECT: "an object",
}


def _fits(value: Any, claim: Claim) -> bool:
    if claim.kind == TEXTS:
        least = 1 if claim.is_mandatory else 0
        return isinstance(value, list) and len(value) >= least and all(map(_is_text, value))
    if claim.kind == NUMBER:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if claim.kind == FLAG:
        return isinstance(value, bool)
    if claim.kind == DAY:
        return _is_day(value)
    return _is_text(value)


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False

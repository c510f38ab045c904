"""The lint of single values: dates, durations, codes and their schemes, pictures."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tessera import vocab
from tessera.formats.elm import wire
from tessera.formats.elm.wire import Json
from tessera.report import Finding, Outcome
from tessera.standards.structure.lexical import XSD, is_date_time, is_duration
from tessera.standards.structure.terms import Term
from tessera.vocab.catalogue import BY_SCHEME

# EDC refuses values outside these lists (configuration/documentation/controlledLists.md).
MANDATORY = frozenset(
    {
        "credential-profile",
        "setting",
        "supervision",
        "accreditation",
        "entitlement-status",
        "eqf",
        "nqf",
        "isced-f",
    }
)
# Which list a member takes its values from; others than these are free.
_EXPECTED: Mapping[str, tuple[str, ...]] = {
    "eqfLevel": ("eqf",),
    "nqfLevel": ("nqf",),
    "thematicArea": ("isced-f",),
    "mode": ("mode",),
    "learningSchedule": ("schedule",),
    "learningSetting": ("setting",),
    "idVerification": ("supervision",),
    "entitlementStatus": ("entitlement-status",),
    "reusabilityLevel": ("skill-reuse-level",),
    "targetGroup": ("target-group",),
    "countryCode": ("country",),
    "citizenshipCountry": ("country",),
    "spatial": ("country",),
    "spatialCode": ("atu", "nuts"),
    "language": ("language",),
    "primaryLanguage": ("language",),
    "framework": ("credit-framework",),
    "credentialProfiles": ("credential-profile",),
    "contentEncoding": ("encoding",),
    "contentType": ("file-type",),
    "unit": ("currency",),
}
TIMES = frozenset({f"{XSD}dateTime", f"{XSD}duration"})  # what value_findings looks at
_MONTHS_OR_YEARS = re.compile(r"-?P(?:\d+Y|\d+M)")
_STARTS = {
    "PNG": (b"\x89PNG\r\n\x1a\n",),
    "JPEG": (b"\xff\xd8\xff",),
    "JPG": (b"\xff\xd8\xff",),
    "GIF": (b"GIF8",),
    "PDF": (b"%PDF-",),
}


def value_findings(name: str, term: Term, value: Json, path: str) -> Iterator[Finding]:
    """Dates and durations that are none, and durations that were probably meant otherwise."""
    for one in wire.as_list(value):
        if not isinstance(one, str):
            continue
        if term.coercion == f"{XSD}dateTime" and is_date_time(one) is False:
            yield _wrong_date(name, one, path)
        elif term.coercion == f"{XSD}duration":
            if is_duration(one) is not True:
                yield _wrong_duration(one, path)
            elif name in ("volumeOfLearning", "workload") and _MONTHS_OR_YEARS.match(one):
                yield Finding.indeterminate(
                    "elm.lint.long-duration",
                    f"{_shown(one)} are months or years, not minutes or hours: was a T forgotten? "
                    "60 minutes are PT60M, 60 hours PT60H.",
                    path=path,
                    source="ISO 8601-1:2019, 5.5.2; WIRE-ELM section 5, 11",
                    advice=True,
                )


def _wrong_duration(text: str, path: str) -> Finding:
    """No duration fails; one that some engines read and others do not is advice."""
    message = f"'{_shown(text)}' is no duration. 60 hours are written PT60H."
    finding = Finding.failed(
        "elm.lint.duration", message, path=path, source="XML Schema 1.1 part 2, 3.3.6"
    )
    if is_duration(text) is False:
        return finding
    return replace(finding, outcome=Outcome.INDETERMINATE, advice=True)


def _wrong_date(name: str, text: str, path: str) -> Finding:
    only_day = re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None
    why = "has no time of day" if only_day else "is no moment that exists in this way of writing"
    return Finding.failed(
        "elm.lint.date",
        f"The date '{_shown(text)}' of '{name}' {why}. Write it as 2026-11-22T10:00:00Z.",
        path=path,
        source="XML Schema 1.1 part 2, 3.3.7; EDC application profile: xsd:dateTime",
    )


def code_findings(
    node: Mapping[str, Json], path: str, member: str, schemes_by_id: Mapping[str, Json]
) -> Iterator[Finding]:
    """Concepts: is the code in its list, is the list the one that the member takes?"""
    iri = node.get("id")
    if not isinstance(iri, str) or "Concept" not in wire.as_list(node.get("type")):
        return
    schemes = [
        one.get("id") if isinstance(one, dict) else one
        for one in wire.as_list(schemes_by_id.get(iri))
    ]
    stated = next((one for one in schemes if isinstance(one, str)), None)
    listing = BY_SCHEME.get(stated) if stated else None
    if stated is not None and vocab.is_member(stated, iri) is False and listing is not None:
        yield _no_member(iri, listing.id, path)
    entry = vocab.by_iri(iri)
    if entry is None:
        return
    if stated is None or (listing is not None and entry.scheme != stated):
        yield _wrong_scheme(iri, entry.scheme, stated, path)
    wanted = _EXPECTED.get(member)
    if wanted is not None and entry.list_id not in wanted:
        yield Finding.indeterminate(
            "elm.lint.list",
            f"'{entry.label}' is of the list '{entry.list_id}', but '{member}' takes its values "
            f"from the list '{wanted[0]}'.",
            path=f"{path}/id",
            evidence={"iri": iri[:200], "list": entry.list_id, "expected": list(wanted)},
            source="EDC application profile, controlled lists",
            advice=True,
        )


def _no_member(iri: str, list_id: str, path: str) -> Finding:
    message = f"'{_shown(iri)}' is not in the list '{list_id}' that it is said to be in."
    more = {
        "path": f"{path}/id",
        "evidence": {"iri": iri[:200], "list": list_id},
        "source": "European Digital Credentials, controlled lists (mandatory ones)",
    }
    if list_id in MANDATORY:
        return Finding.failed("elm.lint.code", message, **more)
    return Finding.indeterminate("elm.lint.code", message, advice=True, **more)


def _wrong_scheme(iri: str, right: str, stated: str | None, path: str) -> Finding:
    if stated is None:
        message = f"The code '{_shown(iri)}' does not say which list it is from (inScheme)."
    else:
        message = f"The code '{_shown(iri)}' names the wrong list: {_shown(stated)}."
    return Finding.indeterminate(
        "elm.lint.scheme",
        f"{message} It is of {right}.",
        path=f"{path}/inScheme",
        source="EDC application profile: concepts need inScheme; WIRE-ELM section 5, 6",
        advice=True,
    )


def media_findings(node: Mapping[str, Json], path: str) -> Iterator[Finding]:
    """Embedded media: base64 that can be read, and what it says it is."""
    if "MediaObject" not in wire.as_list(node.get("type")):
        return
    content = node.get("content")
    kind = node.get("contentType")
    iri = kind.get("id") if isinstance(kind, dict) else kind
    if not isinstance(content, str) or not isinstance(iri, str):
        return
    code = iri.rsplit("/", 1)[-1]
    try:
        raw = base64.b64decode(content[:400_000_000], validate=True)
    except (binascii.Error, ValueError):
        raw = None
    if raw and (code not in _STARTS or raw.startswith(_STARTS[code])):
        return
    what = "is empty" if raw == b"" else "cannot be read as base64"
    if raw:
        what = f"does not begin as a {code} does"
    yield Finding.indeterminate(
        "elm.lint.image",
        f"The embedded file {what}; nobody can show it.",
        path=f"{path}/content",
        source="EDC application profile, MediaObject; RFC 4648 section 4",
        advice=True,
    )


def _shown(text: str) -> str:
    return text[:80].encode("ascii", "backslashreplace").decode()

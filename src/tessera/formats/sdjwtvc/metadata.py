"""Type metadata: what a wallet needs to show a type, written for ours, judged for others'.

`type_metadata` writes the document of our extended type, which adds the full record to the
EU learning credential. `check_metadata` judges a document of anybody: 1 it is an object
with a type, 2 display entries, 3 claims with their paths, 4 hashes.

Source: SD-JWT VC (draft) sections 6 to 9. Language tags are called `locale` since draft 11
and `lang` before; both are read, `locale` is written. The member `schema` left the draft;
consumers have to ignore what they do not know, and older ones use it.
"""

from __future__ import annotations

import csv
import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from tessera.errors import ModelError
from tessera.formats.sdjwtvc.claims import (
    CLAIMS,
    COMPANION,
    DAY,
    EXTENDED_VCT,
    FLAG,
    NUMBER,
    OBJECT,
    TEXT,
    TEXTS,
    VCT,
    Claim,
)
from tessera.model.text import canonical_tag
from tessera.report import Finding
from tessera.standards.jsontext import pointer

_FORMAT, _DISPLAY = "SD-JWT VC (draft) section 6.2", "SD-JWT VC (draft) section 8"
_CLAIMS, _HASHES = "SD-JWT VC (draft) section 9", "SD-JWT VC (draft) section 7; W3C SRI section 3"
_INTEGRITY = re.compile(r"(?:sha(?:256|384|512)-[A-Za-z0-9+/]+={0,2}(?:\?\S*)?\s*)+")
_SVG_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_MOST = 2_000
_SCHEMAS: Mapping[str, dict[str, Any]] = {
    TEXT: {"type": "string", "minLength": 1},
    TEXTS: {"type": "array", "items": {"type": "string", "minLength": 1}},
    NUMBER: {"type": "integer", "minimum": 0},
    FLAG: {"type": "boolean"},
    DAY: {"type": "string", "format": "date"},
    OBJECT: {"type": "object"},
}
_RECORD = Claim(COMPANION, OBJECT, "", is_withheld=True)


@cache
def _labels() -> Mapping[str, Mapping[str, str]]:
    """Claim → language → label; the row without a claim names the type."""
    text = files(__package__).joinpath("labels.csv").read_text(encoding="utf-8")
    return {
        row["claim"]: {tag: said for tag, said in row.items() if tag != "claim"}
        for row in csv.DictReader(text.splitlines())
    }


def type_metadata() -> dict[str, Any]:
    """Return the type metadata document of `EXTENDED_VCT`."""
    return {
        "vct": EXTENDED_VCT,
        "name": "EU learning credential with the full record",
        "description": "Extends the learning credential of the EU Digital Identity Wallet by the "
        "full record (European Learning Model) in the claim 'elm'.",
        "extends": VCT,
        "display": [{"locale": tag, "name": said} for tag, said in _labels()[""].items()],
        "claims": [_described(one) for one in (*CLAIMS.values(), _RECORD)],
        "schema": _schema(),
    }


def integrity() -> str:
    """Return `vct#integrity` for the document as `metadata_bytes` writes it."""
    digest = hashlib.sha256(metadata_bytes()).digest()
    return f"sha256-{b64encode(digest).decode('ascii')}"


@cache
def metadata_bytes() -> bytes:
    """Return the bytes to publish; the hash in the credentials is over exactly these."""
    return orjson.dumps(type_metadata(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _described(claim: Claim) -> dict[str, Any]:
    labels = _labels()[claim.name]
    return {
        "path": [claim.name, None] if claim.each else [claim.name],
        "display": [{"locale": tag, "label": said} for tag, said in labels.items()],
        "mandatory": claim.is_mandatory,
        "sd": "always" if claim.is_withheld else "never",
        "svg_id": claim.name,
    }


def _schema() -> dict[str, Any]:
    """A JSON Schema of what an issuer has to put in, before anything is withheld."""
    claims = (*CLAIMS.values(), _RECORD)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "vct": {"const": EXTENDED_VCT},
            **{one.name: _SCHEMAS[one.kind] for one in claims},
        },
        "required": ["vct", *(one.name for one in claims if one.is_mandatory)],
    }


def check_metadata(document: Any, vct: str | None = None) -> tuple[Finding, ...]:
    """Judge a type metadata document. vct: the type of the credential it was found for."""
    # 1
    if not isinstance(document, Mapping):
        return (_failed("The type metadata is no JSON object.", "", _FORMAT),)
    found = [*_named(document, vct)]
    # 2, 3, 4
    found += [*_displays(document, "", "name", _DISPLAY), *_claims(document), *_hashes(document)]
    said = "The type metadata is in order."
    return tuple(found) or (Finding.passed("sdjwtvc.metadata", said, source=_FORMAT),)


def _failed(sentence: str, path: str, source: str) -> Finding:
    return Finding.failed("sdjwtvc.metadata", sentence, path=path, source=source)


def _named(document: Mapping[str, Any], vct: str | None) -> Iterator[Finding]:
    stated = document.get("vct")
    if not isinstance(stated, str) or not stated:
        yield _failed("The type metadata does not name its type (vct).", "/vct", _FORMAT)
    elif vct is not None and stated != vct:
        yield _failed("The type metadata is that of another type.", "/vct", _FORMAT)
    for name in ("name", "description", "extends"):
        if name in document and not isinstance(document[name], str):
            yield _failed(f"'{name}' is no text.", pointer(name), _FORMAT)
    if document.get("extends") == stated and stated is not None:
        yield _failed("The type extends itself.", "/extends", "SD-JWT VC (draft) section 10.3")


def _listed(value: Any, path: str, source: str) -> Iterator[tuple[str, Any] | Finding]:
    if not isinstance(value, list):
        yield _failed("It is no list.", path, source)
        return
    for at, one in enumerate(value[:_MOST]):
        here = path + pointer(at)
        yield (here, one) if isinstance(one, Mapping) else _failed("It is no object.", here, source)


def _displays(holder: Mapping[str, Any], path: str, text: str, source: str) -> Iterator[Finding]:
    """Judge the entries by language; text: the member that holds the words."""
    seen: set[str] = set()
    for one in _listed(holder.get("display", []), f"{path}/display", source):
        if isinstance(one, Finding):
            yield one
            continue
        here, entry = one
        tag = entry.get("locale", entry.get("lang"))
        if not isinstance(tag, str) or not _is_tag(tag):
            yield _failed("It does not say in which language it is (locale).", here, source)
        elif tag.lower() in seen:
            yield _failed(f"The language {tag} stands there twice.", here, source)
        else:
            seen.add(tag.lower())
        if not isinstance(entry.get(text), str):
            yield _failed(f"It has no '{text}'.", here, source)


def _is_tag(tag: str) -> bool:
    try:
        return bool(canonical_tag(tag))
    except ModelError:
        return False


def _claims(document: Mapping[str, Any]) -> Iterator[Finding]:
    ids: set[str] = set()
    for one in _listed(document.get("claims", []), "/claims", _CLAIMS):
        if isinstance(one, Finding):
            yield one
            continue
        here, claim = one
        if not _is_path(claim.get("path")):
            yield _failed("The path is no list of names, numbers and null.", here, _CLAIMS)
        if claim.get("sd", "allowed") not in ("always", "allowed", "never"):
            yield _failed("'sd' is none of always, allowed, never.", here, _CLAIMS)
        if not isinstance(claim.get("mandatory", False), bool):
            yield _failed("'mandatory' is neither true nor false.", here, _CLAIMS)
        yield from _svg_id(claim, here, ids)
        yield from _displays(claim, here, "label", f"{_CLAIMS}.2")


def _is_path(path: Any) -> bool:
    return isinstance(path, list) and bool(path) and all(
        one is None or isinstance(one, str)
        or (isinstance(one, int) and not isinstance(one, bool) and one >= 0)
        for one in path
    )  # fmt: skip


def _svg_id(claim: Mapping[str, Any], here: str, ids: set[str]) -> Iterator[Finding]:
    if "svg_id" not in claim:
        return
    id = claim["svg_id"]
    if not isinstance(id, str) or not _SVG_ID.fullmatch(id):
        yield _failed("'svg_id' is no name of letters, digits and underscores.", here, _CLAIMS)
    elif id in ids:
        yield _failed(f"'svg_id' {id[:40]} stands there twice.", here, _CLAIMS)
    else:
        ids.add(id)


def _hashes(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Judge every `…#integrity`, wherever it stands."""
    stack: list[tuple[str, Any]] = [("", document)]
    while stack:
        path, one = stack.pop()
        pairs = one.items() if isinstance(one, Mapping) else enumerate(one)
        for name, value in pairs:
            here = path + pointer(name)
            if isinstance(value, Mapping | list):
                stack.append((here, value))
            elif str(name).endswith("#integrity") and not _is_hash(value):
                yield _failed("It is no hash in the form sha256-….", here, _HASHES)


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and _INTEGRITY.fullmatch(value) is not None

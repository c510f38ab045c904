"""Single values in the words of the claims, and back: workload, quality assurance, keys.

Each pair is exact: what `…_text` writes, `read_…` reads back.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

from tessera.errors import ModelError
from tessera.model import (
    Concept,
    Identifier,
    Learner,
    Level,
    Organisation,
    QualityAssurance,
    Stackability,
    Text,
    Workload,
)
from tessera.model.assurance import AssuranceScope
from tessera.vocab import nqf

IDENTIFICATION = "learner_identification"  # scheme of what a foreign issuer does not name
OPTIONS_EXIST = "urn:tessera:stackability:options-exist"
_STUDY_TIME = re.compile(
    r"(?:([0-9]{1,4}(?:\.[0-9]{1,9})?) ECTS)?(?: ?\(?([0-9]{1,6}(?:\.[0-9]{1,9})?) h\)?)?",
    re.ASCII,
)
_PUBLIC = ("kty", "crv", "x", "y", "n", "e", "alg", "use")
_MOST_JWK_LETTERS = 8_192


def study_time_text(load: Workload) -> str | None:
    """Write the workload: "2 ECTS (56 h)", one of both, or other credits with their name."""
    ects = None if load.ects is None else f"{_number(load.ects)} ECTS"
    hours = load.hours
    if hours is None and load.activity is not None:
        hours = load.activity.hours
    said = None if hours is None else f"{_number(hours)} h"
    if ects and said:
        return f"{ects} ({said})"
    others = (f"{_number(one.points)} {one.framework}" for one in load.other_credits)
    return ects or said or next(others, None)


def read_study_time(text: str) -> Workload | None:
    """Read what `study_time_text` writes of ECTS and hours; None for other words."""
    match = _STUDY_TIME.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return None
    ects, hours = (None if one is None else Decimal(one) for one in match.groups())
    try:
        return Workload(ects=ects, hours=hours)
    except ModelError:
        return None


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def eqf_level(level: Level, national: tuple[Concept, ...] = ()) -> int | None:
    """Return the EQF level, or the one that a cycle or a national level is referenced to.

    Source: Council Recommendation 2017/C 189/03 (EQF), Annex III on QF-EHEA cycles;
    national levels: `tessera.vocab.nqf`, where it names one level only.
    """
    if level.eqf is not None:
        return level.eqf
    cycle = {"short": 5, "first": 6, "second": 7, "third": 8}
    if level.qf_ehea is not None and level.qf_ehea.code in cycle:
        return cycle[level.qf_ehea.code]
    for one in (*level.nqf, *national):
        known = nqf.level(one.iri)
        if known is not None and len(known.eqf) == 1:
            return known.eqf[0]
    return None


def assurance_text(one: QualityAssurance, language: str) -> str:
    """Write one statement: whether internal or external, and what it is."""
    named = one.title or one.statement
    if named is not None:
        what = named.best(language).text
    else:
        labels = (str(concept) for concept in (one.kind, one.standard) if concept is not None)
        what = ", ".join(labels) or "quality assurance"
    return f"{one.scope.value.capitalize()}: {what}"


def read_assurance(text: str) -> tuple[QualityAssurance, bool]:
    """Read a statement; the second value says whether it tells internal from external.

    Where it does not, internal is written down: that claims the least.
    """
    for scope in AssuranceScope:
        begin = f"{scope.value.capitalize()}: "
        if text.startswith(begin) and text[len(begin) :].strip():
            return QualityAssurance(scope=scope, title=Text.of(text[len(begin) :])), True
    return QualityAssurance(scope=AssuranceScope.INTERNAL, title=Text.of(text)), False


def has_options(stackability: Stackability) -> bool:
    """Tell whether there are integration or stackability options."""
    return stackability.kind.code != "standalone"


def read_options(exist: bool) -> Stackability:
    """Read the flag: which of the options there are, it does not say."""
    if not exist:
        return Stackability(kind=Concept.named("stackability", "standalone"))
    label = Text.of({"en": "Integration or stackability options exist"})
    return Stackability(kind=Concept(iri=OPTIONS_EXIST, label=label))


def identification(learner: Learner) -> str | None:
    """Return what identifies a learner: an identifier, a national one last, else the name."""
    for scheme in ("esi", None):
        for one in learner.identifiers:
            if one.scheme != "did" and scheme in (None, one.scheme):
                return one.value
    if learner.national_id is not None:
        return learner.national_id.value
    return learner.display_name


def read_identification(text: str, display_name: str | None) -> tuple[Identifier, ...]:
    """Read an identification: an ESI by its form, nothing where it repeats the name."""
    if text == display_name:
        return ()
    for scheme in ("esi", "did"):
        try:
            return (Identifier.parse(scheme, text),)
        except ModelError:
            continue
    return (Identifier(scheme=IDENTIFICATION, value=text),)


def issuer_address(organisation: Organisation) -> str | None:
    """Return what `iss` says: the DID, else the web address that is its id, else nothing."""
    did = organisation.identifier("did")
    if did is not None:
        return did.value
    return organisation.id if organisation.id.lower().startswith("https://") else None


def confirmation(did: str) -> dict[str, Any]:
    """Return `cnf` for a learner's DID: the key itself where the DID is one (did:jwk)."""
    method, _, rest = did.removeprefix("did:").partition(":")
    if method == "jwk":
        jwk = _jwk(rest.partition("#")[0])
        if jwk is not None:
            return {"jwk": jwk}
    if method == "key" and "#" not in did:
        return {"kid": f"{did}#{rest}"}
    return {"kid": did}


def _jwk(text: str) -> dict[str, Any] | None:
    if len(text) > _MOST_JWK_LETTERS:
        return None
    try:
        jwk = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (Base64Error, ValueError):
        return None
    return (
        {name: jwk[name] for name in _PUBLIC if name in jwk} if isinstance(jwk, Mapping) else None
    )

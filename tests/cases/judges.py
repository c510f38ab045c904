"""What the formats of a collection need besides its rule: companions put to use, vectors judged.

`circumstances` puts the companions of a case where a verifier would: keys and DID documents
among the known parties, status lists among the lists. `JUDGES` are for formats without a step
of verification, which the companion or the named expectation decides. `filled` completes
files that are templates. Nothing here knows a case by name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tessera.errors import TesseraError
from tessera.seals.dataintegrity import DATA_INTEGRITY
from tessera.standards.contexts import Contexts
from tessera.standards.expansion import CanonicalisationRefused
from tessera.standards.jcs import jcs
from tessera.standards.locate import Library
from tessera.standards.rdfc import canonicalise_text
from tessera.trust.resolve import KnownParties, Resolver
from tessera.trust.status import StatusReader
from tessera.verify.examination import Circumstances
from tests.cases import sdjwt, status
from tests.unit.formats.vcdm import templates
from tests.unit.seals.dataintegrity.material import citizenship

Answer = tuple[bool | None, str | None, str | None, str]
# The vectors of the W3C use words that only the contexts for examples explain.
_WITH_EXAMPLES = ("di-ecdsa", "di-eddsa", "vc-cose", "vc-jwt", "vc-sd-jwt", "vcdm2")


def circumstances(
    case: Mapping[str, Any], brought: Mapping[str, bytes], at: datetime, library: Library | None
) -> Circumstances:
    """Return what a verifier has at hand who was given the companions of a case."""
    resolver = Resolver(_parties(brought), at=at)
    contexts = _contexts(library) if case["format"] in _WITH_EXAMPLES else None
    seals = None if contexts is None else [DATA_INTEGRITY.using(contexts)]
    lists = dict(brought)
    return Circumstances(
        at=at,
        library=library,
        detached=brought,
        contexts=contexts,
        resolver=resolver,
        statuses=StatusReader(lists, resolver=resolver, at=at, mechanisms=seals),
    )


@cache
def _contexts(library: Library | None) -> Contexts:
    return Contexts(library, examples=True, added=citizenship())


def _parties(brought: Mapping[str, bytes]) -> KnownParties:
    values = []
    for content in brought.values():
        try:
            value = json.loads(content)
            KnownParties.of([value])
        except (ValueError, TesseraError):
            continue  # an intermediate step, a list, or another document without keys
        values.append(value)
    return KnownParties.of(values)


def filled(case: Mapping[str, Any], raw: bytes) -> bytes:
    """Return the file, with the gaps of a template filled in."""
    if case["format"] != "vcdm2":
        return raw
    return json.dumps(templates.filled(Path(case["path"]).name, raw)).encode("utf-8")


def moment(case: Mapping[str, Any], raw: bytes, otherwise: datetime) -> datetime:
    """Return a moment for a case that leaves it to us: inside the validity a template states."""
    if case["format"] != "vcdm2":
        return otherwise
    ends = json.loads(raw).get("validUntil")
    return datetime.fromisoformat(ends) - timedelta(seconds=1) if ends else otherwise


def _rdfc(case: Mapping[str, Any], folder: Path) -> Answer:
    hash = "sha384" if "SHA-384" in case["exercises"] else "sha256"
    if case["expected"] == "invalid":  # a graph made to keep programs busy
        given = (folder / case["path"]).read_text(encoding="utf-8")
        try:
            canonicalise_text(given, hash=hash)
        except CanonicalisationRefused as error:
            return True, "seal", "seal.canonical", str(error)
        return False, "seal", "seal.canonical", "it was canonicalised"
    given, expected = _texts(case, folder)
    fits = canonicalise_text(given, hash=hash) == expected
    return fits, "seal", "seal.canonical", "canonical N-Quads compared"


def _jcs(case: Mapping[str, Any], folder: Path) -> Answer:
    given, expected = _texts(case, folder)
    return (
        jcs(json.loads(given)) == expected.encode("utf-8"),
        "seal",
        "seal.canonical",
        "canonical JSON compared",
    )


def _texts(case: Mapping[str, Any], folder: Path) -> list[str]:
    names = (case["path"], *case["companions"])
    return [(folder / name).read_text(encoding="utf-8") for name in names]


JUDGES: dict[str, Callable[[Mapping[str, Any], Path], Answer]] = {
    "rdfc10": _rdfc,
    "jcs": _jcs,
    "sd-jwt-spec": lambda case, folder: sdjwt.judge_spec(folder / case["path"]),
    "sd-jwt-vctm": lambda case, folder: sdjwt.judge_type_metadata(folder / case["path"]),
    "status-bitstring": status.judge,
    "status-token": status.judge,
}

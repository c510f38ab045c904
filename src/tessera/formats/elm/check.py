"""The step `schema`: does a document follow the EDC application profile, 1.2.0 or 1.1.0?

Steps: 1 find the credential, 2 lint, 3 hold it against our own structural check for
both versions, 4 run the official shapes where they are installed: they decide, and a
disagreement is told, 5 say everything once, grouped by cause, in plain words.

Source: EDC application profile 1.2.0 (ELM 3.2) and 1.1.0 (ELM 3.1); WIRE-ELM sections 2, 5, 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tessera.errors import StandardsError
from tessera.formats.elm import wire
from tessera.formats.elm.check_words import structure_findings
from tessera.formats.elm.decode import find_credential
from tessera.formats.elm.lint import lint
from tessera.formats.elm.wire import Json
from tessera.report import Finding, Outcome

if TYPE_CHECKING:
    from tessera.standards.locate import Library
    from tessera.standards.shacl import Violation
    from tessera.standards.structure import RawResult

VERSIONS = ("1.2.0", "1.1.0")  # what we write first
ELM = {"1.2.0": "3.2", "1.1.0": "3.1"}
_PROFILE = "EDC application profile, EDC-generic-full.ttl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What a check found by version; a version that it could not judge is missing."""

    by_version: Mapping[str, Sequence[Any]]
    reason: str = ""

    @property
    def conforms_to(self) -> str | None:
        """The newest version without a violation."""
        return next((one for one in VERSIONS if self.by_version.get(one) == ()), None)

    @property
    def judged(self) -> bool:
        return bool(self.by_version)


def check(
    document: Any, library: Library | None = None, *, use_shapes: bool = True
) -> tuple[Finding, ...]:
    """Judge a document.

    library: the official files; None, or use_shapes False (for bulk), leaves the
    official shapes out, and our structural check decides. Never raises for any JSON value.
    """
    found = find_credential(document)
    if found is None:
        message = "There is no European Digital Credential in this document."
        return (Finding.failed("elm.schema.no-credential", message, source=_PROFILE),)
    root, path = found
    if path.startswith("/@graph/"):  # a flattened document is judged as a whole
        root, path = document, ""
    context = _context(root, path)
    remarks = list(lint(root))
    judged = {**root, "@context": list(wire.CONTEXT)} if "@context" not in root else dict(root)
    structure = _structure(judged)
    shapes, about_shapes = _shapes(judged, library if use_shapes else None)
    verdict = _verdict(structure, shapes)
    remarks = _once(remarks, verdict, structure)
    findings = [*verdict, *remarks, *_disagreement(structure, shapes), *about_shapes]
    return (*context, *(_at(one, path) for one in findings))


def _context(root: Mapping[str, Json], path: str) -> list[Finding]:
    """The two addresses that give the members their meaning."""
    stated = root.get("@context")
    if stated == list(wire.CONTEXT):
        return []
    where = f"{path}/@context"
    source = "JSON-LD 1.1, 3.1; EDC application profile"
    if stated is None:
        message = (
            "The credential does not say what its words mean (@context is missing). The rest was "
            "judged as if it named the European Learning Model."
        )
        return [Finding.failed("elm.schema.context", message, path=where, source=source)]
    message = (
        "The credential names other contexts than the two of the European Learning Model; what "
        "its words mean there is not known here."
    )
    return [Finding.indeterminate("elm.schema.context", message, path=where, source=source)]


def _structure(document: Mapping[str, Json]) -> Verdicts:
    from tessera.standards.structure import OutOfDomain, accepts, check

    found: dict[str, tuple[RawResult, ...]] = {}
    reason = ""
    for version in VERSIONS:
        try:
            found[version] = () if accepts(document, version) else check(document, version)
        except OutOfDomain as error:
            reason = str(error)
        except RecursionError:
            reason = "The document is nested too deeply."
        if found.get(version) == ():
            break
    return Verdicts(by_version=found, reason=reason)


def _shapes(
    document: Mapping[str, Json], library: Library | None
) -> tuple[Verdicts, list[Finding]]:
    from tessera.formats.elm.shapes import validate

    if library is None:
        why = "They are not installed, or were left out. 'tessera standards install' installs them."
        return Verdicts(by_version={}), [_not_run(why)]
    found: dict[str, tuple[Violation, ...]] = {}
    for version in VERSIONS:
        try:
            found[version] = validate(document, library, version)
        except StandardsError as error:
            return Verdicts(by_version=found, reason=str(error)), [_not_run(str(error))]
        if found[version] == ():
            break
    return Verdicts(by_version=found), []


def _not_run(why: str) -> Finding:
    return Finding.indeterminate(
        "elm.schema.shapes",
        f"The official shapes were not run. {why}",
        source=_PROFILE,
        advice=True,
    )


def _verdict(structure: Verdicts, shapes: Verdicts) -> list[Finding]:
    """What decides: the official shapes where they ran, else our structural check."""
    by = "the official shapes" if shapes.judged else "our structural check"
    if not shapes.judged and not structure.judged:
        return [
            Finding.indeterminate(
                "elm.schema.not-judged",
                f"Whether the document follows the profile is not known: {structure.reason} Only "
                "the official shapes could tell.",
                source=_PROFILE,
            )
        ]
    decided = shapes if shapes.judged else structure
    version = decided.conforms_to
    if version is not None:
        message = (
            f"The document follows the EDC application profile {version} "
            f"(European Learning Model {ELM[version]})."
        )
        evidence = {"version": version, "by": by}
        return [Finding.passed("elm.schema.profile", message, evidence=evidence, source=_PROFILE)]
    if structure.judged and structure.conforms_to is None:
        nearest = min(structure.by_version, key=lambda one: len(structure.by_version[one]))
        return structure_findings(structure.by_version[nearest], nearest)
    from tessera.formats.elm.shapes import violation_findings

    nearest = min(decided.by_version, key=lambda one: len(decided.by_version[one]))
    return violation_findings(decided.by_version[nearest], nearest)


def _disagreement(structure: Verdicts, shapes: Verdicts) -> list[Finding]:
    differing = [
        version
        for version in VERSIONS
        if version in structure.by_version
        and version in shapes.by_version
        and (structure.by_version[version] == ()) != (shapes.by_version[version] == ())
    ]
    if not differing:
        return []
    return [
        Finding.indeterminate(
            "elm.schema.disagreement",
            "Our structural check and the official shapes do not agree about this document "
            f"(profile {', '.join(differing)}). The official shapes decide; please report it.",
            evidence={"versions": differing},
            source="house rule",
        )
    ]


def _once(
    remarks: Iterable[Finding], verdict: Iterable[Finding], structure: Verdicts
) -> list[Finding]:
    """Say each wrong date once, and let it fail only what the profile fails."""
    failed = {one.path for one in verdict if one.outcome is Outcome.FAILED}
    kept = []
    for one in remarks:
        is_spelling = one.rule in ("elm.lint.date", "elm.lint.duration")
        if is_spelling and one.path in failed:
            continue
        if is_spelling and structure.conforms_to is not None:
            one = replace(one, outcome=Outcome.INDETERMINATE, advice=True)
        kept.append(one)
    return kept


def _at(finding: Finding, path: str) -> Finding:
    """Put the path of a wrapped credential in front."""
    if not path or finding.path is None:
        return finding
    return replace(finding, path=path + finding.path)

"""What is judged: a description or an award, seen through one small type.

Why here: every rule of this room reads the description, many also the award, and all
have to point into the record that was handed in. Pointers are JSON Pointers
(RFC 6901) into the model: `/title` for a description, `/micro_credential/title` and
`/learner` for an award.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tessera.model import Award, MicroCredential, Organisation
from tessera.report import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A description, with the award it is part of, if any.

    sealed: True or False when somebody looked for a seal, None when nobody did.
    """

    description: MicroCredential
    award: Award | None = None
    sealed: bool | None = None

    @classmethod
    def of(cls, subject: MicroCredential | Award, sealed: bool | None = None) -> Subject:
        """Wrap a description or an award."""
        if isinstance(subject, Award):
            return cls(description=subject.micro_credential, award=subject, sealed=sealed)
        return cls(description=subject, sealed=sealed)

    def at(self, path: str) -> str:
        """Return the pointer of a member of the description, from the record handed in."""
        return f"/micro_credential{path}" if self.award is not None else path

    def bodies(self, *, with_providers: bool = False) -> Iterator[tuple[str, Organisation]]:
        """Yield pointer and organisation of awarding bodies and issuer, each organisation once."""
        description = self.description
        found = [
            (f"/awarding_bodies/{index}/organisation", body.organisation)
            for index, body in enumerate(description.awarding_bodies)
        ]
        if description.issuer is not None:
            found.append(("/issuer", description.issuer))
        if with_providers:
            found += [(f"/providers/{at}", one) for at, one in enumerate(description.providers)]
        seen: set[str] = set()
        for path, organisation in found:
            if organisation.id not in seen:
                seen.add(organisation.id)
                yield self.at(path), organisation


def name_of(organisation: Organisation) -> str:
    """Return what to call an organisation in a sentence: its legal name, else its id."""
    return str(organisation.legal_name) if organisation.legal_name else organisation.id


def relocate(findings: Iterable[Finding], places: Mapping[str, str]) -> Iterator[Finding]:
    """Point findings into another document, such as the wire document that was decoded.

    places: model pointer → pointer in that document. The longest key that is the
    pointer itself or one of its ancestors is taken, and its value replaces the whole
    pointer: what lies below it in the model has no name there. Where nothing fits, the
    finding points at the whole document (""). An empty mapping changes nothing.
    """
    for finding in findings:
        if finding.path is None or not places:
            yield finding
        else:
            yield replace(finding, path=_nearest(finding.path, places))


def _nearest(path: str, places: Mapping[str, str]) -> str:
    while path not in places:
        if not path:
            return ""
        path = path.rpartition("/")[0]
    return places[path]

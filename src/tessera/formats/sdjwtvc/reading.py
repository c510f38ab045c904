"""Reading claims of any kind into the model: remarks instead of exceptions.

`Reading` holds a document and what was remarked on while reading it. `learner`, `sealer`
and `status` are what every type of credential may state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from tessera.errors import ModelError
from tessera.formats.sdjwtvc.claims import CLAIMS
from tessera.formats.sdjwtvc.words import read_identification
from tessera.model import Concept, Identifier, Learner, Organisation, Place, StatusEntry, Text
from tessera.model.checks import is_uri
from tessera.report import Finding
from tessera.standards.jsontext import pointer
from tessera.vocab import countries

T = TypeVar("T")
UNIDENTIFIED = "urn:tessera:unidentified"
MOST_FINDINGS, MOST_VALUES = 200, 1_000
_LATEST = 253_402_300_799  # year 9999


class Reading:
    """A document, what was remarked on, and where elements stand in it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.findings: list[Finding] = []
        self.places = {claim.place: pointer(claim.name) for claim in CLAIMS.values()}

    def remark(self, rule: str, sentence: str, path: str) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(
                Finding.indeterminate(rule, sentence, path=path, advice=True, source="house rule")
            )

    def attempt(self, make: Callable[[], T], name: str) -> T | None:
        """Build a model value; what the model refuses becomes a remark and None."""
        try:
            return make()
        except ModelError as error:
            self.remark(
                "sdjwtvc.decode.unreadable", f"A value was left out: {error}", pointer(name)
            )
            return None

    def text(self, name: str) -> str | None:
        value = self.document.get(name)
        if isinstance(value, str) and value.strip():
            return value
        if name in self.document:
            self.remark(
                "sdjwtvc.decode.unreadable", f"The claim '{name}' is no text.", pointer(name)
            )
        return None

    def texts(self, name: str) -> list[str]:
        """Read a list of texts; a single text counts as a list of one."""
        value = self.document.get(name, [])
        found = [value] if isinstance(value, str) else value
        if isinstance(found, list):
            kept = [one for one in found[:MOST_VALUES] if isinstance(one, str) and one.strip()]
            if len(kept) == len(found):
                return kept
        else:
            kept = []
        self.remark("sdjwtvc.decode.unreadable", f"Not all of '{name}' are texts.", pointer(name))
        return kept

    def moment(self, name: str) -> datetime | None:
        value = self.document.get(name)
        if value is None and name not in self.document:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LATEST:
            return datetime.fromtimestamp(value, UTC)
        self.remark("sdjwtvc.decode.unreadable", f"The claim '{name}' is no moment.", pointer(name))
        return None

    def day(self, name: str) -> date | None:
        text = self.text(name)
        try:
            return None if text is None else date.fromisoformat(text)
        except ValueError:
            self.remark(
                "sdjwtvc.decode.unreadable",
                f"The claim '{name}' is no day (YYYY-MM-DD).",
                pointer(name),
            )
            return None

    def learner(self) -> Learner:
        learner = Learner(given_name=self.text("given_name"), family_name=self.text("family_name"))
        stated = self.text("learner_identification")
        found: tuple[Identifier, ...] = ()
        if stated is not None:
            found = self.attempt(
                lambda: read_identification(stated, learner.display_name), "learner_identification"
            ) or ()  # fmt: skip
        subject = self.document.get("sub")
        if isinstance(subject, str) and subject.startswith("did:"):
            holder = self.attempt(lambda: Identifier.parse("did", subject), "sub")
            found = (*found, holder) if holder else found
        return replace(learner, identifiers=found)

    def sealer(self) -> Organisation | None:
        """Who issues it: the address in `iss`, the name and the country."""
        issuer, name = self.document.get("iss"), self.text("issuing_authority")
        stated = self.text("issuing_country")
        country = countries.iri(stated) if stated else None
        if stated and country is None:
            self.remark(
                "sdjwtvc.decode.unreadable",
                "The country of the issuer is not known.",
                "/issuing_country",
            )
        if name is None and not isinstance(issuer, str) and country is None:
            return None
        address = issuer if isinstance(issuer, str) and is_uri(issuer) else None
        is_did = address is not None and address.startswith("did:")
        did = self.attempt(lambda: Identifier.parse("did", str(address)), "iss") if is_did else None
        return Organisation(
            id=address or f"{UNIDENTIFIED}:issuer",
            legal_name=Text.of(name) if name else None,
            identifiers=(did,) if did else (),
            places=(Place(country=Concept.named("country", country)),) if country else (),
        )

    def status(self) -> tuple[StatusEntry, ...]:
        """Read `status.status_list` (Token Status List, section 6.1)."""
        stated = self.document.get("status")
        entry = stated.get("status_list") if isinstance(stated, Mapping) else None
        if not isinstance(entry, Mapping):
            return ()
        url, index = entry.get("uri"), entry.get("idx")
        if not isinstance(url, str) or not isinstance(index, int) or isinstance(index, bool):
            self.remark(
                "sdjwtvc.decode.unreadable", "The entry in a status list is malformed.", "/status"
            )
            return ()
        found = self.attempt(lambda: StatusEntry(kind="token", url=url, index=index), "status")
        return (found,) if found else ()

"""Open Badges 2.0: an assertion as an award, as far as the file itself says it.

A hosted assertion is true when its own web address returns it: that is not asked here, so
nothing about it is ever verified. A recipient that is a hash names nobody; a badge or an
issuer that is only an address has no name. The whole document stays in the residue.

Source: Open Badges 2.0 (IMS Global, 2018), Assertion, BadgeClass, Profile, Vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.formats.imports.reading import MOST_ITEMS, UNIDENTIFIED, Notes, ReadOnly
from tessera.formats.protocol import Decoded
from tessera.model import Award, AwardingBody, Learner, Link, MicroCredential, Organisation, Text
from tessera.model.checks import is_uri
from tessera.report import Finding

if TYPE_CHECKING:
    from tessera.standards.locate import Library

CONTEXT = "https://w3id.org/openbadges/v2"
_SOURCE = "Open Badges 2.0, Assertion"
_NEEDED = ("id", "recipient", "badge", "verification", "issuedOn")
_BADGE_NEEDS = ("id", "name", "description", "image", "criteria", "issuer")
_HOSTED = ("hosted", "HostedBadge")


class Ob2Format(ReadOnly):
    """Open Badges 2.0 assertions; read only."""

    id = "ob2"
    title = "Open Badge 2.0"
    media_types = ("application/ld+json", "application/json")

    def recognises(self, document: Any) -> bool:
        """Tell whether this is an assertion, whatever context it names."""
        if not isinstance(document, dict) or "Assertion" not in _list(document.get("type")):
            return False
        return "badge" in document and ("recipient" in document or "verification" in document)

    def decode(self, document: Any) -> Decoded:
        """Read an assertion. Raises: UnreadableError when it is none."""
        if not self.recognises(document):
            raise UnreadableError("This is no Open Badges 2.0 assertion.")
        return _Assertion(document).read()

    def check(self, document: Any, library: Library | None = None) -> tuple[Finding, ...]:  # noqa: ARG002
        """Judge an assertion by the rules of the specification; no official file is needed."""
        if not self.recognises(document):
            message = "There is no Open Badges 2.0 assertion in this document."
            return (_failed("no-assertion", message, ""),)
        found = list(_breaches(document))
        if not found:
            message = "The assertion follows Open Badges 2.0, as far as the file itself shows."
            found.append(Finding.passed("ob2.schema", message, path="", source=_SOURCE))
        return (*found, *_open_questions(document))


def _breaches(document: dict[str, Any]) -> Iterator[Finding]:
    if CONTEXT not in _list(document.get("@context")):
        message = f"The assertion does not name the context of Open Badges 2.0, {CONTEXT}."
        yield _failed("context", message, "/@context")
    for name in _NEEDED:
        if name not in document:
            yield _failed("missing", f"The assertion lacks the member {name}.", "")
    for name in ("issuedOn", "expires"):
        if name in document and _moment(document[name]) is None:
            yield _failed("date", f"{name} is no date and time with its offset.", f"/{name}")
    recipient = document.get("recipient")
    if "recipient" in document and not (
        isinstance(recipient, dict) and {"type", "hashed", "identity"} <= recipient.keys()
    ):
        message = "The recipient does not say its type, its identity and whether it is hashed."
        yield _failed("recipient", message, "/recipient")
    badge = document.get("badge")
    if isinstance(badge, dict):
        for name in _BADGE_NEEDS:
            if name not in badge:
                yield _failed("missing", f"The badge lacks the member {name}.", "/badge")
    elif not is_uri(str(badge)):
        yield _failed("badge", "The badge is neither an object nor an address.", "/badge")
    if document.get("revoked") is True:
        message = "The assertion says of itself that it is revoked."
        yield _failed("revoked", message, "/revoked")


def _failed(rule: str, message: str, path: str) -> Finding:
    return Finding.failed(f"ob2.schema.{rule}", message, path=path, source=_SOURCE)


def _open_questions(document: dict[str, Any]) -> Iterator[Finding]:
    verification = document.get("verification")
    kind = verification.get("type") if isinstance(verification, dict) else None
    if any(one in _HOSTED for one in _list(kind)):
        yield Finding.indeterminate(
            "ob2.schema.hosted",
            "The badge is vouched for only by its web address, which was not asked. Ask the "
            "issuer, or for an Open Badge 3.0.",
            path="/verification",
            source="Open Badges 2.0, verification",
            advice=True,
        )


class _Assertion:
    """One assertion while it is read."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.notes = Notes("ob2")

    def read(self) -> Decoded:
        document, notes = self.document, self.notes
        id = document.get("id")
        issued = self._moment("issuedOn")
        until = self._moment("expires")
        if issued is not None and until is not None and until < issued:
            notes.remark(
                "validity", "It expires before it was issued; that was left out.", "/expires"
            )
            until = None
        award = Award(
            id=id if isinstance(id, str) and is_uri(id) else UNIDENTIFIED,
            micro_credential=self._badge(),
            learner=self._recipient(),
            issued_at=issued,
            valid_until=until,
        )
        notes.places |= {
            "": "", "/id": "/id", "/issued_at": "/issuedOn", "/valid_until": "/expires",
            "/learner": "/recipient", "/micro_credential": "/badge",
            "/micro_credential/title": "/badge/name",
            "/micro_credential/description": "/badge/description",
            "/micro_credential/awarding_bodies": "/badge/issuer",
        }  # fmt: skip
        award = replace(award, residue={"ob2": document})
        return Decoded(award=award, findings=tuple(notes.findings), places=notes.places)

    def _moment(self, name: str) -> datetime | None:
        found = _moment(self.document.get(name))
        if found is None and name in self.document:
            self.notes.remark("date", f"{name} is no date and time with its offset.", f"/{name}")
        return found

    def _recipient(self) -> Learner:
        """A mail address in clear is one; a hash of it names nobody."""
        node = self.document.get("recipient")
        if not isinstance(node, dict) or node.get("hashed") is not False:
            return Learner()
        kind, identity = node.get("type"), node.get("identity")
        if kind == "email" and isinstance(identity, str):
            made = self.notes.attempt(lambda: Learner(email=identity), "/recipient/identity")
            return made or Learner()
        return Learner()

    def _badge(self) -> MicroCredential:
        value = self.document.get("badge")
        node = value if isinstance(value, dict) else {"id": value}
        id = node.get("id")
        issuer = self._issuer(node.get("issuer"))
        criteria = node.get("criteria")
        narrative = criteria.get("narrative") if isinstance(criteria, dict) else None
        page = criteria.get("id") if isinstance(criteria, dict) else criteria
        link = self._page(page)
        return MicroCredential(
            id=id if isinstance(id, str) and is_uri(id) else UNIDENTIFIED,
            title=self._text(node.get("name"), "/badge/name"),
            description=self._text(node.get("description"), "/badge/description"),
            awarding_bodies=(AwardingBody(organisation=issuer),) if issuer else (),
            further_information=self._text(narrative, "/badge/criteria/narrative"),
            links=(link,) if link else (),
        )

    def _page(self, url: Any) -> Link | None:
        if not isinstance(url, str):
            return None
        title = Text.of({"en": "Criteria"})
        return self.notes.attempt(lambda: Link(url=url, title=title), "/badge/criteria")

    def _text(self, value: Any, path: str) -> Text | None:
        if not isinstance(value, str) or not value.strip():
            return None
        language = self.document.get("@language")
        tag = language if isinstance(language, str) else "und"
        return self.notes.attempt(lambda: Text.of({tag: value}), path)

    def _issuer(self, value: Any) -> Organisation | None:
        node = value if isinstance(value, dict) else {"id": value}
        id = node.get("id")
        if not isinstance(id, str) or not is_uri(id):
            return None
        path = "/badge/issuer"
        name = self._text(node.get("name"), f"{path}/name")
        more: dict[str, Any] = {}
        for field, member in (("homepage", "url"), ("email", "email")):
            said = node.get(member)
            probe = self._probe(id, field, said, f"{path}/{member}")
            if probe:
                more[field] = said
        return self.notes.attempt(lambda: Organisation(id=id, legal_name=name, **more), path)

    def _probe(self, id: str, field: str, value: Any, path: str) -> bool:
        """Tell whether the model takes this value; it is told where it does not."""
        if not isinstance(value, str):
            return False
        more: dict[str, Any] = {field: value}
        return self.notes.attempt(lambda: Organisation(id=id, **more), path) is not None


def _list(value: Any) -> list[Any]:
    return value[:MOST_ITEMS] if isinstance(value, list) else [value]


def _moment(value: Any) -> datetime | None:
    """Read a date and time with its offset, in UTC. Source: ISO 8601; Open Badges 2.0, DateTime."""
    if not isinstance(value, str) or len(value) > 60:
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


OB2 = Ob2Format()

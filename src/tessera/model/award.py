"""What one learner got: the achievement, its award, and the sealed bytes.

The sealed bytes are the truth: they are stored and never rendered again from
the record. A correction is a new award that names the one it replaces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tessera.errors import ModelError
from tessera.model.checks import need_amount, need_uri
from tessera.model.circumstances import Period
from tessera.model.concept import Concept
from tessera.model.identifiers import Identifier
from tessera.model.learner import Learner
from tessera.model.microcredential import MicroCredential
from tessera.model.organisation import Organisation, Picture
from tessera.model.text import Text
from tessera.model.workload import Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentResult:
    """How one learner did in one assessment.

    assessment: its id in the micro-credential, or None where a foreign credential
    does not say. supervision: as it really happened (list `supervision`).
    """

    assessment: str | None = None
    title: Text | None = None
    grade: Text | None = None
    graded_on: date | None = None
    supervision: Concept | None = None
    assessed_by: tuple[Organisation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """The assessed learning of one learner (ELM LearningAchievement).

    ects: credits earned, all or nothing (ECTS Users' Guide 2015); hours: actual
    workload as far as known; period: when this learner learned.
    """

    results: tuple[AssessmentResult, ...] = ()
    ects: Decimal | None = None
    actual_workload: Duration | None = None
    period: Period | None = None

    def __post_init__(self) -> None:
        need_amount(self.ects, "/ects", what="ECTS credits", most=1_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEntry:
    """Where it is published whether an award still stands (`credentialStatus`).

    kind: "bitstring" (W3C Bitstring Status List) or "token" (IETF Token Status List), or the
    type a foreign credential names. url: of the list. index: the place in it. purpose:
    "revocation", "suspension" or another word; None for a token list, which holds both.
    """

    kind: str
    url: str
    index: int
    purpose: str | None = None

    def __post_init__(self) -> None:
        need_uri(self.url, "/url")
        if self.index < 0:
            raise ModelError("The place in a status list is 0 or more.", path="/index")


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """One micro-credential awarded to one learner.

    id: URI of the credential. issued_at: instant of issue (aware, UTC), None until
    it is issued. awarded_on: day of the award. replaces: id of the award that this
    one corrects, with `replaces_reason`. parts: ids of awards that it stacks.
    status: where a withdrawal would be published.
    display: a picture of the micro-credential for `display_language`. is_test: sealed
    with a test key, and saying so. residue: what a decoded document held beyond
    this model, by format id; an encoder of the same format writes it back.

    Raises: ModelError for a naive time, or an end of validity before its beginning.
    """

    id: str
    micro_credential: MicroCredential
    learner: Learner = field(default_factory=Learner)
    achievement: Achievement = field(default_factory=Achievement)
    identifiers: tuple[Identifier, ...] = ()
    issued_at: datetime | None = None
    awarded_on: date | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    display_language: str = "en"
    display: Picture | None = None
    replaces: str | None = None
    replaces_reason: Text | None = None
    parts: tuple[str, ...] = ()
    status: tuple[StatusEntry, ...] = ()
    is_test: bool = False
    residue: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        need_uri(self.id, "/id")
        for name in ("issued_at", "valid_from", "valid_until"):
            instant = getattr(self, name)
            if instant is not None and instant.utcoffset() is None:
                raise ModelError("A time needs its offset from UTC.", path=f"/{name}")
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ModelError("The validity ends before it begins.", path="/valid_until")
        if self.replaces == self.id:
            raise ModelError("An award cannot replace itself.", path="/replaces")

    @property
    def date_of_issue(self) -> date | None:
        """The day of the award, else the day of issue (E7)."""
        return self.awarded_on or (self.issued_at.date() if self.issued_at else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCredential:
    """What was issued: immutable bytes, the format and the seal they are in."""

    content: bytes
    format: str
    seal: str

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes, 64 hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()

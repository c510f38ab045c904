"""What surrounds the learning: how it is taken, why it exists, where it leads, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tessera.errors import ModelError
from tessera.model.checks import need_amount, need_uri, need_web_address
from tessera.model.concept import Concept
from tessera.model.identifiers import Identifier
from tessera.model.text import Text
from tessera.model.workload import Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A web address and what is found there."""

    url: str
    title: Text | None = None

    def __post_init__(self) -> None:
        need_web_address(self.url, "/url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """Form of participation (E15).

    modes: list `mode`; schedule, setting, opportunity, languages: the lists of that name
    (languages of instruction: list `language`).
    """

    modes: tuple[Concept, ...] = ()
    schedule: Concept | None = None
    setting: Concept | None = None
    opportunity: Concept | None = None
    languages: tuple[Concept, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StackTarget:
    """A larger credential towards which this one counts.

    guaranteed: the receiving body has committed itself; otherwise there is no
    automatic entitlement (principle 5). decided_by: who decides.
    """

    title: Text
    uri: str | None = None
    guaranteed: bool = False
    decided_by: Text | None = None

    def __post_init__(self) -> None:
        if self.uri is not None:
            need_uri(self.uri, "/uri")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stackability:
    """Integration and stackability options (E20). kind: list `stackability`."""

    kind: Concept
    targets: tuple[StackTarget, ...] = ()
    statement: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerOutcome:
    """What a successful learner gets (E24). kind: list `outcome-for-learner`."""

    kind: Concept
    statement: Text | None = None
    is_actual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """The need it answers (R3). kinds: list `purpose`; need in words; evidence for it."""

    kinds: tuple[Concept, ...] = ()
    need: Text | None = None
    evidence: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From the first to the last day, both included; either may be open."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start is None and self.end is None:
            raise ModelError("A period needs a start or an end.", path="/start")
        if self.start and self.end and self.end < self.start:
            raise ModelError("The period ends before it begins.", path="/end")


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """How long the credential is valid: until a day, or for a duration after the award (E21)."""

    until: date | None = None
    duration: Duration | None = None

    def __post_init__(self) -> None:
        if (self.until is None) == (self.duration is None):
            raise ModelError("Give the validity either as a day (until) or as a duration.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in a currency (ISO 4217, three capitals)."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        need_amount(self.amount, "/amount", what="An amount of money", most=1_000_000_000)
        if not (len(self.currency) == 3 and self.currency.isalpha() and self.currency.isupper()):
            raise ModelError("A currency is three capitals, such as EUR.", path="/currency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What learners pay and what it costs the provider (R65, R74). funding: list `funding`."""

    fee: Money | None = None
    development: Money | None = None
    delivery: Money | None = None
    funding: tuple[Concept, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchLink:
    """Research that the content draws on (R75): a DOI or an ORCID iD, and a title."""

    identifier: Identifier
    title: Text | None = None

    def __post_init__(self) -> None:
        if self.identifier.scheme not in ("doi", "orcid"):
            raise ModelError("A research link is a DOI or an ORCID iD.", path="/identifier")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomElement:
    """An element of the provider's own, named by a URI; it survives every round trip (R108)."""

    uri: str
    label: Text
    value: Text

    def __post_init__(self) -> None:
        need_uri(self.uri, "/uri")

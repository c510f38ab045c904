"""What a verification is given, and what it yields.

Time, trust, official files and detached documents are arguments; nothing is read
from the clock, the network or settings (DESIGN section 7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tessera.report import Outcome, Report
from tessera.seals.jades.levels import Level
from tessera.seals.jades.timestamps import Timestamps
from tessera.trust.revocation import Compromise, RevocationData

if TYPE_CHECKING:
    from tessera.formats.protocol import Decoded, Embedded
    from tessera.seals.certificates import CertificateFacts
    from tessera.seals.pades import OpenedPdf
    from tessera.seals.protocol import Opened, OpenedProof, OpenedProofs, OpenedSignature
    from tessera.standards.contexts import Contexts
    from tessera.standards.locate import Library
    from tessera.trust.anchors import Anchor
    from tessera.trust.inquiry import Inquiry
    from tessera.trust.lists.assess import Assessment
    from tessera.trust.lists.entities import EntityAssessment, EntityLists
    from tessera.trust.lists.hierarchy import Hierarchy
    from tessera.trust.paths import PathResult
    from tessera.trust.resolve import Resolution, Resolver
    from tessera.trust.status import StatusReader
    from tessera.verify.entities import EntityFile
    from tessera.verify.lists import ListFile
    from tessera.verify.presented import Part

STEPS = ("parse", "seal", "signer", "time", "status", "schema", "elements", "issuer", "parts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Everything a verdict may depend on besides the bytes.

    at: the moment of judgement (aware). anchors: certificates that are trusted.
    lists: the EU's trusted lists, or None when there are none here; entities: likewise the
    lists of trusted entities of the wallet ecosystem.
    library: the official files, or None when they are not installed. detached:
    documents by name for a detached seal. element_list: which list the step
    `elements` asks for. use_shapes: run the official shapes beside our own check.
    revocation: CRLs and OCSP responses the verifier has beside those in the file.
    compromise: keys that the verifier knows to be lost. resolver: finds keys by what proofs
    call them; None resolves what needs neither network nor a file. statuses: reads status
    lists; None reads none. inquiry: asks the network about certificates; None stays offline.
    """

    at: datetime
    anchors: tuple[Anchor, ...] = ()
    lists: Hierarchy | None = None
    entities: EntityLists | None = None
    library: Library | None = None
    detached: Mapping[str, bytes] = field(default_factory=dict)
    element_list: str = "eu-2022"
    use_shapes: bool = True
    revocation: RevocationData = field(default_factory=RevocationData)
    compromise: Compromise = field(default_factory=Compromise)
    contexts: Contexts | None = None
    resolver: Resolver | None = None
    statuses: StatusReader | None = None
    inquiry: Inquiry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """The seal on the page of a certificate (PDF) in short; class as of `SealFacts`."""

    level: str | None
    intact: bool | None
    seal_class: str
    signer: str | None
    mechanism: str = "pades"

    def to_json(self) -> dict[str, Any]:
        return {
            "mechanism": self.mechanism,
            "level": self.level,
            "intact": self.intact,
            "class": self.seal_class,
            "signer": self.signer,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SealFacts:
    """The seal in short. class: qualified, advanced-trusted, advanced-unknown, test or broken.

    level: of AdES; None for other seals. page: the seal around it, of a certificate (PDF).
    """

    mechanism: str
    algorithm: str | None
    level: str | None
    intact: bool | None
    seal_class: str
    signers: tuple[str, ...]
    page: PageFacts | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "mechanism": self.mechanism,
            "algorithm": self.algorithm,
            "level": self.level,
            "intact": self.intact,
            "class": self.seal_class,
            "signer": self.signers[0] if self.signers else None,
            "signers": list(self.signers),
            **({"page": self.page.to_json()} if self.page else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What came out: the facts, the report with all nine steps, the decoded record if any."""

    sha256: str
    format: str | None
    seal: SealFacts | None
    report: Report
    decoded: Decoded | None


@dataclass(slots=True)
class Signer:
    """One seal on the file and what the steps found out about it; private to this room.

    facts: what its certificate says, None where there is none that can be read. host: the
    seal of the page that it lies in, whose document timestamps cover it as well. proof and
    party: for a proof of Verifiable Credentials, what it states and who controls its key.
    """

    signature: OpenedSignature
    certificate: bytes | None
    facts: CertificateFacts | None
    intact: bool = False
    path: PathResult | None = None
    listed: Assessment | None = None
    entity: EntityAssessment | None = None
    is_timely: bool = False
    timestamps: Timestamps = field(default_factory=Timestamps)
    level: Level | None = None
    host: Signer | None = None
    proof: OpenedProof | None = None
    party: Resolution | None = None

    @property
    def is_trusted(self) -> bool:
        if self.path is not None and self.path.outcome is Outcome.PASSED:
            return True
        return self.certificate is None and self.party is not None and self.party.is_trusted

    @property
    def name(self) -> str | None:
        """The holder of the certificate, else the party that controls the key."""
        if self.facts is not None:
            return self.facts.holder
        return self.party.controller if self.party else None


@dataclass(slots=True)
class Inspection:
    """The state that the steps of one verification hand on; private to this room.

    pdf: the certificate that the credential was attached to; page: the seal on it.
    proofs: the seals of a Verifiable Credential. embedded: the credentials inside, of which
    parts holds what came out; depth: how many documents this one lies in.
    """

    raw: bytes
    circumstances: Circumstances
    pdf: OpenedPdf | None = None
    page: Signer | None = None
    opened: Opened | None = None
    document: Any = None
    turtle: bool = False
    format: str | None = None
    decoded: Decoded | None = None
    trusted_list: ListFile | EntityFile | None = None
    signers: list[Signer] = field(default_factory=list)
    proofs: OpenedProofs | None = None
    embedded: tuple[Embedded, ...] = ()
    is_presentation: bool = False
    is_from_picture: bool = False
    parts: list[Part] | None = None
    depth: int = 0
    _resolver: Resolver | None = None

    @property
    def resolver(self) -> Resolver:
        """The resolver of the circumstances, else one without network and known parties."""
        if self._resolver is None:
            from tessera.trust.resolve import Resolver

            self._resolver = self.circumstances.resolver or Resolver(at=self.circumstances.at)
        return self._resolver

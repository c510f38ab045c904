"""What is exchanged with the peers for Verifiable Credentials, and our own verdict on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tessera.journeys.verifying import Judged, judge
from tessera.model import Award, Identifier, StatusEntry
from tessera.report import Outcome
from tessera.trust.resolve import KnownParties, Resolver
from tessera.trust.status import StatusReader
from tessera.verify.examination import Circumstances
from tests.complete import complete_award
from tests.interop import material
from tests.interop.vc_peers import Party


def award(issuer: Party, *status: StatusEntry) -> Award:
    """The complete award, its issuer known by DID."""
    made = complete_award()
    body = made.micro_credential.sealer
    known = (*body.identifiers, Identifier.parse("did", issuer.did))
    described = replace(made.micro_credential, issuer=replace(body, identifiers=known))
    return replace(made, micro_credential=described, status=status)


def resolver(*known: Party, at: datetime = material.JUDGED_AT) -> Resolver:
    return Resolver(KnownParties.of([one.document for one in known]), at=at)


def judged(
    raw: bytes,
    *known: Party,
    at: datetime = material.JUDGED_AT,
    lists: dict[str, bytes] | None = None,
) -> Judged:
    """The verdict of all nine steps for a verifier who knows these parties and has these lists."""
    keys = resolver(*known, at=at)
    statuses = StatusReader(lists, resolver=keys, at=at) if lists is not None else None
    circumstances = Circumstances(at=at, resolver=keys, statuses=statuses)
    return judge(raw, circumstances, "standard")


def refused_by(judgement: Judged) -> list[str]:
    """The rules that speak against the credential."""
    return [
        finding.rule
        for step in judgement.examination.report.steps
        for finding in step.findings
        if finding.outcome is Outcome.FAILED and not finding.advice and step.id != "elements"
    ]

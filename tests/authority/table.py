"""The table of outcomes: what the step `time` says of each level at each clock.

`python -m tests.authority.table` writes it into docs/standards/levels.md; a test holds the
page against it, once for sealed credentials and once for certificates (PDF). The verifier
trusts both roots and has, where a row says so, newer CRLs than the file. Every file is
sealed on 2026-06-01 by real services on loopback.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tessera.report import Outcome
from tessera.trust.revocation import Compromise, RevocationData
from tessera.verify.examination import Examination
from tests.authority.pages import LEVELS, page, page_raiser
from tests.authority.pki import Life
from tests.authority.world import SEALED_AT, World, a_world, day

PAGE = Path(__file__).parents[2] / "docs" / "standards" / "levels.md"
BEGIN, END = "<!-- table of outcomes -->", "<!-- end of table of outcomes -->"
FILES = ("B-B", "B-T", "B-LT", "B-LTA", "B-LTA renewed")
CLOCKS = (
    ("2025-12-01", "before the certificate of the seal"),
    ("2026-03-01", "before the seal was made"),
    ("2026-06-01T13:00", "an hour after the seal"),
    ("2027-06-01", "a year later"),
    ("2028-06-01", "the certificate of the seal has ended"),
    ("2029-06-01", "that of its CA too"),
    ("2031-06-01", "that of the first TSA too"),
    ("2034-06-01", "that of the first TSA's CA (trusted) too"),
    ("2038-06-01", "that of the second TSA too"),
)
RENEWED_AT = day("2030-06-01")
_SHORT = {Outcome.PASSED: "passed", Outcome.FAILED: "**failed**",
          Outcome.INDETERMINATE: "indeterminate"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: how it is sealed at a level, and how renewed."""

    name: str
    sealed: Callable[[World, str], bytes]
    renewed: Callable[[World, bytes], bytes]


KINDS = (
    Kind("credentials", World.sealed, lambda world, raw: world.raiser("lta").renew(raw)),
    Kind("certificates", page, lambda world, raw: page_raiser(world, "lta").renew(raw)),
)


def files(world: World, kind: Kind) -> dict[str, bytes]:
    """Seal one file of each level, and renew the last one in 2030 with another TSA."""
    services = world.services
    made = {f"B-{level.upper()}": kind.sealed(world, level) for level in LEVELS}
    second_root = world.tree.root(
        "TEST second TSA CA", Life(begins=day("2029-01-01"), ends=day("2045-01-01"))
    )
    second = world.tree.tsa(second_root, Life(begins=day("2030-01-01"), ends=day("2037-01-01")))
    services.know(second)
    first, services.tsa, services.now = services.tsa, second, RENEWED_AT
    made["B-LTA renewed"] = kind.renewed(world, made["B-LTA"])
    services.tsa, services.now = first, SEALED_AT
    world.second_root = second_root
    return made


def crl(world: World, which: str, since: str, issued: str, invalid: str | None = None) -> bytes:
    """The CRL that says that one certificate was revoked, as issued on a later day."""
    holder = getattr(world, which)
    services = world.services
    until = None if invalid is None else day(invalid)
    services.revoked = {holder.certificate.serial_number: (day(since), until)}
    services.now = day(issued)
    made = services.crl(holder.issuer.certificate.serial_number)
    services.revoked, services.now = {}, SEALED_AT
    return made


Known = tuple[RevocationData, Compromise]
NOTHING: Known = (RevocationData(), Compromise())


def _crl(which: str, since: str, invalid: str | None = None) -> Callable[[World], Known]:
    def known(world: World) -> Known:
        issued = f"{day(since) + timedelta(days=1):%Y-%m-%d}"
        return RevocationData(crls=(crl(world, which, since, issued, invalid),)), Compromise()

    return known


def _lost(which: str, since: str) -> Callable[[World], Known]:
    def known(world: World) -> Known:
        import hashlib

        digest = hashlib.sha256(getattr(world, which).der).hexdigest()
        return RevocationData(), Compromise(since={digest: day(since)})

    return known


REVOCATIONS: tuple[tuple[str, Callable[[World], Known]], ...] = (
    ("seal revoked 2027-01-01, after it sealed", _crl("sealer", "2027-01-01")),
    ("seal revoked 2026-05-01, before it sealed", _crl("sealer", "2026-05-01")),
    ("seal revoked 2027-01-01, key lost since 2026-05-01",
     _crl("sealer", "2027-01-01", "2026-05-01")),
    ("`--compromised` seal@2027-01-01", _lost("sealer", "2027-01-01")),
    ("`--compromised` seal@2026-05-01", _lost("sealer", "2026-05-01")),
    ("CA revoked 2027-01-01", _crl("middle", "2027-01-01")),
    ("TSA revoked 2027-01-01, after it stamped", _crl("tsa", "2027-01-01")),
    ("TSA revoked 2026-05-01, before it stamped", _crl("tsa", "2026-05-01")),
)  # fmt: skip


def cell(seen: Examination) -> str:
    """Say the outcome of the step `time`, and the first indication that decides it."""
    step = seen.report.step("time")
    deciding = [one for one in step.findings if one.outcome is step.outcome and not one.advice]
    indications = [str(one.evidence["indication"]) for one in deciding
                   if "indication" in one.evidence]  # fmt: skip
    if step.outcome is Outcome.PASSED:
        return "passed"
    return f"{_SHORT[step.outcome]} {indications[0] if indications else ''}".strip()


def rows(world: World, kind: Kind) -> Iterator[str]:
    """Yield the tables, as one kind of file makes them, as lines of Markdown."""
    made = files(world, kind)
    trusted = (world.root, world.tsa_root, world.second_root)

    def row(head: str, at: datetime, known: Known) -> str:
        cells = []
        for name in FILES:
            if name == "B-LTA renewed" and at < RENEWED_AT:
                cells.append("–")
                continue
            seen = world.seen(made[name], at, revocation=known[0], compromise=known[1],
                              anchors=trusted)  # fmt: skip
            assert seen.seal is not None
            assert (seen.seal.page or seen.seal).level == name.split(" ")[0], name
            cells.append(cell(seen))
        return f"| {head} | {' | '.join(cells)} |"

    yield f"| judged at | {' | '.join(FILES)} |"
    yield "|---|" + "---|" * len(FILES)
    for when, what in CLOCKS:
        yield row(f"{when[:10]}: {what}", day(when), NOTHING)
    for when in ("2027-06-01", "2028-06-01", "2033-06-01"):
        yield ""
        yield f"| judged {when}, and the verifier knows: | {' | '.join(FILES)} |"
        yield "|---|" + "---|" * len(FILES)
        for what, known in REVOCATIONS:
            yield row(what, day(when), known(world))


def table(kind: Kind) -> str:
    with a_world() as world:
        return "\n".join(rows(world, kind))


def kept() -> str:
    """Return the table that stands on the page."""
    return PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0].strip()


def main() -> int:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    made = table(KINDS[0])
    PAGE.write_text(f"{before}{BEGIN}\n{made}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

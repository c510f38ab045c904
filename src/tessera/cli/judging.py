"""`tessera verify`: read, judge, print, and end with the worst exit code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.cli import output
from tessera.cli.door import say
from tessera.errors import UnreadableError, UsageError
from tessera.report import Outcome, Report

if TYPE_CHECKING:
    from tessera.fetch import Fetcher
    from tessera.journeys.verifying import Judged
    from tessera.trust.revocation_ask import Asker
    from tessera.verify.examination import Circumstances

_EXIT = {Outcome.PASSED: 0, Outcome.FAILED: 1, Outcome.INDETERMINATE: 2}
# The worst of several files: 1 over 2 over 0 (DESIGN section 10); unreadable before all.
_WORST = {0: 0, 2: 1, 1: 2, 65: 3}
_TITLES = {
    "parse": "the file can be read",
    "seal": "the seal is intact",
    "signer": "the maker of the seal is known and trusted",
    "time": "it was valid at the time",
    "status": "it has not been withdrawn",
    "schema": "it follows the official format",
    "elements": "the European standard elements are there",
    "issuer": "the issuer is who the seal says",
    "parts": "the credentials it is made of",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked for."""

    at: str | None
    trust: tuple[Path, ...]
    policy: str
    element_list: str
    detached: tuple[Path, ...]
    compromised: tuple[str, ...] = ()
    language: str
    as_json: bool
    verbose: bool
    online: bool = False
    status_lists: tuple[Path, ...] = ()


def instant(text: str | None) -> datetime:
    """Return the moment of judgement: now, or what `--at` says.

    Raises: UsageError for anything that is not a day or an instant of ISO 8601.
    """
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"'{text}' is not a moment. Write --at 2026-11-24T12:00:00Z or --at 2026-11-24."
        ) from error
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def verify(files: list[Path], wishes: Wishes, asker: Asker | None = None) -> int:
    """Verify each file and return the worst exit code.

    asker: the client for `--online`; the guarded one for public addresses if None.
    """
    from tessera.journeys.verifying import judge
    from tessera.quality import lists
    from tessera.verify.policies import policy

    policy(wishes.policy)
    if wishes.element_list not in lists():
        raise UsageError(
            f"There is no list '{wishes.element_list}'. There are: {', '.join(lists())}."
        )
    circumstances = _circumstances(wishes, asker)
    worst = 0
    for number, (name, raw) in enumerate(_inputs(files)):
        if number and not wishes.as_json:
            output.line()
        if isinstance(raw, UnreadableError):
            say(str(raw))
            code = raw.exit_code
        else:
            given = _for_next_file(circumstances)
            judged = judge(raw, given, wishes.policy, language=wishes.language)
            _tell(name, judged, wishes, circumstances.at)
            code = _EXIT[judged.verdict.outcome]
        worst = max(worst, code, key=_WORST.__getitem__)
    return worst


def _inputs(files: Sequence[Path]) -> Iterator[tuple[str, bytes | UnreadableError]]:
    """Yield what is to be verified with its name: each file, and each file in a ZIP."""
    from tessera.journeys.unpacking import files_in
    from tessera.journeys.verifying import read_input

    for path in files:
        try:
            for name, raw in files_in(read_input(path), str(path)):
                named = UnreadableError(f"{name}: {raw}") if isinstance(raw, Exception) else raw
                yield name, named
        except UnreadableError as error:
            yield str(path), error


def _circumstances(wishes: Wishes, asker: Asker | None) -> Circumstances:
    from tessera.cli.trusting import installed_entities, installed_lists
    from tessera.standards.locate import installed_library
    from tessera.trust.anchors import load_anchors
    from tessera.trust.revocation_files import load_revocation, read_compromises
    from tessera.verify.examination import Circumstances

    certificates, keys = _sorted(wishes.trust)
    given = Circumstances(
        at=instant(wishes.at),
        anchors=load_anchors(certificates),
        lists=installed_lists(),
        entities=installed_entities(),
        library=installed_library(),
        detached={str(path): _detached(path) for path in wishes.detached},
        element_list=wishes.element_list,
        revocation=load_revocation(wishes.trust),
        compromise=read_compromises(wishes.compromised, wishes.trust),
    )
    if not keys and not wishes.online and not wishes.status_lists:
        return given
    from tessera.journeys.verifying import read_input

    lists = {path.name: read_input(path) for path in wishes.status_lists}
    return _with_keys(given, keys, lists, _network(asker) if wishes.online else None)


def _sorted(trust: Sequence[Path]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Divide what is trusted into certificates and files about keys.

    A folder may hold other JSON as well, such as the credentials themselves: there, what says
    nothing about keys is passed over. Named by itself, such a file is refused later on.
    """
    if not trust:
        return (), ()
    from tessera.trust.resolve import sort_trust_files

    certificates, keys = sort_trust_files(trust)
    return certificates, tuple(one for one in keys if one in trust or _says_keys(one))


def _says_keys(path: Path) -> bool:
    from tessera.trust.resolve import KnownParties

    try:
        return bool(KnownParties.load([path]))
    except UnreadableError:
        return False


@dataclass(frozen=True, slots=True)
class _Network:
    """The two clients of `--online`.

    certificates: for answers that are signed themselves, which most certificates publish
    under plain HTTP. others: for keys and status lists, HTTPS only.
    """

    certificates: Asker
    others: Fetcher


def _network(asker: Asker | None) -> _Network:
    from tessera.trust.fetch import GuardedFetcher

    if asker is not None:
        return _Network(asker, asker)
    return _Network(GuardedFetcher(allow_plain=True), GuardedFetcher())


def _with_keys(
    given: Circumstances,
    keys: Sequence[Path],
    lists: Mapping[str, bytes],
    network: _Network | None,
) -> Circumstances:
    """Add what finds the keys of others and reads status lists, from files or the network."""
    from tessera.standards.locate import data_folder
    from tessera.trust.inquiry import Inquiry
    from tessera.trust.resolve import KnownParties, Resolver
    from tessera.trust.status import CopyStore, StatusReader

    known = KnownParties.load(keys)
    if network is None:
        resolver = Resolver(known, at=given.at)
        statuses = StatusReader(lists, resolver=resolver, at=given.at, anchors=given.anchors)
        return replace(given, resolver=resolver, statuses=statuses)
    resolver = Resolver(known, network.others, given.at)
    copies = CopyStore(data_folder("status", "TESSERA_STATUS", "status lists"))
    return replace(
        given,
        resolver=resolver,
        statuses=StatusReader(
            lists,
            fetcher=network.others,
            resolver=resolver,
            at=given.at,
            copies=copies,
            anchors=given.anchors,
        ),
        inquiry=Inquiry(asker=network.certificates, clock=lambda: datetime.now(UTC)),
    )


def _for_next_file(circumstances: Circumstances) -> Circumstances:
    if circumstances.inquiry is None:
        return circumstances
    return replace(circumstances, inquiry=circumstances.inquiry.for_next_file())


def _detached(path: Path) -> bytes:
    """Read a document that a seal covers, whole. Raises: UnreadableError."""
    from tessera.journeys.verifying import MOST_BYTES, read_input

    content = read_input(path)
    if len(content) > MOST_BYTES:
        raise UnreadableError(
            f"{path} is larger than {MOST_BYTES // 1_000_000} MB, so a seal on it was not checked."
        )
    return content


def _tell_steps(report: Report, *, everything: bool) -> None:
    for step in report.steps:
        output.step(step, title=_TITLES[step.id], everything=everything)
    if report.not_checked:
        output.line("  What nobody checked:")
        output.bullets(report.not_checked, indent=4)


def _tell_asked(report: Report) -> None:
    """Name every address that was asked for this file, and when."""
    asked = [one for finding in report.findings() for one in finding.evidence.get("asked", ())]
    lines = dict.fromkeys(
        f"{one['kind']}: {one['url']} ({one['at'][:19]} UTC)"
        + (f", in vain: {one['problem']}" if "problem" in one else "")
        for one in asked
    )
    if lines:
        output.line("  Asked in the network:")
        output.bullets(lines, indent=4)


def _tell(name: str, judged: Judged, wishes: Wishes, at: datetime) -> None:
    if wishes.as_json:
        output.json_line({**judged.to_json(name), "at": at.isoformat()})
        return
    seen = judged.examination
    output.line(name)
    output.line(f": {judged.sentence}", lead=output.mark(judged.verdict.outcome))
    if seen.seal is not None:
        names = ", ".join(seen.seal.signers) or "unknown"
        kind = " ".join(filter(None, (seen.seal.mechanism, seen.seal.level)))
        output.line(f"  Seal: {kind}, {seen.seal.algorithm}, {seen.seal.seal_class}, by {names}")
        page = seen.seal.page
        if page is not None:
            level, signer = page.level or "without a level", page.signer or "unknown"
            output.line(f"  Page: {page.mechanism} {level}, {page.seal_class}, by {signer}")
    if seen.report.step("parse").outcome is Outcome.FAILED and not wishes.verbose:
        output.line("  Nothing else was checked.")
    else:
        _tell_steps(seen.report, everything=wishes.verbose)
    _tell_asked(seen.report)
    output.line(f"  Policy '{judged.policy}', judged for {at:%Y-%m-%d %H:%M:%S} UTC.")

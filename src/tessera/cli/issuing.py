"""`tessera issue`: write a template, try a table out, or award and seal."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.cli import output
from tessera.errors import UsageError
from tessera.report import Outcome

if TYPE_CHECKING:
    from tessera.issue.learners import Refusal
    from tessera.journeys.issuing import Plan, Tally
    from tessera.model import MicroCredential

_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The arguments of the command, as typed."""

    description: Path
    learners: Path | None
    key: list[str] | None
    password_file: list[Path] | None
    out: Path | None
    template: Path | None
    dry_run: bool
    format: str
    level: str
    profile: str
    lang: str
    awarded_on: str | None
    workers: int
    require_complete: bool
    json: bool


def issue(order: Order) -> int:
    """Do what the order says and return the exit code."""
    from tessera.cli.describing import read_description

    _refuse_what_comes_later(order)
    description = read_description(order.description).micro_credential
    if order.template is not None:
        return _template(description, order.template)
    if order.learners is None:
        raise UsageError(
            "Name the table of learners, or ask for an empty one: "
            f"tessera issue {order.description} --template learners.xlsx"
        )
    code = _about_description(description, order)
    if code:
        return code
    planned = _plan(description, order)
    if order.dry_run:
        return _dry_run(planned, order)
    if not order.key or order.out is None:
        raise UsageError("Sealing needs --key FILE.p12 and --out FOLDER (or try --dry-run first).")
    return _seal(planned, order)


def _refuse_what_comes_later(order: Order) -> None:
    if order.format != "elm":
        raise UsageError(f"The format '{order.format}' cannot be written; there is: elm.")
    if order.level != "b":
        raise UsageError(f"The seal level '{order.level}' cannot be made; there is: b.")
    for key in order.key or ():
        if key.startswith(("pkcs11:", "csc:")):
            raise UsageError(f"Keys of the kind {key.split(':')[0]}: cannot be used; give a .p12.")


def _template(description: MicroCredential, path: Path) -> int:
    from tessera.issue.template import write_template

    columns = write_template(description, path)
    output.line(f"Wrote {path} with the columns {', '.join(columns)}.")
    output.line("Replace the example row by one row per learner.")
    return 0


def _about_description(description: MicroCredential, order: Order) -> int:
    """Check the description once; only what makes it no micro-credential stops the batch."""
    from tessera.quality import definition, elements

    failed = [one for one in definition.examine(description) if one.outcome is Outcome.FAILED]
    report = elements.examine(description, "eu-2022")
    missing = [one for one in report.findings() if one.outcome is Outcome.FAILED and not one.advice]
    stops = failed + (missing if order.require_complete else [])
    for finding in (*failed, *missing):
        print(f"tessera: {finding.message}", file=sys.stderr)
    if stops:
        print(
            f"tessera: Nothing was sealed. See 'tessera check {order.description}' for each "
            "element and what a good one looks like.",
            file=sys.stderr,
        )
        return 1
    if missing:
        print(
            f"tessera: {len(missing)} mandatory elements are missing; the credentials will be "
            "genuine but incomplete. --require-complete refuses such a description.",
            file=sys.stderr,
        )
    return 0


def _plan(description: MicroCredential, order: Order) -> Plan:
    from tessera.journeys import issuing

    assert order.learners is not None
    today = datetime.now(UTC).date()
    planned = issuing.plan(
        description,
        order.learners,
        today=today,
        awarded_on=_day(order.awarded_on),
        language=order.lang,
    )
    if planned.columns.unused and not order.json:
        output.line(f"Not used: {', '.join(planned.columns.unused)}.")
    return planned


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is not a day. Write --awarded-on 2026-11-24.") from error


def _dry_run(planned: Plan, order: Order) -> int:
    from tessera.issue.learners import Refusal

    good = refused = 0
    for row, read in planned.read():
        if isinstance(read, Refusal):
            refused += 1
            if order.json:
                output.json_line(
                    {"row": row.number, "learner_id": read.learner_id, "outcome": "refused",
                     "reasons": list(read.reasons)}
                )  # fmt: skip
            else:
                _tell_refusal(read)
        else:
            good += 1
            if order.json:
                output.json_line(
                    {"row": row.number, "learner_id": read.learner.key, "outcome": "ready"}
                )
    if not order.json:
        output.line(f"{good} rows are ready, {refused} are refused. Nothing was sealed.")
        if not good and not refused:
            output.line("The table has a header but no learners.")
    return 1 if refused or not good else 0


def _tell_refusal(refusal: Refusal) -> None:
    output.line(f"Row {refusal.row} ({refusal.learner_id or 'no learner_id'}):")
    output.bullets(refusal.reasons, indent=4)


def _seal(planned: Plan, order: Order) -> int:
    from tessera.cli.sealing import load_keys
    from tessera.issue.register import Register
    from tessera.journeys import issuing
    from tessera.journeys.crew import Crew, Kit

    assert order.key is not None
    assert order.out is not None
    now = datetime.now(UTC)
    options = issuing.options_of(order.profile)
    keys = load_keys(order.key, order.password_file or [], now)
    with Register.open(order.out) as register:
        planned = issuing.remembered(planned, register, chosen=order.awarded_on is not None)
        edition = issuing.edition_of(
            planned.description, keys[0], now=now, languages=issuing.languages_of(planned)
        )
        kit = Kit(
            edition=edition, options=options, keys=tuple(order.key),
            password_files=tuple(order.password_file or ()),
        )  # fmt: skip
        with _Progress(quiet=order.json) as advance:
            if order.workers > 1:
                tally = Crew(kit, order.out, order.workers).issue(planned, register, advance)
            else:
                tally = issuing.issue(planned, kit.sealer(keys), register, advance)
        total = register.count()
    _tell(tally, order, total=total, is_test=edition.is_test)
    return 1 if tally.refused or not tally.rows else 0


def _tell(tally: Tally, order: Order, *, total: int, is_test: bool) -> None:
    from tessera.journeys.issuing import REFUSED_FILE

    if order.json:
        output.json_line(
            {"schema": 1, "sealed": tally.sealed, "already_sealed": tally.already,
             "refused": tally.refused, "in_folder": total, "out": str(order.out),
             "is_test": is_test}
        )  # fmt: skip
        return
    if not tally.rows:
        output.line("The table has a header but no learners. Nothing was sealed.")
        return
    output.line(f"{tally.sealed} credentials are sealed, in {order.out}/credentials.")
    if tally.already:
        output.line(f"{tally.already} were sealed before and stay as they are.")
    if tally.files_written_again:
        output.line(f"{tally.files_written_again} missing files were written again.")
    if tally.refused:
        output.line(
            f"{tally.refused} rows are refused; {order.out}/{REFUSED_FILE} holds them with the "
            "reasons. Correct them and run the same command again."
        )
    if is_test:
        output.line("Sealed with a TEST key: they say TEST and prove nothing outside a test.")


class _Progress:
    """A progress bar on a terminal; nothing in a pipe."""

    def __init__(self, *, quiet: bool) -> None:
        self._bar = None
        if not quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            self._bar = Progress(
                TextColumn("Sealing"), MofNCompleteColumn(), TextColumn("rows"),
                TimeElapsedColumn(), console=Console(stderr=True), transient=True,
            )  # fmt: skip

    def __enter__(self) -> _Progress:
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task("seal", total=None)
        return self

    def __exit__(self, *details: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, rows: int) -> None:
        if self._bar is not None:
            self._bar.advance(self._task, rows)

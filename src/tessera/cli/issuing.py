"""`tessera issue`: write a template, try a table out, or award and seal."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.cli import certifying, forming, output
from tessera.cli.certifying import Look
from tessera.cli.progress import Progress
from tessera.errors import UsageError
from tessera.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tessera.formats.losses import LossReport
    from tessera.issue.forms import FormPlan
    from tessera.issue.learners import Entry, Refusal
    from tessera.issue.register import Register
    from tessera.journeys.certifying import Certified
    from tessera.journeys.crew import Kit, PageKit
    from tessera.journeys.issuing import Plan, Tally
    from tessera.model import MicroCredential
    from tessera.seals.protocol import SigningKey

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
    form_key: str | None = None
    form_password_file: Path | None = None
    did: str | None = None
    badge_as_token: bool = False
    status_prefix: str | None = None
    level: str
    tsa: str | None = None
    profile: str
    lang: str
    awarded_on: str | None
    workers: int
    require_complete: bool
    json: bool
    pdf: bool = False
    portrait: bool = False
    colour: str | None = None
    verify_url: str | None = None

    @property
    def look(self) -> Look:
        """How the certificates look; each speaks the language of its credential."""
        return Look(portrait=self.portrait, colour=self.colour, verify_url=self.verify_url)

    chain: Path | None = None


def issue(order: Order) -> int:
    """Do what the order says and return the exit code."""
    from tessera.cli.describing import read_description

    forms = forming.plan_of(order)
    _refuse_wrong_words(order)
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
    return _seal(planned, order, forms)


def _refuse_wrong_words(order: Order) -> None:
    """Refuse what is no colour or address before any work is done. Raises: UsageError."""
    order.look.options()
    if order.status_prefix is not None:
        from tessera.issue.status.lists import need_prefix

        need_prefix(order.status_prefix)


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
    if not order.json:
        for note in (*planned.table.notes, *issuing.undrawn(planned)):
            output.line(note)
        if planned.columns.unused:
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
    """Report every row; on paper, of those that are ready only the first."""
    from tessera.issue.learners import Refusal

    good = refused = 0
    for row, read in planned.read():
        is_refused = isinstance(read, Refusal)
        refused += is_refused
        good += not is_refused
        if order.json:
            output.json_line(_row_as_json(row.number, read))
        elif isinstance(read, Refusal):
            output.line(f"Row {row.number} ({read.learner_id or 'no learner_id'}) is refused:")
            output.bullets(read.reasons, indent=4)
        elif good <= _SHOWN:
            output.line(
                f"Row {row.number} ({read.learner.key}) is ready: {read.learner.display_name}, "
                f"{read.awarded_on}, {read.language}"
            )
    if not order.json:
        if good > _SHOWN:
            output.line(f"{good - _SHOWN} more rows are ready; --json lists every row.")
        output.line(f"{_rows(good)} ready, {refused} refused. Nothing was sealed.")
    return 1 if refused or not good else 0


def _rows(number: int) -> str:
    return f"{number} row is" if number == 1 else f"{number} rows are"


def _row_as_json(number: int, read: Entry | Refusal) -> dict[str, object]:
    from tessera.issue.learners import Refusal

    if isinstance(read, Refusal):
        return {"row": number, "learner_id": read.learner_id, "outcome": "refused",
                "reasons": list(read.reasons)}  # fmt: skip
    return {"row": number, "learner_id": read.learner.key, "outcome": "ready",
            "awarded_on": read.awarded_on.isoformat(), "language": read.language,
            "award_key": read.award_key}  # fmt: skip


def _seal(planned: Plan, order: Order, forms: FormPlan | None) -> int:
    from tessera.cli.sealing import load_keys, surroundings
    from tessera.issue.register import Register
    from tessera.journeys import issuing
    from tessera.journeys.crew import Crew

    assert order.key is not None
    assert order.out is not None
    now = datetime.now(UTC)
    with Crew(order.out, order.workers) if order.workers > 1 else nullcontext() as crew:
        keys = load_keys(order.key, order.password_file or [], now, surroundings(order.chain))
        forming.refuse_for_record(keys)
        # Whatever may be refused is refused before the folder is touched.
        kit = _kit(planned, order, forms, keys, now)
        with Register.open(order.out) as register:
            planned = issuing.remembered(planned, register, chosen=order.awarded_on is not None)
            kit, order = _with_status(kit, register, order)
            with Progress(planned.table.rows_about, quiet=order.json) as advance:
                if crew is not None:
                    tally = crew.issue(kit, planned, register, advance)
                else:
                    tally = issuing.issue(planned, kit.sealer(keys), register, advance)
            issuing.complete_forms(kit.former(keys), register, tally)
            total = register.count()
            losses = _losses(forms, register, tally)
            drawn = None
            if order.pdf:
                pages = _page_kit(kit, order)
                drawn = certifying.certificates(register, pages, keys[0], crew, quiet=order.json)
    missing = issuing.seals_missing(planned.description, keys)
    is_test = kit.edition.is_test
    _tell(
        tally, planned, order, total=total, is_test=is_test, missing=missing, drawn=drawn,
        losses=losses,
    )  # fmt: skip
    return 1 if tally.refused else 0


def _losses(
    forms: FormPlan | None, register: Register, tally: Tally
) -> tuple[LossReport, ...]:  # fmt: skip
    """Say what the further forms cannot carry, when some were written in this run."""
    from tessera.journeys.issuing import losses_of

    return losses_of(forms.names, register) if forms and (tally.sealed or tally.completed) else ()


def _kit(
    planned: Plan,
    order: Order,
    forms: FormPlan | None,
    keys: Sequence[SigningKey],
    now: datetime,
) -> Kit:
    from tessera.cli.sealing import ascent, surroundings
    from tessera.journeys import issuing
    from tessera.journeys.crew import Kit

    form_key = forming.key_of(order)
    sealing = form_key.unlock(now) if form_key else keys[0]
    return Kit(
        edition=issuing.edition_of(
            planned.description,
            keys,
            now=now,
            languages=issuing.languages_of(planned),
            did=forms.issuer_did(sealing) if forms else None,
        ),
        options=issuing.options_of(order.profile),
        keys=tuple(order.key or ()),
        password_files=tuple(order.password_file or ()),
        around=surroundings(order.chain),
        ascent=ascent(order.level, order.tsa),
        forms=forms,
        form_key=form_key,
    )


def _with_status(kit: Kit, register: Register, order: Order) -> tuple[Kit, Order]:
    """Settle where the awards get places in status lists: as ordered, or as the run before."""
    from tessera.journeys import issuing

    edition = issuing.with_status(kit.edition, register, order.status_prefix)
    prefix = edition.status.prefix if edition.status else None
    return replace(kit, edition=edition), replace(order, status_prefix=prefix)


def _page_kit(kit: Kit, order: Order) -> PageKit:
    """Return what certificates are made with: the same keys and the same level."""
    from tessera.journeys.crew import PageKit

    return PageKit(
        options=order.look.options(),
        language=None,
        keys=kit.keys,
        password_files=kit.password_files,
        at=datetime.now(UTC).replace(microsecond=0),
        around=kit.around,
        ascent=kit.ascent,
    )


def _tell(
    tally: Tally,
    planned: Plan,
    order: Order,
    *,
    total: int,
    is_test: bool,
    missing: tuple[str, ...],
    drawn: Certified | None,
    losses: Sequence[LossReport],
) -> None:
    awarded_on = planned.occasion.awarded_on
    if order.json:
        output.json_line(
            {"schema": 1, "sealed": tally.sealed, "already_sealed": tally.already,
             "refused": tally.refused, "completed": tally.completed, "in_folder": total,
             "out": str(order.out),
             "awarded_on": awarded_on.isoformat(), "is_test": is_test,
             "seals_missing": list(missing),
             **({"losses": [one.to_json() for one in losses]} if losses else {}),
             **({"status": order.status_prefix} if order.status_prefix else {}),
             **({"certificates": certifying.as_json(drawn)} if drawn else {})}
        )  # fmt: skip
        return
    for sentence in _sentences(tally, order, missing):
        output.line(sentence)
    if drawn is not None and order.out is not None:
        certifying.tell(drawn, order.out)
    forming.tell_losses(losses)
    if awarded_on != planned.occasion.today:
        output.line(
            f"The day of the award is {awarded_on}, as in the run before (--awarded-on changes it)."
            if order.awarded_on is None
            else f"The day of the award is {awarded_on}."
        )
    if is_test and tally.sealed:
        output.line("Sealed with a TEST key: they say TEST and prove nothing outside a test.")


def _sentences(tally: Tally, order: Order, missing: tuple[str, ...]) -> Iterator[str]:
    from tessera.journeys.refused import REFUSED_FILE

    yield f"{_credentials(tally.sealed)} sealed, in {order.out}/credentials."
    if tally.already:
        yield f"{_credentials(tally.already)} sealed already and {_stays(tally.already)}."
    if tally.files_written_again:
        yield f"{_files(tally.files_written_again)} written again."
    if tally.completed:
        yield f"{_credentials(tally.completed)} given the further forms that were missing."
    if tally.refused:
        yield (
            f"{_rows(tally.refused)} refused; {order.out}/{REFUSED_FILE} names the reasons. "
            "Correct the rows there or in your table and run the command again."
        )
    if order.status_prefix and tally.sealed:
        yield (
            f"They name status lists below {order.status_prefix}. Before you hand them out, run "
            f"'tessera status publish --store {order.out} --key KEY --out FOLDER' and show FOLDER "
            "there: until then nobody can see that they count."
        )
    if missing:
        yield (
            f"The description asks for the seal of {', '.join(missing)} as well. Until "
            "'tessera seal add FILE --key K' has added it, the credentials do not verify."
        )


def _credentials(number: int) -> str:
    if number == 0:
        return "No new credential is"
    return f"{number} credential is" if number == 1 else f"{number} credentials are"


def _files(number: int) -> str:
    return "1 missing file was" if number == 1 else f"{number} missing files were"


def _stays(number: int) -> str:
    return "stays as it is" if number == 1 else "stay as they are"

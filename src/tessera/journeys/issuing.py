"""The journey of awarding: description, table and keys in; a folder of sealed credentials out.

Steps: 1 read and check the description once, 2 read the header of the table,
3 settle the edition (issuer from the certificate, time, pictures), 4 walk the rows
in chunks: read, leave out what is sealed already, seal, register, write files,
5 write again what an earlier run left out, and the refused rows with reasons.

A run may be killed at any moment and run again: `tessera.issue.register` says what is
durable, and the award key that nothing is sealed twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.errors import UsageError
from tessera.issue.batch import ChunkSealer, SealedChunk
from tessera.issue.columns import Columns, understand
from tessera.issue.compose import Edition, with_issuer
from tessera.issue.forms import Forms, named
from tessera.issue.learners import Entry, Occasion, Reader, Refusal, title_language
from tessera.issue.register import Register
from tessera.issue.status.lists import need_prefix
from tessera.issue.status.plan import StatusPlan
from tessera.issue.tables import Row, Table, open_table
from tessera.issue.workbook import TableError
from tessera.journeys.refused import RefusedRows
from tessera.model import MicroCredential
from tessera.seals.certificates import describe
from tessera.seals.jades import JADES, JadesOptions, Profile

if TYPE_CHECKING:
    from tessera.formats.losses import LossReport
    from tessera.seals.protocol import SigningKey

CHUNK = 250
_STATUS = "status-prefix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A description and a table that fit together; nothing has been sealed."""

    description: MicroCredential
    table: Table
    columns: Columns
    occasion: Occasion

    def read(self) -> Iterator[tuple[Row, Entry | Refusal]]:
        """Walk the table and read each row. Raises: TableError."""
        reader = Reader(occasion=self.occasion, columns=self.columns)
        for row in self.table.rows():
            yield row, reader.read(row)


@dataclass(slots=True)
class Tally:
    """How a run went."""

    sealed: int = 0
    already: int = 0
    refused: int = 0
    files_written_again: int = 0
    completed: int = 0

    @property
    def rows(self) -> int:
        return self.sealed + self.already + self.refused


def plan(
    description: MicroCredential, learners: Path, *, today: date, awarded_on: date | None,
    language: str,
) -> Plan:  # fmt: skip
    """Fit a table to a description.

    Raises: TableError, also for a table without learners; WrongColumnsError; UsageError
    for a language without a title or an award date that is still to come.
    """
    if awarded_on and awarded_on > today:
        raise UsageError(f"The award date {awarded_on} lies in the future.")
    table = open_table(learners)
    columns = understand(table.header, description)
    title = description.title
    chosen = title_language(description, language or (title.languages[0] if title else "en"))
    if chosen is None:
        raise UsageError(
            f"The description has no title in '{language}'. It has: "
            f"{', '.join(title.languages) if title else 'none'}."
        )
    if next(table.rows(), None) is None:
        raise TableError(
            f"{learners.name} has a header but no learners. Put one row per learner below it."
        )
    occasion = Occasion(
        description=description, today=today, awarded_on=awarded_on or today, language=chosen
    )
    return Plan(description=description, table=table, columns=columns, occasion=occasion)


def undrawn(planned: Plan) -> tuple[str, ...]:
    """Say which text of the picture shows an empty box, since no font here has its signs."""
    from tessera.render.display import unshown

    told = (unshown(planned.description, language) for language in languages_of(planned))
    return tuple(dict.fromkeys(one for one in told if one is not None))


def edition_of(
    description: MicroCredential,
    keys: Sequence[SigningKey],
    *,
    now: datetime,
    languages: Sequence[str],
    did: str | None = None,
) -> Edition:
    """Settle what all awards share: issuer, moment, TEST mark, one picture per language.

    keys: the issuer is the holder of the first; one test key among them makes it a test.
    did: of the issuer, which further forms name it by.
    """
    from tessera.render.display import display_picture

    facts = [describe(key.certificate_chain[0]) for key in keys]
    is_test = any(one.is_test for one in facts)
    issued = with_issuer(description, facts[0])
    issued = named(issued, did) if did else issued
    pictures = {
        language: display_picture(issued, language, is_test=is_test) for language in languages
    }
    return Edition(
        description=issued,
        sealed_at=now.replace(microsecond=0),
        is_test=is_test,
        pictures=pictures,
    )


def seals_missing(description: MicroCredential, keys: Sequence[SigningKey]) -> tuple[str, ...]:
    """Return the names of bodies that the description wants to seal and that no key belongs to."""
    sealing = {describe(key.certificate_chain[0]).organisation_identifier for key in keys}
    missing = {
        body.id: str(body.legal_name or body.id)
        for body in description.organisations()
        if body.id in description.seals_required
        and not any(one.value in sealing for one in body.identifiers)
    }
    described = {body.id for body in description.organisations()}
    undescribed = [id for id in description.seals_required if id not in described]
    return (*missing.values(), *undescribed)


def languages_of(planned: Plan) -> tuple[str, ...]:
    """Return the languages that the rows may ask for: those of the title."""
    title = planned.description.title
    default = planned.occasion.language
    others = title.languages if title and "language" in planned.columns.names else ()
    return tuple(dict.fromkeys((default, *others)))


def with_status(edition: Edition, register: Register, prefix: str | None) -> Edition:
    """Give the awards of a run places in status lists below an address.

    prefix: None for that of the last run in this folder; a folder that never had one gets
    none. Raises: UsageError for what is no address, StoreError.
    """
    known = register.recall(_STATUS)
    chosen = known if prefix is None else need_prefix(prefix)
    if chosen is None:
        return edition
    if chosen != known:
        register.remember(_STATUS, chosen)
    return replace(edition, status=StatusPlan(folder=register.folder, prefix=chosen))


def remembered(planned: Plan, register: Register, *, chosen: bool) -> Plan:
    """Use the award date of the last run in this folder, so that a re-run changes nothing.

    chosen: the person named the date; then it is the one to be remembered.
    """
    name = f"awarded_on {planned.description.id} {planned.description.version}"
    before = register.recall(name)
    today = planned.occasion.awarded_on
    if chosen or before is None:
        register.remember(name, today.isoformat())
        return planned
    occasion = replace(planned.occasion, awarded_on=date.fromisoformat(before))
    return replace(planned, occasion=occasion)


def issue(
    planned: Plan,
    sealer: ChunkSealer,
    register: Register,
    progress: Callable[[int], None] = lambda _: None,
    *,
    files: bool = True,
) -> Tally:
    """Seal every row that is not sealed yet, in this process.

    files: without them the sealed bytes are in the register alone.
    Raises: StoreError when the folder or disk refuses; what is sealed stays.
    """
    tally, before = Tally(), register.newest()
    with RefusedRows(register.folder, planned.table.header) as refused:
        for entries, rows in chunks(planned, tally, refused):
            waiting = fresh(entries, register, tally)
            chunk = sealer.seal(waiting)
            for refusal in chunk.refusals:
                refused.add(rows[refusal.row], refusal)
                tally.refused += 1
            stored = register.add(chunk.awards)
            tally.sealed += len(stored)
            tally.already += len(chunk.awards) - len(stored)
            if files:
                register.write_files(stored)
            end_if_stopped(chunk)
            progress(len(rows))
    if files:
        tally.files_written_again = register.write_missing_files(until=before)
    return tally


def complete_forms(forms: Forms | None, register: Register, tally: Tally) -> None:
    """Give awards that were sealed before the further forms that they lack, and their files.

    Raises: EncodeError, StoreError.
    """
    if forms is not None:
        tally.completed = forms.complete(register)
        if tally.completed:
            register.write_missing_files()


def losses_of(names: Sequence[str], register: Register) -> tuple[LossReport, ...]:
    """Say of each further form what it cannot carry of these awards, by the first of them."""
    from tessera.formats.elm import FORMAT
    from tessera.journeys.converting import batch_report, target
    from tessera.standards.jsontext import read_json

    first = next(register.ids(), None)
    if first is None:
        return ()
    sealed = register.sealed(first)
    document = read_json(JADES.open(sealed).document, max_bytes=len(sealed))
    award = FORMAT.decode(document).award
    return tuple(batch_report(target(name), award) for name in names)


def end_if_stopped(chunk: SealedChunk) -> None:
    """End the run where sealing had to stop in a chunk; what was sealed before is registered."""
    if chunk.stopped_by is not None:
        ended = type(chunk.stopped_by)
        raise ended(
            f"{chunk.stopped_by} What is sealed stays; run the same command again to go on."
        ) from chunk.stopped_by


def chunks(
    planned: Plan, tally: Tally, refused: RefusedRows
) -> Iterator[tuple[list[Entry], dict[int, Row]]]:
    """Walk the table in chunks: entries to award, and all rows by number; refusals are noted."""
    walked = planned.read()
    while chunk := list(islice(walked, CHUNK)):
        entries = []
        for row, read in chunk:
            if isinstance(read, Refusal):
                refused.add(row, read)
                tally.refused += 1
            else:
                entries.append(read)
        yield entries, {row.number: row for row, _ in chunk}


def fresh(entries: Sequence[Entry], register: Register, tally: Tally) -> list[Entry]:
    """Leave out what is sealed already."""
    known = register.known([entry.award_key for entry in entries])
    tally.already += sum(entry.award_key in known for entry in entries)
    return [entry for entry in entries if entry.award_key not in known]


def options_of(profile: str) -> JadesOptions:
    """Return the seal options of a profile. Raises: UsageError naming those there are."""
    try:
        return JadesOptions(profile=Profile(profile))
    except ValueError as error:
        names = ", ".join(one.value for one in Profile)
        raise UsageError(f"There is no seal profile '{profile}'. There are: {names}.") from error

"""Which columns a table of learners has: always the same four, and what a description needs.

Names are matched without regard to case, blanks and hyphens; a few common English
names are understood as well ("First name" is given_name).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from tessera.errors import UnreadableError
from tessera.model import MicroCredential

ALWAYS = ("learner_id", "given_name", "family_name", "email")
EXAMPLE = {
    "learner_id": "S-0001",
    "given_name": "Ada",
    "family_name": "Example",
    "email": "ada@example.org",
}
"""The learner of a template's example row; nobody is awarded who is still called so."""
_ALIASES = {
    "first_name": "given_name",
    "forename": "given_name",
    "last_name": "family_name",
    "surname": "family_name",
    "e_mail": "email",
    "mail": "email",
    "email_address": "email",
    "student_id": "learner_id",
    "student_number": "learner_id",
    "birth_date": "date_of_birth",
    "awarded_on": "award_date",
    "lang": "language",
    "orcid_id": "orcid",
}
PERSONAL = (
    "full_name",
    "date_of_birth",
    "esi",
    "orcid",
    "eidas",
    "national_id",
    "national_id_country",
    "citizenship",
)
"""More about the person, only where the purpose needs it."""
_ALSO = (
    *PERSONAL,
    "language",
    "award_date",
    "award_key",
    "number",
    "period_start",
    "period_end",
    "actual_hours",
    "replaces",
    "replaces_reason",
)
_PER_ASSESSMENT = ("grade", "graded_on", "supervision")


class WrongColumnsError(UnreadableError):
    """The header of a table lacks a column, repeats one, or nearly names one."""

    code = "columns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """How the header of a table was understood.

    names: the column name per position, or None for one that is not used.
    unused: headers that mean nothing to us, to be told to the person.
    """

    names: tuple[str | None, ...]
    unused: tuple[str, ...]


def needed(description: MicroCredential) -> tuple[str, ...]:
    """Return the columns that a template for this description has, in order.

    The four that are always there; a grade column for every assessment with a
    grading scheme; the language where the title exists in several.
    """
    columns = list(ALWAYS)
    several = len(description.assessments) > 1
    for assessment in description.assessments:
        if assessment.grading is not None:
            columns.append(f"grade_{assessment.id}" if several else "grade")
    if description.title is not None and len(description.title.languages) > 1:
        columns.append("language")
    return tuple(columns)


def known(description: MicroCredential) -> tuple[str, ...]:
    """Return every column name that is understood for this description."""
    ids = [assessment.id for assessment in description.assessments]
    per = [f"{kind}_{id}" for kind in _PER_ASSESSMENT for id in ids]
    short = list(_PER_ASSESSMENT) if len(ids) == 1 else []
    return (*ALWAYS, *_ALSO, *short, *per)


def understand(header: Iterable[str], description: MicroCredential) -> Columns:
    """Match a header row.

    Raises: WrongColumnsError when a column is missing, there twice, or so near to
    a known name that it is surely a typing mistake.
    """
    understood = known(description)
    canonical = {_fold(name): name for name in understood}
    names: list[str | None] = []
    unused: list[str] = []
    for cell in header:
        folded = _fold(cell)
        name = canonical.get(folded) or _ALIASES.get(folded)
        if name is None and folded:
            near = difflib.get_close_matches(folded, canonical, n=1, cutoff=0.85)
            if near:
                raise WrongColumnsError(
                    f"There is a column '{cell}'. Did you mean '{canonical[near[0]]}'? "
                    "Rename it, or delete the column if it means something else."
                )
            unused.append(cell)
        if name is not None and name in names:
            raise WrongColumnsError(f"The column '{name}' is there twice. Delete one of them.")
        names.append(name)
    missing = [name for name in ALWAYS if name not in names]
    if missing:
        raise WrongColumnsError(
            f"The table lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}. "
            "Its first row must hold the column names; "
            "'tessera issue DESCRIPTION --template FILE.xlsx' writes a table with the right ones."
        )
    return Columns(names=tuple(names), unused=tuple(unused))


def _fold(name: str) -> str:
    return re.sub(r"[\s\-]+", "_", name.strip()).casefold()

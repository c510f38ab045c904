"""Write an empty table of learners for one description: a header, and an example row.

XLSX or CSV by the ending of the file name. Nothing but the columns needed.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
from pathlib import Path

from tessera.errors import StoreError, TesseraError, UsageError
from tessera.issue.columns import EXAMPLE, needed
from tessera.model import MicroCredential


def write_template(description: MicroCredential, path: Path) -> tuple[str, ...]:
    """Write the table and return its columns.

    Raises: UsageError for an ending other than .csv or .xlsx; StoreError when the
    file exists already or cannot be written.
    """
    columns = needed(description)
    example = [EXAMPLE.get(name, "passed") for name in columns]
    if "language" in columns and description.title:
        example[columns.index("language")] = description.title.languages[0]
    ending = path.suffix.lower()
    if ending == ".csv":
        content = _csv(columns, example)
    elif ending == ".xlsx":
        content = _xlsx(columns, example)
    else:
        raise UsageError(f"'{path.name}' should end with .xlsx or .csv.")
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise StoreError(
            f"{path} exists already and is left as it is. Choose a new name."
        ) from error
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(path)
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error
    return columns


def _csv(columns: tuple[str, ...], example: list[str]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerow(example)
    # The mark at the start tells spreadsheet programs that this is UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _xlsx(columns: tuple[str, ...], example: list[str]) -> bytes:
    try:
        import xlsxwriter
    except ImportError as error:
        raise TesseraError(
            "Writing .xlsx needs xlsxwriter: install tessera[tables], or ask for a .csv file."
        ) from error
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("learners")
        # Text format keeps leading zeros of learner ids.
        text = book.add_format({"num_format": "@"})
        sheet.set_column(0, len(columns) - 1, 24, text)
        sheet.write_row(0, 0, columns, book.add_format({"bold": True, "num_format": "@"}))
        for at, value in enumerate(example):
            sheet.write_string(1, at, value, text)
        sheet.freeze_panes(1, 0)
    return out.getvalue()

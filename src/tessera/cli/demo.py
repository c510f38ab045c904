"""`tessera demo` (`make run`): the main job from end to end, on a TEST authority.

Steps: 1 TEST keys, 2 a description and its element report, 3 a table of three
learners, 4 sealing, 5 verification, 6 where everything is.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from tessera.cli import output
from tessera.errors import StoreError

_MARK = "demo.txt"
_OURS = (_MARK, "description.yaml", "learners.csv", "keys", "out")
_LEARNERS = (
    ("D-001", "Ada", "Example", "ada@example.org"),
    ("D-002", "Ζωή", "Παπαδοπούλου", "zoe@example.org"),
    ("D-003", "Zofia", "Brzęczyszczykiewicz-Öztürk", "zofia@example.org"),
)


def run(folder: Path) -> int:
    """Write the demo into a folder of its own and show what a provider would see."""
    from tessera.cli import describing, official_notice, sealing

    _begin(folder)
    description, table = folder / "description.yaml", folder / "learners.csv"
    keys, out = folder / "keys", folder / "out"
    official_notice.tell()
    _title("1. A TEST authority and a TEST key")
    sealing.test_ca(keys, organisation="", country="IE", identifier="", algorithm="ES256")
    _title("2. A description, and what the European standard elements say of it")
    describing.new(description, "en")
    describing.check(description, "eu-2022", as_json=False)
    _title("3. A table of learners")
    _table(description, table)
    _title("4. Sealed credentials")
    code = _issue(description, table, keys / "seal.p12", out)
    if code:
        return code
    _title("5. Verified by anyone, offline, trusting the TEST authority")
    files = sorted((out / "credentials").iterdir())
    code = _verify(files, keys / "ca.pem")
    _title("6. Where everything is")
    for path, what in (
        (description, "the description; change it and check it again"),
        (table, "the learners"),
        (out / "credentials", f"{len(files)} sealed credentials; Europass reads them"),
        (keys / "ca.pem", "what a verifier has to trust"),
    ):
        output.line(f"  {path}: {what}")
    output.line(f"Try: tessera show {files[0]}")
    return code


def _issue(description: Path, table: Path, key: Path, out: Path) -> int:
    from tessera.cli import issuing

    order = issuing.Order(
        description=description, learners=table, key=[str(key)], password_file=None, out=out,
        template=None, dry_run=False, format="elm", level="b", profile="europass", lang="",
        awarded_on=None, workers=1, require_complete=False, json=False,
    )  # fmt: skip
    return issuing.issue(order)


def _verify(files: list[Path], authority: Path) -> int:
    from tessera.cli import judging

    wishes = judging.Wishes(
        at=None, trust=(authority,), policy="standard", element_list="eu-2022",
        detached=(), language="en", as_json=False, verbose=False,
    )  # fmt: skip
    return judging.verify(files[:1], wishes)


def _begin(folder: Path) -> None:
    """Make the folder, or empty it of an earlier demo and of nothing else."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            if not (folder / _MARK).exists():
                raise StoreError(f"{folder} is not empty and no demo of ours. Name another folder.")
            for name in _OURS:
                path = folder / name
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
        (folder / _MARK).write_text(
            "'tessera demo' wrote this folder and overwrites it when it runs again.\n",
            encoding="utf-8",
        )
    except OSError as error:
        raise StoreError(
            f"The demo cannot write into {folder} ({error.strerror}). Name a folder that you may "
            "write to: tessera demo FOLDER"
        ) from error


def _title(text: str) -> None:
    output.line()
    output.line(text)


def _table(description: Path, table: Path) -> None:
    from tessera.cli.describing import read_description
    from tessera.issue.columns import needed

    columns = needed(read_description(description).micro_credential)
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for learner in _LEARNERS:
            values = dict(zip(("learner_id", "given_name", "family_name", "email"), learner,
                              strict=True))  # fmt: skip
            writer.writerow([values.get(name, "en" if name == "language" else "passed")
                             for name in columns])  # fmt: skip
    output.line(f"Wrote {table} with {len(_LEARNERS)} learners.")

"""Awarding from the command line: everyone once, nobody unseen, nothing half-written."""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from tessera.cli import main
from tessera.formats.description import dump
from tessera.formats.elm.shapes import validate
from tessera.model import Text
from tessera.seals.jades import JADES
from tessera.standards.locate import installed_library
from tests import soak
from tests.journeys.conftest import (
    COLUMNS,
    LANGUAGES,
    Run,
    credentials,
    learner,
    three_languages,
    write_csv,
    write_xlsx,
)

COMMAND = Path(sys.executable).with_name("tessera")


def _issue(run: Run, description: Path, table: Path, keys: Path, out: Path, *more: object):
    return run("issue", description, table, "--key", keys / "seal.p12", "--out", out, *more)


def _people(out: Path) -> list[str]:
    with sqlite3.connect(out / "register.sqlite") as connection:
        rows = connection.execute("SELECT learner_id FROM award ORDER BY learner_id")
        return [id for (id,) in rows]


def _sentence(text: str) -> bool:
    """One sentence or two to a person; no traceback, no fault of ours."""
    return text.startswith("tessera: ") and text.count("\n") == 1 and "Traceback" not in text


# A template, a dry run, a run, a re-run


def test_a_template_has_exactly_the_columns_needed_and_an_example_row(run, description, tmp_path):
    for name in ("learners.csv", "learners.xlsx"):
        assert run("issue", description, "--template", tmp_path / name).code == 0
    with (tmp_path / "learners.csv").open(encoding="utf-8-sig", newline="") as file:
        header, example = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert example == ["S-0001", "Ada", "Example", "ada@example.org", "passed", "passed", "en"]
    dry = run("issue", description, tmp_path / "learners.xlsx", "--dry-run", "--json")
    assert dry.code == 1
    assert "example row" in dry.lines[0]["reasons"][0]


def test_a_template_never_overwrites(run, description, tmp_path):
    path = tmp_path / "learners.csv"
    path.write_text("mine")
    printed = run("issue", description, "--template", path)
    assert printed.code == 73
    assert path.read_text() == "mine"


def test_a_template_filled_in_and_saved_is_awarded(run, description, keys, tmp_path):
    path = tmp_path / "learners.csv"
    run("issue", description, "--template", path)
    raw = path.read_text(encoding="utf-8-sig").replace("S-0001", "S-7").replace("Ada", "Zoë")
    path.write_text(raw, encoding="utf-8-sig")
    assert _issue(run, description, path, keys, tmp_path / "out").code == 0
    assert _people(tmp_path / "out") == ["S-7"]


def test_a_dry_run_reports_every_row_and_seals_nothing(run, description, table, tmp_path):
    text = run("issue", description, table, "--dry-run", "--out", tmp_path / "out")
    assert text.code == 0
    assert text.out.count("is ready") == 5
    assert "5 rows are ready, 0 refused. Nothing was sealed." in text.out
    lines = run("issue", description, table, "--dry-run", "--json").lines
    assert [(one["row"], one["outcome"]) for one in lines] == [
        (number, "ready") for number in range(2, 7)
    ]
    assert not (tmp_path / "out").exists()


def test_a_re_run_changes_nothing(run, description, table, keys, tmp_path):
    out = tmp_path / "out"
    assert _issue(run, description, table, keys, out).code == 0
    before = {path.name: path.read_bytes() for path in credentials(out)}
    again = _issue(run, description, table, keys, out, "--json")
    assert again.code == 0
    assert again.lines[0]["sealed"] == 0
    assert again.lines[0]["already_sealed"] == 5
    assert {path.name: path.read_bytes() for path in credentials(out)} == before


def test_a_re_run_on_another_day_keeps_the_day_of_the_award_and_says_so(
    run, description, table, keys, tmp_path
):
    out = tmp_path / "out"
    first = _issue(run, description, table, keys, out, "--awarded-on", "2026-02-03")
    assert "The day of the award is 2026-02-03." in first.out
    again = _issue(run, description, table, keys, out)
    assert "No new credential is sealed" in again.out
    assert "The day of the award is 2026-02-03, as in the run before" in again.out
    assert len(credentials(out)) == 5


def test_files_that_were_lost_are_written_again_byte_for_byte(
    run, description, table, keys, tmp_path
):
    out = tmp_path / "out"
    _issue(run, description, table, keys, out)
    one, other, *_ = credentials(out)
    was = one.read_bytes(), other.read_bytes()
    one.unlink()
    other.write_bytes(b"")
    assert "2 missing files were written again." in _issue(run, description, table, keys, out).out
    assert (one.read_bytes(), other.read_bytes()) == was


def test_refused_rows_stand_in_a_file_that_can_be_corrected_and_run_again(
    run, description, keys, tmp_path
):
    rows = [learner(number) for number in range(4)]
    rows[1][3] = "no address"
    rows[2][1] = "=HYPERLINK(1)"
    out, table = tmp_path / "out", write_csv(tmp_path / "t.csv", rows)
    printed = _issue(run, description, table, keys, out)
    assert printed.code == 1
    assert "2 rows are refused" in printed.out
    refused = out / "refused.csv"
    with refused.open(encoding="utf-8-sig", newline="") as file:
        header, first, second = csv.reader(file)
    assert header == ["row", "reasons", *COLUMNS]
    assert first[0] == "3"
    assert "not a mail address" in first[1]
    assert second[3] == "'=HYPERLINK(1)"  # no spreadsheet program runs it
    text = refused.read_text(encoding="utf-8-sig")
    refused.write_text(text.replace("no address", "a@example.org"), encoding="utf-8-sig")
    assert _issue(run, description, refused, keys, out).code == 1
    with refused.open(encoding="utf-8-sig", newline="") as file:
        header, left = csv.reader(file)
    assert header == ["row", "reasons", *COLUMNS]
    assert left[2] == "S000002"
    text = refused.read_text(encoding="utf-8-sig")
    refused.write_text(text.replace("'=HYPERLINK(1)", "Ada"), encoding="utf-8-sig")
    assert _issue(run, description, refused, keys, out).code == 0
    assert _people(out) == [f"S{number:06d}" for number in range(4)]
    assert not refused.exists()


def test_an_own_award_key_allows_a_second_award_to_the_same_learner(
    run, description, keys, tmp_path
):
    rows = [[*learner(1), "spring"], [*learner(1), "autumn"]]
    table = write_csv(tmp_path / "t.csv", rows, (*COLUMNS, "award_key"))
    out = tmp_path / "out"
    assert _issue(run, description, table, keys, out).code == 0
    assert len(credentials(out)) == 2
    assert _issue(run, description, table, keys, out, "--json").lines[0]["already_sealed"] == 2


def test_two_workers_award_the_same_as_one(run, description, table, keys, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    _issue(run, description, table, keys, one)
    printed = _issue(run, description, table, keys, two, "--workers", 2)
    assert printed.code == 0
    assert [path.name for path in credentials(one)] == [path.name for path in credentials(two)]
    trust = keys / "ca.pem"
    assert run("verify", *credentials(two), "--trust", trust).code == 0


def test_a_terminal_sees_how_far_it_is(description, table, keys, tmp_path):
    """The bar knows the total; the last picture of it is read from a real terminal."""
    import pty

    master, slave = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "issue", description, table, "--key", keys / "seal.p12", "--out",
         tmp_path / "out"],
        stdout=subprocess.DEVNULL, stderr=slave, env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(slave)
    seen = b""
    while True:
        try:
            seen += os.read(master, 10_000)
        except OSError:
            break
    os.close(master)
    assert process.wait() == 0
    assert b"/5" in seen


# A big batch: three languages, from a spreadsheet


@pytest.fixture(scope="module")
def batch(request, tmp_path_factory, description, keys) -> Path:
    """A batch from a spreadsheet: 10,000 learners with --long, else 300."""
    size = 10_000 if request.config.getoption("--long") else 300
    folder = tmp_path_factory.mktemp("batch")
    table = write_xlsx(folder / "learners.xlsx", map(learner, range(size)))
    code = main(
        ["issue", str(description), str(table), "--key", str(keys / "seal.p12"), "--out",
         str(folder / "out")]
    )  # fmt: skip
    assert code == 0
    return folder / "out"


def test_everyone_of_a_batch_in_three_languages_has_a_credential_that_verifies(
    run, batch, keys, size
):
    files = credentials(batch)
    assert len(files) == size
    assert len(set(_people(batch))) == size
    passed = 0
    for at in range(0, size, 500):
        printed = run("verify", *files[at : at + 500], "--trust", keys / "ca.pem", "--json")
        assert printed.code == 0
        passed += sum(line["verdict"] == "PASSED" for line in printed.lines)
    assert passed == size
    with sqlite3.connect(batch / "register.sqlite") as connection:
        counted = dict(connection.execute("SELECT language, count(*) FROM award GROUP BY 1"))
    assert set(counted) == set(LANGUAGES)
    assert max(counted.values()) - min(counted.values()) <= 1


def test_the_official_shapes_conform_on_a_hundred_of_a_batch(batch):
    official = installed_library()
    if official is None:
        pytest.skip("the official files are not installed")
    files = credentials(batch)
    for path in files[:: max(1, len(files) // 100)][:100]:
        document = json.loads(JADES.open(path.read_bytes()).document)
        assert not validate(document, official, "1.2.0"), path.name


def test_a_file_is_what_the_register_holds_and_says_nothing_private(batch):
    for path in credentials(batch)[:20]:
        text = JADES.open(path.read_bytes()).document.decode()
        assert "@example.org" not in text.replace("registry@uni.example", "")
        assert "S000" not in text


PLANTED = [
    ({"learner_id": ""}, "learner_id is empty"),
    ({"given_name": ""}, "given_name is empty"),
    ({"family_name": " "}, "family_name is empty"),
    ({"email": ""}, "email is empty"),
    ({"email": "ada.example.org"}, "not a mail address"),
    ({"email": "ada@example"}, "not a mail address"),
    ({"email": "ada@example.org; b@example.org"}, "not a mail address"),
    ({"grade_exam": ""}, "grade_exam is empty"),
    ({"grade_portfolio": ""}, "grade_portfolio is empty"),
    ({"language": "fr"}, "no title in 'fr'"),
    ({"language": "Dutch language"}, "not a language tag"),
    ({"award_date": "2026-02-30"}, "not a day in the calendar"),
    ({"award_date": "03/04/2026"}, "not a day"),
    ({"award_date": "2999-01-01"}, "future"),
    ({"award_date": "2001-01-01"}, "valid until"),
    ({"date_of_birth": "2026-03-01"}, "date of birth"),
    ({"date_of_birth": "yesterday"}, "not a day"),
    ({"orcid": "0000-0002-1825-0098"}, "check digit"),
    ({"esi": "42"}, "European Student Identifier"),
    ({"given_name": "=1+1"}, "formula"),
    ({"family_name": "x\u202ey"}, "U+202E"),
    ({"given_name": "Ada\x07"}, "U+0007"),
    ({"family_name": "n" * 300}, "300 characters"),
    ({"learner_id": "S000000"}, "already in row 2"),
    ({"email": "learner0@example.org"}, "stands in row 2"),
]


def test_25_planted_errors_of_25_are_found_by_a_dry_run_and_nothing_else(
    run, description, tmp_path, size
):
    columns = (*COLUMNS, "award_date", "date_of_birth", "orcid", "esi")
    defaults = {"award_date": "2026-03-01", "date_of_birth": "1990-05-17"}
    rows = [dict(zip(columns, learner(number), strict=False)) | defaults for number in range(size)]
    planted = {}
    for step, (change, word) in enumerate(PLANTED, start=1):
        at = step * (size // (len(PLANTED) + 1))
        rows[at].update(change)
        planted[at + 2] = word
    assert len(planted) == 25
    table = write_csv(
        tmp_path / "t.csv", ([row.get(name, "") for name in columns] for row in rows), columns
    )
    printed = run("issue", description, table, "--dry-run", "--json")
    assert printed.code == 1
    refused = {one["row"]: one["reasons"] for one in printed.lines if one["outcome"] == "refused"}
    assert set(refused) == set(planted)
    for row, word in planted.items():
        assert len(refused[row]) == 1
        assert word in refused[row][0]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.timeout(3000)
def test_killed_at_random_moments_and_run_again_everyone_is_awarded_exactly_once(
    workers, tmp_path, request
):
    long = request.config.getoption("--long")
    stage = soak.Stage(tmp_path, 10_000 if long else 150)
    stage.prepare()
    done = soak.trial(stage, workers=workers, kills=20 if long else 3, seed=workers, name="out")
    assert done.kills == (20 if long else 3)
    assert done.exact, done


# Three bodies in three countries


BODIES = (
    ("Example University Dublin", "IE", "VATIE-1234567A"),
    ("Example Hogeschool Utrecht", "NL", "VATNL-123456789B01"),
    ("Example Πανεπιστήμιο Αθηνών", "EL", "VATEL-094000000"),
)


@pytest.fixture(scope="module")
def three_bodies(tmp_path_factory) -> Path:
    """A description that three bodies must seal, and the keys of the three."""
    from tessera.model import AwardingBody, Concept, Identifier, Organisation, Place

    folder = tmp_path_factory.mktemp("three")
    athens = Organisation(
        id="https://athens.example/",
        legal_name=Text.of({"en": BODIES[2][0]}),
        identifiers=(Identifier.parse("eidas-legal", BODIES[2][2]),),
        places=(Place(country=Concept.named("country", "GRC")),),
    )
    base = three_languages()
    bodies = (*base.awarding_bodies, AwardingBody(organisation=athens))
    joint = replace(
        base,
        awarding_bodies=bodies,
        seals_required=tuple(body.organisation.id for body in bodies),
    )
    (folder / "mc.yaml").write_text(dump(joint), encoding="utf-8")
    for number, (name, country, identifier) in enumerate(BODIES):
        code = main(
            ["keys", "test-ca", str(folder / f"k{number}"), "--organisation", name, "--country",
             country, "--identifier", identifier]
        )  # fmt: skip
        assert code == 0
    return folder


def _trust(folder: Path) -> list[object]:
    return [part for number in range(3) for part in ("--trust", folder / f"k{number}" / "ca.pem")]


def test_three_bodies_in_three_countries_seal_one_award_and_each_is_missed(
    run, three_bodies, tmp_path
):
    table = write_csv(tmp_path / "t.csv", [learner(1)])
    keys = [part for n in range(3) for part in ("--key", three_bodies / f"k{n}" / "seal.p12")]
    printed = run("issue", three_bodies / "mc.yaml", table, *keys, "--out", tmp_path / "out")
    assert printed.code == 0, printed.err
    assert "as well" not in printed.out
    [sealed] = credentials(tmp_path / "out")
    assert run("verify", sealed, *_trust(three_bodies)).code == 0
    for number, (name, _, _) in enumerate(BODIES):
        document = json.loads(sealed.read_bytes())
        del document["signatures"][number]
        short = tmp_path / f"without-{number}.jsonld"
        short.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        verified = run("verify", short, *_trust(three_bodies), "--json")
        assert verified.code == 1
        [step] = [one for one in verified.lines[0]["steps"] if one["id"] == "seal"]
        missing = [one for one in step["findings"] if one["rule"] == "seal.required.missing"]
        assert len(missing) == 1
        assert name in missing[0]["message"]


def test_seals_that_are_added_later_complete_the_award(run, three_bodies, tmp_path):
    table, out = write_csv(tmp_path / "t.csv", [learner(1)]), tmp_path / "out"
    mine = three_bodies / "k0" / "seal.p12"
    printed = run("issue", three_bodies / "mc.yaml", table, "--key", mine, "--out", out)
    assert BODIES[1][0] in printed.said
    assert BODIES[2][0] in printed.said
    assert "seal add" in printed.said
    [sealed] = credentials(out)
    for number in (1, 2):
        assert run("verify", sealed, *_trust(three_bodies)).code == 1
        key = three_bodies / f"k{number}" / "seal.p12"
        assert run("seal", "add", sealed, "--key", key).code == 0
    assert run("verify", sealed, *_trust(three_bodies)).code == 0
    complete = sealed.read_bytes()
    run("issue", three_bodies / "mc.yaml", table, "--key", mine, "--out", out)
    assert sealed.read_bytes() == complete


# Bad input: one clear sentence, the right code, nothing half-written


def _bad_tables(folder: Path) -> Iterator[tuple[str, Path, str]]:
    good = [COLUMNS, *(learner(number) for number in range(3))]
    text = "\n".join(",".join(row) for row in good)

    def raw(name: str, content: bytes) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    def book(name: str, fill) -> Path:
        with xlsxwriter.Workbook(str(folder / name)) as made:
            sheet = made.add_worksheet()
            for number, row in enumerate(good):
                sheet.write_row(number, 0, row)
            fill(sheet)
        return folder / name

    yield "empty file", raw("a.csv", b""), "is empty"
    yield (
        "Latin-1",
        raw("b.csv", (text + "\nS9,Ren\xe9,X,r@x.eu,1,1,en").encode("latin-1", "replace")),
        "UTF-8",
    )
    yield "UTF-16 without its mark", raw("c.csv", text.encode("utf-16-le")), "CSV UTF-8"
    yield "no rows", raw("d.csv", ",".join(COLUMNS).encode()), "no learners"
    yield "wrong columns", raw("e.csv", b"name,mail\nAda,a@b.eu"), "lacks the columns"
    yield (
        "a column misspelt",
        raw("f.csv", text.replace("given_name", "given_nme").encode()),
        "Did you mean",
    )
    yield "a column twice", raw("g.csv", text.replace("grade_exam", "email", 1).encode()), "twice"
    yield "a formula", book("h.xlsx", lambda s: s.write_formula("B2", "=A1", None, "x")), "B2"
    yield "merged cells", book("i.xlsx", lambda s: s.merge_range("A9:B9", "x")), "A9:B9"
    yield "a hidden row", book("j.xlsx", lambda s: s.set_row(2, None, None, {"hidden": 1})), "Row 3"
    yield "a password", raw("k.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "password"
    yield "a broken ZIP", raw("l.xlsx", b"PK\x03\x04" + bytes(99)), "damaged"
    yield "a million columns", raw("m.csv", b"a," * 1_000_000), "columns"
    yield (
        "50 MB in one cell",
        raw("n.csv", ",".join(COLUMNS).encode() + b'\nS1,"' + b"x" * 50_000_000),
        "Row 2",
    )
    yield "a folder", folder, "is a folder. Name the table"
    yield "nothing there", folder / "nowhere.csv", "No such file"


@pytest.mark.parametrize("dry", [True, False], ids=["dry run", "real run"])
def test_a_title_that_no_font_can_draw_is_said_and_stops_nothing(
    dry, run, description, table, keys, tmp_path
):
    strange = tmp_path / "strange.yaml"
    named = replace(three_languages(), title=Text.of({"en": "Tiles \U000f0000 and more"}))
    strange.write_text(dump(named), encoding="utf-8")
    write_csv(table, [[*learner(0)[:-1], "en"]])
    out = tmp_path / "out"
    order = ["--dry-run"] if dry else ["--key", keys / "seal.p12", "--out", out]
    printed = run("issue", strange, table, "--lang", "en", *order)
    assert printed.code == 0
    assert "cannot be drawn" in printed.out
    assert "cannot be drawn" not in run("issue", description, table, "--dry-run").out


BAD_TABLES = (
    "empty file", "Latin-1", "UTF-16 without its mark", "no rows", "wrong columns",
    "a column misspelt", "a column twice", "a formula", "merged cells", "a hidden row",
    "a password", "a broken ZIP", "a million columns", "50 MB in one cell", "a folder",
    "nothing there",
)  # fmt: skip


@pytest.mark.parametrize("name", BAD_TABLES)
@pytest.mark.parametrize("dry", [True, False], ids=["dry run", "real run"])
def test_a_bad_table_ends_in_one_sentence_and_nothing_is_written(
    name, dry, run, description, keys, tmp_path
):
    found = {kind: (path, word) for kind, path, word in _bad_tables(tmp_path)}
    assert set(found) == set(BAD_TABLES)
    table, word = found[name]
    out = tmp_path / "out"
    if dry:
        printed = run("issue", description, table, "--dry-run")
    else:
        printed = _issue(run, description, table, keys, out)
    assert printed.code == 65
    assert _sentence(printed.err), printed.err
    assert word in printed.err
    assert not out.exists()


@pytest.mark.parametrize(
    "broken", ["", "{", "\x00", "[" * 10_000, "id: 1\nid: 2", "x" * 60_000_000]
)
def test_a_bad_description_ends_in_one_sentence(broken, run, table, keys, tmp_path):
    path = tmp_path / "mc.yaml"
    path.write_text(broken)
    printed = _issue(run, path, table, keys, tmp_path / "out")
    assert printed.code == 65
    assert printed.err.startswith("tessera: ")
    assert "fault of ours" not in printed.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(";", "utf-8"), ("\t", "utf-16"), ("|", "utf-8-sig"), (",", "utf-16")],
)
def test_a_csv_of_any_dialect_is_awarded(text, encoding, run, description, keys, tmp_path):
    rows = [COLUMNS, learner(0), learner(3)]
    table = tmp_path / "t.csv"
    table.write_bytes("\r\n".join(text.join(row) for row in rows).encode(encoding))
    assert _issue(run, description, table, keys, tmp_path / "out").code == 0
    assert _people(tmp_path / "out") == ["S000000", "S000003"]


def test_a_learner_twice_is_awarded_once_and_the_second_row_is_refused(
    run, description, keys, tmp_path
):
    table = write_csv(tmp_path / "t.csv", [learner(1), learner(2), learner(1)])
    printed = _issue(run, description, table, keys, tmp_path / "out", "--json")
    assert printed.code == 1
    assert (printed.lines[0]["sealed"], printed.lines[0]["refused"]) == (2, 1)
    assert "row 2" in (tmp_path / "out" / "refused.csv").read_text()


def test_names_of_every_script_come_out_as_they_went_in(run, description, keys, tmp_path):
    table, out = write_csv(tmp_path / "t.csv", map(learner, range(8))), tmp_path / "out"
    assert _issue(run, description, table, keys, out).code == 0
    given = set()
    for path in credentials(out):
        subject = json.loads(JADES.open(path.read_bytes()).document)["credentialSubject"]
        [name] = subject["givenName"].values()
        given.add(name)
    assert given == {learner(number)[1] for number in range(8)}


def test_a_date_of_a_spreadsheet_and_a_number_are_read_as_they_are_seen(
    run, description, keys, tmp_path
):
    from datetime import date

    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, (*COLUMNS, "award_date"))
        sheet.write_row(1, 0, [42, *learner(1)[1:4], 7.5, 80, "en"])
        sheet.write_datetime(1, 7, date(2026, 2, 3), book.add_format({"num_format": "d.m.yyyy"}))
    printed = run("issue", description, path, "--dry-run", "--json")
    assert printed.code == 0, printed.out
    assert printed.lines[0]["learner_id"] == "42"
    assert printed.lines[0]["awarded_on"] == "2026-02-03"


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Act as a user without rights where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_locked_folder_is_refused_with_a_sentence(run, description, table, keys, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o755)
    # Modules are loaded while they can still be read.
    _issue(run, description, table, keys, tmp_path / "before")
    copies = tmp_path.parent / "for-nobody"
    shutil.copytree(keys, copies / "keys", dirs_exist_ok=True)
    shutil.copy(description, copies / "mc.yaml")
    shutil.copy(table, copies / "t.csv")
    for path in (*copies.rglob("*"), *copies.parents, copies):
        if path.is_relative_to(tmp_path.parent.parent.parent):
            path.chmod(0o755 if path.is_dir() else 0o644)
    locked.chmod(0o555)
    with _as_nobody():
        printed = _issue(run, copies / "mc.yaml", copies / "t.csv", copies / "keys", locked / "out")
    assert printed.code == 73
    assert _sentence(printed.err)
    assert "Permission denied" in printed.err
    assert not any(locked.iterdir())


def test_a_file_in_place_of_the_folder_is_left_alone(run, description, table, keys, tmp_path):
    out = tmp_path / "out"
    out.write_text("mine")
    printed = _issue(run, description, table, keys, out)
    assert printed.code == 73
    assert _sentence(printed.err)
    assert out.read_text() == "mine"


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A disk of 300 kilobytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", disk], check=False, capture_output=True
    )
    if not mounted or mounted.returncode != 0:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_ends_in_a_sentence_and_no_file_is_half_written(
    run, description, keys, tmp_path, small_disk
):
    table = write_csv(tmp_path / "t.csv", map(learner, range(40)))
    printed = _issue(run, description, table, keys, small_disk / "out")
    assert printed.code == 73
    assert _sentence(printed.err)
    assert "Make room" in printed.err or "cannot be written" in printed.err
    for path in credentials(small_disk / "out"):
        assert run("verify", path, "--trust", keys / "ca.pem").code == 0
    subprocess.run(["mount", "-o", "remount,size=20m", small_disk], check=True)
    again = _issue(run, description, table, keys, small_disk / "out")
    assert again.code == 0, again.err
    assert len(credentials(small_disk / "out")) == 40


@pytest.mark.parametrize("kilobytes", [0, 40])
def test_a_file_that_may_not_grow_ends_in_a_sentence(kilobytes, description, keys, tmp_path):
    """The same as a full disk, at other moments: the system refuses to write past a size."""
    table = write_csv(tmp_path / "t.csv", map(learner, range(40)))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1000, kilobytes * 1000))

    done = subprocess.run(
        [COMMAND, "issue", description, table, "--key", keys / "seal.p12", "--out",
         tmp_path / "out"],
        preexec_fn=limit, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 73, done.stderr
    assert _sentence(done.stderr), done.stderr
    folder = tmp_path / "out" / "credentials"
    if folder.exists():
        assert all(json.loads(path.read_bytes()) for path in credentials(tmp_path / "out"))
    done = subprocess.run(
        [COMMAND, "issue", description, table, "--key", keys / "seal.p12", "--out",
         tmp_path / "out"], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(credentials(tmp_path / "out")) == 40


def test_an_award_date_in_the_future_or_no_date_is_wrong_use(
    run, description, table, keys, tmp_path
):
    for given, word in (("2999-01-01", "future"), ("soon", "not a day")):
        printed = _issue(run, description, table, keys, tmp_path / "out", "--awarded-on", given)
        assert printed.code == 64
        assert word in printed.err
    assert not (tmp_path / "out").exists()


def test_a_language_without_a_title_is_wrong_use(run, description, table, keys, tmp_path):
    printed = _issue(run, description, table, keys, tmp_path / "out", "--lang", "fr")
    assert printed.code == 64
    assert "en, nl, el" in printed.err

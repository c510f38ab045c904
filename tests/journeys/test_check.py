"""From a scaffold to a checked description, through the command line as a person uses it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest

from tessera.cli import main

SAMPLE = (
    "edc-jades/european-commission-empl+European-Learning-Model/Credentials/"
    "JSON-LD Examples (ELM v3)/Sample-MC-Annex1-signed.jsonld"
)


@pytest.fixture
def scaffold(tmp_path: Path) -> Path:
    path = tmp_path / "mc.yaml"
    assert main(["new", "-o", str(path)]) == 0
    return path


def without(path: Path, member: str) -> None:
    """Delete a member of the file with everything in it."""
    kept, inside = [], False
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if not line.startswith((" ", "#", "\n")):
            inside = line.startswith(f"{member}:")
        if not inside or line.startswith("#"):
            kept.append(line)
    path.write_text("".join(kept), encoding="utf-8")


# new


def test_a_fresh_scaffold_passes_the_check_on_every_list(
    scaffold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(scaffold), "--list", "all"]) == 0
    said = capsys.readouterr().out
    assert "Result: nothing mandatory is missing or wrong." in said
    assert "9 of 11 mandatory and 4 of 5 optional elements; 3 are filled in" in said


def test_a_scaffold_never_writes_over_a_file(
    scaffold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scaffold.write_text("mine", encoding="utf-8")
    assert main(["new", "-o", str(scaffold)]) == 73
    assert scaffold.read_text(encoding="utf-8") == "mine"
    assert "exists already" in capsys.readouterr().err


def test_a_scaffold_goes_to_the_output_and_can_be_in_any_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "--lang", "fi"]) == 0
    path = tmp_path / "fi.yaml"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["check", str(path)]) == 0
    assert main(["show", str(path), "--lang", "fi"]) == 0
    assert "Title: Data ethics in practice\n" in capsys.readouterr().out


def test_a_wrong_language_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--lang", "english!"]) == 64
    assert "such as en, fi or pt-BR" in capsys.readouterr().err


def test_the_schema_is_printed_and_fits_the_scaffold(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "--schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema_rs.meta.validate(schema)
    assert schema["required"] == ["id"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into a locked folder")
def test_a_locked_folder_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert main(["new", "-o", str(tmp_path / "mc.yaml")]) == 73
    finally:
        tmp_path.chmod(0o700)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "-o", str(tmp_path / "no" / "mc.yaml")]) == 73
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_said_with_its_exit_code() -> None:
    with Path("/dev/full").open("w") as full:
        command = "from tessera.cli import main; raise SystemExit(main(['new']))"
        done = subprocess.run(
            [sys.executable, "-c", command], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 73
    assert b"Traceback" not in done.stderr


# check


@pytest.mark.parametrize(
    ("member", "elements"),
    [
        ("title", ["E2"]),
        ("awarding_bodies", ["E4"]),
        ("learning_outcomes", ["E9"]),
        ("workload", ["E10"]),
        ("level", ["E12"]),
        ("participation", ["E15"]),
        ("quality_assurance", ["E16"]),
    ],
)
def test_an_element_that_was_deleted_is_named_and_no_other(
    scaffold: Path, member: str, elements: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    without(scaffold, member)
    text = scaffold.read_text(encoding="utf-8")
    for nested in ("    agency: https://example.edu/\n", "    nqf_level: ie-9\n"):
        text = text.replace(nested, "")
    scaffold.write_text(text, encoding="utf-8")
    assert main(["check", str(scaffold), "--json"]) == 1
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    failed = [one for one in found["lists"][0]["elements"] if one["outcome"] == "FAILED"]
    assert [one["id"] for one in failed] == elements
    assert failed[0]["path"] == f"/{member}"
    assert failed[0]["state"] == "missing"
    assert failed[0]["why"] in failed[0]["message"]
    assert failed[0]["good"]


def test_what_is_missing_comes_first_with_why_how_and_where(
    scaffold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without(scaffold, "quality_assurance")
    without(scaffold, "prerequisites")
    text = scaffold.read_text(encoding="utf-8")
    scaffold.write_text(text.replace("    kind: portfolio\n", ""), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", str(scaffold)]) == 1
    said = capsys.readouterr().out
    begins = text.splitlines().index("  - id: portfolio   # a short name of your own") + 1
    for sentence in (
        "✗ E16 Type of quality assurance (mandatory)",
        "Nothing is said about quality assurance. It is the ground on which others trust",
        "Good: Internal and external quality assurance",
        "At /quality_assurance, which is not in the file yet",
        "· E17 Prerequisites (optional)",
        "✗ E14 Type of assessment (mandatory)",
        "It shows how the learning outcomes were proved.",
        "At /assessments/0/kind, which is not in the file yet; /assessments/0 begins in line "
        f"{begins}",
        "Result: missing: Type of assessment, Type of quality assurance.",
    ):
        assert sentence in " ".join(said.split())
    order = [
        said.index(part) for part in ("Missing", "Worth adding", "There\n", "Beside the lists")
    ]
    assert order == sorted(order)


def test_numbers_that_contradict_each_other_are_shown_with_their_line(
    scaffold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = scaffold.read_text(encoding="utf-8").replace("hours: 56", "hours: 90")
    scaffold.write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert main(["check", str(scaffold)]) == 1
    said = capsys.readouterr().out
    assert "90 hours for 2 ECTS make 45 hours per credit" in said
    line = text.splitlines().index("workload:") + 1
    assert f"At line {line}: /workload" in said
    assert "Result: to be corrected: workload and credits." in said


def test_advice_on_the_title_is_shown_and_decides_nothing(
    scaffold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = scaffold.read_text(encoding="utf-8").replace("Data ethics in practice", "MODULE FOUR")
    scaffold.write_text(text, encoding="utf-8")
    assert main(["check", str(scaffold)]) == 0
    said = capsys.readouterr().out
    assert "· The title is in capitals only" in said
    assert "/title/en" in said


def test_what_only_a_person_can_decide_ends_with_two(
    scaffold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = scaffold.read_text(encoding="utf-8")
    scaffold.write_text(
        text.replace("Data ethics in practice", "Master of Data ethics"), encoding="utf-8"
    )
    assert main(["check", str(scaffold)]) == 2
    assert "to be looked at by a person: it is a micro-credential" in capsys.readouterr().out


def test_one_list_after_the_other_says_the_same_thing_in_full_only_once(
    scaffold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without(scaffold, "quality_assurance")
    assert main(["check", str(scaffold), "--list", "all"]) == 1
    said = capsys.readouterr().out
    assert said.count("Nothing is said about quality assurance.") == 1
    assert said.count("As said above.") == 3
    for standing in ("Council Recommendation", "Commission draft", "MICROBOL framework",
                     "authors' study, not the Commission's"):  # fmt: skip
        assert standing in " ".join(said.split())


@pytest.mark.parametrize("list_id", ["eu-2022", "ec-2020", "microbol", "neset-2020"])
def test_json_has_one_object_with_the_list_and_its_completeness(
    scaffold: Path, list_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["check", str(scaffold), "--list", list_id, "--json"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert found["schema"] == 1
    assert [one["list"] for one in found["lists"]] == [list_id]
    assert [one["id"] for one in found["steps"]] == [
        "definition", "ects", "levels", "coverage", "titles",
    ]  # fmt: skip
    title = next(one for one in found["lists"][0]["elements"] if one["id"] == "E2")
    assert scaffold.read_text(encoding="utf-8").splitlines()[title["line"] - 1] == "title:"


def test_an_unknown_list_is_wrong_use(scaffold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(scaffold), "--list", "eu-2030"]) == 64
    assert "eu-2022, ec-2020, microbol, neset-2020, all" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("a.yaml", b"", "It is empty"),
        ("a.yaml", b"title: \xff\n", "UTF-8"),
        ("a.yaml", b"id: urn:x:1\ntitel: {en: a}\n", "line 2, /titel"),
        ("a.json", b"{", "JSON"),
        ("a.json", b'{"id": "urn:x:1", "level": {"eqf": 9}}', "line 1, /level/eqf"),
        ("a.txt", b"hello", "members of a description"),
        ("a.yaml", b"[" * 100_000, "nested"),
        ("a.yaml", b"x" * 50_000_000, "at most"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_65_and_a_sentence(
    tmp_path: Path, name: str, raw: bytes, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    for command in ("check", "show"):
        assert main([command, str(path)]) == 65
        captured = capsys.readouterr()
        assert told in captured.err
        assert captured.out == ""


def test_a_file_that_is_not_there_ends_with_65(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("check", "show"):
        assert main([command, str(tmp_path / "no.yaml")]) == 65
        assert main([command, str(tmp_path)]) == 65
    assert capsys.readouterr().err.count("is a folder") == 2


def test_the_commissions_own_sample_lacks_what_it_really_lacks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sample = Path(os.environ.get("TESSERA_CASES", "")) / SAMPLE
    if "TESSERA_CASES" not in os.environ or not sample.is_file():
        pytest.skip("official cases: not here")
    assert main(["check", str(sample), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    states = {one["id"]: one["state"] for one in found["lists"][0]["elements"]}
    assert [id for id, state in states.items() if state != "present"] == ["E16", "E20", "E26"]
    assert found["lists"][0]["completeness"] == "10 of 11 mandatory and 3 of 5 optional elements"
    ects = next(one for one in found["steps"] if one["id"] == "ects")
    assert any("60 months" in one["message"] for one in ects["findings"])


# show


def test_show_keeps_two_places_apart_and_says_in_which_zone_a_moment_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.unit.verify.conftest import sealed

    path = tmp_path / "two-places.yaml"
    text = "id: urn:x:1\nlanguage: en\ntitle: A course\nawarding_bodies:\n  - id: urn:x:2\n"
    path.write_text(
        f"{text}    legal_name: A body\n    places: [{{country: IRL}}, {{country: ESP}}]\n"
    )
    assert main(["show", str(path)]) == 0
    assert "Place: Ireland; Spain\n" in capsys.readouterr().out
    credential = tmp_path / "credential.jsonld"
    credential.write_bytes(sealed())
    assert main(["show", str(credential)]) == 0
    assert re.search(r"^Issued at: [0-9-]{10} [0-9:]{8} UTC$", capsys.readouterr().out, re.M)


def test_show_says_what_the_file_says(scaffold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["show", str(scaffold)]) == 0
    said = capsys.readouterr().out
    for line in (
        "Title: Data ethics in practice",
        "  Organisation: TEST Awarding Body",
        "  National level: IE NQF Level 9",
        "  ECTS credits: 2",
        "  Length of the activity: 56 days",
        "  EQF level: 7",
        "Validity: 5 years after the award",
        "Part of a larger qualification: no",
    ):
        assert f"{line}\n" in said


def test_show_names_countries_and_languages_in_the_language_asked_for(
    scaffold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", str(scaffold), "--lang", "fi"]) == 0
    printed = capsys.readouterr().out
    assert "Irlanti" in printed
    assert "englanti" in printed


def test_show_says_in_which_other_language_a_text_is(
    scaffold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", str(scaffold), "--lang", "ga"]) == 0
    assert "Title: Data ethics in practice [in en]" in capsys.readouterr().out


def test_show_obeys_no_control_character_of_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text('id: urn:x:1\ntitle: {en: "a\\x1b[31mb\\u202ec"}\n', encoding="utf-8")
    assert main(["show", str(path)]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_show_gives_the_record_as_json(scaffold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["show", str(scaffold), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)["record"]
    assert record["title"] == {"en": "Data ethics in practice"}
    assert record["workload"] == {"hours": "56", "ects": "2", "activity": "P56D", "maximum": "P6M"}
    assert record["is_partial_qualification"] is False

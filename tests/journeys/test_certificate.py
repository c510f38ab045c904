"""Certificates from the command line: beside the credentials, of one credential, and verified."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from tessera.errors import KeyRefusedError, UnreadableError
from tessera.journeys.certifying import Certifier
from tessera.render.certificate import CertificateOptions, UndrawableError
from tessera.report import Outcome
from tessera.seals.keys import SealHolder, make_test_seal
from tessera.seals.pades import PADES
from tests import pdf_attacks
from tests.journeys.conftest import Run, learner, write_csv
from tests.pdf_attacks import NOW, certificate, credential, keys

AT = NOW + timedelta(minutes=5)


def certifier(language: str | None = None, key: object = "own", **look: object) -> Certifier:
    chosen = keys()[1] if key == "own" else key
    return Certifier(CertificateOptions(**look), chosen, AT, language)


def text(pdf: bytes) -> str:
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


# One credential


def test_a_certificate_holds_the_credential_byte_for_byte_and_is_sealed_by_its_issuer():
    _, sealed = credential()
    opened = PADES.open(certifier().certify(sealed))
    assert opened.document == sealed
    assert opened.signatures[0].claimed_at == AT
    assert all(one.outcome is Outcome.PASSED for one in PADES.check(opened))


def test_without_a_key_the_page_is_drawn_and_not_sealed():
    opened = PADES.open(certifier(key=None).certify(credential()[1]))
    assert opened.document == credential()[1]
    assert not opened.signatures


def test_it_speaks_the_language_of_the_credential_or_the_one_that_is_asked_for():
    _, sealed = credential()
    assert "Learning outcomes" in text(certifier().certify(sealed))
    assert "Lernergebnisse" in text(certifier(language="de").certify(sealed))


def test_a_broken_credential_gets_no_certificate():
    _, sealed = credential()
    with pytest.raises(UnreadableError, match="broken"):
        certifier().certify(sealed.replace(b"Ada Example", b"Eve Example"))


def test_what_is_no_sealed_credential_gets_no_certificate():
    with pytest.raises(UnreadableError):
        certifier().certify(b"{}")


def test_the_key_of_somebody_else_is_refused_before_anything_is_drawn():
    holder = SealHolder(organisation="Other", country="FI", identifier="VATFI-TEST-OTHER")
    other = make_test_seal(keys()[0], NOW, holder)
    with pytest.raises(KeyRefusedError, match="two issuers"):
        certifier(key=other).certify(credential()[1])


def test_a_name_that_cannot_be_drawn_has_a_credential_and_no_certificate():
    _, sealed = credential("李雷", "urn:uuid:6f0c7a4e-0f5c-4f0e-9f53-0000000000cc")
    with pytest.raises(UndrawableError, match="李"):
        certifier().certify(sealed)


def test_a_page_that_would_not_say_what_the_credential_says_is_not_given_out(monkeypatch):
    from tessera.journeys import certifying

    real = certifying.page_text
    monkeypatch.setattr(certifying, "page_text", lambda pdf: real(pdf).replace("Ada", "Eve"))
    with pytest.raises(UndrawableError, match="learner"):
        certifier().certify(credential()[1])


# From the command line


@pytest.fixture
def folder(run: Run, description: Path, table: Path, keys: Path, tmp_path: Path) -> Path:
    """Five learners awarded with certificates; one is called by signs that no font has."""
    out = tmp_path / "out"
    write_csv(table, [learner(at) for at in (0, 1, 2, 3, 6)])
    printed = run("issue", description, table, "--key", keys / "seal.p12", "--out", out, "--pdf")
    assert printed.code == 0, printed.err
    assert "4 certificates are written" in printed.out
    assert "No certificate for urn:credential:" in printed.err
    assert "李" in printed.err
    assert "Traceback" not in printed.err
    return out


def names(folder: Path, kind: str) -> list[str]:
    return sorted(path.name for path in (folder / kind).iterdir())


def test_issue_writes_a_certificate_beside_each_credential_and_one_name_stops_nobody(
    run, folder, keys
):
    stems = {Path(name).stem for name in names(folder, "credentials")}
    drawn = {Path(name).stem for name in names(folder, "certificates")}
    assert len(stems) == 5
    assert len(drawn) == 4
    assert drawn < stems
    for name in drawn:
        pdf = (folder / "certificates" / f"{name}.pdf").read_bytes()
        sealed = (folder / "credentials" / f"{name}.jsonld").read_bytes()
        assert PADES.open(pdf).document == sealed
    printed = run(
        "verify", *sorted((folder / "certificates").iterdir()), "--trust", keys / "ca.pem", "--json"
    )
    assert printed.code == 0
    assert [one["verdict"] for one in printed.lines] == ["PASSED"] * 4


def test_certificates_speak_the_language_of_their_row(folder):
    spoken = set()
    for path in (folder / "certificates").iterdir():
        with pikepdf.open(path) as pdf:
            spoken.add(str(pdf.Root.Lang))
    assert spoken == {"en", "nl", "el"}


def test_a_second_run_writes_what_is_missing_and_leaves_the_rest(
    run, folder, description, table, keys
):
    first, second, *_ = sorted((folder / "certificates").iterdir())
    before = first.read_bytes()
    second.unlink()
    (folder / "certificates" / ".x.pdf.999999999.part").write_bytes(b"half")
    printed = run(
        "issue", description, table, "--key", keys / "seal.p12", "--out", folder, "--pdf", "--json"
    )
    [said] = printed.lines
    assert said["sealed"] == 0
    assert said["certificates"]["written"] == 1
    assert said["certificates"]["already"] == 3
    [without] = said["certificates"]["undrawable"]
    assert "fonts of the certificate" in without["reason"]
    assert first.read_bytes() == before
    assert second.exists()
    assert all(name.endswith(".pdf") and name[0] != "." for name in names(folder, "certificates"))


def test_without_pdf_there_is_no_folder_of_certificates(run, description, table, keys, tmp_path):
    out = tmp_path / "plain"
    assert run(
        "issue", description, table, "--key", keys / "seal.p12", "--out", out
    ).code == 0  # fmt: skip
    assert not (out / "certificates").exists()


def test_a_locked_folder_is_a_sentence_and_leaves_nothing_half_written(
    run, folder, description, table, keys
):
    certificates = folder / "certificates"
    shutil.rmtree(certificates)
    certificates.write_text("not a folder", encoding="utf-8")
    printed = run("issue", description, table, "--key", keys / "seal.p12", "--out", folder, "--pdf")
    assert printed.code == 73
    assert printed.err.startswith("tessera: ")
    assert "cannot be written" in printed.err
    assert len(names(folder, "credentials")) == 5


@pytest.mark.parametrize(
    ("option", "value"), [("--colour", "blue"), ("--verify-url", "http://x.example")]
)
def test_a_wrong_look_is_refused_before_anything_is_sealed(
    run, description, table, keys, tmp_path, option, value
):
    out = tmp_path / "none"
    printed = run(
        "issue", description, table, "--key", keys / "seal.p12", "--out", out, "--pdf",
        option, value,
    )  # fmt: skip
    assert printed.code == 64
    assert not out.exists()


@pytest.fixture
def one(run: Run, description: Path, keys: Path, tmp_path: Path) -> Path:
    """One sealed credential."""
    table, out = write_csv(tmp_path / "one.csv", [learner(1)]), tmp_path / "one"
    assert run("issue", description, table, "--key", keys / "seal.p12", "--out", out).code == 0
    return next((out / "credentials").iterdir())


def test_a_certificate_of_one_credential_is_drawn_sealed_and_verifies(run, one, keys, tmp_path):
    target = tmp_path / "mine.pdf"
    printed = run(
        "certificate", one, "--key", keys / "seal.p12", "-o", target, "--lang", "bg", "--portrait",
        "--colour", "#0a5c8a", "--verify-url", "https://verify.example/{id}",
    )  # fmt: skip
    assert printed.code == 0, printed.err
    assert run("verify", target, "--trust", keys / "ca.pem").code == 0
    said = text(target.read_bytes())
    assert "Резултати от обучението" in said
    assert "Ζωή Παπαδοπούλου" in said
    with pikepdf.open(target) as pdf:
        assert pdf.Root.Lang == "bg"
        width, height = (float(at) for at in pdf.pages[0].MediaBox[2:])
        assert width < height


def test_without_a_key_the_certificate_says_that_it_does_not_verify(run, one, keys):
    printed = run("certificate", one)
    assert printed.code == 0
    assert "no seal of its own" in printed.out
    drawn = one.with_suffix(".pdf")
    judged = run("verify", drawn, "--trust", keys / "ca.pem", "--json")
    assert judged.code == 1
    assert judged.lines[0]["verdict"] == "FAILED"


def test_a_file_that_is_there_is_not_overwritten(run, one, tmp_path):
    target = tmp_path / "there.pdf"
    target.write_bytes(b"mine")
    printed = run("certificate", one, "-o", target)
    assert printed.code == 73
    assert target.read_bytes() == b"mine"


def test_a_name_without_a_font_and_a_foreign_language_are_sentences(
    run, description, keys, tmp_path
):
    table, out = write_csv(tmp_path / "li.csv", [learner(6)]), tmp_path / "li"
    assert run("issue", description, table, "--key", keys / "seal.p12", "--out", out).code == 0
    credential_file = next((out / "credentials").iterdir())
    printed = run("certificate", credential_file)
    assert printed.code == 65
    assert "fonts of the certificate do not have" in printed.err
    assert run("certificate", credential_file, "--lang", "tlh").code == 64
    assert not credential_file.with_suffix(".pdf").exists()


def test_a_changed_certificate_is_refused_with_a_sentence(run, keys, tmp_path):
    for attack in (pdf_attacks.overlay, pdf_attacks.swapped_attachment, pdf_attacks.truncated):
        path = tmp_path / f"{attack.__name__}.pdf"
        path.write_bytes(attack(certificate()))
        printed = run("verify", path, "--trust", keys / "ca.pem")
        assert printed.code == 1
        assert "Traceback" not in printed.err


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_poppler_reads_the_page_in_the_same_order(folder):
    for path in (folder / "certificates").iterdir():
        done = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True)
        said = done.stdout.decode()
        title, qr = said.index("Example University Dublin"), said.index("urn:")
        assert title < said.index("ECTS") < qr

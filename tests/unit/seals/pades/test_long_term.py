"""What keeps the seal of a page provable: what is added, what it covers, what attackers get."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pdfua import validate
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from tests.authority.pages import LEVELS, drawn, page, page_raiser
from tests.authority.world import SEALED_AT, World, a_world, day

from tessera.errors import UnreadableError
from tessera.report import Outcome
from tessera.seals.pades import (
    PADES,
    Stamper,
    open_pdf,
    with_document_timestamp,
    with_validation_data,
)
from tessera.seals.pades.read import reader_of
from tessera.seals.protocol import ValidationData


@pytest.fixture(scope="module")
def world():
    with a_world() as running:
        yield running


@pytest.fixture(scope="module")
def files(world) -> dict[str, bytes]:
    made = {level: page(world, level) for level in LEVELS}
    world.services.now = day("2027-06-01")
    made["renewed"] = page_raiser(world, "lta").renew(made["lta"])
    world.services.now = SEALED_AT
    return made


def failed(raw: bytes) -> set[str]:
    try:
        found = PADES.check(open_pdf(raw))
    except UnreadableError:
        return {"unreadable"}
    return {one.rule for one in found if one.outcome is Outcome.FAILED}


def indications(raw: bytes) -> list[str]:
    found = PADES.check(open_pdf(raw))
    return [str(one.evidence.get("indication")) for one in found if one.rule == "seal.timestamp"]


def held(world: World, raw: bytes) -> str | None:
    seal = world.seen(raw, day("2027-12-01")).seal
    assert seal is not None
    assert seal.page is not None
    return seal.page.level


def updated(raw: bytes, change: Callable[[Any], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(raw))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def stamped(world: World, raw: bytes) -> bytes:
    """The file with a document timestamp of the authority around it."""
    proofs = page_raiser(world, "lta").proofs
    return with_document_timestamp(raw, Stamper(lambda digest: proofs.stamp(digest).der))


# What is added


@pytest.mark.parametrize(
    ("name", "kinds", "revisions"),
    [
        ("b", [], 2),
        ("t", ["sigTst"], 2),
        ("lt", ["sigTst"], 3),
        ("lta", ["sigTst", "docTst"], 4),
        ("renewed", ["sigTst", "docTst", "docTst"], 6),
    ],
)
def test_each_level_adds_what_the_standard_names_in_updates_of_its_own(
    files, name, kinds, revisions
):
    opened = open_pdf(files[name])
    assert [one.kind for one in opened.long_term.timestamps.found] == kinds
    assert all(one.holds for one in opened.long_term.timestamps.found)
    assert reader_of(files[name]).xrefs.total_revisions == revisions
    assert failed(files[name]) == set()
    data = opened.signatures[0].validation_data
    assert bool(data.crls and data.ocsp_responses) is (name not in ("b", "t"))


@pytest.mark.parametrize(
    ("name", "level"),
    [("b", "B-B"), ("t", "B-T"), ("lt", "B-LT"), ("lta", "B-LTA"), ("renewed", "B-LTA")],
)
def test_the_level_of_our_pages_holds_and_is_what_the_steps_report(world, files, name, level):
    assert open_pdf(files[name]).signatures[0].level == level
    assert held(world, files[name]) == level


def test_the_store_holds_each_thing_once_and_nothing_that_is_in_the_seal(files):
    with pikepdf.open(io.BytesIO(files["renewed"])) as pdf:
        kept = [one.read_bytes() for kind in pdf.Root.DSS for one in _listed(pdf.Root.DSS, kind)]
    assert len(kept) == len(set(kept)) == 7
    assert not set(kept) & set(open_pdf(files["b"]).signatures[0].certificates)


def _listed(store: Any, kind: str) -> list[Any]:
    return [] if kind == "/Type" else list(store[kind])


def test_validation_data_that_are_there_already_change_nothing(files):
    data = open_pdf(files["lt"]).signatures[0].validation_data
    known = ValidationData(crls=data.crls, ocsp_responses=data.ocsp_responses)
    assert with_validation_data(files["lt"], known) == files["lt"]


def test_renewal_keeps_every_earlier_byte(files):
    assert files["renewed"].startswith(files["lta"])


@pytest.mark.parametrize("name", [*LEVELS, "renewed"])
def test_pdfua_and_pikepdf_find_nothing_at_any_level(files, name, tmp_path):
    path = tmp_path / "page.pdf"
    path.write_bytes(files[name])
    assert not validate(path).findings
    with pikepdf.open(path) as pdf:
        assert not pdf.check_pdf_syntax()
        assert not any("/Annots" in one for one in pdf.pages)
        assert len(pdf.Root.AF) == 1


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
@pytest.mark.parametrize("name", [*LEVELS, "renewed"])
def test_poppler_finds_the_seal_valid_at_every_level(files, name, tmp_path):
    path = tmp_path / "page.pdf"
    path.write_bytes(files[name])
    done = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=True)
    assert done.stdout.count("Signature is Valid.") == 1  # it cannot judge document timestamps
    assert done.stdout.count("Total document signed") == (0 if name == "lt" else 1)


def test_pyhanko_accepts_every_timestamp_that_we_put_in(world, files):
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
    from pyhanko_certvalidator import ValidationContext

    roots = [Certificate.load(one.der) for one in (world.root, world.tsa_root)]
    context = ValidationContext(trust_roots=roots, moment=day("2027-06-02"))
    reader = reader_of(files["renewed"])
    [seal] = reader.embedded_regular_signatures
    status = validate_pdf_signature(seal, context, ts_validation_context=context)
    assert status.bottom_line
    assert status.timestamp_validity.valid
    for one in reader.embedded_timestamp_signatures:
        assert validate_pdf_timestamp(one, context).valid


def test_a_token_longer_than_its_place_gets_a_larger_place(world):
    key, proofs = world.sealer.local(), page_raiser(world, "t").proofs
    stamper = Stamper(lambda digest: proofs.stamp(digest).der, room=200)
    sealed = PADES.seal(drawn(world), key, SEALED_AT, stamper)
    assert stamper.room > 1000
    stamper.room = 200
    archived = with_document_timestamp(sealed, stamper)
    found = open_pdf(archived).long_term.timestamps.found
    assert [(one.kind, one.holds) for one in found] == [("sigTst", True), ("docTst", True)]


# Attacks: refused


def test_a_document_timestamp_of_another_page_is_refused(world, files):
    other = page(world, "lta", name="Somebody Else")
    token = open_pdf(other).long_term.timestamps.found[-1].token.der
    raw = with_document_timestamp(files["lt"], Stamper(lambda _: token))
    assert failed(raw) == {"seal.timestamp"}
    assert indications(raw) == ["None", "HASH_FAILURE"]
    assert held(world, raw) == "B-LT"


def test_a_timestamp_of_another_seal_is_refused_and_the_level_falls(world, files):
    token = open_pdf(page(world, "t")).long_term.timestamps.found[0].token.der
    raw = PADES.seal(drawn(world), world.sealer.local(), SEALED_AT, Stamper(lambda _: token))
    assert failed(raw) == {"seal.timestamp"}
    assert held(world, raw) == "B-B"


def test_a_token_that_was_swapped_in_the_file_is_refused(world, files):
    """The place of a signature is not covered by it, so its token can be exchanged."""
    for raw, index in ((files["t"], 0), (files["lta"], 1)):
        own = open_pdf(raw).long_term.timestamps.found[index].token.der
        other = _as_long(world, len(own))
        swapped = raw.replace(own.hex().upper().encode(), other.hex().upper().encode())
        if swapped == raw:
            swapped = raw.replace(own.hex().encode(), other.hex().encode())
        assert swapped != raw
        assert failed(swapped) == {"seal.timestamp"}
        assert indications(swapped)[index] == "HASH_FAILURE"
        assert held(world, swapped) == ("B-B" if index == 0 else "B-LT")


def _as_long(world: World, length: int) -> bytes:
    """A genuine token over something else; their lengths differ by a few octets at most."""
    proofs = page_raiser(world, "t").proofs
    made = (proofs.stamp(bytes([number]) * 32).der for number in range(256))
    return next(one for one in made if len(one) == length)


def test_a_document_timestamp_that_leaves_bytes_out_is_refused(world, files, monkeypatch):
    """Its ByteRange ends before the file does, and the token is made for just that."""
    raw = files["lta"]
    [_, last] = reader_of(raw).embedded_signatures
    first, length, second, rest = (int(one) for one in last.byte_range)
    for changed in (f"[0 {length} {second} {rest - 20}]", f"[0 {length - 9} {second} {rest}]"):
        wanted = changed.encode()
        short = _with_range(raw, f"[{first} {length} {second} {rest}]".encode(), wanted)
        spans = [int(one) for one in changed.strip("[]").split()]
        message = short[: spans[1]] + short[spans[2] : spans[2] + spans[3]]
        import hashlib

        token = page_raiser(world, "lta").proofs.stamp(hashlib.sha256(message).digest()).der
        gap = short[length + 1 : second - 1]
        forged = (
            short[: length + 1] + token.hex().encode().ljust(len(gap), b"0") + short[second - 1 :]
        )
        assert "seal.timestamp" in failed(forged) or failed(forged) == {"unreadable"}
        assert "HASH_FAILURE" in indications(forged)
        assert held(world, forged) == "B-LT"


def _with_range(raw: bytes, old: bytes, new: bytes) -> bytes:
    at = raw.rindex(old)
    end = at + len(old)
    while raw[end : end + 1] == b" ":
        end += 1
    return raw[:at] + new.ljust(end - at) + raw[end:]


def test_what_follows_the_last_timestamp_may_only_be_validation_data(world, files):
    def overlay(writer: Any) -> None:
        white = writer.add_object(
            generic.StreamObject({}, stream_data=b"q 1 1 1 rg 0 0 9 9 re f Q")
        )
        sheet = writer.root["/Pages"]["/Kids"][0]
        sheet[pdf_name("/Contents")] = generic.ArrayObject([sheet.raw_get("/Contents"), white])
        writer.update_container(sheet)

    assert failed(updated(files["lta"], overlay)) == {"seal.pades.revisions"}
    assert failed(stamped(world, updated(files["lta"], overlay))) == {"seal.pades.revisions"}
    assert failed(files["lta"] + b"\n% and 30 ECTS more\n")
    data = ValidationData(certificates=(world.middle.der,))
    added = with_validation_data(files["lta"], data)
    assert added != files["lta"]
    assert failed(added) == set()
    assert failed(added + b"\n% and 30 ECTS more\n")
    assert held(world, added) == "B-LTA"


@pytest.mark.parametrize("entry", ["/JS", "/VRI", "/More"])
def test_a_store_with_something_else_in_it_is_refused(files, entry):
    def put(writer: Any) -> None:
        writer.root["/DSS"][pdf_name(entry)] = generic.pdf_string("app.alert(1)")
        writer.update_container(writer.root["/DSS"])

    assert failed(updated(files["lt"], put))


def test_a_store_that_was_altered_in_place_breaks_what_covers_it(files):
    data = open_pdf(files["lta"]).signatures[0].validation_data
    at = files["lta"].index(data.crls[0]) + 60
    altered = files["lta"][:at] + bytes([files["lta"][at] ^ 1]) + files["lta"][at + 1 :]
    assert "seal.timestamp" in failed(altered)
    assert "HASH_FAILURE" in indications(altered)


# Attacks and accidents: the level falls, with a sentence


def _emptied(writer: Any) -> None:
    store = writer.root["/DSS"]
    for kind in ("/CRLs", "/OCSPs"):
        store[pdf_name(kind)] = generic.ArrayObject()
    writer.update_container(store)


def test_what_a_later_revision_leaves_out_of_the_store_still_counts(world, files):
    emptied = updated(files["lta"], _emptied)
    assert open_pdf(emptied).signatures[0].validation_data.crls
    assert held(world, emptied) == "B-LTA"


def test_a_timestamp_before_the_validation_data_does_not_make_b_lta(world, files):
    data = open_pdf(files["lt"]).signatures[0].validation_data
    raw = with_validation_data(stamped(world, files["t"]), data)
    assert failed(raw) == set()
    assert held(world, raw) == "B-LT"
    assert held(world, stamped(world, raw)) == "B-LTA"


def test_revocation_data_of_another_authority_do_not_make_a_level(world, files):
    with a_world(first=50) as elsewhere:
        foreign = open_pdf(page(elsewhere, "lt")).signatures[0].validation_data
    raw = stamped(world, with_validation_data(files["t"], foreign))
    opened = open_pdf(raw)
    assert opened.signatures[0].level == "B-LTA"
    assert held(world, raw) == "B-T"
    found = world.seen(raw, day("2027-12-01")).report.step("seal").findings
    [said] = [one for one in found if one.rule == "seal.level" and one.path == "/pdf"]
    assert "no revocation data about" in said.message
    assert said.advice


def test_a_document_timestamp_alone_makes_b_t(world, files):
    """EN 319 142-1 clause 6.3: B-T by a signature timestamp or by a document timestamp."""
    raw = stamped(world, files["b"])
    assert held(world, raw) == "B-T"
    data = open_pdf(files["lt"]).signatures[0].validation_data
    lasting = with_validation_data(raw, data)
    assert held(world, lasting) == "B-LT"
    assert held(world, stamped(world, lasting)) == "B-LTA"


def test_a_timestamp_that_cannot_be_read_is_left_out_with_a_remark(files):
    garbage = ValidationData(certificates=(b"0\x03\x02\x01\x05", b"nothing", b""))
    assert failed(with_validation_data(files["lt"], garbage)) == set()
    raw = with_document_timestamp(files["lt"], Stamper(lambda _: bytes.fromhex("3003020105")))
    assert failed(raw) == {"unreadable"} or "seal.timestamp-unreadable" in {
        one.rule for one in PADES.check(open_pdf(raw))
    }


# Renewal


def test_a_page_without_timestamps_or_with_a_broken_one_is_not_renewed(world, files):
    raiser = page_raiser(world, "lta")
    with pytest.raises(UnreadableError, match="nothing to renew"):
        raiser.renew(files["b"])
    token = open_pdf(files["renewed"]).long_term.timestamps.found[1].token.der
    with pytest.raises(UnreadableError, match="broken"):
        raiser.renew(with_document_timestamp(files["lt"], Stamper(lambda _: token)))


def test_a_page_is_not_renewed_when_its_last_timestamp_has_run_out(world, files):
    world.services.now = day("2031-06-01")
    try:
        with pytest.raises(UnreadableError, match="Renew earlier"):
            page_raiser(world, "lta").renew(files["lta"])
    finally:
        world.services.now = SEALED_AT


# Hostile bytes


@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.data())
def test_no_byte_that_a_document_timestamp_covers_can_be_changed(files, data):
    raw = files["lta"]
    [_, last] = reader_of(raw).embedded_signatures
    gap = range(int(last.byte_range[1]), int(last.byte_range[2]))
    at = data.draw(st.integers(0, len(raw) - 1).filter(lambda one: one not in gap))
    changed = raw[:at] + bytes([raw[at] ^ 1 << data.draw(st.integers(0, 7))]) + raw[at + 1 :]
    assert failed(changed)


@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.binary(min_size=1, max_size=400), st.integers(0, 60_000))
def test_noise_in_tokens_and_store_never_breaks_the_reader(files, noise, at):
    raw, begin = files["lta"], len(files["b"]) - 3_000
    start = begin + at % (len(files["lta"]) - begin - len(noise))
    changed = raw[:start] + noise + raw[start + len(noise) :]
    assert changed == raw or isinstance(failed(changed), set)

"""Levels: what is added, what each timestamp covers, and what holds."""

import json
import os
from hashlib import sha256
from pathlib import Path

import jsonschema_rs
import orjson
import pytest
from tests.authority.world import SEALED_AT, a_world, day

from tessera.errors import UnreadableError
from tessera.report import Outcome
from tessera.seals.base64text import from_base64url, to_base64url
from tessera.seals.jades import JADES, check, open_jws
from tessera.seals.jades.archive import stamped_bytes, timestamp_property, with_properties
from tessera.seals.jades.levels import level_of
from tessera.seals.jades.timestamps import JCS, canonical, read_timestamps

STANDARDS = os.environ.get("TESSERA_STANDARDS", "")


@pytest.fixture(scope="module")
def world():
    with a_world() as running:
        yield running


@pytest.fixture(scope="module")
def files(world):
    return {level: world.sealed(level) for level in ("b", "t", "lt", "lta")}


def names(raw):
    return [one.name for one in open_jws(raw).signatures[0].unsigned]


def held(raw, is_covered=lambda _: True):
    [signature] = open_jws(raw).signatures
    stamps = read_timestamps(signature)
    return level_of(signature, stamps, signature.certificates[0], is_covered)


def altered(raw, change):
    """Change the list of unsigned properties."""
    whole = orjson.loads(raw)
    change(whole["signatures"][0]["header"]["etsiU"])
    return orjson.dumps(whole)


def decoded(entry):
    return json.loads(from_base64url(entry))


def outcomes(raw):
    return [f.outcome for f in check(open_jws(raw)) if f.rule == "seal.timestamp"]


def test_each_level_adds_what_the_standard_names_in_its_order(files):
    assert names(files["b"]) == []
    assert names(files["t"]) == ["sigTst"]
    assert names(files["lt"]) == ["sigTst", "xVals", "rVals"]
    assert names(files["lta"]) == ["sigTst", "xVals", "rVals", "arcTst"]


@pytest.mark.parametrize(("level", "name"), [("b", "B-B"), ("t", "B-T"), ("lt", "B-LT"),
                                             ("lta", "B-LTA")])  # fmt: skip
def test_the_level_of_our_files_holds_and_is_what_the_steps_report(files, world, level, name):
    assert held(files[level]).held == name
    seen = world.seen(files[level], SEALED_AT)
    assert seen.seal is not None
    assert seen.seal.level == name
    assert seen.report.step("seal").outcome is Outcome.PASSED


def test_raising_a_level_keeps_document_header_and_signature(files):
    before, after = open_jws(files["b"]), open_jws(files["lta"])
    assert after.document == before.document
    assert files["lta"].startswith(b'{"payload":')
    assert open_jws(files["t"]).signatures[0].certificates == before.signatures[0].certificates


def test_a_timestamp_of_another_seal_is_refused_and_the_level_falls(files, world):
    other = world.sealed("t")
    moved = orjson.loads(other)["signatures"][0]["header"]["etsiU"][0]
    raw = altered(files["t"], lambda listed: listed.__setitem__(0, moved))
    assert outcomes(raw) == [Outcome.FAILED]
    assert held(raw).held == "B-B"
    assert held(raw).finding() is not None
    assert world.seen(raw, SEALED_AT).report.step("seal").outcome is Outcome.FAILED


@pytest.mark.parametrize("kind", ["removed", "exchanged", "added"])
def test_an_archive_timestamp_covers_everything_before_it(files, kind):
    def change(listed):
        if kind == "removed":
            del listed[1]
        elif kind == "exchanged":
            listed[1], listed[2] = listed[2], listed[1]
        else:
            listed.insert(1, listed[1])

    assert outcomes(altered(files["lta"], change)) == [Outcome.PASSED, Outcome.FAILED]


def test_what_stands_behind_an_archive_timestamp_is_not_covered_by_it(files):
    raw = altered(files["lta"], lambda listed: listed.append(listed[1]))
    assert outcomes(raw) == [Outcome.PASSED, Outcome.PASSED]


def test_without_verified_revocation_data_the_level_is_b_t(files):
    level = held(files["lta"], lambda _: False)
    assert (level.held, level.claimed) == ("B-T", "B-LTA")
    assert level.finding().advice


def test_revocation_data_of_another_authority_do_not_make_a_level(files, world):
    with a_world(first=50) as elsewhere:
        foreign = elsewhere.sealed("lta")
    theirs = orjson.loads(foreign)["signatures"][0]["header"]["etsiU"]
    raw = altered(files["lt"], lambda listed: listed.__setitem__(2, theirs[2]))
    assert world.seen(raw, SEALED_AT).seal.level == "B-T"


def test_without_its_archive_timestamp_the_level_is_b_lt(files):
    assert held(altered(files["lta"], lambda listed: listed.pop())).held == "B-LT"


def test_a_timestamp_that_cannot_be_read_gives_no_level_and_a_remark(files):
    junk = to_base64url(orjson.dumps({"sigTst": {"tstTokens": [{"val": "QUJD"}]}}))
    raw = altered(files["t"], lambda listed: listed.__setitem__(0, junk))
    rules = {one.rule: one for one in check(open_jws(raw))}
    assert rules["seal.timestamp-unreadable"].advice
    assert held(raw).held == "B-B"


def test_unsigned_properties_in_clear_hold_with_canonical_json(files, world):
    """Clause 5.3.6.3.1.2: clear objects are covered in the canonical form that is named."""
    whole = orjson.loads(files["lt"])
    listed = [decoded(one) for one in whole["signatures"][0].pop("header")["etsiU"]]
    [signature] = open_jws(orjson.dumps(whole)).signatures
    message = stamped_bytes(signature, "arcTst") + b"".join(canonical(one) for one in listed)
    token = world.raiser("t").proofs.stamp(sha256(message).digest())
    last = timestamp_property("arcTst", token.der)
    last["arcTst"]["canonAlg"] = JCS
    whole["signatures"][0]["header"] = {"etsiU": [*listed, last]}
    raw = orjson.dumps(whole)
    assert outcomes(raw) == [Outcome.PASSED, Outcome.PASSED]
    assert held(raw).held == "B-LTA"
    whole["signatures"][0]["header"]["etsiU"][1]["xVals"].pop()
    assert outcomes(orjson.dumps(whole)) == [Outcome.PASSED, Outcome.FAILED]


def test_clear_properties_without_a_known_canonical_form_are_not_recomputed(files):
    whole = orjson.loads(files["lta"])
    header = whole["signatures"][0]["header"]
    header["etsiU"] = [decoded(one) for one in header["etsiU"]]
    assert outcomes(orjson.dumps(whole)) == [Outcome.PASSED, Outcome.INDETERMINATE]
    assert held(orjson.dumps(whole)).held == "B-LT"


def test_a_mixture_of_clear_and_encoded_properties_is_not_recomputed(files):
    raw = altered(files["lta"], lambda listed: listed.__setitem__(1, decoded(listed[1])))
    assert outcomes(raw) == [Outcome.INDETERMINATE, Outcome.INDETERMINATE]
    assert held(raw).held == "B-B"


@pytest.mark.parametrize(
    ("value", "form"),
    [({"b": 1, "a": [True, None]}, b'{"a":[true,null],"b":1}'), ("é\n", '"é\\n"'.encode()),
     ({"😀": 0, "ﬀ": 1}, '{"😀":0,"ﬀ":1}'.encode())],
)  # fmt: skip
def test_canonical_json_is_that_of_rfc_8785(value, form):
    assert canonical(value) == form


def test_numbers_without_a_canonical_form_are_refused():
    with pytest.raises(UnreadableError):
        canonical({"a": 2**60})


def test_a_compact_seal_has_no_place_for_timestamps(files):
    [signature] = open_jws(files["b"]).signatures
    compact = b"eyJhbGciOiJFUzI1NiJ9.e30." + to_base64url(signature.signature).encode()
    with pytest.raises(UnreadableError, match="no place"):
        with_properties(compact, 0, [{"sigTst": {}}])


def test_a_further_seal_is_raised_without_touching_the_first(files, world):
    other = world.tree.seal(world.middle)
    world.services.know(other)
    both = JADES.cosign(files["lta"], other.local(), SEALED_AT)
    raised = world.raiser("lta").one(both, 1)
    first, second = open_jws(raised).signatures
    assert first == open_jws(files["lta"]).signatures[0]
    assert read_timestamps(second).of("sigTst", "arcTst") != ()
    assert world.seen(raised, SEALED_AT).report.step("time").outcome is Outcome.PASSED


def test_renewal_puts_validation_data_and_an_archive_timestamp_behind(files, world):
    world.services.now = day("2027-06-01")
    try:
        renewed = world.raiser("lta").renew(files["lta"])
    finally:
        world.services.now = SEALED_AT
    assert names(renewed) == [*names(files["lta"]), "tstVD", "arcTst"]
    assert held(renewed).held == "B-LTA"
    assert world.seen(renewed, day("2028-06-01")).report.step("time").outcome is Outcome.PASSED


def test_renewal_after_the_end_of_the_last_timestamp_is_refused(files, world):
    world.services.now = day("2031-06-01")
    try:
        with pytest.raises(UnreadableError, match="Renew earlier"):
            world.raiser("lta").renew(files["lta"])
    finally:
        world.services.now = SEALED_AT


def test_renewal_of_a_seal_without_timestamps_or_of_a_broken_one_is_refused(files, world):
    with pytest.raises(UnreadableError, match="nothing to renew"):
        world.raiser("lta").renew(files["b"])
    broken = files["lta"].replace(b"urn:x:1", b"urn:x:2")
    with pytest.raises(UnreadableError, match="broken"):
        world.raiser("lta").renew(broken)


@pytest.mark.skipif(not STANDARDS, reason="TESSERA_STANDARDS is not set: no ETSI schema here")
def test_what_we_add_follows_the_official_schema(files):
    folder, root = Path(STANDARDS) / "etsi" / "jades", "https://schemas.test/jades/"
    # The schema of RFC 7515 is not among the official files; counter-signatures are not made.
    # contentEncoding only annotates (JSON Schema draft 7, 8.3); clause 5.3.1 asks for base64url.
    texts = {"rfcs/rfc7515.json": json.dumps({"definitions": {"jws": {"type": "object"}}})} | {
        path.relative_to(folder).as_posix(): path.read_text().replace("contentEncoding", "note")
        for path in folder.rglob("*.json")
    }

    def follows(start, value):
        validator = jsonschema_rs.Draft7Validator(
            {"$ref": f"{root}{start}"},
            retriever=lambda uri: json.loads(texts[uri.removeprefix(root)]),
        )
        return [error.message for error in validator.iter_errors(value)]

    for level in ("t", "lt", "lta"):
        header = orjson.loads(files[level])["signatures"][0]["header"]
        assert follows("19182-unprotected-jsonSchema.json", header) == []
        for entry in header["etsiU"]:
            instance = decoded(entry)
            clear = "19182-jsonSchema.json#/definitions/etsiUClearInstance"
            assert follows(clear, instance) == []
            assert follows(clear, {"sigTst": {"tstTokens": []}}) != []

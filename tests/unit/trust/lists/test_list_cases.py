"""Real lists, when TESSERA_CASES names their folder: 2017 to 2026, of seven states."""

import json
import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from tessera.report import Outcome
from tessera.seals.certificates import describe
from tessera.seals.jades import open_jws
from tessera.seals.jades.check import signing_certificate
from tessera.trust.anchors import Anchor, load_anchors
from tessera.trust.lists.assess import Moments, assess
from tessera.trust.lists.hierarchy import Hierarchy, Proved, Refused, pivots_of, territories
from tessera.trust.lists.markup import XmlRefused
from tessera.trust.lists.model import CA_QC, TSA_QTST
from tessera.trust.lists.signature import verify_signature
from tessera.trust.lists.snapshot import hold

FOLDER = os.environ.get("TESSERA_CASES")
pytestmark = pytest.mark.skipif(not FOLDER, reason="TESSERA_CASES is not set: no real lists here")
DSS = "etsi-tl/esig+dss/dss-tsl-validation/src/test/resources"
REAL = "etsi-tl/luisgf+openvc/tests/fixtures/trustlist/real"
ELM = "edc-jades/european-commission-empl+European-Learning-Model"
ANNEX_1 = f"{ELM}/Credentials/JSON-LD Examples (ELM v3)/Sample-MC-Annex1-signed.jsonld"
SUMMER_2026 = datetime(2026, 7, 2, tzinfo=UTC)


def entries():
    listed = json.loads((Path(FOLDER) / "manifest.json").read_text())["cases"] if FOLDER else []
    return [one for one in listed if one["format"] == "etsi-tl"]


def raw(path):
    return Path(FOLDER, path).read_bytes()


@cache
def lists_of_2026():
    files = [(name, raw(f"{REAL}/{name}")) for name in ("eu-lotl-seq388.xml", "es-tl-seq187.xml")]
    return Hierarchy(hold(files, load_anchors([Path(FOLDER, REAL, "eu-lotl-signer.pem")])))


@cache
def lists_of_2019():
    top = raw(f"{DSS}/eu-lotl.xml")
    nations = sorted(Path(FOLDER, DSS, "lotlCache").glob("??.xml"))
    files = [("lotl.xml", top), *((one.name, one.read_bytes()) for one in nations)]
    return Hierarchy(hold(files, [Anchor.of(verify_signature(top).certificate)]))


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["id"])
def test_a_real_list_is_judged_as_its_entry_says(entry):
    try:
        verified = verify_signature(raw(entry["path"]))
    except XmlRefused:
        assert entry["decides"] == "parse"
        return
    if entry["expected"] != "parses":
        assert (
            verified.findings[0].outcome.value
            == {"valid": "PASSED", "invalid": "FAILED"}[entry["expected"]]
        )
    assert (verified.content is None) is (verified.findings[0].outcome is Outcome.FAILED)


def test_the_list_of_lists_of_2026_names_the_spanish_list():
    lists = lists_of_2026()
    nation = lists.national("ES", SUMMER_2026)
    assert isinstance(nation, Proved)
    assert nation.content.sequence_number == 187
    assert describe(nation.signer).common_name == "SPANISH TRUST SCHEME OPERATOR"
    types = [one.periods[0].type for one in nation.content.services]
    assert (len(types), types.count(CA_QC), types.count(TSA_QTST)) == (429, 240, 118)
    assert len(territories(lists.list_of_lists(SUMMER_2026).content)) == 31


def test_after_its_next_update_the_list_of_2026_is_refused():
    found = lists_of_2026().national("ES", datetime(2026, 11, 25, tzinfo=UTC))
    assert isinstance(found, Refused)
    assert found.finding.rule == "list.expired"


def test_the_lists_of_2019_hold_where_they_are_here():
    lists, at = lists_of_2019(), datetime(2019, 10, 1, tzinfo=UTC)
    found = {one: lists.national(one, at) for one in territories(lists.list_of_lists(at).content)}
    held = {one for one, each in found.items() if isinstance(each, Proved)}
    assert held == {"DK", "FI", "IS", "LI", "LU", "PT", "SE", "SI"}
    assert {each.finding.rule for each in found.values() if isinstance(each, Refused)} == {
        "list.missing"
    }


def test_the_list_of_another_year_is_not_signed_by_whom_this_one_names():
    files = [("lotl", raw(f"{REAL}/eu-lotl-seq388.xml")), ("fi", raw(f"{DSS}/lotlCache/FI.xml"))]
    lists = Hierarchy(hold(files, load_anchors([Path(FOLDER, REAL, "eu-lotl-signer.pem")])))
    assert lists.national("FI", SUMMER_2026).finding.rule == "list.national.signer"


def test_a_real_pivot_with_a_short_key_no_longer_proves_anything():
    older, newer = (
        raw(f"{DSS}/lotlCache/tl_pivot_172_mp.xml"),
        raw(f"{DSS}/lotlCache/tl_pivot_191_mp.xml"),
    )
    first = verify_signature(older)
    assert [one.rule for one in first.findings] == ["list.signature", "list.signature.short-key"]
    lists = Hierarchy(hold([("a", older), ("b", newer)], [Anchor.of(first.certificate)]))
    assert [number for _, number in pivots_of(lists.snapshot.list_of_lists.claims)] == [191, 172]
    found = lists.list_of_lists(datetime(2018, 1, 1, tzinfo=UTC))
    assert found.finding.rule == "list.signature.short-key"


def test_a_real_list_whose_pivots_are_not_all_here_stays_open():
    names = ("eu-lotl-pivot.xml", "lotlCache/tl_pivot_191_mp.xml")
    anchor = Anchor.of(verify_signature(raw(f"{DSS}/lotlCache/tl_pivot_191_mp.xml")).certificate)
    lists = Hierarchy(hold([(one, raw(f"{DSS}/{one}")) for one in names], [anchor]))
    found = lists.list_of_lists(datetime(2019, 9, 1, tzinfo=UTC)).finding
    assert (found.rule, found.outcome) == ("list.pivot.missing", Outcome.INDETERMINATE)


def judged(path, at, is_proved=False):
    [signature] = open_jws(raw(path)).signatures
    pool = (*signature.certificates[1:], *signature.validation_data.certificates)
    moments = Moments(judged_at=at, sealed_at=signature.claimed_at, is_proved=is_proved)
    return assess(signing_certificate(signature), pool, lists_of_2026(), moments)


@pytest.mark.parametrize("at", [SUMMER_2026, datetime(2023, 9, 27, 12, tzinfo=UTC)])
def test_the_signer_of_the_annex_1_sample_stands_in_the_spanish_list(at):
    """Qualified certificate without a qualified device: an advanced seal that is trusted."""
    found = judged(ANNEX_1, at)
    assert found.is_trusted
    assert found.seal_class == "advanced-trusted"
    assert found.vouches.service.territory == "ES"
    assert "ANF AC Qualified Certificates for eSeal" in found.findings[0].message
    assert "qualified device" in found.findings[1].message


def test_the_authority_of_the_2021_test_seals_was_withdrawn_in_2025():
    path = next(
        one.relative_to(FOLDER)
        for one in Path(FOLDER, "edc-jades").rglob("json_to_seal-signed-jades-baseline-lta.json")
    )
    assert judged(path, datetime(2023, 9, 1, tzinfo=UTC)).is_trusted
    now, proved = judged(path, SUMMER_2026), judged(path, SUMMER_2026, is_proved=True)
    assert now.findings[0].rule == "list.service.status-unproved"
    assert "withdrawn since 2025-02-05" in now.findings[0].message
    assert proved.is_trusted

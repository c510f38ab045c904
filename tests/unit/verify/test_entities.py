"""Lists of trusted entities in a verification: by themselves, and behind a seal."""

import json
from datetime import timedelta

import pytest

from tessera.journeys.verifying import judge
from tessera.report import Outcome
from tessera.seals.jades import JADES
from tessera.seals.keys.local import LocalKey
from tessera.verify.examination import Circumstances
from tests.unit.trust.lists.lote_material import (
    NOTIFIED,
    OPERATOR,
    OTHER,
    PUB_EAA,
    day,
    sealed,
    written,
)
from tests.unit.trust.lists.material import AUTHORITY, NOW, SEAL, party, tree
from tests.unit.trust.lists.test_entities import WITHDRAWN, kept

LIST = sealed(written(service=PUB_EAA, status=NOTIFIED))
SEALED_AT = NOW - timedelta(days=1)


def verified(raw, *, at=NOW, trusted=(), entities=None, lists=None):
    anchors = tuple(one.anchor for one in trusted)
    given = Circumstances(at=at, anchors=anchors, entities=entities, lists=lists)
    return judge(raw, given, "standard")


def rules(judged, step):
    found = judged.examination.report.step(step)
    return found.outcome.value, [one.rule for one in found.findings if not one.advice]


# A list by itself


def test_a_list_of_a_signer_that_is_trusted_passes_every_step_that_is_about_it():
    judged = verified(LIST, trusted=[OPERATOR])
    assert judged.verdict.outcome is Outcome.PASSED, judged.sentence
    assert judged.sentence.startswith("It is the list of trusted entities of FI")
    assert judged.examination.format == "etsi-lote"
    assert rules(judged, "parse") == ("PASSED", ["list.lote.parse"])
    assert rules(judged, "seal")[0] == "PASSED"
    assert rules(judged, "signer") == ("PASSED", ["list.lote.signer"])
    assert rules(judged, "time")[0] == "PASSED"
    assert rules(judged, "schema") == ("PASSED", ["list.lote.form"])
    for step in ("status", "elements", "issuer", "parts"):
        assert rules(judged, step)[0] == "NOT_APPLICABLE"
    seal = judged.examination.seal.to_json()
    assert (seal["mechanism"], seal["algorithm"], seal["intact"]) == ("jades", "ES256", True)
    assert (seal["class"], seal["signer"]) == ("advanced-trusted", "Operator of FI")


def test_a_list_of_a_signer_that_is_kept_passes_and_of_another_stays_open():
    assert verified(LIST, entities=kept(LIST)).verdict.outcome is Outcome.PASSED
    judged = verified(LIST, entities=kept(LIST, signers=(OTHER,)))
    assert rules(judged, "signer") == ("INDETERMINATE", ["list.lote.signer.unknown"])
    assert verified(LIST).verdict.outcome is Outcome.INDETERMINATE


def test_a_list_that_was_changed_fails_and_has_the_class_broken():
    head, _, signature = LIST.split(b".")
    other = sealed(written(service=PUB_EAA, status=WITHDRAWN)).split(b".")[1]
    judged = verified(b".".join((head, other, signature)), trusted=[OPERATOR])
    assert rules(judged, "seal")[0] == "FAILED"
    assert judged.verdict.outcome is Outcome.FAILED
    assert judged.examination.seal.seal_class == "broken"


def test_a_list_that_is_not_sealed_fails():
    judged = verified(json.dumps(written(), indent=1).encode(), trusted=[OPERATOR])
    assert rules(judged, "seal") == ("FAILED", ["list.lote.unsealed"])
    assert rules(judged, "signer") == ("INDETERMINATE", ["list.lote.signer.none"])
    assert judged.examination.seal is None


def test_a_list_that_names_another_operator_fails():
    judged = verified(sealed(written(operator="Somebody")), trusted=[OPERATOR])
    assert rules(judged, "schema") == ("FAILED", ["list.lote.signature"])
    assert judged.verdict.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("changes", "rule"),
    [({"NextUpdate": day(NOW - timedelta(days=1))}, "list.expired"),
     ({"NextUpdate": None}, "list.closed")],
)  # fmt: skip
def test_a_list_that_is_over_fails(changes, rule):
    judged = verified(sealed(written(**changes)), trusted=[OPERATOR])
    found = rules(judged, "time")
    assert found[0] == "FAILED"
    assert rule in found[1]


@pytest.mark.parametrize(
    "raw",
    [b'{"LoTE": {}}', b'{"LoTE": 1}', sealed({"LoTE": {}}), b'{"LoTE":' * 200,
     b'{"LoTE": {}, "LoTE": {}}'],
)  # fmt: skip
def test_what_only_begins_like_a_list_cannot_be_read(raw):
    assert rules(verified(raw), "parse")[0] == "FAILED"


def test_every_cut_of_a_list_is_judged_and_none_passes():
    for end in range(0, len(LIST) - 1, 37):
        assert verified(LIST[:end], trusted=[OPERATOR]).verdict.outcome is not Outcome.PASSED


# Behind a seal


def sealed_credential(by=SEAL):
    return JADES.seal(b'{"id":"urn:x:1"}', LocalKey(by.key, (by.der, AUTHORITY.der)), SEALED_AT)


def test_a_seal_of_a_notified_issuer_is_trusted_and_the_list_is_named():
    raw = sealed_credential()
    assert rules(verified(raw), "signer")[0] == "INDETERMINATE"
    judged = verified(raw, entities=kept(LIST))
    assert rules(judged, "signer") == ("PASSED", ["list.entity"])
    assert judged.examination.seal.seal_class == "advanced-trusted"
    [finding] = [one for one in judged.examination.report.step("signer").findings
                 if one.rule == "list.entity"]  # fmt: skip
    assert finding.evidence["provider"] == "University"
    assert rules(judged, "time")[0] == "PASSED"


def test_a_seal_of_a_withdrawn_issuer_stays_open():
    lists = kept(sealed(written(service=PUB_EAA, status=WITHDRAWN)))
    judged = verified(sealed_credential(), entities=lists)
    outcome, found = rules(judged, "signer")
    assert outcome == "INDETERMINATE"
    assert "list.entity.status" in found
    assert judged.examination.seal.seal_class == "advanced-unknown"


def test_what_the_lists_say_is_a_remark_where_the_verifier_trusts_already():
    stranger = party("Stranger", AUTHORITY)
    for lists, rule in ((kept(LIST), "list.entity"),
                        (kept(sealed(written())), "list.entity.type")):  # fmt: skip
        judged = verified(sealed_credential(stranger), trusted=[AUTHORITY], entities=lists)
        assert rules(judged, "signer") == ("PASSED", ["signer.trusted-anchor"])
        advice = {one.rule for one in judged.examination.report.step("signer").findings
                  if one.advice}  # fmt: skip
        assert rule in advice


def test_a_qualified_seal_stays_one_when_its_maker_is_notified_as_well():
    judged = verified(sealed_credential(), lists=tree(), entities=kept(LIST))
    assert judged.examination.seal.seal_class == "qualified"
    assert rules(judged, "signer")[0] == "PASSED"

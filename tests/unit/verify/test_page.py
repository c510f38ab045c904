"""Whole verifications of certificates: ours pass, and every attack gets no verdict `passed`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tessera.report import Outcome
from tessera.seals.pades import PADES
from tessera.trust.anchors import Anchor
from tessera.verify.examination import Circumstances, Examination
from tessera.verify.policies import policy
from tessera.verify.runner import examine
from tests import pdf_attacks
from tests.pdf_attacks import NOW, Certificate, certificate

AT = NOW + timedelta(hours=1)
ATTACKS = (
    *pdf_attacks.CHANGED,
    *(attack for attack, _ in pdf_attacks.RESEALED),
    *pdf_attacks.UNREAD,
)


def judged(raw: bytes, *, at=AT, trusted: bool = True) -> Examination:
    anchors = (Anchor.of(certificate().authority.certificate),) if trusted else ()
    return examine(raw, Circumstances(at=at, anchors=anchors, use_shapes=False))


def verdict(raw: bytes) -> Outcome:
    return policy("standard").judge(judged(raw).report).outcome


def rules(seen: Examination, step: str, outcome: Outcome) -> set[str]:
    findings = seen.report.step(step).findings
    return {one.rule for one in findings if one.outcome is outcome and not one.advice}


def test_a_certificate_of_ours_is_verified_as_the_credential_in_it_and_gets_passed():
    seen = judged(certificate().sealed)
    assert verdict(certificate().sealed) is Outcome.PASSED
    assert seen.format == "elm"
    assert seen.decoded.award.learner.display_name == "Ada Example"
    for step in ("parse", "seal", "signer", "time"):
        assert seen.report.step(step).outcome is Outcome.PASSED, step
    assert {"seal.pades.signature", "seal.pades.text", "seal.pades.issuer"} <= rules(
        seen, "seal", Outcome.PASSED
    )


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.__name__)
def test_no_attack_on_a_certificate_gets_the_verdict_passed(attack):
    assert verdict(attack(certificate())) is Outcome.FAILED


def test_the_credential_of_another_learner_in_a_page_of_the_issuer_fails():
    from tessera.render.certificate import draw_certificate

    one = certificate()
    _, other = pdf_attacks.credential("Somebody Else", pdf_attacks.OTHER_ID)
    seen = judged(one.resealed(draw_certificate(one.award, other)))
    assert rules(seen, "seal", Outcome.FAILED) == {"seal.pades.text"}


def test_a_page_whose_text_was_altered_before_the_issuer_sealed_it_fails():
    from dataclasses import replace

    from tessera.model import Learner
    from tessera.render.certificate import draw_certificate

    one = certificate()
    altered = replace(one.award, learner=Learner(full_name="Eve Example"))
    seen = judged(one.resealed(draw_certificate(altered, one.credential)))
    assert rules(seen, "seal", Outcome.FAILED) == {"seal.pades.text"}


def test_a_page_sealed_by_a_stranger_fails():
    key = pdf_attacks.stranger_key(like_issuer=False)
    forged = PADES.seal(certificate().drawn, key, NOW)
    assert rules(judged(forged), "seal", Outcome.FAILED) == {"seal.pades.issuer"}
    assert verdict(forged) is Outcome.FAILED


def test_a_page_sealed_by_a_stranger_with_the_name_of_the_issuer_is_not_trusted():
    key = pdf_attacks.stranger_key(like_issuer=True)
    seen = judged(PADES.seal(certificate().drawn, key, NOW))
    assert seen.report.step("seal").outcome is Outcome.PASSED
    assert seen.report.step("signer").outcome is not Outcome.PASSED
    assert verdict(PADES.seal(certificate().drawn, key, NOW)) is not Outcome.PASSED


def test_a_page_sealed_before_its_certificate_was_valid_is_not_timely():
    early = PADES.seal(certificate().drawn, certificate().key, NOW - timedelta(days=300))
    seen = judged(early)
    assert seen.report.step("time").outcome is not Outcome.PASSED
    places = {one.path for one in seen.report.step("time").findings if one.rule.startswith("time")}
    assert "/pdf" in places


def test_without_a_trusted_authority_neither_seal_has_a_known_signer():
    seen = judged(certificate().sealed, trusted=False)
    assert seen.report.step("signer").outcome is Outcome.INDETERMINATE
    paths = {one.path for one in seen.report.step("signer").findings}
    assert "/pdf" in paths


def test_a_pdf_with_an_open_credential_in_it_is_no_sealed_credential():
    from tessera.formats.elm.encode import dump, encode
    from tessera.render.certificate import draw_certificate

    one = certificate()
    pdf = one.resealed(draw_certificate(one.award, dump(encode(one.award))))
    seen = judged(pdf)
    assert "seal.absent" in rules(seen, "seal", Outcome.NOT_APPLICABLE)
    assert verdict(pdf) is not Outcome.PASSED


def test_what_was_sealed_is_named_by_the_hash_of_the_whole_file():
    import hashlib

    one: Certificate = certificate()
    assert judged(one.sealed).sha256 == hashlib.sha256(one.sealed).hexdigest()

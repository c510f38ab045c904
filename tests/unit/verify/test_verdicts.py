"""The verdict in a sentence that a person understands who knows nothing of seals."""

from datetime import timedelta

import pytest

from tessera.report import Outcome
from tessera.verify.policies import policy
from tessera.verify.verdicts import sentence
from tests.unit.verify.conftest import (
    AT,
    changed,
    document,
    key,
    sealed,
    seen,
    without_seal,
)

TEST = "Sealed with a test key. It proves nothing outside a test."


def said(examination, name="standard", **more):
    verdict = policy(name).judge(examination.report)
    return verdict.outcome, sentence(examination, verdict, **more)


def test_a_pass_says_who_was_awarded_what_by_whom_and_that_it_is_a_test():
    outcome, text = said(seen(sealed()))
    assert outcome is Outcome.PASSED
    assert text.startswith("Ada Example was awarded 'Data Ethics in Practice' by ")
    assert "Example University Dublin and Example Hogeschool Utrecht." in text
    assert "Not everything could be checked: the issuer." in text
    assert text.endswith(TEST)


def test_a_pass_speaks_the_language_asked_for():
    assert "Data-ethiek in de praktijk" in said(seen(sealed()), language="nl")[1]


def test_an_incomplete_credential_is_called_genuine():
    incomplete = sealed(changed(document(), issuanceDate="2026-11-22T10:00:00Z"))
    examination = seen(incomplete)
    step = examination.report.step("elements")
    assert step.outcome is Outcome.PASSED
    bare = _without_outcomes()
    outcome, text = said(seen(sealed(bare)))
    assert outcome is Outcome.PASSED
    assert "genuine but incomplete: 1 mandatory element is missing" in text
    assert said(seen(sealed(bare)), "complete")[0] is Outcome.FAILED


def _without_outcomes():
    import json

    from tessera.formats.elm.encode import dump

    whole = json.loads(document())
    del whole["credentialSubject"]["hasClaim"]["specifiedBy"]["learningOutcome"]
    return dump(whole)


def test_a_sealed_text_that_is_no_credential_is_called_so():
    assert "is not a credential that Tessera reads" in said(seen(sealed(b"[]")))[1]


@pytest.mark.parametrize(
    ("raw", "beginning"),
    [
        (b"", "This file cannot be read as a credential. The file is empty."),
        (b"hello", "This file cannot be read as a credential. It is not JSON"),
        (sealed().replace(b"Ada", b"Eve"), "The seal is broken; the content is not shown. "),
        (sealed(changed(document(), displayParameter=None)), "Not accepted because of the official "
         "format. "),
        (document(), "This file carries no seal, so nothing proves who wrote it"),
        (changed(document(), proof="to be signed"), "Nobody can decide this yet because of the "
         "seal. The credential carries a proof"),
    ],
    ids=["empty", "text", "broken", "schema", "unsealed", "proof"],
)  # fmt: skip
def test_what_is_not_accepted_says_why(raw, beginning):
    outcome, text = said(seen(raw))
    assert outcome is not Outcome.PASSED
    assert text.startswith(beginning)
    assert "Ada" not in text


def test_a_file_that_fails_without_a_seal_is_told_that_too():
    outcome, text = said(seen(changed(document(), displayParameter=None)))
    assert outcome is Outcome.FAILED
    assert text.startswith("Not accepted because of the official format. ")
    assert text.endswith(" It carries no seal either.")


def test_an_unknown_maker_is_said_with_what_to_do():
    outcome, text = said(seen(sealed(), trust=False))
    assert outcome is Outcome.INDETERMINATE
    assert text.startswith("The seal is intact, but we could not find out who made it.")
    assert "--trust" in text


def test_an_expired_certificate_is_said_with_its_step():
    raw = sealed(changed(document(), validUntil=None))
    outcome, text = said(seen(raw, at=AT + timedelta(days=1000)))
    assert outcome is Outcome.INDETERMINATE
    assert "because of the time. The certificate of the seal expired on" in text


def test_a_credential_that_has_ended_is_said_so():
    outcome, text = said(seen(sealed(changed(document(), validUntil="2026-11-24T10:30:00Z"))))
    assert outcome is Outcome.FAILED
    assert "was valid until 2026-11-24 10:30 UTC" in text


def test_a_missing_seal_of_a_required_body_is_said_by_name():
    from tests.unit.verify.test_signers import both_required, school

    outcome, text = said(seen(without_seal(sealed(both_required(), key(), school()), 1)))
    assert outcome is Outcome.FAILED
    assert text.startswith("A seal is missing. The seal of Example Hogeschool Utrecht is missing")

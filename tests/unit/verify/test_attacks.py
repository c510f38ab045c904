"""Known attacks, one test each, on credentials sealed for real: none may pass, raise or run on.

Everything goes through the journey `judge`, as a person's file does.
Source: issue 4 ("Bad input"); WIRE-VC section 5.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tessera.formats.eaa import FORMAT as EAA
from tessera.formats.elm import FORMAT as ELM
from tessera.journeys.verifying import judge
from tessera.render.display import display_picture
from tessera.trust.resolve import KnownParties, Resolver
from tessera.verify.examination import Circumstances
from tests.complete import complete_award
from tests.fuzzing.parties import (
    AT,
    TRUSTED,
    UNIVERSITY,
    did,
    document_of,
    header_of,
    token,
)
from tests.fuzzing.samples import award, sealed
from tests.unit.formats.imports.test_imports import ASSERTION
from tests.unit.trust.lists import lote_material as lote


def judged(raw, *trusted, fetcher=None, statuses=None):
    known = KnownParties.of([document_of(key) for key in trusted or TRUSTED])
    more = {} if fetcher is None else {"fetcher": fetcher}
    at = AT + timedelta(hours=1)
    resolver = Resolver(known, at=at, **more)
    return judge(
        raw,
        Circumstances(at=at, resolver=resolver, statuses=statuses, use_shapes=False),
        "standard",
    )


def verdict(raw, *trusted, **more):
    return judged(raw, *trusted, **more).verdict.outcome.value


def said(raw, step, *trusted, **more):
    """The rules that decided a step, each with its worst outcome."""
    worst = {}
    for one in judged(raw, *trusted, **more).examination.report.step(step).findings:
        if not one.advice and worst.get(one.rule) not in ("FAILED", "INDETERMINATE"):
            worst[one.rule] = one.outcome.value
    return worst


# A trusted party speaks for another


def european():
    picture = display_picture(complete_award().micro_credential, "en", is_test=True)
    shown = replace(complete_award(), display=picture, display_language="en", valid_until=None)
    return ELM.encode(shown)


NAMED_ELSEWHERE = {
    "a European credential in its wrapping": lambda: {
        "deliveryDetails": {}, "credential": european(),
    },
    "a badge of Open Badges 2.0": lambda: ASSERTION,
    "an attestation without the id of its issuer": lambda: {
        name: value for name, value in EAA.encode(award()).items() if name != "issuer"
    },
}  # fmt: skip


@pytest.mark.parametrize("claims", [{}, {"iss": did(UNIVERSITY)}], ids=["unnamed", "by iss"])
@pytest.mark.parametrize("document", NAMED_ELSEWHERE.values(), ids=NAMED_ELSEWHERE)
def test_a_trusted_key_does_not_speak_for_an_issuer_that_only_the_record_names(document, claims):
    raw = token(header_of(UNIVERSITY), {**document(), **claims}, UNIVERSITY)
    assert said(raw, "seal")["seal.signature"] == "PASSED"
    assert said(raw, "signer")["signer.controller"] == "INDETERMINATE"
    assert verdict(raw) in ("INDETERMINATE", "FAILED")


# Disclosures


def in_json(raw, **changes):
    """An SD-JWT in the flattened JSON form of RFC 9901 section 8."""
    signed, *shown, binding = raw.decode().split("~")
    protected, payload, signature = signed.split(".")
    header = {"disclosures": shown, **({"kb_jwt": binding} if binding else {}), **changes}
    whole = {"payload": payload, "protected": protected, "signature": signature, "header": header}
    return json.dumps(whole).encode()


@pytest.mark.parametrize("strange", ["\u202e", "\ud800", "é"])
def test_a_disclosure_that_is_no_base64_fails_under_a_key_binding(strange):
    shown = sealed("sd-jwt")[1]
    assert verdict(in_json(shown)) == "PASSED"
    raw = in_json(shown, disclosures=[strange])
    assert verdict(raw) == "FAILED"
    assert "seal.incident" not in said(raw, "seal")


# Lists of trusted entities


@pytest.mark.parametrize("certificate", ["AAAA", "", "MIIB"])
def test_a_list_whose_certificate_cannot_be_read_fails_at_its_seal(certificate):
    raw = lote.sealed(lote.written(), x5c=[certificate])
    assert judged(raw).examination.format == "etsi-lote"
    assert verdict(raw) == "FAILED"
    assert "FAILED" in said(raw, "seal").values()

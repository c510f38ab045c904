"""Known attacks, one test each, on credentials sealed for real: none may pass, raise or run on.

Everything goes through the journey `judge`, as a person's file does.
Source: issue 4 ("Bad input"); WIRE-VC section 5.
"""

from __future__ import annotations

import hmac
import json
import socket
import tracemalloc
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tessera.errors import KeyRefusedError, TesseraError
from tessera.formats.eaa import FORMAT as EAA
from tessera.formats.elm import FORMAT as ELM
from tessera.formats.openbadges import FORMAT as OB3
from tessera.journeys.verifying import judge
from tessera.render.display import display_picture
from tessera.seals.base64text import to_base64url
from tessera.seals.dataintegrity import FAST_PATHS, BatchSigner
from tessera.seals.vcjose import VCJOSE, JoseOptions, JoseProfile
from tessera.standards.contexts import Contexts, pinned
from tessera.standards.locate import Library
from tessera.trust.fetch import GuardedFetcher
from tessera.trust.resolve import KnownParties, Resolver
from tessera.trust.status import StatusReader
from tessera.verify.examination import Circumstances
from tests.complete import complete_award
from tests.fuzzing import lists
from tests.fuzzing.parties import (
    AT,
    REGISTRY,
    STRANGER,
    TRUSTED,
    UNIVERSITY,
    compact,
    did,
    digest,
    document_of,
    header_of,
    public_jwk,
    token,
)
from tests.fuzzing.samples import CLAIMS, as_token, award, sealed, small, with_proof
from tests.fuzzing.spoilers import b64, opened
from tests.unit.formats.imports.test_imports import ASSERTION
from tests.unit.trust.lists import lote_material as lote


def judged(raw, *trusted, fetcher=None, **more):
    known = KnownParties.of([document_of(key) for key in trusted or TRUSTED])
    at = AT + timedelta(hours=1)
    resolver = Resolver(known, at=at, **({} if fetcher is None else {"fetcher": fetcher}))
    return judge(raw, Circumstances(at=at, resolver=resolver, use_shapes=False, **more), "standard")


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


# Tokens


def opened_token(raw):
    header, payload, _ = opened(raw)
    return header, payload


CREDENTIALS = {"a W3C credential": ("vc-jwt", 0), "a badge": ("ob3-jwt", 0),
               "claims for a wallet": ("sd-jwt", 2)}  # fmt: skip


def parts_of(name):
    format, at = CREDENTIALS[name]
    raw = sealed(format)[at]
    signed, tilde, rest = raw.partition(b"~")
    return (*opened_token(signed), tilde + rest)


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", None])
@pytest.mark.parametrize("credential", CREDENTIALS)
def test_a_token_that_claims_to_need_no_signature_fails(credential, alg):
    header, payload, rest = parts_of(credential)
    bare = b64({**header, "alg": alg}) + b"." + b64(payload) + b"."
    assert verdict(bare + rest) == "FAILED"


@pytest.mark.parametrize("credential", CREDENTIALS)
@pytest.mark.parametrize("form", ["PEM", "DER", "JWK", "point"])
def test_a_public_key_is_no_secret_of_a_keyed_hash(credential, form):
    header, payload, rest = parts_of(credential)
    key = UNIVERSITY.public
    info = PublicFormat.SubjectPublicKeyInfo
    secret = {
        "PEM": key.public_bytes(Encoding.PEM, info), "DER": key.public_bytes(Encoding.DER, info),
        "JWK": compact(public_jwk(UNIVERSITY)),
        "point": key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
    }[form]  # fmt: skip
    message = b64({**header, "alg": "HS256"}) + b"." + b64(payload)
    raw = message + b"." + b64(hmac.digest(secret, message, "sha256")) + rest
    assert verdict(raw) == "FAILED"


def test_no_badge_is_sealed_as_a_token_with_edwards_keys():
    badge = compact(OB3.encode(award(REGISTRY)))
    options = JoseOptions(profile=JoseProfile.OPEN_BADGES, verification_method=REGISTRY.method)
    with pytest.raises(KeyRefusedError, match="RS256 or ES256"):
        VCJOSE.seal(badge, REGISTRY, AT, options)


HOSTILE = ("http://{0}", "https://127.0.0.1:{1}", "https://127.1:{1}", "https://0x7f000001:{1}",
           "https://localhost:{1}", "https://[::1]:{1}", "https://10.0.0.1",
           "https://169.254.169.254")  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE)
def test_a_key_at_a_private_address_is_not_fetched(address):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        url = address.format(f"127.0.0.1:{port}", port)
        for named in (url, f"{url}/keys#1"):
            document = {**small(STRANGER), "issuer": url}
            raw = token({**header_of(STRANGER), "kid": named}, document, STRANGER)
            assert verdict(raw, fetcher=GuardedFetcher(seconds=2)) != "PASSED"
        with pytest.raises(BlockingIOError):
            server.accept()


# Proofs inside a document


def proved(document, key=REGISTRY, suite=None):
    return json.loads(with_proof(document, key, suite))


@pytest.mark.parametrize("file", ["context-3.0.3.json", "credentials/v2"])
def test_a_context_with_other_bytes_than_the_official_ones_is_refused(file, tmp_path):
    url = next(one for one in pinned() if one.endswith(file))
    place = tmp_path / pinned()[url].file
    place.parent.mkdir(parents=True)
    place.write_text('{"@context": {"name": "https://evil.example/"}}')
    sealed_badge = sealed("ob3")[0]
    seen = judged(sealed_badge, contexts=Contexts(Library(tmp_path)))
    assert seen.verdict.outcome.value != "PASSED"
    assert verdict(sealed_badge) == "PASSED"


@pytest.mark.parametrize(
    "added",
    [{"@vocab": "https://evil.example/"}, {"@base": "https://evil.example/"},
     {"Doctor": "https://evil.example/Doctor"}, {"achievement": "https://evil.example/x"},
     "https://evil.example/context", {"@import": "https://evil.example/context"}],
)  # fmt: skip
def test_a_context_that_was_put_in_later_breaks_a_proof_over_rdf(added):
    whole = proved(OB3.encode(award(REGISTRY)))
    whole["@context"] = [*whole["@context"], added]
    whole["credentialSubject"]["achievement"]["type"] = ["Achievement", "Doctor"]
    assert verdict(compact(whole)) != "PASSED"


DROPPED = {
    "a type": lambda one: one.update(type=[*one["type"], "Doctor"]),
    "a member": lambda one: one.update(unheardOf="Doctor"),
    "a relative id": lambda one: one["credentialSubject"].update(evidence={"id": "../x"}),
    "a relative subject": lambda one: one["credentialSubject"].update(id="relative"),
    "a member of a relative name": lambda one: one.update({"../x": "Doctor"}),
    "a blank member": lambda one: one.update({"_:x": "Doctor"}),
    "nothing": lambda one: one.update({"name": None, "unheardOf": [None]}),
}


@pytest.mark.parametrize("change", DROPPED.values(), ids=DROPPED)
def test_what_a_canonical_form_would_leave_out_cannot_be_added(change):
    whole = proved(small(REGISTRY))
    assert verdict(compact(whole)) == "PASSED"
    change(whole)
    assert verdict(compact(whole)) != "PASSED"


def test_a_poison_graph_is_given_up_and_stays_undecided():
    people = [f"_:p{number}" for number in range(14)]
    knows = "https://example.org/knows"
    whole = proved(small(REGISTRY))
    whole["credentialSubject"]["https://example.org/about"] = [
        {"id": one, knows: [{"id": two} for two in people if two != one]} for one in people
    ]
    report = judged(compact(whole)).examination.report
    [found] = [one for one in report.step("seal").findings if one.rule == "seal.canonical"]
    assert found.evidence["reason"] == "poison-graph"
    assert report.step("seal").outcome.value == "INDETERMINATE"
    assert verdict(compact(whole)) == "INDETERMINATE"


def test_ten_thousand_proofs_are_refused_before_one_is_computed(monkeypatch):
    whole = proved(small(REGISTRY))
    whole["proof"] = [whole["proof"]] * 10_000
    asked = []
    monkeypatch.setattr(Resolver, "key_of", lambda _, ref: asked.append(ref))
    assert verdict(compact(whole)) == "FAILED"
    assert len(asked) < 100


SLOTS = ("@id", "@type", "@value", "@context", "@none", "id", "type", "name", "schema:name", "_:b0",
         "ext:Award", "Achievement", "https:x", "//x", "../x", "a:b", "urn:", " ", "\u202e", "\0",
         '"', "\\", "<urn:a>", "\u2028", "1.0", "true", "null")  # fmt: skip


def _in_name(badge, value):
    badge["credentialSubject"]["achievement"]["name"] = value


def _in_id(badge, value):
    badge["credentialSubject"]["achievement"]["id"] = value


@pytest.mark.parametrize("value", SLOTS)
@pytest.mark.parametrize("place", [_in_name, _in_id])
def test_a_value_that_looks_like_syntax_never_changes_what_was_sealed(place, value, monkeypatch):
    genuine = proved(OB3.encode(award(REGISTRY)))
    place(genuine, value)
    assert verdict(compact(genuine)) != "PASSED"  # changed after it was sealed
    badge = OB3.encode(award(REGISTRY))
    place(badge, value)
    signer = BatchSigner(REGISTRY, AT, REGISTRY.options())
    try:
        made = [signer.sign(OB3.encode(award(REGISTRY))), signer.sign(badge)][1]
    except TesseraError as error:
        assert str(error).endswith(".")  # refused at issue, with a sentence
        return
    quickly = said(made, "seal")
    monkeypatch.setattr(FAST_PATHS, "enabled", False)
    assert quickly == said(made, "seal")
    assert quickly["seal.signature"] == "PASSED"


# Status lists


@pytest.mark.parametrize("size", [10_000_000, 300_000_000])
def test_a_bomb_in_a_status_list_is_not_unpacked(size):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bits = b"".join(packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000))
    whole = lists.bit_list("u" + to_base64url(bits + packer.flush()))
    given = as_token({**whole, "validUntil": "2027-01-01T00:00:00Z"})
    known = KnownParties.of([document_of(UNIVERSITY)])
    at = AT + timedelta(hours=1)
    reader = StatusReader({lists.LIST: given}, resolver=Resolver(known, at=at), at=at)
    tracemalloc.start()
    found = said(lists.bearers()[0], "status", statuses=reader)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    if size > 100_000_000:
        assert found == {"status.list-unreadable": "INDETERMINATE"}
    assert peak < 150_000_000


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


HIDDEN = {
    "an end of validity": ["salt", "exp", 1],
    "a status": ["salt", "status", {"status_list": {"idx": 1, "uri": "https://a.example"}}],
    "an issuer": ["salt", "iss", "did:web:victim.example"],
    "a type": ["salt", "vct", "urn:example:doctorate"],
    "digests": ["salt", "_sd", ["x"]],
    "the sign of a hidden element": ["salt", "...", "x"],
    "digests inside": ["salt", "given_name", {"_sd": ["x", "x"]}],
    "an algorithm inside": ["salt", "_sd_alg", "sha-256"],
}


@pytest.mark.parametrize("disclosure", HIDDEN.values(), ids=HIDDEN)
def test_what_may_not_be_hidden_fails_when_it_is_disclosed(disclosure):
    hidden = b64(disclosure)
    claims = {name: one for name, one in CLAIMS.items() if name not in (disclosure[1],)}
    payload = {**claims, "_sd": [digest(hidden.decode())], "_sd_alg": "sha-256"}
    raw = token(header_of(UNIVERSITY, "dc+sd-jwt"), payload, UNIVERSITY) + b"~" + hidden + b"~"
    assert verdict(raw) == "FAILED"
    assert "seal.incident" not in said(raw, "seal")


@pytest.mark.parametrize("where", ["beside", "inside", "in a list"])
def test_a_digest_that_stands_twice_fails(where):
    hidden = b64(["salt", "given_name", "Ada"])
    stated = digest(hidden.decode())
    again = {
        "beside": {"_sd": [stated, stated]},
        "in a list": {"_sd": [stated], "of": [{"...": stated}]},
        "inside": {"_sd": [stated], "learning": {"_sd": [stated]}},
    }[where]
    payload = {name: one for name, one in CLAIMS.items() if name != "given_name"} | again
    raw = token(header_of(UNIVERSITY, "dc+sd-jwt"), payload, UNIVERSITY) + b"~" + hidden + b"~"
    assert verdict(raw) == "FAILED"


def test_a_disclosure_cannot_be_shown_twice_nor_without_a_digest():
    signed, *shown, _ = sealed("sd-jwt")[0].split(b"~")
    assert verdict(b"~".join((signed, *shown, b""))) == "PASSED"
    for raw in (b"~".join((signed, *shown, shown[0], b"")),
                b"~".join((signed, *shown, b64(["salt", "title", "Doctor"]), b""))):  # fmt: skip
        assert verdict(raw) == "FAILED"


def test_a_key_binding_counts_for_these_disclosures_and_this_holder_only():
    signed, *shown, binding = sealed("sd-jwt")[1].split(b"~")
    whole = sealed("sd-jwt")[0].split(b"~")
    assert verdict(b"~".join((signed, *shown, binding))) == "PASSED"
    assert verdict(b"~".join((signed, binding))) == "FAILED"
    assert verdict(b"~".join((signed, *whole[1:-1], binding))) == "FAILED"
    header, claims = opened_token(binding)
    stolen = token({**header, "alg": "ES256"}, claims, STRANGER)
    assert verdict(b"~".join((signed, *shown, stolen))) == "FAILED"


# Trusted lists


@pytest.mark.parametrize("attribute", ['a{}="1" ', 'xmlns:a{}="urn:{}" '])
def test_a_trusted_list_with_a_crowd_of_attributes_is_not_canonicalised(attribute):
    raw = lists.trusted_lists()[0]
    crowd = "".join(attribute.format(at, at) for at in range(50_000))
    at = raw.index(b">") + 1 if not raw.startswith(b"<?") else raw.index(b">", 60) + 1
    crowded = raw[:at] + f"<x {crowd}/>".encode() + raw[at:]
    assert said(crowded, "parse") == {"parse.xml-too-many": "FAILED"}


# Lists of trusted entities


@pytest.mark.parametrize("certificate", ["AAAA", "", "MIIB"])
def test_a_list_whose_certificate_cannot_be_read_fails_at_its_seal(certificate):
    raw = lote.sealed(lote.written(), x5c=[certificate])
    assert judged(raw).examination.format == "etsi-lote"
    assert verdict(raw) == "FAILED"
    assert "FAILED" in said(raw, "seal").values()

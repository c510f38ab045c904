"""Checks of seals made here with hand-made headers: every rule fails and passes once."""

import base64
import hashlib
import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import TesseraError, UnreadableError
from tessera.report import Outcome, Step
from tessera.seals.base64text import from_base64url, to_base64url
from tessera.seals.certificates import public_key
from tessera.seals.jades import check, is_jades, open_jws, seal

DOCUMENT = b'{"id":"urn:x:1","title":"Data Ethics"}'
BY_HASH = "http://uri.etsi.org/19182/ObjectIdByURIHash"
BY_URI = "http://uri.etsi.org/19182/ObjectIdByURI"
REMOVED = object()


def header_for(key, **changes):
    leaf = key.certificate_chain[0]
    header = {
        "alg": key.alg,
        "x5t#S256": to_base64url(hashlib.sha256(leaf).digest()),
        "x5c": [base64.b64encode(item).decode() for item in key.certificate_chain],
        "b64": False,
        "sigT": "2026-11-24T10:00:00Z",
        "crit": ["b64", "sigT"],
    } | {name.replace("__", "#"): value for name, value in changes.items()}
    return {name: value for name, value in header.items() if value is not REMOVED}


def signature_for(key, payload, header, unprotected=None, protected=None):
    protected = protected or to_base64url(json.dumps(header).encode())
    member = {
        "protected": protected,
        "signature": to_base64url(key.sign(protected.encode() + b"." + payload)),
    }
    return member | ({"header": unprotected} if unprotected is not None else {})


def general(key, unprotected=None, **changes):
    header = header_for(key, **changes)
    text = DOCUMENT.decode() if header.get("b64", True) is False else to_base64url(DOCUMENT)
    member = signature_for(key, text.encode(), header, unprotected)
    return json.dumps({"payload": text, "signatures": [member]}).encode()


def judged(raw, detached=None, key_of=None):
    return check(open_jws(raw, detached), key_of)


def rules(findings, outcome=Outcome.FAILED):
    return [f.rule for f in findings if f.outcome is outcome]


def outcome(findings):
    return Step.of("seal", findings).outcome


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"b64": REMOVED, "crit": ["sigT"]},
        {"b64": True},
        {"crit": ["b64"]},
        {"sigT": REMOVED, "iat": 1795600000, "crit": ["b64"]},
        {"sigT": REMOVED, "iat": 1795600000, "crit": ["b64", "iat"]},
        {"sigT": "2026-11-24T10:00:00.5Z"},
        {"nbf": "anything"},
    ],
)
def test_both_families_of_headers_and_encodings_are_accepted(es_key, changes):
    raw = general(es_key, **changes)
    assert outcome(judged(raw)) is Outcome.PASSED
    assert open_jws(raw).document == DOCUMENT


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("seal.jades.crit.form", {"crit": "b64"}),
        ("seal.jades.crit.form", {"crit": []}),
        ("seal.jades.crit.form", {"crit": [["b64"], "sigT"]}),
        ("seal.jades.crit.duplicate", {"crit": ["b64", "sigT", "b64"]}),
        ("seal.jades.crit.unknown", {"crit": ["b64", "nbf"], "nbf": 1}),
        ("seal.jades.crit.unknown", {"crit": ["b64", "alg"]}),
        ("seal.jades.crit.absent", {"crit": ["b64", "sigPl"]}),
        ("seal.jades.b64-not-critical", {"crit": ["sigT"]}),
        ("seal.jades.b64-not-critical", {"crit": REMOVED}),
        ("seal.jades.b64-form", {"b64": "false"}),
        ("seal.jades.signing-time", {"sigT": REMOVED, "crit": ["b64"]}),
        ("seal.jades.signing-time", {"iat": 1795600000}),
        ("seal.jades.signing-time", {"sigT": "yesterday"}),
        ("seal.jades.signing-time", {"sigT": "٢٠٢٦-11-24T10:00:00Z"}),
        ("seal.jades.signing-time", {"sigT": "2026-11-24T10:00:00+00:00"}),
        ("seal.jades.signing-time", {"sigT": "2026-13-24T10:00:00Z"}),
        ("seal.jades.signing-time", {"sigT": REMOVED, "iat": True, "crit": ["b64"]}),
        ("seal.jades.signing-time", {"sigT": REMOVED, "iat": 10**15, "crit": ["b64"]}),
        ("seal.jades.exp", {"exp": "never"}),
        ("seal.jades.certificate-reference", {"x5t__S256": REMOVED}),
        ("seal.jades.certificate-reference", {"x5t__o": {"digAlg": "S512", "digVal": "QQ"}}),
        ("seal.jades.x5t", {"x5t": "QQ"}),
        ("seal.jades.x5c", {"x5c": "text"}),
        ("seal.jades.x5c", {"x5c": ["not base64"]}),
        ("seal.certificate-digest", {"x5t__S256": "QQ"}),
        ("seal.certificate", {"x5c": ["QUJD"]}),
        ("seal.algorithm", {"alg": "none"}),
        ("seal.algorithm", {"alg": "HS256"}),
        ("seal.algorithm", {"alg": "1.2.840.10045.3.1.7"}),
        ("seal.algorithm", {"alg": "RS256"}),
        ("seal.algorithm", {"alg": "ES384"}),
        ("seal.algorithm", {"alg": REMOVED}),
        ("seal.algorithm", {"alg": 5}),
        ("seal.jades.sigD", {"sigD": {"mId": BY_HASH, "pars": ["a"], "hashM": "S256"}}),
    ],
)
def test_a_broken_header_rule_fails_under_its_own_name(es_key, rule, changes):
    findings = judged(general(es_key, **changes))
    assert rule in rules(findings)
    assert outcome(findings) is Outcome.FAILED


def test_an_empty_header_fails(es_key):
    assert outcome(judged(general(es_key, **dict.fromkeys(header_for(es_key), REMOVED)))) is (
        Outcome.FAILED
    )


def test_names_in_both_headers_and_an_unsigned_crit_fail(es_key):
    findings = judged(general(es_key, unprotected={"alg": "ES256", "crit": ["b64"]}))
    assert {"seal.jades.header-disjoint", "seal.jades.crit.unprotected"} <= set(rules(findings))


@pytest.mark.parametrize("name", ["x5t#o", "sigX5ts"])
def test_the_certificate_may_be_named_in_three_ways(es_key, name):
    digest = to_base64url(hashlib.sha512(es_key.certificate_chain[0]).digest())
    entry = {"digAlg": "S512", "digVal": digest}
    other = {"digAlg": "S256", "digVal": "QQ"}
    value = entry if name == "x5t#o" else [entry, other, other]
    changes = {"x5t__S256": REMOVED, name.replace("#", "__"): value}
    assert outcome(judged(general(es_key, **changes))) is Outcome.PASSED


def test_a_digest_in_an_unknown_hash_is_not_decided(es_key):
    changes = {"x5t__S256": REMOVED, "x5t__o": {"digAlg": "MD5", "digVal": "QQ"}}
    findings = judged(general(es_key, **changes))
    assert rules(findings, Outcome.INDETERMINATE) == ["seal.certificate-digest"]


def test_an_exchanged_certificate_fails(es_key, bodies):
    raw = general(es_key, x5c=[base64.b64encode(bodies[0].certificate_chain[0]).decode()])
    assert {"seal.certificate-digest", "seal.signature"} <= set(rules(judged(raw)))


def test_without_certificate_the_key_is_asked_for(es_key, rsa_key):
    raw = general(es_key, x5c=REMOVED, kid="key-1")
    assert rules(judged(raw), Outcome.INDETERMINATE) == ["seal.key"]
    asked = []

    def key_of(ref):
        asked.append(ref)
        return public_key(es_key.certificate_chain[0])

    assert outcome(judged(raw, key_of=key_of)) is Outcome.PASSED
    assert (asked[0].algorithm, asked[0].kid) == ("ES256", "key-1")
    assert asked[0].certificate_digest == (
        "sha256", hashlib.sha256(es_key.certificate_chain[0]).digest(),
    )  # fmt: skip
    wrong = judged(raw, key_of=lambda _: public_key(rsa_key.certificate_chain[0]))
    assert rules(wrong) == ["seal.algorithm"]


def test_a_certificate_among_the_validation_data_is_found_by_its_digest(es_key):
    certificates = [
        {"x509Cert": {"val": base64.b64encode(item).decode()}}
        for item in reversed(es_key.certificate_chain)
    ]
    raw = general(es_key, x5c=REMOVED, unprotected={"etsiU": [{"xVals": certificates}]})
    assert outcome(judged(raw)) is Outcome.PASSED


def test_unsigned_properties_give_the_level_and_the_validation_data(es_key):
    def encoded(value):
        return to_base64url(json.dumps(value).encode())

    certificate = base64.b64encode(es_key.certificate_chain[1]).decode()
    entries = [
        {"sigTst": {"tstTokens": [{"val": "QUJD"}]}},
        {"xVals": [{"x509Cert": {"val": certificate}}, {"otherCert": {}}, 5]},
        {"rVals": {"crlVals": [{"val": "QUJD"}], "ocspVals": [{"val": "QUJE"}, {"val": "?"}]}},
        {"arcTst": {"tstTokens": [{"val": "QUJD"}]}},
    ]
    for count, level in ((0, "B-B"), (1, "B-T"), (3, "B-LT"), (4, "B-LTA")):
        for form in (encoded, lambda value: value):
            listed = [form(entry) for entry in entries[:count]]
            (signature,) = open_jws(general(es_key, unprotected={"etsiU": listed})).signatures
            assert signature.level == level
            assert [entry.name for entry in signature.unsigned] == [
                name for entry in entries[:count] for name in entry
            ]
    assert signature.validation_data.certificates == (es_key.certificate_chain[1],)
    assert signature.validation_data.crls == (b"ABC",)
    assert signature.validation_data.ocsp_responses == (b"ABD",)


@pytest.mark.parametrize("etsi_u", ["text", [5], ["?"], [{}], [{"a": 1, "b": 2}], ["QQ"]])
def test_unreadable_unsigned_properties_are_a_remark_only(es_key, etsi_u):
    findings = judged(general(es_key, unprotected={"etsiU": etsi_u}))
    assert rules(findings, Outcome.INDETERMINATE) == ["seal.jades.unsigned"]
    assert outcome(findings) is Outcome.PASSED


def counter_signature(key, over):
    header = header_for(key, b64=REMOVED, crit=["sigT"])
    text = to_base64url(over)
    protected = to_base64url(json.dumps(header).encode())
    value = to_base64url(key.sign(f"{protected}.{text}".encode()))
    return f"{protected}..{value}", {"protected": protected, "signature": value}


def test_counter_signatures_are_remarked_on_and_never_decide(es_key, rsa_key, now):
    sealed = json.loads(seal(DOCUMENT, es_key, now))
    member = sealed["signatures"][0]
    good = counter_signature(rsa_key, from_base64url(member["signature"]))
    bad = counter_signature(rsa_key, b"another signature")
    for value, expected in (
        (good[0], Outcome.PASSED), (good[1], Outcome.PASSED), (bad[0], Outcome.FAILED),
    ):  # fmt: skip
        member["header"] = {"etsiU": [{"cSig": value}]}
        findings = judged(json.dumps(sealed).encode())
        (remark,) = [f for f in findings if f.rule == "seal.counter-signature"]
        assert (remark.outcome, remark.advice) == (expected, True)
        assert outcome(findings) is Outcome.PASSED


def test_a_sound_signature_over_something_else_is_no_counter_signature(es_key, rsa_key, now):
    sealed = json.loads(seal(DOCUMENT, es_key, now))
    text = to_base64url(b"something else")
    inner = signature_for(rsa_key, text.encode(), header_for(rsa_key, b64=REMOVED, crit=["sigT"]))
    sealed["signatures"][0]["header"] = {"etsiU": [{"cSig": {"payload": text, **inner}}]}
    findings = judged(json.dumps(sealed).encode())
    assert rules(findings) == ["seal.counter-signature"]


def compact(key, payload, **changes):
    header = header_for(key, **changes)
    member = signature_for(key, payload, header)
    return f"{member['protected']}..{member['signature']}".encode()


@pytest.mark.parametrize(("b64", "crit"), [(False, ["b64", "sigT"]), (REMOVED, ["sigT"])])
def test_a_plain_detached_document_is_covered(es_key, b64, crit):
    covered = DOCUMENT if b64 is False else to_base64url(DOCUMENT).encode()
    raw = compact(es_key, covered, b64=b64, crit=crit)
    assert outcome(judged(raw, {"any-name.json": DOCUMENT})) is Outcome.PASSED
    assert open_jws(raw, {"a": DOCUMENT}).document == DOCUMENT
    assert rules(judged(raw), Outcome.INDETERMINATE) == ["seal.detached-missing"]
    assert rules(judged(raw, {"a": DOCUMENT + b" "})) == ["seal.signature"]


@pytest.mark.parametrize("is_encoded", [False, True])
def test_documents_named_by_digest_are_compared_one_by_one(es_key, is_encoded):
    documents = {"one.html": b"<p>1</p>", "two words.html": b"<p>2</p>"}
    bodies = [to_base64url(d).encode() if is_encoded else d for d in documents.values()]
    sig_d = {
        "mId": BY_HASH,
        "pars": ["https%3A//example.org/x/one.html", "two%20words.html"],
        "hashM": "S256",
        "hashV": [to_base64url(hashlib.sha256(body).digest()) for body in bodies],
    }
    changes = {} if not is_encoded else {"b64": REMOVED, "crit": ["sigT", "sigD"]}
    raw = compact(es_key, b"", sigD=sig_d, **changes)
    assert outcome(judged(raw, documents)) is Outcome.PASSED
    assert rules(judged(raw, documents | {"one.html": b"changed"})) == ["seal.detached"]
    partly = judged(raw, {"two words.html": b"<p>2</p>", "else": b""})
    assert rules(partly, Outcome.INDETERMINATE) == ["seal.detached-missing"]


def test_documents_named_by_address_are_signed_one_after_the_other(es_key):
    sig_d = {"mId": BY_URI, "pars": ["https://example.org/a.txt", "b.txt"]}
    raw = compact(es_key, b"AAABBB", sigD=sig_d)
    assert outcome(judged(raw, {"a.txt": b"AAA", "b.txt": b"BBB"})) is Outcome.PASSED
    assert rules(judged(raw, {"a.txt": b"AAA", "b.txt": b"BBC"})) == ["seal.signature"]
    missing = judged(raw, {"a.txt": b"AAA", "c.txt": b"BBB"})
    assert rules(missing, Outcome.INDETERMINATE) == ["seal.detached-missing"]
    assert outcome(missing) is Outcome.INDETERMINATE


@pytest.mark.parametrize(
    "sig_d",
    [5, {}, {"mId": BY_HASH, "pars": []}, {"mId": BY_HASH, "pars": ["a"], "hashM": "MD5"},
     {"mId": BY_HASH, "pars": ["a"], "hashM": "S256", "hashV": []},
     {"mId": BY_HASH, "pars": ["a"], "hashM": ["S256"], "hashV": ["QQ"]},
     {"mId": BY_HASH, "pars": ["a"], "hashM": "S256", "hashV": ["?"]}],
)  # fmt: skip
def test_a_reference_that_cannot_be_read_fails(es_key, sig_d):
    assert "seal.detached" in rules(judged(compact(es_key, b"", sigD=sig_d), {"a": b""}))


def test_an_unknown_way_of_reference_is_not_decided(es_key):
    sig_d = {"mId": "http://uri.etsi.org/19182/HttpHeaders", "pars": ["date"]}
    findings = judged(compact(es_key, b"", sigD=sig_d), {"date": b""})
    assert "seal.detached" in rules(findings, Outcome.INDETERMINATE)
    assert outcome(findings) is Outcome.INDETERMINATE


def test_signatures_that_read_the_document_differently_fail(es_key, rsa_key):
    first = json.loads(general(es_key))
    other = signature_for(
        rsa_key, first["payload"].encode(), header_for(rsa_key, b64=REMOVED, crit=["sigT"])
    )
    first["signatures"].append(other)
    assert "seal.jades.b64-mixed" in rules(judged(json.dumps(first).encode()))


def test_a_payload_that_cannot_be_decoded_fails(es_key):
    header = header_for(es_key, b64=REMOVED, crit=["sigT"])
    member = signature_for(es_key, b"not base64!", header)
    raw = json.dumps({"payload": "not base64!", "signatures": [member]}).encode()
    assert rules(judged(raw)) == ["seal.jades.payload"]


def test_a_file_without_signatures_fails():
    assert rules(judged(b'{"payload":"e30","signatures":[]}')) == ["seal.jades.no-signature"]


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b"a.b", b"a.b.c.d", b"..", b'{"a":1}', b'{"signatures":5}',
     b'{"payload":5,"signatures":[]}', b'{"payload":null,"signatures":[]}',
     b'{"signatures":[5]}', b'{"signatures":[{}]}',
     b'{"payload":"a","payload":"b","signatures":[]}', b'{"signatures":[],"signature":"x"}',
     b'{"payload":"\\ud800","signatures":[]}', b"\xff.\xff.\xff",
     b'{"payload":"","signatures":[' + b",".join([b'{"signature":""}'] * 33) + b"]}"],
)  # fmt: skip
def test_what_is_no_jws_is_refused(raw):
    with pytest.raises(UnreadableError):
        open_jws(raw)


def test_duplicate_members_in_the_signed_header_fail(es_key):
    header = json.dumps(header_for(es_key))
    doubled = to_base64url(('{"alg":"ES256",' + header[1:]).encode())
    member = signature_for(es_key, DOCUMENT, None, protected=doubled)
    raw = json.dumps({"payload": DOCUMENT.decode(), "signatures": [member]}).encode()
    assert "seal.jades.header" in rules(judged(raw))


BEYOND = 2**53  # the first integer that two readers may hold for different numbers


def test_a_number_that_readers_disagree_about_fails_in_the_signed_header(es_key):
    findings = judged(general(es_key, nbf=BEYOND))
    assert "seal.jades.header" in rules(findings)


@pytest.mark.parametrize(
    "written", [f"{BEYOND}", f"-{BEYOND}", f'{{"note":{BEYOND}}}', "1.23456789012345678901"]
)
def test_a_number_that_readers_disagree_about_makes_the_file_unreadable(es_key, written):
    raw = general(es_key, unprotected={"note": "here"})
    with pytest.raises(UnreadableError) as refused:
        open_jws(raw.replace(b'{"note": "here"}', written.encode()))
    assert refused.value.reason == "number"


@pytest.mark.parametrize(
    "name", ["alg", "b64", "sigT", "iat", "exp", "x5t#S256", "x5t#o", "sigX5ts", "sigD", "sigPl"]
)
def test_a_parameter_that_has_to_be_signed_fails_outside_the_signed_header(es_key, name):
    findings = judged(general(es_key, unprotected={name: False}))
    assert "seal.jades.unsigned-parameter" in rules(findings)


def test_an_unsigned_b64_does_not_change_how_the_document_is_read(es_key):
    raw = general(es_key, b64=REMOVED, crit=["sigT", "b64"], unprotected={"b64": False})
    assert {"seal.jades.crit.absent", "seal.jades.unsigned-parameter"} <= set(rules(judged(raw)))
    assert open_jws(raw).document == DOCUMENT


def test_a_critical_unsigned_property_may_stand_in_the_unsigned_header(es_key):
    raw = general(es_key, crit=["b64", "sigT", "etsiU"], unprotected={"etsiU": []})
    assert outcome(judged(raw)) is Outcome.PASSED


@pytest.mark.parametrize("value", ["null", "7", "[]", '"x"'])
def test_an_unprotected_header_that_is_no_object_fails(es_key, value):
    raw = general(es_key, unprotected={"note": "here"})
    altered = raw.replace(b'{"note": "here"}', value.encode())
    assert "seal.jades.header" in rules(judged(altered))


def test_the_look_of_a_seal_is_recognised(es_key):
    raw = general(es_key)
    assert is_jades(raw)
    assert is_jades(b'\n { "payload" : broken')
    assert is_jades(compact(es_key, b"") + b"\n")
    for other in (b"", b"{}", b'{"signatures":5}', b"a.b.c", b"%PDF-1.7", b"[1]", DOCUMENT,
                  b'{"signature":', compact(es_key, b"", typ="vc+jwt")):  # fmt: skip
        assert not is_jades(other)


CHARACTERS = (string.ascii_letters + string.digits + "-_").encode()


@settings(max_examples=150, derandomize=True, deadline=None)
@given(data=st.data(), kind=st.sampled_from(["es_key", "rsa_key"]))
def test_any_changed_character_of_payload_header_or_signature_fails(data, kind, request, now):
    whole = json.loads(seal(DOCUMENT, request.getfixturevalue(kind), now))
    member = whole["signatures"][0]
    holder, name = data.draw(
        st.sampled_from([(whole, "payload"), (member, "protected"), (member, "signature")])
    )
    text = bytearray(holder[name].encode())
    position = data.draw(st.integers(0, len(text) - 1))
    allowed = [c for c in CHARACTERS if c != text[position]]
    text[position] = data.draw(st.sampled_from(allowed))
    holder[name] = text.decode("latin-1")
    assert outcome(judged(json.dumps(whole).encode())) is Outcome.FAILED


@settings(max_examples=120, derandomize=True, deadline=None)
@given(data=st.data())
def test_damaged_files_never_raise_anything_but_our_own_errors(data, es_key, now):
    raw = bytearray(seal(DOCUMENT, es_key, now))
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        findings = judged(bytes(raw))
    except TesseraError:
        return
    assert findings


@settings(max_examples=150, derandomize=True, deadline=None)
@given(raw=st.one_of(st.binary(max_size=80), st.text('{}[]":,.abe0\\', max_size=40)))
def test_random_bytes_never_raise_anything_but_our_own_errors(raw):
    raw = raw if isinstance(raw, bytes) else raw.encode()
    is_jades(raw)
    try:
        findings = judged(raw)
    except TesseraError:
        return
    assert Step.of("seal", findings).outcome is not Outcome.PASSED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
NAMES = ["alg", "crit", "b64", "sigT", "iat", "exp", "x5c", "x5t#S256", "x5t#o", "sigX5ts", "sigD"]


@settings(max_examples=150, derandomize=True, deadline=None)
@given(
    header=st.dictionaries(st.sampled_from(NAMES), JSON),
    unprotected=st.one_of(JSON, st.fixed_dictionaries({"etsiU": st.lists(JSON, max_size=3)})),
    given_files=st.dictionaries(st.text(max_size=4), st.binary(max_size=4), max_size=2),
)
def test_hostile_headers_never_pass_and_never_raise(header, unprotected, given_files):
    member = {
        "protected": to_base64url(json.dumps(header).encode()),
        "header": unprotected,
        "signature": "QUJD",
    }
    raw = json.dumps({"payload": "", "signatures": [member]}).encode()
    assert outcome(judged(raw, given_files)) is not Outcome.PASSED

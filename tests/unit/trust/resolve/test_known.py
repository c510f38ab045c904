"""What files given with --trust say about keys, and what they may not be."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.unit.trust.resolve.parties import DID, document, jwk, method

from tessera.errors import UnreadableError
from tessera.report import Outcome
from tessera.seals.protocol import KeyRef
from tessera.trust.resolve import KnownParties, Resolver, sort_trust_files


def write(folder, **files):
    for name, value in files.items():
        (folder / name.replace("_", ".")).write_text(json.dumps(value))


def test_a_folder_is_read_and_certificates_in_it_are_passed_over(tmp_path, authority):
    write(
        tmp_path, a_json=document(method()), b_jwk=jwk(kid="b"), c_jwks={"keys": [jwk(2, kid="c")]}
    )
    (tmp_path / "ca.pem").write_bytes(authority.certificate_pem)
    (tmp_path / "notes.txt").write_text("not read")
    parties = KnownParties.load([tmp_path])
    assert parties.knows(DID)
    assert [one.kid for one in parties.ownerless] == ["b", "c"]
    certificates, keys = sort_trust_files([tmp_path])
    assert [path.name for path in certificates] == ["ca.pem"]
    assert [path.name for path in keys] == ["a.json", "b.jwk", "c.jwks"]


@pytest.mark.parametrize(
    "value", [[], {}, 5, "text", None, {"id": "x"}, {"kty": 5}, {"issuer": "https://a.example"}]
)
def test_a_file_that_says_nothing_about_keys_is_refused_by_name(tmp_path, value):
    write(tmp_path, odd_json=value)
    with pytest.raises(UnreadableError, match=r"odd\.json"):
        KnownParties.load([tmp_path / "odd.json"])


def test_a_file_that_is_not_there_and_an_empty_folder_are_refused(tmp_path):
    with pytest.raises(UnreadableError):
        KnownParties.load([tmp_path / "missing.json"])
    with pytest.raises(UnreadableError):
        sort_trust_files([tmp_path])


def test_a_name_that_stands_for_two_keys_serves_for_neither():
    resolver = Resolver(KnownParties.of([document(method(), method(number=2))]))
    found = resolver.resolve(KeyRef(algorithm="EdDSA", kid=f"{DID}#key-1", issuer=DID))
    assert found.key is None
    assert [one.outcome for one in found.findings] == [Outcome.FAILED]


def test_a_key_written_twice_over_is_not_used():
    both = method(publicKeyJwk=jwk(2))
    resolver = Resolver(KnownParties.of([document(both)]))
    assert resolver.key_of(KeyRef(algorithm="EdDSA", kid=f"{DID}#key-1", issuer=DID)) is None


def test_the_companions_of_the_official_cases_hold_their_keys():
    folder = os.environ.get("TESSERA_CASES")
    if not folder:
        pytest.skip("official cases: not here")
    tests = Path(folder) / "vc-jwt/w3c+vc-jose-cose-test-suite/tests/input"
    resolver = Resolver(KnownParties.load(sorted(tests.glob("vm-*.json"))))
    issuer = "https://example.issuer/vc-jose-cose"
    names = {
        "ES256": "73voMXFNmNlOEpuYCSJlh8eN0dscykoO6gBukgRS1uU",
        "ES384": "96qBnDpvS6x8YSCH_xmnLlXZMkDhHBr8lj99u5aog7s",
        "ES512": "KQsihxP-LTeTZO2ETEfduP153UBIiFRhI8nSklMSmm0",
        "EdDSA": "2aOHaQxsWVT4mLsUkdtlCnUV-au0BBR-5yPYaPaCc5k",
    }
    for algorithm, kid in names.items():
        found = resolver.resolve(KeyRef(algorithm=algorithm, kid=kid, issuer=issuer))
        assert found.controller == issuer
        assert {one.outcome for one in found.findings} == {Outcome.PASSED}

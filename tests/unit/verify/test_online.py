"""`--online`: the verdict gets what the file lacks, and the report names what was fetched."""

import json
from datetime import timedelta

import pytest

from tessera.cli import judging
from tessera.errors import UnreadableError
from tessera.report import Outcome
from tessera.seals.jades import JADES
from tessera.seals.keys.local import LocalKey
from tessera.trust.fetch import GuardedFetcher
from tests.authority.world import SEALED_AT, a_world, day
from tests.unit.trust.status.publisher import AT, URL, Network, Publisher, list_document

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def world():
    with a_world(names_issuers=True) as running:
        yield running


@pytest.fixture(autouse=True)
def _as_before(world):
    yield
    services = world.services
    services.now, services.revoked, services.faults = SEALED_AT, {}, set()
    services.asked.clear()


def revoke(world, when):
    world.services.revoked = {world.sealer.certificate.serial_number: (day(when), None)}


def of(seen, step, rule):
    return [one for one in seen.report.step(step).findings if one.rule == rule]


def test_offline_nothing_is_asked_and_the_gap_is_named(world):
    seen = world.seen(world.sealed("b"), SEALED_AT + HOUR)
    assert world.services.asked == []
    [leaf, middle] = of(seen, "time", "time.revocation-unknown")
    assert leaf.advice
    assert middle.advice
    assert seen.report.step("time").outcome is Outcome.PASSED


def test_online_a_good_certificate_is_said_to_be_good_by_whom_and_when(world):
    raw = world.sealed("b")
    world.services.now = SEALED_AT + HOUR
    seen = world.seen(raw, SEALED_AT + HOUR, inquiry=world.inquiry())
    assert seen.report.step("time").outcome is Outcome.PASSED
    assert of(seen, "time", "time.revocation-unknown") == []
    leaf, middle = of(seen, "time", "time.not-revoked")
    [asked] = leaf.evidence["asked"]
    assert (asked["kind"], asked["at"]) == ("OCSP", (SEALED_AT + HOUR).isoformat())
    assert middle.evidence["asked"][0]["kind"] == "CRL"


@pytest.mark.parametrize(
    ("when", "outcome"),
    [("2026-05-20", Outcome.FAILED), ("2026-06-01T12:30:00", Outcome.INDETERMINATE)],
)
def test_online_a_revoked_certificate_is_found_out(world, when, outcome):
    raw = world.sealed("b")
    revoke(world, when)
    world.services.now = SEALED_AT + HOUR
    assert world.seen(raw, SEALED_AT + HOUR).report.step("time").outcome is Outcome.PASSED
    seen = world.seen(raw, SEALED_AT + HOUR, inquiry=world.inquiry())
    [finding] = of(seen, "time", "time.revoked")
    assert (finding.outcome, seen.report.step("time").outcome) == (outcome, outcome)
    assert finding.evidence["asked"]


def test_online_an_answer_that_cannot_be_had_leaves_the_verdict_open(world):
    world.services.faults = {"ocsp"}
    seen = world.seen(world.sealed("b"), SEALED_AT + HOUR, inquiry=world.inquiry())
    [finding] = of(seen, "time", "time.revocation-unknown")
    assert (finding.outcome, finding.advice) == (Outcome.INDETERMINATE, False)
    assert "asked in vain" in finding.message
    assert "answered 500" in finding.message
    assert seen.report.step("time").outcome is Outcome.INDETERMINATE


def test_online_a_file_that_lacks_nothing_asks_nothing(world):
    raw = world.sealed("lt")
    world.services.asked.clear()
    at = SEALED_AT + HOUR
    seen = world.seen(raw, at, inquiry=world.inquiry())
    assert world.services.asked == []
    assert seen.report.step("time").outcome is Outcome.PASSED


def test_online_the_timestamp_authority_is_asked_about_as_well(world):
    raw = world.sealed("t")
    serial = world.tsa.certificate.serial_number
    world.services.revoked = {serial: (day("2026-05-20"), None)}
    world.services.asked.clear()
    offline = world.seen(raw, SEALED_AT + HOUR)
    assert of(offline, "time", "time.timestamp")[0].outcome is Outcome.PASSED
    seen = world.seen(raw, SEALED_AT + HOUR, inquiry=world.inquiry())
    [finding] = of(seen, "time", "time.timestamp")
    assert (finding.outcome, finding.evidence["indication"]) == (Outcome.INDETERMINATE, "REVOKED")


@pytest.mark.parametrize("is_down", [False, True])
def test_online_a_missing_intermediate_is_fetched(world, is_down):
    alone = LocalKey(world.sealer.key, (world.sealer.der,))
    raw = JADES.seal(b'{"id":"urn:x:1"}', alone, SEALED_AT)
    assert world.seen(raw, SEALED_AT + HOUR).report.step("signer").outcome is Outcome.INDETERMINATE
    world.services.faults = {"ca"} if is_down else set()
    seen = world.seen(raw, SEALED_AT + HOUR, inquiry=world.inquiry())
    [finding] = of(seen, "signer", "signer.fetched")
    expected = Outcome.INDETERMINATE if is_down else Outcome.PASSED
    assert (seen.report.step("signer").outcome, finding.outcome) == (expected, expected)
    assert finding.evidence["asked"][0]["url"].startswith(f"{world.services.url}/ca/")


def wishes(world, tmp_path, **more):
    (tmp_path / "root.pem").write_bytes(world.root.pem)
    given = {"at": (SEALED_AT + HOUR).isoformat(), "trust": (tmp_path,), "policy": "standard",
             "element_list": "eu-2022", "detached": (), "language": "en", "as_json": True,
             "verbose": False, "online": True}  # fmt: skip
    return judging.Wishes(**{**given, **more})


def test_the_command_asks_once_for_a_batch_and_prints_what_it_asked(world, tmp_path, capsys):
    for number in range(3):
        (tmp_path / f"{number}.jsonld").write_bytes(world.sealed("b"))
    files = sorted(tmp_path.glob("*.jsonld"))
    asker = GuardedFetcher(allow_loopback=True, allow_plain=True, seconds=5)
    judging.verify(files, wishes(world, tmp_path), asker)
    assert len(world.services.asked) == 2
    for line in capsys.readouterr().out.splitlines():
        steps = {one["id"]: one for one in json.loads(line)["steps"]}
        evidence = [one.get("evidence", {}) for one in steps["time"]["findings"]]
        assert [one["asked"][0]["kind"] for one in evidence if "asked" in one] == ["OCSP", "CRL"]
    judging.verify(files[:1], wishes(world, tmp_path, as_json=False), asker)
    said = capsys.readouterr().out
    assert "Asked in the network:" in said
    assert f"OCSP: {world.services.url}/ocsp" in said.replace("\n", " ")


def test_the_command_itself_asks_public_addresses_only(world, tmp_path, capsys):
    (tmp_path / "one.jsonld").write_bytes(world.sealed("b"))
    judging.verify([tmp_path / "one.jsonld"], wishes(world, tmp_path))
    assert world.services.asked == []
    assert "not a public address" in capsys.readouterr().out


# Keys and status lists of Verifiable Credentials


class Web(Network):
    """The in-memory network of the status tests; nothing is posted to it."""

    def post(self, url, body, *, media_type, max_bytes):
        return self.get(url, max_bytes=max_bytes)


@pytest.fixture
def issuer():
    """A university with a did:web, a credential of it, and its status list."""
    publisher = Publisher.new()
    did = "did:web:university.example"
    public = {k: v for k, v in publisher.jwk.as_dict(private=False).items() if k != "kid"}
    method = {"id": f"{did}#1", "type": "JsonWebKey", "controller": did, "publicKeyJwk": public}
    document = {"@context": ["https://www.w3.org/ns/did/v1"], "id": did,
                "verificationMethod": [method], "assertionMethod": [method["id"]]}  # fmt: skip
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation",
             "statusListIndex": "7", "statusListCredential": URL}  # fmt: skip
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:uuid:1",
        "type": ["VerifiableCredential"], "issuer": did, "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {"id": "urn:x:learner"}, "credentialStatus": entry,
    }  # fmt: skip

    def signed(content):
        return publisher.jwt(content, typ="vc+jwt", kid=method["id"], iss=None)

    return document, signed(credential), lambda *bad: signed(list_document(did, list(bad)))


def outcomes(capsys):
    [line] = capsys.readouterr().out.splitlines()
    return {one["id"]: one["outcome"] for one in json.loads(line)["steps"]}


def judged(tmp_path, token, capsys, *, trust, web=None, online=True):
    (tmp_path / "credential.jwt").write_bytes(token)
    asked = judging.Wishes(
        at=AT.isoformat(), trust=trust, policy="standard", element_list="eu-2022", detached=(),
        language="en", as_json=True, verbose=False, online=online,
    )  # fmt: skip
    judging.verify([tmp_path / "credential.jwt"], asked, web)
    return outcomes(capsys)


def test_a_key_that_the_verifier_gives_is_used_offline(tmp_path, capsys, issuer):
    document, token, _ = issuer
    path = tmp_path / "university.json"
    path.write_text(json.dumps(document))
    found = judged(tmp_path, token, capsys, trust=(path,), online=False)
    assert (found["seal"], found["signer"], found["status"]) == (
        "PASSED", "PASSED", "INDETERMINATE",
    )  # fmt: skip


def test_other_json_in_a_trusted_folder_is_passed_over_and_refused_by_name(
    tmp_path, capsys, issuer
):
    document, token, _ = issuer
    folder = tmp_path / "trusted"
    folder.mkdir()
    (folder / "university.json").write_text(json.dumps(document))
    (folder / "other.json").write_text('{"id": "urn:x:1"}')
    found = judged(tmp_path, token, capsys, trust=(folder,), online=False)
    assert found["signer"] == "PASSED"
    with pytest.raises(UnreadableError, match="says nothing about keys"):
        judged(tmp_path, token, capsys, trust=(folder / "other.json",), online=False)


def test_online_key_and_status_list_are_fetched_and_the_list_decides(
    tmp_path, capsys, issuer, monkeypatch
):
    monkeypatch.setenv("TESSERA_STATUS", str(tmp_path / "copies"))
    document, token, listing = issuer
    path = tmp_path / "university.json"
    path.write_text(json.dumps(document))
    web = Web({"https://university.example/.well-known/did.json": json.dumps(document).encode(),
               URL: listing()})  # fmt: skip
    assert judged(tmp_path, token, capsys, trust=(), web=web)["seal"] == "PASSED"
    assert "https://university.example/.well-known/did.json" in web.asked
    for revoked, outcome in (((), "PASSED"), ((7,), "FAILED")):
        web = Web({URL: listing(*revoked)})
        monkeypatch.setenv("TESSERA_STATUS", str(tmp_path / f"copies{outcome}"))
        assert judged(tmp_path, token, capsys, trust=(path,), web=web)["status"] == outcome
        assert web.asked == [URL]


def test_online_what_cannot_be_had_stays_open(tmp_path, capsys, issuer, monkeypatch):
    monkeypatch.setenv("TESSERA_STATUS", str(tmp_path / "copies"))
    _, token, _ = issuer
    found = judged(tmp_path, token, capsys, trust=(), web=Web({}))
    assert found["seal"] == "INDETERMINATE"
    assert found["status"] == "INDETERMINATE"

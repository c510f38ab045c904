"""The log of a did:webvh: it proves itself, and says which key counted when."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from tests.unit.trust.resolve.parties import Web, WebvhLog, document, method, private_key

from tessera.errors import UnreadableError
from tessera.report import Outcome
from tessera.seals.protocol import KeyRef
from tessera.trust.resolve import KnownParties, Resolver
from tessera.trust.resolve.webvh import MOST_ENTRIES, DeactivatedError, document_at

OWNER = "did:webvh:{SCID}:registry.example.edu"
EARLY, LATE = datetime(2025, 6, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def state(owner, number):
    return document(method(owner, f"key-{number}", number), owner=owner)


def log():
    """Key 1 from 2025 on, key 2 from 2026 on."""
    written = WebvhLog("2025-01-01T00:00:00Z", state(OWNER, 1))
    written.update("2026-01-01T00:00:00Z", state(written.did, 2))
    return written


def names(found):
    return [one.id.rpartition("#")[2] for one in found.methods]


def test_each_moment_has_the_keys_of_its_time():
    written = log()
    assert names(document_at(written.did, written.bytes(), EARLY)) == ["key-1"]
    assert names(document_at(written.did, written.bytes(), LATE)) == ["key-2"]
    assert names(document_at(written.did, written.bytes(), None)) == ["key-2"]


def test_a_rotated_key_keeps_what_it_sealed_in_its_time():
    written = log()
    address = "https://registry.example.edu/.well-known/did.jsonl"
    resolver = Resolver(fetcher=Web({address: written.bytes()}))

    def seal(number, at):
        kid = f"{written.did}#key-{number}"
        return resolver.resolve(KeyRef(algorithm="EdDSA", kid=kid, issuer=written.did, at=at))

    assert seal(1, EARLY).key == private_key(1).public_key()
    assert seal(1, EARLY).how == "did:webvh"
    assert seal(2, LATE).key == private_key(2).public_key()
    for number, at in ((1, LATE), (2, EARLY)):
        assert [one.outcome for one in seal(number, at).findings] == [Outcome.FAILED]


def test_before_the_first_entry_there_was_no_such_did():
    written = log()
    with pytest.raises(UnreadableError, match="did not exist yet"):
        document_at(written.did, written.bytes(), datetime(2024, 1, 1, tzinfo=UTC))


def test_a_did_that_was_given_up_keeps_its_past():
    written = log()
    written.update("2026-03-01T00:00:00Z", state(written.did, 2), deactivated=True)
    assert names(document_at(written.did, written.bytes(), EARLY)) == ["key-1"]
    for moment in (LATE, None):
        with pytest.raises(DeactivatedError):
            document_at(written.did, written.bytes(), moment)


def test_every_altered_entry_is_noticed_also_for_moments_before_it():
    written = log()
    for number in range(len(written.lines)):
        for member in ("versionTime", "state", "versionId"):
            lines = json.loads(json.dumps(written.lines))
            lines[number][member] = {
                "versionTime": "2025-12-31T00:00:00Z",
                "state": state(written.did, 5),
                "versionId": f"{number + 1}-QmOther",
            }[member]
            raw = b"\n".join(json.dumps(line).encode() for line in lines)
            for moment in (EARLY, LATE, None):
                with pytest.raises(UnreadableError):
                    document_at(written.did, raw, moment)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[]\n", b"\xff\n", b'{"versionTime": 5}\n', b"{" * 100_000, b"x" * 1_048_577,
     b"{}\n" * (MOST_ENTRIES + 1)],
)  # fmt: skip
def test_what_is_no_log_is_refused(raw):
    with pytest.raises(UnreadableError):
        document_at("did:webvh:Qm:example.edu", raw, None)


def test_a_log_with_witnesses_is_refused_since_they_are_not_checked():
    written = log()
    policy = {"threshold": 1, "witnesses": [{"id": "did:key:z6Mk"}]}
    written.update("2026-02-01T00:00:00Z", state(written.did, 2), witness=policy)
    with pytest.raises(UnreadableError):
        document_at(written.did, written.bytes(), None)


def test_a_log_given_as_a_file_serves_every_moment(tmp_path):
    written = log()
    (tmp_path / "did.jsonl").write_bytes(written.bytes())
    resolver = Resolver(KnownParties.load([tmp_path]))
    for number, at in ((1, EARLY), (2, LATE)):
        kid = f"{written.did}#key-{number}"
        found = resolver.resolve(KeyRef(algorithm="EdDSA", kid=kid, issuer=written.did, at=at))
        assert found.key == private_key(number).public_key()
        assert found.is_trusted

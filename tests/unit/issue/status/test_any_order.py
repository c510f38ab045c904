"""Any order of changes and publishings: what verifiers read is what a plain record says.

The record of the test is a dictionary, the verifier openvc-core; neither knows our code.
"""

from __future__ import annotations

import shutil
import tempfile
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from openvc.status.issue import verify_status_list_token
from openvc.status.status_list import check_credential_status
from openvc.status.token_status_list import check_token_status

from tessera.issue.status import (
    Action,
    Change,
    RefusedChangeError,
    StatusStore,
    apply,
    publish,
)
from tessera.seals.certificates import public_key
from tessera.seals.jwk import to_jwk
from tessera.seals.vcjose import VCJOSE
from tests.unit.issue.status.house import NOW, PREFIX, awards, press, read, terms

AWARDS = awards(6)
some = st.lists(st.sampled_from(AWARDS), min_size=1, max_size=3)


class Registry(RuleBasedStateMachine):
    """Changes, publishings and restarts in any order."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.store = StatusStore.open(self.folder, create=True)
        self.entries = self.store.allot(AWARDS, prefix=PREFIX)
        self.record = dict.fromkeys(AWARDS, "good")
        self.published = dict(self.record)
        self.seconds = count()
        self.publish()

    def change(self, action: Action, ids: list[str]) -> bool:
        try:
            apply(self.store, Change(action=action, reason="Why.", at=NOW), ids)
        except RefusedChangeError:
            return False
        return True

    @rule(ids=some)
    def revoke(self, ids: list[str]) -> None:
        assert self.change(Action.REVOKE, ids)
        self.record |= dict.fromkeys(ids, "revoked")

    @rule(ids=some, word=st.sampled_from(["suspended", "good"]))
    def suspend_or_reinstate(self, ids: list[str], word: str) -> None:
        action = Action.SUSPEND if word == "suspended" else Action.REINSTATE
        is_allowed = all(self.record[id] != "revoked" for id in ids)
        assert self.change(action, ids) is is_allowed
        if is_allowed:
            self.record |= dict.fromkeys(ids, word)

    @rule()
    def publish(self) -> None:
        is_due = self.record != self.published
        done = publish(self.store, press(), self.folder / "out", terms(next(self.seconds)))
        assert bool(done.files) or not is_due
        self.published = dict(self.record)

    @rule()
    def restart(self) -> None:
        self.store.__exit__()
        self.store = StatusStore.open(self.folder)
        assert self.store.allot(AWARDS, prefix=PREFIX) == self.entries

    @invariant()
    def a_verifier_reads_what_was_published(self) -> None:
        for id, word in self.published.items():
            assert f"status.{word}" in read(self.folder / "out", self.entries[id])

    @invariant()
    def openvc_reads_what_was_published(self) -> None:
        out = self.folder / "out" / "1"
        jwk = to_jwk(public_key(press().key.certificate_chain[0]))
        claims = verify_status_list_token(
            (out / "token").read_text(), public_key_jwk=jwk, expected_uri=f"{PREFIX}/1/token",
            now=terms(60).at,
        )  # fmt: skip
        lists = {
            f"{PREFIX}/1/{kind}": VCJOSE.open((out / kind).read_bytes()).document
            for kind in ("revocation", "suspension")
        }
        for id, word in self.published.items():
            *w3c, token = self.entries[id]
            credential = {"credentialStatus": [
                {"type": "BitstringStatusListEntry", "statusPurpose": one.purpose,
                 "statusListIndex": str(one.index), "statusListCredential": one.url}
                for one in w3c
            ]}  # fmt: skip
            found = check_credential_status(credential, resolve_status_list=lists.__getitem__)
            assert found.revoked is (word == "revoked")
            if word == "suspended":
                assert found.suspended
            reference = {"status": {"status_list": {"idx": token.index, "uri": token.url}}}
            told = check_token_status(reference, resolve_status_list_token=lambda _: claims)
            assert told.status == {"good": 0, "revoked": 1, "suspended": 2}[word]

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.__exit__()
            shutil.rmtree(self.folder)


Registry.TestCase.settings = settings(max_examples=20, stateful_step_count=12, deadline=None)
TestRegistry = pytest.mark.timeout(600)(Registry.TestCase)

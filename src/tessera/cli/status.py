"""The work behind `tessera status`; what is recorded and published is `tessera.issue.status`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tessera.cli import output
from tessera.errors import StoreError, UsageError
from tessera.report import Outcome

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

    from tessera.issue.status import Changed, Press, Published, StatusStore
    from tessera.issue.status.lists import Group
    from tessera.issue.status.store import Standing
    from tessera.verify.examination import Circumstances

_EXIT = {Outcome.FAILED: 1, Outcome.INDETERMINATE: 2}
_DONE = {"revoke": "revoked", "suspend": "suspended", "reinstate": "reinstated"}
_UNDO = {
    "revoke": "A revocation cannot be undone: who is to have it again needs a new award.",
    "suspend": "'tessera status reinstate' ends the suspension.",
    "reinstate": "What was suspended counts again.",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a change was asked with."""

    store: Path
    reason: str
    by: str | None
    json: bool


def change(action: str, awards: Sequence[str], wish: Wish) -> int:
    """Record a change, and say how it is published and whether it can be undone."""
    from tessera.issue.status import Action, Change, StatusStore, apply

    asked = Change(action=Action(action), reason=wish.reason, at=datetime.now(UTC), who=wish.by)
    with StatusStore.open(wish.store) as store:
        done = apply(store, asked, awards)
    if wish.json:
        output.json_line(
            {"schema": 1, "action": action, "changed": list(done.changed),
             "already": list(done.already), "published": False}
        )  # fmt: skip
        return 0
    _tell_change(action, done, wish.store)
    return 0


def _tell_change(action: str, done: Changed, store: Path) -> None:
    word = _DONE[action]
    if done.already:
        state = "not suspended" if action == "reinstate" else f"{word} already"
        output.line(f"{_awards(len(done.already))} {state}; nothing was changed there.")
    if not done.changed:
        return
    output.line(f"{_awards(len(done.changed))} {word} in the store. {_UNDO[action]}")
    output.line(
        f"Verifiers see it once the lists are published: tessera status publish --store {store} "
        "--key KEY --out FOLDER"
    )


def _awards(number: int) -> str:
    return "1 award is" if number == 1 else f"{number} awards are"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The arguments of `publish`, as typed."""

    store: Path
    key: str
    out: Path
    password_file: Path | None
    chain: Path | None
    issuer: str | None
    method: str | None
    proof: str
    x5c: bool
    cwt: bool
    ttl: int
    valid_for: int
    watch: bool
    json: bool


def publish(order: Order) -> int:
    """Publish what is due; what changed in the same second follows in the next."""
    from tessera.issue.status import StatusStore

    with StatusStore.open(order.store) as store:
        if not store.groups():
            raise StoreError(f"No award in {order.store} has a place in a list yet.")
        press, issuer = _press(order)
        done = _publish(store, press, issuer, order)
        _tell_published(done, order, press.key.is_test)
        while order.watch or done.waiting:
            _next_second()
            done = _publish(store, press, issuer, order)
            if done.files:
                _tell_published(done, order, press.key.is_test)
    return 0


def _publish(store: StatusStore, press: Press, issuer: str, order: Order) -> Published:
    from tessera.issue.status import Terms, publish

    terms = Terms(
        issuer=issuer,
        at=datetime.now(UTC).replace(microsecond=0),
        fresh_for=timedelta(seconds=order.ttl),
        counts_for=timedelta(days=order.valid_for),
    )
    return publish(store, press, order.out, terms)


def _next_second() -> None:
    time.sleep(1.001 - datetime.now(UTC).microsecond / 1e6)


def _press(order: Order) -> tuple[Press, str]:
    """Unlock the key and settle what it is called. Raises: UsageError, KeyRefusedError."""
    from tessera.cli.sealing import load_keys, surroundings
    from tessera.issue.status import Press
    from tessera.seals.certificates import public_key

    passwords = [order.password_file] if order.password_file else []
    _refuse_half_a_name(order)
    [key] = load_keys([order.key], passwords, datetime.now(UTC), surroundings(order.chain))
    issuer, method, proof_method = _names(order, public_key(key.certificate_chain[0]))
    mechanism, options = _mechanism(order, method, proof_method)
    press = Press(
        key=key, verification_method=method, mechanism=mechanism, options=options,
        with_certificates=order.x5c, with_cwt=order.cwt,
    )  # fmt: skip
    return press, issuer


def _refuse_half_a_name(order: Order) -> None:
    is_did = order.issuer is not None and order.issuer.startswith("did:")
    if order.method is not None and order.issuer is None:
        raise UsageError("--method names a key of somebody: give --issuer as well.")
    if order.issuer is not None and order.method is None and not is_did:
        raise UsageError(
            "Say with --method which of the keys that the issuer publishes seals the lists, such "
            "as --method https://example.edu/keys#status; for a DID the usual name is taken."
        )


def _names(order: Order, key: PublicKeyTypes) -> tuple[str, str, str | None]:
    """Return issuer, and the names of the key in tokens and in proofs inside a document."""
    from tessera.seals.dids import did_of_key, methods_of

    if order.issuer is None:
        did, method = did_of_key(key)
        return did, method, method
    if order.method is not None:
        return order.issuer, order.method, order.method
    return order.issuer, *methods_of(order.issuer, key)


def _mechanism(order: Order, method: str, proof_method: str | None) -> tuple[Any, Any]:
    if order.proof == "vc+jwt":
        from tessera.seals.vcjose import VCJOSE, JoseOptions

        return VCJOSE, JoseOptions(verification_method=method, x5c=order.x5c)
    if order.proof == "dataintegrity":
        from tessera.seals.dataintegrity import DATA_INTEGRITY, DataIntegrityOptions

        return DATA_INTEGRITY, DataIntegrityOptions(verification_method=proof_method)
    raise UsageError(
        f"There is no seal '{order.proof}' for lists. There are: vc+jwt, dataintegrity."
    )


def _tell_published(done: Published, order: Order, is_test: bool) -> None:
    if order.json:
        output.json_line(
            {"schema": 1, "written": [str(path) for path in done.files],
             "unchanged": done.unchanged, "waiting": done.waiting, "is_test": is_test}
        )  # fmt: skip
        return
    if not done.files:
        waiting = "What changed just now follows within a second." if done.waiting else ""
        output.line(f"Nothing is due: the lists in {order.out} are as they should be. {waiting}")
        return
    folders = sorted({str(path.parent) for path in done.files})
    output.line(f"{len(done.files)} lists written, in {', '.join(folders)}.")
    output.line(
        f"They count for {order.valid_for} days; publish again within half of that, changed or not."
    )
    if is_test:
        output.line("Sealed with a TEST key: they prove nothing outside a test.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a credential is looked up."""

    at: str | None
    online: bool
    json: bool


def check(file: Path, lists: Sequence[Path], trust: Sequence[Path], look: Look) -> int:
    """Print the step `status` of a credential; exit 0 good, 1 withdrawn, 2 not known."""
    from tessera.journeys.verifying import judge, read_input

    judged = judge(read_input(file), _circumstances(lists, trust, look), "standard")
    report = judged.examination.report
    step, seal = report.step("status"), report.step("seal")
    if look.json:
        output.json_line({"schema": 1, "input": str(file), "step": step.to_json()})
    else:
        output.line(str(file))
        output.step(step, title="it has not been withdrawn", everything=True)
        if seal.outcome is not Outcome.PASSED:
            output.line("  Its own seal is not proved intact, so it may name a list of anybody's.")
        output.line(f"  Only its status was looked up; 'tessera verify {file}' judges the rest.")
    return 1 if seal.outcome is Outcome.FAILED else _EXIT.get(step.outcome, 0)


def _circumstances(lists: Sequence[Path], trust: Sequence[Path], look: Look) -> Circumstances:
    from tessera.cli.judging import instant
    from tessera.fetch import OfflineFetcher
    from tessera.journeys.verifying import read_input
    from tessera.standards.locate import data_folder
    from tessera.trust.anchors import load_anchors
    from tessera.trust.fetch import GuardedFetcher
    from tessera.trust.resolve import KnownParties, Resolver, sort_trust_files
    from tessera.trust.status import CopyStore, StatusReader
    from tessera.verify.examination import Circumstances

    at = instant(look.at)
    fetcher = GuardedFetcher() if look.online else OfflineFetcher()
    certificates, parties = sort_trust_files(trust)
    anchors = load_anchors(certificates) if certificates else ()
    resolver = Resolver(KnownParties.load(list(parties)), fetcher, at)
    folder = data_folder("status", "TESSERA_STATUS", "status lists") if look.online else None
    reader = StatusReader(
        {path.name: read_input(path) for path in lists},
        fetcher,
        resolver=resolver,
        at=at,
        copies=CopyStore(folder) if folder else None,
        anchors=anchors,
    )
    return Circumstances(
        at=at, anchors=anchors, use_shapes=False, resolver=resolver, statuses=reader
    )


def show(award: str, folder: Path, *, as_json: bool) -> int:
    """Print what is recorded about one award."""
    from tessera.issue.status import StatusStore
    from tessera.issue.status.changes import full_id

    id = full_id(award)
    with StatusStore.open(folder) as store:
        standing, history = store.standing(id), store.history(id)
    if standing is None:
        raise StoreError(f"{id} has no place in the status lists of {folder}.")
    if as_json:
        output.json_line(
            {**_standing(standing),
             "entries": [{"kind": one.kind, "list": one.url, "index": one.index,
                          "purpose": one.purpose} for one in standing.entries],
             "history": [{"action": one.action, "reason": one.reason, "by": one.who,
                          "at": one.at.isoformat()} for one in history]}
        )  # fmt: skip
        return 0
    output.line(f"{id} is {standing.word}.")
    for event in history:
        by = f" by {event.who}" if event.who else ""
        reason = f": {event.reason}" if event.reason else "."
        output.line(f"  {event.at:%Y-%m-%d %H:%M:%S} UTC {_DONE[event.action]}{by}{reason}")
    for entry in standing.entries:
        output.line(f"  Place {entry.index} of {entry.url}")
    return 0


def listing(folder: Path, *, as_json: bool) -> int:
    """Print the marked awards and the state of the lists."""
    from tessera.issue.status import StatusStore

    with StatusStore.open(folder) as store:
        groups = [(one, store.used(one), _due(store, one)) for one in store.groups()]
        if as_json:
            lists = [{"list": f"{group.prefix}/{group.id}", "places": group.size, "used": used,
                      **due} for group, used, due in groups]  # fmt: skip
            marked = [_standing(one) for one in store.standings()]
            output.json_line({"schema": 1, "lists": lists, "marked": marked})
            return 0
        for standing in store.standings():
            output.line(f"{standing.award} is {standing.word}.")
        for group, used, due in groups:
            state = "published" if due["published"] else "never published"
            when = f" at {due['published']}" if due["published"] else ""
            changes = ", with changes to publish" if due["pending"] and when else ""
            output.line(
                f"{group.prefix}/{group.id}: {used} of {group.size} places used, {state}{when}"
                f"{changes}."
            )
    return 0


def _due(store: StatusStore, group: Group) -> dict[str, Any]:
    last = store.published(group)
    return {
        "published": last.at.isoformat() if last else None,
        "expires": last.expires.isoformat() if last else None,
        "pending": last is None or last.changes != store.changes(group),
    }


def _standing(one: Standing) -> dict[str, Any]:
    return {"award": one.award, "state": one.word}


def forget(awards: Sequence[str], folder: Path, *, as_json: bool) -> int:
    """Erase awards from the store."""
    from tessera.issue.status import StatusStore
    from tessera.issue.status.changes import full_id

    ids = [full_id(one) for one in awards]
    with StatusStore.open(folder) as store:
        gone = [id for id in ids if store.forget(id)]
    if as_json:
        output.json_line({"schema": 1, "forgotten": gone})
        return 0
    output.line(
        f"{_awards(len(gone))} erased from the store, with the reasons. This cannot be undone."
    )
    if len(gone) < len(ids):
        output.line(f"{_awards(len(ids) - len(gone))} not in the store.")
    output.line("The lists go on saying the same about their places.")
    return 0

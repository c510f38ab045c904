"""Revoke, suspend, reinstate: the changes that an issuer may make, and those that it may not.

A revocation is for good. A suspension is for a time, and reinstating ends it. What is asked
for twice is done once. Either all awards of a call are changed or none.

Source: W3C Bitstring Status List 1.0 section 2.1 (revocation "is not reversible",
suspension is); DOMAIN section 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from tessera.errors import UsageError
from tessera.issue.status.store import Standing, StatusStore

_PREFIX = "urn:credential:"
_MOST_REASON = 1_000


class Action(StrEnum):
    """What can be done."""

    REVOKE = "revoke"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


class RefusedChangeError(UsageError):
    """A change that the state of an award does not allow; nothing was changed."""

    code = "status-change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is asked for. who: the person or office that decided. at: aware."""

    action: Action
    reason: str
    at: datetime
    who: str | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise UsageError("Give the reason: --reason 'Wrong grade, corrected award follows'.")
        if len(self.reason) > _MOST_REASON:
            raise UsageError(f"A reason has at most {_MOST_REASON} characters.")
        if self.at.utcoffset() is None:
            raise UsageError("A time needs its offset from UTC.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What became of it: the awards that were changed, and those that were so already."""

    changed: tuple[str, ...]
    already: tuple[str, ...]


def apply(store: StatusStore, change: Change, awards: Sequence[str]) -> Changed:
    """Record a change of awards, and mark their lists for the next publishing.

    awards: ids of credentials; "urn:credential:" may be left out. Raises:
    RefusedChangeError naming every award that stands in the way, StoreError.
    """
    ids = list(dict.fromkeys(full_id(one) for one in awards))
    at = change.at.astimezone(UTC).replace(microsecond=0).isoformat()
    with store.writing() as connection:
        there = store.look_up(ids)
        _refuse(change.action, ids, there)
        todo = [there[id] for id in ids if _is_news(change.action, there[id])]
        column = "revoked" if change.action is Action.REVOKE else "suspended"
        value = 0 if change.action is Action.REINSTATE else 1
        for one in todo:
            connection.execute(
                "INSERT INTO event (place, action, reason, who, at)"
                " SELECT id, ?, ?, ?, ? FROM place WHERE award=?",
                (change.action.value, change.reason.strip(), change.who, at, one.award),
            )
            connection.execute(f"UPDATE place SET {column}=? WHERE award=?", (value, one.award))
        for group in {one.group.id for one in todo}:
            connection.execute("UPDATE list SET changes=changes+1 WHERE id=?", (group,))
    done = {one.award for one in todo}
    return Changed(
        changed=tuple(id for id in ids if id in done),
        already=tuple(id for id in ids if id not in done),
    )


def full_id(text: str) -> str:
    """Return the id of a credential; a bare UUID is completed."""
    return text if ":" in text else f"{_PREFIX}{text}"


def _is_news(action: Action, one: Standing) -> bool:
    if action is Action.REVOKE:
        return not one.revoked
    return one.suspended is (action is Action.REINSTATE)


def _refuse(action: Action, ids: Sequence[str], there: dict[str, Standing]) -> None:
    """Raise for awards without a place, and for what a revocation forbids."""
    absent = [id for id in ids if id not in there]
    if absent:
        raise RefusedChangeError(
            "Nothing was changed: these awards have no place in the status lists of this folder, "
            "because they were issued elsewhere or without --status:" + _listed(absent)
        )
    gone = [id for id in ids if there[id].revoked] if action is not Action.REVOKE else []
    if gone:
        raise RefusedChangeError(
            "Nothing was changed: a revocation is for good, and these are revoked. Issue a new "
            "award that replaces the old one instead:" + _listed(gone)
        )


def _listed(ids: Sequence[str]) -> str:
    shown = "".join(f"\n  {id}" for id in ids[:10])
    return f"{shown}\n  and {len(ids) - 10} more" if len(ids) > 10 else shown

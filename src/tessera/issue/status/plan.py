"""Places for the awards of one run: what travels to each process that seals.

Source: DESIGN section 6 (each item exactly once, no duplicate status index).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tessera.issue.status.store import StatusStore
from tessera.model import StatusEntry
from tessera.trust.status.lists import LEAST_PLACES


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPlan:
    """Where places come from, by name, so that it can be handed to another process.

    folder: of the store, that of the award register. prefix: the address below which the
    lists will be published. size: of a new list.
    """

    folder: Path
    prefix: str
    size: int = LEAST_PLACES


class Allotter:
    """Gives places in this process; the store is opened with the first."""

    def __init__(self, plan: StatusPlan) -> None:
        self._plan = plan
        self._store: StatusStore | None = None

    def places(self, awards: Sequence[str]) -> Mapping[str, tuple[StatusEntry, ...]]:
        """Return the entries of each award; asking again changes nothing. Raises: StoreError."""
        if self._store is None:
            self._store = StatusStore.open(self._plan.folder, create=True)
        return self._store.allot(awards, prefix=self._plan.prefix, size=self._plan.size)

"""The status of issued awards: places in lists, changes with reasons, publishing.

1. When awarding, give each credential its places: `StatusStore.allot`.
2. Later, change what they say: `apply(store, Change(...), awards)`.
3. Publish what changed: `publish(store, press, out, terms)`.
"""

from tessera.issue.status.changes import Action, Change, Changed, RefusedChangeError, apply
from tessera.issue.status.documents import Terms
from tessera.issue.status.press import Press
from tessera.issue.status.publish import Published, publish
from tessera.issue.status.store import StatusStore

__all__ = [
    "Action",
    "Change",
    "Changed",
    "Press",
    "Published",
    "RefusedChangeError",
    "StatusStore",
    "Terms",
    "apply",
    "publish",
]

"""Does an issued credential still stand? Reads what its issuer publishes about that.

1. Give the reader the lists that you have, or a fetcher.
2. Look an entry of a credential up: a finding says what the list says, or why nothing
   is known.

>>> from datetime import UTC, datetime
>>> from tessera.model import StatusEntry
>>> from tessera.trust.resolve import Resolver
>>> reader = StatusReader(resolver=Resolver(), at=datetime(2026, 1, 1, tzinfo=UTC))  # 1
>>> entry = StatusEntry(kind="token", url="https://status.example/1", index=7)
>>> [one.rule for one in reader.look_up(entry, None)]                                # 2
['status.unknown']
"""

from tessera.trust.status.reader import StatusReader
from tessera.trust.status.shelf import CopyStore

__all__ = ["CopyStore", "StatusReader"]

"""Keys of others: from the name in a seal to a public key, and to whom it belongs.

Entry points: `KnownParties.load` (what `--trust` says about keys), `Resolver` and the
`Resolution` it returns. Offline unless a fetcher is given.

1. Read what whoever verifies knows.
2. Resolve the key of a seal; offline, only known and self-certifying keys are found.

>>> from tessera.seals.protocol import KeyRef
>>> did = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
>>> resolver = Resolver(KnownParties())                                   # 1
>>> resolver.resolve(KeyRef(algorithm="EdDSA", kid=did)).how              # 2
'did:key'
"""

from tessera.trust.resolve.known import KnownParties, sort_trust_files
from tessera.trust.resolve.resolver import Resolution, Resolver

__all__ = ["KnownParties", "Resolution", "Resolver", "sort_trust_files"]

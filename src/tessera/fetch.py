"""The one way to the network: the `Fetcher` protocol, and its default, which refuses.

Offline is the default everywhere. The guarded client that really fetches lives
in `tessera.trust`; tests bring a simulator.
"""

from __future__ import annotations

from typing import Protocol

from tessera.errors import TesseraError


class OfflineError(TesseraError):
    """Something asked for the network while it is switched off."""

    code = "offline"


class Fetcher(Protocol):
    """Get bytes from an address, within limits."""

    def get(self, url: str, *, max_bytes: int) -> bytes:
        """Return the body. Raises: TesseraError when it cannot or may not be had."""
        ...


class OfflineFetcher:
    """Refuses every address: what is used when nothing else was chosen."""

    def get(self, url: str, *, max_bytes: int) -> bytes:  # noqa: ARG002 - of the protocol
        raise OfflineError(
            f"{url} was not asked for: the network is off. Use --online to allow it."
        )

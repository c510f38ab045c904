"""Why a key refuses, told apart by type, so that `tessera doctor` can name the next step.

Each is a `KeyRefusedError`: whoever only seals need not know them.
"""

from __future__ import annotations

from tessera.errors import KeyRefusedError


class WrongUsageError(KeyRefusedError):
    """The certificate is not meant for sealing."""

    code = "key.usage"


class WrongSecretError(KeyRefusedError):
    """The PIN, password or access token is missing or wrong."""

    code = "key.secret"


class LockedError(KeyRefusedError):
    """The token or the remote credential has locked itself."""

    code = "key.locked"


class GoneError(KeyRefusedError):
    """The token was pulled or the service does not answer; what is sealed stays."""

    code = "key.gone"


class RemoteRefusedError(KeyRefusedError):
    """The remote service answered, and not with what was asked."""

    code = "key.remote"

"""What a token says when it refuses, as sentences for the person beside it.

Source: OASIS PKCS #11 v3.1 section 5.1 (return values) and 3.2 (token flags).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tessera.errors import KeyRefusedError
from tessera.seals.keys.refusals import GoneError, LockedError, WrongSecretError

# The module of a pulled token answers with one of these; makers differ.
_GONE = frozenset({
    "DeviceRemoved", "DeviceError", "DeviceMemory", "TokenNotPresent", "TokenNotRecognised",
    "SlotIDInvalid", "SessionHandleInvalid", "SessionClosed", "ObjectHandleInvalid",
    "KeyHandleInvalid", "GeneralError", "FunctionFailed", "UserNotLoggedIn",
})  # fmt: skip


@contextmanager
def explained(token: str) -> Iterator[None]:
    """Turn what goes wrong with a token into a sentence that says what to do.

    Raises: GoneError, LockedError, KeyRefusedError.
    """
    import pkcs11

    try:
        yield
    except pkcs11.PinLocked as error:
        raise LockedError(locked(token)) from error
    except pkcs11.PKCS11Error as error:
        said = type(error).__name__
        if said in _GONE:
            raise GoneError(
                f"The token {token} does not answer any more ({said}); it may have been pulled "
                "out. Put it back."
            ) from error
        raise KeyRefusedError(
            f"The token {token} refused ({said}). Ask whoever looks after it whether the key may "
            "sign."
        ) from error


def locked(token: str) -> str:
    """Say that the PIN is locked, and who can unlock it."""
    return (
        f"The PIN of the token {token} is locked after too many wrong tries. Its administrator "
        "unlocks it with the security officer's PIN (PUK); until then it cannot seal."
    )


def wrong_pin(token: str, flags: int) -> KeyRefusedError:
    """Return the refusal for a wrong PIN, with how many tries are left as far as it is said."""
    import pkcs11

    if flags & pkcs11.TokenFlag.USER_PIN_LOCKED:
        return LockedError(locked(token))
    left = "Do not try at random: after a few wrong tries it locks."
    if flags & pkcs11.TokenFlag.USER_PIN_FINAL_TRY:
        left = "Only one try is left before it locks: be sure of the PIN first."
    elif flags & pkcs11.TokenFlag.USER_PIN_COUNT_LOW:
        left = "Wrong PINs have been tried since the last right one; few tries are left."
    return WrongSecretError(
        f"The token {token} does not accept this PIN. {left} Check the password file."
    )

"""Key names and password files become keys that sign.

So far a key is a PKCS#12 file. The password is the first line of its file, or of
`password.txt` beside the key, as `tessera keys test-ca` writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.errors import KeyRefusedError, UsageError
from tessera.seals.keys import load_pkcs12

if TYPE_CHECKING:
    from tessera.seals.protocol import SigningKey


def unlock(
    keys: Sequence[str], password_files: Sequence[Path], at: datetime
) -> tuple[SigningKey, ...]:
    """Load every key; one password file serves all, else one is needed per key.

    Raises: KeyRefusedError when a key cannot be used at `at`; UsageError when the
    numbers of keys and password files do not fit.
    """
    if len(password_files) > 1 and len(password_files) != len(keys):
        raise UsageError(
            f"There are {len(keys)} keys and {len(password_files)} password files. "
            "Give one password file for all, or one per key in the same order."
        )
    found = []
    for index, name in enumerate(keys):
        path = Path(name)
        given = password_files[min(index, len(password_files) - 1)] if password_files else None
        found.append(load_pkcs12(path, _password(path, given), at=at))
    return tuple(found)


def _password(key: Path, given: Path | None) -> str:
    path = given or key.with_name("password.txt")
    if given is None and not path.exists():
        return ""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise KeyRefusedError(
            f"The password file {path} cannot be read: {error.strerror}."
        ) from error
    except UnicodeDecodeError as error:
        raise KeyRefusedError(
            f"The password file {path} is no text in UTF-8. Its first line is the password."
        ) from error
    # Only line feeds end the password: every other sign may be part of it.
    return text.partition("\n")[0].removesuffix("\r")

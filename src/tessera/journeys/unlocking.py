"""Key names and password files become keys that sign.

A key is a PKCS#12 file, a key on a token (`pkcs11:URI`) or one at a remote service
(`csc:PROFILE`). The password or PIN is the first line of its file; for a PKCS#12 file also
of `password.txt` beside it, as `tessera keys test-ca` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.errors import KeyRefusedError, UsageError
from tessera.seals.keys import load_pkcs12

if TYPE_CHECKING:
    from tessera.seals.protocol import SigningKey

_TOKEN, _REMOTE = "pkcs11:", "csc:"
_PROFILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What belongs to keys and lies elsewhere.

    chain: a PEM file with certificates that a key store, token or service leaves out.
    profiles: the folder with the profiles of remote services.
    """

    chain: Path | None = None
    profiles: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormKey:
    """The key that seals further forms, where it is not the one of the European credential.

    Wallets and backpacks want keys (Ed25519) that European seals must not be made with.
    """

    name: str
    password_file: Path | None = None

    def unlock(self, at: datetime) -> SigningKey:
        """Load the key. Raises: as `unlock`."""
        files = () if self.password_file is None else (self.password_file,)
        return unlock((self.name,), files, at)[0]


def unlock(
    keys: Sequence[str],
    password_files: Sequence[Path],
    at: datetime | None,
    around: Surroundings | None = None,
) -> tuple[SigningKey, ...]:
    """Load every key; one password file serves all key files, else one is needed per key.

    A token or remote service counts wrong secrets, so it gets one only when it is clear
    that it is its own. at: None also loads keys whose certificate is not valid now;
    sealing refuses them.
    Raises: KeyRefusedError when a key cannot be used at `at`; UsageError when the
    numbers of keys and password files do not fit, or a name is none.
    """
    if len(password_files) > 1 and len(password_files) != len(keys):
        raise UsageError(
            f"There are {len(keys)} keys and {len(password_files)} password files. "
            "Give one password file for all, or one per key in the same order."
        )
    around = around or Surroundings()
    beside = _beside(around.chain)
    found = []
    for index, name in enumerate(keys):
        given = password_files[min(index, len(password_files) - 1)] if password_files else None
        if _is_outside(name) and len(password_files) < len(keys):
            given = None
        found.append(_load(name, given, at, beside, around.profiles))
    return tuple(found)


def _is_outside(name: str) -> bool:
    return name.lower().startswith((_TOKEN, _REMOTE))


def _load(
    name: str,
    password_file: Path | None,
    at: datetime | None,
    beside: tuple[bytes, ...],
    profiles: Path | None,
) -> SigningKey:
    if name.lower().startswith(_TOKEN):
        from tessera.seals.keys.pkcs11 import load_pkcs11

        return load_pkcs11(name, _secret(password_file), beside=beside, at=at)
    if name.lower().startswith(_REMOTE):
        from tessera.seals.keys.csc import load_csc

        profile = _profile(name[len(_REMOTE) :], profiles)
        return load_csc(profile, _secret(password_file), beside=beside, at=at)
    path = Path(name)
    return load_pkcs12(path, _password(path, password_file), beside=beside, at=at)


def _profile(name: str, folder: Path | None) -> Path:
    """Return the file of a profile: a name in the folder, or a path to a .toml file."""
    if name.endswith(".toml"):
        return Path(name)
    if folder is None or not _PROFILE_NAME.fullmatch(name):
        raise UsageError(
            f"'{name}' is no name of a profile. Write csc:NAME, or csc:PATH/NAME.toml."
        )
    return folder / f"{name}.toml"


def _beside(chain: Path | None) -> tuple[bytes, ...]:
    if chain is None:
        return ()
    from tessera.seals.keys.chain import read_chain

    return read_chain(chain)


def _secret(path: Path | None) -> str | None:
    return None if path is None else _first_line(path)


def _password(key: Path, given: Path | None) -> str:
    path = given or key.with_name("password.txt")
    return "" if given is None and not path.exists() else _first_line(path)


def _first_line(path: Path) -> str:
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

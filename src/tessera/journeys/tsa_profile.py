"""Where a timestamp authority is, and the account for it, when it wants one.

`--tsa` takes an address, or `tsa:PROFILE`: a TOML file with `url`, `user` and `password_file`.
The password lies in the file that the profile names, never in the profile, in an address or
on the command line, where others on the machine can see it. It is sent to this address alone,
over https or to this machine itself (HTTP Basic, RFC 7617).

Source: house rule; RFC 3161 section 3.4 (time stamps over HTTP); RFC 7617 section 2.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tessera.errors import UsageError
from tessera.seals.keys.csc_profile import read_secret, refuse_unsafe
from tessera.trust.fetch import Login

PREFIX = "tsa:"
MAX_PROFILE_BYTES = 100_000
_MEMBERS = ("url", "user", "password_file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Address and account of a timestamp authority; travels to worker processes.

    user, password_file: None for one that wants no account. The password is read when it is
    needed, in the process that needs it.
    """

    url: str
    user: str | None = None
    password_file: Path | None = None

    def login(self) -> Login | None:
        """Return the account with its password. Raises: WrongSecretError."""
        if self.user is None or self.password_file is None:
            return None
        return Login(user=self.user, password=read_secret(self.password_file))


def authority(name: str, profiles: Path | None) -> Authority:
    """Return what `--tsa` names: an address, or a profile in this folder or at this path.

    Raises: UsageError saying what to correct.
    """
    if not name.startswith(PREFIX):
        if urlsplit(name).username or urlsplit(name).password:
            raise UsageError(
                "The address of the timestamp authority holds a user or password, which others "
                "on this machine can see. Write a profile: docs/keys.md shows how."
            )
        return Authority(url=name)
    path = _path(name.removeprefix(PREFIX), profiles)
    found = _read(path)
    refuse_unsafe(found["url"])
    return Authority(
        url=found["url"], user=found["user"], password_file=path.parent / found["password_file"]
    )


def _path(name: str, profiles: Path | None) -> Path:
    if name.endswith(".toml"):
        return Path(name)
    if profiles is None or not name or Path(name).name != name:
        raise UsageError(
            f"'{name}' is no name of a profile. Write tsa:NAME, or tsa:PATH/NAME.toml."
        )
    return profiles / f"{name}.toml"


def _read(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_PROFILE_BYTES)
        found: dict[str, Any] = tomllib.loads(raw.decode("utf-8"))
    except OSError as error:
        raise UsageError(
            f"The profile {path} cannot be read: {error.strerror}. docs/keys.md shows how one is "
            "written."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"The profile {path} is no TOML: {error}.") from error
    if "password" in found:
        raise UsageError(
            f"{path} holds the password itself. Put it into a file that only you can read, and "
            'name that: password_file = "FILE".'
        )
    for name in (*found, *_MEMBERS):
        if name not in _MEMBERS or not isinstance(found.get(name), str):
            raise UsageError(f"{path} must hold the texts {', '.join(_MEMBERS)}, and only these.")
    if ":" in found["user"]:
        raise UsageError(f"The user in {path} holds a colon, which no user may (RFC 7617).")
    return found

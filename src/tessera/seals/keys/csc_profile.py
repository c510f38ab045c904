"""Where a remote seal service is, and which files hold the secrets for it: one TOML file.

The profile itself holds no secret, so it may be read, copied and kept with other
settings; secrets lie in files that it names, relative to its own folder. Only https is
spoken, and plain http to this machine itself.

Source: house rule; the values are those of the CSC API v2.0.0.2 sections 8 and 11.
"""

from __future__ import annotations

import ipaddress
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tessera.errors import UsageError
from tessera.seals.keys.refusals import WrongSecretError

_FILES = ("client_secret_file", "access_token_file", "pin_file", "ca_file")
_SECRETS = {
    "client_secret": "client_secret_file", "access_token": "access_token_file",
    "pin": "pin_file", "password": "pin_file", "token": "access_token_file",
}  # fmt: skip
MAX_PROFILE_BYTES = 100_000
MAX_SECRET_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class CscProfile:
    """How one seal is reached.

    service: base address up to the version, such as "https://seal.example.org/csc/v2".
    credential: its credentialID; None takes the only one there is.
    client_id, client_secret_file, token_url: OAuth 2.0 client credentials; without
    token_url the service names it. access_token_file: a bearer token instead.
    pin_file: what authorises the credential, if it wants that. ca_file: authority of the
    service's TLS certificate, when it is none of the system's. hashes_per_call: at most
    so many, even where the service allows more. timeout_seconds: for one answer.
    """

    path: Path
    service: str
    credential: str | None = None
    client_id: str | None = None
    client_secret_file: Path | None = None
    token_url: str | None = None
    access_token_file: Path | None = None
    pin_file: Path | None = None
    ca_file: Path | None = None
    hashes_per_call: int = 250
    timeout_seconds: float = 30

    def __post_init__(self) -> None:
        refuse_unsafe(self.service)
        if self.token_url is not None:
            refuse_unsafe(self.token_url)
        has_client = self.client_id is not None and self.client_secret_file is not None
        if has_client == (self.access_token_file is not None):
            raise UsageError(
                f"{self.path} must say how to log in: either client_id and client_secret_file, "
                "or access_token_file."
            )
        if not 1 <= self.hashes_per_call <= 10_000:
            raise UsageError(f"hashes_per_call in {self.path} is a number from 1 to 10000.")
        if not 0 < self.timeout_seconds <= 600:
            raise UsageError(f"timeout_seconds in {self.path} is a number up to 600.")


def read_profile(path: Path) -> CscProfile:
    """Return the profile in a TOML file. Raises: UsageError saying what to correct."""
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
    _refuse_unknown(path, found)
    for name in _FILES:
        if name in found:
            found[name] = path.parent / Path(found[name])
    return CscProfile(path=path, **found)


def read_secret(path: Path) -> str:
    """Return the first line of a file with a secret. Raises: WrongSecretError."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_SECRET_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise WrongSecretError(f"The secret in {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise WrongSecretError(f"{path} is no text in UTF-8; its first line is the secret.") from (
            error
        )
    secret = text.partition("\n")[0].removesuffix("\r")
    if not secret or not secret.isprintable():
        raise WrongSecretError(f"The first line of {path} is no secret. Put it there again.")
    return secret


def refuse_unsafe(address: str) -> None:
    """Raise UsageError unless the address is https, or http to this machine itself."""
    if not all("!" <= sign <= "~" for sign in address):
        raise UsageError(f"'{address}' has a sign that no address has.")
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise UsageError(f"'{address}' is no address: {error}.") from error
    if parts.username or parts.query or parts.fragment or not host:
        raise UsageError(f"'{address}' is no plain address such as https://seal.example.org/csc/v2")
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)):
        return
    raise UsageError(
        f"{address} is not encrypted. Secrets are only sent over https; ask the provider for the "
        "https address."
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_unknown(path: Path, found: dict[str, Any]) -> None:
    known = {one.name: one for one in fields(CscProfile) if one.name != "path"}
    for name, value in found.items():
        if name in _SECRETS:
            raise UsageError(
                f"{path} holds a secret itself ('{name}'). Put it into a file that only you can "
                f'read, and name that: {_SECRETS[name]} = "FILE".'
            )
        if name not in known:
            raise UsageError(f"{path} has '{name}', which is not known. There are: "
                             f"{', '.join(known)}.")  # fmt: skip
        is_number = name in ("hashes_per_call", "timeout_seconds")
        wanted = (int, float) if name == "timeout_seconds" else int if is_number else str
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise UsageError(f"'{name}' in {path} must be {'a number' if is_number else 'text'}.")
    if "service" not in found:
        raise UsageError(f'{path} does not name the service = "https://...".')

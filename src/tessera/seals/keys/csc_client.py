"""Speak to a remote seal service: one connection, tokens renewed, patience with limits.

Steps of `call`: 1 send with the access token, 2 wait and send again when the service is
busy (429, 503), slow or cut off, as long as it says or longer each time, 3 renew the
token once when it is refused (401), 4 read the answer, or say in words why there is none.
Redirections are not followed: a token goes only to the address that the profile names.

Source: CSC API v2.0.0.2 sections 8.2, 8.4, 10 and 11; RFC 6749 section 4.4; RFC 9110
section 10.2.3 (Retry-After).
"""

from __future__ import annotations

import random
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode, urlsplit

import orjson

from tessera.errors import UsageError
from tessera.seals.keys.csc_profile import CscProfile, read_secret, refuse_unsafe
from tessera.seals.keys.refusals import (
    GoneError,
    LockedError,
    RemoteRefusedError,
    WrongSecretError,
)

if TYPE_CHECKING:
    from http.client import HTTPConnection

ATTEMPTS = 6
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 120.0
MAX_ANSWER_BYTES = 32_000_000
_BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE,
         HTTPStatus.GATEWAY_TIMEOUT}  # fmt: skip
_SHOWN = 200
_REFUSED_SECRETS = ("invalid_authentication_data", "invalid_pin", "invalid_otp")
Wait = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What came back over HTTP."""

    status: int
    body: bytes
    retry_after: str | None
    date: datetime | None


class CscClient:
    """Calls one service with one profile; `server_date` is the clock of its last answer.

    wait: how to let seconds pass; tests give one that only counts.
    """

    def __init__(self, profile: CscProfile, wait: Wait = time.sleep) -> None:
        self.profile = profile
        self.server_date: datetime | None = None
        self._wait = wait
        self._token: str | None = None
        self._connections: dict[str, HTTPConnection] = {}

    def call(self, method: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the JSON answer of one API method, such as "credentials/info".

        Raises: GoneError, WrongSecretError, LockedError, RemoteRefusedError.
        """
        address = f"{self.profile.service.rstrip('/')}/{method}"
        answer = self._send_with_token(address, body)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._token = None
            answer = self._send_with_token(address, body)
        return self._read(method, answer)

    def _send_with_token(self, address: str, body: Mapping[str, Any]) -> _Answer:
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self._access_token()}",
        }
        return self._send(address, orjson.dumps(body), headers)

    def _access_token(self) -> str:
        profile = self.profile
        if profile.access_token_file is not None:
            # Read each time: a token is renewed by putting a new one into the file.
            return read_secret(profile.access_token_file)
        if self._token is None:
            assert profile.client_id is not None
            assert profile.client_secret_file is not None
            secret = read_secret(profile.client_secret_file)
            pair = f"{quote_plus(profile.client_id)}:{quote_plus(secret)}".encode()
            form = {"grant_type": "client_credentials", "scope": "service",
                    "client_id": profile.client_id}  # fmt: skip
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "Authorization": f"Basic {b64encode(pair).decode('ascii')}",
            }
            answer = self._send(self._token_address(), urlencode(form).encode(), headers)
            if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
                raise WrongSecretError(
                    f"{self._host} does not accept client_id and client_secret_file of "
                    f"{profile.path} ({_told(answer)}). Ask the provider for new ones."
                )
            token = self._read("oauth2/token", answer).get("access_token")
            if not isinstance(token, str) or not token.isascii() or not token.isprintable():
                raise RemoteRefusedError(f"{self._host} answered without an access token.")
            self._token = token
        return self._token

    def _token_address(self) -> str:
        """Return the token address of the profile, else the one that `info` names."""
        if self.profile.token_url is not None:
            return self.profile.token_url
        address = f"{self.profile.service.rstrip('/')}/info"
        answer = self._send(address, b"{}", {"Content-Type": "application/json"})
        base = self._read("info", answer).get("oauth2")
        if not isinstance(base, str):
            raise UsageError(
                f"{self._host} does not say where access tokens are given. Ask the provider, and "
                f'write it into {self.profile.path}: token_url = "https://...".'
            )
        refuse_unsafe(base)
        return f"{base.rstrip('/')}/oauth2/token"

    def _send(self, address: str, body: bytes, headers: Mapping[str, str]) -> _Answer:
        """Send until there is an answer that is not 'later'. Raises: GoneError."""
        reason, pause = "", 0.0
        for attempt in range(ATTEMPTS):
            if attempt:
                self._wait(pause)
            doubled = FIRST_WAIT_SECONDS * 2**attempt
            # Spread out, so that several processes do not come back at the same moment.
            pause = doubled * random.uniform(0.75, 1.25)
            try:
                answer = self._once(address, body, headers)
            except TimeoutError:
                reason = f"no answer in {self.profile.timeout_seconds:g} seconds"
                continue
            except _faults() as error:
                self._refuse_untrusted(error)
                reason = str(error) or type(error).__name__
                continue
            if answer.status not in _BUSY:
                return answer
            reason = f"it is busy, HTTP {answer.status}"
            pause = max(pause, _asked_for(answer))
            if pause > LONGEST_WAIT_SECONDS:
                raise GoneError(
                    f"The seal service {self._host} asks to wait {pause:.0f} seconds. Try again "
                    "then."
                )
        raise GoneError(
            f"The seal service {self._host} did not answer {ATTEMPTS} times ({reason}). Try "
            "again when it is back."
        )

    def _once(self, address: str, body: bytes, headers: Mapping[str, str]) -> _Answer:
        parts = urlsplit(address)
        connection, is_whole = self._connection(parts.scheme, parts.netloc), False
        try:
            if connection.sock is None:
                connection.connect()
            with _cut_after(self.profile.timeout_seconds, connection.sock):
                connection.request("POST", parts.path or "/", body=body, headers=dict(headers))
                answer = connection.getresponse()
                content = answer.read(MAX_ANSWER_BYTES + 1)
            if len(content) > MAX_ANSWER_BYTES:
                raise RemoteRefusedError(f"{self._host} answered with more than 32 MB.")
            if answer.length:
                raise ConnectionError("the answer broke off")
            is_whole = True
        finally:
            # Half an answer on a connection would be taken for the next one.
            if not is_whole:
                connection.close()
        date = _http_date(answer.getheader("Date"))
        self.server_date = date or self.server_date
        return _Answer(
            status=answer.status,
            body=content,
            retry_after=answer.getheader("Retry-After"),
            date=date,
        )

    def _connection(self, scheme: str, netloc: str) -> HTTPConnection:
        """Return the open connection to this place, or a new one."""
        import ssl
        from http.client import HTTPConnection, HTTPSConnection

        key, timeout = f"{scheme}://{netloc}", self.profile.timeout_seconds
        if key not in self._connections:
            if scheme == "https":
                try:
                    context = ssl.create_default_context(cafile=self.profile.ca_file)
                except (OSError, ssl.SSLError) as error:
                    raise UsageError(
                        f"ca_file in {self.profile.path} holds no certificates: {error}."
                    ) from error
                self._connections[key] = HTTPSConnection(netloc, timeout=timeout, context=context)
            else:
                self._connections[key] = HTTPConnection(netloc, timeout=timeout)
        return self._connections[key]

    def _refuse_untrusted(self, error: Exception) -> None:
        import ssl

        if isinstance(error, ssl.SSLCertVerificationError):
            raise RemoteRefusedError(
                f"{self._host} shows a TLS certificate that is not trusted here "
                f"({error.verify_message}). Nothing was sent. If the provider has an authority of "
                f'its own, write ca_file = "FILE" into {self.profile.path}.'
            ) from error

    def _read(self, method: str, answer: _Answer) -> Mapping[str, Any]:
        """Return the answer as JSON, or raise the refusal that it is."""
        if answer.status == HTTPStatus.OK:
            try:
                found = orjson.loads(answer.body)
            except orjson.JSONDecodeError:
                found = None
            if isinstance(found, dict):
                return found
            raise RemoteRefusedError(f"{self._host} answered {method} with something that is no "
                                     "JSON object. Check the address of the service.")  # fmt: skip
        if answer.status == HTTPStatus.ACCEPTED:
            raise RemoteRefusedError(
                f"{self._host} waits for a person to confirm {method} in an app. A batch cannot "
                "wait for that: ask the provider for a seal that is authorised by a PIN or none."
            )
        error, told = _error(answer), _told(answer)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise WrongSecretError(
                f"{self._host} does not accept the access token ({told}). Put a new one into the "
                f"file that {self.profile.path} names."
            )
        if error in _REFUSED_SECRETS:
            raise WrongSecretError(
                f"{self._host} does not accept the PIN of the seal ({told}). Do not try at "
                "random: the provider locks it after a few wrong tries. Check the PIN file."
            )
        # The API has no code of its own for this; the word is that of its table of errors.
        if "locked" in told.lower():
            raise LockedError(
                f"{self._host} has locked the seal ({told}). Ask the provider to unlock it."
            )
        raise RemoteRefusedError(
            f"{self._host} refuses {method} (HTTP {answer.status}, {told}). "
            "Ask the provider what is wrong, quoting these words."
        )

    @property
    def _host(self) -> str:
        return urlsplit(self.profile.service).netloc


@contextmanager
def _cut_after(seconds: float, line: socket.socket) -> Iterator[None]:
    """Cut the line when the whole answer takes longer, however steadily it trickles."""

    def cut() -> None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    alarm = threading.Timer(seconds, cut)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()


def _faults() -> tuple[type[Exception], ...]:
    """Return what a cut or refused connection raises, or a name that is none."""
    from http.client import HTTPException

    return (OSError, HTTPException, UnicodeError)


def _asked_for(answer: _Answer) -> float:
    """Return the seconds of Retry-After: a number, or a date against the server's own clock."""
    value = answer.retry_after or ""
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    until = _http_date(value)
    if until is None or answer.date is None:
        return 0.0
    return max(0.0, (until - answer.date).total_seconds())


def _http_date(value: str | None) -> datetime | None:
    from email.utils import parsedate_to_datetime

    if not value:
        return None
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo is not None else None


def _error(answer: _Answer) -> str:
    """Return the `error` member of a refusal, or ""."""
    try:
        found = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return ""
    error = found.get("error") if isinstance(found, dict) else None
    return error if isinstance(error, str) else ""


def _told(answer: _Answer) -> str:
    """Return the words of a refusal, short and on one line."""
    try:
        found = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        found = None
    parts = []
    if isinstance(found, dict):
        parts = [found.get(name) for name in ("error", "error_description")]
    words = " ".join(": ".join(part for part in parts if isinstance(part, str)).split())
    return words[:_SHOWN] or f"HTTP {answer.status} without words"

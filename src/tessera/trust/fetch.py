"""The guarded client: the only code that really goes to the network.

HTTPS (or a loopback address for tests), no address that is not public, a bounded
body, a bounded time for the whole answer, at most three redirects, each checked like
the first. The address that was checked is the one that is connected to.

1. Read the address and look its host up; every answer has to be public.
2. Connect to the first one that can be reached, and ask.
3. Follow a redirect from step 1 on, or return the whole body.

Source: DESIGN section 7 (no fetch to non-public addresses); RFC 9110.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, urljoin, urlsplit

from tessera.errors import TesseraError

_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
# IPv6 addresses that a gateway turns into IPv4: the well-known prefix of RFC 6052.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_NOT_PUBLIC = (ipaddress.IPv6Network("64:ff9b:1::/48"), ipaddress.IPv6Network("fec0::/10"))


class FetchError(TesseraError):
    """An address could not be fetched, or must not be."""

    code = "fetch"
    exit_code = 65


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """An account at one address (HTTP Basic, RFC 7617 section 2)."""

    user: str
    password: str = field(repr=False)

    def header(self) -> str:
        pair = f"{self.user}:{self.password}".encode()
        return f"Basic {b64encode(pair).decode('ascii')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What is asked of an address: its content, or, with a body, an answer."""

    body: bytes | None = None
    media_type: str = ""
    login: Login | None = None


class GuardedFetcher:
    """Fetches public HTTPS addresses.

    allow_loopback: lets tests use their own server, without HTTPS. seconds: for one
    answer from the connection to the last byte. allow_plain: HTTP as well, for answers
    that are signed themselves (timestamps, OCSP, CRLs: most are published like that).
    logins: accounts by address. Each goes to exactly this address, never on to another, and
    only over HTTPS or to this machine itself.
    """

    def __init__(
        self,
        *,
        allow_loopback: bool = False,
        seconds: float = 20,
        allow_plain: bool = False,
        logins: Mapping[str, Login] | None = None,
    ) -> None:
        self._allow_loopback = allow_loopback
        self._seconds = seconds
        self._schemes = ("https", "http") if allow_plain else ("https",)
        self._logins = dict(logins or {})

    def get(self, url: str, *, max_bytes: int) -> bytes:
        """Return the body. Raises: FetchError with the reason and the address."""
        return self._fetch(url, _Question(), max_bytes)

    def post(self, url: str, body: bytes, *, media_type: str, max_bytes: int) -> bytes:
        """Send a body and return the answer's. Raises: FetchError, also for a redirection."""
        return self._fetch(url, _Question(body=body, media_type=media_type), max_bytes)

    def _fetch(self, url: str, question: _Question, max_bytes: int) -> bytes:
        asked = url
        question = replace(question, login=self._logins.get(url))
        for _ in range(_MOST_REDIRECTS + 1):
            parts = _split(url)
            addresses = self._resolve(parts, url)
            if question.login is not None and not _is_safe(parts, addresses):
                raise FetchError(f"{url} is not encrypted, so no password is sent. Use https.")
            status, location, body = self._ask(parts, addresses, question, max_bytes)
            if status in _REDIRECTS and location and question.body is None:
                question = replace(question, login=None)
                try:
                    url = urljoin(url, location)
                except ValueError as error:
                    raise FetchError(f"{url} redirects to no web address.") from error
                continue
            if status == 401 or (status == 403 and question.login):
                whose = "the user or password" if question.login else "to answer without an account"
                raise FetchError(f"{url} refuses {whose} ({status}).")
            if status != 200:
                raise FetchError(f"{url} answered {status} instead of the file.")
            return body
        raise FetchError(f"{asked} redirects more than {_MOST_REDIRECTS} times.")

    def _resolve(self, parts: SplitResult, url: str) -> tuple[str, ...]:
        """Return the addresses that may be connected to, so that they cannot change later."""
        try:
            found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise FetchError(f"{parts.hostname} was not found. Are you offline?") from error
        addresses = tuple(dict.fromkeys(str(one[4][0]) for one in found))
        for address in addresses:
            ip = _meant(ipaddress.ip_address(address.split("%")[0]))
            if ip.is_loopback and self._allow_loopback:
                continue
            if not _is_public(ip):
                raise FetchError(f"{url} leads to {address}, which is not a public address.")
            if parts.scheme not in self._schemes:
                raise FetchError(f"{url} is not encrypted. Use https.")
        return addresses

    def _ask(
        self, parts: SplitResult, addresses: tuple[str, ...], question: _Question, max_bytes: int
    ) -> tuple[int, str | None, bytes]:
        url = parts.geturl()
        try:
            with self._connect(parts, addresses) as connection:
                method = "GET" if question.body is None else "POST"
                connection.putrequest(method, _target(parts), skip_host=True)
                connection.putheader("Host", _host(parts))
                connection.putheader("User-Agent", "tessera")
                if question.login is not None:
                    connection.putheader("Authorization", question.login.header())
                if question.body is not None:
                    connection.putheader("Content-Type", question.media_type)
                    connection.putheader("Content-Length", str(len(question.body)))
                connection.endheaders(question.body)
                answer = connection.getresponse()
                body = answer.read(max_bytes + 1) if answer.status == 200 else b""
                left = answer.length or 0
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise FetchError(f"{url} could not be fetched: {reason}.") from error
        if len(body) > max_bytes:
            raise FetchError(f"{url} is larger than {max_bytes} bytes.")
        if answer.status == 200 and left:
            raise FetchError(f"{url} could not be fetched: the answer broke off.")
        return answer.status, answer.getheader("Location"), body

    @contextmanager
    def _connect(
        self, parts: SplitResult, addresses: tuple[str, ...]
    ) -> Iterator[http.client.HTTPConnection]:
        """Connect to the first address that can be reached; cut the line when time is up."""
        raw = self._reach(addresses, _port(parts))
        is_late = threading.Event()

        def cut() -> None:
            is_late.set()
            with suppress(OSError):
                raw.shutdown(socket.SHUT_RDWR)

        alarm = threading.Timer(self._seconds, cut)
        alarm.daemon = True
        alarm.start()
        connection = http.client.HTTPConnection(parts.hostname or "", _port(parts))
        connection.sock = raw
        try:
            if parts.scheme == "https":
                context = ssl.create_default_context()
                connection.sock = context.wrap_socket(raw, server_hostname=parts.hostname)
            yield connection
            if is_late.is_set():
                raise TimeoutError
        except (OSError, http.client.HTTPException) as error:
            if is_late.is_set() or isinstance(error, TimeoutError):
                raise TimeoutError(f"no answer within {self._seconds:g} seconds") from error
            raise
        finally:
            alarm.cancel()
            connection.close()
            raw.close()

    def _reach(self, addresses: tuple[str, ...], port: int) -> socket.socket:
        reason: OSError = OSError("it has no address")
        share = self._seconds / max(len(addresses), 1)
        for address in addresses:
            try:
                raw = socket.create_connection((address, port), timeout=share)
                raw.settimeout(self._seconds)
                return raw
            except OSError as error:
                reason = error
        raise reason


def _is_safe(parts: SplitResult, addresses: tuple[str, ...]) -> bool:
    """Say whether a password may be sent there: encrypted, or not leaving this machine."""
    return parts.scheme == "https" or all(
        ipaddress.ip_address(one.split("%")[0]).is_loopback for one in addresses
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("https", "http") and bool(parts.hostname) and _port(parts) > 0
    except ValueError as error:
        raise FetchError(f"{url} is not a web address.") from error
    if not is_web:
        raise FetchError(f"{url} is not a web address.")
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _host(parts: SplitResult) -> str:
    name = (parts.hostname or "").encode("idna" if ":" not in (parts.hostname or "") else "ascii")
    host = f"[{name.decode()}]" if b":" in name else name.decode()
    return host if parts.port is None else f"{host}:{parts.port}"


def _meant(ip: _Ip) -> _Ip:
    """Return the IPv4 address inside an IPv6 address that stands for it, else the same."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _TRANSLATED:
            return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        return ip.ipv4_mapped or ip.sixtofour or ip
    return ip


def _is_public(ip: _Ip) -> bool:
    inside = isinstance(ip, ipaddress.IPv6Address) and any(ip in one for one in _NOT_PUBLIC)
    return ip.is_global and not ip.is_multicast and not inside

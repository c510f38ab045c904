"""The guarded client: the only code that really goes to the network.

HTTPS (or a loopback address for tests), no address that is not public, a bounded
body, a bounded time, at most three redirects, each checked like the first.

Source: DESIGN section 7 (no fetch to non-public addresses).
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import SplitResult, urljoin, urlsplit

from tessera.errors import TesseraError

_SECONDS = 20
_MOST_REDIRECTS = 3


class FetchError(TesseraError):
    """An address could not be fetched, or must not be."""

    code = "fetch"
    exit_code = 65


class GuardedFetcher:
    """Fetches public HTTPS addresses; `allow_loopback` lets tests use their own server."""

    def __init__(self, *, allow_loopback: bool = False) -> None:
        self._allow_loopback = allow_loopback

    def get(self, url: str, *, max_bytes: int) -> bytes:
        """Return the body. Raises: FetchError with the reason and the address."""
        for _ in range(_MOST_REDIRECTS + 1):
            parts = urlsplit(url)
            address = self._resolve(parts, url)
            status, location, body = self._ask(parts, address, url, max_bytes)
            if status in (301, 302, 303, 307, 308) and location:
                url = urljoin(url, location)
                continue
            if status != 200:
                raise FetchError(f"{url} answered {status} instead of the file.")
            return body
        raise FetchError(f"{url} redirects more than {_MOST_REDIRECTS} times.")

    def _resolve(self, parts: SplitResult, url: str) -> str:
        """Return the one address that will be connected to, so that it cannot change later."""
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise FetchError(f"{url} is not a web address.")
        try:
            found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise FetchError(f"{parts.hostname} was not found. Are you offline?") from error
        address = str(found[0][4][0])
        ip = ipaddress.ip_address(address.split("%")[0])
        if ip.is_loopback and self._allow_loopback:
            return address
        if not ip.is_global or ip.is_multicast:
            raise FetchError(f"{url} leads to {address}, which is not a public address.")
        if parts.scheme != "https":
            raise FetchError(f"{url} is not encrypted. Use https.")
        return address

    def _ask(
        self, parts: SplitResult, address: str, url: str, max_bytes: int
    ) -> tuple[int, str | None, bytes]:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            raw = socket.create_connection((address, port), timeout=_SECONDS)
            if parts.scheme == "https":
                raw = ssl.create_default_context().wrap_socket(raw, server_hostname=parts.hostname)
            connection = http.client.HTTPConnection(parts.hostname or "", port, timeout=_SECONDS)
            connection.sock = raw
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", target, headers={"User-Agent": "tessera"})
            answer = connection.getresponse()
            body = answer.read(max_bytes + 1)
            connection.close()
        except (OSError, http.client.HTTPException) as error:
            raise FetchError(f"{url} could not be fetched: {error}.") from error
        if len(body) > max_bytes:
            raise FetchError(f"{url} is larger than {max_bytes} bytes.")
        return answer.status, answer.getheader("Location"), body

"""Where DIDs and key addresses lead, and which of them nobody should follow.

Names only: nothing is looked up here. The guarded client checks what a name
resolves to; this refuses what can be seen to be private before anything is asked.
Source: W3C CCG did:web (Read); DIF did:webvh v1.0 (DID-to-HTTPS transformation);
SD-JWT VC draft, "JWT VC Issuer Metadata"; RFC 6761 section 6.3 (localhost).
"""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import SplitResult, unquote, urlsplit

from tessera.errors import UnreadableError

_DID = re.compile(
    r"did:([a-z0-9]+):((?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})*(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2}))"
)
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+")
_PRIVATE_NAMES = ("localhost", "local", "internal", "home.arpa", "onion", "invalid")
MOST_LETTERS = 4096


def did_method(text: str) -> str | None:
    """Return the method of a DID without path, query and fragment; None if it is none."""
    match = _DID.fullmatch(text) if len(text) <= MOST_LETTERS else None
    return match[1] if match else None


def without_fragment(url: str) -> str:
    """Return what stands before the first `#`, and before a query of a DID URL."""
    base = url.partition("#")[0]
    return base.partition("?")[0] if base.startswith("did:") else base


def web_address(did: str) -> str:
    """Return where the document of a did:web stands. Raises: UnreadableError."""
    host, segments = _host_and_path(did.removeprefix("did:web:"), did)
    path = "/".join(segments) if segments else ".well-known"
    return f"https://{host}/{path}/did.json"


def webvh_address(did: str) -> str:
    """Return where the log of a did:webvh stands. Raises: UnreadableError."""
    scid, _, rest = did.removeprefix("did:webvh:").partition(":")
    if not scid or not rest:
        raise UnreadableError(f"{did[:80]} lacks the domain: did:webvh:SCID:DOMAIN.")
    host, segments = _host_and_path(rest, did)
    path = "/".join(segments) if segments else ".well-known"
    return f"https://{host}/{path}/did.jsonl"


def issuer_metadata_address(issuer: str) -> str:
    """Return where JWT VC issuer metadata stands: between host and path (RFC 8615)."""
    parts = urlsplit(issuer)
    return f"https://{parts.netloc}/.well-known/jwt-vc-issuer{parts.path.rstrip('/')}"


def split_web(url: str) -> SplitResult | None:
    """Return the parts of an http(s) address with a host, else None."""
    if len(url) > MOST_LETTERS or not url.isascii():
        return None
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("https", "http") and bool(parts.hostname)
        return parts if is_web and (parts.port is None or parts.port > 0) else None
    except ValueError:
        return None


def origin(url: str) -> str | None:
    """Return scheme, host and port of a web address."""
    parts = split_web(url)
    return None if parts is None else f"{parts.scheme}://{parts.netloc.lower()}"


def is_private(url: str) -> bool:
    """Say whether the very text of an address leads to this machine or an inner network."""
    parts = split_web(url)
    host = (parts.hostname or "").rstrip(".").lower() if parts else ""
    if not host or parts is None or "@" in parts.netloc:
        return True
    if any(host == name or host.endswith(f".{name}") for name in _PRIVATE_NAMES):
        return True
    literal = _literal(host)
    return literal is not None and not literal.is_global


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read an address in any spelling that a resolver would take: 127.1, 0x7f000001, ::1."""
    try:
        return ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _host_and_path(name: str, did: str) -> tuple[str, list[str]]:
    first, *segments = name.split(":")
    host, _, port = unquote(first).partition(":")
    if not _HOST.fullmatch(host) or _literal(host) is not None or (port and not port.isdecimal()):
        raise UnreadableError(f"{did[:80]} names no domain.")
    if any(not _SEGMENT.fullmatch(part) or part in (".", "..") for part in segments):
        raise UnreadableError(f"{did[:80]} holds a path that leads nowhere.")
    return (f"{host}:{port}" if port else host), segments

"""A small seal service on loopback that speaks the CSC API v2 and really signs.

It holds private keys, gives access tokens for client credentials, binds each SAD to the
hashes it was given for, uses it up, and signs with the algorithm it is asked for. Faults
are put in beforehand, per method, and each hits one call. `latency` is let pass before
each answer; `signatures_left` takes the service away in mid-batch.

Source: CSC API v2.0.0.2 sections 8.4 and 11.
"""

from __future__ import annotations

import json
import secrets
import ssl
import threading
from base64 import b64decode, b64encode
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from tessera.seals.keys import SealHolder, TrialAuthority

SHA256 = "2.16.840.1.101.3.4.2.1"
RSA_ENCRYPTION, SHA256_WITH_RSA = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11"
EC_PUBLIC_KEY, ECDSA_WITH_SHA256 = "1.2.840.10045.2.1", "1.2.840.10045.4.3.2"
PIN, CLIENT, SECRET = "2468", "registry", "client secret: 50% öd"


@dataclass(frozen=True)
class Reply:
    """An answer as it goes out; status 0 cuts the connection instead."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    is_whole: bool = True
    drip: float = 0.0  # seconds between two bytes


Fault = Callable[[dict[str, Any]], "Reply | None"]


@dataclass
class Served:
    """One credential: its key, its chain, and how it is authorised."""

    private_key: Any
    chain: list[bytes]
    algorithms: list[str]
    multisign: int = 100
    auth: dict[str, Any] = field(default_factory=lambda: PIN_ALONE)
    key_status: str = "enabled"
    cert_status: str = "valid"
    raw_ecdsa: bool = False


PIN_ALONE = {
    "mode": "explicit",
    "expression": "PIN",
    "objects": [{"type": "Password", "id": "PIN", "format": "N", "label": "PIN"}],
}


def served(
    authority: TrialAuthority, at: datetime, algorithm: str = "ES256", **more: Any
) -> Served:
    """Make a credential with a TEST e-seal certificate of this authority."""
    store = authority.make_store(more.pop("holder", SealHolder()), at, b"x", algorithm)
    private_key, leaf, others = pkcs12.load_key_and_certificates(store, b"x")
    assert leaf is not None
    names = [SHA256_WITH_RSA] if algorithm == "RS256" else [ECDSA_WITH_SHA256]
    return Served(
        private_key=private_key,
        chain=[one.public_bytes(Encoding.DER) for one in (leaf, *others)],
        **{"algorithms": names, **more},
    )


class CscServer:
    """The service. Use as a context manager; `address` is its base address."""

    def __init__(
        self,
        credentials: dict[str, Served],
        latency: float = 0.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.credentials = credentials
        self.latency = latency
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.signed = 0
        self.signatures_left: int | None = None
        self.date: datetime | None = None
        self.tokens: set[str] = set()
        self._sads: dict[str, tuple[str, frozenset[str]]] = {}
        self._lock = threading.Lock()
        self._pause = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        scheme = "http" if tls is None else "https"
        self.root = f"{scheme}://127.0.0.1:{self._http.server_address[1]}"
        self.address = f"{self.root}/csc/v2"

    def __enter__(self) -> CscServer:
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._pause.set()
        self._http.shutdown()
        self._http.server_close()

    def called(self, method: str) -> list[dict[str, Any]]:
        """Return the bodies of all calls of one method."""
        return [body for name, body in self.calls if name == method]

    def answer(self, path: str, headers: Any, raw: bytes) -> Reply:
        """Return the answer to one request."""
        is_stopped = self._pause.wait(self.latency)
        if is_stopped or (self.signatures_left is not None and self.signatures_left < 0):
            return Reply(0)  # connections that are still open get nothing
        if path == "/oauth2/token":
            return self._token(headers, raw)
        method = path.removeprefix("/csc/v2/")
        body = json.loads(raw)
        with self._lock:
            self.calls.append((method, body))
            fault = self.faults[method].popleft() if self.faults[method] else None
        if fault is not None and (reply := fault(body)) is not None:
            return reply
        if method == "info":
            return Reply(200, {"specs": "2.0.0.2", "name": "TEST", "oauth2": self.root})
        if headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return Reply(401, {"error": "invalid_token"})
        methods = {
            "credentials/list": self._list,
            "credentials/info": self._info,
            "credentials/authorize": self._authorize,
            "signatures/signHash": self._sign,
        }
        return methods[method](body)

    def _token(self, headers: Any, raw: bytes) -> Reply:
        form = parse_qs(raw.decode())
        kind, _, pair = headers.get("Authorization", "").partition(" ")
        given = [unquote_plus(one) for one in b64decode(pair).decode().split(":", 1)]
        if kind != "Basic" or given != [CLIENT, SECRET]:
            return Reply(401, {"error": "invalid_client"})
        if form["grant_type"] != ["client_credentials"] or form["scope"] != ["service"]:
            return Reply(400, {"error": "unsupported_grant_type"})
        token = secrets.token_urlsafe()
        self.tokens.add(token)
        return Reply(200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600})

    def _list(self, body: dict[str, Any]) -> Reply:
        return Reply(200, {"credentialIDs": sorted(self.credentials)})

    def _info(self, body: dict[str, Any]) -> Reply:
        one = self.credentials.get(body["credentialID"])
        if one is None:
            return _invalid("Invalid parameter credentialID")
        cert: dict[str, Any] = {"status": one.cert_status}
        if body.get("certificates") == "chain":
            cert["certificates"] = [b64encode(der).decode() for der in one.chain]
        key = {"status": one.key_status, "algo": one.algorithms, "len": 256}
        return Reply(
            200,
            {"key": key, "cert": cert, "auth": one.auth, "multisign": one.multisign, "SCAL": "2"},
        )

    def _authorize(self, body: dict[str, Any]) -> Reply:
        one = self.credentials[body["credentialID"]]
        if body["numSignatures"] > one.multisign:
            return _invalid("Numbers of signatures is too high")
        if body["numSignatures"] != len(body["hashes"]) or body["hashAlgorithmOID"] != SHA256:
            return _invalid("Invalid value for parameter numSignatures")
        wanted = [{"id": "PIN", "value": PIN}] if one.auth["mode"] == "explicit" else None
        if body.get("authData") != wanted:
            words = "The authentication data is invalid"
            return Reply(400, {"error": "invalid_authentication_data", "error_description": words})
        sad = secrets.token_urlsafe()
        self._sads[sad] = (body["credentialID"], frozenset(body["hashes"]))
        return Reply(200, {"SAD": sad, "expiresIn": 300})

    def expire(self) -> None:
        """Let every SAD given so far run out."""
        self._sads.clear()

    def _sign(self, body: dict[str, Any]) -> Reply:
        one = self.credentials[body["credentialID"]]
        if one.auth["mode"] != "oauth2code":
            name, allowed = self._sads.pop(body.get("SAD"), ("", frozenset()))
            if name != body["credentialID"]:
                return _invalid("Invalid parameter SAD")
            if not allowed.issuperset(body["hashes"]):
                return _invalid("Hash is not authorized by the SAD")
        if body["signAlgo"] not in one.algorithms:
            return _invalid("Invalid parameter signAlgo")
        if body["signAlgo"] in (RSA_ENCRYPTION, EC_PUBLIC_KEY):
            if body.get("hashAlgorithmOID") != SHA256:
                return _invalid("Missing (or invalid type) string parameter hashAlgorithmOID")
        elif "hashAlgorithmOID" in body:
            return _invalid("Invalid parameter hashAlgorithmOID")
        with self._lock:
            if self.signatures_left is not None:
                self.signatures_left -= len(body["hashes"])
                if self.signatures_left < 0:
                    return Reply(0)
            self.signed += len(body["hashes"])
        return Reply(200, {"signatures": [self.signature(one, h) for h in body["hashes"]]})

    def signature(self, one: Served, text: str) -> str:
        """Sign one base64 digest with the key of a credential."""
        digest, hashed = b64decode(text), Prehashed(hashes.SHA256())
        if isinstance(one.private_key, rsa.RSAPrivateKey):
            made = one.private_key.sign(digest, padding.PKCS1v15(), hashed)
        else:
            made = one.private_key.sign(digest, ec.ECDSA(hashed))
            if one.raw_ecdsa:
                r, s = decode_dss_signature(made)
                made = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return b64encode(made).decode()

    def drip(self, handler: BaseHTTPRequestHandler, content: bytes, seconds: float) -> None:
        """Send byte by byte, until the service is stopped or the other side has gone."""
        for octet in content:
            if self._pause.wait(seconds):
                return
            handler.wfile.write(bytes([octet]))
            handler.wfile.flush()

    def never(self, body: dict[str, Any]) -> Reply:
        """Fault: give no answer until the service is stopped."""
        self._pause.wait()
        return Reply(0)


def busy(status: int = 429, retry_after: str | None = None) -> Fault:
    """Fault: the service is busy."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return lambda body: Reply(status, {"error": "temporarily_unavailable"}, headers)


def says(status: int, body: Any, **headers: str) -> Fault:
    """Fault: this answer."""
    return lambda _: Reply(status, body, headers)


def cut(body: dict[str, Any]) -> Reply:
    """Fault: the connection is cut without an answer."""
    return Reply(0)


def half(body: dict[str, Any]) -> Reply:
    """Fault: the answer breaks off in the middle."""
    return Reply(200, {"signatures": ["AAAA"] * 20}, is_whole=False)


def trickle(body: dict[str, Any]) -> Reply:
    """Fault: the answer comes steadily, but takes far too long."""
    return Reply(200, {"signatures": ["AAAA"] * 20}, drip=0.05)


def _invalid(words: str) -> Reply:
    return Reply(400, {"error": "invalid_request", "error_description": words})


def _handler(server: CscServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            reply = server.answer(self.path, self.headers, raw)
            if reply.status == 0:
                self.close_connection = True
                return
            content = reply.body
            if not isinstance(content, bytes):
                content = b"" if content is None else json.dumps(content).encode()
            self.send_response_only(reply.status)
            self.send_header("Date", format_datetime(server.date or datetime.now(UTC), True))
            self.send_header("Content-Length", str(len(content)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.drip:
                self.wfile.flush()
                with suppress(OSError):
                    server.drip(self, content, reply.drip)
            self.wfile.write(content if reply.is_whole else content[: len(content) // 2])
            self.close_connection = not reply.is_whole or bool(reply.drip)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def write_profile(folder: Path, server: CscServer, **more: object) -> Path:
    """Write a profile for this server with its secrets beside it; `more` adds or replaces."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "client-secret.txt").write_text(f"{SECRET}\n", encoding="utf-8")
    (folder / "pin.txt").write_text(f"{PIN}\n", encoding="utf-8")
    values: dict[str, object] = {
        "service": server.address,
        "client_id": CLIENT,
        "client_secret_file": "client-secret.txt",
        "pin_file": "pin.txt",
        "timeout_seconds": 5,
        **more,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items() if value is not None]
    path = folder / "seal.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@contextmanager
def one_seal(
    authority: TrialAuthority, at: datetime, folder: Path, **more: Any
) -> Iterator[tuple[CscServer, Path]]:
    """Run a service with one credential, and yield it with a profile."""
    with CscServer({"GX0112348": served(authority, at, **more)}) as server:
        yield server, write_profile(folder, server)

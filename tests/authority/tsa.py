"""A timestamp authority, an OCSP responder and CRLs that run: one server on loopback.

The tokens are made by pyHanko's own timestamper, so that our reader is not judged by our
writer. Faults are asked for by name (`faults`), the clock is a value that tests set.
"""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from pyhanko.sign.timestamps import DummyTimeStamper

from tessera.seals.der import SEQUENCE, encode
from tests.authority.pki import Holder


@dataclass(slots=True)
class Services:
    """What the server answers with.

    now: its clock; None is the clock of the machine. revoked: since when, by serial number.
    faults: of the TSA: "down", "refuse", "nonce", "imprint", "garbage", "status"; of the rest:
    "ocsp", "crl", "ca". after: answers rightly so many times before the faults begin.
    account: "user:password" that the TSA wants.
    """

    now: datetime | None = None
    tsa: Holder | None = None
    responder: Holder | None = None
    holders: dict[int, Holder] = field(default_factory=dict)
    revoked: dict[int, tuple[datetime, datetime | None]] = field(default_factory=dict)
    faults: set[str] = field(default_factory=set)
    after: int = 0
    lifetime: timedelta = timedelta(days=2)
    asked: list[str] = field(default_factory=list)
    url: str = ""
    account: str | None = None
    release: threading.Event = field(default_factory=threading.Event)

    def know(self, *holders: Holder) -> None:
        """Answer about these certificates, and for those that issued them."""
        for one in holders:
            self.holders[one.certificate.serial_number] = one
            if one.issuer is not None:
                self.know(one.issuer)

    def moment(self) -> datetime:
        return (self.now or datetime.now(UTC)).replace(microsecond=0)

    def stamp(self, body: bytes) -> bytes:
        """Answer a TimeStampReq."""
        assert self.tsa is not None
        request = tsp.TimeStampReq.load(body)
        if "nonce" in self._active():
            request["nonce"] = 4711
        if "imprint" in self._active():
            request["message_imprint"]["hashed_message"] = bytes(32)
        if "status" in self._active():
            refusal = {"status": "rejection", "status_string": ["no credit left"]}
            return encode(SEQUENCE, tsp.PKIStatusInfo(refusal).dump())
        stamper = DummyTimeStamper(
            tsa_cert=asn1_x509.Certificate.load(self.tsa.der),
            tsa_key=keys.PrivateKeyInfo.load(self.tsa.key_der),
            certs_to_embed=[asn1_x509.Certificate.load(one.public_bytes(Encoding.DER))
                            for one in self.tsa.chain],
            fixed_dt=self.moment(),
        )  # fmt: skip
        return bytes(stamper.request_tsa_response(request).dump())

    def answer_ocsp(self, body: bytes) -> bytes:
        """Answer an OCSP request, signed by the responder or by the issuer itself."""
        request = ocsp.load_der_ocsp_request(body)
        holder = self.holders[request.serial_number]
        assert holder.issuer is not None
        signer = self.responder or holder.issuer
        now, revoked = self.moment(), self.revoked.get(request.serial_number)
        status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=holder.certificate, issuer=holder.issuer.certificate,
                algorithm=hashes.SHA1(), cert_status=status, this_update=now,
                next_update=now + self.lifetime,
                revocation_time=revoked[0] if revoked else None,
                revocation_reason=x509.ReasonFlags.key_compromise if revoked else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
        )  # fmt: skip
        if self.responder is not None:
            builder = builder.certificates([signer.certificate])
        return builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def crl(self, serial: int) -> bytes:
        """Return the CRL of the authority with this serial number."""
        issuer, now = self.holders[serial], self.moment()
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(now).next_update(now + self.lifetime)
            .add_extension(x509.CRLNumber(1), critical=False)
        )  # fmt: skip
        for number, (since, invalid) in self.revoked.items():
            entry = (
                x509.RevokedCertificateBuilder().serial_number(number).revocation_date(since)
                .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
            )  # fmt: skip
            if invalid is not None:
                entry = entry.add_extension(x509.InvalidityDate(invalid), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def _active(self) -> set[str]:
        return self.faults if self.asked.count("tsa") > self.after else set()


def _handler(services: Services) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            what = self.path.strip("/")
            services.asked.append(what)
            active = services._active()
            if what == "tsa" and "slow" in active:
                services.release.wait(30)
                return
            if what == "tsa" and "refuse" in active:
                self.send_error(503)
            elif what == "tsa" and not self._is_known():
                self.send_error(401)
            elif what == "tsa" and "garbage" in active:
                self._send(b"<html>not a timestamp</html>")
            elif what == "tsa":
                self._send(services.stamp(body))
            elif "ocsp" in services.faults:
                self.send_error(500)
            else:
                self._send(services.answer_ocsp(body))

        def _is_known(self) -> bool:
            if services.account is None:
                return True
            wanted = b64encode(services.account.encode()).decode()
            return self.headers["Authorization"] == f"Basic {wanted}"

        def do_GET(self) -> None:
            services.asked.append(self.path.strip("/"))
            what, _, serial = self.path.strip("/").rpartition("/")
            if what in services.faults:
                self.send_error(404)
            elif what == "ca":
                self._send(services.holders[int(serial)].der)
            else:
                self._send(services.crl(int(serial)))

        def _send(self, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@contextmanager
def running() -> Iterator[Services]:
    """Run the services on a free port of this machine."""
    services = Services()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(services))
    server.daemon_threads = True
    services.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield services
    finally:
        services.release.set()
        server.shutdown()
        server.server_close()
        thread.join()

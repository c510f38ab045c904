"""Seal a PDF: PAdES B-B or B-T with any `SigningKey`, by pyHanko, as one incremental update.

Steps: 1 the key becomes a pyHanko signer that only ever asks it for signatures, 2 an
invisible signature field that stands on no page, certifying that nothing may change,
3 the signature over every byte of the file but itself, and for B-T a timestamp over its value.

Source: ETSI EN 319 142-1 clause 6.3 (PAdES baseline B-B, B-T); ETSI EN 319 122-1 clause 5.3
(signature timestamp); ISO 32000-2 clause 12.8.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from tessera.errors import KeyRefusedError, TesseraError, UnreadableError
from tessera.seals.algorithms import COORDINATE_OCTETS

if TYPE_CHECKING:
    from tessera.seals.protocol import SigningKey

FIELD = "Seal"
_ATTRIBUTES = 1024
_SPARE = 512  # tokens of one authority differ by a few octets
_DIGESTS = {"256": "sha256", "384": "sha384", "512": "sha512"}


class PdfSealError(TesseraError):
    """A PDF cannot be sealed: the extra is missing, or the file is no PDF."""

    code = "pdf-seal"


class TokenTooLongError(PdfSealError):
    """A timestamp is longer than the place that was left for it; the stamper has learned."""


@dataclass(slots=True)
class Stamper:
    """Asks for timestamps, and remembers how much room one needs.

    ask: from a SHA-256 digest to a token (DER) over it.
    """

    ask: Callable[[bytes], bytes]
    room: int = 8192

    def token(self, digest: bytes, room: int) -> bytes:
        """Return a token for a place of `room` octets. Raises: TokenTooLongError."""
        der = self.ask(digest)
        self.room = len(der) + _SPARE
        if len(der) > room:
            raise TokenTooLongError("The timestamp is longer than the place left for it.")
        return der


def seal(document: bytes, key: SigningKey, at: datetime, stamper: Stamper | None = None) -> bytes:
    """Return the PDF with a PAdES seal that states `at` as its time: B-T with a stamper.

    Raises: PdfSealError without the extra `pdf`; UnreadableError when the document is no
    PDF, or is sealed already; KeyRefusedError when the key cannot sign; what the stamper raises.
    """
    try:
        return _sealed(document, key, at, stamper)
    except TokenTooLongError:
        return _sealed(document, key, at, stamper)


def _sealed(document: bytes, key: SigningKey, at: datetime, stamper: Stamper | None) -> bytes:
    try:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.sign.general import SigningError
    except ImportError as error:
        raise PdfSealError("Sealing a PDF needs pyHanko: install tessera[pdf].") from error
    # 1
    signer = _pdf_signer(key, at.astimezone(UTC).replace(microsecond=0), stamper)
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(document))
        if "/AcroForm" in writer.root:
            raise UnreadableError("This PDF has a form or a seal already; it is not sealed again.")
        # 2
        add_field(writer, FIELD)
        # 3
        reserved = 2 * _room(key, stamper)
        sealed = signer.sign_pdf(writer, existing_fields_only=True, bytes_reserved=reserved)
    except (PdfError, SigningError) as error:
        raise UnreadableError(f"This PDF cannot be sealed: {error}") from error
    return bytes(sealed.getvalue())


def _pdf_signer(key: SigningKey, at: datetime, stamper: Stamper | None) -> Any:
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    class At(PdfSigner):
        """A signer whose moment is given, not read from the clock."""

        def init_signing_session(self, *arguments: Any, **named: Any) -> Any:
            session = super().init_signing_session(*arguments, **named)
            session.system_time = at
            return session

    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=_digest(key.alg),
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    return At(metadata, signer=_signer(key, stamper))


def add_field(writer: Any, name: str) -> None:
    """Add a signature field without a widget: it stands on no page, so nothing needs a tag.

    Source: ISO 32000-2 clause 12.7.5.5; ISO 14289-1 clause 7.18.1 (what PDF/UA asks of widgets).
    """
    from pyhanko.pdf_utils import generic as untyped
    from pyhanko.pdf_utils.generic import pdf_name

    generic: Any = untyped
    field = writer.add_object(
        generic.DictionaryObject(
            {pdf_name("/FT"): pdf_name("/Sig"), pdf_name("/T"): generic.pdf_string(name)}
        )
    )
    if "/AcroForm" in writer.root:
        fields = writer.root["/AcroForm"]["/Fields"]
        fields.append(field)
        writer.update_container(fields)
        return
    writer.root[pdf_name("/AcroForm")] = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Fields"): generic.ArrayObject([field]),
                pdf_name("/SigFlags"): generic.NumberObject(3),
            }
        )
    )
    writer.update_root()


def _digest(alg: str) -> str:
    digest = _DIGESTS.get(alg[2:])
    if digest is None or alg[:2] not in ("RS", "ES", "PS"):
        raise KeyRefusedError(f"A key for {alg} cannot seal a PDF. Use an RSA or an EC key.")
    return digest


def _signer(key: SigningKey, stamper: Stamper | None = None) -> Any:
    """Wrap the key: pyHanko sees certificates and signatures, never the key."""
    from pyhanko.sign.signers import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    first, *others = (_certificate(one) for one in key.certificate_chain)
    store: Any = cast("Any", SimpleCertificateStore)()
    store.register_multiple(others)
    room = 0 if stamper is None else stamper.room

    class Wrapped(Signer):
        """Signs with the key behind the wall."""

        async def async_sign_raw(
            self,
            data: bytes,
            digest_algorithm: str,  # noqa: ARG002 - the algorithm of the key settles it
            dry_run: bool = False,  # noqa: ARG002 - the room is known, so there is none
        ) -> bytes:
            return _in_der(key.alg, key.sign(data))

        async def unsigned_attrs(
            self,
            digest_algorithm: str,  # noqa: ARG002 - timestamps are over SHA-256
            signature: bytes,
            signed_attrs: Any,  # noqa: ARG002
            timestamper: Any = None,  # noqa: ARG002 - ours asks by itself
            dry_run: bool = False,  # noqa: ARG002
        ) -> Any:
            if stamper is None:
                return None
            return _timestamp(stamper.token(hashlib.sha256(signature).digest(), room))

    return Wrapped(
        signing_cert=first,
        cert_registry=store,
        signature_mechanism=_mechanism(key.alg),
        prefer_pss=key.alg[:2] == "PS",
    )


def _mechanism(alg: str) -> Any:
    from asn1crypto.algos import SignedDigestAlgorithm

    if alg[:2] == "PS":
        return None
    family = "rsa" if alg[:2] == "RS" else "ecdsa"
    return SignedDigestAlgorithm({"algorithm": f"{_digest(alg)}_{family}"})


def _timestamp(token: bytes) -> Any:
    """Return the signature timestamp as unsigned attribute."""
    from asn1crypto import cms

    return cms.CMSAttributes(
        [
            cms.CMSAttribute(
                {"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(token)]}
            )
        ]
    )


def _room(key: SigningKey, stamper: Stamper | None) -> int:
    """Return how many octets the signature may take: certificates, values, attributes, token."""
    chain = sum(map(len, key.certificate_chain))
    own = _certificate(key.certificate_chain[0])
    value, named = _longest_signature(own), 2 * len(own.issuer.dump())
    return chain + value + named + _ATTRIBUTES + (0 if stamper is None else stamper.room)


def _certificate(der: bytes) -> Any:
    from asn1crypto.x509 import Certificate

    return Certificate.load(der)


def _longest_signature(certificate: Any) -> int:
    size: int = certificate.public_key.byte_size
    return size if certificate.public_key.algorithm == "rsa" else 2 * size + 16


def _in_der(alg: str, signature: bytes) -> bytes:
    """ECDSA signatures stand in CMS as a DER sequence, in JOSE as raw r||s.

    Source: RFC 5753 section 7.2; RFC 7518 section 3.4.
    """
    size = COORDINATE_OCTETS.get(alg)
    if size is None:
        return signature
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    r, s = (int.from_bytes(part, "big") for part in (signature[:size], signature[size:]))
    return encode_dss_signature(r, s)


def chain_of(certificates: Sequence[Any]) -> tuple[bytes, ...]:
    """Return certificates of asn1crypto as DER."""
    return tuple(one.dump() for one in certificates)

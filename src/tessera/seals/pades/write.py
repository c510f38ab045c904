"""Seal a PDF: PAdES B-B with any `SigningKey`, by pyHanko, as one incremental update.

Steps: 1 the key becomes a pyHanko signer that only ever asks it for signatures, 2 an
invisible signature field that stands on no page, certifying that nothing may change,
3 the signature over every byte of the file but itself.

Source: ETSI EN 319 142-1 clause 6.3 (PAdES baseline B-B); ISO 32000-2 clause 12.8.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from tessera.errors import KeyRefusedError, TesseraError, UnreadableError
from tessera.seals.algorithms import COORDINATE_OCTETS

if TYPE_CHECKING:
    from tessera.seals.protocol import SigningKey

FIELD = "Seal"
_DIGESTS = {"256": "sha256", "384": "sha384", "512": "sha512"}


class PdfSealError(TesseraError):
    """A PDF cannot be sealed: the extra is missing, or the file is no PDF."""

    code = "pdf-seal"


def seal(document: bytes, key: SigningKey, at: datetime) -> bytes:
    """Return the PDF with a PAdES B-B seal that states `at` as its time.

    Raises: PdfSealError without the extra `pdf`; UnreadableError when the document is no
    PDF, or is sealed already; KeyRefusedError when the key cannot sign.
    """
    try:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.sign.general import SigningError
    except ImportError as error:
        raise PdfSealError("Sealing a PDF needs pyHanko: install tessera[pdf].") from error
    # 1
    signer = _pdf_signer(key, at.astimezone(UTC).replace(microsecond=0))
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(document))
        if "/AcroForm" in writer.root:
            raise UnreadableError("This PDF has a form or a seal already; it is not sealed again.")
        # 2
        _add_field(writer)
        # 3
        sealed = signer.sign_pdf(writer, existing_fields_only=True)
    except (PdfError, SigningError) as error:
        raise UnreadableError(f"This PDF cannot be sealed: {error}") from error
    return bytes(sealed.getvalue())


def _pdf_signer(key: SigningKey, at: datetime) -> Any:
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
    return At(metadata, signer=_signer(key))


def _add_field(writer: Any) -> None:
    """Add a signature field without a widget: it stands on no page, so nothing needs a tag.

    Source: ISO 32000-2 clause 12.7.5.5; ISO 14289-1 clause 7.18.1 (what PDF/UA asks of widgets).
    """
    from pyhanko.pdf_utils import generic as untyped
    from pyhanko.pdf_utils.generic import pdf_name

    generic: Any = untyped
    field = writer.add_object(
        generic.DictionaryObject(
            {pdf_name("/FT"): pdf_name("/Sig"), pdf_name("/T"): generic.pdf_string(FIELD)}
        )
    )
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


def _signer(key: SigningKey) -> Any:
    """Wrap the key: pyHanko sees certificates and signatures, never the key."""
    from asn1crypto.algos import SignedDigestAlgorithm
    from pyhanko.sign.signers import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    first, *others = (_certificate(one) for one in key.certificate_chain)
    store: Any = cast("Any", SimpleCertificateStore)()
    store.register_multiple(others)
    mechanism = None
    if key.alg[:2] != "PS":
        family = "rsassa_pkcs1v15" if key.alg[:2] == "RS" else "ecdsa"
        name = f"{_digest(key.alg)}_{'rsa' if family.startswith('rsa') else 'ecdsa'}"
        mechanism = SignedDigestAlgorithm({"algorithm": name})

    class Wrapped(Signer):
        """Signs with the key behind the wall."""

        async def async_sign_raw(
            self,
            data: bytes,
            digest_algorithm: str,  # noqa: ARG002 - the algorithm of the key settles it
            dry_run: bool = False,
        ) -> bytes:
            if dry_run:
                return bytes(_longest_signature(first))
            return _in_der(key.alg, key.sign(data))

    return Wrapped(
        signing_cert=first,
        cert_registry=store,
        signature_mechanism=mechanism,
        prefer_pss=key.alg[:2] == "PS",
    )


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

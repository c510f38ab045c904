"""One timestamp token: what it says, whether it covers given bytes, whether it is intact.

A token is a CMS SignedData over a TSTInfo with exactly one signer. Steps of `is_intact`:
1 the signer's certificate lies in the token and is the one it names, 2 the signed
attributes cover the TSTInfo, 3 the signature fits the attributes.

Source: RFC 3161 sections 2.4.2 and 2.3; RFC 5652 sections 5.3 to 5.6; RFC 5816;
ETSI EN 319 422 clause 4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.seals.certificates import public_key
from tessera.seals.x509_faults import x509_faults

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

MAX_TOKEN_BYTES = 1_048_576
MAX_CERTIFICATES = 32
SAFE_DIGESTS = ("sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512")
_DIGESTS = (*SAFE_DIGESTS, "sha1", "sha224")
_NOT_A_TOKEN = "This is not a timestamp (RFC 3161)."


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampToken:
    """What a token says; nothing in it is verified.

    generated_at: aware, UTC. digest_algorithm: name for `hashlib.new`. imprint: the digest
    of what was stamped. authority: DER of the signer's certificate, None when the token
    does not bring it. certificates: all in the token. crls, ocsp_responses: likewise.
    """

    der: bytes
    generated_at: datetime
    digest_algorithm: str
    imprint: bytes
    serial: int
    nonce: int | None
    policy: str
    authority: bytes | None
    certificates: tuple[bytes, ...]
    crls: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()

    @property
    def is_safe_digest(self) -> bool:
        """Whether the digest is one that nobody can find a second document for."""
        return self.digest_algorithm in SAFE_DIGESTS


def read_token(der: bytes) -> TimestampToken:
    """Read a token. Raises: UnreadableError for anything that is none."""
    if len(der) > MAX_TOKEN_BYTES:
        raise UnreadableError(f"This timestamp is too large ({len(der)} bytes).")
    signed, info, signer = _open(der)
    try:
        imprint = info["message_imprint"]
        algorithm = str(imprint["hash_algorithm"]["algorithm"].native)
        if algorithm not in _DIGESTS:
            raise UnreadableError(f"A timestamp uses the digest {algorithm[:40]}, unknown here.")
        certificates = _certificates(signed)
        moment = info["gen_time"].native
        nonce = info["nonce"].native
        return TimestampToken(
            der=der,
            generated_at=moment.astimezone(UTC),
            digest_algorithm=algorithm,
            imprint=bytes(imprint["hashed_message"].native),
            serial=int(info["serial_number"].native),
            nonce=None if nonce is None else int(nonce),
            policy=str(info["policy"].dotted),
            authority=_signing_certificate(signer, certificates),
            certificates=certificates,
            **_revocation(signed),
        )
    except x509_faults() as error:
        raise UnreadableError(_NOT_A_TOKEN) from error


def covers(token: TimestampToken, message: bytes) -> bool:
    """Say whether the token was made for these bytes."""
    return hashlib.new(token.digest_algorithm, message).digest() == token.imprint


def is_intact(token: TimestampToken) -> bool:
    """Say whether the certificate in the token signed what it says. Never raises."""
    # 1
    if token.authority is None:
        return False
    try:
        signed, _, signer = _open(token.der)
        # 2
        if not _attributes_cover(signed, signer, token.authority):
            return False
        # 3
        return _signature_fits(signer, public_key(token.authority))
    except x509_faults(UnreadableError):
        return False


def _open(der: bytes) -> tuple[Any, Any, Any]:
    """Return SignedData, TSTInfo and the one SignerInfo. Raises: UnreadableError."""
    try:
        from asn1crypto import cms, tsp
    except ImportError as error:
        raise UnreadableError(
            "Reading timestamps needs a part of Tessera that is not installed. Install it with: "
            "pip install 'tessera[trust]'."
        ) from error
    try:
        content = cms.ContentInfo.load(der, strict=True)
        if content["content_type"].native != "signed_data":
            raise UnreadableError(_NOT_A_TOKEN)
        signed = content["content"]
        encapsulated = signed["encap_content_info"]
        signers = signed["signer_infos"]
        if encapsulated["content_type"].native != "tst_info" or len(signers) != 1:
            raise UnreadableError(_NOT_A_TOKEN)
        info = encapsulated["content"].parsed
        if not isinstance(info, tsp.TSTInfo):
            raise UnreadableError(_NOT_A_TOKEN)
        return signed, info, signers[0]
    except x509_faults() as error:
        raise UnreadableError(_NOT_A_TOKEN) from error


def _certificates(signed: Any) -> tuple[bytes, ...]:
    listed = signed["certificates"]
    if not listed:
        return ()
    found = (one.chosen.dump() for one in list(listed)[:MAX_CERTIFICATES]
             if one.name == "certificate")  # fmt: skip
    return tuple(dict.fromkeys(found))


def _revocation(signed: Any) -> Mapping[str, tuple[bytes, ...]]:
    """Return the CRLs and OCSP responses (RFC 5652 section 10.2.1, RFC 5940) of a token."""
    crls, responses = [], []
    for one in list(signed["crls"] or ())[:MAX_CERTIFICATES]:
        if one.name == "certificate_list" or one.name == "":
            crls.append(one.chosen.dump())
        elif one.name == "other" and one.chosen["other_rev_info_format"].native in (
            "ocsp_response",
            "1.3.6.1.5.5.7.16.2",
        ):
            responses.append(one.chosen["other_rev_info"].dump())
    return {"crls": tuple(crls), "ocsp_responses": tuple(responses)}


def _signing_certificate(signer: Any, certificates: tuple[bytes, ...]) -> bytes | None:
    """Return the certificate that the signer names by issuer and serial, or by key id."""
    from asn1crypto import x509

    sid = signer["sid"]
    for der in certificates:
        certificate = x509.Certificate.load(der)
        if sid.name == "issuer_and_serial_number":
            same = (
                certificate.issuer.dump() == sid.chosen["issuer"].dump()
                and certificate.serial_number == sid.chosen["serial_number"].native
            )
        else:
            same = certificate.key_identifier == sid.chosen.native
        if same:
            return der
    return None


def _attributes_cover(signed: Any, signer: Any, authority: bytes) -> bool:
    """Check content type, digest of the TSTInfo and reference to the certificate."""
    attributes: dict[str, Any] = {}
    for one in signer["signed_attrs"]:
        name = str(one["type"].native)
        if name in attributes or len(one["values"]) != 1:
            return False
        attributes[name] = one["values"][0]
    digest = hashlib.new(str(signer["digest_algorithm"]["algorithm"].native))
    digest.update(signed["encap_content_info"]["content"].contents)
    return (
        attributes["content_type"].native == "tst_info"
        and attributes["message_digest"].native == digest.digest()
        and _names_certificate(attributes, authority)
    )


def _names_certificate(attributes: Mapping[str, Any], authority: bytes) -> bool:
    """Compare the signing certificate attribute (RFC 3161 section 2.4.1; RFC 5816)."""
    if "signing_certificate_v2" in attributes:
        first = attributes["signing_certificate_v2"]["certs"][0]
        name = str(first["hash_algorithm"]["algorithm"].native)
    elif "signing_certificate" in attributes:
        first, name = attributes["signing_certificate"]["certs"][0], "sha1"
    else:
        return False
    return bool(hashlib.new(name, authority).digest() == first["cert_hash"].native)


def _signature_fits(signer: Any, key: PublicKeyTypes) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

    # RFC 5652 section 5.4: signed as a SET OF, although sent with another tag.
    message = signer["signed_attrs"].untag().dump()
    value, algorithm = signer["signature"].native, signer["signature_algorithm"]
    digest = _hash(str(signer["digest_algorithm"]["algorithm"].native))
    try:
        if isinstance(key, rsa.RSAPublicKey):
            pad: Any = padding.PKCS1v15()
            if algorithm.signature_algo == "rsassa_pss":
                parameters = algorithm["parameters"]
                digest = _hash(str(parameters["hash_algorithm"]["algorithm"].native))
                mask = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
                pad = padding.PSS(
                    mgf=padding.MGF1(_hash(str(mask))),
                    salt_length=int(parameters["salt_length"].native),
                )
            key.verify(value, message, pad, digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, message, ec.ECDSA(digest))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(value, message)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _hash(name: str) -> HashAlgorithm:
    from cryptography.hazmat.primitives import hashes

    known: dict[str, HashAlgorithm] = {
        "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512(),
        "sha3_256": hashes.SHA3_256(), "sha3_384": hashes.SHA3_384(),
        "sha3_512": hashes.SHA3_512(), "sha1": hashes.SHA1(), "sha224": hashes.SHA224(),
    }  # fmt: skip
    return known[name]

"""Who signed a list, and does the signature cover every byte of it?

1. Exactly one signature, a child of the root, and no identifier stands twice, so that
   nothing can be moved out of or into what is signed.
2. One reference covers the whole list, the other the properties of the signature
   (a third may cover its key information); the algorithms are safe ones.
3. signxml computes the digests and the signature with the certificate that the signed
   properties name. Whether this is the right certificate is asked elsewhere.

What is read of a trusted list afterwards is read from `Verified.content`, which is what
was digested: the text itself, without signature and comments.
Source: ETSI TS 119 612 V2.4.1 clause 5.7.1 and annex B; W3C XML Signature 1.1;
ETSI EN 319 132-1; ETSI TS 119 312.
"""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.certificates import describe, parse
from tessera.seals.x509_faults import x509_faults
from tessera.trust.lists.markup import read_xml

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_CANONICAL = frozenset(
    {
        _EXCLUSIVE,
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
    }
)
_IDS = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
_UNSAFE = ("sha1", "md5", "ripemd160", "hmac", "dsa-sha224", "rsa-sha224")
_LEAST_RSA_BITS = 2048
_MOST_CERTIFICATES = 16
_SOURCE = "ETSI TS 119 612 clause 5.7.1 and annex B"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What came out: findings, and where the signature holds, by whom and over what.

    certificate: DER of the signer, content: the signed text; both None unless the
    signature holds. algorithm: as the signature names it, short.
    """

    findings: tuple[Finding, ...]
    certificate: bytes | None = None
    content: bytes | None = None
    algorithm: str | None = None


class _Broken(Exception):
    """The signature does not hold; carries the finding."""

    def __init__(self, rule: str, message: str, *, source: str = _SOURCE) -> None:
        super().__init__(message)
        self.finding = Finding.failed(rule, message, source=source)


def verify_signature(raw: bytes, known: Sequence[bytes] = ()) -> Verified:
    """Verify the signature of a list. Raises: UnreadableError when it is no XML we read.

    known: certificates (DER) that may have signed, for a list that brings none itself.
    """
    root = read_xml(raw)
    algorithm: str | None = None
    try:
        # 1
        signature = _only_signature(root)
        _refuse_duplicates(root)
        # 2
        algorithm = _method(signature)
        place = _document_reference(root, signature)
        # 3
        certificate = _signing_certificate(signature, known)
        content = _compute(raw, certificate, place)
    except _Broken as broken:
        return Verified(findings=(broken.finding,), algorithm=algorithm)
    except UnreadableError as error:
        unreadable = Finding.failed("list.signature.certificate", str(error), source=_SOURCE)
        return Verified(findings=(unreadable,), algorithm=algorithm)
    passed = Finding.passed(
        "list.signature",
        "The list is signed, and the signature covers all of it.",
        evidence={"algorithm": algorithm, "signer": describe(certificate).sha256},
        source=_SOURCE,
    )
    return Verified(
        findings=(passed, *_short_key(certificate)),
        certificate=certificate,
        content=content,
        algorithm=algorithm,
    )


def _only_signature(root: Any) -> Any:
    found = list(root.iter(f"{_DS}Signature"))
    if not found:
        raise _Broken(
            "list.signature.absent", "The list is not signed, so anyone can have made it."
        )
    if len(found) > 1:
        raise _Broken(
            "list.signature.several",
            f"There are {len(found)} signatures in the list, and a trusted list has exactly one.",
        )
    if found[0].getparent() is not root:
        raise _Broken(
            "list.signature.place",
            "The signature does not stand directly in the list, so it may belong to another text.",
        )
    return found[0]


def _refuse_duplicates(root: Any) -> None:
    count = Counter(value for one in root.iter() for key in _IDS if (value := one.get(key)))
    twice = sorted(id for id, times in count.items() if times > 1)
    if twice:
        raise _Broken(
            "list.duplicate-id",
            f"The identifier '{twice[0][:80]}' stands twice in the list, so it is not clear what "
            "was signed.",
            source="W3C XML 1.0 section 3.3.1; ETSI TS 119 612 annex B",
        )


def _method(signature: Any) -> str:
    """Refuse algorithms that are no longer safe; return the short name of the signature's."""
    information = signature.find(f"{_DS}SignedInfo")
    method = None if information is None else information.find(f"{_DS}SignatureMethod")
    if method is None:
        raise _Broken("list.signature.form", "The signature does not say how it was made.")
    digests = [one.get("Algorithm", "") for one in information.iter(f"{_DS}DigestMethod")]
    name = _short(method.get("Algorithm", ""))
    for one in (name, *map(_short, digests)):
        if not one or any(weak in one for weak in _UNSAFE):
            raise _Broken(
                "list.signature.algorithm",
                f"The list is signed with an algorithm that is no longer safe ({one or 'none'}).",
                source="ETSI TS 119 312; ETSI TS 119 612 annex B",
            )
    return name


def _short(algorithm: str) -> str:
    return algorithm.rpartition("#")[2] or algorithm


def _document_reference(root: Any, signature: Any) -> int:
    """Return which reference covers the whole list; there is one, and no strange others."""
    whole: list[int] = []
    allowed = _own_parts(signature)
    itself = {"", f"#{root.get('Id')}"} if root.get("Id") else {""}
    references = signature.findall(f"{_DS}SignedInfo/{_DS}Reference")
    for position, reference in enumerate(references):
        address = reference.get("URI")
        if address in itself:
            whole.append(position)
        elif address not in allowed:
            raise _Broken(
                "list.signature.wrapping",
                "The signature covers a part of the text that is not the list as a whole; this is "
                "how a signed piece is wrapped into a forged list.",
            )
    if len(whole) != 1:
        raise _Broken(
            "list.signature.wrapping",
            "The signature does not cover the list as a whole, so the rest can be forged.",
        )
    if not any(one.get("URI") == allowed[0] for one in references):
        raise _Broken(
            "list.signature.properties",
            "The signature does not cover its own properties, which say who signed.",
            source="ETSI EN 319 132-1 clause 4.3; ETSI TS 119 612 annex B",
        )
    _refuse_transforms(references[whole[0]])
    return whole[0]


def _own_parts(signature: Any) -> tuple[str, ...]:
    """Return addresses of the signature's own parts; the signed properties come first."""
    path = f"{_DS}Object/{_XADES}QualifyingProperties/{_XADES}SignedProperties"
    properties = signature.findall(path)
    if len(properties) != 1 or not properties[0].get("Id"):
        raise _Broken(
            "list.signature.properties",
            "The signature has no signed properties, which say who signed and when.",
            source="ETSI EN 319 132-1 clause 4.3; ETSI TS 119 612 annex B",
        )
    keys = [one.get("Id") for one in signature.iterfind(f"{_DS}KeyInfo") if one.get("Id")]
    return (f"#{properties[0].get('Id')}", *(f"#{one}" for one in keys))


def _refuse_transforms(reference: Any) -> None:
    """Allow only what takes the signature out and writes the text in one way (annex B)."""
    stated = [one.get("Algorithm") for one in reference.iterfind(f"{_DS}Transforms/{_DS}Transform")]
    if stated[:1] != [_ENVELOPED] or len(stated) != 2 or stated[1] not in _CANONICAL:
        raise _Broken(
            "list.signature.transforms",
            "The signature is over a changed form of the list, not over the list itself.",
        )


def _signing_certificate(signature: Any, known: Sequence[bytes]) -> bytes:
    """Return the certificate that the signed properties name by its digest."""
    held = signature.iterfind(f"{_DS}KeyInfo/{_DS}X509Data/{_DS}X509Certificate")
    brought = list(_decoded(one.text for one in held))[:_MOST_CERTIFICATES]
    wanted = _named_digest(signature)
    for certificate in dict.fromkeys((*brought, *known)):
        if wanted is None or _digest(certificate, wanted[0]) == wanted[1]:
            return certificate
    raise _Broken(
        "list.signature.certificate",
        "The certificate that the signature names is not there, so it is not known who signed.",
        source="ETSI EN 319 132-1 clause 5.2.2",
    )


def _short_key(certificate: bytes) -> Iterator[Finding]:
    """Remark on a key that was long enough once; a chain of lists refuses it."""
    kind, _, bits = describe(certificate).key.partition(" ")
    if kind == "RSA" and int(bits) < _LEAST_RSA_BITS:
        yield Finding.indeterminate(
            "list.signature.short-key",
            f"The list is signed with a key of {bits} bits, which others can break today.",
            source="ETSI TS 119 312",
            advice=True,
        )


def _named_digest(signature: Any) -> tuple[str, bytes] | None:
    path = f"{_DS}Object/{_XADES}QualifyingProperties/{_XADES}SignedProperties/"
    path += f"{_XADES}SignedSignatureProperties"
    for name in ("SigningCertificateV2", "SigningCertificate"):
        for digest in signature.iterfind(f"{path}/{_XADES}{name}/{_XADES}Cert/{_XADES}CertDigest"):
            method, value = digest.find(f"{_DS}DigestMethod"), digest.findtext(f"{_DS}DigestValue")
            found = list(_decoded([value]))
            if method is not None and found:
                return _short(method.get("Algorithm", "")), found[0]
    raise _Broken(
        "list.signature.certificate",
        "The signature does not name the certificate it was made with.",
        source="ETSI EN 319 132-1 clause 5.2.2",
    )


def _decoded(texts: Any) -> Iterator[bytes]:
    for text in texts:
        try:
            yield b64decode("".join((text or "").split()), validate=True)
        except ValueError:
            continue


def _digest(certificate: bytes, name: str) -> bytes | None:
    """Return a digest of a certificate; SHA-1 may name one here, for the chain of trust is
    not built on it: the certificate itself is in the list of lists.
    """
    import hashlib

    known = {"sha1": "sha1", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512"}
    return hashlib.new(known[name], certificate).digest() if name in known else None


def _compute(raw: bytes, certificate: bytes, place: int) -> bytes:
    """Let signxml compute everything; return the text that the whole-list digest is over."""
    from cryptography.exceptions import InvalidSignature as WrongSignature
    from lxml import etree
    from signxml.exceptions import InvalidDigest, InvalidSignature, SignXMLException
    from signxml.xades.xades import XAdESVerifier

    parsed = parse(certificate)
    try:
        results = XAdESVerifier().verify(
            raw, x509_cert=parsed, expect_config=_expected(parsed.not_valid_before_utc)
        )
        content = results[place].signed_data
    except InvalidDigest as error:
        raise _Broken(
            "list.signature.digest", "The list was changed after it was signed."
        ) from error
    except (InvalidSignature, WrongSignature) as error:
        raise _Broken(
            "list.signature.value",
            "The signature was not made with the key of the certificate it names, or was changed.",
        ) from error
    except x509_faults(SignXMLException, etree.LxmlError, AssertionError, RuntimeError) as error:
        raise _Broken(
            "list.signature.form",
            f"The signature is not of the form a trusted list has ({str(error)[:120]}).",
        ) from error
    return bytes(content)


def _expected(begin: Any) -> Any:
    """Return what signxml has to insist on; dates of the certificate are judged elsewhere."""
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.xades.xades import XAdESSignatureConfiguration

    families = ("RSA_SHA", "ECDSA_SHA", "SHA")
    sizes = ("256", "384", "512")
    return XAdESSignatureConfiguration(
        location="./",
        expect_references=True,
        signature_methods=frozenset(
            one
            for one in SignatureMethod
            if one.name.startswith(families) and any(size in one.name for size in sizes)
        ),
        digest_algorithms=frozenset(
            one for one in DigestAlgorithm if one.name in ("SHA256", "SHA384", "SHA512")
        ),
        verification_time=begin + timedelta(seconds=1),
    )

"""Real signed lists for the tests: scheme operators, authorities, seals, made in memory."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree

from tessera.trust.anchors import Anchor
from tessera.trust.lists.hierarchy import Hierarchy
from tessera.trust.lists.model import CA_QC, FOR_SEALS, GRANTED, LIST_OF_LISTS, NATIONAL_LIST
from tessera.trust.lists.snapshot import hold

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
ISSUED, NEXT = NOW - timedelta(days=30), NOW + timedelta(days=60)
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
JOURNAL = "https://eur-lex.europa.eu/eli/C/2026/1944/oj"
WITHDRAWN = GRANTED.replace("granted", "withdrawn")
QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"
# SEQUENCE of statements: QcCompliance, QcSSCD, QcType eSeal (ETSI EN 319 412-5).
QUALIFIED_IN_DEVICE = bytes.fromhex(
    "3029" "3008060604008e460101" "3008060604008e460104" "3013060604008e46010630090607"
    "04008e46010602"
)  # fmt: skip
QUALIFIED = bytes.fromhex("301f3008060604008e4601013013060604008e4601063009060704008e46010602")


@dataclass(frozen=True)
class Party:
    """Somebody with a key and a certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def anchor(self) -> Anchor:
        return Anchor.of(self.der)


@cache
def party(
    name: str,
    issuer: Party | None = None,
    *,
    is_authority: bool = False,
    statements: bytes | None = None,
    begins: datetime = datetime(2021, 1, 1, tzinfo=UTC),
    ends: datetime = datetime(2030, 1, 1, tzinfo=UTC),
    policy: str | None = None,
) -> Party:
    """Make a party; without an issuer it signs for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FI"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    above = issuer.certificate.subject if issuer else subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(_usage(is_authority), critical=True)
    )
    if statements is not None:
        extension = x509.UnrecognizedExtension(x509.ObjectIdentifier(QC_STATEMENTS), statements)
        builder = builder.add_extension(extension, critical=False)
    if policy is not None:
        stated = x509.PolicyInformation(x509.ObjectIdentifier(policy), None)
        builder = builder.add_extension(x509.CertificatePolicies([stated]), critical=False)
    return Party(key, builder.sign(issuer.key if issuer else key, hashes.SHA256()))


def _usage(is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=is_authority,
        crl_sign=is_authority, encipher_only=False, decipher_only=False,
    )  # fmt: skip


ADDRESS = """<PostalAddresses><PostalAddress xml:lang="en"><StreetAddress>1 Test Street
</StreetAddress><Locality>Helsinki</Locality><CountryName>FI</CountryName></PostalAddress>
</PostalAddresses><ElectronicAddress><URI xml:lang="en">https://example.org</URI>
</ElectronicAddress>"""


@dataclass(frozen=True)
class Written:
    """What a test list says; `xml()` writes it, `signed()` signs it."""

    territory: str = "FI"
    number: int = 7
    type: str = NATIONAL_LIST
    issued: str = ISSUED.strftime("%Y-%m-%dT%H:%M:%SZ")
    next_update: str | None = NEXT.strftime("%Y-%m-%dT%H:%M:%SZ")
    information: tuple[str, ...] = (JOURNAL,)
    pointers: str = ""
    services: str = ""
    attributes: str = ""

    def xml(self) -> bytes:
        update = "" if self.next_update is None else f"<dateTime>{self.next_update}</dateTime>"
        addresses = "".join(f'<URI xml:lang="en">{one}</URI>' for one in self.information)
        providers = (
            f"<TrustServiceProviderList>{self.services}</TrustServiceProviderList>"
            if self.services
            else ""
        )
        return f"""<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"
 xmlns:add="http://uri.etsi.org/02231/v2/additionaltypes#"
 xmlns:sie="http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
 xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"
 TSLTag="http://uri.etsi.org/19612/TSLTag"{self.attributes}><SchemeInformation>
<TSLVersionIdentifier>6</TSLVersionIdentifier>
<TSLSequenceNumber>{self.number}</TSLSequenceNumber><TSLType>{self.type}</TSLType>
<SchemeOperatorName><Name xml:lang="en">Operator of {self.territory}</Name></SchemeOperatorName>
<SchemeOperatorAddress>{ADDRESS}</SchemeOperatorAddress>
<SchemeName><Name xml:lang="en">{self.territory}:test</Name></SchemeName>
<SchemeInformationURI>{addresses}</SchemeInformationURI>
<StatusDeterminationApproach>http://example.org/appropriate</StatusDeterminationApproach>
<SchemeTypeCommunityRules><URI xml:lang="en">http://example.org/rules</URI>
</SchemeTypeCommunityRules><SchemeTerritory>{self.territory}</SchemeTerritory>
<PolicyOrLegalNotice><TSLLegalNotice xml:lang="en">For tests.</TSLLegalNotice>
</PolicyOrLegalNotice><HistoricalInformationPeriod>65535</HistoricalInformationPeriod>
{self.pointers and f"<PointersToOtherTSL>{self.pointers}</PointersToOtherTSL>"}
<ListIssueDateTime>{self.issued}</ListIssueDateTime><NextUpdate>{update}</NextUpdate>
</SchemeInformation>{providers}</TrustServiceStatusList>""".encode()

    def signed(self, by: Party) -> bytes:
        return sign(self.xml(), by)

    def but(self, **changes: object) -> Written:
        return replace(self, **changes)


DS, XADES = "http://www.w3.org/2000/09/xmldsig#", "http://uri.etsi.org/01903/v1.3.2#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
ENVELOPED = f"{DS}enveloped-signature"


def sign(
    xml: bytes,
    by: Party,
    *,
    uri: str = "",
    transforms: Sequence[str] = (ENVELOPED, EXCLUSIVE),
    brings: Sequence[Party] | None = None,
    names: Party | None = None,
    method: str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
) -> bytes:
    """Sign as TS 119 612 annex B asks, with our own code: an oracle beside signxml.

    brings: certificates in KeyInfo, names: the certificate the signed properties name;
    both are the signer's when not given.
    """
    root = etree.fromstring(xml)
    steps = "".join(f'<ds:Transform Algorithm="{one}"/>' for one in transforms)
    held = "".join(
        f"<ds:X509Data><ds:X509Certificate>{_base64(one.der)}</ds:X509Certificate></ds:X509Data>"
        for one in ((by,) if brings is None else brings)
    )
    named = _base64(sha256((names or by).der).digest())
    signature = etree.fromstring(f"""<ds:Signature xmlns:ds="{DS}" Id="sig"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/><ds:SignatureMethod Algorithm="{method}"/>
<ds:Reference URI="{uri}"><ds:Transforms>{steps}</ds:Transforms>
<ds:DigestMethod Algorithm="{SHA256}"/><ds:DigestValue>{_digest(root)}</ds:DigestValue>
</ds:Reference><ds:Reference URI="#props" Type="http://uri.etsi.org/01903#SignedProperties">
<ds:Transforms><ds:Transform Algorithm="{EXCLUSIVE}"/></ds:Transforms>
<ds:DigestMethod Algorithm="{SHA256}"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>
<ds:SignatureValue/><ds:KeyInfo>{held}</ds:KeyInfo><ds:Object>
<xades:QualifyingProperties xmlns:xades="{XADES}" Target="#sig">
<xades:SignedProperties Id="props"><xades:SignedSignatureProperties>
<xades:SigningTime>2026-10-25T10:00:00Z</xades:SigningTime><xades:SigningCertificateV2>
<xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm="{SHA256}"/>
<ds:DigestValue>{named}</ds:DigestValue></xades:CertDigest></xades:Cert>
</xades:SigningCertificateV2></xades:SignedSignatureProperties></xades:SignedProperties>
</xades:QualifyingProperties></ds:Object></ds:Signature>""")
    if not brings and brings is not None:
        signature.remove(signature.find(f"{{{DS}}}KeyInfo"))
    root.append(signature)
    values = signature.findall(f".//{{{DS}}}Reference/{{{DS}}}DigestValue")
    values[1].text = _digest(signature.find(f".//{{{XADES}}}SignedProperties"))
    information = signature.find(f"{{{DS}}}SignedInfo")
    made = by.key.sign(_canonical(information), ec.ECDSA(hashes.SHA256()))
    signature.find(f"{{{DS}}}SignatureValue").text = _base64(_joined(made))
    return etree.tostring(root)


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def _digest(element: etree._Element) -> str:
    return _base64(sha256(_canonical(element)).digest())


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()


def _joined(signature: bytes) -> bytes:
    r, s = decode_dss_signature(signature)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def pointer(
    territory: str, *signers: Party, type: str = NATIONAL_LIST, location: str | None = None
) -> str:
    held = "".join(_digital_id(one) for one in signers)
    return f"""<OtherTSLPointer><ServiceDigitalIdentities><ServiceDigitalIdentity>{held}
</ServiceDigitalIdentity></ServiceDigitalIdentities>
<TSLLocation>{location or f"https://example.org/{territory}.xml"}</TSLLocation>
<AdditionalInformation><OtherInformation><TSLType>{type}</TSLType></OtherInformation>
<OtherInformation><SchemeTerritory>{territory}</SchemeTerritory></OtherInformation>
<OtherInformation><add:MimeType>application/vnd.etsi.tsl+xml</add:MimeType></OtherInformation>
</AdditionalInformation></OtherTSLPointer>"""


def _digital_id(one: Party) -> str:
    text = _base64(one.der)
    return f"<DigitalId><X509Certificate>{text}</X509Certificate></DigitalId>"


def service(
    authority: Party,
    *,
    status: str = GRANTED,
    since: datetime = SINCE,
    type: str = CA_QC,
    additional: Sequence[str] = (FOR_SEALS,),
    history: Sequence[tuple[str, datetime]] = (),
    extension: str = "",
    name: str = "Seal authority",
) -> str:
    """Write a provider with one service; history: earlier (status, since)."""
    extensions = _extensions(additional, extension) if additional or extension else ""
    past = "".join(
        f"<ServiceHistoryInstance>{_information(authority, type, name, state, begin, extensions)}"
        "</ServiceHistoryInstance>"
        for state, begin in history
    )
    stated = _information(authority, type, name, status, since, extensions)
    return f"""<TrustServiceProvider><TSPInformation><TSPName><Name xml:lang="en">Provider
</Name></TSPName><TSPAddress>{ADDRESS}</TSPAddress><TSPInformationURI>
<URI xml:lang="en">https://example.org</URI></TSPInformationURI></TSPInformation>
<TSPServices><TSPService><ServiceInformation>{stated}
</ServiceInformation>{past and f"<ServiceHistory>{past}</ServiceHistory>"}</TSPService>
</TSPServices></TrustServiceProvider>"""


def _extensions(additional: Sequence[str], extension: str) -> str:
    listed = "".join(
        '<Extension Critical="true"><AdditionalServiceInformation><URI xml:lang="en">'
        f"{one}</URI></AdditionalServiceInformation></Extension>"
        for one in additional
    )
    return f"<ServiceInformationExtensions>{listed}{extension}</ServiceInformationExtensions>"


def _information(
    authority: Party, type: str, name: str, status: str, since: datetime, extensions: str
) -> str:
    return f"""<ServiceTypeIdentifier>{type}</ServiceTypeIdentifier>
<ServiceName><Name xml:lang="en">{name}</Name></ServiceName>
<ServiceDigitalIdentity>{_digital_id(authority)}</ServiceDigitalIdentity>
<ServiceStatus>{status}</ServiceStatus>
<StatusStartingTime>{since.strftime("%Y-%m-%dT%H:%M:%SZ")}</StatusStartingTime>{extensions}"""


def qualification(qualifier: str, criteria: str, join: str = "all") -> str:
    return f"""<Extension Critical="true"><sie:Qualifications><sie:QualificationElement>
<sie:Qualifiers><sie:Qualifier uri="http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/{qualifier}"
/></sie:Qualifiers><sie:CriteriaList assert="{join}">{criteria}</sie:CriteriaList>
</sie:QualificationElement></sie:Qualifications></Extension>"""


def policy_criterion(*identifiers: str) -> str:
    held = "".join(
        f"<sie:PolicyIdentifier><xades:Identifier>{one}</xades:Identifier></sie:PolicyIdentifier>"
        for one in identifiers
    )
    return f"<sie:PolicySet>{held}</sie:PolicySet>"


COMMISSION = party("Commission")
OPERATOR = party("Operator of FI")
AUTHORITY = party("Seal authority", is_authority=True)
SEAL = party("University", AUTHORITY, statements=QUALIFIED_IN_DEVICE)


def list_of_lists(*pointers: str, number: int = 40, **changes: object) -> Written:
    """Write a list of lists that names its own signer, and the list of FI when none is given."""
    own = pointer("EU", COMMISSION, type=LIST_OF_LISTS)
    named = pointers or (pointer("FI", OPERATOR),)
    told = Written(
        territory="EU", number=number, type=LIST_OF_LISTS, pointers="".join((own, *named))
    )
    return told.but(**changes)


def national(*services: str, **changes: object) -> Written:
    """Write the list of FI."""
    return Written(services="".join(services) or service(AUTHORITY)).but(**changes)


def tree(
    *services: str,
    lotl: bytes | None = None,
    nation: bytes | None = None,
    more: Sequence[tuple[str, bytes]] = (),
    anchors: Sequence[Party] = (COMMISSION,),
    fetched_at: datetime | None = None,
) -> Hierarchy:
    """Return a hierarchy of a list of lists and one national list, as signed as asked."""
    top = list_of_lists().signed(COMMISSION) if lotl is None else lotl
    below = national(*services).signed(OPERATOR) if nation is None else nation
    files = [("lotl.xml", top), ("list-FI.xml", below), *more]
    return Hierarchy(hold(files, [one.anchor for one in anchors], fetched_at))

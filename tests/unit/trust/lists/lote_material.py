"""Lists of trusted entities (JSON) for the tests: written and sealed by our own code."""

import json
from base64 import b64encode
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from tests.unit.trust.lists.material import AUTHORITY, ISSUED, NEXT, party

from tessera.seals.base64text import to_base64url

OPERATOR, OTHER = party("Operator of FI"), party("Operator of entities")
BASE = "http://uri.etsi.org/19602"
ISSUANCE = f"{BASE}/SvcType/WRPAC/Issuance"
PUB_EAA = f"{BASE}/SvcType/PubEAA/Issuance"
NOTIFIED = f"{BASE}/PubEAAProvidersList/SvcStatus/notified"


def day(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def words(text):
    return [{"lang": "en", "value": text}]


def identity(*parties):
    return {"X509Certificates": [{"val": b64encode(one.der).decode()} for one in parties]}


def written(
    operator="Operator of FI", pointers=(), *, service=ISSUANCE, status=None, listed=AUTHORITY,
    **changes,
):  # fmt: skip
    """service, status: of the one entity, University. changes: of the scheme information."""
    scheme = {
        "LoTEVersionIdentifier": 1,
        "LoTESequenceNumber": 3,
        "LoTEType": f"{BASE}/LoTEType/EUPubEAAProvidersList",
        "SchemeOperatorName": words(operator),
        "SchemeTerritory": "FI",
        "ListIssueDateTime": day(ISSUED),
        "NextUpdate": day(NEXT),
    } | changes
    if pointers:
        scheme["PointersToOtherLoTE"] = list(pointers)
    information = {
        "ServiceName": words("Attestations"),
        "ServiceDigitalIdentity": identity(listed),
        "ServiceTypeIdentifier": service,
    }
    if status is not None:
        information |= {"ServiceStatus": status, "StatusStartingTime": day(ISSUED)}
    entity = {
        "TrustedEntityInformation": {
            "TEName": words("University"),
            "TEAddress": {},
            "TEInformationURI": [{"lang": "en", "uriValue": "https://example.org"}],
        },
        "TrustedEntityServices": [{"ServiceInformation": information}],
    }
    return {"LoTE": {"ListAndSchemeInformation": scheme, "TrustedEntitiesList": [entity]}}


def pointed(location, signer):
    """A pointer to another list."""
    return {
        "LoTELocation": location,
        "ServiceDigitalIdentities": [identity(signer)],
        "LoTEQualifiers": [{"LoTEType": "x", "SchemeOperatorName": words("x"), "MimeType": "x"}],
    }


def sealed(content, by=OPERATOR, **header):
    held = {
        "alg": "ES256",
        "typ": "JOSE",
        "x5c": [b64encode(by.der).decode()],
        "x5t#S256": to_base64url(sha256(by.der).digest()),
        "iat": int(ISSUED.timestamp()),
    } | header
    parts = [to_base64url(json.dumps(one).encode()) for one in (held, content)]
    r, s = decode_dss_signature(by.key.sign(".".join(parts).encode(), ec.ECDSA(hashes.SHA256())))
    return ".".join((*parts, to_base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big")))).encode()

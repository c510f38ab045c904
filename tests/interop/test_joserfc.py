"""joserfc (Python) and we verify each other's signatures and refuse the same forgeries.

joserfc knows JWS and RFC 7797, nothing of JAdES: the names that may be critical are
registered with it, and the header of the seals it makes is written here by hand from
ETSI TS 119 182-1. It needs no installation beyond the development environment.
"""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.metadata import version

import pytest
from cryptography.x509 import load_der_x509_certificate
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import HeaderMember, JWSRegistry
from joserfc.registry import HeaderParameter

from tessera.seals.jades import Profile
from tests.interop import material

LABEL = f"joserfc {version('joserfc')}"
PAIRS = [(algorithm, profile) for algorithm in material.ALGORITHMS for profile in Profile]
named = pytest.mark.parametrize(
    ("algorithm", "profile"), PAIRS, ids=lambda value: getattr(value, "value", value)
)


def _registry() -> JWSRegistry:
    registry = JWSRegistry(
        header_registry={
            "sigT": HeaderParameter("sigT", "str"),
            "iat": HeaderParameter("iat", "int"),
        },
        algorithms=["RS256", "ES256"],
        strict_check_header=False,
    )
    registry.max_header_length = registry.max_payload_length = 10_000_000
    return registry


def _public(der: bytes, algorithm: str) -> ECKey | RSAKey:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    spki = load_der_x509_certificate(der).public_key()
    pem = spki.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return (ECKey if algorithm == "ES256" else RSAKey).import_key(pem)


def _accepts(raw: bytes) -> bool:
    """Whether joserfc verifies every signature with the certificate in its header."""
    value = json.loads(raw)

    def key_of(member: HeaderMember) -> ECKey | RSAKey:
        headers = member.headers()
        der = base64.b64decode(headers["x5c"][0])
        stated = headers["x5t#S256"]
        if stated != base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode():
            raise ValueError("the certificate is not the one named in the header")
        return _public(der, headers["alg"])

    try:
        jws.deserialize_json(value, key_of, registry=_registry())
    except (JoseError, ValueError):
        return False
    return True


@named
def test_joserfc_accepts_our_seals(matrix, algorithm, profile):
    assert _accepts(material.sealed(algorithm, profile))
    matrix.count(LABEL, algorithm, profile.value, "we seal, peer accepts")


@pytest.mark.parametrize("profile", Profile, ids=lambda profile: profile.value)
def test_joserfc_accepts_three_seals_on_one_file(profile):
    assert _accepts(material.sealed_by_three(profile))


@named
@pytest.mark.parametrize("what", material.FORGERIES)
def test_joserfc_and_we_refuse_the_same_forgeries_of_our_seals(matrix, algorithm, profile, what):
    raw = material.forged(material.sealed(algorithm, profile), what)
    assert not _accepts(raw)
    assert not material.accepted_by_us(raw)
    matrix.count(LABEL, algorithm, profile.value, "forged, both refuse")


def _header(algorithm: str, profile: Profile, *, b64: bool) -> dict[str, object]:
    chain = material.key(algorithm).chain
    digest = hashlib.sha256(chain[0]).digest()
    header: dict[str, object] = {
        "alg": algorithm,
        "cty": "json",
        "x5t#S256": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "x5c": [base64.b64encode(one).decode() for one in chain],
        "typ": "jose+json",
    }
    critical = []
    if not b64:
        header["b64"] = False
        critical.append("b64")
    if profile is Profile.EUROPASS:
        header["sigT"] = f"{material.NOW:%Y-%m-%dT%H:%M:%SZ}"
        critical.append("sigT")
    else:
        header["iat"] = int(material.NOW.timestamp())
    return header | ({"crit": critical} if critical else {})


def _sealed_by_joserfc(algorithm: str, profile: Profile, form: str, *, b64: bool) -> bytes:
    key = (ECKey if algorithm == "ES256" else RSAKey).import_key(material.key(algorithm).pem)
    header = _header(algorithm, profile, b64=b64)
    if form == "compact":
        text = jws.serialize_compact(header, material.document(), key, registry=_registry())
        return text.encode()
    member = {"protected": header}
    made = jws.serialize_json(
        [member] if form == "general" else member, material.document(), key, registry=_registry()
    )
    return json.dumps(made, ensure_ascii=False).encode()


FORMS = [("general", True), ("general", False), ("flattened", True), ("flattened", False),
         ("compact", True)]  # fmt: skip


@named
@pytest.mark.parametrize(("form", "b64"), FORMS)
def test_we_accept_what_joserfc_seals_and_both_refuse_forgeries_of_it(
    matrix, algorithm, profile, form, b64
):
    raw = _sealed_by_joserfc(algorithm, profile, form, b64=b64)
    assert material.accepted_by_us(raw)
    assert material.examined(raw).format == "elm"
    matrix.count(LABEL, algorithm, profile.value, "peer seals, we accept")
    for what in material.FORGERIES:
        broken = material.forged(raw, what)
        assert not material.accepted_by_us(broken), what
        if form != "compact":
            assert not _accepts(broken), what
            matrix.count(LABEL, algorithm, profile.value, "forged, both refuse")

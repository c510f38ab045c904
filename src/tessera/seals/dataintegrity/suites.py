"""The cryptosuites: how a document becomes bytes, which hash, which keys.

Source: W3C Data Integrity EdDSA Cryptosuites 1.0 sections 3.2 to 3.4; W3C Data Integrity
ECDSA Cryptosuites 1.0 sections 3.2 to 3.4; 1EdTech Open Badges 3.0 section 8 for the
superseded name `eddsa-2022`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

Canonical = Literal["rdfc", "jcs", "sd"]
DATA_INTEGRITY_PROOF = "DataIntegrityProof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """One cryptosuite. family: "eddsa" or "ecdsa". instead: the name that superseded this one."""

    id: str
    canonical: Canonical
    family: Literal["eddsa", "ecdsa"]
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What a kind of key means: its JOSE algorithm, the hash, the length of a signature."""

    algorithm: str
    hash: str
    octets: int


SUITES = {
    one.id: one
    for one in (
        Suite(id="eddsa-rdfc-2022", canonical="rdfc", family="eddsa"),
        Suite(id="eddsa-jcs-2022", canonical="jcs", family="eddsa"),
        Suite(id="ecdsa-rdfc-2019", canonical="rdfc", family="ecdsa"),
        Suite(id="ecdsa-jcs-2019", canonical="jcs", family="ecdsa"),
        Suite(id="ecdsa-sd-2023", canonical="sd", family="ecdsa"),
        Suite(id="eddsa-2022", canonical="rdfc", family="eddsa", instead="eddsa-rdfc-2022"),
        Suite(
            id="Ed25519Signature2020", canonical="rdfc", family="eddsa", instead="eddsa-rdfc-2022"
        ),
    )
}
WRITTEN = ("eddsa-rdfc-2022", "ecdsa-rdfc-2019", "eddsa-jcs-2022", "ecdsa-jcs-2019")
CURVES = {
    "EdDSA": Curve(algorithm="EdDSA", hash="sha256", octets=64),
    "ES256": Curve(algorithm="ES256", hash="sha256", octets=64),
    "ES384": Curve(algorithm="ES384", hash="sha384", octets=96),
}
_FAMILIES = {"EdDSA": "eddsa", "ES256": "ecdsa", "ES384": "ecdsa"}


def suite_of(kind: object, cryptosuite: object) -> Suite | None:
    """Return the suite that a proof names by `type` and `cryptosuite`; None if unknown."""
    name = cryptosuite if kind == DATA_INTEGRITY_PROOF else kind
    if not isinstance(name, str) or (name.startswith("Ed") != (kind != DATA_INTEGRITY_PROOF)):
        return None
    return SUITES.get(name)


def algorithm_of(key: PublicKeyTypes) -> str | None:
    """Return the JOSE algorithm of a public key of these suites: EdDSA, ES256 or ES384."""
    edwards, weierstrass = _kinds()
    if isinstance(key, edwards):
        return "EdDSA"
    if isinstance(key, weierstrass):
        return {"secp256r1": "ES256", "secp384r1": "ES384"}.get(key.curve.name)
    return None


@cache
def _kinds() -> tuple[Any, Any]:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    return ed25519.Ed25519PublicKey, ec.EllipticCurvePublicKey


def fits(suite: Suite, algorithm: str | None) -> bool:
    """Tell whether keys of this algorithm may be used with the suite."""
    if suite.canonical == "sd":
        return algorithm == "ES256"
    return algorithm is not None and _FAMILIES.get(algorithm) == suite.family

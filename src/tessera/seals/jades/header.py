"""The protected header of a JAdES seal: names, profiles, and how one is written.

Source: WIRE-ELM section 3 (order and members as the Commission's own software
writes them) and section 7 (two profiles); ETSI TS 119 182-1 V1.2.1 clauses 5.1, 5.2.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tessera.errors import KeyRefusedError
from tessera.seals.algorithms import refuse_for_advanced_seal
from tessera.seals.base64text import to_base64url
from tessera.seals.certificates import issuer_serial

if TYPE_CHECKING:
    from tessera.seals.protocol import SigningKey

CERTIFICATE_REFERENCES = ("x5t#S256", "x5t#o", "sigX5ts")
UNDERSTOOD_CRITICAL = frozenset(
    {"b64", "sigT", "iat", "exp", "adoTst", "x5t#o", "sigX5ts", "sigD", "srCms", "sigPl",
     "srAts", "sigPId", "etsiU"}
)  # fmt: skip
# All but the unsigned properties themselves have to be covered by the signature.
SIGNED_ONLY = (UNDERSTOOD_CRITICAL | {"alg", "x5t#S256"}) - {"etsiU"}
DIGESTS = {"S256": "sha256", "S384": "sha384", "S512": "sha512"}


class Profile(StrEnum):
    """Which header family to write; reading accepts both."""

    EUROPASS = "europass"  # sigT, critical: what Europass writes and reads
    ETSI_1_2 = "etsi-1.2"  # iat, as V1.2.1 of the standard asks


@dataclass(frozen=True, slots=True, kw_only=True)
class JadesOptions:
    """How to seal.

    content_type: the `cty` header parameter, the media type without "application/".
    """

    profile: Profile = Profile.EUROPASS
    content_type: str = "json"


def protected_header(key: SigningKey, at: datetime, options: JadesOptions) -> dict[str, Any]:
    """Return the members of the protected header in the order of WIRE-ELM section 3.

    at: aware; written in whole seconds, UTC. Raises: KeyRefusedError.
    """
    refuse_for_advanced_seal(key.alg)
    if not key.certificate_chain:
        raise KeyRefusedError("The key has no certificate; a seal needs one that names the sealer.")
    leaf, moment = key.certificate_chain[0], at.astimezone(UTC)
    header: dict[str, Any] = {
        "alg": key.alg,
        "cty": options.content_type,
        "kid": b64encode(issuer_serial(leaf)).decode("ascii"),
        "x5t#S256": to_base64url(hashlib.sha256(leaf).digest()),
        "x5c": [b64encode(certificate).decode("ascii") for certificate in key.certificate_chain],
        "typ": "jose+json",
        "b64": False,
    }
    if options.profile is Profile.ETSI_1_2:
        header["iat"] = int(moment.timestamp())
        header["crit"] = ["b64"]
    else:
        header["sigT"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        header["crit"] = ["b64", "sigT"]
    return header

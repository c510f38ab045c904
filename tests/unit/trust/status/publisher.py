"""A publisher of status lists that shares no code with ours: joserfc, cbor2 and openvc-core."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from joserfc import jws
from joserfc.jwk import ECKey
from openvc.status import bitstring, token_status_list

from tessera.errors import TesseraError
from tessera.seals.base64text import to_base64url

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
NOW = int(AT.timestamp())
URL = "https://status.example.edu/mc/1"


@dataclass(frozen=True)
class Publisher:
    """One key under a did:jwk, made anew."""

    key: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls) -> Publisher:
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @cached_property
    def jwk(self) -> ECKey:
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return ECKey.import_key(pem)

    @cached_property
    def did(self) -> str:
        public = {k: v for k, v in self.jwk.as_dict(private=False).items() if k != "kid"}
        return f"did:jwk:{to_base64url(json.dumps(public).encode())}"

    def jwt(self, claims: dict, *, typ: str | None = "statuslist+jwt", **header) -> bytes:
        protected = {"alg": "ES256", "kid": f"{self.did}#0", "typ": typ, **header}
        protected = {name: value for name, value in protected.items() if value is not None}
        registry = jws.JWSRegistry(strict_check_header=False)
        registry.check_header = lambda header: None  # a publisher may write nonsense
        return jws.serialize_compact(
            protected, json.dumps(claims).encode(), self.jwk, registry=registry
        ).encode()

    def cwt(self, claims: dict, *, typ: str = "application/statuslist+cwt") -> bytes:
        """Claims by their CBOR numbers, signed as RFC 9052 section 4.4 says."""
        protected = cbor2.dumps({1: -7, 16: typ})
        payload = cbor2.dumps(claims)
        to_sign = cbor2.dumps(["Signature1", protected, b"", payload])
        r, s = utils.decode_dss_signature(self.key.sign(to_sign, ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        kid = f"{self.did}#0".encode()
        return cbor2.dumps(cbor2.CBORTag(18, [protected, {4: kid}, payload, signature]))

    def credential(self, document: dict) -> bytes:
        """A `vc+jwt` as W3C VC-JOSE-COSE section 3.1.1 writes it."""
        return self.jwt(document, typ="vc+jwt", cty="vc", iss=document.get("issuer"))


def token_claims(statuses: dict[int, int], *, bits: int = 2, size: int = 64, **more) -> dict:
    packed = token_status_list.new_status_list(size, bits=bits)
    for at, value in statuses.items():
        token_status_list.set_status(packed, at, value, bits=bits)
    lst = token_status_list.encode_status_list(bytes(packed))
    claims = {"sub": URL, "iat": NOW - 60, "exp": NOW + 3600, "ttl": 600,
              "status_list": {"bits": bits, "lst": lst}, **more}  # fmt: skip
    return {name: value for name, value in claims.items() if value is not None}


def list_document(issuer: str, revoked: list[int], *, size: int = 131_072, **more) -> dict:
    bits = bitstring.new_bitstring(size)
    for at in revoked:
        bitstring.set_status_bit(bits, at, 1)
    subject = {"id": f"{URL}#list", "type": "BitstringStatusList", "statusPurpose": "revocation",
               "encodedList": bitstring.encode_bitstring(bytes(bits))}  # fmt: skip
    subject |= more.pop("subject", {})
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": URL,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": "2026-11-25T11:00:00Z",
        "validUntil": "2026-11-26T11:00:00Z",
        "credentialSubject": {k: v for k, v in subject.items() if v is not None},
        **more,
    }


class Network:
    """A fetcher with the answers it was given; it counts what is asked of it."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def get(self, url: str, *, max_bytes: int) -> bytes:
        self.asked.append(url)
        if url not in self.answers:
            raise TesseraError(f"{url} could not be reached.")
        return self.answers[url]

"""What the base contexts of the data model protect: terms that no other context may redefine.

Facts of https://www.w3.org/ns/credentials/v2 and https://www.w3.org/2018/credentials/v1. None
stands for a term whose definition has more to it than an IRI: any other definition differs.

Source: Verifiable Credentials Data Model 2.0, B.1; 1.1, B.1; JSON-LD 1.1, 4.1.11.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tessera.formats.vcdm import terms

_CREDENTIALS = "https://www.w3.org/2018/credentials#"
_SECURITY = "https://w3id.org/security#"
_STATUS = "https://www.w3.org/ns/credentials/status#"

# Type → its IRI.
TYPES: Mapping[str, Mapping[str, str]] = {
    terms.V2: {
        "VerifiableCredential": _CREDENTIALS + "VerifiableCredential",
        "EnvelopedVerifiableCredential": _CREDENTIALS + "EnvelopedVerifiableCredential",
        "VerifiablePresentation": _CREDENTIALS + "VerifiablePresentation",
        "EnvelopedVerifiablePresentation": _CREDENTIALS + "EnvelopedVerifiablePresentation",
        "JsonSchemaCredential": _CREDENTIALS + "JsonSchemaCredential",
        "JsonSchema": _CREDENTIALS + "JsonSchema",
        "BitstringStatusListCredential": _STATUS + "BitstringStatusListCredential",
        "BitstringStatusList": _STATUS + "BitstringStatusList",
        "BitstringStatusListEntry": _STATUS + "BitstringStatusListEntry",
        "DataIntegrityProof": _SECURITY + "DataIntegrityProof",
    },
    terms.V1: {
        "VerifiableCredential": _CREDENTIALS + "VerifiableCredential",
        "VerifiablePresentation": _CREDENTIALS + "VerifiablePresentation",
        "JsonSchemaValidator2018": _CREDENTIALS + "JsonSchemaValidator2018",
        "ManualRefreshService2018": _CREDENTIALS + "ManualRefreshService2018",
        "EcdsaSecp256k1Signature2019": _SECURITY + "EcdsaSecp256k1Signature2019",
        "EcdsaSecp256r1Signature2019": _SECURITY + "EcdsaSecp256r1Signature2019",
        "Ed25519Signature2018": _SECURITY + "Ed25519Signature2018",
        "RsaSignature2018": _SECURITY + "RsaSignature2018",
    },
}
_JWT = ("_sd", "_sd_alg", "aud", "cnf", "exp", "iat", "iss", "jku", "kid", "nbf", "sub", "x5u")
# Term → its whole definition, or None.
PROTECTED: Mapping[str, Mapping[str, Any]] = {
    terms.V2: {
        **dict.fromkeys((*TYPES[terms.V2], *_JWT)),
        "...": None,
        "id": "@id",
        "type": "@type",
        "name": "https://schema.org/name",
        "description": "https://schema.org/description",
        "digestMultibase": {
            "@id": _SECURITY + "digestMultibase",
            "@type": _SECURITY + "multibase",
        },
        "digestSRI": {"@id": _CREDENTIALS + "digestSRI", "@type": _CREDENTIALS + "sriString"},
        "mediaType": "https://schema.org/encodingFormat",
        "EnvelopedVerifiableCredential": _CREDENTIALS + "EnvelopedVerifiableCredential",
        "EnvelopedVerifiablePresentation": _CREDENTIALS + "EnvelopedVerifiablePresentation",
        "JsonSchemaCredential": _CREDENTIALS + "JsonSchemaCredential",
        "BitstringStatusListCredential": _STATUS + "BitstringStatusListCredential",
    },
    terms.V1: {
        **dict.fromkeys(TYPES[terms.V1]),
        "id": "@id",
        "type": "@type",
        "proof": None,
    },
}

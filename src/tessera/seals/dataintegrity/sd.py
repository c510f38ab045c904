"""`ecdsa-sd-2023`: verification of base and derived proofs, with parts of openvc-core.

A holder derives from a base proof a document that shows only a part. openvc verifies the
derived one. The standard has no verification of a base proof; it is told by what it holds:
1. take the statements that have to stay apart from the others (mandatory pointers),
2. the signature of the issuer fits the first, 3 one of the key made for this document fits
each of the others. Nothing is issued with this suite.

Source: W3C Data Integrity ECDSA Cryptosuites 1.0 sections 3.4.8, 3.6.2, 3.6.4 and 3.6.7.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tessera.report import Finding, Outcome
from tessera.seals.algorithms import verify_signature
from tessera.seals.multikey import from_multikey, to_base58btc

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

    from tessera.standards.contexts import Contexts

_BASE = "u2V0A"  # the multibase letter and the CBOR tag of a base proof, 0xd95d00
_SOURCE = "W3C Data Integrity ECDSA Cryptosuites 1.0 section 3.6"


def sd_finding(
    document: Mapping[str, Any], proof: Mapping[str, Any], key: PublicKeyTypes, contexts: Contexts
) -> Finding:
    """Return `seal.signature` for a proof whose document has a canonical form already."""
    from openvc.errors import OpenvcError

    is_base = str(proof.get("proofValue")).startswith(_BASE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            holds = (_base_holds if is_base else _derived_holds)(document, proof, key, contexts)
        said = ""
    except (OpenvcError, ValueError, KeyError, TypeError) as error:
        holds, said = False, str(error)[:200]
    if not holds:
        return Finding.failed(
            "seal.signature",
            "The signatures of the parts do not fit the document: it was altered after sealing, "
            "or the seal was made with another key.",
            evidence={"said": said} if said else {},
            source=_SOURCE,
        )
    return Finding.passed(
        "seal.signature",
        "The signatures fit: the document is unchanged since it was sealed."
        if is_base
        else "The signatures fit: what is shown of the document is unchanged since it was sealed.",
        evidence={"algorithm": "ES256", "proof": "base" if is_base else "derived"},
        source=_SOURCE,
    )


def _derived_holds(
    document: Mapping[str, Any], proof: Mapping[str, Any], key: PublicKeyTypes, contexts: Contexts
) -> bool:
    from openvc.proof.ecdsa_sd import EcdsaSdProofSuite

    from tessera.seals.jwk import to_jwk

    secured = {**document, "proof": dict(proof)}
    EcdsaSdProofSuite().verify(
        secured,
        public_key_jwk=to_jwk(key),
        extra_contexts=_documents(secured, contexts),
        expected_proof_purpose=None,
        check_temporal=False,
    )
    return True


def _base_holds(
    document: Mapping[str, Any], proof: Mapping[str, Any], key: PublicKeyTypes, contexts: Contexts
) -> bool:
    # openvc 1.37 derives wrongly from documents whose blank nodes get other labels when they
    # are fewer, so its parts are used up to there (the W3C vector holds them to it).
    from openvc.proof import ecdsa_sd
    from openvc.proof.contexts import document_loader

    from tessera.seals.dataintegrity.hashing import canonical_bytes, digest, proof_config
    from tessera.seals.dataintegrity.suites import SUITES

    base = ecdsa_sd.decode_base_proof(proof["proofValue"])
    loader = document_loader(_documents({**document}, contexts))
    # 1
    made = ecdsa_sd._transform(dict(document), base["hmac_key"], loader)
    chosen = ecdsa_sd.select_json_ld(base["mandatory_pointers"], made.skolemized_compact)
    apart = ecdsa_sd._selection_lines(chosen or {}, made.skolem_to_hmac, loader)
    mandatory = [line for line in made.relabeled if line in apart]
    others = [line for line in made.relabeled if line not in apart]
    # 2
    suite = SUITES["ecdsa-sd-2023"]
    options = canonical_bytes(proof_config(proof, document, suite), suite, "sha256", contexts)
    signed = digest(options, "sha256") + base["public_key"] + _hash(mandatory)
    if not _fits(key, base["base_signature"], signed) or len(others) != len(base["signatures"]):
        return False
    # 3
    own = from_multikey("z" + to_base58btc(base["public_key"]))
    pairs = zip(others, base["signatures"], strict=True)
    return all(_fits(own, signature, f"{line}\n".encode()) for line, signature in pairs)


def _fits(key: PublicKeyTypes, signature: bytes, signed: bytes) -> bool:
    return verify_signature("ES256", key, signature, signed).outcome is Outcome.PASSED


def _hash(lines: Iterable[str]) -> bytes:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode("utf-8")).digest()


def _documents(secured: Any, contexts: Contexts) -> dict[str, Any]:
    """Return the context documents that a document names, also by way of others."""
    found: dict[str, Any] = {}
    stack = [secured]
    while stack:
        one = stack.pop()
        if isinstance(one, Mapping):
            named = one.get("@context", ())
            for url in named if isinstance(named, list) else [named]:
                if isinstance(url, str) and url not in found and contexts.knows(url):
                    found[url] = dict(contexts.document(url))
                    stack.append(found[url])
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)
    return found

"""From a document and the options of a proof to the bytes that are signed.

1. The proof without its value, and with the context of the document, is canonicalised.
2. The document, with the earlier proofs that a proof of a chain covers, is canonicalised.
3. The hash of 1 and the hash of 2, one after the other, are signed.

Source: W3C Data Integrity EdDSA Cryptosuites 1.0 sections 3.2.3 to 3.2.6 and 3.3.3 to
3.3.6; ECDSA Cryptosuites 1.0 the same sections (SHA-384 in hash and RDFC-1.0 for P-384).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tessera.standards.jcs import jcs
from tessera.standards.rdfc import canonical_nquads

if TYPE_CHECKING:
    from tessera.seals.dataintegrity.suites import Suite
    from tessera.standards.contexts import Contexts


_HASHES = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}


def proof_config(proof: Mapping[str, Any], document: Mapping[str, Any], suite: Suite) -> Any:
    """Return the options that are signed: the proof without its value (sections 3.2.5, 3.3.5).

    A JCS proof states the contexts it was made with; others take those of the document.
    """
    config = {name: value for name, value in proof.items() if name != "proofValue"}
    if suite.canonical != "jcs" and "@context" in document:
        config["@context"] = document["@context"]
    return config


def covered(
    document: Mapping[str, Any], proof: Mapping[str, Any], earlier: tuple[Any, ...], suite: Suite
) -> dict[str, Any]:
    """Return the document as the proof covers it: with the earlier proofs of its chain."""
    made = dict(document)
    if suite.canonical == "jcs" and "@context" in proof:
        made["@context"] = proof["@context"]
    if earlier:
        made["proof"] = list(earlier)
    return made


def canonical_bytes(value: Any, suite: Suite, hash: str, contexts: Contexts) -> bytes:
    """Return the canonical form of a document or of proof options.

    Raises: ContextRefused, CanonicalisationRefused, JcsRefused.
    """
    if suite.canonical == "jcs":
        return jcs(value)
    return canonical_nquads(value, contexts, hash=hash).encode("utf-8")


def digest(content: bytes, hash: str) -> bytes:
    """Hash canonical bytes with the hash of the curve."""
    return _HASHES[hash](content).digest()

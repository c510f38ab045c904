"""Seal a JSON-LD document with an embedded proof.

Steps of `seal_document`: 1 read the document and see that a proof can be told in its
words, 2 refuse what other programs canonicalise differently, 3 write the options of the
proof, 4 sign both hashes, 5 put the proof beside those that are there.

Source: W3C Verifiable Credential Data Integrity 1.0 sections 2.4.1, 4.2 and 4.3; EdDSA
and ECDSA Cryptosuites 1.0 sections 3.2.1 and 3.3.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from tessera.errors import KeyRefusedError, UnreadableError, UsageError
from tessera.seals.certificates import public_key
from tessera.seals.dataintegrity.differences import refuse_order, refuse_values
from tessera.seals.dataintegrity.hashing import canonical_bytes, covered, digest, proof_config
from tessera.seals.dataintegrity.options_rules import PURPOSES, stamp
from tessera.seals.dataintegrity.read import MAX_BYTES, MOST_PROOFS
from tessera.seals.dataintegrity.suites import CURVES, DATA_INTEGRITY_PROOF, SUITES, WRITTEN, Suite
from tessera.seals.multikey import to_base58btc, to_multikey
from tessera.standards.contexts import Contexts, shared
from tessera.standards.expansion import expander
from tessera.standards.jsontext import read_json
from tessera.standards.quads import quads_of
from tessera.standards.rdfc import canonicalise

if TYPE_CHECKING:
    from tessera.seals.protocol import SigningKey

V2 = "https://www.w3.org/ns/credentials/v2"
DATA_INTEGRITY_CONTEXT = "https://w3id.org/security/data-integrity/v2"
_TELL_OF_PROOFS = (V2, DATA_INTEGRITY_CONTEXT)  # contexts with the words of a proof
_DEFAULT_SUITES = {
    "EdDSA": "eddsa-rdfc-2022", "ES256": "ecdsa-rdfc-2019", "ES384": "ecdsa-rdfc-2019",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DataIntegrityOptions:
    """What a proof says of itself.

    cryptosuite: None for the RDFC suite of the key. verification_method: the address of
    the public key; None for the `did:key` of the certificate. created: None for the moment
    of sealing. id, previous: name the proof, and the earlier proofs it also covers.
    contexts: the registry; None for what needs no official files.
    """

    cryptosuite: str | None = None
    verification_method: str | None = None
    purpose: str = "assertionMethod"
    created: datetime | None = None
    expires: datetime | None = None
    challenge: str | None = None
    domain: str | None = None
    nonce: str | None = None
    id: str | None = None
    previous: tuple[str, ...] = ()
    contexts: Contexts | None = None

    def __post_init__(self) -> None:
        if self.cryptosuite is not None and self.cryptosuite not in WRITTEN:
            raise UsageError(
                f"There is no cryptosuite {self.cryptosuite[:40]!r} to seal with; use one of "
                f"{', '.join(WRITTEN)}."
            )
        if self.purpose not in PURPOSES:
            raise UsageError(f"A proof is made for {' or '.join(PURPOSES)}.")


def seal_document(
    document: bytes, key: SigningKey, at: datetime, options: DataIntegrityOptions | None = None
) -> bytes:
    """Return the document with a proof; one that has proofs already gets another.

    Raises: KeyRefusedError for a key that no suite takes; UnreadableError (and its kinds
    ContextRefused, CanonicalisationRefused, PeersDisagreeError) for a document that
    cannot be sealed.
    """
    return orjson.dumps(seal_tree(read_json(document, max_bytes=MAX_BYTES), key, at, options))


def seal_tree(
    document: Any, key: SigningKey, at: datetime, options: DataIntegrityOptions | None = None
) -> dict[str, Any]:
    """Do what `seal_document` does for a parsed document, which stays as it is."""
    chosen = options or DataIntegrityOptions()
    suite = suite_for(key, chosen)
    # 1
    unsecured, proofs = _parted(document)
    told = with_proof_words(unsecured)
    # 2
    refuse_values(told)
    # 3
    proof = proof_options(told, key, at, chosen)
    # 4
    earlier = _earlier(proofs, chosen.previous)
    signed = _hashes(told, proof, earlier, suite, key.alg, chosen.contexts or shared())
    proof["proofValue"] = "z" + to_base58btc(key.sign(signed))
    # 5
    return {**told, "proof": [*proofs, proof] if proofs else proof}


def suite_for(key: SigningKey, options: DataIntegrityOptions) -> Suite:
    """Return the suite to use with a key. Raises: KeyRefusedError if there is none."""
    name = options.cryptosuite or _DEFAULT_SUITES.get(key.alg)
    suite = SUITES.get(name or "")
    family = "eddsa" if key.alg == "EdDSA" else "ecdsa"
    if suite is None or key.alg not in CURVES or suite.family != family:
        raise KeyRefusedError(
            f"Proofs inside a document are made with Ed25519, P-256 or P-384 keys; this is a key "
            f"for {key.alg}" + (f", which {name} does not take." if options.cryptosuite else ".")
        )
    return suite


def proof_options(
    document: Mapping[str, Any], key: SigningKey, at: datetime, options: DataIntegrityOptions
) -> dict[str, Any]:
    """Return the proof without its value."""
    suite = suite_for(key, options)
    moments = {"created": options.created or at, "expires": options.expires}
    said = {
        "id": options.id,
        "type": DATA_INTEGRITY_PROOF,
        "cryptosuite": suite.id,
        **{name: moment and stamp(moment) for name, moment in moments.items()},
        "verificationMethod": options.verification_method or _did_key(key),
        "proofPurpose": options.purpose,
        "challenge": options.challenge,
        "domain": options.domain,
        "nonce": options.nonce,
        "previousProof": _previous(options.previous),
        "@context": document["@context"] if suite.canonical == "jcs" else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def with_proof_words(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with a context that has the words of a proof (section 2.4.1).

    Raises: UnreadableError when it names no context at all.
    """
    stated = document.get("@context")
    several = stated if isinstance(stated, list) else [stated]
    if not stated:
        raise UnreadableError(
            "The document has no @context, so its words mean nothing to a signature. Write it as "
            "a verifiable credential first."
        )
    if any(one in _TELL_OF_PROOFS for one in several if isinstance(one, str)):
        return document
    return {**document, "@context": [*several, DATA_INTEGRITY_CONTEXT]}


def _parted(document: Any) -> tuple[dict[str, Any], list[Any]]:
    if not isinstance(document, dict):
        raise UnreadableError("Only a JSON object can have a proof inside.")
    found = document.get("proof", [])
    proofs = found if isinstance(found, list) else [found]
    if len(proofs) >= MOST_PROOFS:
        raise UnreadableError(f"A document has {MOST_PROOFS} proofs at most.")
    return {name: value for name, value in document.items() if name != "proof"}, proofs


def _earlier(proofs: list[Any], names: tuple[str, ...]) -> tuple[Any, ...]:
    by_id = {one["id"]: one for one in proofs if isinstance(one, dict) and "id" in one}
    missing = [name for name in names if name not in by_id]
    if missing:
        raise UsageError(f"There is no proof {missing[0]!r} in the document to follow on.")
    return tuple(by_id[name] for name in names)


def _previous(names: tuple[str, ...]) -> Any:
    return None if not names else names[0] if len(names) == 1 else list(names)


def _did_key(key: SigningKey) -> str:
    """Return the verification method of a key by itself: did:key, named by its certificate."""
    if not key.certificate_chain:
        raise KeyRefusedError(
            "A proof names its key by an address. Say which with the verification method, such "
            "as did:web:example.org#key-1."
        )
    text = to_multikey(public_key(key.certificate_chain[0]))
    return f"did:key:{text}#{text}"


def _hashes(
    document: dict[str, Any], proof: Mapping[str, Any], earlier: tuple[Any, ...], suite: Suite,
    algorithm: str, contexts: Contexts,
) -> bytes:  # fmt: skip
    """Return the bytes to sign; the document is refused if others would sort it differently."""
    hash = CURVES[algorithm].hash
    config = proof_config(proof, document, suite)
    about_proof = digest(canonical_bytes(config, suite, hash, contexts), hash)
    whole = covered(document, proof, earlier, suite)
    if suite.canonical == "jcs":
        content = canonical_bytes(whole, suite, hash, contexts)
    else:
        content = plain_form(whole, hash, contexts)
    return about_proof + digest(content, hash)


def plain_form(document: Any, hash: str, contexts: Contexts) -> bytes:
    """Return the canonical N-Quads of a document that is to be sealed.

    Raises: PeersDisagreeError if others would sort it differently; what expansion raises.
    """
    quads = quads_of(expander(contexts).expand(document))
    refuse_order(quads)
    return canonicalise(quads, hash=hash).encode("utf-8")

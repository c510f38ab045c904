"""The peers for Verifiable Credentials: libraries of others on Node, behind one process.

`VcPeers.ask` runs orders (see node_vc/peer.mjs) and returns the answers. `Party` is somebody
with a key in every form that a peer may ask for, known by the DID of that key.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tessera.seals.certificates import public_key
from tessera.seals.dids import did_of_key
from tessera.seals.jwk import to_jwk
from tessera.standards.contexts import Contexts
from tests.interop import material
from tests.interop.peers import BUILD, HERE, _need, _run

AT = f"{material.JUDGED_AT:%Y-%m-%dT%H:%M:%SZ}"
SEALED_AT = f"{material.NOW:%Y-%m-%dT%H:%M:%SZ}"
_SOURCE = HERE / "node_vc"
_CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
# Peer in orders -> npm package.
PACKAGES = {
    "digitalbazaar": "@digitalbazaar/vc",
    "jose": "jose",
    "did-jwt-vc": "did-jwt-vc",
    "verifier-core": "@digitalcredentials/verifier-core",
    "bitstring": "@digitalbazaar/vc-bitstring-status-list",
    "jwt-status-list": "@sd-jwt/jwt-status-list",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An issuer. method: the name of the key in tokens and proofs; jwk: the private key."""

    key: material.Key
    did: str
    method: str
    jwk: dict[str, Any] = field(repr=False)

    @property
    def document(self) -> dict[str, Any]:
        """The DID document, for those who know the party."""
        public = to_jwk(public_key(self.key.chain[0]))
        method = {"id": self.method, "type": "JsonWebKey", "controller": self.did,
                  "publicKeyJwk": public}  # fmt: skip
        return {"id": self.did, "verificationMethod": [method], "assertionMethod": [self.method]}

    def signing(self) -> dict[str, Any]:
        """What an order to issue says about the key."""
        return {"jwk": self.jwk, "alg": self.key.algorithm, "method": self.method,
                "at": SEALED_AT}  # fmt: skip


@cache
def party(algorithm: str, *, trusted: bool = True) -> Party:
    """Somebody with a test key of that algorithm; not trusted: whom nobody knows."""
    from jwcrypto.jwk import JWK

    key = material.key(algorithm, trusted=trusted)
    did, method = did_of_key(public_key(key.chain[0]))
    private = JWK.from_pem(key.pem).export_private(as_dict=True)
    private.pop("kid", None)  # jwcrypto makes one up
    return Party(key=key, did=did, method=method, jwk=private)


class VcPeers:
    """The Node libraries, locked by package-lock.json."""

    name, version = "libraries for Verifiable Credentials", "on Node"

    def __init__(self) -> None:
        self._home = BUILD / "node-vc"
        self._listed = json.loads((_SOURCE / "package.json").read_text(encoding="utf-8"))

    def title(self, peer: str) -> str:
        """Return the package of a peer and its version."""
        return f"{PACKAGES[peer]} {self._listed['dependencies'][PACKAGES[peer]]}"

    def install(self) -> None:
        """Install the locked packages with npm. Raises: NotHereError."""
        _need("node", "npm")
        self._home.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc", "peer.mjs"):
            shutil.copy(_SOURCE / name, self._home / name)
        lock = hashlib.sha256((_SOURCE / "package-lock.json").read_bytes()).hexdigest()
        ready = self._home / "ready"  # says which packages are there
        if not ready.exists() or ready.read_text(encoding="ascii") != lock:
            ready.unlink(missing_ok=True)
            command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            _run(command, cwd=self._home, doing="Installing libraries for credentials with npm")
            ready.write_text(lock, encoding="ascii")

    def ask(self, *orders: dict[str, Any]) -> list[dict[str, Any]]:
        """Run orders in one process and return the answers in their order."""
        listing = self._home / "orders.json"
        named = [{"at": AT, **one, "name": str(at)} for at, one in enumerate(orders)]
        text = json.dumps({"contexts": contexts(), "orders": named})
        listing.write_text(text, encoding="utf-8")
        out = _run(["node", "peer.mjs", str(listing)], cwd=self._home, doing="Asking the peers")
        answers = [json.loads(line) for line in out.split("\n") if line.startswith("{")]
        assert [one["name"] for one in answers] == [one["name"] for one in named]
        return answers

    def issue(self, peer: str, by: Party, credential: Any, **more: Any) -> Any:
        """Return what a peer issued."""
        [said] = self.ask(
            {"peer": peer, "act": "issue", "credential": credential, **by.signing(), **more}
        )
        assert "result" in said, said["why"]
        return said["result"]

    def verify(self, peer: str, *credentials: Any, at: str = AT) -> list[tuple[bool, str]]:
        """Return whether a peer accepts each credential, and why not."""
        said = self.ask(*({"peer": peer, "act": "verify", "credential": one, "at": at}
                          for one in credentials))  # fmt: skip
        return [(one["valid"], one["why"]) for one in said]


@cache
def contexts() -> dict[str, Any]:
    """The contexts that the peers are given, as we know them."""
    known = Contexts()
    return {url: known.document(url) for url in _CONTEXTS}


VC_PEERS = VcPeers()

"""The two peers for SD-JWT VC: sd-jwt-python in this process, @sd-jwt/sd-jwt-vc on Node.

Both offer the same verbs: `issue`, `present`, `verify`. What a peer refuses, `verify`
returns as None.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Protocol

from tessera.seals.sdjwt import Audience
from tests.cases.sdjwt import Key, tagged
from tests.interop.peers import BUILD, HERE, NotHereError, _need, _run


class Peer(Protocol):
    """Somebody else's SD-JWT VC. frame: what is disclosable, as the peer writes it."""

    name: str
    version: str

    def install(self) -> None: ...
    def issue(self, claims: dict[str, Any], pointers: tuple[str, ...], key: Key) -> str: ...
    def present(self, token: str, shown: Any, holder: Key | None, to: Audience) -> str: ...
    def verify(self, token: str, key: Key, to: Audience | None) -> dict[str, Any] | None: ...


class SdJwtPython:
    """sd-jwt-python, the reference implementation of the editors of RFC 9901."""

    name = "sd-jwt-python"

    def __init__(self) -> None:
        self.version = version("sd-jwt")

    def install(self) -> None:
        """It is a development dependency."""

    def issue(self, claims: dict[str, Any], pointers: tuple[str, ...], key: Key) -> str:
        from sd_jwt.issuer import SDJWTIssuer

        marked = tagged(claims, pointers)
        header = {"typ": "dc+sd-jwt"}
        return str(SDJWTIssuer(marked, key.jwk, extra_header_parameters=header).sd_jwt_issuance)

    def present(self, token: str, shown: Any, holder: Key | None, to: Audience) -> str:
        from sd_jwt.holder import SDJWTHolder

        one = SDJWTHolder(token)
        bound = (to.nonce, to.audience, holder.jwk) if holder else ()
        one.create_presentation(shown, *bound)
        return str(one.sd_jwt_presentation)

    def verify(self, token: str, key: Key, to: Audience | None) -> dict[str, Any] | None:
        from sd_jwt.verifier import SDJWTVerifier

        bound = (to.audience, to.nonce) if to else ()
        try:
            one = SDJWTVerifier(token, lambda *_: key.jwk, *bound)
            return dict(one.get_verified_payload())
        except Exception:  # noqa: BLE001 - whatever a peer raises, it refuses
            return None


class SdJwtJs:
    """@sd-jwt/sd-jwt-vc of the OpenWallet Foundation."""

    name = "@sd-jwt/sd-jwt-vc"

    def __init__(self) -> None:
        listed = json.loads((HERE / "node_sdjwt" / "package.json").read_text(encoding="utf-8"))
        self.version = listed["dependencies"][self.name]
        self._home = BUILD / "node-sdjwt"

    def install(self) -> None:
        """Install the locked package with npm. Raises: NotHereError."""
        _need("node", "npm")
        self._home.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc", "peer.mjs"):
            shutil.copy(HERE / "node_sdjwt" / name, self._home / name)
        if not (self._home / "node_modules" / "@sd-jwt").is_dir():
            command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            _run(command, cwd=self._home, doing="Installing @sd-jwt with npm")

    def issue(self, claims: dict[str, Any], pointers: tuple[str, ...], key: Key) -> str:
        [said] = self.ask(self.issuing(claims, pointers, key))
        return str(said["result"])

    def issuing(
        self, claims: dict[str, Any], pointers: tuple[str, ...], key: Key
    ) -> dict[str, Any]:
        """Return the order to issue; the benchmark times the same."""
        return {"act": "issue", "claims": claims, "frame": frame(claims, pointers),
                "header": {"typ": "dc+sd-jwt"}, "jwk": private(key)}  # fmt: skip

    def present(self, token: str, shown: Any, holder: Key | None, to: Audience) -> str:
        order: dict[str, Any] = {"act": "present", "token": token, "frame": shown}
        if holder:
            binding = {"iat": int(to.at.timestamp()), "aud": to.audience, "nonce": to.nonce}
            order |= {"holder": private(holder), "binding": binding}
        [said] = self.ask(order)
        return str(said["result"])

    def verify(self, token: str, key: Key, to: Audience | None) -> dict[str, Any] | None:
        [said] = self.ask(self.verifying(token, key, to))
        if not said["valid"] or (to is not None and said["binding"]["aud"] != to.audience):
            return None  # the audience is for the caller to compare
        return dict(said["claims"])

    def verifying(self, token: str, key: Key, to: Audience | None) -> dict[str, Any]:
        """Return the order to verify; the benchmark times the same."""
        order = {"act": "verify", "token": token, "jwk": key.public_jwk, "at": AT_SECONDS}
        return order | ({"nonce": to.nonce} if to else {})

    def accepts_metadata(self, document: Mapping[str, Any]) -> tuple[bool, str]:
        [said] = self.ask({"act": "metadata", "document": document})
        return said["valid"], said["why"]

    def ask(self, *orders: dict[str, Any]) -> list[dict[str, Any]]:
        """Run orders in one process and return the answers in their order."""
        listing = self._home / "orders.json"
        named = [{"name": str(at), **one} for at, one in enumerate(orders)]
        listing.write_text(json.dumps({"orders": named}), encoding="utf-8")
        out = _run(["node", "peer.mjs", str(listing)], cwd=self._home, doing="Asking @sd-jwt")
        return [json.loads(line) for line in out.splitlines()]


AT_SECONDS = 1_795_600_000  # 2026-11-25


def private(key: Key) -> dict[str, Any]:
    """Return the private JWK; Node wants no `kid` made up by jwcrypto."""
    found = json.loads(key.jwk.export_private())
    return {name: found[name] for name in ("kty", "crv", "x", "y", "d")}


def frame(value: Any, pointers: tuple[str, ...], path: str = "") -> dict[str, Any]:
    """Write JSON Pointers as a disclosure frame of @sd-jwt: names and indices under `_sd`."""
    found: dict[str, Any] = {}
    items = value.items() if isinstance(value, dict) else enumerate(value)
    hidden = []
    for name, one in items:
        here = f"{path}/{name}"
        if here in pointers or (isinstance(value, list) and f"{path}/*" in pointers):
            hidden.append(name)
        if isinstance(one, dict | list):
            inside = frame(one, pointers, here)
            if inside:
                found[str(name)] = inside
    return found | ({"_sd": hidden} if hidden else {})


__all__ = ["AT_SECONDS", "NotHereError", "Peer", "SdJwtJs", "SdJwtPython", "frame", "private"]

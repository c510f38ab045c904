"""A software token (SoftHSM2) in a folder of its own, for tests; it can be pulled out.

SoftHSM2 is a real PKCS#11 module: it has tokens, PINs and sessions, and only the metal is
missing. Where it is not installed the tests that need it are skipped and say so.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from tessera.seals.keys import SealHolder, TrialAuthority

PIN = "493816"
LABEL = "TEST Registry"


def module() -> Path:
    """Return the module of SoftHSM2, or skip the test."""
    pytest.importorskip("pkcs11", reason="the extra 'keys' is not installed")
    found = [*Path("/usr/lib").glob("softhsm/libsofthsm2.so"),
             *Path("/usr/lib").glob("*/softhsm/libsofthsm2.so")]  # fmt: skip
    if not found or shutil.which("softhsm2-util") is None:
        pytest.skip("softhsm2 is not installed (apt-get install softhsm2)")
    return found[0]


class SoftToken:
    """A folder with tokens, made by `soft_token`."""

    def __init__(self, folder: Path, library: Path) -> None:
        self.folder, self.module = folder, library
        self.config = folder / "softhsm2.conf"
        (folder / "tokens").mkdir(parents=True)
        self.config.write_text(
            f"directories.tokendir = {folder / 'tokens'}\n"
            "objectstore.backend = file\nlog.level = ERROR\n"
        )

    def add_token(self, label: str = LABEL) -> None:
        """Initialise one more token with `PIN`."""
        command = ["softhsm2-util", "--init-token", "--free", "--label", label,
                   "--so-pin", "87654321", "--pin", PIN]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
        self.start_again()

    def start_again(self) -> None:
        """Let the module read its folder anew, as after the reader was plugged in."""
        import pkcs11

        library = pkcs11.lib(str(self.module))
        library.reinitialize()

    def uri(self, *, query: str = "", **named: str) -> str:
        """Return the address of a key: `uri(object="seal")`."""
        path = ";".join(f"{name}={quote(value)}" for name, value in named.items())
        return f"pkcs11:{path}?module-path={self.module}{query}"

    def put(
        self,
        authority: TrialAuthority,
        at: datetime,
        *,
        algorithm: str = "ES256",
        label: str = "seal",
        id: bytes = b"\x01",
        certificates: bool = True,
        asks_each_time: bool = False,
    ) -> list[bytes]:
        """Put a fresh key and its chain on the token; return the chain (DER)."""
        from pkcs11 import Attribute, lib
        from pkcs11.util.ec import decode_ec_private_key
        from pkcs11.util.rsa import decode_rsa_private_key
        from pkcs11.util.x509 import decode_x509_certificate

        store = authority.make_store(SealHolder(), at, b"x", algorithm)
        key, leaf, others = pkcs12.load_key_and_certificates(store, b"x")
        assert leaf is not None
        assert key is not None
        decode = (
            decode_ec_private_key
            if isinstance(key, ec.EllipticCurvePrivateKey)
            else decode_rsa_private_key
        )
        traditional = PrivateFormat.TraditionalOpenSSL
        described = decode(key.private_bytes(Encoding.DER, traditional, NoEncryption()))
        names = {Attribute.LABEL: label, Attribute.TOKEN: True}
        chain = [one.public_bytes(Encoding.DER) for one in (leaf, *others)]
        [token] = list(lib(str(self.module)).get_tokens(token_label=LABEL))
        with token.open(rw=True, user_pin=PIN) as session:
            hidden = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False,
                      Attribute.ALWAYS_AUTHENTICATE: asks_each_time}  # fmt: skip
            session.create_object(
                {**described, **names, **hidden, Attribute.ID: id, Attribute.SIGN: True}
            )
            for number, der in enumerate(chain if certificates else []):
                facts = {**decode_x509_certificate(der), **names}
                session.create_object({**facts, Attribute.ID: id if number == 0 else b"\xca" + id})
        return chain

    def pull(self) -> None:
        """Take the token out."""
        (self.folder / "tokens").rename(self.folder / "pulled")

    def put_back(self) -> None:
        """Put it in again."""
        (self.folder / "pulled").rename(self.folder / "tokens")
        self.start_again()


@contextmanager
def soft_token(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoftToken]:
    """Yield one token `LABEL` with `PIN`; the module sees nothing else."""
    import pkcs11

    token = SoftToken(folder / "softhsm", module())
    monkeypatch.setenv("SOFTHSM2_CONF", str(token.config))
    monkeypatch.setattr("tessera.seals.keys.pkcs11._PAUSE_SECONDS", 0.0)
    token.add_token()
    yield token
    pkcs11.lib(str(token.module)).finalize()

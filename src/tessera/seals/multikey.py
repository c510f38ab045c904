"""Public keys as one short text: Multikey, the text in `did:key` and `publicKeyMultibase`.

A letter names the alphabet (z: base58btc), the first bytes name the kind of key.
Source: W3C Controlled Identifiers 1.0 sections 2.2.2 (Multikey) and 2.4 (Multibase);
W3C CCG did:key 0.9 section 3; the multicodec table (names of key kinds).

>>> from_base58btc(to_base58btc(b"tile"))
b'tile'
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from tessera.errors import UnreadableError
from tessera.seals.base64text import from_base64url

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = bytes(_ALPHABET.find(chr(code)) % 256 for code in range(256))  # 255: no letter
_CHUNK, _TEN_LETTERS = 10, 58**10
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
MOST_LETTERS = 1024  # decoding base58 costs the square of the length
_ED25519, _P256, _P384, _P521 = b"\xed\x01", b"\x80\x24", b"\x81\x24", b"\x82\x24"
_LENGTHS = {_ED25519: 32, _P256: 33, _P384: 49, _P521: 67}


@lru_cache(maxsize=1024)
def from_multikey(text: str) -> PublicKeyTypes:
    """Return the key: Ed25519, or P-256, P-384, P-521 as a compressed point.

    Raises: UnreadableError for another kind, a wrong length or a point off the curve.
    """
    raw = from_multibase(text)
    kind, body = raw[:2], raw[2:]
    if kind not in _LENGTHS:
        raise UnreadableError("The Multikey is of a kind that seals do not use.")
    if len(body) != _LENGTHS[kind]:
        raise UnreadableError("The Multikey has not the length of its kind.")
    return _key(kind, body)


def to_multikey(key: PublicKeyTypes) -> str:
    """Return the Multikey in base58btc. Raises: UnreadableError for RSA and other kinds."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    if isinstance(key, ed25519.Ed25519PublicKey):
        return "z" + to_base58btc(_ED25519 + key.public_bytes_raw())
    kinds = {"secp256r1": _P256, "secp384r1": _P384, "secp521r1": _P521}
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in kinds:
        point = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        return "z" + to_base58btc(kinds[key.curve.name] + point)
    raise UnreadableError(
        "Multikeys and did:key hold Ed25519, P-256, P-384 or P-521 keys only. Use did:web or a "
        "JSON Web Key for this one."
    )


def from_multibase(text: str) -> bytes:
    """Decode base58btc (z) or base64url (u). Raises: UnreadableError."""
    if len(text) > MOST_LETTERS:
        raise UnreadableError(
            f"A key or signature as Multibase has {MOST_LETTERS} letters at most."
        )
    if text.startswith("z"):
        return from_base58btc(text[1:])
    if text.startswith("u"):
        return from_base64url(text[1:])
    raise UnreadableError("The text is not Multibase: it begins with z (base58btc) or u.")


def from_base58btc(text: str) -> bytes:
    """Decode the Bitcoin alphabet. Raises: UnreadableError."""
    if len(text) > MOST_LETTERS:
        raise UnreadableError(f"A text in base58 has {MOST_LETTERS} letters at most.")
    try:
        values = text.encode("ascii").translate(_VALUES)
    except UnicodeEncodeError:
        values = b"\xff"
    if b"\xff" in values:
        strange = next(letter for letter in text if letter not in _ALPHABET)
        raise UnreadableError(f"{strange!r} is no letter of base58.")
    number = 0
    whole = bytes(-len(values) % _CHUNK) + values
    for start in range(0, len(whole), _CHUNK):
        chunk = 0
        for value in whole[start : start + _CHUNK]:
            chunk = chunk * 58 + value
        number = number * _TEN_LETTERS + chunk
    zeros = len(text) - len(text.lstrip("1"))
    return b"\x00" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def to_base58btc(value: bytes) -> str:
    """Encode in the Bitcoin alphabet."""
    number, pairs = int.from_bytes(value, "big"), []
    while number:
        # Ten letters at a time fit a machine word, where dividing is cheap.
        number, chunk = divmod(number, _TEN_LETTERS)
        for _ in range(_CHUNK // 2):
            chunk, pair = divmod(chunk, 58 * 58)
            pairs.append(_PAIRS[pair])
    pairs.reverse()
    zeros = len(value) - len(value.lstrip(b"\x00"))
    return "1" * zeros + "".join(pairs).lstrip("1")


def _key(kind: bytes, body: bytes) -> PublicKeyTypes:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    if kind == _ED25519:
        return ed25519.Ed25519PublicKey.from_public_bytes(body)
    curves: dict[bytes, ec.EllipticCurve] = {
        _P256: ec.SECP256R1(), _P384: ec.SECP384R1(), _P521: ec.SECP521R1(),
    }  # fmt: skip
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(curves[kind], body)
    except ValueError as error:
        raise UnreadableError("The Multikey is no point of its curve.") from error

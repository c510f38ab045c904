"""Take an SD-JWT apart: the signed token, its disclosures, and the key binding, if any.

Compact: `token~disclosure~…~` and behind the last tilde the key binding JWT. JSON: a JWS
whose first unprotected header holds `disclosures` and `kb_jwt`.

Source: RFC 9901 sections 4 and 8; RFC 7515 sections 7.1 and 7.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn

from tessera.errors import UnreadableError
from tessera.seals.base64text import from_base64url
from tessera.seals.sdjwt.refusal import SdJwtRefused
from tessera.standards.jsontext import read_json

MOST_BYTES, MOST_HEADER_BYTES, MOST_SIGNATURES = 8_000_000, 512_000, 32
_MOST_KEPT_LETTERS = 16_384
_JSON_FORM = "RFC 9901 section 8"


class Signed(NamedTuple):
    """One signature as found. path: JSON Pointer of it; "" where there is one alone."""

    protected: str
    signature: str
    path: str = ""


class Parts(NamedTuple):
    """An SD-JWT in its pieces, all still as text; nothing is decoded.

    form: "compact", "flattened-json" or "general-json".
    """

    form: str
    payload: str
    signed: tuple[Signed, ...]
    disclosures: tuple[str, ...]
    binding: str | None = None

    @property
    def bound_text(self) -> str:
        """What `sd_hash` of a key binding covers, in every form: the compact SD-JWT."""
        first = self.signed[0]
        token = f"{first.protected}.{self.payload}.{first.signature}"
        return "~".join((token, *self.disclosures, ""))


def take_apart(raw: bytes) -> Parts:
    """Split an SD-JWT of any form. Raises: UnreadableError when it is none."""
    if len(raw) > MOST_BYTES:
        raise UnreadableError(f"An SD-JWT may have {MOST_BYTES} bytes at most.")
    text = raw.strip()
    return _from_json(text) if text[:1] == b"{" else _from_compact(text)


def _from_compact(text: bytes) -> Parts:
    try:
        pieces = text.decode("ascii").split("~")
    except UnicodeDecodeError as error:
        raise _none() from error
    token = pieces[0].split(".")
    if len(pieces) < 2 or len(token) != 3:
        raise _none()
    protected, payload, signature = token
    return Parts(
        form="compact",
        payload=payload,
        signed=(Signed(protected, signature),),
        disclosures=tuple(pieces[1:-1]),
        binding=pieces[-1] or None,
    )


def _from_json(text: bytes) -> Parts:
    top = read_json(text, max_bytes=MOST_BYTES)
    payload = top.get("payload")
    signatures = top.get("signatures")
    if not isinstance(payload, str):
        raise _none()
    if signatures is None:
        shared = _unprotected(_holding(top, top.get("header")))
        return Parts(form="flattened-json", payload=payload, signed=(_one(top, ""),), **shared)
    if not isinstance(signatures, list) or not 0 < len(signatures) <= MOST_SIGNATURES:
        raise _none()
    signed = tuple(_one(one, f"/signatures/{at}") for at, one in enumerate(signatures))
    shared = _unprotected(_holding(top, signatures[0].get("header")))
    _refuse_later_headers(signatures[1:])
    return Parts(form="general-json", payload=payload, signed=signed, **shared)


def _holding(top: Mapping[str, Any], header: Any) -> Any:
    """Return the object with `disclosures`: the header, or the top (drafts before RFC 9901)."""
    return top if "disclosures" in top else header


def _one(found: Any, path: str) -> Signed:
    protected = found.get("protected") if isinstance(found, dict) else None
    signature = found.get("signature") if isinstance(found, dict) else None
    if not isinstance(protected, str) or not isinstance(signature, str):
        raise _none()
    return Signed(protected, signature, path)


def _unprotected(header: Any) -> dict[str, Any]:
    if not isinstance(header, Mapping) or "disclosures" not in header:
        raise _none()
    disclosures, binding = header["disclosures"], header.get("kb_jwt")
    if not isinstance(disclosures, list) or not all(isinstance(one, str) for one in disclosures):
        _refuse("The member 'disclosures' of the header is not a list of texts.")
    if binding is not None and not isinstance(binding, str):
        _refuse("The member 'kb_jwt' of the header is not a text.")
    return {"disclosures": tuple(disclosures), "binding": binding}


def _refuse_later_headers(signatures: list[Any]) -> None:
    for one in signatures:
        header = one.get("header")
        if isinstance(header, Mapping) and header.keys() & {"disclosures", "kb_jwt"}:
            _refuse("Disclosures stand in another header than the first.")


def is_sd_jwt_json(document: Any) -> bool:
    """Tell whether parsed JSON is an SD-JWT in JSON form; never raises."""
    if not isinstance(document, Mapping) or not isinstance(document.get("payload"), str):
        return False
    signatures = document.get("signatures")
    first = signatures[0] if isinstance(signatures, list) and signatures else document
    header = _holding(document, first.get("header") if isinstance(first, Mapping) else None)
    return isinstance(header, Mapping) and "disclosures" in header


def read_header(text: str) -> Mapping[str, Any]:
    """Decode a protected header that asks for nothing we do not do. Raises: SdJwtRefused."""
    return _kept(text) if len(text) <= _MOST_KEPT_LETTERS else _header(text)


@lru_cache(maxsize=256)
def _kept(text: str) -> Mapping[str, Any]:
    """An issuer writes the same header, with the same certificates, again and again."""
    return MappingProxyType(_header(text))


def _header(text: str) -> dict[str, Any]:
    source = "RFC 7515 sections 4 and 4.1.11; RFC 7797 section 3"
    try:
        header = read_json(from_base64url(text), max_bytes=MOST_HEADER_BYTES)
    except UnreadableError as error:
        raise SdJwtRefused(
            "seal.sdjwt.header", f"The header of the seal cannot be read: {error}", source
        ) from error
    if not isinstance(header, dict):
        raise SdJwtRefused("seal.sdjwt.header", "The header of the seal is no object.", source)
    for name in ("crit", "b64"):
        if name in header:
            raise SdJwtRefused(
                "seal.sdjwt.header",
                f"The header of the seal has the parameter '{name}', which SD-JWT does not use: "
                "what it asks for is not done here.",
                source,
            )
    return header


def read_payload(text: str) -> dict[str, Any]:
    """Decode a payload. Raises: SdJwtRefused."""
    source = "RFC 7519 section 7.2; RFC 9901 section 4.1"
    try:
        payload = read_json(from_base64url(text), max_bytes=MOST_BYTES)
    except UnreadableError as error:
        raise SdJwtRefused(
            "seal.sdjwt.payload", f"The signed payload cannot be read: {error}", source
        ) from error
    if not isinstance(payload, dict):
        raise SdJwtRefused("seal.sdjwt.payload", "The signed payload is no object.", source)
    return payload


def _refuse(sentence: str) -> NoReturn:
    raise SdJwtRefused("seal.sdjwt.container", sentence, _JSON_FORM)


def _none() -> UnreadableError:
    return UnreadableError(
        "It is no SD-JWT: that is a token of three parts with disclosures behind it, each ended "
        "by a tilde (~), or a JSON file with 'disclosures' in the header of its first signature."
    )

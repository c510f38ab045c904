"""Read a PKCS#11 URI: which module, which token, which key, where its PIN lies.

A PIN in the address itself is refused: command lines are seen by everyone on the
machine and kept by the shell.

Source: RFC 7512 sections 2.3 to 2.6.

>>> parse_uri("pkcs11:token=Registry;object=seal?module-path=/usr/lib/p11.so").token
'Registry'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from tessera.errors import UsageError

_PATH = ("token", "manufacturer", "model", "serial", "slot-id", "object", "id", "type")
_QUERY = ("module-path", "pin-source")
# The characters of pk11-pchar and pk11-qchar; "/" and "?" are for the query alone.
_PLAIN = r"[A-Za-z0-9\-._~:\[\]@!$'()*+,=&/?|]"
_VALUE = re.compile(rf"(?:{_PLAIN}|%[0-9A-Fa-f]{{2}})*")
EXAMPLE = "pkcs11:token=Registry;object=seal?module-path=/usr/lib/softhsm/libsofthsm2.so"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAddress:
    """What a PKCS#11 URI names; None where it says nothing.

    object: the label of the key (CKA_LABEL). id: its CKA_ID.
    """

    module: Path
    token: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    slot: int | None = None
    object: str | None = None
    id: bytes | None = None
    pin_source: Path | None = None


def parse_uri(text: str) -> TokenAddress:
    """Return what a PKCS#11 URI names. Raises: UsageError saying how one is written."""
    scheme, _, rest = text.partition(":")
    if scheme.lower() != "pkcs11":
        raise UsageError(f"A key on a token is written like {EXAMPLE}.")
    path, _, query = rest.partition("?")
    found = _attributes(path, ";", _PATH) | _attributes(query, "&", _QUERY)
    if "module-path" not in found:
        raise UsageError(
            "The address of the key does not name the module of the token's maker. Write "
            f"module-path, as in {EXAMPLE}."
        )
    if found.get("type", "private") != "private":
        raise UsageError("A key that seals is of type=private; leave 'type' out of the address.")
    module = Path(unquote(found["module-path"]))
    if not module.is_absolute():
        raise UsageError(f"The module {module} must be named with its whole path.")
    return TokenAddress(
        module=module,
        slot=_number(found.get("slot-id")),
        id=unquote_to_bytes(found["id"]) if found.get("id") else None,
        pin_source=_pin_source(found.get("pin-source")),
        **{
            name: unquote(found[name])
            for name in ("token", "manufacturer", "model", "serial", "object")
            if found.get(name)
        },
    )


def _attributes(text: str, separator: str, known: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, text.split(separator)):
        name, equals, value = part.partition("=")
        if name == "pin-value":
            raise UsageError(
                "A PIN does not belong into the address of a key: others see the command line. "
                "Put it into a file and give --password-file FILE."
            )
        if name not in known or not equals:
            raise UsageError(
                f"The address of the key has '{name}', which is not known here. There are: "
                f"{', '.join((*_PATH, *_QUERY))}."
            )
        if name in found:
            raise UsageError(f"The address of the key names '{name}' twice.")
        if not _VALUE.fullmatch(value):
            raise UsageError(
                f"'{name}' in the address of the key has a character that is written as % and "
                "two digits, such as %20 for a space."
            )
        found[name] = value
    return found


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", text):
        raise UsageError(f"slot-id is a number, not '{text}'.")
    return int(text)


def _pin_source(text: str | None) -> Path | None:
    """Return the file a pin-source names: `file:/path`, `file:///path`, or a path alone."""
    if not text:
        return None
    path = unquote(text)
    if path.lower().startswith("file:"):
        path = path[5:]
        path = path[2:] if path.startswith("//") else path
    if not path.startswith("/"):
        raise UsageError("pin-source names a file by its whole path, such as file:/etc/seal.pin.")
    return Path(path)

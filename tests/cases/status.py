"""The cases of status lists: encoding vectors, held against what their manifest says of them.

Call `judge(case, folder)`; it answers like `tests.cases.harness` does. The vectors are pages
with folded text, as the specification prints them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tessera.errors import UnreadableError
from tessera.trust.status.bits import Order, read, room
from tessera.trust.status.lists import token_list
from tessera.trust.status.packing import from_encoded_list, from_lst, to_encoded_list, to_lst
from tessera.trust.status.tokens import open_jwt

FORMATS = ("status-bitstring", "status-token")
Answer = tuple[bool | None, str | None, str | None, str]
_BYTES = re.compile(r"byte_array = \[([^\]]*)\]")


def judge(case: dict[str, Any], folder: Path) -> Answer:
    """Judge one case of these formats."""
    path = folder / case["path"]
    if not path.is_file():
        return None, None, None, f"the file {path.name} is not here"
    page = path.read_text(encoding="utf-8")
    try:
        if case["format"] == "status-bitstring":
            fits, why = _bitstring(page.strip(), case["reason"])
        elif "_jwt_" in path.name:
            fits, why = _jwt(page)
        else:
            fits, why = _encoding(page, case["reason"])
    except UnreadableError as error:
        return False, "status", "status.list-unreadable", str(error)
    return fits, "status", "status.good" if fits else "status.list-unreadable", why


def _bitstring(encoded: str, reason: str) -> tuple[bool, str]:
    """The manifest says how long the list is and which place alone is set."""
    length, place = (int(one) for one in re.findall(r"\d+", reason)[:2])
    bits = from_encoded_list(encoded)
    found = [
        at for at in range(room(bits, size=1)) if read(bits, at, size=1, order=Order.LEFT_FIRST)
    ]
    again = from_encoded_list(to_encoded_list(bits)) == bits
    return found == [place] and room(bits, size=1) == length and again, f"set: {found[:5]}"


def _encoding(page: str, reason: str) -> tuple[bool, str]:
    """The page shows the bytes and their form in JSON or CBOR, or the reason counts them."""
    shown = _BYTES.search(page)
    text = "".join(line.strip() for line in page[shown.end() if shown else 0 :].splitlines())
    text = text.removeprefix("encoded:")
    inner = json.loads(text) if text.startswith("{") else _cbor(bytes.fromhex(text))
    bits = from_lst(inner["lst"])
    if shown:
        wanted = bytes(int(one, 16) for one in shown[1].split(","))
        fits = bits == wanted
    else:
        fits = len(bits) == int(re.search(r"(\d+) bytes", reason)[1])
    return fits and from_lst(to_lst(bits)) == bits, f"{len(bits)} bytes, {inner['bits']} bits each"


def _cbor(raw: bytes) -> Any:
    import cbor2

    return cbor2.loads(raw)


def _jwt(page: str) -> tuple[bool, str]:
    token = open_jwt("".join(page.split()).encode())
    found = token_list(token.claims)
    return token.algorithm == "ES256", f"{found.places} places, {found.id}"

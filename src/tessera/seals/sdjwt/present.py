"""Show a part of an SD-JWT: choose what is disclosed, and prove to hold it.

Steps of `present`, those of RFC 9901 section 7.2: 1 the SD-JWT is in order and carries no
key binding yet, 2 take the chosen disclosures and those they stand in, 3 put them
together, 4 add the key binding.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import orjson

from tessera.errors import UnreadableError, UsageError
from tessera.seals.sdjwt.binding import Audience, bind
from tessera.seals.sdjwt.read import Held, open_sd_jwt
from tessera.standards.jsontext import read_json

if TYPE_CHECKING:
    from tessera.seals.protocol import OpenedProofs, SigningKey
    from tessera.seals.sdjwt.containers import Parts
    from tessera.seals.sdjwt.placing import Placed


def disclosable(opened: OpenedProofs) -> tuple[str, ...]:
    """Return the JSON Pointers of the claims that can be withheld, as far as disclosed here."""
    processed = opened.proofs[0].held.processed
    return tuple(one.pointer for one in processed.placed) if processed else ()


def present(
    raw: bytes,
    disclose: Iterable[str] | None = None,
    *,
    key: SigningKey | None = None,
    to: Audience | None = None,
) -> bytes:
    """Return the SD-JWT with only these claims disclosed, in the form it had.

    disclose: JSON Pointers as `disclosable` gives them; what contains them is disclosed
    with them, what is inside them only where named. None: everything. key, to: the
    holder's key and whom it is shown to; both or neither.
    Raises: UnreadableError when it is not in order; UsageError for an unknown claim.
    Not checked: the issuer's signature.
    """
    # 1
    opened = open_sd_jwt(raw)
    held: Held = opened.proofs[0].held
    if opened.defects or held.processed is None:
        raise UnreadableError(f"This cannot be presented: {opened.defects[0].message}")
    if held.parts.binding is not None:
        raise UnreadableError(
            "This was already presented to somebody: it carries a key binding. Take the file as "
            "the issuer gave it."
        )
    if (key is None) != (to is None):
        raise UsageError("A key binding needs both the holder's key and whom it is for.")
    # 2
    chosen = _chosen(held.processed.placed, disclose)
    # 3
    texts = tuple(one for one in held.parts.disclosures if one in chosen)
    parts = held.parts._replace(disclosures=texts)
    # 4
    if key is not None and to is not None:
        parts = parts._replace(binding=bind(parts.bound_text, key, to, held.digest_algorithm))
    return _written(raw, parts)


def _chosen(placed: tuple[Placed, ...], disclose: Iterable[str] | None) -> set[str]:
    if disclose is None:
        return {one.disclosure.text for one in placed}
    known = {one.pointer: one for one in placed}
    chosen: set[str] = set()
    for wish in disclose:
        one: Placed | None = known.get(wish)
        if one is None:
            raise UsageError(
                f"'{wish}' cannot be disclosed. These can: {', '.join(known) or 'none'}."
            )
        while one is not None:
            chosen.add(one.disclosure.text)
            one = one.within
    return chosen


def _written(raw: bytes, parts: Parts) -> bytes:
    if parts.form == "compact":
        return (parts.bound_text + (parts.binding or "")).encode("ascii")
    top: dict[str, Any] = read_json(raw.strip(), max_bytes=len(raw))
    first = top["signatures"][0] if parts.form == "general-json" else top
    holding = top if "disclosures" in top else first["header"]
    holding["disclosures"] = list(parts.disclosures)
    if parts.binding is not None:
        holding["kb_jwt"] = parts.binding
    return orjson.dumps(top)

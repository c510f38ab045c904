"""What a status list says of itself, read from its document or claims; whose it is comes later.

One shape for all kinds: the places, how they are packed, what a number in them is about,
and from when to when the list counts. A list that breaks a MUST of its standard cannot be
read, and nothing is concluded from it.

Source: W3C Bitstring Status List 1.0 section 2.2; W3C Status List 2021 (working draft of
27 April 2023); W3C CCG Revocation List 2020; IETF Token Status List sections 4.2, 4.3, 5.1
and 5.2; 1EdTech Revocation List 1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tessera.errors import UnreadableError
from tessera.trust.status.bits import MOST_SIZE, Order, read, room
from tessera.trust.status.packing import from_encoded_list, from_lst

LEAST_PLACES = 131_072  # W3C: 16 KiB of one bit each
_MOST_SECONDS = 100 * 366 * 24 * 3600  # of a time to live; a longer one says nothing
_LATEST = 253_402_300_799  # the last second of the year 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """One list of numbers.

    id: its address by its own word. issuer: who publishes it by its own word. purposes:
    empty for a token list, whose numbers mean the same everywhere. messages: what the
    numbers mean where the purpose is "message". fresh_for: how long a copy may be kept.
    """

    id: str | None
    issuer: str | None
    purposes: tuple[str, ...]
    bits: bytes
    size: int
    order: Order
    issued_at: datetime | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None
    fresh_for: timedelta | None = None
    messages: Mapping[int, str] = field(default_factory=dict)

    @property
    def places(self) -> int:
        """How many credentials the list has room for."""
        return room(self.bits, size=self.size)

    def value(self, place: int) -> int:
        """Return the number at a place. Raises: IndexError outside the list."""
        return read(self.bits, place, size=self.size, order=self.order)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokedIds:
    """A list of 1EdTech: the ids of what was revoked, with the reasons if it tells them."""

    id: str | None
    issuer: str | None
    revoked: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How a kind of list in a credential is written."""

    credential: str
    subject: str
    multibase: bool = True
    purpose: str | None = None  # where the kind knows only one
    source: str = "W3C Bitstring Status List 1.0 section 2.2"


BITSTRING = Wire(credential="BitstringStatusListCredential", subject="BitstringStatusList")
WIRES: Mapping[str, Wire] = {
    "bitstring": BITSTRING,
    "BitstringStatusListEntry": BITSTRING,
    "StatusList2021Entry": Wire(
        credential="StatusList2021Credential", subject="StatusList2021", multibase=False,
        source="W3C Status List 2021, working draft of 27 April 2023, section 4.2",
    ),
    "RevocationList2020Status": Wire(
        credential="RevocationList2020Credential", subject="RevocationList2020",
        multibase=False, purpose="revocation", source="W3C CCG Revocation List 2020 section 2.2",
    ),
}  # fmt: skip


def credential_list(document: Any, wire: Wire, purpose: str) -> StatusList:
    """Read a list that is a credential, for an entry with this purpose.

    A credential may hold several lists; the one that names the purpose is read, else the
    first. Raises: UnreadableError naming what is missing or malformed.
    """
    if not isinstance(document, dict):
        raise UnreadableError("The list is no JSON object.")
    if wire.credential not in _texts(document.get("type")):
        raise UnreadableError(f"The list is no {wire.credential}.")
    subjects = _as_list(document.get("credentialSubject"))
    lists = [
        one for one in subjects if isinstance(one, dict) and wire.subject in _texts(one.get("type"))
    ]
    if not lists:
        raise UnreadableError(f"The list holds no {wire.subject}.")
    subject = next((one for one in lists if purpose in _purposes(one, wire)), lists[0])
    encoded = subject.get("encodedList")
    if not isinstance(encoded, str):
        raise UnreadableError("The list has no encodedList.")
    start = instant(document, "validFrom") or instant(document, "issuanceDate")
    return StatusList(
        id=text(document.get("id")),
        issuer=_issuer(document.get("issuer")),
        purposes=_purposes(subject, wire),
        bits=from_encoded_list(encoded, multibase=wire.multibase),
        size=_size(subject.get("statusSize", 1)),
        order=Order.LEFT_FIRST,
        issued_at=start,
        not_before=start,
        expires_at=instant(document, "validUntil") or instant(document, "expirationDate"),
        fresh_for=_milliseconds(subject.get("ttl")),
        messages=_messages(subject),
    )


def token_list(claims: Any) -> StatusList:
    """Read the claims of a Status List Token, of a CWT under the names that JWT gives them.

    Raises: UnreadableError naming the claim that is missing or malformed.
    """
    if not isinstance(claims, dict):
        raise UnreadableError("The claims of the list are no object.")
    inner = claims.get("status_list")
    if not isinstance(inner, dict):
        raise UnreadableError("The list has no claim status_list.")
    bits, lst = inner.get("bits"), inner.get("lst")
    if isinstance(bits, bool) or bits not in (1, 2, 4, 8):
        raise UnreadableError("The list does not say that its places have 1, 2, 4 or 8 bits.")
    if not isinstance(lst, str | bytes):
        raise UnreadableError("The list has no lst.")
    subject, issued = text(claims.get("sub")), seconds(claims, "iat")
    if subject is None or issued is None:
        raise UnreadableError("The list lacks its own address (sub) or its time (iat).")
    return StatusList(
        id=subject,
        issuer=text(claims.get("iss")),
        purposes=(),
        bits=from_lst(lst),
        size=int(bits),
        order=Order.RIGHT_FIRST,
        issued_at=issued,
        not_before=max(filter(None, (issued, seconds(claims, "nbf")))),
        expires_at=seconds(claims, "exp"),
        fresh_for=_ttl(claims.get("ttl")),
    )


def revoked_ids(document: Any) -> RevokedIds:
    """Read a list of 1EdTech. Raises: UnreadableError."""
    rows = document.get("revokedCredentials") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise UnreadableError("The list has no revokedCredentials.")
    revoked: dict[str, str] = {}
    for row in rows:
        id = row if isinstance(row, str) else row.get("id") if isinstance(row, dict) else None
        if not isinstance(id, str):
            raise UnreadableError("The list names a credential that has no id.")
        # Left out means revoked, too; anything but a clear "false" is taken as bad news.
        if isinstance(row, str) or row.get("revoked", True) is not False:
            reason = row.get("revocationReason") if isinstance(row, dict) else None
            revoked[id] = reason if isinstance(reason, str) else ""
    return RevokedIds(
        id=text(document.get("id")), issuer=_issuer(document.get("issuer")), revoked=revoked
    )


def instant(document: Mapping[str, Any], name: str) -> datetime | None:
    """Return an instant of a credential, or None. Raises: UnreadableError for half a time."""
    stated = document.get(name)
    if stated is None:
        return None
    try:
        found = datetime.fromisoformat(stated) if isinstance(stated, str) else None
        if found is None or found.utcoffset() is None:
            raise ValueError
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnreadableError(f"The list states no instant as {name}.") from error


def seconds(claims: Mapping[Any, Any], name: str) -> datetime | None:
    """Return a NumericDate (RFC 7519 section 2), or None. Raises: UnreadableError."""
    stated = claims.get(name)
    if stated is None:
        return None
    if isinstance(stated, bool) or not isinstance(stated, int | float):
        raise UnreadableError(f"The list states no number of seconds as {name}.")
    if not 0 <= stated <= _LATEST:
        raise UnreadableError(f"The list states a time outside the calendar as {name}.")
    return datetime.fromtimestamp(stated, UTC)


def _size(stated: Any) -> int:
    if isinstance(stated, bool) or not isinstance(stated, int) or not 0 < stated <= MOST_SIZE:
        raise UnreadableError("The list does not say how many bits a place has (statusSize).")
    return stated


def _purposes(subject: Mapping[str, Any], wire: Wire) -> tuple[str, ...]:
    stated = tuple(_texts(subject.get("statusPurpose")))
    return stated or ((wire.purpose,) if wire.purpose else ())


def _messages(subject: Mapping[str, Any]) -> dict[int, str]:
    """What the numbers mean; REC 2.2 calls the member statusMessages, 2.1 statusMessage."""
    found: dict[int, str] = {}
    stated = subject.get("statusMessages", subject.get("statusMessage"))
    for one in _as_list(stated):
        if isinstance(one, dict) and isinstance(one.get("message"), str):
            try:
                found[int(str(one.get("status")), 16)] = one["message"]
            except ValueError:
                continue
    return found


def _milliseconds(stated: Any) -> timedelta | None:
    if stated is None:
        return None
    if isinstance(stated, bool) or not isinstance(stated, int | float) or stated < 0:
        raise UnreadableError("The list states no number of milliseconds as ttl.")
    return timedelta(seconds=min(stated / 1000, _MOST_SECONDS))


def _ttl(stated: Any) -> timedelta | None:
    if stated is None:
        return None
    if isinstance(stated, bool) or not isinstance(stated, int | float) or stated <= 0:
        raise UnreadableError("The list states no positive number of seconds as ttl.")
    return timedelta(seconds=min(stated, _MOST_SECONDS))


def _issuer(stated: Any) -> str | None:
    return text(stated.get("id") if isinstance(stated, dict) else stated)


def text(value: Any) -> str | None:
    """Return a value that is a text with something in it, else None."""
    return value if isinstance(value, str) and value else None


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> list[str]:
    return [one for one in _as_list(value) if isinstance(one, str)]

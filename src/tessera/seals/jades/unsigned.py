"""The unsigned properties (`etsiU`): kept as found, and what stands in them.

Anyone can add or remove them, so nothing here decides whether a seal is intact;
entries that cannot be read are left out, and a remark says so. Timestamps are
recognised by name only.
Source: ETSI TS 119 182-1 V1.2.1 clause 5.3 and 6.3 (levels).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tessera.errors import UnreadableError
from tessera.report import Finding
from tessera.seals.base64text import from_base64, from_base64url
from tessera.seals.protocol import UnsignedEntry, ValidationData
from tessera.standards.jsontext import read_json

MAX_ENTRIES = 256
MAX_VALUES = 1024
_VALIDATION_DATA = frozenset({"xVals", "rVals", "axVals", "arVals", "tstVD", "anyValData"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """The unsigned properties of one signature."""

    entries: tuple[UnsignedEntry, ...] = ()
    validation_data: ValidationData = field(default_factory=ValidationData)
    remarks: tuple[Finding, ...] = ()

    @property
    def level(self) -> str:
        """The baseline level that the names of the entries amount to."""
        names = {entry.name for entry in self.entries}
        if "sigTst" not in names:
            return "B-B"
        if "arcTst" in names:
            return "B-LTA"
        return "B-LT" if names & _VALIDATION_DATA else "B-T"


def read_unsigned(header: Mapping[str, Any], path: str) -> Unsigned:
    """Read `etsiU` of an unprotected header, in clear or base64url; never raises."""
    if "etsiU" not in header:
        return Unsigned()
    listed = header["etsiU"]
    if not isinstance(listed, list) or len(listed) > MAX_ENTRIES:
        return Unsigned(remarks=(_remark(f"{path}/header/etsiU"),))
    entries, remarks = [], []
    for index, item in enumerate(listed):
        try:
            entries.append(_entry(item))
        except UnreadableError:
            remarks.append(_remark(f"{path}/header/etsiU/{index}"))
    kept = tuple(entries)
    return Unsigned(entries=kept, validation_data=_collect(kept), remarks=tuple(remarks))


def _entry(item: Any) -> UnsignedEntry:
    encoded = item if isinstance(item, str) else None
    if encoded is not None:
        decoded = from_base64url(encoded)
        item = read_json(decoded, max_bytes=len(decoded) + 1)
    if not isinstance(item, Mapping) or len(item) != 1:
        raise UnreadableError("An unsigned property is one object with one member.")
    name, value = next(iter(item.items()))
    return UnsignedEntry(name=str(name), value=value, encoded=encoded)


def _remark(path: str) -> Finding:
    return Finding.indeterminate(
        "seal.jades.unsigned",
        "An unsigned addition to the seal (such as a timestamp) cannot be read and was left out.",
        path=path,
        source="ETSI TS 119 182-1 clause 5.3",
        advice=True,
    )


def _collect(entries: tuple[UnsignedEntry, ...]) -> ValidationData:
    certificates: dict[bytes, None] = {}
    crls: dict[bytes, None] = {}
    responses: dict[bytes, None] = {}
    for entry in entries:
        nested = entry.value if entry.name in ("tstVD", "anyValData") else {entry.name: entry.value}
        if not isinstance(nested, Mapping):
            continue
        for name in ("xVals", "axVals"):
            for item in _objects(nested.get(name)):
                certificates.update(dict.fromkeys(_values([item.get("x509Cert")])))
        for name in ("rVals", "arVals"):
            for item in _objects([nested.get(name)]):
                crls.update(dict.fromkeys(_values(item.get("crlVals"))))
                responses.update(dict.fromkeys(_values(item.get("ocspVals"))))
    return ValidationData(
        certificates=tuple(certificates), crls=tuple(crls), ocsp_responses=tuple(responses)
    )


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value[:MAX_VALUES] if isinstance(item, Mapping))


def _values(value: Any) -> Iterator[bytes]:
    for item in _objects(value):
        text = item.get("val")
        if isinstance(text, str):
            try:
                yield from_base64(text)
            except UnreadableError:
                continue

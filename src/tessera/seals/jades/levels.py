"""The level of a JAdES seal, by the timestamps and validation data of its unsigned properties.

Source: ETSI TS 119 182-1 V1.2.1 clause 6.3.
"""

from __future__ import annotations

from tessera.seals.levels import IsCovered, Level, level_held
from tessera.seals.protocol import OpenedSignature
from tessera.seals.timestamp.stamps import Timestamps

__all__ = ["Level", "level_of"]


def level_of(
    signature: OpenedSignature,
    timestamps: Timestamps,
    certificate: bytes | None,
    is_covered: IsCovered,
) -> Level:
    """Return the level of a seal; the arguments are those of `level_held`."""
    return level_held(
        signature.level,
        certificate,
        timestamps.of("sigTst"),
        lambda: bool(timestamps.of("arcTst")),
        is_covered,
    )

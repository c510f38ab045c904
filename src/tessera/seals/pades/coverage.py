"""Does a signature in a PDF cover every byte of its revision, and nothing but itself left out?

Source: ISO 32000-2 clause 12.8.1; ETSI EN 319 142-1 clause 5.4 and 5.4.3 (document
timestamps); for attacks on what a signature covers: Mladenov et al., "1 Trillion Dollar
Refund" (2019).
"""

from __future__ import annotations

from typing import Any


def is_whole(embedded: Any, raw: bytes) -> bool:
    """Tell whether a signature of pyHanko covers its whole revision of the file.

    The last revision has to end with the file. Raises: what `read.broken` lists.
    """
    from pyhanko.sign.validation.status import SignatureCoverageLevel as Coverage

    embedded.compute_integrity_info(skip_diff=True)
    is_last = embedded.signed_revision == embedded.reader.xrefs.total_revisions - 1
    wanted = (Coverage.ENTIRE_FILE,) if is_last else (
        Coverage.ENTIRE_FILE, Coverage.ENTIRE_REVISION
    )  # fmt: skip
    return embedded.coverage in wanted and _gap_is_itself(embedded, raw)


def covered_bytes(embedded: Any, raw: bytes) -> bytes:
    """Return what the ByteRange names; call `is_whole` first."""
    first, length, second, rest = (int(one) for one in embedded.byte_range)
    return raw[first : first + length] + raw[second : second + rest]


def _gap_is_itself(embedded: Any, raw: bytes) -> bool:
    """Tell whether the gap that is not signed holds the signature and zeros, nothing else."""
    first, length, second, _ = (int(one) for one in embedded.byte_range)
    gap = raw[first + length : second]
    if not (gap.startswith(b"<") and gap.endswith(b">")):
        return False
    held = bytes.fromhex(gap[1:-1].decode("ascii"))
    size = len(embedded.signed_data.dump())  # the wrapper around it is a few octets longer
    start = held.find(embedded.signed_data.dump())
    return 0 < start < 40 and not held[start + size :].strip(b"\0")

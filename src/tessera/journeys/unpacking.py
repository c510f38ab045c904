"""The files in a ZIP, one by one and within bounds, so that each can be verified alone.

Steps: 1 an office document or a ZIP that is none is left as it is: the step `parse` says
what it is, 2 count and measure what the directory of the ZIP states, 3 read each file, at
most one byte more than a credential may have, whatever the directory says.

Source: APPNOTE.TXT section 4.3 (PKWARE); the bounds are a house rule.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from tessera.errors import UnreadableError
from tessera.verify.recognise import MOST_BYTES

MOST_FILES, MOST_BYTES_IN_ALL = 2_000, 500_000_000
_SIGN = b"PK\x03\x04"
# Members that make a ZIP a document of an office program (ECMA-376 part 2; ODF 1.3 part 2).
_OFFICE = ("[Content_Types].xml", "mimetype")
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError)


def files_in(raw: bytes, name: str) -> Iterator[tuple[str, bytes | UnreadableError]]:
    """Yield the files in a ZIP with their names; anything else comes back as it is.

    A file that cannot be unpacked comes as the error that says why; the others go on.
    Raises: UnreadableError for a ZIP with too many files, too much in them, or none.
    """
    # 1
    archive = _archive(raw)
    if archive is None:
        yield name, raw
        return
    with archive:
        # 2
        members = [one for one in archive.infolist() if not one.is_dir()]
        if not members:
            raise UnreadableError(f"{name} is a ZIP without files in it.")
        if len(members) > MOST_FILES:
            raise UnreadableError(
                f"{name} holds {len(members)} files; at most {MOST_FILES} are verified at once. "
                "Unpack it and verify them in groups."
            )
        left = MOST_BYTES_IN_ALL
        for member in members:
            # 3
            inside = f"{name}/{_shown(member.filename)}"
            content = _content(archive, member, min(left, MOST_BYTES) + 1)
            if isinstance(content, bytes):
                left -= len(content)
            if left < 0:
                raise UnreadableError(
                    f"{name} unpacks to more than {MOST_BYTES_IN_ALL // 1_000_000} MB, so the "
                    "rest was not read. Unpack it and verify the files in groups."
                )
            yield inside, content


def _archive(raw: bytes) -> zipfile.ZipFile | None:
    if not raw.startswith(_SIGN) or len(raw) > MOST_BYTES:
        return None
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except _FAULTS:
        return None
    if any(one in archive.NameToInfo for one in _OFFICE):
        archive.close()
        return None
    return archive


def _content(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int
) -> bytes | UnreadableError:
    if member.flag_bits & 0x1:
        return UnreadableError("It is encrypted. Unpack the ZIP with its password first.")
    try:
        with archive.open(member) as file:
            return file.read(most)
    except _FAULTS as error:
        return UnreadableError(f"It cannot be unpacked: {error}.")


def _shown(name: str) -> str:
    """Return a name without signs that would move the cursor or hide what follows."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)

"""Read a description file.

Steps: 1 size and encoding; 2 YAML or JSON into nodes; 3 the head of the file (version,
language); 4 every member by the table `members`, all problems gathered; 5 what refers
to what; 6 refuse with all problems, or return the description and where all of it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tessera.errors import ModelError
from tessera.formats.description.members import MICRO_CREDENTIAL
from tessera.formats.description.node import DescriptionError, Kind, Node, refuse
from tessera.formats.description.organisations import described
from tessera.formats.description.references import check_references
from tessera.formats.description.shape import At, Enough, Reading
from tessera.model import MicroCredential
from tessera.model.text import canonical_tag

MAX_BYTES = 2 * 1024 * 1024
FILE_VERSION = 1
HEAD = ("$schema", "schema", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What a file describes, and where each part of it stands.

    places: pointer into the model → pointer into the file, also for members that are
    not there yet. lines: pointer into the file → line, from 1. language: of texts that
    name none, or None.
    """

    micro_credential: MicroCredential
    places: Mapping[str, str]
    lines: Mapping[str, int]
    language: str | None = None

    def line(self, pointer: str) -> int | None:
        """Return the line of a member of the file, or None when it is not there."""
        return self.lines.get(pointer)


def read(raw: bytes, *, name: str) -> Description:
    """Read a description; name: of the file, for sentences, and ".json" means JSON.

    Raises: DescriptionError (an UnreadableError) with every problem that was found.
    Not checked: whether elements are missing; see `tessera.quality`.
    """
    root = _parse(raw, name)
    if root.kind is not Kind.MAPPING:
        raise refuse(
            name,
            f"It holds {root} where the members of a description should be, such as id and title. "
            "'tessera new' writes one to begin with.",
            line=root.line,
        )
    reading = Reading(organisations=described(root))
    try:
        found = _read_members(root, reading)
    except Enough:
        raise DescriptionError(name, reading.problems, stopped=True) from None
    if found is None:
        raise DescriptionError(name, reading.problems)
    return Description(
        micro_credential=found,
        places=reading.places,
        lines=reading.lines,
        language=reading.language,
    )


def _read_members(root: Node, reading: Reading) -> MicroCredential | None:
    """Return what the file describes, or None when there are problems."""
    reading.note(root, At())
    _read_head(root, reading)
    body = {key: node for key, node in root.members.items() if key not in HEAD}
    root = replace(root, members=body)
    values, _ = MICRO_CREDENTIAL.read_members(root, At(), reading)
    check_references(root, reading)
    if reading.problems:
        return None
    found: MicroCredential = MICRO_CREDENTIAL.build(values, root, At(), reading)
    return None if reading.problems else found


def _parse(raw: bytes, name: str) -> Node:
    if len(raw) > MAX_BYTES:
        raise refuse(
            name,
            f"It has {len(raw)} bytes; a description has at most {MAX_BYTES}. Use smaller "
            "pictures.",
        )
    if not raw.strip():
        raise refuse(name, "It is empty. 'tessera new' writes one to begin with.")
    text = _decode(raw, name)
    is_yaml = name.lower().endswith((".yaml", ".yml"))
    if name.lower().endswith(".json") or (text.lstrip().startswith("{") and not is_yaml):
        from tessera.formats.description.jsontree import read_json_text

        return read_json_text(raw, name, MAX_BYTES)
    from tessera.formats.description.yamltext import read_yaml  # its import takes a while

    return read_yaml(text, name)


def _decode(raw: bytes, name: str) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse(name, "It is in UTF-16. Save it as UTF-8.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise refuse(
            name,
            f"It is not UTF-8: byte {error.start} means nothing there. Save it as UTF-8.",
            line=line,
        ) from error


def _read_head(root: Node, reading: Reading) -> None:
    version = root.members.get("schema")
    if version is not None and not version.is_nothing and version.number != FILE_VERSION:
        reading.refuse(
            version,
            At("/schema"),
            f"This Tessera reads description files of version {FILE_VERSION}, not {version}. "
            "Use a newer Tessera.",
        )
    address = root.members.get("$schema")
    if address is not None and not address.is_nothing and address.string is None:
        reading.refuse(address, At("/$schema"), "Write the address of the schema as a text.")
    language = root.members.get("language")
    if language is None or language.is_nothing:
        return
    try:
        reading.language = canonical_tag(language.string or "")
    except ModelError as error:
        reading.language = "und"  # so that each text does not complain again
        reading.refuse(language, At("/language"), str(error))

r"""The description file that people write, YAML or JSON, to and from the model.

>>> found = read(b"id: https://example.edu/mc/1\ntitle: {en: Data ethics}\n", name="mc.yaml")
>>> str(found.micro_credential.title)
'Data ethics'
>>> read(dump(found.micro_credential).encode(), name="x").micro_credential == found.micro_credential
True

Read in this order: `members` (the file as a table), `read`, `dump`, `schema`, `scaffold`.
"""

from tessera.formats.description.dump import dump
from tessera.formats.description.node import DescriptionError, Problem
from tessera.formats.description.read import MAX_BYTES, Description, read
from tessera.formats.description.scaffold import scaffold
from tessera.formats.description.schema import schema

__all__ = [
    "MAX_BYTES",
    "Description",
    "DescriptionError",
    "Problem",
    "dump",
    "read",
    "scaffold",
    "schema",
]

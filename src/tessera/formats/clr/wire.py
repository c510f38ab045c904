"""Names and addresses of the Comprehensive Learner Record 2.0.

Source: 1EdTech Comprehensive Learner Record Standard 2.0; contexts 2.0 and 2.0.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from tessera.formats.openbadges.classes import CLASSES, OLD_CLASSES, Class

CONTEXT: Final = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
CONTEXTS: Final = re.compile(
    r"https://purl\.imsglobal\.org/spec/clr/v2p0/context(?:-2\.[0-9]+\.[0-9]+)*\.json"
)
TYPE: Final = "ClrCredential"
SUBJECT: Final = "ClrSubject"

_OWN: Mapping[str, Class] = {
    SUBJECT: Class(
        ("verifiableCredential",),
        {
            "id": "uri", "identifier": "IdentityObject*", "achievement": "Achievement*",
            "association": "Association*",
        },
    ),
    "Association": Class(
        ("associationType", "sourceId", "targetId"),
        {"associationType": "word", "sourceId": "uri", "targetId": "uri"},
    ),
}  # fmt: skip


def table(*, is_old: bool) -> Mapping[str, Class]:
    """The classes of a record: those of Open Badges and its own."""
    return {**(OLD_CLASSES if is_old else CLASSES), **_OWN}

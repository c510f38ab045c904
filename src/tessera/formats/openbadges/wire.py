"""Names and addresses of Open Badges 3.0, and the terms that this project adds.

Source: Open Badges Specification 3.0 (1EdTech), appendices B and E; contexts 3.0.0 to 3.0.3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from tessera.formats.vcdm.context import definitions
from tessera.formats.vcdm.status import OTHERS
from tessera.formats.vcdm.terms import OWN, JsonObject

CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CONTEXTS: Final = re.compile(
    r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(?:-3\.[0-9]+\.[0-9]+)*\.json"
)
VOCABULARY: Final = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
TYPES: Final = ("OpenBadgeCredential", "AchievementCredential")
ENDORSEMENT: Final = "EndorsementCredential"
# Types of objects that the W3C model looks at, and that the contexts of 1EdTech define.
EXTENSIONS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
DEFINED: Final = frozenset({*TYPES, ENDORSEMENT, "Evidence", "ClrCredential"})
DEFINED_BY_EXTENSIONS: Final = frozenset(
    {"1EdTechJsonSchemaValidator2019", "1EdTechRevocationList", "1EdTechCredentialRefresh"}
)

# Ours: a type of Achievement and the member that comes with it.
EXTENSION: Final = "MicroCredentialAchievement"
MEMBER: Final = "microCredential"

EQF: Final = "European Qualifications Framework"
EXTENDED: Final = re.compile(r"ext:[A-Za-z0-9.|_-]+")
LANGUAGE: Final = re.compile(r"[a-z]{2,4}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")


@cache
def extension_terms() -> Mapping[str, JsonObject]:
    """What the terms of the extension mean: those of `tessera.formats.vcdm`, and three more."""
    return {
        **definitions(),
        EXTENSION: {"@id": OWN + EXTENSION},
        MEMBER: {"@id": OWN + MEMBER},
        OTHERS: {"@id": OWN + OTHERS},
    }


def extended(word: str) -> str:
    """Return an "ext:" name for a word of ours or of others; other signs become hyphens."""
    return "ext:" + (re.sub(r"[^A-Za-z0-9._-]+", "-", word).strip("-") or "other")

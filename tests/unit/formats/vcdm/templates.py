"""The W3C files are templates: this fills them in, as the suite's own harness does.

The coordinator's `tests/cases` calls `filled`.
"""

from __future__ import annotations

import json
from typing import Any

PAST, FUTURE = b"2020-01-01T00:00:00Z", b"2040-01-01T00:00:00Z"
ISSUER = "did:example:issuer"


def filled(name: str, raw: bytes) -> dict[str, Any]:
    """Return the document of a template.

    name: of the file. A credential gets an issuer (an issuer without id its id), but not in
    the case that is about its absence; presentations stay as they are. PAST DATE and FUTURE
    DATE become dates.
    """
    document = json.loads(raw.replace(b"PAST DATE", PAST).replace(b"FUTURE DATE", FUTURE))
    if name.startswith("presentation-") or "-no-issuer-" in name:
        return document
    issuer = document.setdefault("issuer", ISSUER)
    if isinstance(issuer, dict):
        issuer.setdefault("id", ISSUER)
    return document

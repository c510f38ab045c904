"""The rules of this format: id and clause, as docs/standards/open-badges.md lists them.

Remarks of `decode` are those of `tessera.formats.vcdm` and `tessera.formats.openbadges`, under
`clr.decode`.
"""

from __future__ import annotations

from collections.abc import Mapping

from tessera.formats.openbadges.rules import RULES as BADGES

_SPEC = "Comprehensive Learner Record Standard 2.0, "

RULES: Mapping[str, str] = {
    **{
        rule.replace("ob3.decode", "clr.decode"): clause
        for rule, clause in BADGES.items()
        if rule.startswith("ob3.decode.") and rule != "ob3.decode.endorsement"
    },
    "clr.schema.context": _SPEC + "ClrCredential, @context",
    "clr.schema.held": _SPEC + "ClrSubject, verifiableCredential",
    "clr.schema.issuer": _SPEC + "Profile",
    "clr.schema.model": _SPEC[:-2],
    "clr.schema.no-record": _SPEC + "ClrCredential",
    "clr.schema.old": _SPEC + "ClrCredential, @context",
    "clr.schema.record": _SPEC + "ClrCredential",
    "clr.schema.subject": _SPEC + "ClrSubject",
}

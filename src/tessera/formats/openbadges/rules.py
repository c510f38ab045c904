"""The rules of this format: id and clause, as docs/standards/open-badges.md lists them.

Remarks of `decode` are those of `tessera.formats.vcdm`, under `ob3.decode`, and three more.
"""

from __future__ import annotations

from collections.abc import Mapping

from tessera.formats.vcdm.rules import RULES as MODEL

_SPEC = "Open Badges Specification 3.0, "

RULES: Mapping[str, str] = {
    **{
        rule.replace("vc.decode", "ob3.decode"): clause
        for rule, clause in MODEL.items()
        if rule.startswith("vc.decode.") and rule != "vc.decode.issuer"
    },
    "ob3.decode.endorsement": _SPEC + "EndorsementCredential",
    "ob3.decode.profile": _SPEC + "Profile",
    "ob3.schema.agreement": "house rule",
    "ob3.schema.context": _SPEC + "AchievementCredential, @context",
    "ob3.schema.credential": _SPEC + "AchievementCredential",
    "ob3.schema.endorsement": _SPEC + "EndorsementCredential",
    "ob3.schema.evidence": _SPEC + "Evidence",
    "ob3.schema.extension": _SPEC + "extensions",
    "ob3.schema.inline": _SPEC + "CredentialSchema",
    "ob3.schema.issuer": _SPEC + "Profile",
    "ob3.schema.model": _SPEC[:-2],
    "ob3.schema.no-credential": _SPEC + "AchievementCredential",
    "ob3.schema.official": "1EdTech, ob_v3p0_achievementcredential_schema.json",
    "ob3.schema.old": _SPEC + "AchievementCredential, @context",
    "ob3.schema.subject": _SPEC + "AchievementSubject",
    "ob3.schema.type": _SPEC + "AchievementCredential, type",
}

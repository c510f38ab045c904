"""Is the issuer named in a credential the holder of the certificate that sealed it?

Europass rewrites the issuer from the certificate when it seals; a verifier can hold
the two against each other. The identifier decides; names differ by language.

Source: WIRE-ELM section 2 (end); ETSI EN 319 412-1 clause 5.1.4, EN 319 412-3 clause 4.2.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from tessera.report import Finding, Outcome
from tessera.seals.certificates import CertificateFacts

_SOURCE = "ETSI EN 319 412-1 clause 5.1.4; WIRE-ELM section 2"
# Letters of European languages that Unicode does not take apart into letter and accent.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t",
     "ŋ": "n", "ı": "i", "’": "", "'": ""}
)  # fmt: skip
_EU_CODES = {"EL": "GR", "UK": "GB"}  # codes of EU institutions for two countries


def compare_issuer(
    certificate: CertificateFacts,
    *,
    legal_names: Sequence[str],
    identifier: str | None,
    country: str | None,
) -> tuple[Finding, ...]:
    """Return findings `issuer.certificate.identifier`, `.name` and `.country`.

    legal_names: the issuer's names in any language. identifier: the notation of its
    eIDAS identifier, such as "VATIE-1234567A". country: ISO 3166-1 alpha-2.
    INDETERMINATE where either side states nothing. Not checked: who is trusted.
    """
    about = _identifier(certificate.organisation_identifier, identifier)
    return (
        about,
        _name(certificate.organisation, legal_names, about.outcome),
        _country(certificate.country, country),
    )


def _identifier(held: str | None, stated: str | None) -> Finding:
    rule = "issuer.certificate.identifier"
    if missing := _missing(rule, "an identifier of the organisation", held, stated):
        return missing
    evidence = {"certificate": held, "credential": stated}
    if _plain(held).upper() == _plain(stated).upper():
        return Finding.passed(
            rule,
            f"The issuer's identifier {stated} is the one in the certificate.",
            evidence=evidence,
            source=_SOURCE,
        )
    return Finding.failed(
        rule,
        f"The credential names the issuer {stated}, but the certificate belongs to {held}.",
        evidence=evidence,
        source=_SOURCE,
    )


def _name(held: str | None, stated: Sequence[str], identifier: Outcome) -> Finding:
    rule = "issuer.certificate.name"
    if missing := _missing(rule, "the name of the organisation", held, "".join(stated)):
        return missing
    evidence = {"certificate": held, "credential": list(stated)}
    if any(_letters(name) == _letters(held or "") for name in stated):
        return Finding.passed(
            rule, f"The issuer's name {held} is the one in the certificate.",
            evidence=evidence, source=_SOURCE,
        )  # fmt: skip
    message = f"The credential names the issuer {stated[0]}, the certificate says {held}."
    if identifier is Outcome.PASSED:
        return Finding.indeterminate(
            rule, f"{message} The identifier agrees, so this may be another language or spelling.",
            evidence=evidence, source=_SOURCE,
        )  # fmt: skip
    return Finding.failed(rule, message, evidence=evidence, source=_SOURCE)


def _country(held: str | None, stated: str | None) -> Finding:
    rule = "issuer.certificate.country"
    if missing := _missing(rule, "a country", held, stated):
        return missing
    evidence = {"certificate": held, "credential": stated}
    ours, theirs = (_plain(value).upper() for value in (stated, held))
    if len(ours) != 2 or len(theirs) != 2:
        return Finding.indeterminate(
            rule, f"The countries {stated} and {held} are not two-letter codes and were not "
            "compared.", evidence=evidence, source=_SOURCE,
        )  # fmt: skip
    if _EU_CODES.get(ours, ours) == _EU_CODES.get(theirs, theirs):
        return Finding.passed(
            rule, f"The issuer's country {stated} is the one in the certificate.",
            evidence=evidence, source=_SOURCE,
        )  # fmt: skip
    return Finding.failed(
        rule, f"The credential names the issuer's country {stated}, the certificate says {held}.",
        evidence=evidence, source=_SOURCE,
    )  # fmt: skip


def _missing(rule: str, what: str, held: str | None, stated: str | None) -> Finding | None:
    if _plain(held) and _plain(stated):
        return None
    side = "certificate" if not _plain(held) else "credential"
    return Finding.indeterminate(
        rule, f"The {side} does not state {what}, so the two cannot be compared.", source=_SOURCE
    )


def _letters(text: str) -> str:
    """Return a name without case, accents and punctuation.

    Certificates often hold a name in plain capitals ("VELOCERT OU" for "Velocert OÜ").
    """
    folded = unicodedata.normalize("NFKD", _plain(text).casefold()).translate(_PLAIN_LETTERS)
    kept = (sign for sign in folded if not unicodedata.combining(sign))
    words = "".join(sign if sign.isalnum() else " " for sign in kept).split()
    return " ".join(words) or _plain(text)


def _plain(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").split())

"""A certificate (PDF) under judgement: two seals, one issuer, and a page that says the same.

The attached credential is judged like any other file. In addition: 1 the seal of the PDF
holds (`tessera.seals.pades`), 2 both seals are of the same holder, 3 the page says what
the credential says: title, learner, awarding bodies, date and ECTS. Who is trusted, and
when, is asked of the page's seal in `tessera.verify.page`.

Source: WIRE-ELM section 7; ETSI EN 319 142-1; house rule (page and attachment agree).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from tessera.errors import ModelError, TesseraError, UnreadableError
from tessera.model import Award, Text
from tessera.model.text import canonical_tag
from tessera.render.certificate_data import (
    credits_of,
    day_in_words,
    drawable,
    number_in_words,
)
from tessera.report import Finding
from tessera.seals.certificates import CertificateFacts, describe
from tessera.seals.pades import PADES, OpenedPdf, is_pdf, page_text
from tessera.seals.pades.holder import same_holder

_SOURCE = "WIRE-ELM section 7; house rule"
_BETWEEN = "[\\s\u00ad\u2010\u2011-]*"  # where a line may have been broken


def unwrap(raw: bytes) -> tuple[OpenedPdf, Finding]:
    """Open a PDF and say what it is; its `document` is the credential to go on with.

    Raises: UnreadableError when it cannot be read or has not exactly one credential in it.
    """
    opened = PADES.open(raw)
    if not opened.document:
        raise UnreadableError(
            "It is a PDF without exactly one attached credential, so there is nothing to verify. "
            "Ask for the credential itself, a file often named .jsonld or .json."
        )
    if is_pdf(opened.document):
        raise UnreadableError("It is a PDF within a PDF; no certificate is made like that.")
    said = "It is a certificate (PDF) with the credential attached."
    return opened, Finding.passed("parse.pdf", said, source="ISO 32000-2 clause 14.13")


def seal_findings(
    opened: OpenedPdf, award: Award | None, sealers: tuple[CertificateFacts, ...]
) -> Iterator[Finding]:
    """Yield the findings about the page: its seal, its issuer and its text.

    award: as decoded from the attachment. sealers: who sealed the attachment.
    """
    yield from PADES.check(opened)
    yield from _same_issuer(opened, sealers)
    yield _same_text(opened, award)


def _same_issuer(opened: OpenedPdf, sealers: tuple[CertificateFacts, ...]) -> Iterator[Finding]:
    rule = "seal.pades.issuer"
    facts = holder(opened)
    if facts is None:
        return  # already a finding: the PDF carries no seal that names a certificate
    if not sealers:
        yield Finding.indeterminate(
            rule, "The attached credential names no sealer to compare with.", source=_SOURCE
        )
    elif any(same_holder(facts, one) for one in sealers):
        yield Finding.passed(
            rule, f"{facts.holder} sealed both the page and the credential.", source=_SOURCE
        )
    else:
        yield Finding.failed(
            rule,
            f"{facts.holder} sealed the page, but {sealers[0].holder} sealed the credential in "
            "it. A certificate has one issuer.",
            source=_SOURCE,
        )


def holder(opened: OpenedPdf) -> CertificateFacts | None:
    """Return what the certificate of the page's seal says, or None."""
    if not opened.signatures:
        return None
    try:
        return describe(opened.signatures[0].certificates[0])
    except (UnreadableError, IndexError):
        return None


def _same_text(opened: OpenedPdf, award: Award | None) -> Finding:
    rule = "seal.pades.text"
    if award is None:
        return Finding.indeterminate(
            rule,
            "The attachment is no credential that can be read here, so the page was not compared.",
            source=_SOURCE,
        )
    try:
        missing = not_on_page(award, page_text(opened.raw), opened.language or "en")
    except TesseraError as error:
        return Finding.indeterminate(rule, str(error), source=_SOURCE)
    if missing:
        return Finding.failed(
            rule,
            f"The page does not say what the sealed credential says: {', '.join(missing)}. Trust "
            "the attached credential, not the page.",
            evidence={"missing": list(missing)},
            source=_SOURCE,
        )
    return Finding.passed(
        rule,
        "The page names the title, learner, awarding bodies, date and ECTS of the credential.",
        source=_SOURCE,
    )


def not_on_page(award: Award, page: str, language: str) -> tuple[str, ...]:
    """Return what the award says and the page does not, in words; empty when all is there.

    language: of the page, by which dates and numbers are written. What the award does not
    state is not looked for. Hyphens, line breaks and invisible marks make no difference.
    """
    seen = _plain(page)
    mc = award.micro_credential
    spoken = _known(language)
    bodies = [body.organisation.legal_name for body in mc.awarding_bodies]
    wanted = {
        "title": [_in(mc.title, spoken)],
        "learner": [award.learner.display_name],
        "awarding body": [_in(name, spoken) for name in bodies],
    }
    missing = [
        what
        for what, texts in wanted.items()
        if not all(_stands(one, seen) for one in texts if one)
    ]
    day = award.date_of_issue
    if day and not any(_stands(one, seen) for one in (day_in_words(day, spoken), str(day))):
        missing.append("date")
    amount = credits_of(award)
    if amount is not None and not _credits_stand(amount, spoken, seen):
        missing.append("ECTS")
    return tuple(missing)


def _known(language: str) -> str:
    """A language that can be asked for; what a file states may be anything."""
    from tessera.vocab.names import EU_LANGUAGES, primary

    try:
        spoken = primary(canonical_tag(language))
    except ModelError:
        return "en"
    return spoken if spoken in EU_LANGUAGES else "en"


def _in(text: Text | None, language: str) -> str | None:
    return text.best(language).text if text is not None else None


def _plain(text: str) -> str:
    """Composed, without marks that are not seen."""
    folded = unicodedata.normalize("NFKC", drawable(text))
    return "".join(one for one in folded if unicodedata.category(one) != "Cf")


def _stands(text: str, page: str) -> bool:
    """Tell whether the whole words of a text stand on the page, however lines are broken."""
    plain = _plain(text)
    if any(unicodedata.bidirectional(one) in ("R", "AL") for one in plain):
        return all(word in page for word in plain.split())  # lines turn, words do not
    letters = [re.escape(one) for one in plain if not re.fullmatch(_BETWEEN, one)]
    if not letters:
        return not plain.strip(" ") or plain.strip() in page
    return re.search(rf"(?<!\w){_BETWEEN.join(letters)}(?!\w)", page) is not None


def _credits_stand(amount: Decimal, language: str, page: str) -> bool:
    forms = {number_in_words(amount, language), f"{amount.normalize():f}"}
    found = (rf"(?<![\w.,]){re.escape(form)}\s*ECTS(?!\w)" for form in forms)
    return any(re.search(one, page) for one in found)

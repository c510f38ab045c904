"""What a document says, by its format; a full record beside short claims counts as the record.

Wallets get short claims and, beside them, the European credential they were made from. The
step `schema` says whether both agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tessera.errors import UnreadableError
from tessera.formats import sdjwtvc
from tessera.formats.elm import FORMAT as ELM
from tessera.registry import FORMATS, IMPORTS
from tessera.report import Finding

if TYPE_CHECKING:
    from tessera.formats.protocol import Decoded, Format
    from tessera.verify.examination import Inspection

# What holders write to show credentials of others; it has no record of its own.
_OF_HOLDERS = ("vc", "openid4vp")


def format_of(document: Any) -> Format | None:
    """Return the first format of the registry that a parsed document is of."""
    return next((one for one in FORMATS if one.recognises(document)), None)


def read_content(inspection: Inspection) -> Format | None:
    """Decode the document into the inspection; None when no format knows it.

    Raises: UnreadableError.
    """
    document = inspection.document
    known = format_of(document)
    if known is None:
        return None
    inspection.format = known.id
    inspection.decoded = decode(known, document)
    inspection.embedded = known.embedded(document)
    inspection.is_presentation = inspection.decoded is None and known.id in _OF_HOLDERS
    return known


def decode(known: Format, document: Any) -> Decoded | None:
    """Read a document, with the full record that lies beside its claims."""
    claims = known.decode(document)
    full = _record(document) if known is sdjwtvc.FORMAT else None
    return claims if claims is None or full is None else sdjwtvc.merged(claims, full)


def _record(document: Any) -> Decoded | None:
    beside = sdjwtvc.companion(document)
    if beside is None:
        return None
    try:
        return ELM.decode(beside)
    except UnreadableError:
        return None


def agreement_findings(inspection: Inspection) -> Iterator[Finding]:
    """Say whether claims and the record beside them agree, where there are both."""
    document = inspection.document
    if inspection.format != sdjwtvc.FORMAT.id or sdjwtvc.companion(document) is None:
        return
    record = _record(document)
    if record is None:
        yield Finding.failed(
            "sdjwtvc.companion",
            "What lies beside the claims as the full record is no European credential.",
            path="/elm",
            source="house rule",
        )
    else:
        yield from sdjwtvc.agreement(document, record.award)


def import_findings(inspection: Inspection) -> Iterator[Finding]:
    """Yield what a seal around a record of an import leaves open: nobody vouches for the record."""
    if any(one.id == inspection.format for one in IMPORTS):
        yield Finding.indeterminate(
            "signer.import",
            "The seal says who sealed this file, not that what is in it is genuine: a record of "
            "this kind is vouched for elsewhere, or by nobody.",
            source="house rule",
        )

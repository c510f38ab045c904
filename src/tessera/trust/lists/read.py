"""From XML to `model`: what a trusted list states, leniently, without judging.

What is missing becomes None; a service without a readable type, status or date is left
out, for nothing can be concluded from it. Whether the list follows its schema is said by
`schema`, whether it is genuine by `signature`.
Source: ETSI TS 119 612 V2.4.1 clauses 5.3 to 5.6.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tessera.trust.lists.markup import read_head
from tessera.trust.lists.model import Period, Pointer, Service, TrustedList
from tessera.trust.lists.qualifiers import read_qualifications

TSL = "{http://uri.etsi.org/02231/v2#}"
_ADDITIONAL = "{http://uri.etsi.org/02231/v2/additionaltypes#}"
_SIE = "{http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_ROOT = f"{TSL}TrustServiceStatusList"
_KNOWN_EXTENSIONS = frozenset(
    {
        f"{TSL}AdditionalServiceInformation",
        f"{TSL}ExpiredCertsRevocationInfo",
        f"{_SIE}Qualifications",
        f"{_ADDITIONAL}TakenOverBy",
    }
)


def is_list(root: Any) -> bool:
    """Tell whether an element is a trusted list of TS 119 612."""
    return bool(root.tag == _ROOT)


def read_list(root: Any) -> TrustedList:
    """Return what the list states; anything that cannot be read is missing in it."""
    scheme = root.find(f"{TSL}SchemeInformation")
    if scheme is None:
        scheme = root.makeelement(f"{TSL}SchemeInformation")
    territory = _text(scheme, "SchemeTerritory")
    update = scheme.find(f"{TSL}NextUpdate")
    return TrustedList(
        version=_number(_text(scheme, "TSLVersionIdentifier")),
        sequence_number=_number(_text(scheme, "TSLSequenceNumber")),
        type=_text(scheme, "TSLType"),
        territory=territory,
        operator=_named(scheme.find(f"{TSL}SchemeOperatorName")),
        issued_at=instant(_text(scheme, "ListIssueDateTime")),
        next_update=None if update is None else instant(_text(update, "dateTime")),
        is_closed=update is not None and len(update) == 0 and not (update.text or "").strip(),
        information=tuple(_information(scheme)),
        pointers=tuple(_pointer(one) for one in scheme.iter(f"{TSL}OtherTSLPointer")),
        services=tuple(_services(root, territory or "")),
    )


def read_claims(raw: bytes) -> TrustedList | None:
    """Return what a text claims about its scheme, without services; None for other XML.

    Raises: UnreadableError when it is no XML that is read.
    """
    root = read_head(raw, f"{TSL}SchemeInformation")
    return read_list(root) if is_list(root) else None


def instant(text: str | None) -> datetime | None:
    """Read an xsd:dateTime; one without a zone counts as UTC. None when it is none."""
    try:
        moment = datetime.fromisoformat(text or "")
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _information(scheme: Any) -> Iterator[str]:
    for one in scheme.iterfind(f"{TSL}SchemeInformationURI/{TSL}URI"):
        if one.get(_LANGUAGE, "en").lower().startswith("en") and one.text:
            yield one.text.strip()


def _pointer(element: Any) -> Pointer:
    mime = next(element.iter(f"{_ADDITIONAL}MimeType"), None)
    return Pointer(
        location=_text(element, "TSLLocation") or "",
        territory=_first(element, "SchemeTerritory"),
        type=_first(element, "TSLType"),
        mime_type=None if mime is None else (mime.text or "").strip(),
        certificates=_certificates(element),
    )


def _services(root: Any, territory: str) -> Iterator[Service]:
    path = f"{TSL}TrustServiceProviderList/{TSL}TrustServiceProvider"
    for provider in root.iterfind(path):
        name = _named(provider.find(f"{TSL}TSPInformation/{TSL}TSPName"))
        for element in provider.iterfind(f"{TSL}TSPServices/{TSL}TSPService"):
            information = element.find(f"{TSL}ServiceInformation")
            if information is None:
                continue
            past = element.iterfind(f"{TSL}ServiceHistory/{TSL}ServiceHistoryInstance")
            periods = [_period(one) for one in (information, *past)]
            known = sorted((one for one in periods if one), key=lambda one: one.since, reverse=True)
            if periods[0] is None:
                continue  # of no readable state today, so its past is no proof either
            yield Service(
                territory=territory,
                provider=name or "an unnamed provider",
                name=_named(information.find(f"{TSL}ServiceName")) or "an unnamed service",
                certificates=_certificates(information),
                periods=tuple(known),
            )


def _period(element: Any) -> Period | None:
    type, status = _text(element, "ServiceTypeIdentifier"), _text(element, "ServiceStatus")
    since = instant(_text(element, "StatusStartingTime"))
    if type is None or status is None or since is None:
        return None
    extensions = element.findall(f"{TSL}ServiceInformationExtensions/{TSL}Extension")
    return Period(
        type=type,
        status=status,
        since=since,
        additional=frozenset(_additional(extensions)),
        qualifications=tuple(
            found
            for extension in extensions
            for one in extension.iterfind(f"{_SIE}Qualifications")
            for found in read_qualifications(one)
        ),
        has_unknown_critical=any(_is_unknown_critical(one) for one in extensions),
    )


def _additional(extensions: list[Any]) -> Iterator[str]:
    for extension in extensions:
        for one in extension.iterfind(f"{TSL}AdditionalServiceInformation/{TSL}URI"):
            if one.text:
                yield one.text.strip()


def _is_unknown_critical(extension: Any) -> bool:
    """Say whether a reader must understand an extension and we do not (clause 5.5.9)."""
    if extension.get("Critical", "").strip() not in ("true", "1"):
        return False
    return any(child.tag not in _KNOWN_EXTENSIONS for child in extension)


def _certificates(element: Any) -> tuple[bytes, ...]:
    """Return the certificates below an element, each once; what is no base64 is left out."""
    found: dict[bytes, None] = {}
    for one in element.iter(f"{TSL}X509Certificate"):
        try:
            found[b64decode("".join((one.text or "").split()), validate=True)] = None
        except ValueError:
            continue
    found.pop(b"", None)
    return tuple(found)


def _text(element: Any, name: str) -> str | None:
    return (element.findtext(f"{TSL}{name}") or "").strip() or None


def _first(element: Any, name: str) -> str | None:
    found = next(element.iter(f"{TSL}{name}"), None)
    return None if found is None else ((found.text or "").strip() or None)


def _named(element: Any) -> str | None:
    """Return the English name, else the first."""
    if element is None:
        return None
    names = [(one.get(_LANGUAGE, ""), (one.text or "").strip()) for one in element]
    english = (name for language, name in names if language.lower() == "en" and name)
    return next(english, None) or next((name for _, name in names if name), None)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None

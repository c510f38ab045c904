"""What a state adds about certificates of a service: qualified or not, device, for whom.

A qualification holds for the certificates that meet its criteria. Where a criterion is
of a kind that is not known here, the answer is None: unknown, never guessed.
Source: ETSI TS 119 612 V2.4.1 clause 5.5.9.2; ETSI TS 119 615 V1.2.1 clause 4.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tessera.errors import UnreadableError
from tessera.seals.certificates import KEY_USAGES, describe, parse
from tessera.trust.lists.model import Criteria, Join, Period, Qualification

_SIE = "{http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#}"
_ADDITIONAL = "{http://uri.etsi.org/02231/v2/additionaltypes#}"
_XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
_KNOWN = frozenset(
    f"{_SIE}{name}"
    for name in ("KeyUsage", "PolicySet", "CriteriaList", "Description", "otherCriteriaList")
)
_OTHER = frozenset(
    f"{_ADDITIONAL}{name}" for name in ("ExtendedKeyUsage", "CertSubjectDNAttribute")
)
_MOST_NESTED = 8
# Names of the bits in the list, in the order of RFC 5280 section 4.2.1.3, and ours.
_BITS = dict(
    zip(
        (
            "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment",
            "keyAgreement", "keyCertSign", "crlSign", "encipherOnly", "decipherOnly",
        ),
        KEY_USAGES,
        strict=True,
    )
)  # fmt: skip


def read_qualifications(element: Any) -> Iterator[Qualification]:
    """Yield the qualifications of one extension; one without criteria holds for nothing."""
    for one in element.iterfind(f"{_SIE}QualificationElement"):
        uris = (each.get("uri", "").strip() for each in one.iter(f"{_SIE}Qualifier"))
        criteria = one.find(f"{_SIE}CriteriaList")
        yield Qualification(
            qualifiers=frozenset(uri.rstrip("/").rpartition("/")[2] for uri in uris if uri),
            criteria=Criteria(join=None, is_understood=False)
            if criteria is None
            else _criteria(criteria, 0),
        )


def qualifiers_of(period: Period, certificate: bytes) -> frozenset[str] | None:
    """Return the qualifiers that hold for a certificate (DER).

    None when it cannot be told whether one holds. Raises: nothing.
    """
    found: set[str] = set()
    for one in period.qualifications:
        holds = meets(one.criteria, certificate)
        if holds is None:
            return None
        if holds:
            found |= one.qualifiers
    return frozenset(found)


def meets(criteria: Criteria, certificate: bytes) -> bool | None:
    """Tell whether a certificate meets criteria; None when it cannot be told."""
    if not criteria.is_understood or criteria.join is None:
        return None
    try:
        answers = list(_answers(criteria, certificate))
    except UnreadableError:
        return None
    if not answers:
        return None
    if criteria.join is Join.ALL:
        return _all(answers)
    some = _some(answers)
    if criteria.join is Join.AT_LEAST_ONE or some is None:
        return some
    return not some


def _all(answers: list[bool | None]) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True


def _some(answers: list[bool | None]) -> bool | None:
    if True in answers:
        return True
    return None if None in answers else False


def _answers(criteria: Criteria, certificate: bytes) -> Iterator[bool | None]:
    facts = describe(certificate)
    for policies in criteria.policies:
        yield policies <= set(facts.policies)
    for usage in criteria.key_usages:
        held = facts.key_usage or frozenset()
        yield all((bit in held) is wanted for bit, wanted in usage.items())
    for purposes in criteria.purposes:
        yield purposes <= (facts.purposes or frozenset())
    for attributes in criteria.subject_attributes:
        yield attributes <= _subject_attributes(certificate)
    for one in criteria.nested:
        yield meets(one, certificate)


def _subject_attributes(certificate: bytes) -> set[str]:
    try:
        return {one.oid.dotted_string for one in parse(certificate).subject}
    except (ValueError, TypeError) as error:
        raise UnreadableError(f"The subject cannot be read: {error}.") from error


def _criteria(element: Any, depth: int) -> Criteria:
    if depth >= _MOST_NESTED:
        return Criteria(join=None, is_understood=False)
    bits = [_bits(one) for one in element.iterfind(f"{_SIE}KeyUsage")]
    other = [child for one in element.iterfind(f"{_SIE}otherCriteriaList") for child in one]
    understood = all(child.tag in _KNOWN for child in element) and all(
        child.tag in _OTHER for child in other
    )
    stated = element.get("assert", "").strip()
    return Criteria(
        join=Join(stated) if stated in set(Join) else None,
        policies=tuple(_identifiers(one) for one in element.iterfind(f"{_SIE}PolicySet")),
        key_usages=tuple(one for one in bits if one is not None),
        purposes=tuple(_identifiers(one) for one in other if one.tag.endswith("ExtendedKeyUsage")),
        subject_attributes=tuple(
            _identifiers(one) for one in other if one.tag.endswith("CertSubjectDNAttribute")
        ),
        nested=tuple(_criteria(one, depth + 1) for one in element.iterfind(f"{_SIE}CriteriaList")),
        is_understood=understood and None not in bits,
    )


def _bits(element: Any) -> dict[str, bool] | None:
    found: dict[str, bool] = {}
    for one in element.iterfind(f"{_SIE}KeyUsageBit"):
        name, value = one.get("name", "").strip(), (one.text or "").strip()
        if name not in _BITS or value not in ("true", "1", "false", "0"):
            return None
        found[_BITS[name]] = value in ("true", "1")
    return found or None


def _identifiers(element: Any) -> frozenset[str]:
    """Return the object identifiers below an element, without the URN in front."""
    return frozenset(_plain(one.itertext()) for one in element.iter(f"{_XADES}Identifier"))


def _plain(texts: Iterable[str]) -> str:
    text = "".join(texts).strip()
    return text[8:] if text.lower().startswith("urn:oid:") else text

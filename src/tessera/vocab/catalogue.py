"""Which lists we hold: their ids, scheme IRIs, IRI bases and files.

House rule: a list is *open* when our copy is known to be incomplete or older
than the official one, so that an IRI missing from it proves nothing.
Source of the schemes: target namespaces of the ELM code lists
(European-Learning-Model, xsd/loq/cv); `urn:tessera:*` are our own schemes for
concepts that ELM has no list for (QF-EHEA, ISCED 2011, stackability ...).
"""

from __future__ import annotations

from dataclasses import dataclass

_SNB = "http://data.europa.eu/snb/"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list: where its values live and how far we may trust their absence.

    base: what every IRI of the list starts with; no other list has the same base.
    files: names of the csv files in `data/`, without suffix.
    open: an IRI that we do not hold may still be a member.
    """

    id: str
    scheme: str
    base: str
    files: tuple[str, ...]
    open: bool = False


def _elm(id: str, path: str = "", *, open: bool = False) -> Listing:
    path = path or id
    return Listing(
        id=id, scheme=f"{_SNB}{path}/25831c2", base=f"{_SNB}{path}/", files=(id,), open=open
    )


def _authority(id: str, *, open: bool = False) -> Listing:
    scheme = _AUTHORITY + id
    return Listing(id=id, scheme=scheme, base=f"{scheme}/", files=(id,), open=open)


def _own(id: str) -> Listing:
    scheme = f"urn:tessera:{id}"
    return Listing(id=id, scheme=scheme, base=f"{scheme}:", files=(id,))


_ALL = (
    # levels and fields
    _elm("eqf"),
    _own("qf-ehea"),
    _own("isced-2011"),
    _elm("isced-f"),
    Listing(
        id="nqf",
        scheme=f"{_SNB}qdr/25831c2",
        base=f"{_SNB}qdr/",
        files=("nqf-frameworks", "nqf-levels"),
        open=True,  # France still has its levels of before 2019
    ),
    # places, languages, money, files
    _authority("country"),
    _authority("language"),
    _authority("atu", open=True),
    Listing(
        id="nuts",
        scheme="http://data.europa.eu/nuts",
        base="http://data.europa.eu/nuts/code/",
        files=("nuts",),
        open=True,
    ),
    _authority("currency", open=True),
    _authority("file-type", open=True),
    _elm("encoding"),
    # learning and its assessment
    _elm("assessment"),
    _elm("mode", "learning-assessment"),
    _elm("supervision", "supervision-verification", open=True),
    _elm("opportunity", "learning-opportunity"),
    _elm("setting", "learning-setting"),
    _elm("schedule", "learning-schedule"),
    _elm("learning-activity"),
    _elm("target-group"),
    _elm("credit-framework", "education-credit"),
    _elm("skill-type"),
    _elm("skill-reuse-level"),
    # credentials and quality
    _elm("credential-profile", "credential", open=True),
    _elm("evidence-type", open=True),
    _elm("accreditation"),
    _elm("entitlement"),
    _elm("entitlement-status"),
    # our own, where ELM has no place
    _own("stackability"),
    _own("outcome-for-learner"),
    _own("learning-context"),
    _own("purpose"),
    _own("quality-standard"),
    _own("provider-kind"),
    _own("funding"),
)

LISTINGS = {listing.id: listing for listing in _ALL}
BY_SCHEME = {listing.scheme: listing for listing in _ALL}


def holder(iri: str) -> Listing | None:
    """Return the list an IRI would belong to by its beginning, or None."""
    cut = max(iri.rfind("/"), iri.rfind(":")) + 1
    return _BY_BASE.get(iri[:cut])


_BY_BASE = {listing.base: listing for listing in _ALL}

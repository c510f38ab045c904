"""The step `issuer`: certificate against issuer, quality assurance at the date of award.

Source: WIRE-ELM section 2 (end) for the comparison; DOMAIN section 6 for registers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tessera.model import Award
from tessera.report import Finding
from tessera.seals.certificates import CertificateFacts
from tessera.trust.identity import compare_issuer

_SCHEMES = ("eidas-legal", "eidas-legal-other")


def certificate_findings(
    award: Award, certificates: Sequence[CertificateFacts]
) -> Iterator[Finding]:
    """Compare the issuer with the certificate that fits best (the first where none does)."""
    issuer = award.micro_credential.sealer
    if issuer is None or not certificates:
        yield Finding.not_applicable(
            "issuer.certificate",
            "There is no certificate to compare the issuer with. Its name stands in the credential "
            "by its own word; what is known about the key of the seal is said above.",
        )
        return
    identifier = next((one.value for one in issuer.identifiers if one.scheme in _SCHEMES), None)
    fitting = [one for one in certificates if one.organisation_identifier == identifier]
    names = issuer.legal_name.as_dict().values() if issuer.legal_name else ()
    yield from compare_issuer(
        (fitting or list(certificates))[0],
        legal_names=tuple(names),
        identifier=identifier,
        country=_alpha2(award),
    )


def quality_findings(award: Award) -> Iterator[Finding]:
    """Say whether the stated quality assurance was valid on the day of the award."""
    day = award.date_of_issue
    stated = award.micro_credential.quality_assurance
    rule = "issuer.quality-assurance"
    if not stated or day is None:
        yield Finding.not_applicable(
            rule,
            "The credential states no quality assurance whose validity could be looked at.",
            source="Council Recommendation 2022/C 243/02, Annex I",
        )
        return
    covers = [one.covers(day) for one in stated]
    source = "Council Recommendation 2022/C 243/02, Annex II, principle 1"
    if any(covers):
        yield Finding.passed(
            rule, f"The stated quality assurance was valid on {day}.", source=source
        )
    elif None in covers:
        yield Finding.indeterminate(
            rule,
            "The stated quality assurance names no dates, so nobody can tell whether it was "
            "valid at the award.",
            source=source,
            advice=True,
        )
    else:
        yield Finding.failed(
            rule, f"The stated quality assurance was not valid on {day}.", source=source
        )


def register_finding(award: Award) -> Finding:
    """Say that no register of providers was asked."""
    issuer = award.micro_credential.sealer
    name = str(issuer.legal_name) if issuer and issuer.legal_name else "the issuer"
    return Finding.indeterminate(
        "issuer.register",
        f"No register of providers was asked about {name}.",
        source="MICROBOL recommendations; DOMAIN section 6",
    )


def _alpha2(award: Award) -> str | None:
    """The country beside the issuer's eIDAS identifier, else of one of its places."""
    issuer = award.micro_credential.sealer
    if issuer is None:
        return None
    stated = next(
        (one.country for one in issuer.identifiers if one.scheme in _SCHEMES and one.country), None
    )
    if stated is not None:
        return stated
    from tessera.vocab.countries import alpha2

    countries = [place.country for place in issuer.places if place.country]
    return alpha2(countries[-1].iri) if countries else None

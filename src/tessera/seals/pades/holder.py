"""Do two seals come from the same holder?

A certificate carries two seals: one on the page, one on the credential in it. Both have
to be the issuer's; else a page could be laid around somebody else's credential.

Source: house rule; ETSI EN 319 412-1 clause 5.1.4 (organizationIdentifier).
"""

from __future__ import annotations

from tessera.seals.certificates import CertificateFacts


def same_holder(one: CertificateFacts, other: CertificateFacts) -> bool:
    """Tell whether two certificates name the same organisation: by identifier, else by name.

    Not checked: who is trusted; each certificate needs its own path to an authority.
    """
    if one.organisation_identifier or other.organisation_identifier:
        return one.organisation_identifier == other.organisation_identifier
    if one.organisation is None:
        return one.sha256 == other.sha256
    return (one.organisation, one.country) == (other.organisation, other.country)

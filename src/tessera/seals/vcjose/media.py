"""Does a token say truly what it is? Media types, for the step `schema`.

The names changed while the standards grew; all that were published are read.
Source: W3C VC-JOSE-COSE sections 3.1.1, 3.1.2 and 6.1 (and its errata: names with `-ld`);
RFC 7515 sections 4.1.9 and 4.1.10; VC Data Model 1.1 section 6.3.1 (JWT); 1EdTech Open
Badges 3.0 section 8.2 (JWT).
"""

from __future__ import annotations

from collections.abc import Iterator

from tessera.report import Finding
from tessera.seals.protocol import OpenedProofs
from tessera.seals.vcjose.claims import Shape, types_of
from tessera.seals.vcjose.read import Token, media_name

RULE = "schema.media-type"
_SOURCE = "W3C VC-JOSE-COSE sections 3.1.1, 3.1.2 and 6.1"
_TYPES = {
    "vc": ("vc+jwt", "vc-ld+jwt", "vc+ld+json+jwt", "vc+ld+jwt", "jwt"),
    "vp": ("vp+jwt", "vp-ld+jwt", "vp+ld+json+jwt", "vp+ld+jwt", "jwt"),
}
_CONTENTS = {
    "vc": ("vc", "vc+ld+json", "ld+json", "json"),
    "vp": ("vp", "vp+ld+json", "ld+json", "json"),
}


def media_type_findings(opened: OpenedProofs) -> tuple[Finding, ...]:
    """Return `schema.media-type` for what a token says it is.

    PASSED where type and content are named and fit; FAILED where one does not;
    NOT_APPLICABLE where the seal names neither, which the standards allow.
    """
    presented = "VerifiablePresentation" in types_of(
        opened.document if isinstance(opened.document, dict) else {}
    )
    kind = "vp" if presented else "vc"
    wrong = tuple(_wrong(opened, kind))
    if wrong:
        return wrong
    if opened.media_type is None and opened.content_type is None:
        return (
            Finding.not_applicable(
                RULE, "The seal does not say of which media type it is.", source=_SOURCE
            ),
        )
    return (
        Finding.passed(
            RULE,
            "The seal says truly of which media type it is.",
            evidence={"typ": opened.media_type, "cty": opened.content_type},
            source=_SOURCE,
        ),
    )


def _wrong(opened: OpenedProofs, kind: str) -> Iterator[Finding]:
    what = "presentation" if kind == "vp" else "credential"
    typ, cty = media_name(opened.media_type), media_name(opened.content_type)
    if typ is not None and typ not in _TYPES[kind]:
        yield _failed(f"The seal says it is of type {typ[:60]!r}, which is no {what} sealed so.")
    if cty is not None and cty not in _CONTENTS[kind]:
        yield _failed(f"The seal says it holds {cty[:60]!r}, which is no {what}.")
    held = opened.proofs[0].held if opened.proofs else None
    is_nested = isinstance(held, Token) and held.claims.shape is not Shape.FLAT
    if is_nested and typ not in (None, "jwt"):
        yield _failed(
            f"A token of type {str(typ)[:60]!r} holds its {what} as its payload, not in a claim "
            "'vc' or 'vp'."
        )


def _failed(message: str) -> Finding:
    return Finding.failed(RULE, message, source=_SOURCE)

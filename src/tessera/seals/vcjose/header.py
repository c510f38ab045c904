"""What the header of a token must and must not say.

Source: RFC 7515 section 4.1 (4.1.11: crit); RFC 7797 section 7 (b64 in JWTs); RFC 7516
section 4 (enc, zip); RFC 8725 sections 3.1 and 3.11; W3C VC-JOSE-COSE section 3.1.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tessera.report import Finding

RULE = "seal.jose.header"
_TEXTS = ("alg", "kid", "typ", "cty")


def header_findings(header: Mapping[str, Any], problem: str | None) -> tuple[Finding, ...]:
    """Return what is wrong with a header; problem: what reading x5c met."""
    found = list(_forms(header))
    if problem:
        found.append(_failed(problem, "RFC 7515 section 4.1.6"))
    return (*found, *_critical(header), *_foreign(header))


def _forms(header: Mapping[str, Any]) -> Iterator[Finding]:
    for name in _TEXTS:
        if name in header and not isinstance(header[name], str):
            yield _failed(f"The header parameter {name!r} is no text.", "RFC 7515 section 4.1")
    if "jwk" in header and not isinstance(header["jwk"], Mapping):
        yield _failed("The key in the header (jwk) is no object.", "RFC 7515 section 4.1.3")


def _critical(header: Mapping[str, Any]) -> Iterator[Finding]:
    """No critical parameter is understood: none is defined for sealed credentials."""
    source = "RFC 7515 section 4.1.11"
    if "crit" not in header:
        return
    names = header["crit"]
    if not isinstance(names, list) or not names or not all(isinstance(one, str) for one in names):
        yield _failed("The list of critical header parameters (crit) is no list of names.", source)
        return
    for name in sorted(set(names)):
        yield _failed(
            f"The seal demands that {name[:60]!r} is understood, which is no parameter of sealed "
            "credentials; it must not be accepted.",
            source,
        )


def _foreign(header: Mapping[str, Any]) -> Iterator[Finding]:
    if header.get("b64", True) is not True:
        yield _failed(
            "The payload is not encoded (b64), which tokens do not allow.", "RFC 7797 section 7"
        )
    if "enc" in header or "zip" in header:
        yield _failed(
            "The header has parameters of encryption (enc, zip), and the token is not encrypted.",
            "RFC 7516 section 4.1",
        )


def _failed(message: str, source: str) -> Finding:
    return Finding.failed(RULE, message, source=source)

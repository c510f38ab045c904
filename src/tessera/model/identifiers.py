"""Identifiers of people and organisations: a scheme and a value that fits it.

`Identifier.parse("esi", text)` reads what people write and returns the form the
scheme emits. Sources: European Student Identifier 1.0 (GÉANT), SCHAC 1.6, eIDAS
SAML attribute profile 1.2 §2.2.3, ISO 7064 MOD 11-2 (ORCID), ETSI EN 319 412-1
§5.1.4 (legal person semantics), DEQAR data model.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tessera.errors import ModelError
from tessera.model.checks import is_uri

_ESI_PREFIX = "urn:schac:personalUniqueCode:int:esi:"
_ESI_CODE = re.compile(r"(?:[A-Za-z0-9()+,\-.:=@;$_!*'/?#]|%[0-9A-Fa-f]{2})+")
_DOMAIN = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.I | re.A
)
_COUNTRY = re.compile(r"[a-z]{2}(?:-[a-z0-9]{1,3})?", re.I | re.A)
_EIDAS_LEGAL = re.compile(r"(?:VAT|NTR|PSD|LEI|EID|[A-Z]{2}:)[A-Z]{2}-\S.*")


def _esi(text: str) -> str:
    if text[: len(_ESI_PREFIX)].lower() != _ESI_PREFIX.lower():
        raise ModelError(f"A European Student Identifier begins with {_ESI_PREFIX}")
    rest = text[len(_ESI_PREFIX) :]
    scope, colon, code = rest.partition(":")
    if not colon or not _ESI_CODE.fullmatch(code):
        raise ModelError(
            "A European Student Identifier ends with a country code or the home organisation's "
            "domain, a colon and the student's code without spaces."
        )
    if not (_COUNTRY.fullmatch(scope) or _DOMAIN.fullmatch(scope)):
        raise ModelError(f"'{scope}' is neither a country code nor a domain.")
    if scope.lower() == "se":
        raise ModelError(
            "Swedish student identifiers use ladok.se, eduid.se or the university's domain "
            "instead of 'se' (SWAMID)."
        )
    if len(text) > 255:
        raise ModelError("A European Student Identifier has at most 255 characters.")
    return f"{_ESI_PREFIX}{scope.lower()}:{code}"


def _orcid(text: str) -> str:
    digits = re.sub(r"^https?://orcid\.org/", "", text, flags=re.I).replace("-", "").upper()
    if not re.fullmatch(r"[0-9]{15}[0-9X]", digits):
        raise ModelError("An ORCID iD has 16 digits, such as 0000-0002-1825-0097.")
    total = 0
    for digit in digits[:15]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if digits[15] != ("X" if check == 10 else str(check)):
        raise ModelError(f"'{text}' has a wrong check digit: look for a typing mistake.")
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def _eidas_person(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}/[A-Z]{2}/\S{1,250}", text):
        raise ModelError(
            "An eIDAS person identifier looks like FI/DE/abc123: issuing country, receiving "
            "country, then the code."
        )
    return text


def _eidas_legal(text: str) -> str:
    if not _EIDAS_LEGAL.fullmatch(text):
        raise ModelError(
            "An eIDAS legal identifier looks like VATIE-1234567A or NTRDE-HRB12345: the kind "
            "(VAT, NTR, PSD, LEI …), the country, a hyphen, then the number."
        )
    return text


def _deqarinst(text: str) -> str:
    match = re.fullmatch(r"(?:DEQARINST)?([0-9]{1,8})", text, re.I | re.A)
    if not match:
        raise ModelError("A DEQAR institution id looks like DEQARINST0123.")
    return f"DEQARINST{int(match[1]):04d}"


def _schac(text: str) -> str:
    value = re.sub(r"^urn:schac:homeOrganization:", "", text, flags=re.I).lower()
    if not _DOMAIN.fullmatch(value):
        raise ModelError("A SCHAC home organisation is a domain, such as example.edu.")
    return value


def _doi(text: str) -> str:
    value = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", text, flags=re.I)
    if not re.fullmatch(r"10\.[0-9]{4,9}/\S+", value):
        raise ModelError("A DOI looks like 10.1234/abcd.")
    return value


def _pattern(regex: str, advice: str, *, upper: bool = True) -> Callable[[str], str]:
    compiled = re.compile(regex, re.ASCII)

    def parse(text: str) -> str:
        value = text.upper() if upper else text
        if not compiled.fullmatch(value):
            raise ModelError(advice)
        return value

    return parse


_PARSERS: dict[str, Callable[[str], str]] = {
    "esi": _esi,
    "orcid": _orcid,
    "eidas-person": _eidas_person,
    "eidas-legal": _eidas_legal,
    "deqarinst": _deqarinst,
    "schac": _schac,
    "doi": _doi,
    "vat": _pattern(
        r"[A-Z]{2}[A-Z0-9+*.]{2,14}", "A VAT number begins with a country: IE1234567A."
    ),
    "eter": _pattern(r"[A-Z]{2}\d{4}", "An ETER or OrgReg id looks like BG0001."),
    "pic": _pattern(r"\d{9}", "A PIC has nine digits."),
    "erasmus": _pattern(
        r"[A-Z]{1,3} ?[A-Z-]+\d{2,3}", "An Erasmus code looks like 'IRLDUBLIN01' or 'D BERLIN01'."
    ),
    "lei": _pattern(r"[A-Z0-9]{18}\d{2}", "A LEI has 20 letters and digits."),
    "did": _pattern(r"did:[a-z0-9]+:\S+", "A DID looks like did:web:example.edu.", upper=False),
}
SCHEMES = tuple(_PARSERS)
_ARE_URIS = ("esi", "did")  # "NO:DE-1" of the scheme eidas-legal only looks like one


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A value in a scheme.

    scheme: one of `SCHEMES`, or an absolute URI, or any other name a third party
    uses; only values of our own schemes are checked.
    country: ISO 3166-1 alpha-2 code of who gave it, where that matters.
    name: the scheme as people call it ("Certificate number").
    """

    scheme: str
    value: str
    country: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        if not self.value.strip() or not self.scheme.strip():
            raise ModelError("An identifier needs a scheme and a value.")
        parser = _PARSERS.get(self.scheme)
        if parser and parser(self.value.strip()) != self.value:
            known = parser(self.value.strip())
            raise ModelError(f"Write this {self.scheme} identifier as {known}.")

    @classmethod
    def parse(cls, scheme: str, text: str, **more: str | None) -> Identifier:
        """Read what a person wrote and keep the form that the scheme emits.

        Raises: ModelError saying what a value of this scheme looks like.
        """
        parser = _PARSERS.get(scheme)
        value = text.strip()
        return cls(scheme=scheme, value=parser(value) if parser else value, **more)

    @property
    def uri(self) -> str | None:
        """The identifier as an absolute URI, where its scheme defines one."""
        if is_uri(self.value) and (self.scheme in _ARE_URIS or self.scheme not in _PARSERS):
            return self.value
        prefix = {"orcid": "https://orcid.org/", "doi": "https://doi.org/"}.get(self.scheme)
        return prefix + self.value if prefix else None

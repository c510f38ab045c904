"""The certificate a person hangs on the wall: one PDF with the sealed credential in it.

Written by typst as PDF/A-3a and PDF/UA-1 at once; the sealed credential is attached with
the relationship Source. Nothing personal goes into markup: the texts are data.

1. One printer per batch keeps the compiled page warm:

>>> printer = Printer(CertificateOptions(language="fi"))        # doctest: +SKIP
>>> pdf = printer.draw(award, sealed)                           # doctest: +SKIP

2. A text that cannot be drawn raises `UndrawableError` with a sentence; the batch goes on.

Source: ISO 19005-3 (PDF/A-3), ISO 14289-1 (PDF/UA-1), ISO 32000-2 clause 14.13
(associated files). Not checked here: conformance beyond what typst enforces.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any

from tessera.errors import UsageError
from tessera.model import Award, MicroCredential
from tessera.render.certificate_data import (
    address_text,
    colour_scale,
    contrast_with_white,
    drawable,
    logo_data,
    page_data,
)
from tessera.render.display import RenderError
from tessera.render.labels import labels

ATTACHMENT = "credential.jsonld"
STANDARDS = ["a-3a", "ua-1"]
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_STONES = {
    "plum": "#5d2350", "serpentine": "#1f5c49", "smalt": "#1d4f6b",
    "ochre": "#8f5d12", "rosso": "#8e3b2b", "slate": "#3d4755",
}  # fmt: skip
# ISCED-F broad field -> stone, as in the pictures of the same micro-credential.
_FIELDS = {
    "01": "ochre", "02": "rosso", "03": "smalt", "05": "smalt", "06": "plum", "07": "ochre",
    "08": "serpentine", "09": "rosso", "10": "serpentine",
}  # fmt: skip
_READABLE = 4.5  # WCAG 2.2, 1.4.3


class UndrawableError(RenderError):
    """A text holds a sign that the fonts of the certificate do not have."""

    code = "undrawable"
    exit_code = 65


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateOptions:
    """How a certificate looks.

    language: one of the 24 languages of the EU; texts of the award that do not exist in it
    stay in theirs. colour: of the institution, "#rrggbb"; without it the stone of the
    field. verify_url: address that the QR code opens, "{id}" standing for the credential
    id; without it the code holds the id.

    Raises: UsageError for a language without labels, or what is no colour.
    """

    language: str = "en"
    portrait: bool = False
    colour: str | None = None
    verify_url: str | None = None

    def __post_init__(self) -> None:
        labels(self.language)
        if self.colour is not None and not _COLOUR.fullmatch(self.colour.lower()):
            raise UsageError(f"'{self.colour[:20]}' is no colour. Write it as #1d4f6b.")
        if self.verify_url is not None and not self.verify_url.startswith("https://"):
            raise UsageError("The address for verifying has to begin with https://.")


@dataclass(slots=True)
class Printer:
    """Draws certificates that look alike; keeps the compiler, so that a batch is fast."""

    options: CertificateOptions = field(default_factory=CertificateOptions)
    _compiler: Any = None
    _logos: dict[int, str] = field(default_factory=dict)

    def draw(self, award: Award, sealed: bytes) -> bytes:
        """Return the PDF of one award with its sealed credential attached.

        sealed: UTF-8 text, as our seals are. The same award gives the same bytes.
        Raises: UndrawableError naming the sign that no font has; RenderError when typst or
        segno is missing, or a logo cannot be read.
        """
        inputs = self.inputs(award, sealed)
        typst = _typst()
        if self._compiler is None:
            self._compiler = typst.Compiler(ignore_system_fonts=True)
        try:
            pdf = self._compiler.compile(
                template(),
                format="pdf",
                pdf_standards=STANDARDS,
                sys_inputs=inputs,
                timestamp=_stamp(award.issued_at),
            )
        except typst.TypstError as error:
            raise _refusal(error, award) from error
        return bytes(pdf)

    def inputs(self, award: Award, sealed: bytes) -> dict[str, str]:
        """Return what the page is given: the texts as JSON, the credential as it is."""
        options = self.options
        data = page_data(award, options.language)
        address = (
            award.id if options.verify_url is None else options.verify_url.replace("{id}", award.id)
        )
        data["address"] = (
            address_text(address.removeprefix("https://")) if options.verify_url else ""
        )
        data["qr"] = _qr(address)
        data["stones"], data["accent"] = _colours(award.micro_credential, options.colour)
        data["wide"] = not options.portrait
        return {
            "data": json.dumps(data, ensure_ascii=False),
            "logos": self._logo_text(award.micro_credential),
            "credential": sealed.decode("utf-8"),
        }

    def _logo_text(self, description: MicroCredential) -> str:
        key = id(description)
        if key not in self._logos:
            self._logos = {key: json.dumps(logo_data(description))}
        return self._logos[key]


def draw_certificate(
    award: Award, sealed: bytes, options: CertificateOptions | None = None
) -> bytes:
    """Draw one certificate; for many, keep a `Printer`. Raises: as `Printer.draw`."""
    return Printer(options or CertificateOptions()).draw(award, sealed)


@lru_cache(maxsize=1)
def template() -> bytes:
    """The page, as typst reads it."""
    return resources.files(__package__).joinpath("certificate.typ").read_bytes()


def _typst() -> Any:
    try:
        import typst
    except ImportError as error:
        raise RenderError("Drawing a certificate needs typst: install tessera[pdf].") from error
    return typst


def _stamp(issued_at: datetime | None) -> int:
    return int(issued_at.timestamp()) if issued_at else 0


def _qr(content: str) -> list[str]:
    """The modules of the code row by row, "1" for dark."""
    try:
        import segno
    except ImportError as error:
        raise RenderError("Drawing a certificate needs segno: install tessera[pdf].") from error
    code = segno.make_qr(content, error="m", boost_error=False)
    return ["".join("1" if bit else "0" for bit in row) for row in code.matrix]


def _colours(
    description: MicroCredential, colour: str | None
) -> tuple[list[tuple[str, str, str]], str]:
    """The scales of the art in order, and a colour that text can have on white."""
    code = (description.fields[0].code or "") if description.fields else ""
    own = colour.lower() if colour else _STONES[_FIELDS.get(code[:2], "slate")]
    beside = [_STONES["slate"], own if colour else _STONES["plum"]]
    scales = [colour_scale(one) for one in (own, beside[0], own, beside[1], beside[0])]
    return scales, own if contrast_with_white(own) >= _READABLE else "#1e1a21"


def _refusal(error: Any, award: Award) -> RenderError:
    found = _MISSING.search(error.message)
    if found is None:
        return RenderError(f"The certificate could not be drawn: {error.message}")
    sign = _ESCAPED.sub(lambda one: chr(int(one[1], 16)), found[1])
    points = " ".join(f"U+{ord(one):04X}" for one in sign)
    where = next((name for name, text in _named_texts(award) if sign in text), "A text")
    return UndrawableError(
        f"{where} holds the sign '{sign}' ({points}), which the fonts of the certificate do not "
        "have: they draw Latin, Greek, Cyrillic and Hebrew letters. The sealed credential itself "
        "is complete; there is no PDF of it."
    )


def _named_texts(award: Award) -> Iterator[tuple[str, str]]:
    yield "The name of the learner", drawable(award.learner.display_name or "")
    description = award.micro_credential
    for text in (description.title, *(one.title for one in description.learning_outcomes)):
        if text is not None:
            name = "The title" if text is description.title else "A learning outcome"
            yield name, " ".join(text.as_dict().values())
    for one in description.organisations():
        yield "The name of an organisation", str(one.legal_name or "")

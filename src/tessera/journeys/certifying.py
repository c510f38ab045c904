"""The journey from a sealed credential to the certificate that a person hangs on the wall.

Steps for each: 1 the seal of the credential is intact, 2 read it as a verifier will,
3 the key belongs to who sealed it, 4 draw the page in its language, 5 the page says what
the credential says, else there is no certificate, 6 seal the page, at the level asked for.

A folder is done one file at a time, each written whole or not at all; a run that was
stopped goes on where it was, and one learner without a certificate stops nobody else.

Source: WIRE-ELM section 7; DESIGN section 4 (a name that cannot be drawn).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.errors import KeyRefusedError, StoreError, TesseraError, UnreadableError
from tessera.formats.elm import FORMAT
from tessera.issue.unfinished import PART, own_mark, sweep
from tessera.model import Award
from tessera.render.certificate import CertificateOptions, Printer, UndrawableError
from tessera.render.display import RenderError
from tessera.report import Outcome
from tessera.seals.certificates import describe
from tessera.seals.jades import JADES
from tessera.seals.pades import PADES, page_text
from tessera.seals.pades.holder import same_holder
from tessera.seals.timestamp import TimestampError
from tessera.standards.jsontext import read_json
from tessera.trust.revocation_gather import RevocationError
from tessera.verify.certificate import not_on_page
from tessera.verify.recognise import MOST_BYTES
from tessera.vocab.names import EU_LANGUAGES, primary

if TYPE_CHECKING:
    from tessera.issue.register import Register
    from tessera.journeys.page_levels import PageRaiser
    from tessera.seals.protocol import Opened, SigningKey

FOLDER = "certificates"
ENDING = ".pdf"


@dataclass(slots=True)
class Certifier:
    """Makes certificates with one look and one key.

    options: its language is used where `language` is not None, else each certificate
    speaks the language its credential is shown in. key: None leaves the page unsealed.
    raiser: seals at a level with timestamps; None is level B-B.
    """

    options: CertificateOptions
    key: SigningKey | None
    at: datetime
    language: str | None = None
    raiser: PageRaiser | None = None
    _printers: dict[str, Printer] = field(default_factory=dict)

    def certify(self, sealed: bytes) -> bytes:
        """Return the PDF of one sealed credential.

        Raises: UnreadableError when it is no intact sealed credential; KeyRefusedError when
        the key belongs to somebody else; RenderError when the page cannot be drawn so that
        it says what the credential says; TimestampError, RevocationError from the raiser.
        """
        # 1, 2
        opened = JADES.open(sealed)
        if any(one.outcome is Outcome.FAILED for one in JADES.check(opened)):
            raise UnreadableError(
                "The seal of the credential is broken, so no certificate is drawn of it. "
                "'tessera verify' says what is wrong."
            )
        award = FORMAT.decode(read_json(opened.document, max_bytes=MOST_BYTES)).award
        # 3
        if self.key is not None:
            _refuse_others(self.key, opened)
        # 4, 5
        pdf = self._drawn(award, sealed)
        # 6
        if self.key is None:
            return pdf
        if self.raiser is None:
            return PADES.seal(pdf, self.key, self.at)
        return self.raiser.seal(pdf, self.key, self.at)

    def _drawn(self, award: Award, sealed: bytes) -> bytes:
        language = self.language or _spoken(award)
        if language not in self._printers:
            options = replace(self.options, language=language)
            self._printers[language] = Printer(options)
        pdf = self._printers[language].draw(award, sealed)
        missing = not_on_page(award, page_text(pdf), language)
        if missing:
            raise UndrawableError(
                f"The page cannot say exactly what the credential says ({', '.join(missing)}), so "
                "there is no PDF of it. The sealed credential itself is complete."
            )
        return pdf


def _spoken(award: Award) -> str:
    language = primary(award.display_language)
    return language if language in EU_LANGUAGES else "en"


def _refuse_others(key: SigningKey, opened: Opened) -> None:
    own = describe(key.certificate_chain[0])
    sealers = [describe(one.certificates[0]) for one in opened.signatures if one.certificates]
    if not any(same_holder(own, one) for one in sealers):
        names = ", ".join(one.holder for one in sealers) or "nobody that is named"
        raise KeyRefusedError(
            f"The credential was sealed by {names}, the key belongs to {own.holder}. A "
            "certificate with two issuers does not verify: use the key of the issuer."
        )


@dataclass(slots=True)
class Certified:
    """How a folder went; undrawable: credential id and the sentence why."""

    written: int = 0
    already: int = 0
    undrawable: list[tuple[str, str]] = field(default_factory=list)

    def add(self, other: Certified) -> None:
        """Count what another process has done."""
        self.written += other.written
        self.already += other.already
        self.undrawable += other.undrawable


def certify_folder(
    register: Register,
    certifier: Certifier,
    progress: Callable[[int], None] = lambda _: None,
) -> Certified:
    """Write the certificates that a folder of credentials lacks, beside them.

    Raises: StoreError when the folder or disk refuses; TimestampError, RevocationError;
    what is written stays.
    """
    prepare(register.folder / FOLDER)
    return certify_some(register, _ids(register), certifier, progress)


def certify_some(
    register: Register,
    ids: Iterable[str],
    certifier: Certifier,
    progress: Callable[[int], None] = lambda _: None,
) -> Certified:
    """Write the certificates of these credentials that are not there; raises as above."""
    done = Certified()
    for id in ids:
        path = register.folder / FOLDER / (id.rpartition(":")[2] + ENDING)
        if path.exists():
            done.already += 1
        else:
            try:
                write_whole(path, certifier.certify(register.sealed(id)))
                done.written += 1
            except (RenderError, UnreadableError) as error:
                done.undrawable.append((id, str(error)))
            except (TimestampError, RevocationError) as error:
                raise _stopped(error) from error
        progress(1)
    return done


def _stopped(error: TesseraError) -> TesseraError:
    return type(error)(
        f"{error} The certificates that are written stay; run the same command again to go on."
    )


def shares(register: Register, size: int) -> Iterable[Sequence[str]]:
    """Divide the credentials of a folder among processes, a few at a time."""
    ids = tuple(_ids(register))
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _ids(register: Register) -> Iterable[str]:
    return tuple(register.ids())  # the register is read again meanwhile


def prepare(folder: Path) -> None:
    """Make the folder, and clear away what a killed run left half-written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
    except OSError as error:
        raise StoreError(f"The folder {folder} cannot be written: {error.strerror}.") from error


def write_whole(path: Path, content: bytes) -> None:
    """Write beside and rename, so that no reader ever sees half a file. Raises: StoreError."""
    part = path.with_name(f".{path.name}.{own_mark()}{PART}")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({error.strerror}). Make room or unlock the folder and run "
            "the same command again: what is written already stays as it is."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)

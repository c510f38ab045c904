"""`tessera certificate`, and the certificates of `tessera issue --pdf`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.cli import output
from tessera.errors import StoreError, UsageError

if TYPE_CHECKING:
    from tessera.issue.register import Register
    from tessera.journeys.certifying import Certified
    from tessera.journeys.crew import Crew, PageKit
    from tessera.render.certificate import CertificateOptions
    from tessera.seals.protocol import SigningKey

_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How certificates look, as typed; lang empty: the language of each credential."""

    lang: str = ""
    portrait: bool = False
    colour: str | None = None
    verify_url: str | None = None

    def options(self) -> CertificateOptions:
        """Raises: UsageError for what is no language, colour or address."""
        from tessera.render.certificate import CertificateOptions

        return CertificateOptions(
            language=self.lang or "en",
            portrait=self.portrait,
            colour=self.colour,
            verify_url=self.verify_url,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealer:
    """The key that seals a certificate, as typed; key None: it is drawn and not sealed."""

    key: str | None
    password_file: Path | None
    chain: Path | None
    level: str = "b"
    tsa: str | None = None


def certificate(file: Path, look: Look, by: Sealer, target: Path | None) -> int:
    """Draw one certificate of a sealed credential, sealed where there is a key."""
    from tessera.cli.sealing import ascent, load_keys, surroundings
    from tessera.journeys.certifying import Certifier, write_whole
    from tessera.journeys.verifying import read_input

    now = datetime.now(UTC).replace(microsecond=0)
    path = target or file.with_suffix(".pdf")
    if path == file:
        raise UsageError(f"{file} is a PDF already. Give the sealed credential, often .jsonld.")
    upwards, loaded = ascent(by.level, by.tsa), None
    if by.key is not None:
        passwords = [by.password_file] if by.password_file else []
        [loaded] = load_keys([by.key], passwords, now, surroundings(by.chain))
    elif by.level != "b":
        raise UsageError(f"The level {by.level} needs a key that seals the page: --key.")
    raiser = upwards.page_raiser() if by.level != "b" else None
    certifier = Certifier(look.options(), loaded, now, language=look.lang or None, raiser=raiser)
    raw = read_input(file)
    if path.exists():
        raise StoreError(f"{path} exists already and is left as it is. Choose another name (-o).")
    write_whole(path, certifier.certify(raw))
    output.line(f"Wrote {path}.")
    if by.key is None:
        output.line("The page has no seal of its own, so it does not verify: seal it with --key.")
    return 0


def certificates(
    register: Register, kit: PageKit, key: SigningKey, crew: Crew | None, *, quiet: bool
) -> Certified:
    """Write the certificates that the folder lacks, with progress on a terminal."""
    from tessera.journeys.certifying import certify_folder

    with _progress(register.count(), quiet=quiet) as advance:
        if crew is not None:
            return crew.certify(kit, register, advance)
        return certify_folder(register, kit.certifier(key), advance)


def tell(done: Certified, folder: Path) -> None:
    """Say how the certificates of a folder went."""
    output.line(f"{_certificates(done.written)} written, in {folder}/certificates.")
    if done.already:
        output.line(f"{_certificates(done.already)} there already.")
    for id, reason in done.undrawable[:_SHOWN]:
        output.complain(f"No certificate for {id}: {reason}")
    if len(done.undrawable) > _SHOWN:
        output.complain(f"{len(done.undrawable) - _SHOWN} more have none; --json lists them.")


def as_json(done: Certified) -> dict[str, object]:
    """The same for scripts."""
    return {
        "written": done.written,
        "already": done.already,
        "undrawable": [{"credential": id, "reason": reason} for id, reason in done.undrawable],
    }


def _certificates(number: int) -> str:
    return f"{number} certificate is" if number == 1 else f"{number} certificates are"


@contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Certificates", total=total)
        yield lambda number: bar.advance(task, number)

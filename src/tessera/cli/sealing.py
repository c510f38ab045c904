"""`tessera keys` and `tessera seal`: make test keys, unlock keys, add a seal."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.cli import output
from tessera.errors import StoreError, UnreadableError, UsageError
from tessera.report import Outcome

if TYPE_CHECKING:
    from tessera.journeys.levels import Ascent
    from tessera.journeys.unlocking import Surroundings
    from tessera.seals.keys.authority import WrittenKeys
    from tessera.seals.protocol import SigningKey


def test_ca(
    folder: Path, *, organisation: str, country: str, identifier: str, algorithm: str
) -> int:
    """Make a TEST authority and say where its files are."""
    from tessera.cli.naming import DOCUMENT
    from tessera.seals.keys import make_test_authority
    from tessera.seals.keys.authority import refuse_existing

    named = {
        "organisation": organisation,
        "country": country.upper(),
        "identifier": identifier,
        "algorithm": algorithm,
    }
    refuse_existing(folder / DOCUMENT)
    written = make_test_authority(
        folder, datetime.now(UTC), **{name: value for name, value in named.items() if value}
    )
    known = _own_document(written)
    output.line(f"Wrote {written.authority} (trust this), {written.key} (seals) and "
                f"{written.password} (its password).")  # fmt: skip
    output.line(f"{known} names the key for badges and wallets (trust this as well).")
    output.line("They are for trying things out: everything they seal says TEST.")
    return 0


def _own_document(written: WrittenKeys) -> Path:
    """Write the document of the DID that the key has by itself beside it."""
    from tessera.cli.naming import DOCUMENT, write
    from tessera.seals.keys.publish import as_text, own_document

    (key,) = load_keys([str(written.key)], [written.password], None)
    folder = written.key.parent
    write(folder, {DOCUMENT: as_text(own_document(key.certificate_chain[0]))})
    return folder / DOCUMENT


def load_keys(
    keys: Sequence[str],
    passwords: Sequence[Path],
    at: datetime | None,
    around: Surroundings | None = None,
) -> Sequence[SigningKey]:
    """Unlock the keys of a command."""
    from tessera.journeys.unlocking import unlock

    return unlock(keys, passwords, at, around or surroundings(None))


def surroundings(chain: Path | None) -> Surroundings:
    """Say where certificates beside the key and the profiles of remote services lie."""
    from tessera.journeys.unlocking import Surroundings

    return Surroundings(chain=chain, profiles=config_folder() / "csc")


def config_folder() -> Path:
    """Return the folder with the settings of this person (XDG base directories)."""
    given = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(given) if given.startswith("/") else Path.home() / ".config") / "tessera"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What `tessera seal add` was asked for."""

    file: Path
    key: str
    password_file: Path | None
    chain: Path | None
    output: Path | None
    level: str
    tsa: str | None


def ascent(level: str, tsa: str | None) -> Ascent:
    """Return how seals get to a level. Raises: UsageError."""
    from tessera.journeys import levels

    if tsa is None:
        return levels.Ascent(level=level, tsa=None, clock=_now, seconds=levels.SECONDS)
    from tessera.journeys.tsa_profile import authority

    who = authority(tsa, config_folder() / "tsa")
    return levels.Ascent(level=level, tsa=who.url, clock=_now, seconds=levels.SECONDS, account=who)


def _now() -> datetime:
    return datetime.now(UTC)


def add(wanted: Addition) -> int:
    """Add a seal to a file; the file is replaced whole or stays as it is."""
    file, target = wanted.file, wanted.output
    from tessera.journeys.verifying import read_input
    from tessera.seals.certificates import describe
    from tessera.seals.jades import JADES

    now = datetime.now(UTC).replace(microsecond=0)
    upwards = ascent(wanted.level, wanted.tsa)
    passwords = [wanted.password_file] if wanted.password_file else []
    [loaded] = load_keys([wanted.key], passwords, now, surroundings(wanted.chain))
    raw = read_input(file)
    holder = describe(loaded.certificate_chain[0]).holder
    opened = JADES.open(raw)
    if any(one.certificates[:1] == loaded.certificate_chain[:1] for one in opened.signatures):
        raise UsageError(f"{holder} has sealed {file} already. Nothing was changed.")
    # A seal beside a broken one would vouch for a document that somebody has altered.
    if any(finding.outcome is Outcome.FAILED for finding in JADES.check(opened)):
        raise UnreadableError(
            f"A seal that is in {file} already is broken; nothing was added. "
            f"'tessera verify {file}' says what is wrong. Ask its sender for the file again."
        )
    sealed = upwards.raiser().one(JADES.cosign(raw, loaded, now), len(opened.signatures))
    _replace(target or file, sealed, over=target is None)
    output.line(f"{holder} has sealed {target or file} as well.")
    return 0


def renew(file: Path, tsa: str, target: Path | None) -> int:
    """Put a further timestamp around the seals of a file, or around a sealed page (PDF)."""
    from tessera.journeys.verifying import read_input
    from tessera.seals.pades import is_pdf

    raw, upwards = read_input(file), ascent("lta", tsa)
    is_page = is_pdf(raw)
    raiser = upwards.page_raiser() if is_page else upwards.raiser()
    _replace(target or file, raiser.renew(raw), over=target is None)
    added = "document timestamp" if is_page else "archive timestamp"
    output.line(f"{target or file} has a further {added}.")
    return 0


def _replace(path: Path, content: bytes, *, over: bool) -> None:
    """Write a file whole or not at all; a name that was asked for must be free."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        if over:
            part.replace(path)
        else:
            os.link(part, path)
    except FileExistsError as error:
        raise StoreError(
            f"{path} exists already and is left as it is. Choose another name."
        ) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)

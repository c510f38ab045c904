"""`tessera keys`, `tessera seal` and `tessera doctor`: what has to do with keys."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.cli import output
from tessera.errors import KeyRefusedError, StoreError, UnreadableError, UsageError
from tessera.report import Finding, Outcome, Step

if TYPE_CHECKING:
    from tessera.seals.certificates import CertificateFacts
    from tessera.seals.protocol import SigningKey

_SOON = timedelta(days=60)
_EXTRAS = {
    "pdf": ("typst", "PIL", "segno"),
    "rdf": ("pyld", "pyoxigraph", "shacl"),
    "tables": ("python_calamine", "xlsxwriter"),
    "trust": ("pyhanko_certvalidator",),
}


def test_ca(
    folder: Path, *, organisation: str, country: str, identifier: str, algorithm: str
) -> int:
    """Make a TEST authority and say where its files are."""
    from tessera.seals.keys import make_test_authority

    named = {
        "organisation": organisation,
        "country": country.upper(),
        "identifier": identifier,
        "algorithm": algorithm,
    }
    written = make_test_authority(
        folder, datetime.now(UTC), **{name: value for name, value in named.items() if value}
    )
    output.line(f"Wrote {written.authority} (trust this), {written.key} (seals) and "
                f"{written.password} (its password).")  # fmt: skip
    output.line("They are for trying things out: everything they seal says TEST.")
    return 0


def load_keys(keys: Sequence[str], passwords: Sequence[Path], at: datetime) -> Sequence[SigningKey]:
    """Unlock the keys of a command."""
    from tessera.journeys.unlocking import unlock

    return unlock(keys, passwords, at)


def add(file: Path, key: str, password_file: Path | None, target: Path | None) -> int:
    """Add a seal to a file; the file is replaced whole or stays as it is."""
    from tessera.journeys.verifying import read_input
    from tessera.seals.certificates import describe
    from tessera.seals.jades import JADES

    now = datetime.now(UTC).replace(microsecond=0)
    [loaded] = load_keys([key], [password_file] if password_file else [], now)
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
    sealed = JADES.cosign(raw, loaded, now)
    _replace(target or file, sealed, over=target is None)
    output.line(f"{holder} has sealed {target or file} as well.")
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


def doctor(key: str | None, password_file: Path | None, *, as_json: bool) -> int:
    """Look at this machine and, if one is given, at the key; every finding has a next step."""
    findings = [*_extras(), *_official()]
    if key is not None:
        findings += list(_key(key, password_file))
    step = Step.of("doctor", findings)
    if as_json:
        output.json_line({"schema": 1, **step.to_json()})
    else:
        for finding in step.findings:
            output.describe(finding, indent=0)
    return {Outcome.FAILED: 1, Outcome.INDETERMINATE: 2}.get(step.outcome, 0)


def _extras() -> Iterator[Finding]:
    for extra, modules in _EXTRAS.items():
        missing = [name for name in modules if find_spec(name) is None]
        rule = f"doctor.extra.{extra}"
        if missing:
            yield Finding.indeterminate(
                rule, f"The extra '{extra}' is not installed ({', '.join(missing)}). Next: "
                f"pip install 'tessera[{extra}]'", advice=True,
            )  # fmt: skip
        else:
            yield Finding.passed(rule, f"The extra '{extra}' is installed.")


def _official() -> Iterator[Finding]:
    from tessera.standards.locate import installed_library

    if installed_library() is None:
        yield Finding.indeterminate(
            "doctor.standards",
            "The official files are not installed; our own structural check decides alone. "
            "Next: tessera standards install",
            advice=True,
        )
    else:
        yield Finding.passed("doctor.standards", "The official files are installed.")


def _key(name: str, password_file: Path | None) -> Iterator[Finding]:
    from tessera.seals.certificates import describe

    now = datetime.now(UTC)
    try:
        [key] = load_keys([name], [password_file] if password_file else [], now)
        facts = describe(key.certificate_chain[0])
    except KeyRefusedError as error:
        yield Finding.failed("doctor.key", str(error))
        return
    yield Finding.passed("doctor.key", f"The key can seal: {facts.holder}, {facts.key}.")
    yield _expiry(facts, now)
    yield _identifier(facts)
    if len(key.certificate_chain) < 2:
        yield Finding.failed(
            "doctor.key.chain",
            "The key file holds no issuing authority; verifiers may not find it. Next: add the "
            "authority's certificates to the .p12.",
        )
    else:
        yield Finding.passed("doctor.key.chain", "The chain of certificates is there.")
    if facts.is_test:
        yield Finding.indeterminate(
            "doctor.key.test", "It is a TEST key: what it seals proves nothing.", advice=True
        )


def _expiry(facts: CertificateFacts, now: datetime) -> Finding:
    left = facts.not_after - now
    if left < _SOON:
        return Finding.failed(
            "doctor.key.expiry",
            f"The certificate expires on {facts.not_after:%d %B %Y}, in {left.days} days. Next: "
            "order a new one now; sealing stops that day.",
        )
    return Finding.passed("doctor.key.expiry", f"It is valid until {facts.not_after:%d %B %Y}.")


def _identifier(facts: CertificateFacts) -> Finding:
    if facts.organisation_identifier is None:
        return Finding.failed(
            "doctor.key.identifier",
            "The certificate states no organisation identifier (2.5.4.97), so a verifier cannot "
            "match it with the issuer. Next: ask your provider for an e-seal certificate.",
        )
    return Finding.passed(
        "doctor.key.identifier", f"It names the organisation {facts.organisation_identifier}."
    )

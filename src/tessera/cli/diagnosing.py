"""`tessera doctor`: what is missing on this machine, and what is wrong with a key.

Steps: 1 the extras, the official files and the trusted lists, 2 unlock the key and rehearse
a seal, 3 what its certificate says, 4 its chain, 5 this machine's clock against one that
others trust. Every finding that is not good names the next step. Only a remote key and
`--tsa` use the network.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tessera.cli import output
from tessera.cli.sealing import load_keys, surroundings
from tessera.errors import KeyRefusedError, TesseraError
from tessera.report import Finding, Outcome, Step

if TYPE_CHECKING:
    from tessera.seals.certificates import CertificateFacts
    from tessera.seals.protocol import SigningKey

_SOON = timedelta(days=60)
_CLOCK_TOLERANCE = timedelta(seconds=30)
_TSA_BYTES = 1_000_000
_EXTRAS = {
    "keys": ("pkcs11",),
    "pdf": ("typst", "PIL", "segno", "pyhanko", "pypdf"),
    "rdf": ("pyld", "pyoxigraph", "shacl"),
    "tables": ("python_calamine", "xlsxwriter"),
    "trust": ("pyhanko_certvalidator", "pyhanko", "lxml", "signxml", "openvc"),
}
_RULES = {
    "key.usage": "doctor.key.usage",
    "key.secret": "doctor.key.secret",
    "key.locked": "doctor.key.locked",
    "key.gone": "doctor.key.reachable",
    "key.remote": "doctor.key.remote",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What is to be looked at, as typed."""

    key: str | None = None
    password_file: Path | None = None
    chain: Path | None = None
    tsa: str | None = None


def doctor(patient: Patient, *, as_json: bool) -> int:
    """Look at this machine and, if one is given, at the key; every finding has a next step."""
    findings = [*_extras(), *_official(), about_lists(datetime.now(UTC))]
    key = None
    if patient.key is not None:
        key, about_key = _key(patient)
        findings += about_key
    findings += _clock(patient, key)
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


def about_lists(now: datetime) -> Finding:
    """Say how old the trusted lists are that are kept here, and whether they can be used."""
    from tessera.cli.trusting import installed_lists
    from tessera.trust.lists.assess import OLD_SNAPSHOT_DAYS
    from tessera.trust.lists.hierarchy import Refused

    rule, update = "doctor.lists", "Next: tessera trust update"
    try:
        lists = installed_lists()
        if lists is None:
            said = "There are no trusted lists here, so no seal can be found to be a qualified one."
            return Finding.indeterminate(rule, f"{said} {update}", advice=True)
        top = lists.list_of_lists(now)
    except TesseraError as error:
        return Finding.indeterminate(rule, f"{error} {update}", advice=True)
    if isinstance(top, Refused):
        return Finding.indeterminate(rule, f"{top.finding.message} {update}", advice=True)
    fetched = lists.snapshot.fetched_at
    if fetched is None:
        said = "It is not recorded when the trusted lists were fetched."
        return Finding.indeterminate(rule, f"{said} {update}", advice=True)
    days = max((now - fetched).days, 0)
    said = f"The trusted lists were fetched on {fetched:%Y-%m-%d}, {days} days ago"
    if days > OLD_SNAPSHOT_DAYS:
        return Finding.indeterminate(
            rule,
            f"{said}; a service may have been withdrawn since. {update}",
            evidence={"days": days},
            advice=True,
        )
    return Finding.passed(rule, f"{said}.", evidence={"days": days})


def _key(patient: Patient) -> tuple[SigningKey | None, list[Finding]]:
    """Unlock the key and try it; what its certificate says is looked at in any case."""
    from tessera.seals.certificates import describe
    from tessera.seals.keys.outside import OutsideKey

    assert patient.key is not None
    now, key = datetime.now(UTC), None
    passwords = [patient.password_file] if patient.password_file else []
    findings = list(_secret_files(passwords))
    try:
        [key] = load_keys([patient.key], passwords, None, surroundings(patient.chain))
        findings += _secret_files(getattr(key, "secret_files", ()))
        facts = describe(key.certificate_chain[0])
        # An expired key is not tried: what it would sign is worth nothing.
        if isinstance(key, OutsideKey) and facts.not_before <= now <= facts.not_after:
            key.rehearse()
    except KeyRefusedError as error:
        findings.append(Finding.failed(_RULES.get(error.code, "doctor.key"), str(error)))
        if key is None:
            return None, findings
    else:
        findings.append(
            Finding.passed("doctor.key", f"The key can be used: {facts.holder}, {facts.key}.")
        )
    findings += [_expiry(facts, now), _usage(facts), _identifier(facts)]
    findings += _chain(key.certificate_chain)
    if facts.is_test:
        findings.append(
            Finding.indeterminate(
                "doctor.key.test", "It is a TEST key: what it seals proves nothing.", advice=True
            )
        )
    return key, findings


def _secret_files(paths: Iterable[Path]) -> Iterator[Finding]:
    """Warn when others on this machine may read a password, PIN or token."""
    for path in paths:
        if path.is_file() and path.stat().st_mode & 0o077:
            yield Finding.indeterminate(
                "doctor.key.secret-file",
                f"Others on this machine may read {path}. Next: chmod 600 {path}",
                advice=True,
            )


def _expiry(facts: CertificateFacts, now: datetime) -> Finding:
    rule, left = "doctor.key.expiry", facts.not_after - now
    if now < facts.not_before:
        return Finding.failed(
            rule,
            f"The certificate is valid only from {facts.not_before:%d %B %Y %H:%M} UTC. Next: "
            "wait until then, or set this machine's clock.",
        )
    if left < timedelta(0):
        return Finding.failed(
            rule,
            f"The certificate expired on {facts.not_after:%d %B %Y}; nothing is sealed with it. "
            "Next: order a new one from your provider.",
        )
    if left < _SOON:
        return Finding.failed(
            rule,
            f"The certificate expires on {facts.not_after:%d %B %Y}, in {left.days} days. Next: "
            "order a new one now; sealing stops that day.",
        )
    return Finding.passed(rule, f"It is valid until {facts.not_after:%d %B %Y}.")


def _usage(facts: CertificateFacts) -> Finding:
    """State what the certificate is for; one that must not seal at all was refused before."""
    rule = "doctor.key.usage"
    if facts.qc_types and "eseal" not in facts.qc_types:
        return Finding.indeterminate(
            rule,
            f"It is a qualified certificate for {', '.join(facts.qc_types)}, not for the seal of "
            "an organisation. Next: ask your provider for an e-seal certificate.",
            source="ETSI EN 319 412-5 clause 4.2.3",
        )
    return Finding.passed(rule, "The certificate may be used for sealing.")


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


def _chain(chain: tuple[bytes, ...]) -> Iterator[Finding]:
    """The issuers up to, but not necessarily with, the root have to travel with the seal."""
    from tessera.seals.certificates import describe

    rule, last = "doctor.key.chain", describe(chain[-1])
    if last.subject == last.issuer:
        yield Finding.passed(rule, "The chain of certificates is there, up to its root.")
    elif len(chain) < 2:
        yield Finding.failed(
            rule,
            f"The key comes without the certificate of its issuer ({last.issuer}); verifiers may "
            "not find it. Next: get it from your provider, and give it with --chain FILE.",
        )
    else:
        yield Finding.passed(
            rule,
            f"The chain of certificates ends at {last.holder}. That is enough where a trusted "
            f"list names it; if not, give that of its issuer ({last.issuer}) with --chain FILE.",
        )


def _clock(patient: Patient, key: SigningKey | None) -> Iterator[Finding]:
    """Compare this clock with that of a timestamp authority, else of the remote service."""
    rule, whose = "doctor.clock", patient.tsa or "the seal service"
    try:
        theirs: datetime | None = (
            getattr(key, "server_date", None) if patient.tsa is None else _stamped_now(patient.tsa)
        )
    except (TesseraError, ValueError) as error:
        yield Finding.indeterminate(
            rule, f"{patient.tsa} gave no time: {error} Next: try another authority."
        )
        return
    if theirs is None:
        if patient.key is not None:
            yield Finding.indeterminate(
                rule,
                "This machine's clock was not compared with another. Next: tessera doctor "
                "--tsa URL, with the address of a timestamp authority.",
                advice=True,
            )
        return
    off = datetime.now(UTC) - theirs
    if abs(off) > _CLOCK_TOLERANCE:
        yield Finding.failed(
            rule,
            f"This machine's clock is {abs(off).total_seconds():.0f} seconds "
            f"{'ahead of' if off > timedelta(0) else 'behind'} that of {whose}; seals would state "
            "a wrong time. Next: switch on time synchronisation, for instance with "
            "'timedatectl set-ntp true'.",
        )
    else:
        yield Finding.passed(rule, f"This machine's clock agrees with that of {whose}.")


def _stamped_now(url: str) -> datetime:
    """Return the time that an authority stamps now. Raises: TesseraError, ValueError."""
    from asn1crypto import tsp

    from tessera.cli.sealing import ascent
    from tessera.seals.timestamp import TimestampRequest, is_intact, read_token

    asked = TimestampRequest.about(secrets.token_bytes(32), secrets.randbits(63) | 1)
    proofs = ascent("t", url).raiser().proofs
    answer = proofs.asker.post(
        proofs.tsa, asked.to_der(), media_type="application/timestamp-query", max_bytes=_TSA_BYTES
    )
    # Not read as for a seal: an answer of another time is refused there, and told here.
    response = tsp.TimeStampResp.load(answer, strict=True)
    token = read_token(response["time_stamp_token"].dump())
    if token.imprint != asked.digest or token.nonce != asked.nonce or not is_intact(token):
        raise ValueError("its timestamp is not for this question, or not intact")
    return token.generated_at

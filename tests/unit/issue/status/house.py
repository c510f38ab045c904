"""A publisher in a folder of its own, for the tests of this room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from tessera.issue.status import Press, StatusStore, Terms
from tessera.seals.certificates import public_key
from tessera.seals.dids import did_of_key
from tessera.seals.keys import make_test_seal, new_test_authority
from tessera.seals.vcjose import VCJOSE, JoseOptions
from tessera.trust.resolve import Resolver
from tessera.trust.status import StatusReader

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
PREFIX = "https://status.example.edu/mc"


@cache
def press(algorithm: str = "ES256") -> Press:
    key = make_test_seal(new_test_authority(NOW), NOW, algorithm=algorithm)
    _, method = did_of_key(public_key(key.certificate_chain[0]))
    options = JoseOptions(verification_method=method)
    return Press(key=key, verification_method=method, mechanism=VCJOSE, options=options)


def issuer(one: Press) -> str:
    return one.verification_method.partition("#")[0]


def terms(seconds: int = 0, **more) -> Terms:
    return Terms(issuer=issuer(press()), at=NOW + timedelta(seconds=seconds), **more)


def awards(count: int, start: int = 0) -> list[str]:
    return [f"urn:credential:{number:08x}-0000" for number in range(start, start + count)]


def store(folder: Path) -> StatusStore:
    return StatusStore.open(folder, create=True)


def read(out: Path, entries, at: datetime = NOW + timedelta(minutes=1)) -> set[str]:
    """What a verifier finds who has the published files: the rules of all entries."""
    files = {
        f"{PREFIX}/{path.parent.name}/{path.name}": path.read_bytes()
        for path in out.glob("*/*")
        if not path.name.startswith(".")
    }
    reader = StatusReader(files, resolver=Resolver(at=at), at=at)
    return {
        one.rule
        for entry in entries
        for one in reader.look_up(entry, issuer(press()))
        if not one.advice
    }

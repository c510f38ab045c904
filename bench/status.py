"""P10: publish a status list of 1,000,000 entries after a change.

P10 packs the list as text (`encodedList`): the peer compresses the same bytes with level 9
of the standard library, as the standard recommends. The limit is what nobody can leave out:
one ES256 signature and one synced write of the result. P10d is the same with 100,000
revoked, where bits are closer to noise.

P10v is the whole way: 1,000 awards are revoked in the store, all three lists are packed,
sealed, synced and renamed, and a verifier with an empty memory finds an award revoked.

Source: PERFORMANCE P10.
"""

from __future__ import annotations

import atexit
import gzip
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from bench.compare import Comparison
from tessera.issue.status import Action, Change, Press, StatusStore, Terms, apply, publish
from tessera.seals.certificates import public_key
from tessera.seals.dids import did_of_key
from tessera.seals.keys import make_test_seal, new_test_authority
from tessera.seals.vcjose import VCJOSE, JoseOptions
from tessera.trust.resolve import Resolver
from tessera.trust.status import StatusReader
from tessera.trust.status.bits import Order, packed
from tessera.trust.status.packing import to_encoded_list

IDS = ("P10", "P10d", "P10v")
PLACES = 1_000_000
CHANGED = 1_000
AWARDS = 20_000  # that stand in the list of the whole way; the others of its places are free
PREFIX = "https://status.example.edu/mc"


def cases() -> Iterable[Comparison]:
    """Return the packing of a sparse and of a dense list, and the whole way."""
    folder = Path(tempfile.mkdtemp(prefix="tessera-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    press, terms = _press()
    for id, revoked in (("P10", CHANGED), ("P10d", 100_000)):
        bits = _list(revoked)
        yield Comparison(
            id=id,
            title=f"pack a status list of 1,000,000 entries, {revoked:,} revoked",
            subject=lambda bits=bits: to_encoded_list(bits),
            peer=lambda bits=bits: gzip.compress(bits, 9, mtime=0),
            peer_name="gzip level 9 of the standard library",
            limit=_sign_and_sync(press, to_encoded_list(bits).encode(), folder / id),
            target=50,
            note="The limit is one ES256 signature and one synced write of the packed list; a "
            "share above 1 says that packing costs less than either.",
        )
    yield Comparison(
        id="P10v",
        title="revoke 1,000, publish all lists, see it as a verifier",
        subject=_revoke_to_visible(folder / "house", press, terms),
        peer=lambda: 1000.0,
        peer_name="one second",
        target=2,
        ceiling=True,
        unit="ms",
        note=f"A list of {PLACES:,} places in which {AWARDS:,} awards stand. All changes are in "
        "one publishing. The verifier has the files, no memory of them, and checks their seals.",
    )


def _list(revoked: int) -> bytes:
    drawn = random.Random(10).sample(range(PLACES), revoked)
    values = ((place, 1) for place in drawn)
    return packed(values, places=PLACES, size=1, order=Order.LEFT_FIRST)


def _press() -> tuple[Press, Callable[[int], Terms]]:
    now = datetime.now(UTC).replace(microsecond=0)
    key = make_test_seal(new_test_authority(now), now)
    did, method = did_of_key(public_key(key.certificate_chain[0]))
    options = JoseOptions(verification_method=method)
    press = Press(key=key, verification_method=method, mechanism=VCJOSE, options=options)
    return press, lambda seconds: Terms(issuer=did, at=now + timedelta(seconds=seconds))


def _sign_and_sync(press: Press, content: bytes, path: Path) -> Callable[[], object]:
    def limit() -> None:
        press.key.sign(content)
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    return limit


def _revoke_to_visible(
    folder: Path, press: Press, terms: Callable[[int], Terms]
) -> Callable[[], float]:
    store = StatusStore.open(folder, create=True)
    ids = [f"urn:credential:{number:032x}" for number in range(AWARDS)]
    for start in range(0, AWARDS, 500):
        store.allot(ids[start : start + 500], prefix=PREFIX, size=PLACES)
    publish(store, press, folder / "web", terms(0))
    rounds = count(1)

    def once() -> float:
        number = next(rounds)
        gone = ids[(number - 1) * CHANGED : number * CHANGED]
        at = terms(number)
        begin = time.perf_counter()
        apply(store, Change(action=Action.REVOKE, reason="Measured.", at=at.at), gone)
        publish(store, press, folder / "web", at)
        standing = store.standing(gone[-1])
        assert standing is not None
        files = {
            f"{PREFIX}/1/{path.name}": path.read_bytes() for path in (folder / "web/1").iterdir()
        }
        reader = StatusReader(files, resolver=Resolver(at=at.at), at=at.at)
        found = [reader.look_up(entry, at.issuer)[0].rule for entry in standing.entries]
        milliseconds = (time.perf_counter() - begin) * 1e3
        assert found == ["status.revoked", "status.good", "status.revoked"], found
        return milliseconds

    return once

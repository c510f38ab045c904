"""A chunk is sealed in the fast way as in the plain one, byte for byte but for the signature."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tessera.errors import KeyRefusedError
from tessera.formats.elm.template import Templates
from tessera.issue.batch import ChunkSealer
from tessera.issue.compose import Edition, with_issuer
from tessera.issue.learners import Entry, award_key
from tessera.issue.status import StatusStore
from tessera.issue.status.plan import StatusPlan
from tessera.model import Achievement, AssessmentResult, Learner, Picture, Text
from tessera.seals.certificates import describe
from tessera.seals.jades import JADES, JadesOptions
from tessera.seals.keys import make_test_seal, new_test_authority
from tests.complete import complete_description

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)


@pytest.fixture(scope="module", params=["ES256", "RS256"])
def key(request):
    return make_test_seal(new_test_authority(NOW), NOW, algorithm=request.param)


def _edition(key) -> Edition:
    description = with_issuer(complete_description(), describe(key.certificate_chain[0]))
    picture = Picture(media_type="image/png", content=b"\x89PNG" + bytes(range(256)) * 100)
    return Edition(
        description=description, sealed_at=NOW, is_test=True,
        pictures={"en": picture, "nl": picture},
    )  # fmt: skip


def _entry(number: int, **changes: object) -> Entry:
    language = ("en", "nl")[number % 2]
    grades = tuple(
        AssessmentResult(assessment=id, grade=Text.of(f"{number} %", language=language))
        for id in ("portfolio", "exam")
    )
    given = {
        "row": number, "awarded_on": DAY, "language": language,
        "award_key": award_key(complete_description(), f"S{number}", DAY),
        "learner": Learner(key=f"S{number}", given_name='A "q" \\ 🦊', family_name=f"שם {number}",
                           email=f"l{number}@example.org"),
        "achievement": Achievement(results=grades),
    }  # fmt: skip
    return Entry(**{**given, **changes})


def test_the_fast_way_and_the_plain_way_say_the_same(key):
    edition, options = _edition(key), JadesOptions()
    fast = ChunkSealer(edition=edition, keys=[key], options=options, templates=Templates())
    plain = ChunkSealer(edition=edition, keys=[key], options=options)
    entries = [_entry(number) for number in range(12)]
    for one, other in zip(fast.seal(entries).awards, plain.seal(entries).awards, strict=True):
        assert JADES.open(one.sealed).document == JADES.open(other.sealed).document
        assert one.sha256 == hashlib.sha256(one.sealed).hexdigest()
        assert all(
            finding.outcome.value == "PASSED" for finding in JADES.check(JADES.open(one.sealed))
        )
    assert fast.templates.differences == 0


def test_several_keys_seal_one_after_the_other(key):
    second = make_test_seal(new_test_authority(NOW), NOW)
    sealer = ChunkSealer(
        edition=_edition(key), keys=[key, second], options=JadesOptions(), templates=Templates()
    )
    [award] = sealer.seal([_entry(1)]).awards
    assert len(json.loads(award.sealed)["signatures"]) == 2
    assert award.sha256 == hashlib.sha256(award.sealed).hexdigest()
    assert all(one.outcome.value == "PASSED" for one in JADES.check(JADES.open(award.sealed)))


class _InBatches:
    """A local key that only signs many digests at once, as a remote one does."""

    def __init__(self, key) -> None:
        self._key, self.asked = key, []
        self.batch_size, self.left = 100, 1_000
        self.alg, self.kid, self.is_test = key.alg, key.kid, key.is_test
        self.certificate_chain, self.hash_name = key.certificate_chain, key.hash_name

    def sign(self, message: bytes) -> bytes:
        raise AssertionError("one by one")

    def sign_many(self, digests):
        self.asked.append(len(digests))
        self.left -= len(digests)
        if self.left < 0:
            raise KeyRefusedError("The key has gone.")
        return [self._key.sign_digest(digest) for digest in digests]


def test_keys_that_sign_in_batches_are_asked_once_per_chunk(key):
    first, second = (_InBatches(one) for one in (key, make_test_seal(new_test_authority(NOW), NOW)))
    sealer = ChunkSealer(
        edition=_edition(key), keys=[first, second], options=JadesOptions(), templates=Templates()
    )
    no_name = Learner(key="S9", given_name="x\ud800", family_name="y")
    chunk = sealer.seal([*map(_entry, range(7)), _entry(9, learner=no_name)])
    assert (first.asked, second.asked) == ([7], [7])
    assert [one.learner_id for one in chunk.awards] == [f"S{number}" for number in range(7)]
    for award in chunk.awards:
        opened = JADES.open(award.sealed)
        assert award.sha256 == hashlib.sha256(award.sealed).hexdigest()
        assert award.credential_id in opened.document.decode()
        assert len(opened.signatures) == 2
        assert all(one.outcome.value == "PASSED" for one in JADES.check(opened))
    assert not sealer.seal([]).awards
    assert (first.asked, second.asked) == ([7], [7])


def test_a_key_that_stops_keeps_what_every_key_has_sealed_before(key):
    first, second = (_InBatches(one) for one in (key, make_test_seal(new_test_authority(NOW), NOW)))
    sealer = ChunkSealer(
        edition=_edition(key), keys=[first, second], options=JadesOptions(), templates=Templates()
    )
    first.batch_size = second.batch_size = 3
    first.left, second.left = 6, 5
    chunk = sealer.seal(map(_entry, range(10)))
    assert (first.asked, second.asked) == ([3, 3, 3], [3, 3])
    assert isinstance(chunk.stopped_by, KeyRefusedError)
    assert [one.learner_id for one in chunk.awards] == ["S0", "S1", "S2"]
    for award in chunk.awards:
        opened = JADES.open(award.sealed)
        assert len(opened.signatures) == 2
        assert all(one.outcome.value == "PASSED" for one in JADES.check(opened))
    first.left = second.left = 100
    assert len(sealer.seal(map(_entry, range(3, 10))).awards) == 7


def test_an_award_that_cannot_be_written_is_refused_and_the_others_go_on(key):
    sealer = ChunkSealer(
        edition=_edition(key), keys=[key], options=JadesOptions(), templates=Templates()
    )
    no_name = Learner(key="S2", given_name="x\ud800", family_name="y")
    chunk = sealer.seal([_entry(1), _entry(2, learner=no_name), _entry(3)])
    assert [one.learner_id for one in chunk.awards] == ["S1", "S3"]
    [refusal] = chunk.refusals
    assert refusal.row == 2
    assert "D800" in refusal.reasons[0]


def test_an_award_that_breaks_a_rule_of_the_model_is_refused(key):
    sealer = ChunkSealer(
        edition=_edition(key), keys=[key], options=JadesOptions(), templates=Templates()
    )
    [refusal] = sealer.seal([_entry(1, awarded_on=date(2001, 1, 1))]).refusals
    assert "ends before it begins" in refusal.reasons[0]


def test_the_reference_of_a_batch_holds_no_learner(key):
    sealer = ChunkSealer(
        edition=_edition(key), keys=[key], options=JadesOptions(), templates=Templates()
    )
    [award] = sealer.seal([_entry(1)]).awards
    assert award.credential_id.encode() not in award.reference
    assert "שם".encode() not in award.reference


def test_awards_get_places_in_status_lists_and_the_same_ones_again(key, tmp_path):
    plan = StatusPlan(folder=tmp_path, prefix="https://status.example.edu/mc")
    edition = replace(_edition(key), status=plan)
    entries = [_entry(number) for number in range(6)]
    made = [
        ChunkSealer(edition=edition, keys=[key], options=JadesOptions(), templates=templates)
        for templates in (Templates(), None)
    ]
    for one, other in zip(*(sealer.seal(entries).awards for sealer in made), strict=True):
        document = json.loads(JADES.open(one.sealed).document)
        assert document == json.loads(JADES.open(other.sealed).document)
        status = document["credentialStatus"]
        with StatusStore.open(tmp_path) as store:
            entry = store.standing(one.credential_id).entries[0]
        assert status["statusListIndex"] == str(entry.index)
        assert status["statusListCredential"] == "https://status.example.edu/mc/1/revocation"
        assert b'statusListIndex\\":\\"0\\"' in one.reference
    assert made[0].templates.differences == 0


def test_awards_of_an_edition_without_lists_state_no_status(key):
    sealer = ChunkSealer(edition=_edition(key), keys=[key], options=JadesOptions())
    [award] = sealer.seal([_entry(1)]).awards
    assert "credentialStatus" not in json.loads(JADES.open(award.sealed).document)

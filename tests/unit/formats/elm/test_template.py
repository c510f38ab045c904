"""The fast way to write a batch gives the bytes of the plain way, always."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from tessera.errors import EncodeError
from tessera.formats.elm import template as templates
from tessera.formats.elm.encode import dump, encode
from tessera.formats.elm.template import Templates, compile_template, plainly, slots
from tessera.model import Award, Identifier, Learner, StatusEntry, Text
from tests.unit.formats.elm import awards

PIECES = (
    '"', "\\", "\r\n", "\0", "\x07", "\x7f", "\x85", "\u2028", "\ufeff", "👩‍👩‍👧", "e\u0301",
    "שלום", "\u202e", "\U0010ffff", "\ufffe", "{v0}", "%s", "_:b0", "slot-0-1-", "</script>", "a",
    " b",
)  # fmt: skip


def awkward(random: Random) -> str:
    return "x" + "".join(random.choice(PIECES) for _ in range(random.randint(1, 9)))


def someone(random: Random, base: Award, number: int) -> Award:
    """One learner of a batch: any optional part may be missing, every text is awkward."""

    def maybe(value):
        return value if random.random() < 0.8 else None

    results = tuple(
        replace(one, grade=maybe(Text.of({"en": awkward(random), "fi": awkward(random)})))
        for one in base.achievement.results
    )
    learner = Learner(
        full_name=maybe(awkward(random)),
        given_name=maybe(awkward(random)),
        family_name=maybe(awkward(random)),
        date_of_birth=maybe(date(1990, 1, random.randint(1, 28))),
        email=maybe(f"learner{number}@example.org"),
        national_id=maybe(Identifier(scheme="n", value=awkward(random), country="IE")),
        identifiers=tuple(
            Identifier(scheme="k", value=awkward(random)) for _ in range(random.randint(0, 2))
        ),
    )
    entries = tuple(
        StatusEntry(
            kind="bitstring",
            url=f"https://status.example/{purpose}",
            index=random.randrange(10**6),
            purpose=purpose,
        )
        for purpose in ("revocation", "suspension", "refresh")
    )
    return replace(
        base,
        id=f"urn:uuid:{number}",
        awarded_on=maybe(date(2026, 1, random.randint(1, 28))),
        learner=learner,
        achievement=replace(base.achievement, results=results),
        status=entries[: random.randint(0, 3)],
    )


@pytest.fixture(scope="module")
def base() -> Award:
    return replace(awards.complete(), replaces=None, replaces_reason=None, parts=())


def test_1200_awkward_learners_are_written_byte_for_byte_as_the_plain_way(base):
    random, batch = Random(7), Templates()
    for number in range(1_200):
        award = someone(random, base, number)
        payload, escaped = batch.write(award)
        assert (payload, escaped) == plainly(award)
        assert json.loads(escaped) == payload.decode()
    assert batch.differences == 0


def test_every_awkward_piece_alone_is_written_as_the_plain_way(base):
    batch = Templates()
    for number, piece in enumerate(
        (*PIECES, f"slot-{'0' * 32}-0-", '"}]', "\\u0041", "\ud83d\ude00")
    ):
        name = f"x{piece}".encode("utf-16", "surrogatepass").decode("utf-16")
        award = replace(
            base, id=f"urn:uuid:{number}", learner=replace(base.learner, full_name=name)
        )
        assert batch.write(award) == plainly(award)
    assert batch.differences == 0


def test_what_no_template_fits_is_written_the_plain_way():
    award = awards.complete()
    assert templates.key(award) is None
    assert Templates().write(award) == plainly(award)


def test_an_award_whose_id_begins_an_id_of_the_description_is_written_the_plain_way(base):
    batch = Templates()
    batch.write(base)
    short = replace(base, id="https://example.edu/")
    assert batch.write(short) == plainly(short)


def test_values_that_look_like_markers_change_nothing(base):
    made = compile_template(base)
    marker = f"slot-{'0' * 32}-0-"
    other = replace(base, learner=replace(base.learner, full_name=marker))
    assert b"".join(made.fill([value for _, value in slots(other)])[0]) == dump(encode(other))


def test_a_difference_switches_the_template_off_and_is_counted(base, monkeypatch):
    batch = Templates()
    batch.write(base)
    monkeypatch.setattr(templates, "CHECK_EVERY", 1)
    shape = templates.key(base)
    true = batch._made[shape]
    batch._made[shape] = replace(true, pieces=(b"wrong", *true.pieces[1:]))
    assert batch.write(base) == plainly(base)
    assert batch.differences == 1
    assert batch._made[shape] is None


def test_switched_off_it_is_the_plain_way(base):
    assert Templates(enabled=False).write(base) == plainly(base)


def test_half_a_character_is_refused_as_in_the_plain_way(base):
    batch = Templates()
    batch.write(base)
    broken = replace(base, learner=replace(base.learner, full_name="x\ud800"))
    with pytest.raises(EncodeError, match="D800"):
        batch.write(broken)

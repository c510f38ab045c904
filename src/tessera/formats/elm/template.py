"""Writing one micro-credential for thousands of learners: encode once, fill in the rest.

The plain way, `dump(encode(award))`, is the definition; this only does it faster.
Steps: 1 a key tells which awards differ in nothing but the slots (names, dates,
identifiers, grades, the id); 2 the first award of a key is encoded, a random marker
is put at the place of each slot, and the text is cut at the markers; 3 each further
award only has its slots escaped and joined with the constant pieces, once as JSON
and once more as a JSON string (the payload of a JAdES seal); 4 the first of each key
and one in 256 are compared with the plain way; a difference switches the key off.

Source: FASTPATHS sections 1 and 4 (random markers, re-check); EDC writes compact
JSON in UTF-8.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from json import encoder as json_encoder
from typing import Any

from tessera.errors import EncodeError
from tessera.formats.elm import status
from tessera.formats.elm.dates import day_text
from tessera.formats.elm.encode import dump, encode
from tessera.formats.elm.encode_organisation import stated_country
from tessera.formats.elm.wire import JsonObject
from tessera.model import Award, Identifier

CHECK_EVERY = 256
_MOST_TEMPLATES = 256
_escape: Callable[[str], str] = json_encoder.encode_basestring

Place = tuple[str | int, ...]


def slots(award: Award) -> Iterator[tuple[Place, str]]:
    """Where each value of this one learner stands in the document, and the value."""
    learner, subject = award.learner, "credentialSubject"
    yield ("id",), award.id
    for index, given in enumerate(award.identifiers):
        yield ("identifier", index, "notation"), given.value
    for place, value in status.places(award.status):
        yield ("credentialStatus", *place), value
    for member, name in (
        ("fullName", learner.full_name),
        ("givenName", learner.given_name),
        ("familyName", learner.family_name),
    ):
        if name is not None:
            yield (subject, member, award.display_language), name
    if learner.date_of_birth is not None:
        yield (subject, "dateOfBirth"), day_text(learner.date_of_birth)
    if learner.email is not None:
        yield (subject, "contactPoint", "emailAddress", "id"), f"mailto:{learner.email}"
    if learner.national_id is not None:
        yield (subject, "nationalID", "notation"), learner.national_id.value
    for index, given in enumerate(learner.identifiers):
        yield (subject, "identifier", index, "notation"), given.value
    claim: Place = (subject, "hasClaim")
    if award.awarded_on is not None:
        yield (*claim, "awardedBy", "awardingDate"), day_text(award.awarded_on)
    for index, result in enumerate(award.achievement.results):
        at: Place = (*claim, "provenBy", index)
        for tag, text in result.grade.entries if result.grade else ():
            yield (*at, "grade", "noteLiteral", tag), text
        if result.graded_on is not None:
            yield (*at, "dateIssued"), day_text(result.graded_on)


def key(award: Award) -> Hashable | None:
    """What two awards must share to be written by one template; None: only the plain way.

    Objects that a batch shares are told apart by identity, which is quick; `Template`
    keeps them alive, so that an identity is not used again.
    """
    if award.residue or award.parts or award.replaces or award.replaces_reason:
        return None
    learner, done = award.learner, award.achievement
    return (
        id(award.micro_credential),
        id(award.display),
        award.issued_at,
        award.valid_from,
        award.valid_until,
        award.awarded_on is None,
        award.display_language,
        award.is_test,
        done.ects,
        done.actual_workload,
        done.period,
        learner.full_name is None,
        learner.given_name is None,
        learner.family_name is None,
        learner.date_of_birth is None,
        learner.email is None,
        learner.citizenship,
        None if learner.national_id is None else _identifier_key(learner.national_id),
        tuple(map(_identifier_key, learner.identifiers)),
        tuple(map(_identifier_key, award.identifiers)),
        tuple((one.url, one.purpose) for one in status.written(award.status)),
        tuple(
            (
                one.assessment,
                one.title,
                one.grade.languages if one.grade else None,
                one.graded_on is None,
                one.supervision,
                one.assessed_by,
            )
            for one in done.results
        ),
    )


def _identifier_key(one: Identifier) -> Hashable:
    return one.scheme, one.country, one.name, stated_country(one)


@dataclass(frozen=True, slots=True)
class Template:
    """The constant pieces of a document, as JSON and as JSON inside a JSON string.

    order: for each gap the number of the slot that fills it.
    """

    pieces: tuple[bytes, ...]
    escaped: tuple[bytes, ...]
    order: tuple[int, ...]

    def fill(self, values: Sequence[str]) -> tuple[list[bytes], list[bytes]]:
        """Return the pieces of (JSON text, the same as a JSON string with its quotes).

        The large constant pieces, pictures above all, are not copied. values: the values
        of `slots`, in that order. Raises: EncodeError for a lone surrogate.
        """
        once = [_escape(value)[1:-1] for value in values]
        try:
            plain = [text.encode() for text in once]
            again = [_escape(text)[1:-1].encode() for text in once]
        except UnicodeEncodeError as error:
            raise EncodeError(
                f"A text holds half a character (U+{ord(error.object[error.start]):04X}); "
                "write it again, probably it was cut in two."
            ) from error
        return self._between(self.pieces, plain), self._between(self.escaped, again)

    def _between(self, pieces: Sequence[bytes], values: Sequence[bytes]) -> list[bytes]:
        parts = [b""] * (2 * len(pieces) - 1)
        parts[::2] = pieces
        parts[1::2] = [values[slot] for slot in self.order]
        return parts


def compile_template(award: Award) -> Template:
    """Encode an award and cut the text at the places of its slots.

    Raises: EncodeError as `encode`.
    """
    document = encode(award)
    nonce = secrets.token_hex(16)
    markers = []
    for number, (place, value) in enumerate(slots(award)):
        markers.append(f"slot-{nonce}-{number}-")
        _put(document, place, value, markers[-1])
    text = dump(document).decode()
    order: list[int] = []
    pieces: list[str] = []
    rest = text
    prefix = f"slot-{nonce}-"
    while (at := rest.find(prefix)) >= 0:
        number_text, _, after = rest[at + len(prefix) :].partition("-")
        pieces.append(rest[:at])
        order.append(int(number_text))
        rest = after
    pieces.append(rest)
    return Template(
        pieces=tuple(piece.encode() for piece in pieces),
        escaped=_quoted([_escape(piece)[1:-1] for piece in pieces]),
        order=tuple(order),
    )


def _quoted(pieces: list[str]) -> tuple[bytes, ...]:
    pieces[0] = '"' + pieces[0]
    pieces[-1] += '"'
    return tuple(piece.encode() for piece in pieces)


def _put(document: JsonObject, place: Place, value: str, marker: str) -> None:
    """Put a marker where the value stands; an array of one stands there without its brackets."""
    node: Any = document
    for part in place[:-1]:
        if isinstance(part, int):
            node = node[part] if isinstance(node, list) else node
        else:
            node = node[part]
    last = place[-1]
    if node[last] != value:
        raise EncodeError(f"The template does not fit at {'/'.join(map(str, place))}.")
    node[last] = marker


@dataclass(slots=True)
class Templates:
    """The templates of a batch; one for each key, made when it is first needed.

    differences: how often the comparison with the plain way failed, and the plain way was
    taken; for tests and measurements. enabled: False writes everything the plain way.
    """

    enabled: bool = True
    differences: int = 0
    _made: dict[Hashable, Template | None] = field(default_factory=dict)
    _alive: list[Any] = field(default_factory=list)
    _written: int = 0
    _ids: tuple[object, str] = (None, "")

    def write(self, award: Award) -> tuple[bytes, bytes]:
        """Return (JSON text, the same as a JSON string with its quotes) of an award.

        Raises: EncodeError as `encode` and `dump`.
        """
        plain, escaped = self.pieces(award)
        return b"".join(plain), b"".join(escaped)

    def pieces(self, award: Award) -> tuple[list[bytes], list[bytes]]:
        """Return the same in pieces, whose constant ones are shared and not copied."""
        shared = key(award) if self.enabled else None
        if shared is None:
            return _whole(award)
        if shared not in self._made:
            self._learn(shared, award)
        template = self._made[shared]
        if template is None or self._is_cut(award):
            return _whole(award)
        self._written += 1
        written = template.fill([value for _, value in slots(award)])
        if self._written % CHECK_EVERY == 0 and not _agrees(written, award):
            self.differences += 1
            self._made[shared] = None
            return _whole(award)
        return written

    def _learn(self, shared: Hashable, award: Award) -> None:
        if len(self._made) >= _MOST_TEMPLATES:
            self._made.clear()
            self._alive.clear()
        template = compile_template(award)
        if not _agrees(template.fill([value for _, value in slots(award)]), award):
            self.differences += 1
            self._made[shared] = None
        else:
            self._made[shared] = template
        self._alive.append((award.micro_credential, award.display))

    def _is_cut(self, award: Award) -> bool:
        """Whether an id of the description begins with that of the award: it is written shorter."""
        mc = award.micro_credential
        if self._ids[0] is not mc:
            ids = (mc.id, *(one.id for one in mc.organisations()))
            self._ids = (mc, "\n" + "\n".join(ids))
        return f"\n{award.id}#" in self._ids[1]


def _agrees(written: tuple[list[bytes], list[bytes]], award: Award) -> bool:
    plain, escaped = written
    return (b"".join(plain), b"".join(escaped)) == plainly(award)


def _whole(award: Award) -> tuple[list[bytes], list[bytes]]:
    payload, escaped = plainly(award)
    return [payload], [escaped]


def plainly(award: Award) -> tuple[bytes, bytes]:
    """The definition: encode, dump, and escape the text as a JSON string."""
    payload = dump(encode(award))
    return payload, _escape(payload.decode()).encode()

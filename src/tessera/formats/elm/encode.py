"""An award as an EDC v3 credential (ELM 3.2), members in the order that EDC writes.

Steps: 1 refuse what ELM cannot say (title, awarding body, issuer, date of issue,
picture), naming the element; 2 write the issuer, so that it stands in full at
the top; 3 write display and learner with the achievement, its activity, results
and description; 4 put everything in order, `@context` last.

Source: WIRE-ELM sections 2 and 4; elements by DOMAIN section 2.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tessera.errors import EncodeError
from tessera.formats.elm import wire
from tessera.formats.elm.dates import day_text, instant_text
from tessera.formats.elm.encode_claim import claim, marked, shown_title
from tessera.formats.elm.encode_organisation import (
    Lack,
    contact,
    identifier_node,
    legal_node,
    name_and_country_lacks,
    organisation,
    stated_country,
)
from tessera.formats.elm.status import credential_status
from tessera.formats.elm.wire import Json, JsonObject
from tessera.formats.elm.writing import Writer, as_map, listed, spoken
from tessera.model import Award, Learner, MicroCredential
from tessera.vocab import languages

__all__ = ["build", "dump", "encode"]

# The members that EDC writes, but the id only after the picture: what a batch shares stands
# first, so that its hash is computed once for all awards (PERFORMANCE P1). Members of a
# JSON object have no order (RFC 8259 section 4).
_ORDER = (
    "type",
    "credentialProfiles",
    "displayParameter",
    "id",
    "identifier",
    "credentialSchema",
    "credentialStatus",
    "credentialSubject",
    "evidence",
    "issuanceDate",
    "issued",
    "issuer",
    "publisher",
    "validFrom",
    "validUntil",
)
_FIRST_BODY = "/micro_credential/awarding_bodies/0/organisation"


def encode(award: Award) -> JsonObject:
    """Write an award as an EDC credential. Same award, same document.

    Raises: EncodeError naming the element that ELM demands and the award lacks.
    Not checked: what only the shapes can tell; see `tessera.formats.elm.check`.
    """
    require(award)
    return build(award)


def dump(document: JsonObject) -> bytes:
    """The JSON text as EDC writes it: compact, in order, UTF-8 without escapes.

    Raises: EncodeError for a lone surrogate, which UTF-8 cannot say.
    """
    try:
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise EncodeError(
            f"A text holds half a character (U+{ord(error.object[error.start]):04X}); "
            "write it again, probably it was cut in two."
        ) from error


def require(award: Award) -> None:
    """Refuse an award without what ELM demands.

    Raises: EncodeError naming every such element at once (E2 title, E4 awarding body,
    E3 country, E6 eIDAS identifier of the issuer, E7 date of issue) and the picture,
    each with its path; E5 where nobody is named who provides it either.
    """
    lacks = [*_description_lacks(award.micro_credential)]
    if award.issued_at is None:
        lacks.append(Lack("The date of issue is missing (element E7).", "E7", "/issued_at"))
    if award.display is None:
        picture = (
            "The picture of the micro-credential is missing: ELM demands one "
            "(displayParameter). Render it with tessera.render.display_picture."
        )
        lacks.append(Lack(picture, "", "/display"))
    if lacks:
        raise EncodeError(
            " ".join(one.message for one in lacks),
            elements=tuple(dict.fromkeys(one.element for one in lacks if one.element)),
            paths=tuple(one.path for one in lacks),
        )


def _description_lacks(mc: MicroCredential) -> Iterator[Lack]:
    if mc.title is None:
        message = "The micro-credential has no title (element E2)."
        yield Lack(message, "E2", "/micro_credential/title")
    for index, body in enumerate(mc.awarding_bodies):
        path = f"/micro_credential/awarding_bodies/{index}/organisation"
        yield from name_and_country_lacks(body.organisation, path, who="The awarding body")
    if mc.awarding_bodies:
        yield from _issuer_lacks(mc)
        return
    where = "/micro_credential/awarding_bodies"
    yield Lack("No awarding body is named (element E4).", "E4", where)
    if not mc.providers:
        message = "Nobody else is named who provides it (element E5)."
        yield Lack(message, "E5", "/micro_credential/providers")


def _issuer_lacks(mc: MicroCredential) -> Iterator[Lack]:
    sealer, where = mc.awarding_bodies[0].organisation, _FIRST_BODY
    if mc.issuer is not None:
        sealer, where = mc.issuer, "/micro_credential/issuer"
        yield from name_and_country_lacks(sealer, where, who="The issuer")
    if sealer.identifier("eidas-legal") or sealer.identifier("eIDASIdentifier"):
        return
    yield Lack(
        f"The issuer '{sealer.legal_name or sealer.id}' has no eIDAS identifier, such as "
        "VATIE-1234567A; it is the one in the seal certificate (element E6).",
        "E6",
        f"{where}/identifiers",
    )


def build(award: Award) -> JsonObject:
    """Write what is there without asking for what ELM demands (for drafts and tests)."""
    mc = award.micro_credential
    residue = award.residue.get("elm", {})
    pen = Writer(award.id, award.display_language, residue if isinstance(residue, Mapping) else {})
    pen.reserve(one.id for one in mc.learning_outcomes)
    pen.reserve(one.id for one in mc.assessments)
    where = "/micro_credential/issuer"
    issuer = organisation(pen, mc.sealer, where) if mc.sealer else None
    node: JsonObject = {
        "id": award.id,
        "type": list(wire.TYPES),
        "credentialProfiles": listed(wire.GENERIC_PROFILE),
        "displayParameter": _display(pen, award),
        "identifier": _identifiers(pen, award),
        "credentialSchema": {"id": wire.SCHEMA, "type": "ShaclValidator2017"},
        "credentialStatus": credential_status(award.status),
        "credentialSubject": _subject(pen, award),
        "issuer": issuer,
        "publisher": _publisher(pen, mc),
        **_dates(award),
    }
    node = {name: value for name, value in node.items() if value not in (None, [])}
    pen.restore("credential", node)
    ordered = {name: node.pop(name) for name in _ORDER if name in node}
    context = node.pop("@context", list(wire.CONTEXT))
    return {**ordered, **node, "@context": context}


def _publisher(pen: Writer, mc: MicroCredential) -> Json:
    if mc.platform is None:
        return None
    return organisation(pen, mc.platform, "/micro_credential/platform")


def _dates(award: Award) -> dict[str, Json]:
    issued = instant_text(award.issued_at) if award.issued_at else None
    start = instant_text(award.valid_from) if award.valid_from else issued
    until = instant_text(award.valid_until) if award.valid_until else None
    return {"issuanceDate": issued, "issued": issued, "validFrom": start, "validUntil": until}


def display_description(award: Award) -> dict[str, str] | None:
    """The description shown; a test always says that it is one."""
    description = award.micro_credential.description
    if not award.is_test:
        return as_map(description)
    return marked(description) if description else {"en": wire.TEST_NOTICE}


def languages_used(award: Award) -> list[str]:
    """The languages of the texts, the display language first; regional tags by their base."""
    mc = award.micro_credential
    texts = [mc.title, mc.description, mc.prerequisites, mc.further_information]
    texts += [one.title for one in mc.learning_outcomes]
    tags = [award.display_language]
    tags += [tag for text in texts if text is not None for tag in text.languages]
    seen: dict[str, None] = {}
    for tag in tags:
        code = languages.authority_code(tag)
        if code is not None:
            seen.setdefault(tag.split("-")[0])
    return list(seen)


def languages_written(award: Award) -> Json:
    """The languages used, as they stand in the document."""
    written = [spoken(tag) for tag in languages_used(award)]
    return wire.compacted([one for one in written if one is not None] or [spoken("en")])


def _display(pen: Writer, award: Award) -> JsonObject:
    primary = spoken(award.display_language) or spoken("en")
    shown = None
    if award.display is not None:
        image = pen.picture("display/individualDisplay/0/displayDetail/0/image/0", award.display)
        detail = pen.node(
            "display/individualDisplay/0/displayDetail/0",
            "DisplayDetail",
            pen.fresh("displayDetail"),
            {"image": image, "page": 1},
        )
        shown = pen.node(
            "display/individualDisplay/0",
            "IndividualDisplay",
            pen.fresh("individualDisplay"),
            {"displayDetail": detail, "language": primary},
        )
    members = {
        "individualDisplay": shown,
        "primaryLanguage": primary,
        "description": display_description(award),
        "language": languages_written(award),
        "title": shown_title(award),
    }
    return pen.node("display", "DisplayParameter", pen.fresh("displayParameter"), members)


def _identifiers(pen: Writer, award: Award) -> Json:
    written: list[Any] = [
        identifier_node(pen, f"credential/identifier/{index}", one)
        for index, one in enumerate(award.identifiers)
    ]
    if award.replaces is not None:
        written.append(pen.key("replaces", award.replaces))
    if award.is_test:
        written.append(pen.key("test", "TEST"))
    return wire.compacted(written) if written else None


def _subject(pen: Writer, award: Award) -> JsonObject:
    one = award.learner
    members = {
        "contactPoint": contact(pen, "subject", one.email),
        "dateOfBirth": day_text(one.date_of_birth) if one.date_of_birth else None,
        "hasClaim": None if "hasClaim" in pen.residue.get("subject", {}) else claim(pen, award),
        "nationalID": _national(pen, one),
        "citizenshipCountry": pen.concepts(one.citizenship, wire.COUNTRY_SCHEME),
        "familyName": pen.name(one.family_name),
        "fullName": pen.name(one.full_name),
        "givenName": pen.name(one.given_name),
        "identifier": [
            identifier_node(pen, f"subject/identifier/{index}", given)
            for index, given in enumerate(one.identifiers)
        ],
    }
    return pen.node("subject", "Person", pen.fresh("person"), members)


def _national(pen: Writer, one: Learner) -> JsonObject | None:
    """The national id, which has to name a country; a citizenship stands in for it."""
    given = one.national_id
    if given is None:
        return None
    country = one.citizenship[0] if one.citizenship else None
    if stated_country(given) is None and country is None:
        raise EncodeError(
            "The national identifier of the learner names no country: ELM demands one "
            "(element E1).",
            elements=("E1",),
            paths=("/learner/national_id/country",),
        )
    return legal_node(pen, "subject/nationalID/0", given, country)

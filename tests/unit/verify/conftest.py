"""Keys, credentials and examinations for the tests of this room; everything says TEST."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from tessera.formats.elm.encode import dump, encode
from tessera.issue.compose import with_issuer
from tessera.model import AwardingBody, Concept, Identifier, Organisation, Place, Text
from tessera.render.display import display_picture
from tessera.report import Finding
from tessera.seals.base64text import to_base64url
from tessera.seals.certificates import describe
from tessera.seals.jades import JADES, JadesOptions
from tessera.seals.jades.header import protected_header
from tessera.seals.keys import SealHolder, make_test_seal, new_test_authority
from tessera.trust.anchors import Anchor
from tessera.verify.examination import Circumstances, Examination
from tessera.verify.runner import examine
from tests.complete import complete_award

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
AT = NOW + timedelta(hours=1)
BEFORE = NOW - timedelta(days=1)
DUBLIN, UTRECHT = "VATIE-1234567A", "VATNL-123456789B01"


@cache
def authority():
    return new_test_authority(BEFORE)


@cache
def stranger_authority():
    return new_test_authority(BEFORE)


@cache
def key(identifier=DUBLIN, name="TEST Example University Dublin", *, trusted=True):
    country = identifier[3:5]
    holder = SealHolder(organisation=name, country=country, identifier=identifier)
    by = authority() if trusted else stranger_authority()
    return make_test_seal(by, BEFORE, holder)


@cache
def document(sealer=None, *, seals_required=(), parts=()):
    """The complete award as an unsealed document, issued by the holder of a key."""
    award = complete_award()
    described = replace(award.micro_credential, seals_required=tuple(seals_required))
    return _written(replace(award, parts=parts, micro_credential=described), sealer or key())


def joint_document(bodies, *, seals_required=()):
    """The same, awarded by several bodies: (id, (name, country, identifier)) each."""
    award = complete_award()
    awarding = tuple(
        AwardingBody(
            organisation=Organisation(
                id=id,
                legal_name=Text.of({"en": name.removeprefix("TEST ")}),
                identifiers=(Identifier.parse("eidas-legal", identifier),),
                places=(Place(country=named("country", COUNTRIES[country])),),
            )
        )
        for id, (name, country, identifier) in bodies
    )
    described = replace(
        award.micro_credential, awarding_bodies=awarding, seals_required=tuple(seals_required)
    )
    first = bodies[0][1]
    return _written(replace(award, micro_credential=described), key(first[2], first[0]))


COUNTRIES = {"IE": "IRL", "NL": "NLD", "FI": "FIN"}
named = Concept.named


def _written(award, sealer):
    issued = with_issuer(award.micro_credential, describe(sealer.certificate_chain[0]))
    return dump(
        encode(
            replace(
                award,
                micro_credential=issued,
                display=display_picture(issued, "en", is_test=True),
                display_language="en",
                is_test=True,
            )
        )
    )


def changed(raw, **members):
    """A document with members set, or removed where the value is None."""
    whole = json.loads(raw) | members
    return dump({name: value for name, value in whole.items() if value is not None})


def sealed(raw=None, *keys):
    """A document with the seal of each key, in their order."""
    first, *others = keys or (key(),)
    whole = JADES.seal(document() if raw is None else raw, first, NOW)
    for one in others:
        whole = JADES.cosign(whole, one, NOW)
    return whole


def handmade(payload, signer, **changes):
    """A sealed file with a header of one's own: None removes a member."""
    header = protected_header(signer, NOW, JadesOptions()) | {
        name.replace("__", "#"): value for name, value in changes.items()
    }
    kept = {name: value for name, value in header.items() if value is not None}
    protected = to_base64url(json.dumps(kept).encode())
    signature = to_base64url(signer.sign(f"{protected}.".encode() + payload))
    member = {"protected": protected, "signature": signature}
    return json.dumps({"payload": payload.decode(), "signatures": [member]}).encode()


def without_seal(raw, number):
    whole = json.loads(raw)
    del whole["signatures"][number]
    return dump(whole)


def seen(raw, *, at=AT, trust=True, **more) -> Examination:
    anchors = (Anchor.of(authority().certificate),) if trust else ()
    more.setdefault("use_shapes", False)
    return examine(raw, Circumstances(at=at, anchors=anchors, **more))


def outcome(examination, step):
    return examination.report.step(step).outcome.value


def findings(examination, step, *, advice=False) -> dict[str, Finding]:
    found = examination.report.step(step).findings
    return {one.rule: one for one in found if one.advice is advice}


def rules(examination, step):
    """The rules that decided a step, each with its outcome."""
    return {rule: one.outcome.value for rule, one in findings(examination, step).items()}

"""Seeds of every format, sealed for real: what the complete award says, and small ones.

`sealed(name)` returns those of one format. All but those of formats without a seal pass
`verify` as they are; tests/unit/verify/test_fuzz.py holds them to that.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import orjson

from tessera.formats.clr.compose import compose
from tessera.formats.eaa import FORMAT as EAA
from tessera.formats.elm import FORMAT as ELM
from tessera.formats.elmo import FORMAT as ELMO
from tessera.formats.openbadges import FORMAT as OB3
from tessera.formats.openbadges.baking import bake
from tessera.formats.sdjwtvc import DISCLOSABLE
from tessera.formats.sdjwtvc import FORMAT as WALLET
from tessera.formats.vcdm import FORMAT as VC
from tessera.model import Award, Identifier, StatusEntry
from tessera.render.display import display_picture
from tessera.seals.dataintegrity import DATA_INTEGRITY
from tessera.seals.sdjwt import SDJWT, Audience, SdJwtOptions, present
from tessera.seals.vcjose import VCJOSE, JoseOptions, JoseProfile, envelop
from tests.complete import complete_award
from tests.fuzzing.parties import (
    AT,
    LEARNER,
    REGISTRY,
    UNIVERSITY,
    compact,
    cose_header,
    did,
    message,
    public_jwk,
    token,
)
from tests.unit.formats.elm.awards import PNG
from tests.unit.formats.imports.test_imports import ASSERTION, EDCI_XML
from tests.unit.seals.dataintegrity.material import Key

V2 = "https://www.w3.org/ns/credentials/v2"
SVG = (
    b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">'
    b'<title>Badge</title><rect width="1" height="1"/></svg>\n'
)
LIST, TOKEN_LIST = "https://status.example.edu/mc/1", "https://status.example.edu/mc/2"
GOOD, REVOKED = 7, 8


@cache
def award(key: Key = UNIVERSITY) -> Award:
    """The complete award, with the DIDs of its issuer and its learner."""
    made = complete_award()
    body = made.micro_credential.sealer
    assert body is not None
    known = (*body.identifiers, Identifier.parse("did", did(key)))
    described = replace(made.micro_credential, issuer=replace(body, identifiers=known))
    held = (*made.learner.identifiers, Identifier.parse("did", did(LEARNER)))
    learner = replace(made.learner, identifiers=held)
    return replace(made, micro_credential=described, learner=learner, valid_until=None)


def small(key: Key = UNIVERSITY, **more: Any) -> dict[str, Any]:
    """The smallest credential, which is judged fastest."""
    return {"@context": [V2], "id": "urn:uuid:1", "type": ["VerifiableCredential"],
            "issuer": did(key), "credentialSubject": {"id": did(LEARNER)}, **more}  # fmt: skip


def as_token(
    document: Any, key: Key = UNIVERSITY, profile: JoseProfile = JoseProfile.VC_JOSE
) -> bytes:
    options = JoseOptions(verification_method=key.method, profile=profile)
    return VCJOSE.seal(orjson.dumps(document), key, AT, options)


def with_proof(document: Any, key: Key, suite: str | None = None, **more: Any) -> bytes:
    options = key.options(**({"cryptosuite": suite} if suite else {}), **more)
    return DATA_INTEGRITY.seal(orjson.dumps(document), key, AT, options)


def presented(*tokens: bytes) -> dict[str, Any]:
    held = [envelop(one, "vc+jwt") for one in tokens]
    return {"@context": [V2], "type": ["VerifiablePresentation"], "holder": did(LEARNER),
            "verifiableCredential": held}  # fmt: skip


def disclosing(claims: Any, *disclosable: str) -> bytes:
    options = SdJwtOptions(
        verification_method=UNIVERSITY.method, disclosable=disclosable,
        holder=public_jwk(LEARNER), decoys=2, certificates=False,
    )  # fmt: skip
    return SDJWT.seal(orjson.dumps(claims), UNIVERSITY, AT, options)


AUDIENCE = Audience(audience="https://verifier.example", nonce="n-1", at=AT)
CLAIMS = {"vct": "urn:example:course", "iss": did(UNIVERSITY), "given_name": "Ada",
          "exp": int((AT + timedelta(days=900)).timestamp()),
          "learning": {"title": "Data ethics", "topics": ["risk", "law", "care"]}}  # fmt: skip


def _tokens() -> list[bytes]:
    return [as_token(small()), as_token(VC.encode(award())), as_token(small(REGISTRY), REGISTRY)]


def _presentations() -> list[bytes]:
    inner = as_token(small())
    nested = as_token(presented(inner), LEARNER)
    mixed = {**presented(inner), "verifiableCredential": [
        envelop(_tokens()[1], "vc+jwt"), envelop(_wallets()[0], "vc+sd-jwt"),
        json.loads(with_proof(small(REGISTRY), REGISTRY)),
    ]}  # fmt: skip
    return [nested, as_token(mixed, LEARNER), as_token(presented(nested), LEARNER),
            with_proof(presented(inner, inner), LEARNER, purpose="authentication")]  # fmt: skip


def _badges() -> list[bytes]:
    university, registry = OB3.encode(award()), OB3.encode(award(REGISTRY))
    chain = with_proof(small(REGISTRY), REGISTRY, id="urn:uuid:p1")
    return [
        with_proof(registry, REGISTRY), with_proof(university, UNIVERSITY),
        with_proof(registry, REGISTRY, "eddsa-jcs-2022"),
        with_proof(university, UNIVERSITY, "ecdsa-jcs-2019"),
        with_proof(small(REGISTRY), REGISTRY), with_proof(small(), UNIVERSITY, "ecdsa-jcs-2019"),
        with_proof(json.loads(chain), REGISTRY, previous=("urn:uuid:p1",)),
    ]  # fmt: skip


def _badge_tokens() -> list[bytes]:
    return [as_token(OB3.encode(award()), UNIVERSITY, JoseProfile.OPEN_BADGES)]


def _pictures() -> list[bytes]:
    held = (_badge_tokens()[0], _badges()[0], _badges()[4])
    return [bake(image, one) for image in (PNG, SVG) for one in held]


def _records() -> list[bytes]:
    collected = (_badges()[4], _tokens()[0])
    record = replace(award(REGISTRY), id="urn:uuid:6f0c7a4e-0f5c-4f0e-9f53-0000000000cc")
    whole = compose(record, collected)
    return [with_proof(whole, REGISTRY), with_proof(whole, REGISTRY, "eddsa-jcs-2022"),
            as_token({**whole, "issuer": {**whole["issuer"], "id": did(UNIVERSITY)}})]  # fmt: skip


def _wallets() -> list[bytes]:
    plain = disclosing(CLAIMS, "/given_name", "/learning", "/learning/topics/*")
    plainly = complete_award()
    picture = display_picture(plainly.micro_credential, "en", is_test=True)
    full = replace(plainly, display=picture, display_language="en", valid_until=None)
    whole = disclosing(WALLET.encode(award(), ELM.encode(full)), *DISCLOSABLE)
    shown = present(plain, ("/given_name",), key=LEARNER, to=AUDIENCE)
    return [plain, shown, present(plain, ()), whole,
            present(short_wallet(), None, key=LEARNER, to=AUDIENCE)]  # fmt: skip


def short_wallet() -> bytes:
    """The claims without the full record beside them."""
    return disclosing(WALLET.encode(award()), *DISCLOSABLE)


def _messages() -> list[bytes]:
    documents = (compact(small()), compact(VC.encode(award())))
    return [message(cose_header(UNIVERSITY), one, UNIVERSITY) for one in documents]


def _transcripts() -> list[bytes]:
    sealed = _tokens()[0]
    return [ELMO.encode(award()), ELMO.encode_with(award(), sealed, "application/vc+jwt")]


def _attestations() -> list[bytes]:
    return [as_token(EAA.encode(award())), compact(EAA.encode(award()))]


def _old_badges() -> list[bytes]:
    signed = token({"alg": "ES256", "typ": "JWT", "kid": UNIVERSITY.method}, ASSERTION, UNIVERSITY)
    return [compact(ASSERTION), signed]


def _answers() -> list[bytes]:
    nested, shown = _presentations()[0].decode(), _wallets()[1].decode()
    wallet = short_wallet()
    proof = json.loads(_presentations()[3])
    return [compact({"vp_token": one, "state": "s-1"}) for one in (
        {"mc": [nested]}, {"mc": shown}, {"a": [nested, shown], "b": [proof]},
        {"a": [wallet.decode()]},
    )]  # fmt: skip


def status_bearers() -> dict[str, list[bytes]]:
    """Credentials that a list calls good, and those that it calls revoked."""

    def one(index: int, kind: str) -> bytes:
        url, purpose = (LIST, "revocation") if kind == "bitstring" else (TOKEN_LIST, None)
        entry = StatusEntry(kind=kind, url=url, index=index, purpose=purpose)
        whole = replace(award(), status=(entry,))
        if kind == "bitstring":
            return as_token(VC.encode(whole))
        return disclosing(WALLET.encode(whole), *DISCLOSABLE)

    return {name: [one(index, kind) for kind in ("bitstring", "token")]
            for name, index in (("good", GOOD), ("revoked", REVOKED))}  # fmt: skip


SAMPLES = {
    "vc-jwt": _tokens,
    "vp-jwt": _presentations,
    "ob3": _badges,
    "ob3-jwt": _badge_tokens,
    "baked": _pictures,
    "clr": _records,
    "sd-jwt": _wallets,
    "vc-cose": _messages,
    "elmo": _transcripts,
    "edci": lambda: [EDCI_XML],
    "eaa": _attestations,
    "ob2": _old_badges,
    "openid4vp": _answers,
}


@cache
def sealed(name: str) -> tuple[bytes, ...]:
    """Return the seeds of a format; made once, since signatures of ECDSA differ each time."""
    return tuple(SAMPLES[name]())

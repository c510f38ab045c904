"""P4: credentials as tokens (`vc+jwt`, ES256), against joserfc doing only the JWS part.

Our side does what it does in a batch and on verifying: strict reading, claims, the key
found among known parties, header and claim rules. The peer signs and verifies bytes with
a key it is handed. Both use the same document and the same curve.
Source: PERFORMANCE P4.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import orjson
from joserfc import jws
from joserfc.jwk import ECKey

from bench.compare import Comparison
from tessera.report import Outcome
from tessera.seals.algorithms import verify_signature
from tessera.seals.certificates import public_key
from tessera.seals.jwk import to_jwk
from tessera.seals.keys import make_test_seal, new_test_authority
from tessera.seals.vcjose import VCJOSE, JoseOptions, TokenSealer
from tessera.trust.resolve import KnownParties, Resolver

IDS = ("P4-issue", "P4-verify")
_ISSUER = "did:web:registry.example.edu"
_METHOD = f"{_ISSUER}#key-1"
_SENTENCE = "Weighs ethical arguments about the use of data, with and without a model. "


def cases() -> Iterable[Comparison]:
    """Yield both comparisons over one credential of about 4 kB."""
    now = datetime.now(UTC).replace(microsecond=0)
    key = make_test_seal(new_test_authority(now - timedelta(days=1)), now - timedelta(days=1))
    public = public_key(key.certificate_chain[0])
    peer = ECKey.generate_key("P-256")
    document = orjson.dumps(_credential())
    header = {"alg": "ES256", "typ": "vc+jwt", "cty": "vc", "kid": _METHOD}
    sealer = TokenSealer(key, now, JoseOptions(verification_method=_METHOD))
    token, theirs = sealer.seal(document), jws.serialize_compact(header, document, peer)
    resolver = Resolver(KnownParties.of([_controller(to_jwk(public))]), at=now)
    message, _, _ = token.rpartition(b".")
    signature = key.sign(message)
    note = f"{len(token):,} letters a token. The limit is the bare signature."
    findings = VCJOSE.check(VCJOSE.open(token), resolver.key_of)
    assert {one.outcome for one in findings} == {Outcome.PASSED}

    yield Comparison(
        id="P4-issue",
        title="seal a credential as vc+jwt, ES256",
        subject=lambda: sealer.seal(document),
        peer=lambda: jws.serialize_compact(header, document, peer),
        peer_name=f"joserfc {version('joserfc')}, the JWS part alone",
        limit=lambda: key.sign(message),
        target=0.8,
        note=note,
    )
    yield Comparison(
        id="P4-verify",
        title="verify a vc+jwt, ES256, its key among known parties",
        subject=lambda: VCJOSE.check(VCJOSE.open(token), resolver.key_of),
        peer=lambda: jws.deserialize_compact(theirs, peer),
        peer_name=f"joserfc {version('joserfc')}, the JWS part alone",
        limit=lambda: verify_signature("ES256", public, signature, message),
        target=0.4,
        note=note,
    )


def _controller(jwk: dict[str, str]) -> dict[str, object]:
    method = {
        "id": _METHOD, "type": "JsonWebKey", "controller": _ISSUER, "publicKeyJwk": jwk,
    }  # fmt: skip
    return {"id": _ISSUER, "verificationMethod": [method], "assertionMethod": [_METHOD]}


def _credential() -> dict[str, object]:
    """Return an Open Badge like those of WIRE-VC section 4: one achievement, six alignments."""
    alignment = [
        {
            "type": ["Alignment"],
            "targetName": _SENTENCE * 2,
            "targetUrl": f"https://example.org/skill/{number}",
            "targetFramework": "ESCO",
        }
        for number in range(6)
    ]
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:6f3e9a52-7f0b-4a7e-9a4b-0d4f3c2b1a09",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": _ISSUER, "type": ["Profile"], "name": "Example University"},
        "validFrom": "2026-06-30T00:00:00Z",
        "name": "Data Ethics in Practice",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "id": "did:example:learner",
            "creditsEarned": 5.0,
            "achievement": {
                "id": "https://registry.example.edu/mc/data-ethics",
                "type": ["Achievement"],
                "achievementType": "MicroCredential",
                "name": "Data Ethics in Practice",
                "description": _SENTENCE * 4,
                "criteria": {"narrative": _SENTENCE * 6},
                "alignment": alignment,
            },
        },
    }

"""The key binding: the holder's signature over what is shown, to whom, and when.

`bind` writes one, `check_binding` judges one. Steps of `check_binding`, those of RFC 9901
section 7.3: 1 key binding is there where it is asked for (2), 2 the holder's key stands in
`cnf` (5.1), 3 algorithm and signature (5.2, 5.3), 4 `typ` (5.4), 5 `iat` within the window
(5.5), 6 `nonce` and `aud` (5.6), 7 `sd_hash` (5.7).

Source: RFC 9901 sections 4.3 and 7.3; RFC 7800 section 3.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from tessera.errors import UnreadableError
from tessera.report import Finding, Outcome
from tessera.seals.algorithms import verify_signature
from tessera.seals.base64text import from_base64url, to_base64url
from tessera.seals.jwk import from_jwk, tells_against
from tessera.seals.protocol import KeyRef, OpenedProofs
from tessera.seals.sdjwt.containers import read_header, read_payload
from tessera.seals.sdjwt.disclosures import digest_of
from tessera.seals.sdjwt.refusal import SdJwtRefused

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

    from tessera.seals.protocol import KeyOf, SigningKey
    from tessera.seals.sdjwt.read import Held

MEDIA_TYPE = "kb+jwt"
_SOURCE = "RFC 9901 section 7.3"
_KEY = "RFC 9901 section 7.3 step 5.1; RFC 7800 section 3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whom the holder shows something to. at: when (aware); nonce: what the verifier sent."""

    audience: str
    nonce: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a verifier asks of a key binding.

    is_required: nothing is accepted without one; never to be decided by whether there is
    one. nonce, audience: those of this transaction, None where nothing was agreed. at: the
    moment of judgement; age: how old it may be; skew: how far clocks may differ.
    """

    at: datetime
    is_required: bool = True
    nonce: str | None = None
    audience: str | None = None
    age: timedelta = timedelta(minutes=5)
    skew: timedelta = timedelta(minutes=1)


def bind(sd_jwt: str, key: SigningKey, to: Audience, algorithm: str) -> str:
    """Return the key binding JWT for an SD-JWT in compact form, ended by its tilde."""
    header = {"alg": key.alg, "typ": MEDIA_TYPE}
    payload = {
        "iat": int(to.at.timestamp()),
        "aud": to.audience,
        "nonce": to.nonce,
        "sd_hash": digest_of(sd_jwt, algorithm),
    }
    text = f"{to_base64url(orjson.dumps(header))}.{to_base64url(orjson.dumps(payload))}"
    return f"{text}.{to_base64url(key.sign(text.encode('ascii')))}"


def check_binding(
    opened: OpenedProofs, expected: Expected | None = None, key_of: KeyOf | None = None
) -> tuple[Finding, ...]:
    """State whether the holder of the key in `cnf` presents this; never raises.

    expected: None when the file came without a transaction: signature and `sd_hash` are
    judged, and a remark says that nonce and audience were not.
    """
    held: Held = opened.proofs[0].held
    # 1
    if held.parts.binding is None:
        return _without(expected)
    if opened.defects:  # then it is not even known which hash would bind
        return (
            Finding.indeterminate(
                "seal.sdjwt.binding",
                "The key binding was not judged, since the SD-JWT itself is refused.",
                source=_SOURCE,
            ),
        )
    try:
        found = tuple(_judged(held, expected, key_of))
    except SdJwtRefused as refused:
        return (replace(refused.finding(), rule="seal.sdjwt.binding.form"),)
    if all(one.outcome is Outcome.PASSED or one.advice for one in found):
        said = Finding.passed(
            "seal.sdjwt.binding",
            "It is presented by the holder of the key that the issuer bound it to.",
            source=_SOURCE,
        )
        return (said, *(one for one in found if one.outcome is not Outcome.PASSED))
    return tuple(one for one in found if one.outcome is not Outcome.PASSED)


def _without(expected: Expected | None) -> tuple[Finding, ...]:
    if expected is None or not expected.is_required:
        return ()
    return (
        Finding.failed(
            "seal.sdjwt.binding.missing",
            "Nobody proved here to hold the key that the credential is bound to: there is no key "
            "binding. Ask the holder to present it with one.",
            source="RFC 9901 section 7.3 step 2",
        ),
    )


def _judged(held: Held, expected: Expected | None, key_of: KeyOf | None) -> Iterator[Finding]:
    pieces = str(held.parts.binding).split(".")
    if len(pieces) != 3:
        raise _malformed("it is not a token of three parts")
    header, claims = read_header(pieces[0]), read_payload(pieces[1])
    algorithm = header.get("alg")
    if not isinstance(algorithm, str):
        raise _malformed("it names no algorithm")
    # 2, 3
    key, why = _holder_key(held.claims.get("cnf"), algorithm, key_of)
    yield why if key is None else _signature(pieces, algorithm, key)
    # 4
    if str(header.get("typ")).lower().removeprefix("application/") != MEDIA_TYPE:
        yield _failed(
            "seal.sdjwt.binding.form",
            f"The key binding does not call itself {MEDIA_TYPE} (typ).",
            "5.4",
        )
    # 5, 6
    yield from _transaction(claims, expected)
    # 7
    hashed = claims.get("sd_hash")
    wanted = digest_of(held.parts.bound_text, held.digest_algorithm)
    if not isinstance(hashed, str) or not hmac.compare_digest(hashed.encode(), wanted.encode()):
        yield _failed(
            "seal.sdjwt.binding.hash",
            "The key binding was made for another set of disclosed claims.",
            "5.7",
        )


def _malformed(what: str) -> SdJwtRefused:
    return SdJwtRefused(
        "seal.sdjwt.binding.form", f"The key binding cannot be read: {what}.", _SOURCE
    )


def _failed(rule: str, sentence: str, step: str) -> Finding:
    return Finding.failed(rule, sentence, source=f"RFC 9901 section 7.3 step {step}")


def _holder_key(
    cnf: Any, algorithm: str, key_of: KeyOf | None
) -> tuple[PublicKeyTypes | None, Finding]:
    """Return the key that the issuer named for the holder, or why there is none."""
    none = Finding.failed(
        "seal.sdjwt.binding.key",
        "The issuer bound this credential to no key (there is no cnf), so a key binding proves "
        "nothing.",
        source=_KEY,
    )
    if not isinstance(cnf, Mapping):
        return None, none
    jwk, kid = cnf.get("jwk"), cnf.get("kid")
    if isinstance(jwk, Mapping):
        problem = tells_against(jwk, algorithm)
        if problem:
            return None, replace(none, message=f"The key in cnf cannot be used: {problem}")
        try:
            return from_jwk(jwk), none
        except UnreadableError as error:
            return None, replace(none, message=f"The key in cnf cannot be used: {error}")
    if isinstance(kid, str) and key_of is not None:
        ref = KeyRef(algorithm=algorithm, kid=kid, purpose="authentication")
        key = key_of(ref)
        if key is not None:
            return key, none
    return None, Finding.indeterminate(
        "seal.sdjwt.binding.key",
        "The holder's key is named in cnf in a way that leads to no key here, so who presents "
        "it was not judged.",
        source=_KEY,
    )


def _signature(pieces: list[str], algorithm: str, key: PublicKeyTypes) -> Finding:
    try:
        signature = from_base64url(pieces[2])
    except UnreadableError:
        signature = b""
    message = f"{pieces[0]}.{pieces[1]}".encode("ascii")
    found = verify_signature(algorithm, key, signature, message)
    if found.outcome is Outcome.PASSED:
        return found
    return _failed(
        "seal.sdjwt.binding.signature",
        f"The key binding is not the holder's: {found.message}",
        "5.3",
    )


def _transaction(claims: Mapping[str, Any], expected: Expected | None) -> Iterator[Finding]:
    """Judge when, to whom and for which transaction; all three have to be stated."""
    issued, nonce, audience = claims.get("iat"), claims.get("nonce"), claims.get("aud")
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        yield _failed("seal.sdjwt.binding.form", "The key binding states no time (iat).", "5.5")
    elif expected is not None and not _timely(issued, expected):
        yield _failed(
            "seal.sdjwt.binding.time",
            "The key binding is too old, or dated in the future: ask for a new one.",
            "5.5",
        )
    if not isinstance(nonce, str):
        yield _failed("seal.sdjwt.binding.form", "The key binding has no nonce.", "5.6")
    elif expected is not None and expected.nonce is not None and nonce != expected.nonce:
        yield _failed(
            "seal.sdjwt.binding.nonce", "The key binding was made for another transaction.", "5.6"
        )
    if not isinstance(audience, str | list):
        yield _failed(
            "seal.sdjwt.binding.form", "The key binding names nobody it is for (aud).", "5.6"
        )
    elif expected is not None and expected.audience is not None:
        named = [audience] if isinstance(audience, str) else audience
        if expected.audience not in named:
            yield _failed(
                "seal.sdjwt.binding.audience", "The key binding was made for somebody else.", "5.6"
            )
    if expected is None or expected.nonce is None or expected.audience is None:
        yield Finding.indeterminate(
            "seal.sdjwt.binding.transaction",
            "For whom and for which occasion it was presented was not judged: a file may have "
            "been copied from another presentation.",
            advice=True,
            source="RFC 9901 section 7.3 step 5.6",
        )


def _timely(issued: float, expected: Expected) -> bool:
    try:
        moment = datetime.fromtimestamp(issued, UTC)
    except (ValueError, OverflowError, OSError):
        return False
    return expected.at - expected.age <= moment <= expected.at + expected.skew

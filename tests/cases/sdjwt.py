"""Judge the specifications of SD-JWT: claims, what may be withheld, what is shown, what results.

A specification holds no token, so a round trip decides it, in both directions: we issue,
present and verify; then sd-jwt-python issues and we present and verify, and the other way
round. `judge_spec` is for the case harness.

Source of the shapes: openwallet-foundation-labs/sd-jwt-python (YAML, `!sd` tags) and
openwallet-foundation/sd-jwt-js (JSON, disclosure and presentation frames).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tessera.report import Outcome
from tessera.seals.base64text import to_base64url
from tessera.seals.sdjwt import (
    Audience,
    Expected,
    Issuer,
    SdJwtOptions,
    check,
    open_sd_jwt,
    present,
)
from tessera.standards.jsontext import pointer

AT = datetime(2026, 7, 1, tzinfo=UTC)
NONCE, AUDIENCE = "1234567890", "https://verifier.example.org"
ISSUER, HOLDER = "issuer", "holder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One specification. disclosable, shown: JSON Pointers; expected: None if not stated."""

    claims: dict[str, Any]
    disclosable: tuple[str, ...]
    shown: tuple[str, ...]
    expected: dict[str, Any] | None
    is_bound: bool = False
    is_json: bool = False
    decoys: int = 0
    tagged: Any = None  # claims with sd-jwt-python's own marks, where they came so
    frame: Any = None


class Key:
    """A `SigningKey` without a certificate, as a wallet has."""

    alg, kid, certificate_chain, is_test = "ES256", "", (), True

    def __init__(self) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec
        from jwcrypto.jwk import JWK

        self.private = ec.generate_private_key(ec.SECP256R1())
        self.public = self.private.public_key()
        self.jwk = JWK.from_pyca(self.private)
        self.public_jwk = json.loads(self.jwk.export_public())

    def sign(self, message: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
        from cryptography.hazmat.primitives.hashes import SHA256

        r, s = decode_dss_signature(self.private.sign(message, ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@cache
def key(who: str) -> Key:
    return Key()


def judge_spec(path: Path) -> tuple[bool, str, str | None, str]:
    """Return whether it came out as specified, the step and rule that decided, and why not."""
    spec = read_spec(path)
    if spec.expected is not None and _ours_alone(spec)[0] != _plain(spec.expected):
        return False, "seal", None, "the claims shown are not those the specification expects"
    for name, one in (("ours to ours", _ours_alone), ("theirs to ours", _theirs_to_ours)):
        document, findings = one(spec)
        bad = [found for found in findings if found.outcome is not Outcome.PASSED]
        if bad:
            return False, "seal", bad[0].rule, f"{name}: {bad[0].message}"
        if document != _ours_alone(spec)[0]:
            return False, "seal", None, f"{name}: other claims were shown"
    if _ours_to_theirs(spec) != _ours_alone(spec)[0]:
        return False, "seal", None, "ours to theirs: sd-jwt-python reads other claims"
    return True, "seal", None, ""


def read_spec(path: Path) -> Spec:
    """Read a specification of either shape."""
    return _from_yaml(path) if path.suffix == ".yml" else _from_json(path)


def _from_yaml(path: Path) -> Spec:
    from sd_jwt.utils.yaml_specification import load_yaml_specification, remove_sdobj_wrappers

    found = load_yaml_specification(str(path))
    tagged, frame = found["user_claims"], found["holder_disclosed_claims"]
    return Spec(
        claims=remove_sdobj_wrappers(tagged),
        disclosable=tuple(_marked(tagged, ())),
        shown=tuple(_wanted(tagged, frame, ())),
        expected=found.get("expect_verified_user_claims"),
        is_bound=bool(found.get("key_binding")),
        is_json=found.get("serialization_format") == "json",
        decoys=4 if found.get("add_decoy_claims") else 0,
        tagged=tagged,
        frame=frame,
    )


def _unwrapped(value: Any) -> tuple[Any, bool]:
    from sd_jwt.common import SDObj

    return (value.value, True) if isinstance(value, SDObj) else (value, False)


def _items(tagged: Any) -> Iterator[tuple[str | int, Any, bool]]:
    """Yield name or index, value, and whether it may be withheld."""
    if isinstance(tagged, Mapping):
        for name, value in tagged.items():
            plain, is_marked = _unwrapped(name)
            yield plain, _unwrapped(value)[0], is_marked
    elif isinstance(tagged, list):
        for at, value in enumerate(tagged):
            yield at, *_unwrapped(value)


def _marked(tagged: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    for name, value, is_marked in _items(tagged):
        if is_marked:
            yield pointer(*path, name)
        yield from _marked(value, (*path, name))


def _wanted(tagged: Any, frame: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    """Read the frame as sd-jwt-python does: true shows a claim, an object looks inside."""
    for name, value, is_marked in _items(tagged):
        wish = _wish(frame, name)
        is_shown = wish not in (None, False) if isinstance(name, int) else bool(wish)
        if is_marked and not is_shown:
            continue
        if is_marked:
            yield pointer(*path, name)
        yield from _wanted(value, wish, (*path, name))


def _wish(frame: Any, name: str | int) -> Any:
    if isinstance(frame, Mapping):
        return frame.get(name)
    if isinstance(frame, list) and isinstance(name, int) and name < len(frame):
        return frame[name]
    return None


def _from_json(path: Path) -> Spec:
    found = json.loads(path.read_text(encoding="utf-8"))
    return Spec(
        claims=found["claims"],
        disclosable=tuple(_framed(found["disclosureFrame"], ())),
        shown=tuple(_presented(found["presentationFrames"], found["disclosureFrame"], ())),
        expected=found["presentedClaims"],
    )


def _framed(frame: Mapping[str, Any], path: tuple[str | int, ...]) -> Iterator[str]:
    for name, inside in frame.items():
        if name == "_sd":
            yield from (pointer(*path, one) for one in inside)
        elif isinstance(inside, Mapping):
            yield from _framed(inside, (*path, name))


def _presented(wanted: Any, frame: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    if not isinstance(wanted, Mapping) or not isinstance(frame, Mapping):
        return
    marked = {str(one) for one in frame.get("_sd", ())}
    for name, inside in wanted.items():
        if inside and name in marked:
            yield pointer(*path, name)
        yield from _presented(inside, frame.get(name), (*path, name))


Result = tuple[dict[str, Any], tuple[Any, ...]]


def _ours_alone(spec: Spec) -> Result:
    """We issue, present and verify."""
    options = SdJwtOptions(
        disclosable=spec.disclosable,
        decoys=spec.decoys,
        holder=key(HOLDER).public_jwk if spec.is_bound else None,
    )
    issued = Issuer(key(ISSUER), AT, options).seal(json.dumps(spec.claims).encode())
    return _shown_to_us(spec, general(issued) if spec.is_json else issued)


def general(issued: bytes) -> bytes:
    """Return an SD-JWT in general JSON form, with the signature of a second issuer's key."""
    token, *disclosures, _ = issued.decode("ascii").split("~")
    protected, payload, signature = token.split(".")
    other = to_base64url(b'{"alg":"ES256","kid":"second"}')
    second = key("second").sign(f"{other}.{payload}".encode("ascii"))
    signatures = [
        {"header": {"disclosures": disclosures}, "protected": protected, "signature": signature},
        {"protected": other, "signature": to_base64url(second)},
    ]
    return json.dumps({"payload": payload, "signatures": signatures}).encode()


def _theirs_to_ours(spec: Spec) -> Result:
    """sd-jwt-python issues (JSON: flattened, all it knows), and we present and verify."""
    return _shown_to_us(spec, _issued_by_them(spec).encode())


def _shown_to_us(spec: Spec, issued: bytes) -> Result:
    whom = Audience(audience=AUDIENCE, nonce=NONCE, at=AT) if spec.is_bound else None
    holder = key(HOLDER) if spec.is_bound else None
    opened = open_sd_jwt(present(issued, spec.shown, key=holder, to=whom))
    expected = Expected(at=AT, nonce=NONCE, audience=AUDIENCE) if spec.is_bound else None
    findings = check(opened, lambda ref: key(ref.kid or ISSUER).public, expected)
    return _plain(opened.document), findings


def _issued_by_them(spec: Spec) -> str:
    from sd_jwt.issuer import SDJWTIssuer

    issuer = SDJWTIssuer(
        spec.tagged if spec.tagged is not None else tagged(spec.claims, spec.disclosable),
        key(ISSUER).jwk,
        key(HOLDER).jwk if spec.is_bound else None,
        add_decoy_claims=bool(spec.decoys),
        serialization_format="json" if spec.is_json else "compact",
    )
    return str(issuer.sd_jwt_issuance)


def _ours_to_theirs(spec: Spec) -> dict[str, Any]:
    """We issue and present, and sd-jwt-python verifies."""
    from sd_jwt.verifier import SDJWTVerifier

    options = SdJwtOptions(
        disclosable=spec.disclosable,
        decoys=spec.decoys,
        holder=key(HOLDER).public_jwk if spec.is_bound else None,
    )
    issued = Issuer(key(ISSUER), AT, options).seal(json.dumps(spec.claims).encode())
    whom = Audience(audience=AUDIENCE, nonce=NONCE, at=AT) if spec.is_bound else None
    shown = present(issued, spec.shown, key=key(HOLDER) if spec.is_bound else None, to=whom)
    bound = {"expected_aud": AUDIENCE, "expected_nonce": NONCE} if spec.is_bound else {}
    verifier = SDJWTVerifier(shown.decode(), lambda *_: key(ISSUER).jwk, **bound)
    return _plain(verifier.get_verified_payload())


def tagged(value: Any, disclosable: tuple[str, ...], path: str = "") -> Any:
    """Mark claims the way sd-jwt-python wants them; `*` names every element of a list."""
    from sd_jwt.common import SDObj

    if isinstance(value, Mapping):
        marked = {}
        for name, one in value.items():
            here = path + pointer(name)
            inner = tagged(one, disclosable, here)
            marked[SDObj(name) if here in disclosable else name] = inner
        return marked
    if isinstance(value, list):
        elements = []
        for at, one in enumerate(value):
            here = path + pointer(at)
            inner = tagged(one, disclosable, here)
            is_marked = here in disclosable or f"{path}/*" in disclosable
            elements.append(SDObj(inner) if is_marked else inner)
        return elements
    return value


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what issuing adds."""
    return {name: one for name, one in document.items() if name not in ("iat", "cnf")}


def judge_type_metadata(path: Path) -> tuple[bool, str, str | None, str]:
    """Return whether a type metadata document is in order; see `judge_spec`."""
    from tessera.formats.sdjwtvc import check_metadata

    findings = check_metadata(json.loads(path.read_text(encoding="utf-8")))
    bad = [one for one in findings if one.outcome is not Outcome.PASSED]
    return not bad, "parse", bad[0].rule if bad else None, bad[0].message if bad else ""

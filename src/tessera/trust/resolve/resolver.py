"""Whose key made a seal: from the name in the seal to a public key and its holder.

Steps of `Resolver.resolve`:
1 candidates: by the name of a verification method, by the certificate in the seal, by the
  issuer, and last a key that the seal brings along itself;
2 the first that yields a key counts; a key in the header has to be the same;
3 is the key meant for this purpose, and was it in force when the seal was made;
4 does it belong to the issuer that the credential names.

What is wrong with the key's name is `seal.verification-method` (step seal); whose it is,
is `signer.controller` (step signer).
Source: W3C Controlled Identifiers 1.0 section 3.3; W3C VC Data Model 2.0 section 4.12;
W3C VC-JOSE-COSE section 4; SD-JWT VC, "Issuer Signature Mechanisms"; RFC 7515 section 4.1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tessera.errors import UnreadableError
from tessera.fetch import Fetcher, OfflineFetcher
from tessera.report import Finding
from tessera.seals.algorithms import ALGORITHMS, unfit
from tessera.seals.jwk import from_jwk, tells_against
from tessera.seals.multikey import from_multikey
from tessera.trust.resolve import addresses, holders
from tessera.trust.resolve.documents import Method
from tessera.trust.resolve.known import KnownParties
from tessera.trust.resolve.source import ForbiddenError, Source, UnreachableError
from tessera.trust.resolve.validity import judge

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

    from tessera.seals.protocol import KeyRef

RULE = "seal.verification-method"
_MOST_ANSWERS = 1024
SOURCE = "W3C Controlled Identifiers 1.0 section 3.3; RFC 7515 section 4.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What is known about the key of one seal.

    key: None where it could not be had. controller: the DID or address that holds it, None
    for a key without an owner. how: "known", "did:key", "did:jwk", "did:web", "did:webvh",
    "https", "jwt-issuer", "x5c", "jwk", "fragment", or "" for none. is_trusted: whether the
    controller, or the very key, was given by whoever verifies. findings: rules that begin
    with `seal.` belong into the step `seal`, `signer.` into the step `signer`.
    """

    key: PublicKeyTypes | None = None
    controller: str | None = None
    how: str = ""
    is_trusted: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One key that may have made the seal, and where it stood."""

    how: str
    key: PublicKeyTypes
    controller: str | None = None
    method: Method | None = None


class Resolver:
    """Finds keys for one verifier: known parties, then the network where it is allowed.

    at: the moment of judgement; it counts where a seal states no time of its own.
    """

    def __init__(
        self,
        known: KnownParties | None = None,
        fetcher: Fetcher | None = None,
        at: datetime | None = None,
    ) -> None:
        self._known = known or KnownParties()
        self._source = Source(self._known, fetcher or OfflineFetcher())
        self._at = at
        self._answers: dict[tuple[object, ...], Resolution] = {}
        self._named: dict[str, list[Method]] = {}
        for method in self._known.methods():
            for name in {method.id, method.kid, method.id.rpartition("#")[2]} - {None, ""}:
                self._named.setdefault(str(name), []).append(method)

    def key_of(self, ref: KeyRef) -> PublicKeyTypes | None:
        """Return the key alone, as mechanisms ask for it."""
        return self.resolve(ref).key

    def resolve(self, ref: KeyRef) -> Resolution:
        """Say which key made a seal and whose it is; never raises for hostile names."""
        if ref.jwk is not None or ref.certificates:
            return self._resolved(ref)
        asked = (ref.algorithm, ref.kid, ref.issuer, ref.purpose, ref.at)
        if asked not in self._answers:
            if len(self._answers) >= _MOST_ANSWERS:
                self._answers.clear()
            self._answers[asked] = self._resolved(ref)
        return self._answers[asked]

    def _resolved(self, ref: KeyRef) -> Resolution:
        # 1, 2
        reasons: list[UnreadableError] = []
        found: Candidate | None = None
        for look in self._ways(ref):
            try:
                found = look(ref)
            except UnreadableError as error:
                reasons.append(error)
                if isinstance(error, ForbiddenError):
                    break
            if found:
                break
        if found is None:
            return Resolution(findings=(_unresolved(ref, reasons),))
        # 3, 4
        findings = [self._about_key(ref, found), self._about_holder(ref, found)]
        return Resolution(
            key=found.key,
            controller=found.controller,
            how=found.how,
            is_trusted=self._is_trusted(found),
            findings=tuple(finding for finding in findings if finding is not None),
        )

    def _ways(self, ref: KeyRef) -> tuple[Callable[[KeyRef], Candidate | None], ...]:
        last = (_by_fragment, self._by_lone_key, _by_header)
        is_url = ref.kid is not None and _is_absolute(ref.kid)
        if is_url or (ref.kid is not None and ref.algorithm not in ALGORITHMS):
            return (self._by_known_name, self._by_name, self._by_certificate, *last)
        return (self._by_known_name, self._by_certificate, self._by_issuer, *last)

    def _by_known_name(self, ref: KeyRef) -> Candidate | None:
        """Look among known keys: by the whole name, else those of the issuer or of nobody."""
        methods = self._named.get(ref.kid or "", ())
        fit = [
            method
            for method in methods
            if _suits(method, ref.algorithm)
            and (ref.kid == method.id or method.controller in (None, ref.issuer) or not ref.issuer)
        ]
        fit.sort(key=lambda method: (method.controller != ref.issuer, method.id != ref.kid))
        return _candidate(fit[0], "known") if fit else None

    def _by_lone_key(self, ref: KeyRef) -> Candidate | None:
        """Take a key that was given without owner and name, where just one could be meant."""
        fit = [
            method
            for method in self._known.ownerless
            if (method.kid is None or ref.kid is None) and _suits(method, ref.algorithm)
        ]
        return _candidate(fit[0], "known") if len(fit) == 1 else None

    def _by_name(self, ref: KeyRef) -> Candidate | None:
        """Resolve the absolute name of a verification method."""
        name = ref.kid or ""
        if not _is_absolute(name):  # `verificationMethod` of a proof: Data Integrity 2.1
            raise ForbiddenError(f"The verification method {name[:80]!r} is not a URL.")
        party, fragment = addresses.without_fragment(name), name.partition("#")[2]
        if name.startswith(("https://", "http://")):
            return self._by_address(ref, name)
        document, how = self._source.document(party, ref.at or self._at)
        whole = f"{party}#{fragment}" if fragment else None
        return _one(document.find(whole), ref, how, whole)

    def _by_address(self, ref: KeyRef, name: str) -> Candidate | None:
        methods = self._source.key_at(name)
        if "#" in name:
            methods = tuple(method for method in methods if method.id == name)
        return _one(methods, ref, "https", name if "#" in name else None)

    def _by_certificate(self, ref: KeyRef) -> Candidate | None:
        """Take the certificate in the seal; anybody can write a name into one.

        So the name counts only where the verifier does not know the issuer's keys, and
        never makes a party trusted: the chain is judged elsewhere.
        """
        if not ref.certificates:
            return None
        from tessera.seals.certificates import public_key

        key = public_key(ref.certificates[0])
        is_known = self._known.knows(ref.issuer)
        holder = None if is_known else holders.named_in(ref.certificates[0], ref.issuer)
        return Candidate(how="x5c", key=key, controller=holder)

    def _by_issuer(self, ref: KeyRef) -> Candidate | None:
        """Look among the keys that the issuer itself publishes."""
        issuer = ref.issuer
        if issuer is None:
            return None
        at = ref.at or self._at
        if issuer.startswith("did:") or self._known.knows(issuer):
            document, how = self._source.document(issuer, at)
            return _one(document.find(ref.kid), ref, how, ref.kid)
        if addresses.split_web(issuer) is None:
            return None
        try:
            document = self._source.issuer_metadata(issuer)
            return _one(document.find(ref.kid), ref, "jwt-issuer", ref.kid)
        except UnreachableError:
            document, how = self._source.document(issuer, at)
            return _one(document.find(ref.kid), ref, how, ref.kid)

    def _about_key(self, ref: KeyRef, found: Candidate) -> Finding:
        if not _brings_same(ref, found.key):
            return _failed("The seal brings a key along that is not the one it names.")
        if found.method is None:
            return Finding.passed(
                RULE, f"The seal brings its key along ({found.how}).", source=SOURCE
            )
        return judge(found.method, found.how, ref, self._at)

    def _about_holder(self, ref: KeyRef, found: Candidate) -> Finding | None:
        if ref.issuer is None:
            return None
        keys_are_known = self._known.knows(ref.issuer) or holders.is_bound(ref.issuer)
        if found.how == "known" and found.controller is None and not keys_are_known:
            return Finding.passed(
                "signer.controller",
                "The key is one that you gave without saying whose it is; it is taken for that of "
                "the issuer.",
                source="house rule",
            )
        if found.how == "x5c" and found.controller is not None:
            return holders.named(found.controller)
        return holders.compare(ref, found.controller, found.key, self._published)

    def _published(self, issuer: str, at: datetime | None) -> tuple[Method, ...] | None:
        """Return the keys an issuer publishes, None where that cannot be known."""
        try:
            return self._source.document(issuer, at or self._at)[0].methods or None
        except UnreadableError:
            return None

    def _is_trusted(self, found: Candidate) -> bool:
        return found.how == "known" or (found.how != "x5c" and self._known.knows(found.controller))


def _by_fragment(ref: KeyRef) -> Candidate | None:
    """Take the key that the fragment of a name spells out; it says nothing about whose it is.

    Open Badges written for the public validator of 1EdTech name their keys so.
    """
    name, _, fragment = (ref.kid or "").partition("#")
    if not fragment.startswith("z") or name.startswith("did:"):
        return None
    try:
        return Candidate(how="fragment", key=from_multikey(fragment))
    except UnreadableError:
        return None


def _by_header(ref: KeyRef) -> Candidate | None:
    """Take the key in the header."""
    if ref.jwk is None:
        return None
    problem = tells_against(ref.jwk, ref.algorithm)
    if problem:
        raise ForbiddenError(problem)
    return Candidate(how="jwk", key=from_jwk(ref.jwk))


def _one(methods: tuple[Method, ...], ref: KeyRef, how: str, name: str | None) -> Candidate | None:
    """Return the one key that is meant. Raises: ForbiddenError when there is none."""
    fit = [method for method in methods if _suits(method, ref.algorithm)]
    if name is None and len(fit) > 1:
        raise ForbiddenError("The seal does not say which of the issuer's keys it was made with.")
    if not fit:
        about = f"the key {name[:80]!r}" if name else "any key for this algorithm"
        raise ForbiddenError(f"The document about the issuer's keys does not hold {about}.")
    return _candidate(fit[0], how)


def _candidate(method: Method, how: str) -> Candidate:
    return Candidate(how=how, key=method.key(), controller=method.controller, method=method)


def _suits(method: Method, algorithm: str) -> bool:
    """Say whether a key may verify this algorithm; cryptosuites check for themselves."""
    if algorithm not in ALGORITHMS:
        return True
    if method.jwk is not None and tells_against(method.jwk, algorithm) is not None:
        return False
    try:
        return unfit(algorithm, method.key()) is None
    except UnreadableError:
        return True  # its fault is told when it is taken


def _brings_same(ref: KeyRef, key: PublicKeyTypes) -> bool:
    """Say whether the keys that a seal brings along (jwk, x5c) are the one it names."""
    from tessera.seals.certificates import public_key

    try:
        return (ref.jwk is None or from_jwk(ref.jwk) == key) and (
            not ref.certificates or public_key(ref.certificates[0]) == key
        )
    except UnreadableError:
        return False


def _is_absolute(name: str) -> bool:
    return name.startswith("did:") or "://" in name or name.startswith("urn:")


def _unresolved(ref: KeyRef, reasons: list[UnreadableError]) -> Finding:
    """Say why there is no key: FAILED when nobody could have one, else what to do."""
    final = next((one for one in reasons if not isinstance(one, UnreachableError)), None)
    if final is not None:
        return _failed(str(final))
    reason = (
        str(reasons[0])
        if reasons
        else ("The seal does not say which key made it. Give the issuer's key with --trust FILE.")
    )
    return Finding.indeterminate(
        RULE, reason, evidence={"kid": ref.kid, "issuer": ref.issuer}, source=SOURCE
    )


def _failed(message: str) -> Finding:
    return Finding.failed(RULE, message, source=SOURCE)

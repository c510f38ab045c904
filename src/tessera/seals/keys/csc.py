"""Seal with a key that a remote service holds (Cloud Signature Consortium API v2).

Only digests travel. Steps of `load_csc`: 1 read the profile, 2 find the credential,
3 ask what it can do, 4 read its chain, 5 refuse what must not seal. Steps of
`sign_many`, for as many digests per call as the service allows: 1 authorise them (SAD),
2 have them signed, 3 once more with fresh authorisation if it is refused, since a SAD
expires and is used up, 4 refuse an answer that is not whole, 5 prove every signature.

Source: CSC API v2.0.0.2 sections 11.4 to 11.6 and 11.10; the identifiers of algorithms
are those of RFC 4055, RFC 5758 and RFC 3279.
"""

from __future__ import annotations

import hashlib
import re
import time
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tessera.errors import KeyRefusedError
from tessera.seals.keys.chain import in_order
from tessera.seals.keys.csc_client import CscClient, Wait
from tessera.seals.keys.csc_profile import CscProfile, read_profile, read_secret
from tessera.seals.keys.outside import OutsideDigestKey
from tessera.seals.keys.refusals import RemoteRefusedError, WrongSecretError
from tessera.seals.validity import refuse_outside_validity

_HASH_OIDS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
# Per algorithm: the identifier that names the hash too, then those that leave it open.
_SIGN_OIDS = {
    "RS256": ("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1"),
    "ES256": ("1.2.840.10045.4.3.2", "1.2.840.10045.2.1"),
    "ES384": ("1.2.840.10045.4.3.3", "1.2.840.10045.2.1"),
    "ES512": ("1.2.840.10045.4.3.4", "1.2.840.10045.2.1"),
}
_ALTERNATIVES = re.compile(r"\b(?:OR|XOR)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What the service says about one credential; nothing of it is secret.

    algorithms: identifiers (OID) of what it can sign. most: signatures per
    authorisation. needs_sad: whether `credentials/authorize` has to be asked first.
    pin_id: name of the PIN among the authentication objects, or None when none is asked.
    """

    id: str
    algorithms: tuple[str, ...]
    most: int
    needs_sad: bool
    pin_id: str | None
    certificates: tuple[bytes, ...]


class RemoteKey(OutsideDigestKey):
    """A `BatchSigningKey` at a remote service; `load_csc` makes it.

    Raises on signing: GoneError when the service stays away, WrongSecretError,
    LockedError, RemoteRefusedError.
    """

    def __init__(
        self, client: CscClient, credential: Credential, chain: tuple[bytes, ...], pin: str | None
    ) -> None:
        super().__init__(chain)
        self._client, self._credential = client, credential
        self.__pin = pin
        self._sign_oid = self._algorithm()
        self._most = min(credential.most, client.profile.hashes_per_call)

    @property
    def server_date(self) -> datetime | None:
        """The service's clock at its last answer."""
        return self._client.server_date

    @property
    def secret_files(self) -> tuple[Path, ...]:
        """The files with secrets that the profile names."""
        profile = self._client.profile
        named = (profile.client_secret_file, profile.access_token_file, profile.pin_file)
        return tuple(path for path in named if path is not None)

    @property
    def batch_size(self) -> int:
        """How many digests go into one call."""
        return self._most

    def sign_digest(self, digest: bytes) -> bytes:
        """Return the signature of the message that has this digest, proved."""
        return self.sign_many((digest,))[0]

    def sign_many(self, digests: Sequence[bytes]) -> tuple[bytes, ...]:
        """Return the signatures of all digests in their order, proved; all or none."""
        signed: list[bytes] = []
        for start in range(0, len(digests), self._most):
            signed += self._sign_part(digests[start : start + self._most])
        return tuple(signed)

    def rehearse(self) -> None:
        """Have one digest authorised and not signed: a signature may cost money."""
        digest = hashlib.new(self.hash_name, b"tessera doctor: a trial").digest()
        self._activation([b64encode(digest).decode("ascii")])

    def _sign_part(self, digests: Sequence[bytes]) -> list[bytes]:
        hashes = [b64encode(digest).decode("ascii") for digest in digests]
        body = {"credentialID": self._credential.id, "hashes": hashes, **self._sign_oid}
        # 1
        whole = body | self._activation(hashes)
        # 2
        try:
            answer = self._client.call("signatures/signHash", whole)
        except RemoteRefusedError:
            if not self._credential.needs_sad:
                raise
            # 3
            again = body | self._activation(hashes)
            answer = self._client.call("signatures/signHash", again)
        # 4
        found = answer.get("signatures")
        if not isinstance(found, list) or len(found) != len(digests):
            count = len(found) if isinstance(found, list) else "no"
            raise RemoteRefusedError(
                f"The service was asked for {len(digests)} signatures and gave {count}. None of "
                "them is used. Try again; tell the provider if it stays so."
            )
        # 5
        return [
            self.proved(digest, _decoded(text, "a signature"))
            for digest, text in zip(digests, found, strict=True)
        ]

    def _activation(self, hashes: list[str]) -> dict[str, str]:
        """Return the SAD for these hashes as a member of the request, if one is needed."""
        if not self._credential.needs_sad:
            return {}
        request: dict[str, Any] = {
            "credentialID": self._credential.id,
            "numSignatures": len(hashes),
            "hashes": hashes,
            "hashAlgorithmOID": _HASH_OIDS[self.hash_name],
        }
        if self._credential.pin_id is not None:
            request["authData"] = [{"id": self._credential.pin_id, "value": self.__pin}]
        sad = self._client.call("credentials/authorize", request).get("SAD")
        if not isinstance(sad, str) or not sad:
            raise RemoteRefusedError("The service authorised nothing: its answer has no SAD.")
        return {"SAD": sad}

    def _algorithm(self) -> dict[str, str]:
        """Return signAlgo, and the hash where signAlgo leaves it open."""
        whole, *open_ones = _SIGN_OIDS[self._alg]
        if whole in self._credential.algorithms:
            return {"signAlgo": whole}
        for oid in open_ones:
            if oid in self._credential.algorithms:
                return {"signAlgo": oid, "hashAlgorithmOID": _HASH_OIDS[self.hash_name]}
        raise KeyRefusedError(
            f"The remote seal cannot sign {self._alg}, which its certificate calls for; it offers "
            f"{', '.join(self._credential.algorithms) or 'nothing'}. Ask the provider for "
            f"{whole}."
        )

    def __repr__(self) -> str:
        return f"<RemoteKey {self._alg} of {self._facts.holder!r}>"


def load_csc(
    profile: Path,
    pin: str | None = None,
    *,
    beside: Sequence[bytes] = (),
    at: datetime | None = None,
    wait: Wait = time.sleep,
) -> RemoteKey:
    """Return the key that a profile file names. This uses the network.

    pin: None takes it from `pin_file`. beside: DER certificates that the service leaves
    out. at: also refuse a certificate that is not valid at this moment.
    Raises: UsageError for a wrong profile; KeyRefusedError and its kinds.
    """
    # 1
    settings = read_profile(profile)
    client = CscClient(settings, wait)
    # 2, 3
    name = settings.credential or _only_credential(client)
    asked = {"credentialID": name, "certificates": "chain", "certInfo": True, "authInfo": True}
    credential = _understood(name, client.call("credentials/info", asked), settings)
    # 4
    found = (*credential.certificates, *beside)
    if not found:
        raise KeyRefusedError(
            f"The service shows no certificate for {name}. Give it as PEM: --chain FILE."
        )
    # 5
    if credential.pin_id is not None and pin is None:
        if settings.pin_file is None:
            raise WrongSecretError(
                f"The remote seal {name} wants a PIN. Put it into a file that only you can read, "
                f'and give --password-file FILE, or pin_file = "FILE" in {profile}.'
            )
        pin = read_secret(settings.pin_file)
    key = RemoteKey(client, credential, in_order(found[0], found[1:]), pin)
    if at is not None:
        refuse_outside_validity(key.certificate_chain[0], at)
    return key


def _only_credential(client: CscClient) -> str:
    try:
        found = client.call("credentials/list", {}).get("credentialIDs")
    except RemoteRefusedError as error:
        # Client credentials belong to no person, and then a service may want to know whose.
        raise RemoteRefusedError(
            f'{error} Or name the seal itself in {client.profile.path}: credential = "ID".'
        ) from error
    names = [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
    if len(names) == 1:
        return names[0]
    there = f"There are: {', '.join(names[:20])}" if names else "There is none"
    raise KeyRefusedError(
        f"It is not clear which remote seal is meant. {there}. Write the one into "
        f'{client.profile.path}: credential = "ID".'
    )


def _understood(name: str, info: Mapping[str, Any], profile: CscProfile) -> Credential:
    """Read the answer of credentials/info. Raises: RemoteRefusedError."""
    key, cert, auth = (_members(info, part) for part in ("key", "cert", "auth"))
    if key.get("status") != "enabled":
        raise RemoteRefusedError(f"The provider has disabled the key of {name}. Ask why.")
    if cert.get("status") in ("revoked", "suspended"):
        raise RemoteRefusedError(
            f"The certificate of {name} is {cert['status']}. Seals made with it would not be "
            "accepted; ask the provider for a new one."
        )
    most, algorithms, mode = info.get("multisign"), key.get("algo"), auth.get("mode")
    if not isinstance(algorithms, list) or type(most) is not int or most < 1:
        raise RemoteRefusedError(f"The service does not say what {name} can sign.")
    if mode == "oauth2code" and profile.access_token_file is None:
        raise RemoteRefusedError(
            f"{name} is authorised by a person in a browser (oauth2code). Ask the provider for a "
            "seal that a PIN authorises, or for an access token with the scope 'credential'."
        )
    certificates = cert.get("certificates")
    if not isinstance(certificates, list):
        certificates = []
    return Credential(
        id=name,
        algorithms=tuple(one for one in algorithms if isinstance(one, str)),
        most=most,
        needs_sad=mode != "oauth2code",
        pin_id=_pin_id(name, auth) if mode == "explicit" else None,
        certificates=tuple(_decoded(one, "a certificate") for one in certificates),
    )


def _pin_id(name: str, auth: Mapping[str, Any]) -> str | None:
    """Return the id of the one fixed secret that authorises alone, or None if nothing is asked."""
    listed = auth.get("objects")
    objects = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    if not objects:
        return None
    fixed = [
        str(one.get("id")) for one in objects if one.get("type") == "Password"
        and not one.get("generator")
    ]  # fmt: skip
    expression = auth.get("expression")
    if not isinstance(expression, str):
        expression = " AND ".join(str(one.get("id")) for one in objects)
    enough = {part.strip(" ()") for part in _ALTERNATIVES.split(expression)}
    for id in fixed:
        if id in enough:
            return id
    raise RemoteRefusedError(
        f"{name} is authorised by {expression}, which a person must type in each time. Ask the "
        "provider for a seal that one PIN authorises."
    )


def _members(info: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = info.get(name)
    return found if isinstance(found, dict) else {}


def _decoded(text: object, what: str) -> bytes:
    try:
        if isinstance(text, str):
            return b64decode("".join(text.split()), validate=True)
    except (Base64Error, ValueError):
        pass
    raise RemoteRefusedError(f"The service sent {what} that is no base64. Nothing of it is used.")

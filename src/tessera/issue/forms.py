"""Further forms of an award: one record, written and sealed for each place that asks for it.

1. `FormPlan` says which forms are wanted and as whom the issuer seals them.
2. `Forms.of` writes and seals one award in all of them, before the European credential is
   sealed: an award that cannot be written in one form is sealed in none.
3. `Forms.around` adds what travels with the European credential (ELMO holds it).
4. `Forms.complete` gives awards that were sealed before the forms that they lack.

Source: DESIGN section 5, journey 1; WIRE-VC sections 2.3 and 5 for how each form is sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from tessera.errors import EncodeError, TesseraError, UsageError
from tessera.issue.form_store import SealedForm
from tessera.model import Award, Identifier, MicroCredential
from tessera.seals.certificates import public_key
from tessera.seals.jades import JADES

if TYPE_CHECKING:
    from tessera.issue.register import Register
    from tessera.seals.protocol import SigningKey

# What `--format` takes beside "elm", and how a file of that form ends.
ENDINGS = {
    "ob3": ".ob3.json",
    "vc": ".vc.jwt",
    "sd-jwt": ".sd-jwt",
    "eaa": ".eaa.jwt",
    "elmo": ".elmo.xml",
}
_TITLES = {
    "ob3": "Open Badge",
    "vc": "W3C credential",
    "sd-jwt": "SD-JWT VC",
    "eaa": "attestation (EAA)",
    "elmo": "ELMO transcript",
}
Writer = Callable[[Award], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPlan:
    """Which forms are wanted. did: of the issuer, None for the `did:key` of the key.

    badge_as_token: seal Open Badges as a token of the 1EdTech profile, not with a proof inside.
    """

    names: tuple[str, ...]
    did: str | None = None
    badge_as_token: bool = False

    def __post_init__(self) -> None:
        for name in self.names:
            if name not in ENDINGS:
                raise UsageError(
                    f"The format '{name}' cannot be issued; there are: elm, {', '.join(ENDINGS)}."
                )

    def issuer_did(self, key: SigningKey) -> str:
        """Return as whom the issuer seals further forms with this key."""
        from tessera.seals.keys.publish import did_of

        return self.did or did_of(key)[0]


def named(description: MicroCredential, did: str) -> MicroCredential:
    """Return the description with the DID of the issuer among its identifiers."""
    issuer = description.sealer
    if issuer is None or issuer.identifier("did") is not None:
        return description
    known = (*issuer.identifiers, Identifier.parse("did", did))
    return replace(description, issuer=replace(issuer, identifiers=known))


class Forms:
    """Writes and seals the further forms with one key at one moment.

    Raises on creation: KeyRefusedError for a key that a form cannot be sealed with.
    """

    def __init__(self, plan: FormPlan, key: SigningKey, at: datetime) -> None:
        self._plan = plan
        self._around = "elmo" in plan.names
        makers = {
            "ob3": self._badge,
            "vc": self._credential,
            "sd-jwt": self._wallet,
            "eaa": self._attestation,
        }
        self._key, self._at = key, at
        self._token_method, self._proof_method = self._methods()
        self._writers: dict[str, Writer] = {
            name: makers[name]() for name in plan.names if name in makers
        }

    def of(self, award: Award) -> tuple[SealedForm, ...]:
        """Return the sealed forms of one award. Raises: EncodeError naming the form."""
        return tuple(self._made(name, write, award) for name, write in self._writers.items())

    def around(self, award: Award, sealed: bytes) -> Iterator[SealedForm]:
        """Yield the forms that hold the European credential; `sealed` is its file."""
        if self._around:
            from tessera.formats.elmo import FORMAT

            yield self._made(
                "elmo", lambda one: FORMAT.encode_with(one, sealed, "application/ld+json"), award
            )

    def check(self, award: Award) -> None:
        """Say before sealing whether the forms around it can be written. Raises: EncodeError."""
        for _ in self.around(award, b"{}"):
            pass

    def complete(self, register: Register) -> int:
        """Give the awards of a register the forms they lack; return how many got some.

        The record is read from the sealed credential, as any verifier reads it.
        Raises: EncodeError, StoreError; what was added before stays.
        """
        from tessera.formats.elm import FORMAT
        from tessera.standards.jsontext import read_json

        completed = 0
        for id in register.lacking(self._plan.names):
            sealed = register.sealed(id)
            document = read_json(JADES.open(sealed).document, max_bytes=len(sealed))
            award = FORMAT.decode(document).award
            described = named(award.micro_credential, self._plan.issuer_did(self._key))
            award = replace(award, micro_credential=described)
            register.add_forms(id, (*self.of(award), *self.around(award, sealed)))
            completed += 1
        return completed

    def _made(self, name: str, write: Writer, award: Award) -> SealedForm:
        try:
            content = write(award)
        except TesseraError as error:
            elements = getattr(error, "elements", ())
            raise EncodeError(f"As {_TITLES[name]}: {error}", elements=elements) from error
        ending = ENDINGS[name]
        if name == "ob3" and self._is_token():
            ending = ".ob3.jwt"
        return SealedForm(format=name, ending=ending, content=content)

    def _methods(self) -> tuple[str, str | None]:
        """Return how tokens, and proofs inside a document, name the key."""
        from tessera.seals.dids import methods_of
        from tessera.seals.keys.publish import did_of

        if self._plan.did is None:
            return did_of(self._key)[1], did_of(self._key)[1]
        return methods_of(self._plan.did, public_key(self._key.certificate_chain[0]))

    def _is_token(self) -> bool:
        return self._plan.badge_as_token or self._key.alg.startswith("RS")

    def _badge(self) -> Writer:
        from tessera.formats.openbadges import FORMAT
        from tessera.seals.dataintegrity import DataIntegrityOptions
        from tessera.seals.dataintegrity.batch import BatchSigner
        from tessera.seals.vcjose import JoseProfile

        if self._is_token():
            return self._token(FORMAT.encode, JoseProfile.OPEN_BADGES)
        options = DataIntegrityOptions(verification_method=self._proof_method)
        signer = BatchSigner(self._key, self._at, options)
        return lambda award: signer.sign(FORMAT.encode(award))

    def _credential(self) -> Writer:
        from tessera.formats.vcdm import FORMAT
        from tessera.seals.vcjose import JoseProfile

        return self._token(FORMAT.encode, JoseProfile.VC_JOSE)

    def _attestation(self) -> Writer:
        from tessera.formats.eaa import FORMAT
        from tessera.seals.vcjose import JoseProfile

        return self._token(FORMAT.encode, JoseProfile.VC_JOSE)

    def _token(self, encode: Callable[[Award], Any], profile: Any) -> Writer:
        from tessera.seals.vcjose import JoseOptions, TokenSealer

        options = JoseOptions(profile=profile, verification_method=self._token_method)
        sealer = TokenSealer(self._key, self._at, options)
        return lambda award: sealer.seal(orjson.dumps(encode(award)))

    def _wallet(self) -> Writer:
        from tessera.formats.elm import FORMAT as ELM
        from tessera.formats.sdjwtvc import DISCLOSABLE, FORMAT
        from tessera.seals.sdjwt import Issuer, SdJwtOptions

        options = SdJwtOptions(
            verification_method=self._token_method, disclosable=DISCLOSABLE,
            certificates=self._plan.did is None,
        )  # fmt: skip
        issuer = Issuer(self._key, self._at, options)

        return lambda award: issuer.seal(orjson.dumps(FORMAT.encode(award, ELM.encode(award))))

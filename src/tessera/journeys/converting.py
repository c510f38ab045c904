"""The journey of conversion: a credential in, the same record in another format out.

Steps: 1 read the file as `verify` does, and know whether its seal is intact; 2 fit the record
to the format: a picture where one is demanded, the sealed file as attachment where there is
room; 3 write it, read it back and compare: the loss report; 4 seal it, with the issuer's own
key and no other, and only where the source itself is sealed by that issuer.

A converted credential is a new document: who holds it has the issuer's word for it only when
the issuer sealed it. Everything else is marked unsigned. Source: R114, R115; DESIGN section 7.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tessera.errors import EncodeError, UnreadableError, UsageError
from tessera.formats.losses import LossReport, losses
from tessera.formats.protocol import Format
from tessera.model import Award, Organisation
from tessera.registry import FORMATS
from tessera.report import Outcome
from tessera.verify.content import decode
from tessera.verify.examination import Circumstances
from tessera.verify.runner import examine

if TYPE_CHECKING:
    from tessera.seals.protocol import SigningKey

_ENDINGS = {
    "elm": ".jsonld",
    "elmo": ".xml",
    "vc": ".vc.json",
    "ob3": ".ob3.json",
    "sd-jwt": ".claims.json",
}


_OF_SEVERAL = ("clr", "openid4vp")  # they hold sealed credentials, not a record
_SIGNS = {
    b"{": "application/ld+json",
    b"%PDF-": "application/pdf",
    b"\x89PNG": "image/png",
    b"ey": "application/jwt",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A credential that was read.

    intact: of its seal, None where there is none or it is open. remarks: what was odd while
    reading, or left unread.
    """

    raw: bytes
    format: str
    award: Award
    is_sealed: bool
    intact: bool | None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """The new document. is_sealed: by the issuer. unsealed_because: in words, else "".

    key_refused: a key was given and must not seal this.
    """

    content: bytes
    media_type: str
    ending: str
    report: LossReport
    is_sealed: bool = False
    unsealed_because: str = ""
    key_refused: bool = False


def written() -> tuple[Format, ...]:
    """Return the formats that a record can be converted to."""
    return tuple(one for one in FORMATS if _is_written(one))


def _is_written(format: Format) -> bool:
    return not getattr(format, "is_import", False) and format.id not in _OF_SEVERAL


def target(id: str) -> Format:
    """Return a format to convert to. Raises: UsageError naming those there are."""
    for one in written():
        if one.id == id:
            return one
    known = ", ".join(one.id for one in written())
    if id in _OF_SEVERAL:
        raise UsageError(f"'{id}' holds credentials that are sealed already. There are: {known}.")
    if any(one.id == id for one in FORMATS):
        raise UsageError(f"'{id}' is only read, never written. There are: {known}.")
    raise UsageError(f"There is no format '{id[:40]}'. There are: {known}.")


# 1
def read(raw: bytes, at: datetime) -> Source:
    """Read a credential of any format. Raises: UnreadableError when it holds no record."""
    seen = examine(raw, Circumstances(at=at))
    step = seen.report.step("parse")
    if step.outcome is Outcome.FAILED:
        raise UnreadableError(next(one.message for one in step.findings if not one.advice))
    if seen.decoded is None or seen.format is None:
        raise UnreadableError("The file holds no record of a micro-credential to convert.")
    return Source(
        raw=raw,
        format=seen.format,
        award=seen.decoded.award,
        is_sealed=seen.seal is not None,
        intact=seen.seal.intact if seen.seal else None,
        remarks=tuple(dict.fromkeys(one.message for one in seen.decoded.findings)),
    )


def convert(source: Source, format: Format, key: SigningKey | None, at: datetime) -> Converted:
    """Write a record in another format, sealed where the key is the issuer's.

    Raises: EncodeError naming what the format demands and the record lacks; KeyRefusedError
    for a key that cannot seal this format; UsageError for a key where nothing is sealed.
    """
    award = source.award
    if key is not None and not _is_sealable(format):
        raise UsageError(f"{_unsealable(format)} Leave --key out.")
    sealing = None if key is None else _sealing(source, format, key, at)
    if isinstance(sealing, Award):
        award = sealing
    # 2, 3
    along = source.raw if source.is_sealed and source.intact is not False else None
    award = _fitted(award, format)
    document = _encoded(award, format, along)
    report = _compared(format, source.award, document, along)
    content = as_bytes(format, document)
    plain = Converted(
        content=content,
        media_type=format.media_types[0],
        ending=".unsigned" + _ENDINGS.get(format.id, f".{format.id}.json"),
        report=report,
        unsealed_because=sealing if isinstance(sealing, str) else _unasked(format),
        key_refused=isinstance(sealing, str),
    )
    # 4
    if key is None or isinstance(sealing, str):
        return plain
    sealed, ending = _sealed(award, format, key, at)
    return replace(plain, content=sealed, ending=ending, is_sealed=True, unsealed_because="")


def _unasked(format: Format) -> str:
    if not _is_sealable(format):
        return _unsealable(format)
    return "No key was given (--key), and only the issuer can seal it."


def _unsealable(format: Format) -> str:
    return f"Tessera does not seal this format ({format.title})."


def _sealing(source: Source, format: Format, key: SigningKey, at: datetime) -> Award | str:
    """The award as the key seals it, or in words why it must not seal it.

    Whoever asks to seal may hold a file of a stranger that only names the issuer. So the
    source itself has to be sealed by the same party: it is verified as if nobody else
    than the holder of the key were trusted.
    """
    names = _names(key)
    issuer = source.award.micro_credential.sealer
    if source.intact is False:
        return "The seal of the source is broken, so nobody may vouch for what it says."
    if issuer is None or not names.belong_to(issuer):
        who = str(issuer.legal_name or issuer.id) if issuer else "nobody"
        return f"The key belongs to {names.holder}, but the credential was issued by {who}."
    if not source.is_sealed:
        return "The source is not sealed, so nothing shows that its issuer said this."
    if not _is_vouched_for(source, key, names, at):
        return f"The source is not sealed by {names.holder}, so it may be somebody else's."
    mc = source.award.micro_credential
    if format.id != "elm" and names.did is not None:
        from tessera.issue.forms import named

        mc = named(mc, names.did)
    return replace(source.award, micro_credential=mc, is_test=source.award.is_test or key.is_test)


def _is_vouched_for(source: Source, key: SigningKey, names: _KeyNames, at: datetime) -> bool:
    """Tell whether the source is sealed by the party of this key."""
    from tessera.trust.anchors import Anchor
    from tessera.trust.resolve import KnownParties, Resolver

    alone = Circumstances(
        at=at,
        anchors=tuple(Anchor.of(one) for one in key.certificate_chain),
        resolver=Resolver(known=KnownParties.of(names.documents), at=at),
    )
    report = examine(source.raw, alone).report
    passed = all(report.step(id).outcome is Outcome.PASSED for id in ("seal", "signer"))
    return passed and report.step("issuer").outcome is not Outcome.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeyNames:
    """What the holder of a key is called: by the certificate, and by the key alone.

    documents: the DID document of the key alone.
    """

    holder: str
    identifier: str | None
    did: str | None
    documents: tuple[Mapping[str, Any], ...] = ()

    def belong_to(self, organisation: Organisation) -> bool:
        """Tell whether these are names of the organisation: its legal number, or its DID."""
        values = {one.value for one in organisation.identifiers} | {organisation.id}
        return bool({self.identifier, self.did} & values)


def _names(key: SigningKey) -> _KeyNames:
    from tessera.seals.certificates import describe, public_key
    from tessera.seals.dids import did_of_key
    from tessera.seals.jwk import to_jwk

    certificate = key.certificate_chain[0]
    facts, public = describe(certificate), public_key(certificate)
    did, method = did_of_key(public)
    entry = {"id": method, "type": "JsonWebKey", "controller": did, "publicKeyJwk": to_jwk(public)}
    document = {"id": did, "verificationMethod": [entry], "assertionMethod": [method]}
    return _KeyNames(
        holder=facts.holder,
        identifier=facts.organisation_identifier,
        did=did,
        documents=(document,),
    )


# 2
def _fitted(award: Award, format: Format) -> Award:
    """The award with the picture that ELM demands, where it has none."""
    if format.id != "elm" or award.display is not None or award.micro_credential.title is None:
        return award
    from tessera.render.display import display_picture

    picture = display_picture(award.micro_credential, award.display_language, is_test=award.is_test)
    return replace(award, display=picture)


def _encoded(award: Award, format: Format, along: bytes | None) -> Any:
    """The document. along: the sealed file, which travels in it where there is room."""
    with_attachment = getattr(format, "encode_with", None)
    if with_attachment is not None and along is not None:
        return with_attachment(award, along, _media_type(along))
    if format.id == "sd-jwt":
        return _with_record(award, format)
    return format.encode(award)


def _media_type(sealed: bytes) -> str:
    """The media type of a sealed file by its first bytes."""
    begins = sealed[:64].lstrip()
    for sign, media_type in _SIGNS.items():
        if begins.startswith(sign):
            return media_type
    return "application/octet-stream"


def _with_record(award: Award, format: Any) -> Any:
    """The claims with the full record beside them, where ELM can hold it."""
    elm = target("elm")
    try:
        record = elm.encode(_fitted(award, elm))
    except EncodeError:
        return format.encode(award)
    return format.encode(award, record)


def _compared(format: Format, award: Award, document: Any, along: bytes | None) -> LossReport:
    """The loss report: the document as verifiers read it, against the record."""
    attached = along is not None and hasattr(format, "encode_with")
    return losses(
        format, award, document, attached=attached, decode=lambda one: decode(format, one)
    )


def as_bytes(format: Format, document: Any) -> bytes:
    """The document as it is written: XML as it is, ELM as Europass writes it, other JSON."""
    if isinstance(document, bytes):
        return document
    if format.id == "elm":
        from tessera.formats.elm.encode import dump

        return dump(document)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


# 4
def _sealed(award: Award, format: Format, key: SigningKey, at: datetime) -> tuple[bytes, str]:
    """The sealed bytes and how their file ends: by the same hands that award in this form."""
    if format.id == "elm":
        from tessera.seals.jades import JADES

        return JADES.seal(as_bytes(format, format.encode(award)), key, at), ".jsonld"
    from tessera.issue.forms import FormPlan, Forms

    if format.id == "sd-jwt":
        award = _fitted(award, target("elm"))
    [form] = Forms(FormPlan(names=(format.id,)), key, at).of(award)
    return form.content, form.ending


def _is_sealable(format: Format) -> bool:
    from tessera.issue.forms import ENDINGS

    return format.id == "elm" or (format.id in ENDINGS and format.id != "elmo")


def batch_report(format: Format, award: Award) -> LossReport:
    """What a whole batch loses in a format: the part of the report without a learner.

    award: any one of the batch. For `tessera issue --format`, printed once; ELMO takes the
    sealed file along. Raises: EncodeError naming what the format demands.
    """
    fitted = _fitted(award, format)
    report = _compared(format, fitted, _encoded(fitted, format, b"{}"), b"{}")
    kept = tuple(
        one for one in report.losses if not one.pointer.startswith(("/learner", "/achievement"))
    )
    return replace(report, losses=kept)

"""An award as a Verifiable Credential 2.0.

Steps: 1 refuse what has no issuer that a verifier can find; 2 write the learner, what was
achieved, its awarding and its description by the tables; 3 write the credential around it;
4 bring the context with the terms that are used; 5 put back what a decoded document held
beyond the model.

Source: Verifiable Credentials Data Model 2.0; docs/standards/vc.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from tessera.errors import EncodeError
from tessera.formats.vcdm import terms
from tessera.formats.vcdm.context import definitions, used
from tessera.formats.vcdm.instants import instant_text
from tessera.formats.vcdm.learning import (
    AWARDED_BODIES,
    AWARDED_ON,
    CLAIM,
    CREDENTIAL,
    DESCRIPTION_NODE,
)
from tessera.formats.vcdm.people import LEARNER
from tessera.formats.vcdm.residue import restored
from tessera.formats.vcdm.status import status_nodes
from tessera.formats.vcdm.terms import Json, JsonObject
from tessera.formats.vcdm.texts import value_objects
from tessera.model import Award, Learner, MicroCredential, Organisation, Text
from tessera.model.checks import is_uri

UNKNOWN_ISSUER = "urn:tessera:unidentified:issuer"


def encode(award: Award) -> JsonObject:
    """Write an award. Same award, same document.

    Raises: EncodeError when no organisation awards or seals it, or the one that seals has
    neither a DID nor a web address as its id.
    """
    require_issuer(award.micro_credential)
    return build(award)


def require_issuer(mc: MicroCredential) -> None:
    """Refuse a description whose sealing organisation cannot be named. Raises: EncodeError."""
    sealer = mc.sealer
    if sealer is None:
        raise EncodeError(
            "No awarding body and no issuer is named, so nobody issues this credential "
            "(element E4).",
            elements=("E4",),
            paths=("/micro_credential/awarding_bodies",),
        )
    if issuer_id(sealer) is None:
        where = "issuer" if mc.issuer is not None else "awarding_bodies/0/organisation"
        raise EncodeError(
            f"The issuer '{sealer.legal_name or sealer.id}' has no address that a verifier can "
            "look up. Give it an identifier of the scheme did, or an id that begins with "
            "https:// (element E6).",
            elements=("E6",),
            paths=(f"/micro_credential/{where}/identifiers",),
        )


def issuer_id(organisation: Organisation) -> str | None:
    """Return what names an issuer to verifiers: its DID, else its id on the web, else None."""
    did = organisation.identifier("did")
    if did is not None:
        return did.value
    return organisation.id if organisation.id.lower().startswith("https://") else None


def holder_id(learner: Learner) -> str | None:
    """Return the DID of the learner, or None."""
    return next(
        (one.value for one in learner.identifiers if one.scheme == "did" and is_uri(one.value)),
        None,
    )


def build(award: Award) -> JsonObject:
    """Write what is there without asking for an issuer (for drafts, and to compare)."""
    document: JsonObject = {
        "@context": [],
        "id": award.id,
        "type": ["VerifiableCredential", terms.TYPE],
        **named(award),
        "issuer": issuer_node(award.micro_credential),
        **validity(award),
        "credentialStatus": status_nodes(award.status),
    }
    document = {name: value for name, value in document.items() if value is not None}
    CREDENTIAL.write_into(document, award)
    document["credentialSubject"] = _subject(award)
    document["@context"] = [terms.V2, used(document, definitions())]
    return restored(document, award.residue.get("vc"))


def named(award: Award) -> JsonObject:
    """Name and description as people see them; a test always says that it is one."""
    mc = award.micro_credential
    title, description = mc.title, mc.description
    if award.is_test:
        title = _marked(title) if title else None
        description = _marked(description) if description else Text.of({"en": terms.TEST_NOTICE})
    written = {"name": title, "description": description}
    return {name: value_objects(text) for name, text in written.items() if text is not None}


def _marked(text: Text) -> Text:
    return Text.of({tag: terms.TEST_MARK + said for tag, said in text.entries})


def issuer_node(mc: MicroCredential) -> Json:
    """The issuer: what names it, and its name for people."""
    sealer = mc.sealer
    if sealer is None:
        return None
    node: JsonObject = {"id": issuer_id(sealer) or sealer.id}
    if sealer.legal_name is not None:
        node["name"] = value_objects(sealer.legal_name)
    return node


def validity(award: Award) -> Mapping[str, str | None]:
    """From when and until when the credential counts; from its issue where nothing else is said."""
    start = award.valid_from or award.issued_at
    return {
        "validFrom": instant_text(start) if start else None,
        "validUntil": instant_text(award.valid_until) if award.valid_until else None,
    }


def _subject(award: Award) -> JsonObject:
    node: JsonObject = {}
    holder = holder_id(award.learner)
    if holder is not None:
        node["id"] = holder
    node["type"] = LEARNER.type
    LEARNER.write_into(node, award.learner)
    node["hasClaim"] = {
        **claim_node(award),
        "specifiedBy": description_node(award.micro_credential),
    }
    return node


def claim_node(award: Award) -> JsonObject:
    """What the learner achieved and how it was awarded, without its description."""
    mc = award.micro_credential
    awarding: JsonObject = {"type": AWARDED_BODIES.type}
    AWARDED_BODIES.write_into(awarding, mc)
    AWARDED_ON.write_into(awarding, award)
    claim: JsonObject = CLAIM.write(award.achievement)
    if len(awarding) > 1:
        claim["awardedBy"] = awarding
    return claim


def description_node(mc: MicroCredential) -> JsonObject:
    """The micro-credential; a Qualification where it has a level of a framework, as ELM says."""
    node: JsonObject = DESCRIPTION_NODE.write(mc)
    if mc.level.eqf is not None or mc.level.nqf:
        node["type"] = "Qualification"
    return node

"""An EDC credential as an award: total on hostile documents, and nothing is lost.

Steps: 1 find the credential (bare, wrapped in {"credential": …}, in a flattened
graph); 2 read display, achievement, learner, dates and issuer, resolving
references by id; 3 put the award together; 4 compare what the encoder would
write with what was there: every difference goes into the residue.

Source: WIRE-ELM sections 2, 4 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tessera.errors import UnreadableError
from tessera.formats.elm import wire
from tessera.formats.elm.dates import instant_text
from tessera.formats.elm.decode_claim import Claim, Opportunity
from tessera.formats.elm.decode_organisation import Organisations, email
from tessera.formats.elm.decode_parts import identifier, identifiers, picture
from tessera.formats.elm.encode import display_description, languages_written
from tessera.formats.elm.encode_claim import offering, shown_title
from tessera.formats.elm.encode_specification import is_qualification
from tessera.formats.elm.node import Node, uri_or_none
from tessera.formats.elm.reading import Reader
from tessera.formats.elm.status import credential_status, read_status
from tessera.formats.elm.wire import Json
from tessera.formats.elm.writing import as_map, listed, spoken
from tessera.formats.protocol import Decoded
from tessera.model import Award, Learner, MicroCredential, Participation, Picture, Text
from tessera.vocab import languages

UNIDENTIFIED = "urn:tessera:unidentified"
_PLACES: tuple[tuple[str, str | None], ...] = (
    ("", None),
    ("/id", "id"),
    ("/issued_at", "issued"),
    ("/valid_from", "validFrom"),
    ("/valid_until", "validUntil"),
    ("/display", "displayParameter"),
    ("/identifiers", "identifier"),
    ("/status", "credentialStatus"),
    ("/replaces", "identifier"),
    ("/micro_credential/issuer", "issuer"),
    ("/micro_credential/platform", "publisher"),
    ("/learner", "credentialSubject"),
)
_CREDENTIAL_TYPES = ("EuropeanDigitalCredential", "ConvertedCredential")


def find_credential(document: Any) -> tuple[Mapping[str, Json], str] | None:
    """The credential in a document and its JSON Pointer, or None when there is none."""
    if not isinstance(document, Mapping):
        return None
    candidates: list[tuple[Json, str]] = [
        (document, ""),
        (document.get("credential"), "/credential"),
    ]
    graph = document.get("@graph")
    if isinstance(graph, list):
        candidates += [(one, f"/@graph/{at}") for at, one in enumerate(graph)]
    for one, path in candidates:
        if isinstance(one, Mapping) and _is_credential(one):
            return one, path
    return None


def _is_credential(one: Mapping[str, Json]) -> bool:
    types = wire.as_list(one.get("type", one.get("@type")))
    if any(kind in types for kind in _CREDENTIAL_TYPES):
        return True
    contexts = wire.as_list(one.get("@context"))
    is_elm = any(isinstance(name, str) and "edc-ap" in name for name in contexts)
    return is_elm and "credentialSubject" in one


def decode(document: Any) -> Decoded:
    """Read an EDC credential.

    Raises: UnreadableError when the document is no ELM credential at all. Everything
    else that is wrong with it becomes a finding.
    """
    found = find_credential(document)
    if found is None:
        raise UnreadableError(
            "This is no ELM credential: no object of type EuropeanDigitalCredential was found."
        )
    return _Credential(*found, document).read()


class _Credential:
    """Reads one credential; see the steps of the module."""

    def __init__(self, root: Mapping[str, Json], path: str, whole: Json) -> None:
        self.reader = Reader(root, path, whole)
        self.node = Node(self.reader, root, path, "credential")
        self.organisations = Organisations(self.reader)
        self.replaces: str | None = None
        self.is_test = False

    def read(self) -> Decoded:
        node, reader = self.node, self.reader
        id = uri_or_none(node.id)
        if id is None:
            reader.remark("id", "The credential has no id that is an absolute address.", node.path)
            if node.id is not None:
                reader.keep("credential", "id", node.id)
        reader.award_id = id or UNIDENTIFIED
        for model, member in _PLACES:
            node.place(model, member)
        display, language, picture = self._display()
        subject = node.child("credentialSubject", "subject")
        claim_node = self._claim_node(subject)
        claim = Claim(claim_node, self.organisations)
        fields = claim.read()
        opportunity = Opportunity(claim_node)
        keys = {"replaces": self._replaced, "test": self._tested}
        own = identifiers(node, keys)
        learner, names = self._learner(subject)
        mc = self._micro_credential(claim, opportunity, fields, display)
        award = self._award(
            micro_credential=mc,
            learner=learner,
            achievement=claim.achievement,
            identifiers=own,
            awarded_on=claim.awarded_on,
            display_language=language,
            display=picture,
            replaces=self.replaces,
            replaces_reason=claim.replaces_reason,
            parts=tuple(claim.parts),
            status=read_status(node.view.get("credentialStatus")),
            is_test=self.is_test,
        )
        self._settle(award, claim, opportunity)
        self._settle_display(award, display)
        self._settle_subject(award, subject, names)
        return self._decoded(award)

    def _decoded(self, award: Award) -> Decoded:
        reader = self.reader
        if self.node.path.startswith("/@graph/"):
            reader.embed()  # what the residue refers to stands beside the credential, not in it
        reader.finish()
        residue = {role: kept for role, kept in reader.residue.items() if kept}
        if residue:
            award = replace(award, residue={"elm": residue})
        return Decoded(award=award, findings=tuple(reader.findings), places=dict(reader.places))

    def _replaced(self, id: str) -> bool:
        if uri_or_none(id) is None or id == self.reader.award_id or self.replaces:
            return False
        self.replaces = id
        return True

    def _tested(self, value: str) -> bool:
        self.is_test = value == "TEST"
        return self.is_test

    def _display(self) -> tuple[Node, str, Picture | None]:
        display = self.node.child("displayParameter", "display")
        shown = display.child("individualDisplay", "display/individualDisplay/0")
        detail = shown.child("displayDetail", f"{shown.role}/displayDetail/0")
        image = picture(detail, "image", f"{detail.role}/image/0")
        primary = display.view.get("primaryLanguage") or shown.view.get("language")
        id = primary.get("id") if isinstance(primary, dict) else primary
        tag = languages.bcp47(id) if isinstance(id, str) else None
        language = tag or "en"
        if image is None:
            display.give_back("individualDisplay", shown)
        else:
            detail.same("page", 1)
            detail.close("DisplayDetail")
            shown.same("language", spoken(language))
            shown.close("IndividualDisplay")
        return display, language, image

    def _claim_node(self, subject: Node) -> Node:
        claim = subject.child("hasClaim", "claim", types=("LearningAchievement",))
        if claim.is_empty and "hasClaim" in subject.view:
            self.reader.residue.get("subject", {}).pop("+hasClaim", None)
            self.reader.keep("subject", "hasClaim", subject.view["hasClaim"])
            what = "There is no LearningAchievement among the claims; the first claim was read."
            self.reader.remark("claim", what, subject.at("hasClaim"))
            for value, path in subject.items("hasClaim")[:1]:
                found = subject.resolve(value, path)
                if found is not None:
                    return Node(self.reader, *found, role="claim")
        return claim

    def _micro_credential(
        self, claim: Claim, opportunity: Opportunity, fields: dict[str, Any], display: Node
    ) -> MicroCredential:
        node, reader = self.node, self.reader
        issuers = self.organisations.under(node, "issuer", "/micro_credential/issuer", most=1)
        if not issuers and "issuer" in node.view:
            reader.residue.get("credential", {}).pop("+issuer", None)
            reader.keep("credential", "issuer", node.view["issuer"])
        platform = self.organisations.under(node, "publisher", "/micro_credential/platform", most=1)
        bodies = claim.awarding_bodies()
        issuer = issuers[0] if issuers else None
        if bodies and issuer == bodies[0].organisation:
            issuer = None
        title, description = self._words(claim, fields, display)
        spec = claim.specification.node
        wire_id = uri_or_none(spec.id) or f"{wire.LOCAL_PREFIX}description"
        build = {
            **_with_claim(fields, claim, opportunity),
            "title": title,
            "description": description,
            "id": wire.model_id(wire_id, reader.award_id),
            "awarding_bodies": bodies,
            "providers": tuple(claim.providers),
            "partners": tuple(claim.partners),
            "issuer": issuer,
            "platform": platform[0] if platform else None,
            "assessments": tuple(claim.assessments.plans),
            "period": opportunity.period,
            "costs": opportunity.costs,
        }
        mc = reader.attempt(lambda: MicroCredential(**build), spec.path)
        return mc or MicroCredential(id=build["id"], title=title)

    def _words(
        self, claim: Claim, fields: dict[str, Any], display: Node
    ) -> tuple[Text | None, Text | None]:
        """Title and description: of the description, else of the claim, else as displayed."""
        title, description = fields["title"], fields["description"]
        on_claim, on_display = claim.node.text("title"), display.text("title")
        said = claim.node.text("description")
        if said is not None:
            self.reader.keep("claim", "description", claim.node.view["description"])
            self.reader.residue["claim"].pop("~description", None)
        display.text("description")
        if title is None:
            source = claim.node if on_claim else display
            self.reader.places["/micro_credential/title"] = source.at("title")
        return title or on_claim or on_display, description or said

    def _award(self, **fields: Any) -> Award:
        node = self.node
        issued = node.instant("issued")
        if issued is None:
            issued = node.instant("issuanceDate")
            if issued is not None:
                node.place("/issued_at", "issuanceDate")
        start, until = node.instant("validFrom"), node.instant("validUntil")
        if until is None and "expirationDate" in node.view:
            until = node.instant("expirationDate")
            self.reader.keep("credential", "expirationDate", node.view["expirationDate"])
            node.place("/valid_until", "expirationDate")
        if start is not None and until is not None and until < start:
            what = "The validity ends before it begins; the end was left out."
            self.reader.remark("validity", what, node.at("validUntil"))
            if "validUntil" in node.view:
                self.reader.keep("credential", "validUntil", node.view["validUntil"])
            until = None
        self._dates = issued, start, until
        return Award(
            id=self.reader.award_id,
            issued_at=issued,
            valid_from=None if start == issued else start,
            valid_until=until,
            **fields,
        )

    def _settle(self, award: Award, claim: Claim, opportunity: Opportunity) -> None:
        node, mc = self.node, award.micro_credential
        issued, start, until = (_written(one) for one in self._dates)
        if issued is not None:
            node.same("issued", issued)
            node.same("issuanceDate", issued)
        if start is not None or issued is None:
            node.same("validFrom", start)
        if until is not None and "validUntil" in node.view:
            node.same("validUntil", until)
        node.same("credentialProfiles", listed(wire.GENERIC_PROFILE))
        node.same("credentialSchema", {"id": wire.SCHEMA, "type": "ShaclValidator2017"})
        if award.status:
            node.same("credentialStatus", credential_status(award.status))
        if node.types != list(wire.TYPES):
            self.reader.keep("credential", "type", node.view.get("type", node.view.get("@type")))
        context = node.view.get("@context")
        if context is not None and context != list(wire.CONTEXT):
            self.reader.keep("credential", "@context", context)
        opportunity.settle(mc.title, [wire.wire_id(one.id, award.id) for one in offering(mc)])
        spec = "Qualification" if is_qualification(mc) else "LearningAchievementSpecification"
        title = as_map(mc.title)
        claim.settle(title, shown_title(award), spec)
        for member in list(node.unread()):
            self.reader.keep("credential", member, node.view[member])

    def _settle_display(self, award: Award, display: Node) -> None:
        display.same("title", shown_title(award))
        display.same("description", display_description(award))
        display.same("primaryLanguage", spoken(award.display_language) or spoken("en"))
        display.same("language", languages_written(award))
        display.close("DisplayParameter")

    def _learner(self, subject: Node) -> tuple[Learner, dict[str, str | None]]:
        names: dict[str, str | None] = {}
        for field, member in (
            ("given_name", "givenName"),
            ("family_name", "familyName"),
            ("full_name", "fullName"),
        ):
            subject.place(f"/learner/{field}", member)
            text = subject.text(member)
            names[member] = text.entries[0][1] if text else None
            if text is not None and len(text.entries) > 1:
                what = "A name is given in several languages; ELM allows one, the first was read."
                self.reader.remark("name", what, subject.at(member))
        for field, member in (
            ("date_of_birth", "dateOfBirth"),
            ("national_id", "nationalID"),
            ("identifiers", "identifier"),
            ("citizenship", "citizenshipCountry"),
            ("email", "contactPoint"),
        ):
            subject.place(f"/learner/{field}", member)
        national = subject.child("nationalID", "subject/nationalID/0")
        id = None if national.is_empty else identifier(national, legal=True)
        if id is None:
            subject.give_back("nationalID", national)
        learner = Learner(
            given_name=names["givenName"],
            family_name=names["familyName"],
            full_name=names["fullName"],
            date_of_birth=subject.day("dateOfBirth"),
            national_id=id,
            identifiers=identifiers(subject),
            citizenship=subject.concepts("citizenshipCountry"),
            email=email(subject),
        )
        return learner, names

    def _settle_subject(self, award: Award, subject: Node, names: Mapping[str, str | None]) -> None:
        for member, name in names.items():
            if name is not None:
                kept = self.reader.residue.get("subject", {})
                kept.pop(f"~{member}", None)
                subject.same(member, {award.display_language: name})
        subject.close("Person")


def _with_claim(
    fields: Mapping[str, Any], claim: Claim, opportunity: Opportunity
) -> dict[str, Any]:
    """The fields of the description with what stands at the claim and its activity."""
    form = {name: fields[name] for name in ("modes", "languages", "setting", "opportunity")}
    participation = Participation(
        modes=form["modes"] or claim.fallback_modes,
        schedule=opportunity.schedule,
        setting=form["setting"],
        opportunity=form["opportunity"],
        languages=form["languages"] or claim.fallback_languages,
    )
    rest = {name: value for name, value in fields.items() if name not in form}
    work = replace(fields["workload"], activity=claim.activity_length)
    return rest | {"workload": work, "participation": participation}


def _written(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant else None

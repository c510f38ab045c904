"""The learner in a badge: a name that people read, and salted hashes of what only tells apart.

A badge is made to be shown around, so nothing about a person stands in it that the name does
not need. Who knows a mail address or a number can compare it with the hash. A national
identifier is not written at all: the salt is public, and its few digits are soon tried out.

Source: Open Badges Specification 3.0, IdentityObject and IdentityHash ("sha256$" and the hash
of the identity followed by the salt); GDPR articles 5(1)(c) and 87.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from tessera.formats.openbadges.wire import extended
from tessera.formats.vcdm.terms import JsonObject
from tessera.model import Award, Learner


def identity_objects(award: Award) -> list[JsonObject]:
    """Write who earned the badge; a DID stands as the id of the subject."""
    learner = award.learner
    found: list[JsonObject] = []
    if learner.display_name is not None:
        found.append(
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": learner.display_name,
                "identityType": "name",
            }
        )
    for kind, value in _hidden(learner):
        salt = _salt(award.id, kind, len(found))
        found.append(
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": identity_hash(value, salt),
                "identityType": kind,
                "salt": salt,
            }
        )
    return found


def identity_hash(identity: str, salt: str) -> str:
    """Hash an identity as badges do."""
    return "sha256$" + hashlib.sha256((identity + salt).encode("utf-8", "replace")).hexdigest()


def is_identity(node: JsonObject, identity: str) -> bool:
    """Tell whether an IdentityObject stands for this identity (MD5 of old badges is refused)."""
    known, salt = node.get("identityHash"), node.get("salt")
    if node.get("hashed") is not True:
        return known == identity
    return known == identity_hash(identity, salt if isinstance(salt, str) else "")


def _hidden(learner: Learner) -> Iterator[tuple[str, str]]:
    if learner.email is not None:
        yield "emailAddress", learner.email
    for one in learner.identifiers:
        if one.scheme != "did":
            yield extended(one.scheme), one.value


def _salt(award_id: str, kind: str, at: int) -> str:
    """A salt of its own for each identity of each badge; same award, same badge."""
    return hashlib.sha256(f"{award_id}\n{kind}\n{at}".encode("utf-8", "replace")).hexdigest()[:32]


def told(learner: Learner) -> Mapping[str, str]:
    """Where a badge says what the reader of a badge does not get back as it was."""
    places: dict[str, str] = {}
    at = 0
    if learner.display_name is not None:
        at = 1
        for field in ("given_name", "family_name"):
            if (getattr(learner, field) or "\n") in learner.display_name:
                places[f"/learner/{field}"] = "/credentialSubject/identifier/0, in the whole name"
    fields = ["/learner/email"] if learner.email is not None else []
    fields += [
        f"/learner/identifiers/{index}"
        for index, one in enumerate(learner.identifiers)
        if one.scheme != "did"
    ]
    for field in fields:
        places[field] = f"/credentialSubject/identifier/{at}, as a salted hash"
        at += 1
    return places

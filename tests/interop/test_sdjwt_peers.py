"""SD-JWT VC with the libraries of others: they read ours, we read theirs, both refuse forgeries.

The credential is an EU learning credential with the full record beside it. `flat`: claims
at the top can be withheld; `nested`: elements of lists, members of objects, and objects
whose members can be withheld on their own; `bound`: with the holder's key binding.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tessera.errors import UnreadableError
from tessera.formats.elm import FORMAT as ELM
from tessera.formats.sdjwtvc import DISCLOSABLE, FORMAT, check_metadata, type_metadata
from tessera.model import Picture
from tessera.report import Outcome
from tessera.seals.base64text import from_base64url, to_base64url
from tessera.seals.sdjwt import SDJWT, Audience, Expected, Issuer, SdJwtOptions, check, present
from tests.cases.sdjwt import Key
from tests.complete import complete_award
from tests.interop.sdjwt_peers import AT_SECONDS, NotHereError, Peer, SdJwtJs, SdJwtPython

AT = datetime.fromtimestamp(AT_SECONDS, UTC)
TO = Audience(audience="https://verifier.example", nonce="n-0S6_WzA2Mj", at=AT)
FORMS = ("flat", "nested", "bound")
ISSUED, ACCEPTED, REFUSED = DIRECTIONS = (
    "we issue, peer accepts", "peer issues, we accept", "forged, both refuse",
)  # fmt: skip
PAGE = Path(__file__).parents[2] / "docs" / "standards" / "sd-jwt.md"
MARKED = re.compile(r"(<!-- sd-jwt matrix -->\n).*(<!-- end of sd-jwt matrix -->)", re.S)
FORGERIES = ("payload", "signature", "disclosure", "added", "header")
# What both peers do not refuse, against RFC 9901 section 7.1 step 5: they leave a disclosure
# out that nothing calls for. We refuse it; a peer at least must not show it.
OVERLOOKS = dict.fromkeys(("sd-jwt-python", "@sd-jwt/sd-jwt-vc"), ("disclosure", "added"))


def claims() -> dict[str, Any]:
    """The claims of the complete award, with its full record."""
    picture = Picture(media_type="image/png", content=b"\x89PNG")
    award = replace(complete_award(), display=picture)
    return FORMAT.encode(award, ELM.encode(award)) | {"iat": AT_SECONDS - 86_400}


FLAT = tuple(one for one in DISCLOSABLE if not one.endswith("*") and one[1:] in claims())
DEEP = (*FLAT, "/learning_outcomes/*", "/elm/issuer", "/elm/issuer/legalName")
NESTED = (*DEEP, "/elm/credentialSubject/givenName")
# With a key binding @sd-jwt walks twice, and its first walk changes what it found: it loses
# a claim inside a visible object inside a disclosure, and binds what it does not send.
POINTERS = {"flat": FLAT, "nested": NESTED, "bound": DEEP}


@pytest.fixture(scope="module")
def issuer() -> Key:
    return Key()


@pytest.fixture(scope="module")
def holder() -> Key:
    return Key()


@pytest.fixture(scope="module", params=[SdJwtPython(), SdJwtJs()], ids=lambda one: one.name)
def peer(request: pytest.FixtureRequest) -> Peer:
    one: Peer = request.param
    asked = any("interop" in str(argument) for argument in request.config.args)
    if isinstance(one, SdJwtJs) and not asked:
        pytest.skip("installs software of others: make interop")
    try:
        one.install()
    except NotHereError as error:
        pytest.skip(f"{one.name} {one.version}: {error}")
    return one


@pytest.fixture(scope="session")
def table() -> Any:
    counts: Counter[tuple[str, str, str]] = Counter()
    yield counts
    write(counts)


def note(table: Counter[tuple[str, str, str]], peer: Peer, form: str, direction: str) -> None:
    table[f"{peer.name} {peer.version}", form, direction] += 1


def write(counts: Counter[tuple[str, str, str]]) -> None:
    """Write the table into the documentation when both peers were there for everything."""
    rows = sorted({key[:2] for key in counts})
    if len(rows) != 2 * len(FORMS) or len(counts) != len(rows) * len(DIRECTIONS):
        return
    lines = ["| peer | form | " + " | ".join(DIRECTIONS) + " |", "|---|---|---|---|---|"]
    for row in rows:
        cells = (str(counts[(*row, one)]) for one in DIRECTIONS)
        lines.append("| " + " | ".join((*row, *cells)) + " |")
    table = "\n".join(lines) + "\n"
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(MARKED.sub(lambda found: found[1] + table + found[2], text), "utf-8")


def ours(form: str, issuer: Key, holder: Key) -> bytes:
    """What we issue and present: everything, or for `bound` with the holder's key."""
    bound = holder if form == "bound" else None
    options = SdJwtOptions(
        disclosable=POINTERS[form], holder=bound.public_jwk if bound else None, decoys=3
    )
    issued = Issuer(issuer, AT, options).seal(json.dumps(claims()).encode())
    return present(issued, key=bound, to=TO if bound else None)


def theirs(peer: Peer, form: str, issuer: Key, holder: Key) -> bytes:
    """What the peer issues and, for `bound`, presents."""
    document = claims()
    if form == "bound":
        document["cnf"] = {"jwk": holder.public_jwk}
    issued = peer.issue(document, POINTERS[form], issuer)
    if form == "bound":
        issued = peer.present(issued, everything(document), holder, TO)
    return issued.encode()


def everything(value: Any) -> Any:
    """The frame of both peers that shows all."""
    if isinstance(value, dict):
        return {name: everything(one) for name, one in value.items()} or True
    if isinstance(value, list):
        return [everything(one) for one in value] or True
    return True


def accepted(raw: bytes, issuer: Key, form: str, at: datetime = AT) -> dict[str, Any] | None:
    """What we make of it: the claims, or None where we refuse it."""
    expected = Expected(at=at, nonce=TO.nonce, audience=TO.audience) if form == "bound" else None
    try:
        opened = SDJWT.open(raw)
    except UnreadableError:
        return None
    found = (*check(opened, lambda _: issuer.public, expected), *SDJWT.form(opened))
    good = all(one.outcome is Outcome.PASSED for one in found)
    return dict(opened.document) if good else None


def plain(document: Any) -> Any:
    return None if document is None else {k: v for k, v in document.items() if k != "cnf"}


def forged(raw: bytes, what: str) -> bytes:
    """One thing changed; what is left is still well formed."""
    token, *rest = raw.decode().split("~")
    protected, payload, signature = token.split(".")
    if what == "payload":
        changed = json.loads(from_base64url(payload)) | {"achievement_title": "Doctor"}
        payload = to_base64url(json.dumps(changed).encode())
    elif what == "header":
        header = json.loads(from_base64url(protected)) | {"kid": "another"}
        protected = to_base64url(json.dumps(header).encode())
    elif what == "signature":
        octets = bytearray(from_base64url(signature))
        octets[40] ^= 1
        signature = to_base64url(bytes(octets))
    elif what == "disclosure":
        at = next(n for n, one in enumerate(rest) if b'"Ada"' in from_base64url(one))
        rest[at] = to_base64url(from_base64url(rest[at]).replace(b'"Ada"', b'"Eve"'))
    elif what == "added":
        rest.insert(0, to_base64url(b'["c2FsdA", "degree", "PhD"]'))
    elif what == "withheld":
        at = next(n for n, one in enumerate(rest) if b'"assessment_grade"' in from_base64url(one))
        del rest[at]
    return "~".join((f"{protected}.{payload}.{signature}", *rest)).encode()


def misbound(raw: bytes, what: str, issuer: Key) -> bytes:
    """The same presentation with a key binding of somebody else, or for another nonce."""
    bare = raw.rsplit(b"~", 1)[0] + b"~"
    return present(bare, key=issuer, to=TO) if what == "stranger" else bare


@pytest.mark.parametrize("form", FORMS)
def test_the_peer_accepts_what_we_issue_and_reads_the_same_claims(
    peer, form, issuer, holder, table
):
    raw = ours(form, issuer, holder)
    said = peer.verify(raw.decode(), issuer, TO if form == "bound" else None)
    assert plain(said) == claims() == plain(accepted(raw, issuer, form))
    note(table, peer, form, ISSUED)


@pytest.mark.parametrize("form", FORMS)
def test_we_accept_what_the_peer_issues_and_read_the_same_claims(peer, form, issuer, holder, table):
    raw = theirs(peer, form, issuer, holder)
    read = accepted(raw, issuer, form, moment_of(raw) if form == "bound" else AT)
    assert plain(read) == claims()
    note(table, peer, form, ACCEPTED)


def moment_of(raw: bytes) -> datetime:
    """When the key binding says it was made: sd-jwt-python looks at a clock."""
    binding = raw.decode().rsplit("~", 1)[1]
    stated = json.loads(from_base64url(binding.split(".")[1]))["iat"]
    return datetime.fromtimestamp(stated, UTC)


@pytest.mark.parametrize("whose", ["ours", "theirs"])
@pytest.mark.parametrize("form", FORMS)
def test_both_refuse_the_same_forgeries(peer, form, whose, issuer, holder, table):
    raw = ours(form, issuer, holder) if whose == "ours" else theirs(peer, form, issuer, holder)
    at = moment_of(raw) if form == "bound" else AT
    to = TO if form == "bound" else None
    names = [*FORGERIES, *(["withheld"] if to else [])]
    files = {what: forged(raw, what) for what in names}
    if to:
        files |= {what: misbound(raw, what, issuer) for what in ("stranger", "no-binding")}
    for what, file in files.items():
        assert accepted(file, issuer, form, at) is None, what
        said = peer.verify(file.decode(), issuer, to)
        if what in OVERLOOKS.get(peer.name, ()) and said is not None:
            assert not {"Eve", "PhD"} & set(map(str, said.values())), what
            continue
        assert said is None, what
        note(table, peer, form, REFUSED)


@pytest.mark.parametrize("changed", [{"nonce": "another"}, {"audience": "https://x.example"}])
def test_both_refuse_a_presentation_to_somebody_else(peer, changed, issuer, holder, table):
    raw = ours("bound", issuer, holder)
    to = replace(TO, **changed)
    expected = Expected(at=AT, nonce=to.nonce, audience=to.audience)
    found = check(SDJWT.open(raw), lambda _: issuer.public, expected)
    assert any(one.outcome is Outcome.FAILED for one in found)
    assert peer.verify(raw.decode(), issuer, to) is None
    note(table, peer, "bound", REFUSED)


def test_both_refuse_another_issuers_key(peer, issuer, holder, table):
    for form in FORMS:
        raw = ours(form, issuer, holder)
        assert accepted(raw, holder, form) is None
        assert peer.verify(raw.decode(), holder, TO if form == "bound" else None) is None
        note(table, peer, form, REFUSED)


def test_a_presentation_that_the_peer_narrows_shows_us_only_that(peer, issuer, holder):
    options = SdJwtOptions(disclosable=DEEP, holder=holder.public_jwk)
    issued = Issuer(issuer, AT, options).seal(json.dumps(claims()).encode())
    narrowed = peer.present(issued.decode(), {"given_name": True}, holder, TO).encode()
    read = accepted(narrowed, issuer, "bound", moment_of(narrowed))
    assert read is not None
    assert read["given_name"] == "Ada"
    assert "family_name" not in read
    assert "elm" not in read
    assert read["learning_outcomes"] == []


# sd-jwt-python knows nothing of type metadata.
@pytest.mark.parametrize("peer", [SdJwtJs()], indirect=True, ids=lambda one: one.name)
def test_our_type_metadata_is_read_by_the_peer(peer):
    assert peer.accepts_metadata(type_metadata()) == (True, "")
    broken = type_metadata() | {"display": [{"name": "no locale"}]}
    assert not peer.accepts_metadata(broken)[0]
    assert check_metadata(broken)[0].outcome is Outcome.FAILED

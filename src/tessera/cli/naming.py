"""`tessera keys did`: the DID of a key, and the files that publish it with its history."""

from __future__ import annotations

import json as json_text
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tessera.cli import output
from tessera.errors import StoreError, UnreadableError, UsageError

_CERTIFICATES = (".pem", ".crt", ".cer", ".der")
_MAX_BYTES = 1_048_576
DOCUMENT = "did.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The command as typed."""

    key: str
    web: str | None
    out: Path | None
    retire: bool
    revoke: list[str] | None
    password_file: Path | None
    chain: Path | None
    json: bool


def did(wish: Wish) -> int:
    """Print the DID of a key; with a domain, write what is to be published."""
    from tessera.seals.certificates import is_test_certificate, public_key
    from tessera.seals.dids import did_of_key, methods_of

    certificate = _certificate(wish)
    name, method = did_of_key(public_key(certificate))
    if wish.web is None:
        if wish.retire or wish.revoke:
            raise UsageError("Say where the key is published: --web DOMAIN, or DOMAIN/PATH.")
        _by_itself(wish, certificate, {"did": name, "verificationMethod": method})
        return 0
    from tessera.seals.keys.publish import Change, Site, as_text, names, publish

    site = Site.of(wish.web)
    change = Change(
        certificates=(certificate,), retire=wish.retire, revoked=tuple(wish.revoke or ())
    )
    trees = publish(site, change, datetime.now(UTC), _before(wish.out, site.document_path))
    files = {path: as_text(tree) for path, tree in trees.items()}
    if wish.out is not None:
        write(wish.out, files)
    document = trees[site.document_path]
    token, proof = methods_of(site.did, public_key(certificate))
    said = {"did": site.did, "key": name, "issuer": site.issuer, "verificationMethod": token}
    if proof is not None:
        said["proofMethod"] = proof
    _tell(wish, said, trees, [_history(one, entry) for one, entry in names(document)])
    if is_test_certificate(certificate):
        output.complain("This is a TEST key: what it seals says TEST. Do not publish it for real.")
    return 0


def _by_itself(wish: Wish, certificate: bytes, said: Mapping[str, str]) -> None:
    """Tell of the DID that a key has without a web site; write its document where one is named."""
    if wish.out is None:
        _tell(wish, said, {})
        return
    from tessera.seals.keys.publish import as_text, own_document

    tree = own_document(certificate)
    write(wish.out, {DOCUMENT: as_text(tree)})
    _tell(wish, said, {DOCUMENT: tree})


def _certificate(wish: Wish) -> bytes:
    path = Path(wish.key)
    if path.suffix.lower() in _CERTIFICATES:
        from tessera.seals.keys.chain import read_chain

        return read_chain(path)[0]
    from tessera.cli.sealing import load_keys, surroundings

    passwords = [wish.password_file] if wish.password_file else []
    [key] = load_keys([wish.key], passwords, None, surroundings(wish.chain))
    return key.certificate_chain[0]


def _before(folder: Path | None, name: str) -> Mapping[str, Any] | None:
    """Read the document that is published so far, if there is one."""
    from tessera.standards.jsontext import read_json

    path = None if folder is None else folder / name
    if path is None or not path.exists():
        return None
    try:
        found = read_json(path.read_bytes(), max_bytes=_MAX_BYTES)
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}.") from error
    if not isinstance(found, dict):
        raise UnreadableError(f"{path} is no DID document. Move it away, or name another folder.")
    return found


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace each file at once, so that a reader never meets half of one."""
    for name, content in files.items():
        path = folder / name
        part = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(content)
            os.replace(part, path)
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror or error}.") from error


def _history(name: str, method: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, **{one: method[one] for one in ("expires", "revoked") if one in method}}


def _tell(
    wish: Wish,
    said: Mapping[str, str],
    trees: Mapping[str, Any],
    keys: list[dict[str, Any]] | None = None,
) -> None:
    if wish.json:
        whole = {**said, "keys": keys or [], "files": dict(trees)}
        print(json_text.dumps(whole, ensure_ascii=False))
        return
    output.line(f"DID: {said['did']}")
    output.line(f"Verification method: {said['verificationMethod']}")
    if "proofMethod" in said:
        output.line(f"For proofs inside a document: {said['proofMethod']}")
    for key in keys or []:
        ends = f"revoked {key['revoked']}" if "revoked" in key else f"until {key.get('expires')}"
        output.line(f"Key {key['name']}: {ends}")
    for path in trees:
        shown = path if wish.out is None else wish.out / path
        output.line(f"{'Would write' if wish.out is None else 'Wrote'} {shown}")
    if wish.web is None and trees:
        output.line("Give it to verifiers, who name it with --trust.")
    elif trees and wish.out is not None:
        output.line(f"Publish the folder so that {said['issuer']} serves these files over https.")

"""Seal many documents with one key: what they share is worked out once.

1. The first document of each form is sealed the plain way, with all its refusals.
2. Its form is learnt; the next ones are filled in. Values that differ are looked at for what
   other programs would read differently; everything else was looked at in step 1.
3. The options of the proof are the same for all, so they are hashed once.
4. Keys that sign many digests at once get them together.

`FAST_PATHS.enabled = False` seals every document the plain way, with the same bytes for
Ed25519.

Source: W3C VC Data Integrity 1.0 section 4.2; house rule for the order of work.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from tessera.errors import UnreadableError
from tessera.seals.dataintegrity.compiled import CompiledForms, Served
from tessera.seals.dataintegrity.differences import refuse_order, refuse_values, value_problem
from tessera.seals.dataintegrity.hashing import canonical_bytes, digest, proof_config
from tessera.seals.dataintegrity.suites import CURVES
from tessera.seals.dataintegrity.write import (
    DataIntegrityOptions,
    plain_form,
    proof_options,
    suite_for,
    with_proof_words,
)
from tessera.seals.multikey import to_base58btc
from tessera.seals.protocol import BatchSigningKey
from tessera.standards.contexts import shared
from tessera.standards.jcs import jcs

if TYPE_CHECKING:
    from datetime import datetime

    from tessera.seals.protocol import SigningKey

# Characters whose order differs in UTF-16, and those that are none.
_RARE = re.compile("[\ue000-\U0010ffff]")


class BatchSigner:
    """Seals documents one after the other with the same proof options.

    Raises: KeyRefusedError for a key that the suite does not take.
    """

    def __init__(
        self, key: SigningKey, at: datetime, options: DataIntegrityOptions | None = None
    ) -> None:
        self._key, self._at = key, at
        self._options = options or DataIntegrityOptions()
        self._suite = suite_for(key, self._options)
        self._contexts = self._options.contexts or shared()
        self._hash = CURVES[key.alg].hash
        # Templates of our own: each was learnt from a document that was not refused.
        self._forms = CompiledForms(self._contexts, eager=True)
        self._proofs: dict[bytes, tuple[bytes, bytes]] = {}

    def sign(self, document: dict[str, Any]) -> bytes:
        """Return one sealed document; it must have no proof yet.

        Raises: UnreadableError and its kinds, as `seal_document`.
        """
        whole, head, signed = self._prepared(document)
        return _joined(whole, head, self._key.sign(signed))

    def sign_all(self, documents: Iterable[dict[str, Any]]) -> Iterator[bytes]:
        """Yield the sealed documents in their order. Raises: as `sign`, at the document."""
        key = self._key
        if not isinstance(key, BatchSigningKey) or key.batch_size < 2:
            yield from map(self.sign, documents)
            return
        rest = iter(documents)
        while several := [self._prepared(one) for one in islice(rest, key.batch_size)]:
            digests = [hashlib.new(key.hash_name, signed).digest() for _, _, signed in several]
            signatures = key.sign_many(digests)
            for (whole, head, _), signature in zip(several, signatures, strict=True):
                yield _joined(whole, head, signature)

    def _prepared(self, document: dict[str, Any]) -> tuple[bytes, bytes, bytes]:
        """Return the document as text, the proof as text without its value, and what to sign."""
        if "proof" in document:
            raise UnreadableError("The document has a proof already; seal it by itself.")
        told = with_proof_words(document)
        head, about_proof = self._proof_of(told)
        return orjson.dumps(told), head, about_proof + digest(self._form_of(told), self._hash)

    def _proof_of(self, told: Mapping[str, Any]) -> tuple[bytes, bytes]:
        """Return the options of the proof as text, and their digest."""
        stated = orjson.dumps(told["@context"])
        found = self._proofs.get(stated)
        if found is None:
            proof = proof_options(told, self._key, self._at, self._options)
            config = proof_config(proof, told, self._suite)
            content = canonical_bytes(config, self._suite, self._hash, self._contexts)
            found = orjson.dumps(proof)[:-1], digest(content, self._hash)
            if len(self._proofs) > 256:
                self._proofs.clear()
            self._proofs[stated] = found
        return found

    def _form_of(self, told: dict[str, Any]) -> bytes:
        """Return the canonical form. Raises: PeersDisagreeError and what the plain way raises."""
        if self._suite.canonical == "jcs":
            refuse_values(told)
            return jcs(told)
        served = self._forms.canonical(told, self._hash)
        if served is not None:
            self._refuse_differences(told, served)
            return served.content
        refuse_values(told)
        content = plain_form(told, self._hash, self._contexts)
        self._forms.learn(told, self._hash, content.decode("utf-8"))
        return content

    def _refuse_differences(self, told: dict[str, Any], served: Served) -> None:
        """Look at the values that differ; rare characters and odd numbers are looked at fully."""
        for value in served.values:
            if type(value) is str:
                is_plain = value.isascii() or not _RARE.search(value)
            else:
                is_plain = value_problem(value) is None
            if not is_plain:
                refuse_values(told)
                all_values = served.variant.values(served.values)
                refuse_order(served.variant.template.filled(all_values))
                return


def _joined(whole: bytes, head: bytes, signature: bytes) -> bytes:
    """Put the proof at the end of the document, and its value at the end of the proof."""
    value = to_base58btc(signature).encode("ascii")
    return b'%b,"proof":%b,"proofValue":"z%b"}}' % (whole[:-1], head, value)

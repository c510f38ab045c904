"""P8b: the whole verification of a sealed ELM micro-credential, all nine steps.

The peer does one of the nine: the official shapes, the way everybody does it today, with
PyLD and pyshacl (shapes parsed beforehand). The limit is what nobody can avoid: reading
the JSON twice and checking one signature.
Source: PERFORMANCE P8b.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import Any

import orjson

from bench.compare import Comparison
from bench.sample import Sealed, sealed
from tessera.formats.elm.shapes import nquads
from tessera.journeys.verifying import judge
from tessera.report import Outcome
from tessera.standards.locate import Library, installed_library
from tessera.trust.anchors import Anchor
from tessera.verify.examination import Circumstances

IDS = ("P8b",)
_VERSION = "1.2.0"


def cases() -> Iterable[Comparison]:
    """Return the comparison; nothing where the official files are not installed."""
    library = installed_library()
    if library is None:
        print("P8b: the official files are not installed; run 'tessera standards install'.",
              file=sys.stderr)  # fmt: skip
        return
    sample = sealed()
    yield Comparison(
        id="P8b",
        title="verify a sealed ELM micro-credential, steps 1-9",
        subject=_whole(sample, library),
        peer=_shapes_alone(sample, library),
        peer_name=f"the official shapes alone: PyLD {version('pyld')}, "
        f"pyshacl {version('pyshacl')}",
        limit=_bare(sample),
        target=5,
        note="Warm: official files read, shapes compiled, chain of the issuer validated before. "
        "The limit is two JSON parses and one ES256 check. The credential has every element of "
        f"all four lists and a picture: {len(sample.raw) / 1000:.0f} kB sealed.",
    )


def _whole(sample: Sealed, library: Library) -> Callable[[], object]:
    circumstances = Circumstances(
        at=sample.at, anchors=(Anchor.of(sample.anchor),), library=library
    )

    def verify() -> object:
        return judge(sample.raw, circumstances, "standard")

    judged = judge(sample.raw, circumstances, "standard")
    assert judged.verdict.outcome is Outcome.PASSED, judged.sentence
    assert judged.examination.report.step("schema").outcome is Outcome.PASSED
    return verify


def _shapes_alone(sample: Sealed, library: Library) -> Callable[[], object]:
    import pyshacl
    import rdflib

    from tessera.standards.shacl import load_shapes

    text = load_shapes(library, _VERSION).text
    shapes = rdflib.Graph().parse(data=text, format="turtle")

    def validate() -> tuple[Any, ...]:
        document = orjson.loads(sample.document)
        graph = rdflib.Graph().parse(data=nquads(document, library, _VERSION), format="nt")
        return pyshacl.validate(graph, shacl_graph=shapes, inference="none")

    conforms, _, said = validate()
    assert conforms, said
    return validate


def _bare(sample: Sealed) -> Callable[[], object]:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509 import load_der_x509_certificate

    key: Any = load_der_x509_certificate(sample.certificate).public_key()

    def check() -> object:
        jws = orjson.loads(sample.raw)
        signature = jws["signatures"][0]
        octets = base64.urlsafe_b64decode(signature["signature"] + "==")
        r, s = int.from_bytes(octets[:32]), int.from_bytes(octets[32:])
        message = f"{signature['protected']}.{jws['payload']}".encode()
        key.verify(encode_dss_signature(r, s), message, ECDSA(SHA256()))
        return orjson.loads(jws["payload"])

    return check

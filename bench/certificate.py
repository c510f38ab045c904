"""P1b: personal certificates, drawn and sealed.

The peer is typst alone, on the same page with the same data: what we add before sealing is
reading the award into data, the QR code, and the checks of what was drawn. Compilers are
kept warm on both sides, and each call draws another learner, so that nothing is drawn twice.

Source: PERFORMANCE P1b.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

import typst
from tests.complete import complete_award

from bench.compare import Comparison
from bench.sample import sealed
from tessera.model import Award, Learner
from tessera.render.certificate import STANDARDS, CertificateOptions, Printer, template
from tessera.seals.keys import LocalKey, make_test_seal, new_test_authority
from tessera.seals.pades import PADES

IDS = ("P1b", "P1b-seal")
_ROUNDS = 15


def cases() -> Iterable[Comparison]:
    """Return drawing against bare typst, and sealing against bare pyHanko."""
    credential = sealed().raw
    yield Comparison(
        id="P1b",
        title="personal PDF certificates, drawn, before sealing",
        subject=_ours(credential),
        peer=_bare(credential),
        peer_name=f"typst {typst.__version__} alone, same page, same data, warm",
        target=0.7,
        rounds=_ROUNDS,
        note="One page, PDF/A-3a and PDF/UA-1, with the sealed credential attached "
        f"({len(credential) // 1000} kB). Each call draws another learner.",
    )
    now = datetime.now(UTC).replace(microsecond=0)
    key = make_test_seal(new_test_authority(now), now)
    drawn = Printer().draw(complete_award(), credential)
    yield Comparison(
        id="P1b-seal",
        title="sealing one certificate (PAdES B-B, ES256)",
        subject=lambda: PADES.seal(drawn, key, now),
        peer=_pyhanko(drawn, key),
        peer_name="pyHanko alone, signing with its own field",
        target=0.7,
        rounds=_ROUNDS,
        note="Stated beside P1b: what sealing adds to each certificate. The key is in memory.",
    )


def _awards() -> Iterable[Award]:
    award = complete_award()
    for number in itertools.count():
        yield replace(award, learner=Learner(full_name=f"Ada Example {number}"))


def _ours(credential: bytes) -> Callable[[], object]:
    printer, awards = Printer(), iter(_awards())
    return lambda: printer.draw(next(awards), credential)


def _bare(credential: bytes) -> Callable[[], object]:
    compiler = typst.Compiler(ignore_system_fonts=True)
    printer = Printer(CertificateOptions())
    prepared = itertools.cycle(
        [printer.inputs(award, credential) for award in itertools.islice(_awards(), 500)]
    )
    return lambda: compiler.compile(
        template(), format="pdf", pdf_standards=STANDARDS, sys_inputs=next(prepared), timestamp=0
    )


def _pyhanko(drawn: bytes, key: LocalKey) -> Callable[[], object]:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    from tessera.seals.pades.write import _signer

    metadata = PdfSignatureMetadata(
        field_name="Seal",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )

    def sign() -> object:
        writer = IncrementalPdfFileWriter(io.BytesIO(drawn))
        return PdfSigner(metadata, signer=_signer(key)).sign_pdf(writer)

    return sign

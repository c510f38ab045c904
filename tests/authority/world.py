"""One TEST world: who seals, who stamps, who answers about revocation, and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from tessera.journeys.levels import Ascent, Raiser
from tessera.seals.jades import JADES, JadesOptions
from tessera.trust.anchors import Anchor
from tessera.trust.fetch import GuardedFetcher
from tessera.trust.inquiry import Inquiry
from tessera.trust.revocation import Compromise, RevocationData
from tessera.verify.examination import Circumstances, Examination
from tessera.verify.runner import examine
from tests.authority.pki import Holder, Life, Tree
from tests.authority.tsa import Services, running

DOCUMENT = b'{"id":"urn:x:1","type":["VerifiableCredential"]}'


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SEALED_AT = day("2026-06-01T12:00:00")


@dataclass(slots=True)
class World:
    """The services and the certificates; lives differ so that each end can be told apart."""

    services: Services
    tree: Tree
    root: Holder
    middle: Holder
    sealer: Holder
    tsa_root: Holder
    tsa: Holder
    second_root: Holder | None = None

    def inquiry(self) -> Inquiry:
        """The network as a verifier with --online has it, and loopback."""
        asker = GuardedFetcher(allow_loopback=True, allow_plain=True, seconds=5)
        return Inquiry(asker=asker, clock=self.services.moment)

    @classmethod
    def over(
        cls, services: Services, algorithm: str = "ES256", first: int = 0,
        names_issuers: bool = False,
    ) -> World:  # fmt: skip
        tree = Tree(services=services.url, first=first, names_issuers=names_issuers)
        root = tree.root("TEST Root", Life(begins=day("2025-01-01"), ends=day("2040-01-01")))
        middle = tree.authority(
            "TEST CA", root, Life(begins=day("2025-02-01"), ends=day("2029-01-01"))
        )
        sealer = tree.seal(
            middle, Life(begins=day("2026-01-01"), ends=day("2028-01-01")), algorithm
        )
        tsa_root = tree.root("TEST TSA CA", Life(begins=day("2025-01-01"), ends=day("2034-01-01")))
        tsa = tree.tsa(tsa_root, Life(begins=day("2026-02-01"), ends=day("2031-01-01")))
        services.know(sealer, tsa)
        services.tsa, services.now = tsa, SEALED_AT
        services.responder = tree.responder(
            middle, Life(begins=day("2025-02-01"), ends=day("2029-01-01"))
        )
        return cls(services, tree, root, middle, sealer, tsa_root, tsa)

    def raiser(self, level: str, seconds: float = 5) -> Raiser:
        services = self.services
        return Ascent(
            level=level, tsa=f"{services.url}/tsa", clock=services.moment, seconds=seconds
        ).raiser()

    def plain(self, options: JadesOptions | None = None) -> bytes:
        """A B-B seal of the services' moment."""
        return JADES.seal(DOCUMENT, self.sealer.local(), self.services.moment(), options)

    def sealed(self, level: str, options: JadesOptions | None = None) -> bytes:
        plain = self.plain(options)
        return plain if level == "b" else self.raiser(level).all(plain)

    def seen(
        self, raw: bytes, at: datetime, *, revocation: RevocationData | None = None,
        compromise: Compromise | None = None, anchors: tuple[Holder, ...] = (),
        inquiry: Inquiry | None = None,
    ) -> Examination:  # fmt: skip
        trusted = anchors or (self.root, self.tsa_root)
        return examine(raw, Circumstances(
            at=at, anchors=tuple(Anchor.of(one.der) for one in trusted), use_shapes=False,
            revocation=revocation or RevocationData(), compromise=compromise or Compromise(),
            inquiry=inquiry,
        ))  # fmt: skip


@contextmanager
def a_world(
    algorithm: str = "ES256", first: int = 0, names_issuers: bool = False
) -> Iterator[World]:
    """first: another number makes another world, with keys and names of its own."""
    with running() as services:
        yield World.over(services, algorithm, first, names_issuers)

"""Certificates of a world: the credential and the page around it, each sealed at a level."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from tessera.formats.elm.encode import dump, encode
from tessera.issue.compose import with_issuer
from tessera.journeys.levels import Ascent
from tessera.journeys.page_levels import PageRaiser
from tessera.model import Award, Learner
from tessera.render.certificate import CertificateOptions, draw_certificate
from tessera.render.display import display_picture
from tessera.seals.certificates import describe
from tessera.seals.jades import JADES
from tests.authority.world import World, day
from tests.complete import complete_award

LEVELS = ("b", "t", "lt", "lta")


@cache
def award_by(certificate: bytes, name: str) -> Award:
    """An award whose issuer is the holder of a certificate."""
    award = complete_award()
    issued = with_issuer(award.micro_credential, describe(certificate))
    return replace(
        award, micro_credential=issued, learner=Learner(full_name=name),
        display=display_picture(issued, "en", is_test=True), display_language="en", is_test=True,
        valid_from=day("2025-01-01"), valid_until=None,
    )  # fmt: skip


def drawn(world: World, level: str = "b", name: str = "Ada Example") -> bytes:
    """A page that is not sealed, around a credential that is, at a level."""
    award = award_by(world.sealer.der, name)
    sealed = JADES.seal(dump(encode(award)), world.sealer.local(), world.services.moment())
    if level != "b":
        sealed = world.raiser(level).all(sealed)
    return draw_certificate(award, sealed, CertificateOptions(language="en"))


def page_raiser(world: World, level: str) -> PageRaiser:
    services = world.services
    tsa = None if level == "b" else f"{services.url}/tsa"
    return Ascent(level=level, tsa=tsa, clock=services.moment, seconds=5).page_raiser()


def page(
    world: World, level: str, *, inside: str | None = None, name: str = "Ada Example"
) -> bytes:
    """A certificate: page and credential at one level, or the credential at another."""
    pdf = drawn(world, level if inside is None else inside, name)
    return page_raiser(world, level).seal(pdf, world.sealer.local(), world.services.moment())

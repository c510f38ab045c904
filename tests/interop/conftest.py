"""`make interop` names this folder; the whole test run leaves out what it would have to install."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.interop import material
from tests.interop.matrix import Matrix
from tests.interop.peers import DSS_5, DSS_6, JOSE, Dss, Jose, NotHereError
from tests.interop.vc_peers import VC_PEERS, VcPeers

_INSTALLING = (
    "test_dss.py", "test_dss_cases.py", "test_dss_levels.py", "test_dss_pages.py", "test_jose.py",
    "test_vc_peers.py", "test_status_peers.py",
)  # fmt: skip
_MATRIX = pytest.StashKey[Matrix]()
AT = f"{material.JUDGED_AT:%Y-%m-%dT%H:%M:%SZ}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if any("interop" in str(argument) for argument in config.args):
        return
    left_out = pytest.mark.skip(reason="installs software of others: make interop")
    for item in items:
        if item.path.name in _INSTALLING and item.path.parent.name == "interop":
            item.add_marker(left_out)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_MATRIX] = Matrix()


@pytest.fixture(scope="session")
def matrix(request: pytest.FixtureRequest) -> Matrix:
    return request.config.stash[_MATRIX]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the tables of what was counted, after a whole run in which nothing failed."""
    config = session.config
    is_narrowed = config.option.keyword or any("::" in str(one) for one in config.args)
    if exitstatus == 0 and not is_narrowed:
        config.stash[_MATRIX].write()


def _installed(peer: Any) -> Any:
    try:
        peer.install()
    except NotHereError as error:
        pytest.skip(f"{peer.name} {peer.version}: {error}")
    return peer


@pytest.fixture(scope="session", params=[DSS_6, DSS_5], ids=lambda peer: f"dss-{peer.version}")
def dss(request: pytest.FixtureRequest) -> Dss:
    return _installed(request.param)


@pytest.fixture(scope="session")
def jose() -> Jose:
    return _installed(JOSE)


@pytest.fixture(scope="session")
def vc_peers() -> VcPeers:
    return _installed(VC_PEERS)


@pytest.fixture(scope="session")
def ours() -> dict[str, bytes]:
    """Our seals, and forgeries of each, by a name that is also a file name."""
    files: dict[str, bytes] = {}
    for algorithm in material.ALGORITHMS:
        for profile in material.PROFILES:
            name, raw = f"{algorithm}-{profile.value}", material.sealed(algorithm, profile)
            files[name] = raw
            files |= {f"{name}-forged-{what}": material.forged(raw, what)
                      for what in material.FORGERIES}  # fmt: skip
            files[f"{name}-2025"] = material.sealed(algorithm, profile, material.BEFORE_IAT)
            files[f"{name}-stranger"] = material.sealed_by_stranger(algorithm, profile)
    files |= {f"three-{one.value}": material.sealed_by_three(one) for one in material.PROFILES}
    return files


@pytest.fixture(scope="session")
def said_by_dss(dss: Dss, ours: dict[str, bytes]) -> Callable[[str], list[dict[str, Any]]]:
    """What DSS says of our files: one process for all of them."""
    said = dss.verify(ours, trusted=material.authority().certificate, at=AT)
    return lambda name: said[name]["signatures"]

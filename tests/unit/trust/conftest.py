"""Keys for the tests of this room: made once, in memory, marked TEST."""

from datetime import UTC, datetime

import pytest

from tessera.seals.keys import SealHolder, make_test_seal, new_test_authority

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def now():
    return NOW


@pytest.fixture(scope="session")
def authority():
    return new_test_authority(NOW)


@pytest.fixture(scope="session")
def es_key(authority):
    return make_test_seal(authority, NOW)


@pytest.fixture(scope="session")
def rsa_key(authority):
    return make_test_seal(authority, NOW, algorithm="RS256")


@pytest.fixture(scope="session")
def bodies(authority):
    return tuple(
        make_test_seal(
            authority,
            NOW,
            SealHolder(organisation=f"TEST Body {letter}", country=country, identifier=identifier),
        )
        for letter, country, identifier in (
            ("A", "IE", "VATIE-TEST-A"),
            ("B", "FI", "VATFI-TEST-B"),
            ("C", "EE", "NTREE-TEST-C"),
        )
    )

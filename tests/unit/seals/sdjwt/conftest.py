"""Keys of an issuer and a holder, and one credential with claims to withhold."""

import json
from datetime import UTC, datetime

import pytest
from tests.cases.sdjwt import Key

from tessera.seals.sdjwt import Issuer, SdJwtOptions

AT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
CLAIMS = {
    "iss": "https://university.example",
    "vct": "urn:example:micro",
    "exp": 1_900_000_000,
    "given_name": "Aino",
    "family_name": "Virtanen",
    "address": {"street": "Katu 1", "city": "Espoo"},
    "outcomes": ["reads", "writes", "counts"],
}
DISCLOSABLE = ("/given_name", "/family_name", "/address", "/address/street", "/outcomes/*")


@pytest.fixture(scope="session")
def issuer_key():
    return Key()


@pytest.fixture(scope="session")
def holder_key():
    return Key()


@pytest.fixture(scope="session")
def issue(issuer_key):
    """Issue claims; options as keywords."""

    def make(claims=None, **options):
        chosen = SdJwtOptions(**({"disclosable": DISCLOSABLE} | options))
        return Issuer(issuer_key, AT, chosen).seal(json.dumps(claims or CLAIMS).encode())

    return make


@pytest.fixture(scope="session")
def key_of(issuer_key):
    return lambda ref: issuer_key.public

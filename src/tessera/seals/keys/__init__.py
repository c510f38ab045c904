"""The one place where private keys live: load a key store, make test keys.

A `SigningKey` (`tessera.seals.protocol`) leaves this room, the private key in it
does not. Only `issue`, `journeys` and the doors import this package.
"""

from tessera.seals.certificates import TEST_POLICY_OID, is_test_certificate
from tessera.seals.keys.authority import (
    SealHolder,
    TrialAuthority,
    WrittenKeys,
    make_test_authority,
    make_test_seal,
    new_test_authority,
)
from tessera.seals.keys.local import EdwardsKey, LocalKey
from tessera.seals.keys.pkcs12 import load_pkcs12

__all__ = [
    "TEST_POLICY_OID",
    "EdwardsKey",
    "LocalKey",
    "SealHolder",
    "TrialAuthority",
    "WrittenKeys",
    "is_test_certificate",
    "load_pkcs12",
    "make_test_authority",
    "make_test_seal",
    "new_test_authority",
]

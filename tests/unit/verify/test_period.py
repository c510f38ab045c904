"""The credential's own period of validity, in the step `time`."""

import pytest

from tests.unit.verify.conftest import AT, changed, document, rules, sealed, seen


def judged(**members):
    found = rules(seen(sealed(changed(document(), **members))), "time")
    return {rule: state for rule, state in found.items() if rule.startswith("time.credential")}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"validUntil": "2026-11-24T10:59:59Z"}, {"time.credential-expired": "FAILED"}),
        ({"validUntil": "2026-11-24T12:59:59+02:00"}, {"time.credential-expired": "FAILED"}),
        ({"validUntil": "2026-11-24T11:00:00Z"}, {"time.credential-valid": "PASSED"}),
        ({"validUntil": None, "expirationDate": "2026-11-24T10:00:00Z"},
         {"time.credential-expired": "FAILED"}),
        ({"validFrom": "2026-11-24T11:00:01Z"}, {"time.credential-not-yet-valid": "FAILED"}),
        ({"validFrom": "2026-11-24T11:00:00Z"}, {"time.credential-valid": "PASSED"}),
        ({"validUntil": None}, {"time.credential-valid": "PASSED"}),
    ],
)  # fmt: skip
def test_the_moment_of_judgement_is_held_against_the_period(members, expected):
    assert AT.isoformat() == "2026-11-24T11:00:00+00:00"
    assert judged(**members) == expected


def test_a_credential_without_dates_has_no_period():
    none = dict.fromkeys(("validFrom", "validUntil", "issued", "issuanceDate"))
    assert judged(**none) == {}

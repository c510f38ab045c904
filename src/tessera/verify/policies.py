"""The named policies, and nothing else may turn a report into a verdict.

`standard` judges authenticity: an incomplete credential is not a forged one, so
`elements` does not decide it. Source: DESIGN section 5, journey 2.
"""

from __future__ import annotations

from tessera.errors import UsageError
from tessera.policy import AllOf, NotFailed, Passed, PassedIfDeclared, Policy

_STANDARD: tuple[Policy, ...] = (
    Passed("parse"),
    Passed("seal"),
    Passed("signer"),
    Passed("time"),
    PassedIfDeclared("status"),
    NotFailed("schema"),
    NotFailed("issuer"),
    NotFailed("parts"),
)
POLICIES: dict[str, Policy] = {
    "standard": AllOf(*_STANDARD),
    "complete": AllOf(*_STANDARD, Passed("elements")),
    "covered": AllOf(*_STANDARD, Passed("issuer")),
}


def policy(name: str) -> Policy:
    """Return a named policy. Raises: UsageError naming those there are."""
    try:
        return POLICIES[name]
    except KeyError as error:
        raise UsageError(
            f"There is no policy '{name}'. There are: {', '.join(POLICIES)}."
        ) from error

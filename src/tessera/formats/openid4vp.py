"""What a wallet answers: the credentials presented, by the ids of the question (OpenID4VP).

The answer is no credential and has no seal of its own; each presentation in it has. Nonce and
audience belong to the conversation and are checked where it is held, not in a file.

Source: OpenID for Verifiable Presentations 1.0 section 8.1 (`vp_token`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from tessera.errors import EncodeError
from tessera.formats.protocol import Embedded
from tessera.report import Finding
from tessera.standards.jsontext import pointer

if TYPE_CHECKING:
    from typing import NoReturn

    from tessera.model import Award
    from tessera.standards.locate import Library

_SOURCE = "OpenID for Verifiable Presentations 1.0 section 8.1"


class WalletResponse:
    """The response of a wallet; read only."""

    id = "openid4vp"
    title = "answer of a wallet (OpenID4VP)"
    media_types = ("application/json",)

    def recognises(self, document: Any) -> bool:
        """Tell whether this is an object with a `vp_token`."""
        return isinstance(document, Mapping) and isinstance(document.get("vp_token"), Mapping)

    def encode(self, award: Award) -> NoReturn:  # noqa: ARG002 - of the protocol
        """Raises: EncodeError always: wallets write this, not issuers."""
        raise EncodeError("The answer of a wallet is written by a wallet, not by an issuer.")

    def decode(self, document: Any) -> None:  # noqa: ARG002 - of the protocol
        """Return None: there is no record of its own."""
        return

    def check(self, document: Any, library: Library | None = None) -> tuple[Finding, ...]:  # noqa: ARG002 - of the protocol
        """Say whether every answer is a presentation in a form that is known."""
        wrong = [path for path, one in _answers(document) if not isinstance(one, str | Mapping)]
        if wrong:
            return tuple(
                Finding.failed(
                    "openid4vp.answer",
                    "A presentation is text (a token) or an object; this is neither.",
                    path=path,
                    source=_SOURCE,
                )
                for path in wrong
            )
        return (
            Finding.passed("openid4vp.answer", "Every answer is a presentation.", source=_SOURCE),
        )

    def embedded(self, document: Any) -> tuple[Embedded, ...]:
        """Return each presentation."""
        return tuple(
            Embedded(
                path=path,
                content=one.encode("utf-8", "replace") if isinstance(one, str) else _dump(one),
            )
            for path, one in _answers(document)
            if isinstance(one, str | Mapping)
        )

    def elsewhere(self, award: Award) -> Mapping[str, str]:  # noqa: ARG002 - of the protocol
        """Nothing: this form is not written."""
        return {}


def _answers(document: Any) -> Iterator[tuple[str, Any]]:
    for id, given in document["vp_token"].items():
        path = "/vp_token" + pointer(id)
        if isinstance(given, list):
            yield from ((f"{path}/{at}", one) for at, one in enumerate(given))
        else:
            yield path, given


def _dump(value: Any) -> bytes:
    return orjson.dumps(value, default=str)


FORMAT = WalletResponse()

"""Ask for a timestamp, and refuse every answer that is not for this question.

Steps of `read_response`: 1 the answer grants, 2 it is for this digest and this nonce,
3 its signature holds and its certificate may sign timestamps.

Source: RFC 3161 sections 2.2, 2.4.1, 2.4.2 and 2.3 (extended key usage);
ETSI EN 319 422 clause 5.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tessera.errors import TesseraError, UnreadableError
from tessera.seals.certificates import CertificateFacts, describe
from tessera.seals.der import SEQUENCE, elements, encode, only
from tessera.seals.timestamp.token import TimestampToken, is_intact, read_token
from tessera.seals.x509_faults import x509_faults

MEDIA_TYPE_QUERY = "application/timestamp-query"
MEDIA_TYPE_REPLY = "application/timestamp-reply"
MAX_RESPONSE_BYTES = 1_048_576
TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
TOLERANCE = timedelta(minutes=5)


class TimestampError(TesseraError):
    """A timestamp could not be had, or is not what was asked for."""

    code = "timestamp"
    exit_code = 65


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampRequest:
    """One question: the SHA-256 digest of what is to be stamped, and a number used once."""

    digest: bytes
    nonce: int

    @classmethod
    def about(cls, message: bytes, nonce: int) -> TimestampRequest:
        """Ask about these bytes. nonce: random, positive, 64 bits or more."""
        return cls(digest=hashlib.sha256(message).digest(), nonce=nonce)

    def to_der(self) -> bytes:
        """Return the TimeStampReq, which also asks for the certificates."""
        try:
            from asn1crypto import tsp
        except ImportError as error:
            raise TimestampError(
                "Asking for timestamps needs a part of Tessera that is not installed. Install it "
                "with: pip install 'tessera[trust]'."
            ) from error
        request = tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": {
                    "hash_algorithm": {"algorithm": "sha256"},
                    "hashed_message": self.digest,
                },
                "nonce": self.nonce,
                "cert_req": True,
            }
        )
        return bytes(request.dump())


def read_response(request: TimestampRequest, der: bytes, now: datetime) -> TimestampToken:
    """Return the token in a TimeStampResp. now: aware; the certificate must be valid then.

    Raises: TimestampError with the reason. Not checked: who the authority is.
    """
    # 1
    token = _granted(der)
    # 2
    if token.digest_algorithm != "sha256" or token.imprint != request.digest:
        raise TimestampError(
            "The timestamp authority stamped something else than was sent. Nothing was sealed "
            "with it; try another authority."
        )
    if token.nonce != request.nonce:
        raise TimestampError(
            "The timestamp authority gave an answer to another question (the nonce differs), "
            "perhaps an old one. Try again, or another authority."
        )
    # 3
    if not is_intact(token):
        raise TimestampError(
            "The signature of the timestamp does not hold, or its certificate is missing. Try "
            "another authority."
        )
    _refuse_certificate(token, now)
    return token


def purpose_fault(facts: CertificateFacts) -> str | None:
    """Say why a certificate may not sign timestamps; None when it may.

    Source: RFC 3161 section 2.3: extended key usage, only timeStamping.
    """
    if facts.purposes is None or TIME_STAMPING not in facts.purposes:
        return f"The certificate of {facts.holder} is not one for timestamps."
    if facts.purposes != {TIME_STAMPING}:
        return f"The certificate of {facts.holder} is for other purposes beside timestamps."
    return None


def _granted(der: bytes) -> TimestampToken:
    from asn1crypto import tsp

    try:
        # A refusal has a status alone, which asn1crypto does not expect of a TimeStampResp.
        parts = [encode(tag, content) for tag, content in elements(only(der, SEQUENCE))]
        stated: Any = tsp.PKIStatusInfo.load(parts[0], strict=True)
        status = str(stated["status"].native)
        texts = stated["status_string"].native or ()
        if status not in ("granted", "granted_with_mods"):
            said = "; ".join(str(text) for text in texts)[:200]
            raise TimestampError(
                f"The timestamp authority refused ({status}{': ' + said if said else ''})."
            )
        return read_token(parts[1])
    except x509_faults(UnreadableError) as error:
        raise TimestampError(
            "The answer is not one of a timestamp authority. Check the address given with --tsa."
        ) from error


def _refuse_certificate(token: TimestampToken, now: datetime) -> None:
    assert token.authority is not None
    facts = describe(token.authority)
    fault = purpose_fault(facts)
    if fault:
        raise TimestampError(f"{fault} Verifiers would refuse the seal. Try another authority.")
    if not facts.not_before <= now <= facts.not_after:
        raise TimestampError(
            f"The certificate of the timestamp authority {facts.holder} is valid only from "
            f"{facts.not_before:%Y-%m-%d} to {facts.not_after:%Y-%m-%d}. Try another authority, "
            "and check the clock of this machine."
        )
    if abs(token.generated_at - now) > TOLERANCE:
        raise TimestampError(
            f"The timestamp says {token.generated_at:%Y-%m-%d %H:%M:%S} UTC and this machine "
            f"{now:%Y-%m-%d %H:%M:%S} UTC. Check the clock of this machine."
        )

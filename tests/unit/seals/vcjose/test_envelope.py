"""Sealed credentials as data: addresses."""

from __future__ import annotations

from base64 import b64encode

import pytest

from tessera.errors import UnreadableError
from tessera.seals.vcjose import envelop, is_envelope, unwrap


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("vc+jwt", "EnvelopedVerifiableCredential"),
        ("dc+sd-jwt", "EnvelopedVerifiableCredential"),
        ("vp+jwt", "EnvelopedVerifiablePresentation"),
    ],
)
def test_what_is_put_in_comes_out(media_type, kind):
    envelope = envelop(b"aa.bb.cc~", media_type)
    assert envelope["type"] == kind
    assert is_envelope(envelope)
    found = unwrap(envelope)
    assert (found.media_type, found.content) == (media_type, b"aa.bb.cc~")


def test_base64_and_percent_signs_are_read():
    coded = "data:application/vc+cose;base64," + b64encode(b"\x84\x00").decode()
    assert unwrap({"id": coded}).content == b"\x84\x00"
    assert unwrap({"id": "DATA:application/vc+jwt,a%2Eb"}).content == b"a.b"


@pytest.mark.parametrize(
    "value",
    [{}, None, "data:application/vc+jwt,x", {"id": 5}, {"id": "https://a.example"},
     {"id": "data:application/vc+jwt"}, {"id": "data:text/html,x"}, {"id": "data:,x"},
     {"id": "data:application/vc+cose;base64,*"}],
)  # fmt: skip
def test_what_holds_nothing_is_refused(value):
    with pytest.raises(UnreadableError):
        unwrap(value)
    assert not is_envelope(value)

"""Mutated and invented XML: the rooms never raise anything but a refusal, and nothing passes."""

import random

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.unit.trust.lists.material import (
    COMMISSION,
    NOW,
    OPERATOR,
    SEAL,
    list_of_lists,
    national,
)

from tessera.report import Outcome
from tessera.trust.lists.assess import Moments, assess
from tessera.trust.lists.hierarchy import Hierarchy, Refused
from tessera.trust.lists.markup import XmlRefused, read_xml
from tessera.trust.lists.read import is_list, read_list
from tessera.trust.lists.signature import verify_signature
from tessera.trust.lists.snapshot import hold

SIGNED = national().signed(OPERATOR)
TOP = list_of_lists().signed(COMMISSION)
TRUE = verify_signature(SIGNED).content
PIECES = (
    b"<", b">", b"</", b"/>", b"<!--", b"-->", b"<?x?>", b"&amp;", b"&#65;", b"&x;",
    b"<!DOCTYPE a>", b"<![CDATA[", b"]]>", b' Id="props"', b' Id="sig"', b' xmlns=""',
    b"\x00", b"\xff", b"granted", b"<TrustServiceProvider/>", b"<ds:Object/>", b'URI="#x"', b"SE",
)  # fmt: skip


def looked_at(raw):
    """Look at bytes in every way; return what a verifier would use of them, if anything."""
    try:
        root = read_xml(raw)
        verified = verify_signature(raw)
    except XmlRefused:
        return None
    if is_list(root):
        read_list(root)
    assert (verified.content is None) is (verified.findings[0].outcome is Outcome.FAILED)
    return verified.content


@settings(max_examples=400, deadline=None)
@given(st.integers(0, len(SIGNED) - 1), st.integers(0, 40), st.sampled_from(PIECES))
def test_a_spliced_list_says_the_same_or_nothing(place, length, piece):
    content = looked_at(SIGNED[:place] + piece + SIGNED[place + length :])
    assert content in (None, TRUE)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_a_changed_byte_says_the_same_or_nothing(place, change):
    altered = bytearray(SIGNED)
    altered[place] ^= change
    assert looked_at(bytes(altered)) in (None, TRUE)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_moved_elements_say_the_same_or_nothing(seed):
    chance = random.Random(seed)
    root = read_xml(SIGNED)
    every = list(root.iter())
    moved, place = chance.choice(every[1:]), chance.choice(every)
    if place in moved.iter():
        return
    place.insert(chance.randrange(len(place) + 1), moved)
    from lxml import etree

    assert looked_at(etree.tostring(root)) in (None, TRUE)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
@example(b"<a xmlns:a='http://www.w3.org/2000/09/xmldsig#'><a:Signature/></a>")
@example(b"\xef\xbb\xbf<a/>")
def test_any_bytes_are_looked_at(raw):
    assert looked_at(raw) is None


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(TOP) - 1), st.sampled_from(PIECES), st.booleans())
def test_a_spliced_chain_vouches_as_before_or_for_nobody(place, piece, is_top):
    def spliced(raw):
        return raw[: place % len(raw)] + piece + raw[place % len(raw) :]

    files = [("lotl", spliced(TOP) if is_top else TOP),
             ("fi", SIGNED if is_top else spliced(SIGNED))]  # fmt: skip
    lists = Hierarchy(hold(files, [COMMISSION.anchor]))
    found = lists.national("FI", NOW)
    assessment = assess(SEAL.der, (), lists, Moments(judged_at=NOW, sealed_at=NOW))
    assert assessment.is_trusted is not isinstance(found, Refused)
    if not isinstance(found, Refused):
        assert found.content == read_list(read_xml(TRUE))

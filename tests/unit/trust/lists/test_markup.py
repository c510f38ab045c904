"""XML of strangers: what is refused before anything is built, and with which sentence."""

import os
from pathlib import Path

import pytest

from tessera.trust.lists import markup
from tessera.trust.lists.markup import XmlRefused, looks_like_xml, read_xml

CASES = os.environ.get("TESSERA_CASES")
LAUGHS = b"""<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>"""
ATTRIBUTE_LAUGHS = LAUGHS.replace(b"<a>&c;</a>", b'<a x="&c;"/>')
ABROAD = b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>'


def reason(raw):
    with pytest.raises(XmlRefused) as refused:
        read_xml(raw)
    return refused.value.reason


@pytest.mark.parametrize(
    "raw",
    [
        LAUGHS,
        ATTRIBUTE_LAUGHS,
        ABROAD,
        b"<!DOCTYPE a><a/>",
        LAUGHS.decode().encode("utf-16"),
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/">%x;]><a/>',
    ],
)
def test_entities_and_document_types_are_refused_in_every_encoding(raw):
    assert reason(raw) == "xml-doctype"


@pytest.mark.parametrize("raw", [b"", b"<a>", b"<a></b>", b"<a/><a/>", b"nothing", b"\xff\xfe<"])
def test_what_is_not_well_formed_is_refused(raw):
    assert reason(raw) == "not-xml"


def test_depth_has_a_bound():
    def nested(levels):
        return b"<a>" * levels + b"</a>" * levels

    assert read_xml(nested(markup.MOST_DEPTH)).tag == "a"
    assert reason(nested(markup.MOST_DEPTH + 1)) == "xml-too-deep"
    assert reason(nested(100_000)) == "xml-too-deep"


def test_elements_and_attributes_have_a_bound(monkeypatch):
    monkeypatch.setattr(markup, "MOST_ELEMENTS", 10)
    monkeypatch.setattr(markup, "MOST_ATTRIBUTES", 10)
    assert len(read_xml(b"<a>" + b"<b/>" * 9 + b"</a>")) == 9
    assert reason(b"<a>" + b"<b/>" * 10 + b"</a>") == "xml-too-many"
    many = " ".join(f'x{number}=""' for number in range(11))
    assert reason(f"<a {many}/>".encode()) == "xml-too-many"


def test_bytes_have_a_bound(monkeypatch):
    monkeypatch.setattr(markup, "MOST_BYTES", 10)
    assert reason(b"<a>        </a>") == "xml-too-large"


def test_comments_do_not_split_or_hide_text():
    assert read_xml(b"<a>gran<!-- x -->ted<?y z?></a>").text == "granted"


def test_a_text_that_begins_as_xml_is_known():
    assert looks_like_xml(b"\xef\xbb\xbf  <a/>")
    assert looks_like_xml("<a/>".encode("utf-16"))
    assert not looks_like_xml(b'{"a": "<a/>"}')


@pytest.mark.skipif(not CASES, reason="TESSERA_CASES is not set: real attacks are not here")
def test_the_published_attacks_are_refused():
    found = sorted(Path(CASES, "xml-attack").rglob("*.xml"))
    assert len(found) == 2
    assert {reason(one.read_bytes()) for one in found} == {"xml-doctype"}

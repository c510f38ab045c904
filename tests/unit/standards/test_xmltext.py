"""XML of strangers: what is refused before a tree is built, and what is written again."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.errors import EncodeError
from tessera.standards import xmltext
from tessera.standards.xmltext import Element, XmlRefused, dump, fragment, read_xml, root_name

CASES = os.environ.get("TESSERA_CASES")
LAUGHS = b"""<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>"""
characters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
# White space alone between children is layout, so no text of one is white space alone.
words = st.text(characters, max_size=8).map(lambda text: "x" + text)
names = st.sampled_from(["a", "b-1", "_c", "ü"])
spaces = st.sampled_from(["", "urn:one", "urn:two"])
leaves = st.builds(
    Element,
    name=names,
    namespace=spaces,
    attributes=st.dictionaries(names | names.map(lambda one: f"{{urn:at}}{one}"), words),
    own=words.map(lambda text: [text]) | st.just([]),
)
trees = st.recursive(
    leaves,
    lambda inner: st.builds(
        Element, name=names, namespace=spaces, children=st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)


def reason(raw):
    with pytest.raises(XmlRefused) as refused:
        read_xml(raw)
    return refused.value.reason


def facts(one):
    return (
        one.name, one.namespace, one.attributes,
        "" if one.children else one.text, [facts(child) for child in one.children],
    )  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        LAUGHS,
        LAUGHS.replace(b"<a>&c;</a>", b'<a x="&c;"/>'),
        LAUGHS.decode().encode("utf-16"),
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/">%x;]><a/>',
    ],
)
def test_entities_and_document_types_are_refused_in_every_encoding(raw):
    assert reason(raw) == "xml-doctype"
    assert root_name(raw) is None


@pytest.mark.skipif(not CASES, reason="TESSERA_CASES is not set: real attacks are not here")
def test_the_published_attacks_are_refused():
    found = sorted(Path(CASES, "xml-attack").rglob("*.xml"))
    assert len(found) == 2
    assert {reason(one.read_bytes()) for one in found} == {"xml-doctype"}


@pytest.mark.parametrize(
    "raw",
    [b"", b"<a>", b"<a></b>", b"<a/><a/>", b"nothing", b"\xff\xfe<", b"<a>\x00</a>", b"<p:a/>"],
)
def test_what_is_not_well_formed_is_refused(raw):
    assert reason(raw) == "not-xml"


def test_depth_elements_attributes_and_bytes_have_a_bound(monkeypatch):
    deep = b"<a>" * xmltext.MOST_DEPTH + b"</a>" * xmltext.MOST_DEPTH
    assert read_xml(deep).name == "a"
    assert reason(b"<a>" + deep + b"</a>") == "xml-too-deep"
    monkeypatch.setattr(xmltext, "MOST_ELEMENTS", 10)
    monkeypatch.setattr(xmltext, "MOST_ATTRIBUTES", 10)
    assert len(read_xml(b"<a>" + b"<b/>" * 9 + b"</a>").children) == 9
    assert reason(b"<a>" + b"<b/>" * 10 + b"</a>") == "xml-too-many"
    many = " ".join(f'x{number}=""' for number in range(11))
    assert reason(f"<a {many}/>".encode()) == "xml-too-many"
    monkeypatch.setattr(xmltext, "MOST_BYTES", 10)
    assert reason(b"<a>        </a>") == "xml-too-large"


def test_comments_do_not_split_or_hide_text():
    assert read_xml(b"<a>gran<!-- x -->ted<?y z?></a>").text == "granted"


def test_the_first_element_tells_its_namespace():
    assert root_name(b'<?xml version="1.0"?><!-- x --><p:a xmlns:p="urn:x">') == ("urn:x", "a")
    assert root_name(b"{}") is None
    assert root_name(b"<") is None


@given(trees)
def test_a_tree_that_is_written_reads_back(tree):
    assert facts(read_xml(dump(tree))) == facts(tree)
    assert facts(read_xml(fragment(tree).encode())) == facts(tree)


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_a_text_is_written_so_that_it_reads_back_or_is_refused(text):
    try:
        raw = dump(Element(name="a", own=[text], attributes={"b": text}))
    except EncodeError:
        assert xmltext.sayable(text) != text
        return
    found = read_xml(raw)
    assert (found.text, found.attributes["b"]) == (text, text)


def test_a_tree_of_lxml_is_only_built_from_what_was_read_here():
    assert xmltext.tree(b"<a><b/></a>").tag == "a"
    with pytest.raises(XmlRefused):
        xmltext.tree(LAUGHS)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw):
    try:
        read_xml(b"<a>" + raw)
    except XmlRefused as refused:
        assert refused.reason
    root_name(raw)

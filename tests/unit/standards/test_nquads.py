"""Our own N-Quads are those of JSON-LD expansion, or the document is out of the domain."""

import json
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.errors import UsageError
from tessera.formats.elm import shapes
from tessera.standards.locate import Library
from tessera.standards.structure import OutOfDomain, nquads
from tessera.standards.structure.lexical import STRING
from tessera.standards.structure.nquads import literal
from tessera.standards.structure.table import Literal
from tests.unit.standards import differential, structure_documents
from tests.unit.standards.structure_mutants import CASES, CONTEXTS, STANDARDS, samples

official = pytest.mark.skipif(
    not (STANDARDS and CASES), reason="official files: TESSERA_STANDARDS, TESSERA_CASES are not set"
)
HERE = Path(STANDARDS)
PREFIX = "http://data.europa.eu/snb/model/elm/"


def document(**members):
    return {"@context": list(CONTEXTS), "id": "urn:x", **members}


def expanded(made, version="1.2.0"):
    """Expand by PyLD with the context of our own term table: needs no official file."""
    return shapes.nquads(made, None, version, general=True)


# What is written.


def test_every_kind_of_value_is_one_line():
    made = document(
        type=["Note", "Concept"],
        noteLiteral={"en": "A", "DE": "B"},
        wasDerivedFrom="urn:y",
        page=3,
        isPartialQualification=True,
        hasPart=[{"notation": "n"}, {"id": "urn:y"}, {"id": "_:mine"}],
        unknown="dropped",
        **{"urn:p": 2.5},
    )
    lines = nquads(made, "1.2.0").splitlines()
    assert lines[:4] == [
        f"<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{PREFIX}Note> .",
        "<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<http://www.w3.org/2004/02/skos/core#Concept> .",
        f'<urn:x> <{PREFIX}noteLiteral> "A"@en .',
        f'<urn:x> <{PREFIX}noteLiteral> "B"@de .',
    ]
    assert not any("dropped" in line for line in lines)
    assert differential.canonical("\n".join(lines)) == differential.canonical(expanded(made))


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("\b\t\n\f\r", r"\b\t\n\f\r"),
        ('"\\', r"\"\\"),
        ("\x00\x1f\x7f", r"\u0000\u001F\u007F"),
        ("\ufffe\uffff", r"\uFFFE\uFFFF"),
        ("\x80\u2028\ufeff\u202e\U0010ffff\u05d0'", "\x80\u2028\ufeff\u202e\U0010ffff\u05d0'"),
    ],
)
def test_texts_are_escaped_as_canonical_n_quads_demand(text, escaped):
    made = document(notation=text)
    assert nquads(made, "1.2.0").endswith(f'notation> "{escaped}" .\n')
    assert differential.canonical(nquads(made, "1.2.0")) == nquads(made, "1.2.0")


def test_exactly_the_signs_of_the_canonical_form_are_escaped_in_all_of_unicode():
    whole = (chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF)
    escaped = {sign for sign in whole if literal(Literal(sign, STRING)) != f'"{sign}"'}
    assert escaped == {*map(chr, range(0x20)), '"', "\\", "\x7f", "\ufffe", "\uffff"}


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_every_text_comes_back_as_it_was(text):
    import pyoxigraph

    written = nquads(document(notation=text, title={"he": text}), "1.2.0")
    quads = list(pyoxigraph.parse(written, format=pyoxigraph.RdfFormat.N_QUADS))
    assert {quad.object.value for quad in quads} == {text}
    assert differential.canonical(written) == "".join(sorted(written.splitlines(keepends=True)))


def test_objects_with_one_id_are_one_node_and_equal_values_one_statement():
    made = document(hasPart=[{"id": "urn:y", "notation": "n"}, {"id": "urn:y", "notation": "n"}])
    assert nquads(made, "1.2.0").count("\n") == 2


def test_a_name_of_blank_nodes_cannot_meet_the_labels_of_ours():
    made = document(hasPart=[{"notation": "one"}, {"id": "_:b0", "notation": "two"}])
    assert len({line.split()[0] for line in nquads(made, "1.2.0").splitlines()}) == 3
    assert differential.canonical(nquads(made, "1.2.0")) == differential.canonical(expanded(made))


@pytest.mark.parametrize(
    "members",
    [
        {"hasPart": {"@list": []}},
        {"hasPart": {"@set": []}},
        {"hasPart": {"@context": {}}},
        {"@graph": []},
        {"@reverse": {}},
        {"proof": {}},
        {"id": "relative"},
        {"hasPart": {"id": "a/b"}},
        {"title": {"@none": "x"}},
        {"urn:p": 1e21},
        {"urn:p": float("nan")},
        {"urn:p": float("inf")},
        {"type": "VerifiablePresentation"},
        {"VerifiableCredential": {"issuer": "urn:y"}},
        {"sec:proof": "x"},
        {"@context": CONTEXTS[1]},
        {"@context": None},
    ],
)
def test_what_could_be_read_otherwise_is_out_of_the_domain(members):
    with pytest.raises(OutOfDomain):
        nquads(document() | members, "1.2.0")


def test_what_is_no_object_and_what_is_too_deep_is_out_of_the_domain():
    deep = {}
    for _ in range(5000):
        deep = {"hasPart": deep}
    for made in (None, [], "x", 1, document(hasPart=deep)):
        with pytest.raises(OutOfDomain):
            nquads(made, "1.2.0")


def test_a_version_that_nobody_published_is_wrong_use():
    with pytest.raises(UsageError):
        nquads(document(), "9.9.9")


# The same as PyLD.

JSON_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from([0.0, -0.0, 1e-7, 1e20, 1e21, 123456789.5, 0.1 + 0.2, 5e-324, 2.0**53]),
    st.sampled_from(["xsd:date", "urn:y", "elm:x", "_:b0", "a b", "2024-02-03", "PT1H", "@id", ""]),
)
TERMS = st.sampled_from(
    ["noteLiteral", "notation", "page", "value", "isPartialQualification", "hasPart", "id",
     "issued", "maximumDuration", "wasDerivedFrom", "elm:x", "urn:p", "http://p.example/", "q",
     "@id", "type", "@type", "@value", "@language", "en", "issuanceDate", "VerifiableCredential"]
)  # fmt: skip
JSON_VALUES = st.recursive(
    JSON_SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TERMS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(members=st.dictionaries(TERMS, JSON_VALUES, max_size=4))
def test_any_small_document_gives_the_statements_of_pyld_or_none(members):
    made = document() | members
    try:
        mine = nquads(made, "1.2.0")
    except OutOfDomain:
        return
    assert differential.canonical(mine) == differential.canonical(expanded(made))


@official
@pytest.mark.parametrize("version", ["1.1.0", "1.2.0"])
def test_every_sample_gives_the_statements_of_pyld(version):
    found = samples()
    assert len(found) >= 10
    for name, made in [
        *found,
        ("minimal", structure_documents.minimal()),
        ("rich", structure_documents.rich()),
    ]:
        reference = differential.official(version).quads(made)
        assert differential.canonical(nquads(made, version)) == differential.canonical(reference), (
            name
        )


@official
def test_the_complete_award_gives_the_statements_of_pyld():
    from tessera.formats.elm.encode import encode
    from tessera.render.display import display_picture
    from tests.complete import complete_award

    award = complete_award()
    picture = display_picture(award.micro_credential, "en")
    made = json.loads(json.dumps(encode(replace(award, display=picture))))
    reference = differential.official("1.2.0").quads(made)
    assert reference.count("\n") > 300
    assert differential.canonical(nquads(made, "1.2.0")) == differential.canonical(reference)


@official
def test_a_seeded_share_of_broken_samples_gives_the_statements_of_pyld():
    """The long run of `python -m tests.unit.standards.differential` has thousands."""
    counted = differential.compare_quads(range(60), seed=20261125)
    assert counted.differences == []
    assert counted.equal >= 40


# The switch, and the contexts.


@official
def test_both_paths_give_the_same_violations():
    library = Library(HERE)
    for made in (samples()[0][1], structure_documents.minimal() | {"issuer": None}):
        fast = shapes.validate(made, library, "1.2.0")
        general = shapes.validate(made, library, "1.2.0", general=True)
        assert Counter(map(differential.key_of, fast)) == Counter(map(differential.key_of, general))
    assert fast


def test_the_switch_takes_the_general_path_and_without_it_pyld_is_not_asked(monkeypatch):
    asked = []
    monkeypatch.setattr(shapes, "_expanded", lambda *_: asked.append(1) or "")
    shapes.nquads(document(), None, "1.2.0")
    assert asked == []
    shapes.nquads(document(), None, "1.2.0", general=True)
    shapes.nquads(document(id="relative"), None, "1.2.0")
    assert len(asked) == 2


def test_a_relative_name_gets_no_made_up_address():
    made = document(hasPart=[{"id": "relative", "notation": "x"}, "urn:y"])
    assert "example.org" not in expanded(made)
    assert expanded(made) == "<urn:x> <http://data.europa.eu/snb/model/elm/hasPart> <urn:y> .\n"


@official
def test_each_version_is_read_with_its_own_context():
    """PyLD's common memory is keyed by the address, and both versions have the same one."""
    library = Library(HERE)
    made = document(nationalID={"notation": "1"})
    for version, name in (
        ("1.2.0", "nationalId"),
        ("1.1.0", "nationalID"),
        ("1.2.0", "nationalId"),
    ):
        for general in (False, True):
            assert f"{PREFIX}{name}>" in shapes.nquads(made, library, version, general=general)


@official
@pytest.mark.parametrize("version", ["1.1.0", "1.2.0"])
def test_the_context_of_our_term_table_expands_like_the_official_one(version):
    library = Library(HERE)
    bases = [made for _, made in samples()] + [structure_documents.rich()]
    for base in (*bases, *differential.mutants(range(40), seed=7)):
        theirs = differential.statements(
            partial(shapes.nquads, base, library, version, general=True)
        )
        try:
            mine = differential.statements(partial(expanded, base, version))
        except OutOfDomain:
            continue
        assert mine == theirs


@official
@pytest.mark.parametrize(
    "members",
    [
        {"proof": {}},
        {"hasPart": {"type": "Ed25519Signature2018"}},
        {"sec:x": "y"},
        {"@context": []},
    ],
)
def test_without_the_official_files_a_document_that_needs_them_says_so(members):
    from tessera.errors import StandardsError

    with pytest.raises(StandardsError, match="tessera standards install"):
        expanded(document() | members)

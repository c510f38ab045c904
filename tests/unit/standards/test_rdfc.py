"""RDFC-1.0: the cases of the standard, other implementations as oracles, and bounds."""

import json
import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera.standards.expansion import CanonicalisationRefused
from tessera.standards.rdfc import Budget, canonicalise, canonicalise_text

CASES = os.environ.get("TESSERA_CASES", "")


def _cases() -> list[dict]:
    if not CASES:
        return []
    listed = json.loads(Path(CASES, "manifest.json").read_text(encoding="utf-8"))["cases"]
    return [one for one in listed if one["format"] == "rdfc10"]


@pytest.mark.skipif(not CASES, reason="official cases: TESSERA_CASES is not set")
def test_there_are_twenty_six_cases_of_the_standard():
    assert len(_cases()) == 26


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["id"])
def test_a_case_of_the_standard_has_the_published_canonical_form(case):
    text = Path(CASES, case["path"]).read_text(encoding="utf-8")
    hash_name = "sha384" if "SHA" in case["exercises"].upper() else "sha256"
    if case["expected"] == "invalid":
        with pytest.raises(CanonicalisationRefused, match="poison graph"):
            canonicalise_text(text, hash=hash_name)
        return
    published = Path(CASES, case["companions"][0]).read_text(encoding="utf-8")
    assert canonicalise_text(text, hash=hash_name) == published


NODES = [f"_:n{number}" for number in range(5)]
TERMS = st.sampled_from([*NODES, "<urn:a>", "<urn:b>"])
GRAPHS = st.lists(
    st.tuples(
        TERMS,
        st.sampled_from(["<urn:p>", "<urn:q>"]),
        st.one_of(TERMS, st.sampled_from(['"x"', '"1"^^<urn:t>', '"y"@en'])),
        st.sampled_from(["", "", "<urn:g>", *NODES]),
    ),
    max_size=14,
)


def _shuffled(quads, seed):
    """The same statements in another order with other labels."""
    random_ = random.Random(seed)
    labels = [f"_:z{number}" for number in range(len(NODES))]
    random_.shuffle(labels)
    renamed = dict(zip(NODES, labels, strict=True))
    made = [tuple(renamed.get(term, term) for term in quad) for quad in quads]
    random_.shuffle(made)
    return made


@given(quads=GRAPHS, seed=st.integers(0, 99))
@settings(max_examples=300, deadline=None)
def test_neither_labels_nor_order_change_the_canonical_form(quads, seed):
    assert canonicalise(quads) == canonicalise(_shuffled(quads, seed))


@given(quads=GRAPHS)
@settings(max_examples=300, deadline=None)
def test_pyld_gives_the_same_form(quads):
    from pyld import jsonld

    # PyLD 3.3.0 counts a statement twice that names one node twice, and like pyoxigraph goes by
    # labels where graphs have no name; rdf-canonize 5.0.0 agrees with us on both.
    quads = [
        (s, p, o, g if g == "<urn:g>" else "") for s, p, o, g in quads if s != o or s[0] == "<"
    ]
    text = "".join(sorted({f"{s} {p} {o} {g}{' ' if g else ''}.\n" for s, p, o, g in quads}))
    said = jsonld.normalize(
        text,
        {
            "algorithm": "URDNA2015",
            "inputFormat": "application/n-quads",
            "format": "application/n-quads",
        },
    )
    assert canonicalise(quads) == said


@given(quads=GRAPHS)
@settings(max_examples=200, deadline=None)
def test_pyoxigraph_gives_the_same_form_for_statements_without_graphs(quads):
    # With blank graph names pyoxigraph 0.5.13 orders equal nodes by their labels; see
    # docs/standards/canonicalisation.md.
    import pyoxigraph

    triples = {(s, p, o, "") for s, p, o, _ in quads}
    text = "".join(f"{s} {p} {o} .\n" for s, p, o, _ in triples)
    parsed = pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.N_QUADS)
    dataset = pyoxigraph.Dataset(parsed)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    said = "".join(sorted(f"{q.subject} {q.predicate} {q.object} .\n" for q in dataset))
    assert canonicalise(triples) == said


def test_equal_proofs_in_graphs_without_a_name_are_told_apart_whatever_their_labels():
    # The shape on which pyoxigraph 0.5.13 is wrong: one proof in each of several graphs.
    quads = [
        quad
        for number in range(4)
        for quad in (
            (f"<urn:e{number}>", "<urn:proof>", f"_:g{number}", ""),
            (f"_:p{number}", "<urn:type>", "<urn:Proof>", f"_:g{number}"),
        )
    ]
    forms = set()
    for seed in range(20):
        labels = [f"_:x{number}" for number in range(8)]
        random.Random(seed).shuffle(labels)
        names = [f"_:{letter}{number}" for letter in "gp" for number in range(4)]
        renamed = dict(zip(names, labels, strict=True))
        forms.add(canonicalise(tuple(renamed.get(t, t) for t in quad) for quad in quads))
    assert len(forms) == 1


def test_literals_are_escaped_as_the_standard_says():
    text = canonicalise_text(
        '<urn:s> <urn:p> "\\u0000\\u0008\\t\\n\\f\\r\\"\\\\\\u007F\\uFFFEé\\u0085" .\n'
    )
    assert text == '<urn:s> <urn:p> "\\u0000\\b\\t\\n\\f\\r\\"\\\\\\u007F\\uFFFEé\u0085" .\n'


def test_a_poison_graph_of_any_kind_is_refused_by_name():
    clique = [(f"_:{a}", "<urn:p>", f"_:{b}", "") for a in range(12) for b in range(12) if a != b]
    with pytest.raises(CanonicalisationRefused, match="poison graph") as refused:
        canonicalise(clique)
    assert refused.value.reason == "poison-graph"
    ring = [(f"_:{a}", "<urn:p>", f"_:{(a + 1) % 900}", "") for a in range(900)]
    with pytest.raises(CanonicalisationRefused, match="poison graph"):
        canonicalise(ring)


def test_a_list_of_many_equal_values_is_no_poison():
    chain = []
    for place in range(100):
        chain.append((f"_:{place}", "<urn:first>", '"10"', ""))
        following = f"_:{place + 1}" if place < 99 else "<urn:nil>"
        chain.append((f"_:{place}", "<urn:rest>", following, ""))
    assert canonicalise(chain).count("\n") == 200


def test_more_statements_or_nodes_than_the_budget_are_refused_before_any_work():
    many = [("<urn:s>", "<urn:p>", f'"{number}"', "") for number in range(11)]
    with pytest.raises(CanonicalisationRefused, match="11 statements; at most 10"):
        canonicalise(many, budget=Budget(quads=10))
    nodes = [(f"_:{number}", "<urn:p>", '"x"', "") for number in range(11)]
    with pytest.raises(CanonicalisationRefused, match="11 nodes without a name"):
        canonicalise(nodes, budget=Budget(blank_nodes=10))


def test_sha384_orders_nodes_in_its_own_way_and_other_hashes_are_refused():
    quads = [(f"_:{n}", "<urn:p>", f'"{n}"', "") for n in range(12)]
    assert canonicalise(quads) != canonicalise(quads, hash="sha384")
    with pytest.raises(ValueError, match="md5"):
        canonicalise(quads, hash="md5")


def test_text_that_is_no_nquads_is_refused():
    with pytest.raises(CanonicalisationRefused, match="no N-Quads"):
        canonicalise_text("<a <b> .")

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera import vocab
from tessera.errors import ModelError
from tessera.model import Concept, Text


@pytest.mark.parametrize("text", ["IRL", "IE", "ie", "Ireland", "Irland"])
def test_a_value_is_found_by_code_label_and_foreign_name(text: str) -> None:
    assert Concept.named("country", text).code == "IRL"


def test_a_value_that_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(ModelError, match=r"Did you mean .*written-exam"):
        Concept.named("assessment", "writen-exam")


def test_a_foreign_value_keeps_its_own_label_and_has_no_code() -> None:
    found = Concept(iri="https://skills.example/1", label=Text.of({"en": "Welding"}))
    assert found.code is None
    assert str(found) == "Welding"
    assert str(Concept(iri="https://skills.example/1")) == "https://skills.example/1"


@pytest.mark.parametrize("iri", ["", "welding", "http://a b", "<http://a>"])
def test_a_concept_needs_an_absolute_address(iri: str) -> None:
    with pytest.raises(ModelError, match="absolute address"):
        Concept(iri=iri)
    with pytest.raises(ModelError, match="absolute address"):
        Concept(iri="https://skills.example/1", scheme=iri)


@given(st.sampled_from(vocab.lists()), st.data())
def test_every_value_of_every_list_is_found_by_its_code(list_id: str, data: st.DataObject) -> None:
    entry = data.draw(st.sampled_from(vocab.entries(list_id)))
    found = Concept.named(list_id, entry.code)
    assert found == Concept.of(entry)
    assert found.code == entry.code

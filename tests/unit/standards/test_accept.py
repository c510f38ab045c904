"""The fast accept never says yes where the exact check would say no."""

import copy

import pytest

from tessera.standards.structure import OutOfDomain, accepts, check
from tests.unit.standards import structure_documents


def twice(first, second):
    """Make a credential whose claim holds two objects with one id."""
    made = structure_documents.minimal()
    made["credentialSubject"]["hasClaim"]["additionalNote"] = [first, second]
    return made


def note(**more):
    return {"id": "urn:n", "type": "Note", "noteLiteral": {"en": "One"}, **more}


def test_equal_objects_of_one_name_are_one_node():
    made = twice(note(), note())
    assert check(made, "1.2.0") == ()
    assert accepts(made, "1.2.0")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"isPartialQualification": True}, {"isPartialQualification": 1}),
        ({"isPartialQualification": 1}, {"isPartialQualification": True}),
        ({"page": 1}, {"page": 1.0}),
        ({"page": [1, 2]}, {"page": [1, 2.0]}),
        ({"hasPart": {"id": "urn:p", "page": 1}}, {"hasPart": {"id": "urn:p", "page": True}}),
        ({"noteLiteral": {"en": "One"}}, {"noteLiteral": {"en": "Two"}}),
        ({}, {"title": {"en": "More"}}),
        ({"hasPart": {"notation": "blank"}}, {"hasPart": {"notation": "blank"}}),
    ],
)
def test_objects_of_one_name_that_only_look_equal_are_left_to_the_exact_check(first, second):
    assert not accepts(twice(note(**first), note(**second)), "1.2.0")


def test_an_object_inside_another_of_its_name_is_left_to_the_exact_check():
    made = twice(note(hasPart=note()), note())
    assert not accepts(made, "1.2.0")


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": 5},
        {"id": "relative"},
        {"id": "_:blank"},
        {"type": None},
        {"type": 5},
        {"type": ["Note", None]},
        {"type": [["Note"]]},
        {"type": "elm:Person"},
        {"type": "@id"},
        {"@graph": []},
        {"elm:title": "x"},
        {"proof": {}},
        {"VerifiableCredential": {}},
        {"noteLiteral": "plain"},
        {"noteLiteral": {"en": ["One", "Two"]}},
        {"noteLiteral": {"EN": "One"}},
        {"noteLiteral": {"@none": "One"}},
        {"noteLiteral": {}},
        {"noteLiteral": []},
        {"noteLiteral": None},
    ],
)
def test_odd_spellings_are_left_to_the_exact_check(change):
    assert not accepts(twice(note(**change), note(id="urn:other")), "1.2.0")


def test_a_member_that_json_ld_drops_does_not_stand_in_the_way():
    made = twice(note(nobodyKnowsThis=[1, {"@value": None}]), note(id="urn:other"))
    assert accepts(made, "1.2.0")
    assert check(made, "1.2.0") == ()


def test_every_member_that_is_taken_away_gets_the_same_answer_from_both():
    """One after the other from the complete credential, at every depth."""
    whole = structure_documents.rich()
    whole["credentialSubject"]["hasClaim"].pop()
    places = [((), whole)]
    seen = 0
    for path, value in places:
        if not isinstance(value, dict | list):
            continue
        for key in value if isinstance(value, dict) else range(len(value)):
            places.append(((*path, key), value[key]))
            made = copy.deepcopy(whole)
            holder = made
            for part in path:
                holder = holder[part]
            del holder[key]
            try:
                conforms = check(made, "1.2.0") == ()
            except OutOfDomain:
                conforms = False
            seen += 1
            assert conforms or not accepts(made, "1.2.0"), (*path, key)
    assert seen > 300

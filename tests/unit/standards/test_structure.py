"""Our structural check against the official shapes, and without them."""

import copy
import os
from dataclasses import replace

import pytest

from tessera.errors import UsageError
from tessera.standards.structure import VALUE_DROPPED, OutOfDomain, accepts, check
from tests.unit.standards import differential, structure_documents
from tests.unit.standards.structure_mutants import CASES, STANDARDS, samples

official = pytest.mark.skipif(
    not (STANDARDS and CASES), reason="official files: TESSERA_STANDARDS, TESSERA_CASES are not set"
)
VERSIONS = ("1.1.0", "1.2.0")
CLAIM = "/credentialSubject/hasClaim"
AWARD = f"{CLAIM}/awardedBy"
PAGE = "/displayParameter/individualDisplay/displayDetail"


def claim(document):
    return document["credentialSubject"]["hasClaim"]


def award(document):
    return claim(document)["awardedBy"]


def page(document):
    return document["displayParameter"]["individualDisplay"]["displayDetail"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("make", [structure_documents.minimal, structure_documents.rich])
def test_a_conforming_credential_has_no_result_and_is_not_changed(make, version):
    made = make()
    before = copy.deepcopy(made)
    assert check(made, version) == ()
    assert made == before


@pytest.mark.parametrize("version", VERSIONS)
def test_a_conforming_credential_is_accepted_at_once_but_for_a_plain_claim(version):
    assert accepts(structure_documents.minimal(), version)
    made = structure_documents.rich()
    assert not accepts(made, version)  # its second claim is of no class but Claim
    made["credentialSubject"]["hasClaim"].pop()
    assert check(made, version) == ()
    assert accepts(made, version)


def test_the_complete_award_is_accepted_at_once():
    from tessera.formats.elm.encode import encode
    from tessera.render.display import display_picture
    from tests.complete import complete_award

    award = complete_award()
    made = encode(replace(award, display=display_picture(award.micro_credential, "en")))
    assert check(made, "1.2.0") == ()
    assert accepts(made, "1.2.0")


@pytest.mark.parametrize(
    ("break_it", "component", "pointer"),
    [
        (lambda d: d.pop("issued"), "MinCount", ""),
        (lambda d: claim(d).update(title={"en": "A", "EN": "B"}), "UniqueLang", CLAIM),
        (lambda d: page(d).update(page=0), "Datatype", f"{PAGE}/page"),
        (lambda d: d.update(validFrom="2026-02-30T00:00:00Z"), "Datatype", "/validFrom"),
        (lambda d: d["issuer"].pop("eIDASIdentifier"), "Node", "/issuer"),
        (lambda d: d["displayParameter"].update(language=[]), "MinCount", "/displayParameter"),
        (lambda d: d["credentialSubject"].update(hasClaim="urn:x:no"), "Node", CLAIM),
        (lambda d: award(d).update(awardingDate="x"), "Datatype", f"{AWARD}/awardingDate"),
        (lambda d: d.update(id="not an address"), VALUE_DROPPED, ""),
    ],
)  # fmt: skip
def test_each_kind_of_violation_is_found_at_its_place(break_it, component, pointer):
    made = structure_documents.minimal()
    break_it(made)
    assert not accepts(made, "1.2.0")
    found = check(made, "1.2.0")
    assert component in {one.component for one in found}
    if pointer is not None:
        assert pointer in {one.pointer for one in found if one.component == component}


@pytest.mark.parametrize("made", [None, 1, "x", [], {}, {"@context": "urn:other"}])
def test_what_is_no_credential_in_the_two_contexts_is_never_accepted(made):
    assert not accepts(made, "1.2.0")
    with pytest.raises(OutOfDomain):
        check(made, "1.2.0")


def test_a_version_that_nobody_published_is_wrong_use():
    for judge in (check, accepts):
        with pytest.raises(UsageError, match=r"1\.1\.0, 1\.2\.0"):
            judge(structure_documents.minimal(), "2.0.0")


@official
@pytest.mark.parametrize("version", VERSIONS)
def test_every_sample_gets_the_report_of_the_official_shapes(version):
    from tests.unit.standards.structure_mutants import ours

    for name, made in samples():
        reference = differential.official(version).report(made)
        assert ours(check(made, version)) == reference, name
        assert not accepts(made, version) or not reference, name


@official
def test_a_seeded_share_of_broken_samples_gets_equal_reports_and_no_wrong_accept():
    """The long run of `python -m tests.unit.standards.differential structure` has thousands."""
    counted = differential.compare_structure(
        range(150), seed=int(os.environ.get("SEED", "20261125"))
    )
    assert counted.differences == []
    assert counted.accepted_wrongly == 0
    assert counted.equal >= 110
    assert counted.accepted >= 5

"""The official schema of trusted lists, where it is installed."""

import os
from pathlib import Path

import pytest
from tests.unit.trust.lists.material import national

from tessera.errors import StandardsError
from tessera.report import Outcome
from tessera.standards.locate import Library
from tessera.trust.lists.markup import read_xml
from tessera.trust.lists.schema import FILES, schema_findings

STANDARDS = os.environ.get("TESSERA_STANDARDS", "")
CASES = os.environ.get("TESSERA_CASES", "")
needs_files = pytest.mark.skipif(
    not (STANDARDS and CASES), reason="TESSERA_STANDARDS or TESSERA_CASES is not set"
)
ES = "etsi-tl/luisgf+openvc/tests/fixtures/trustlist/real/es-tl-seq187.xml"
REAL = "etsi-tl/luisgf+openvc/tests/fixtures/trustlist/real/eu-lotl-seq388.xml"


def finding(root, version=6, library=None):
    [found] = schema_findings(root, version, library)
    return found


def real():
    return read_xml(Path(CASES, REAL).read_bytes())


def test_without_the_official_files_it_stays_open(tmp_path):
    root = read_xml(national().xml())
    for library in (None, Library(tmp_path)):
        found = finding(root, library=library)
        assert (found.rule, found.outcome) == ("list.schema.not-installed", Outcome.INDETERMINATE)
        assert "tessera standards install" in found.message


def test_an_altered_official_file_is_not_used(tmp_path):
    for name in FILES.values():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"<schema/>")
    library = Library(tmp_path)
    with pytest.raises(StandardsError):
        library.read(next(iter(FILES.values())))
    assert finding(read_xml(national().xml()), library=library).rule == "list.schema.not-installed"


@needs_files
def test_the_real_list_of_lists_follows_it():
    assert finding(real(), library=Library(Path(STANDARDS))).outcome is Outcome.PASSED


@needs_files
@pytest.mark.parametrize(
    ("version", "rule", "outcome"),
    [
        (6, "list.schema", Outcome.FAILED),
        (5, "list.schema.version", Outcome.INDETERMINATE),
        (None, "list.schema", Outcome.FAILED),
    ],
)
def test_a_list_of_this_version_that_differs_fails(version, rule, outcome):
    root = real()
    scheme = root[0]
    scheme.remove(scheme[3])
    found = finding(root, version, Library(Path(STANDARDS)))
    assert (found.rule, found.outcome) == (rule, outcome)
    assert found.evidence["line"] > 0


@needs_files
@pytest.mark.parametrize(("file", "name"), [(REAL, "SigningTime"), (ES, "Qualifier")])
def test_extensions_and_signature_are_held_against_their_own_schemas(file, name):
    root = read_xml(Path(CASES, file).read_bytes())
    assert finding(root, library=Library(Path(STANDARDS))).outcome is Outcome.PASSED
    found = next(one for one in root.iter() if str(one.tag).endswith("}" + name))
    found.tag = found.tag.replace(name, "Moon")
    assert finding(root, library=Library(Path(STANDARDS))).outcome is Outcome.FAILED

"""Our headers against the official JSON Schema, when TESSERA_STANDARDS names its folder."""

import json
import os
from pathlib import Path

import jsonschema_rs
import pytest

from tessera.seals.jades import JadesOptions, Profile, open_jws, seal

FOLDER = os.environ.get("TESSERA_STANDARDS")
ROOT = "https://schemas.test/jades/"


@pytest.fixture(scope="module")
def validator():
    if not FOLDER:
        pytest.skip("TESSERA_STANDARDS is not set: the ETSI schema is not here")
    folder = Path(FOLDER) / "etsi" / "jades"
    if not folder.is_dir():
        pytest.skip("the folder TESSERA_STANDARDS has no etsi/jades")
    # The schema of RFC 7515 is not among the official files: any object will do for it.
    stand_in = {"definitions": {"jwsProtectedHeader": {"type": "object"}}}
    texts = {"rfcs/rfc7515.json": json.dumps(stand_in)} | {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.json")
    }

    def retrieve(uri):
        return json.loads(texts[uri.removeprefix(ROOT)])

    start = {"$ref": f"{ROOT}19182-protected-jsonSchema.json"}
    return jsonschema_rs.Draft7Validator(start, retriever=retrieve)


@pytest.mark.parametrize("kind", ["es_key", "rsa_key"])
@pytest.mark.parametrize("profile", list(Profile))
def test_our_header_follows_the_official_schema(validator, request, now, kind, profile):
    key = request.getfixturevalue(kind)
    sealed = seal(b"{}", key, now, JadesOptions(profile=profile))
    header = dict(open_jws(sealed).signatures[0].protected)
    assert [error.message for error in validator.iter_errors(header)] == []


def test_the_official_schema_refuses_a_header_without_signing_time(validator, es_key, now):
    header = dict(open_jws(seal(b"{}", es_key, now)).signatures[0].protected)
    del header["sigT"]
    assert not validator.is_valid(header)

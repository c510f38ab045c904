"""Tags and domains are ASCII: letters that only look alike when case is ignored are refused."""

from __future__ import annotations

import pytest

from tessera.errors import ModelError
from tessera.model import Identifier
from tessera.model.text import canonical_tag


@pytest.mark.parametrize("tag", ["ſv", "\u212ao", "en-\u212aE", "de-x-ſ"])
def test_a_language_tag_with_a_long_s_or_a_kelvin_sign_is_none(tag: str) -> None:
    with pytest.raises(ModelError):
        canonical_tag(tag)


@pytest.mark.parametrize("scope", ["uni\u212a.example", "uniſ.example", "\u212aE"])
def test_a_student_identifier_takes_no_domain_or_country_with_such_letters(scope: str) -> None:
    with pytest.raises(ModelError):
        Identifier.parse("esi", f"urn:schac:personalUniqueCode:int:esi:{scope}:42")

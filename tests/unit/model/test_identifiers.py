from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.errors import ModelError
from tessera.model import Identifier
from tessera.model.identifiers import SCHEMES

ESI = "urn:schac:personalUniqueCode:int:esi:"


@pytest.mark.parametrize(
    ("scheme", "written", "emitted"),
    [
        ("esi", f"{ESI}uni.example:42", f"{ESI}uni.example:42"),
        ("esi", "URN:SCHAC:PERSONALUNIQUECODE:INT:ESI:HR:xyz", f"{ESI}hr:xyz"),
        ("esi", f"  {ESI}LADOK.se:00a1-b2 ", f"{ESI}ladok.se:00a1-b2"),
        ("esi", f"{ESI}es-ct:a%20b", f"{ESI}es-ct:a%20b"),
        ("orcid", "0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("orcid", "https://orcid.org/0000-0002-1694-233x", "0000-0002-1694-233X"),
        ("orcid", "0000000218250097", "0000-0002-1825-0097"),
        ("eidas-person", "FI/DE/abc123", "FI/DE/abc123"),
        ("eidas-legal", "VATIE-1234567A", "VATIE-1234567A"),
        ("eidas-legal", "NTRDE-HRB 12345", "NTRDE-HRB 12345"),
        ("eidas-legal", "LEIXG-529900T8BM49AURSDO55 ", "LEIXG-529900T8BM49AURSDO55"),
        ("eidas-legal", "GO:IE-12", "GO:IE-12"),
        ("deqarinst", "123", "DEQARINST0123"),
        ("deqarinst", "deqarinst12345", "DEQARINST12345"),
        ("schac", "urn:schac:homeOrganization:Uni.Example", "uni.example"),
        ("doi", "https://doi.org/10.1234/AbC", "10.1234/AbC"),
        ("doi", "doi:10.1234/abc", "10.1234/abc"),
        ("vat", "ie1234567a", "IE1234567A"),
        ("eter", "bg0001", "BG0001"),
        ("pic", "999999999", "999999999"),
        ("erasmus", "D BERLIN01", "D BERLIN01"),
        ("lei", "529900t8bm49aursdo55", "529900T8BM49AURSDO55"),
        ("did", "did:web:uni.example", "did:web:uni.example"),
        ("our own number", " 42 ", "42"),
    ],
)
def test_what_people_write_is_emitted_as_the_scheme_has_it(
    scheme: str, written: str, emitted: str
) -> None:
    found = Identifier.parse(scheme, written)
    assert found.value == emitted
    assert Identifier.parse(scheme, found.value) == found


@pytest.mark.parametrize(
    ("scheme", "wrong", "told"),
    [
        ("esi", "12345", "begins with urn:schac"),
        ("esi", f"{ESI}uni.example", "ends with a country code"),
        ("esi", f"{ESI}uni.example:", "ends with a country code"),
        ("esi", f"{ESI}uni.example:a b", "without spaces"),
        ("esi", f"{ESI}uni.example:ä", "without spaces"),
        ("esi", f"{ESI}nowhere:1", "neither a country code nor a domain"),
        ("esi", f"{ESI}se:123", "ladok.se"),
        ("esi", f"{ESI}SE:123", "ladok.se"),
        ("esi", f"{ESI}uni.example:{'1' * 240}", "at most 255"),
        ("orcid", "0000-0002-1825-0098", "wrong check digit"),
        ("orcid", "0000-0002-1825", "16 digits"),
        ("orcid", "٠٠٠٠-0002-1825-0097", "16 digits"),
        ("eidas-person", "Fi/DE/1", "FI/DE/abc123"),
        ("eidas-person", "FI/DE/a b", "FI/DE/abc123"),
        ("eidas-legal", "IE1234567A", "VATIE-1234567A"),
        ("eidas-legal", "VATIE1234567A", "VATIE-1234567A"),
        ("eidas-legal", "XXXIE-1", "VATIE-1234567A"),
        ("deqarinst", "DEQAR12", "DEQARINST0123"),
        ("deqarinst", "DEQARINſT0123", "DEQARINST0123"),
        ("schac", "localhost", "a domain"),
        ("schac", "uni..example", "a domain"),
        ("doi", "11.1234/abc", "10.1234/abcd"),
        ("pic", "12345678", "nine digits"),
        ("lei", "529900", "20 letters and digits"),
        ("did", "web:uni.example", "did:web"),
    ],
)
def test_a_wrong_value_is_refused_with_what_a_right_one_looks_like(
    scheme: str, wrong: str, told: str
) -> None:
    with pytest.raises(ModelError, match=told):
        Identifier.parse(scheme, wrong)


def test_an_identifier_cannot_hold_another_form_than_the_emitted_one() -> None:
    with pytest.raises(ModelError, match="as DEQARINST0123"):
        Identifier(scheme="deqarinst", value="123")
    with pytest.raises(ModelError, match="as VATIE-1"):
        Identifier(scheme="eidas-legal", value="VATIE-1 ")


@pytest.mark.parametrize(("scheme", "value"), [("", "1"), ("own", ""), (" ", "1"), ("own", " ")])
def test_an_identifier_needs_a_scheme_and_a_value(scheme: str, value: str) -> None:
    with pytest.raises(ModelError, match="scheme and a value"):
        Identifier(scheme=scheme, value=value)


@pytest.mark.parametrize(
    ("scheme", "value", "uri"),
    [
        ("orcid", "0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("doi", "10.1234/abc", "https://doi.org/10.1234/abc"),
        ("esi", f"{ESI}uni.example:42", f"{ESI}uni.example:42"),
        ("did", "did:web:uni.example", "did:web:uni.example"),
        ("https://uni.example/scheme", "https://uni.example/42", "https://uni.example/42"),
        ("schac", "uni.example", None),  # SCHAC defines the attribute as a bare domain
        ("eidas-legal", "NO:DE-1", None),
        ("own", "42", None),
    ],
)
def test_only_schemes_that_define_a_uri_give_one(scheme: str, value: str, uri: str | None) -> None:
    assert Identifier(scheme=scheme, value=value).uri == uri


def _orcid_check_digit(digits: str) -> str:
    """ISO 7064 MOD 11-2 by its definition: the weighted sum of all digits is 1 modulo 11."""
    weighted = sum(int(digit) * pow(2, 15 - at, 11) for at, digit in enumerate(digits))
    return next("0123456789X"[check] for check in range(11) if (weighted + check) % 11 == 1)


@given(st.text("0123456789", min_size=15, max_size=15))
def test_exactly_one_check_digit_of_an_orcid_is_right(digits: str) -> None:
    right = _orcid_check_digit(digits)
    assert Identifier.parse("orcid", digits + right).value.replace("-", "") == digits + right
    for other in set("0123456789X") - {right}:
        with pytest.raises(ModelError, match="check digit"):
            Identifier.parse("orcid", digits + other)


@given(st.sampled_from(SCHEMES), st.text(max_size=40))
def test_any_text_is_refused_or_kept_in_a_form_that_reads_back(scheme: str, text: str) -> None:
    try:
        found = Identifier.parse(scheme, text)
    except ModelError:
        return
    assert Identifier.parse(scheme, found.value) == found

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tessera.errors import EncodeError
from tessera.formats.description import dump, read, scaffold, schema
from tessera.model import MicroCredential, Organisation, Text, Workload
from tests.complete import complete_description
from tests.unit.formats.description.strategies import micro_credentials
from tests.unit.model.values import words

SLOW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def again(mc: MicroCredential) -> MicroCredential:
    return read(dump(mc).encode(), name="again.yaml").micro_credential


@SLOW
@given(micro_credentials())
def test_whatever_is_written_reads_back_to_the_same(mc: MicroCredential) -> None:
    assert again(mc) == mc


@SLOW
@given(micro_credentials())
def test_another_yaml_reader_and_the_published_schema_understand_what_is_written(
    mc: MicroCredential,
) -> None:
    import jsonschema_rs

    loaded = YAML(typ="safe", pure=True).load(dump(mc))
    as_json = json.loads(json.dumps(loaded, default=str))
    jsonschema_rs.validator_for(schema()).validate(as_json)


def test_the_complete_description_reads_back_to_the_same() -> None:
    mc = complete_description()
    assert again(mc) == mc


def test_the_scaffold_reads_back_to_the_same() -> None:
    mc = read(scaffold().encode(), name="x.yaml").micro_credential
    assert again(mc) == mc


@given(words())
def test_any_text_is_kept_to_the_letter(text: str) -> None:
    mc = MicroCredential(id="urn:example:1", title=Text.of({"en": text}))
    assert again(mc).title == mc.title


@pytest.mark.parametrize(
    "text",
    ["no", "NO", "null", "~", "true", "1.10", "0613", "2026-09-14", "- a", "a: b", "#", "'", '"',
     "\\", "a\nb", "a\r\nb", "a\u0085b", "a\u2028b", "\x07", "\ufeff", "\u202eabc", "😀", "الأخلاق",
     " a ", "*a", "&a", "!a", "%a", "@a", "|", ">", "[", "{", "? a", "---", "...", "<<"],
)  # fmt: skip
def test_texts_that_mean_something_else_in_yaml_are_kept(text: str) -> None:
    named = Organisation(id="urn:example:2", legal_name=Text.of({"no": text}))
    mc = MicroCredential(id="urn:example:1", version=text, issuer=named)
    assert again(mc) == mc


@given(st.decimals(0, 1_000, allow_nan=False, allow_infinity=False, places=20))
def test_no_digit_of_a_number_is_lost(ects: Decimal) -> None:
    mc = MicroCredential(id="urn:example:1", workload=Workload(ects=ects))
    assert again(mc).workload.ects == ects


def test_what_no_text_file_can_hold_is_refused() -> None:
    mc = replace(complete_description(), title=Text.of({"en": "half \ud83d"}))
    with pytest.raises(EncodeError, match="half a character"):
        dump(mc)
    endless = replace(mc, title=None, workload=Workload(hours=Decimal("1e-50")))
    with pytest.raises(EncodeError, match="40 decimals"):
        dump(endless)

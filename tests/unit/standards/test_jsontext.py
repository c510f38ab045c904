"""Strict JSON: what two readers could understand differently is refused, with a reason."""

import json
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tessera.standards.jsontext import MAX_DEPTH, JsonRefused, at, pointer, read_json


def read(raw, **options):
    return read_json(raw if isinstance(raw, bytes) else raw.encode(), max_bytes=10**6, **options)


def reason(raw, **options):
    with pytest.raises(JsonRefused) as refused:
        read(raw, **options)
    assert str(refused.value).endswith(".")
    assert refused.value.exit_code == 65
    return refused.value.reason


# Numbers.


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("9007199254740991", 2**53 - 1),
        ("-9007199254740991", -(2**53) + 1),
        ("0.1", 0.1),
        ("1.50", 1.5),
        ("1e5", 1e5),
        ("1E+2", 100.0),
        ("5e-324", 5e-324),
        ("0.30000000000000004", 0.1 + 0.2),
    ],
)
def test_a_number_that_every_program_keeps_is_read(text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "9007199254740992",
        "-9007199254740992",
        "9007199254740993",
        "123456789012345678",
        "9" * 5000,
        "9007199254740993.0",
        "0.1234567890123456789",
        "1e400",
        "-1e400",
        "1e-400",
        "1e99999999999999999999999",
        "1e-99999999999999999999999",
        "0." + "0" * 450 + "1",
    ],
)
def test_a_number_that_loses_digits_in_a_double_is_refused(text):
    assert reason(text) == "number"
    assert reason(f'{{"a": [{text}]}}') == "number"


def test_such_numbers_are_kept_to_the_digit_on_request():
    assert read("9007199254740993", keep_numbers=True) == 9007199254740993
    assert read("0.1234567890123456789", keep_numbers=True) == Decimal("0.1234567890123456789")
    assert read("1e400", keep_numbers=True) == Decimal("1e400")
    assert read("1.5", keep_numbers=True) == 1.5
    for text in ("9" * 5000, "1e-99999999999999999999999", "0." + "0" * 450 + "1"):
        assert reason(text, keep_numbers=True) == "number"


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "[NaN]"])
def test_what_python_alone_calls_a_number_is_not_json(text):
    assert reason(text) == "not-json"


# Members.


@pytest.mark.parametrize(
    "text",
    ['{"a": 1, "a": 1}', '{"x": [{"b": {}, "c": 0, "b": {}}]}', '{"a": 1, "\\u0061": 2}'],
)
def test_a_member_that_stands_twice_is_refused(text):
    assert reason(text) == "duplicate-member"


def test_the_sentence_names_the_member_and_the_line_where_it_can():
    with pytest.raises(JsonRefused, match=r"'type' stands twice in one object \(near line 3\)"):
        read('{"type": 1,\n"x": 2,\n"type": 3}')
    with pytest.raises(JsonRefused, match=r"'é' stands twice in one object\. Readers"):
        read('{"\\u00e9": 1, "\\u00E9": 2}')


def test_one_name_in_two_objects_is_no_duplicate():
    assert read('{"a": {"a": 1}, "b": {"a": 2}}') == {"a": {"a": 1}, "b": {"a": 2}}


# Depth and size.


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_ten_thousand_levels_are_refused_and_sixty_four_are_read(opening, closing):
    assert reason(opening * 10_000 + "1" + closing * 10_000) == "too-deep"
    assert reason(opening * 10_000) == "too-deep"
    fits = MAX_DEPTH // opening.replace(":", "").count("[{") if "[{" in opening else MAX_DEPTH
    fits = fits // 2 if "[{" in opening else fits
    assert read(opening * fits + "1" + closing * fits)
    assert reason(opening * (fits + 1) + "1" + closing * (fits + 1)) == "too-deep"


def test_the_depth_can_be_chosen():
    assert read("[[1]]", max_depth=2) == [[1]]
    assert reason("[[1]]", max_depth=1) == "too-deep"
    assert read("1", max_depth=0) == 1


def test_a_text_of_the_largest_size_is_read_and_one_byte_more_is_not():
    assert read_json(b"[1, 2]", max_bytes=6) == [1, 2]
    with pytest.raises(JsonRefused, match="7 bytes; at most 6") as refused:
        read_json(b"[1, 2] ", max_bytes=6)
    assert refused.value.reason == "too-large"


# Encodings.


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_other_encodings_of_unicode_are_named(name):
    assert reason('{"a": "b"}'.encode(name)) == "encoding"


def test_a_byte_order_mark_is_refused():
    assert reason('{"a": 1}'.encode("utf-8-sig")) == "byte-order-mark"


@pytest.mark.parametrize(
    "raw", [b'"\xe9"', b'"\xed\xa0\x80"', b'"\xc0\xaf"', b'"\xf4\x90\x80\x80"']
)
def test_bytes_that_are_no_utf_8_are_refused(raw):
    assert reason(raw) == "encoding"


@pytest.mark.parametrize("raw", [b"", b" \n\t "])
def test_an_empty_text_is_called_empty(raw):
    assert reason(raw) == "empty"


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[1,]",
        "{'a': 1}",
        '{"a": 1}x',
        "[01]",
        "[1.]",
        "tru",
        '"\t"',
        '"\\x"',
        "/* */ 1",
        "\x0c1",
    ],
)
def test_what_is_nearly_json_is_not_json(text):
    assert reason(text) == "not-json"


# Half characters.


@pytest.mark.parametrize(
    "text",
    [
        '"\\ud800"',
        '"\\uDFFF"',
        '["a", {"b": "\\udc00\\ud800"}]',
        '{"\\ud83d": 1}',
        '"\\ud83dx\\ude00"',
    ],
)
def test_half_a_character_is_refused_wherever_it_stands(text):
    assert reason(text) == "surrogate"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"\\ud83d\\ude00"', "😀"),
        ('"\\\\ud800"', "\\ud800"),
        ('"\\u0000"', "\x00"),
        ('"\ufffe"', "\ufffe"),
    ],
)
def test_whole_characters_are_read_however_they_are_written(text, value):
    assert read(text) == value


# Pointers.


def test_a_pointer_escapes_what_it_must():
    assert pointer() == ""
    assert pointer("a/b", 0, "m~n", "") == "/a~1b/0/m~0n/"


def test_what_a_pointer_points_at_is_found():
    document = {"a/b": [{"m~n": 1}], "": 2, "~1": 3, "0": 4}
    assert at(document, "") is document
    assert at(document, "/a~1b/0/m~0n") == 1
    assert at(document, "/") == 2
    assert at(document, "/~01") == 3
    assert at(document, "/0") == 4


@pytest.mark.parametrize(
    "path",
    [
        "/x",
        "/a/2",
        "/a/-1",
        "/a/-",
        "/a/00",
        "/a/+0",
        "/a/ 0",
        "/a/\u0661",
        "/a/x",
        "/s/0",
        "a",
        "x",
    ],
)
def test_what_a_pointer_does_not_point_at_is_a_key_error(path):
    with pytest.raises(KeyError):
        at({"a": [1, 2], "s": "text"}, path)


# Hostile and honest texts of any kind.

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(document=DOCUMENTS, escaped=st.booleans())
def test_every_honest_document_is_read_as_it_was_written(document, escaped):
    assert read(json.dumps(document, ensure_ascii=escaped)) == document


@given(document=DOCUMENTS)
def test_every_place_is_found_again_by_its_pointer(document):
    stack = [((), document)]
    while stack:
        parts, value = stack.pop()
        assert at(document, pointer(*parts)) is value
        if isinstance(value, dict | list):
            inner = value.items() if isinstance(value, dict) else enumerate(value)
            stack += [((*parts, key), member) for key, member in inner]


@given(raw=st.binary(max_size=200))
@example(raw=b"\x00\x00\xfe\xff")
@example(raw=b'{"a":1e-99999999999999999999}')
def test_any_bytes_are_read_or_refused_with_a_sentence(raw):
    try:
        read(raw)
    except JsonRefused as refused:
        assert refused.reason
        assert str(refused).endswith(".")


SIGNS = [*'{}[],:"\\u0dD8eE+-.19 \n', "true", "null", "é", "😀"]


@given(text=st.lists(st.sampled_from(SIGNS), max_size=60).map("".join))
def test_any_text_of_json_signs_is_read_or_refused_and_never_differs_from_the_plain_reader(text):
    try:
        value = read(text)
    except JsonRefused:
        return
    assert value == json.loads(text)


# The fast reader: it may only be faster.

TEXTS = st.text(st.characters(), max_size=8)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def strictly(raw, **options):
    """What the strict reader alone says: the document, or the reason of its refusal."""
    from tessera.standards import jsontext

    whole = jsontext._read_fast
    jsontext._read_fast = lambda _: jsontext._UNSURE
    try:
        return read(raw, **options)
    except JsonRefused as refused:
        return refused.reason
    finally:
        jsontext._read_fast = whole


def quickly(raw, **options):
    try:
        return read(raw, **options)
    except JsonRefused as refused:
        return refused.reason


def kinds(value):
    """A value with the type of each of its numbers: 1 is not 1.0, nor true."""
    if isinstance(value, dict):
        return {name: kinds(one) for name, one in value.items()}
    if isinstance(value, list):
        return [kinds(one) for one in value]
    return (type(value), repr(value))


@given(VALUES, st.sampled_from([None, (",", ":")]), st.booleans(), st.booleans())
@example(2**53, (",", ":"), False, False)
@example({"a": [9007199254740993]}, (",", ":"), False, False)
@example(-0.0, (",", ":"), False, False)
@example(1e22, (",", ":"), False, True)
@example("\u2028\ufffe\x7f", (",", ":"), False, False)
def test_the_fast_reader_reads_what_the_strict_one_reads(value, separators, escapes, keep):
    raw = json.dumps(value, separators=separators, ensure_ascii=escapes)
    if not escapes and any(0xD800 <= ord(letter) < 0xE000 for letter in raw):
        raw = json.dumps(value, separators=separators)
    said = quickly(raw, keep_numbers=keep)
    assert kinds(said) == kinds(strictly(raw, keep_numbers=keep))


@given(st.text('{}[]",:01.-eEtrufalsn\\/ab', max_size=24))
@example('{"a":1,"a":1}')
@example('{"a":1,"b":{"c":1,"c":2}}')
@example('{"\\u0061":1,"a":1}')
@example("[1.0,1.00,-0,1E5,1e5]")
@example('["\\ud800"]')
@example('"\\/"')
def test_the_fast_reader_refuses_what_the_strict_one_refuses(raw):
    assert kinds(quickly(raw)) == kinds(strictly(raw))


@pytest.mark.parametrize("depth", [MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1, 2_000])
def test_the_fast_reader_is_as_shallow_as_the_strict_one(depth):
    raw = "[" * depth + "]" * depth
    assert quickly(raw) == strictly(raw)


def test_many_brackets_that_are_not_deep_are_read():
    assert read("[" + ",".join(['{"a":[]}'] * 500) + "]") == [{"a": []}] * 500

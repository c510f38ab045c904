"""The quick reader returns what the strict one does, for every text."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tessera.errors import UnreadableError
from tessera.seals.vcjose.text import read_text
from tessera.standards.jsontext import read_json

TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)  # fmt: skip
AWKWARD = st.sampled_from(
    [b'{"a":1,"a":2}', b'{"a":1.10}', b'{"a":1e400}', b'{"a":12345678901234567890123}',
     b'{"a":0.1234567890123456789}', b'{"a":NaN}', b'{"a":"\\ud800"}', b"{} ", b"\xef\xbb\xbf{}",
     b'{"a":' * 70 + b"1" + b"}" * 70, b'{"a":' * 64 + b"1" + b"}" * 64, b"[" * 400,
     b'{"a":"\xff"}', b'{"a":1e5}', b'{"a":-0.0}', b'{"a":1E5}', b""]
)  # fmt: skip


def read(reader):
    try:
        return repr(reader())
    except UnreadableError as error:
        return type(error), getattr(error, "reason", None)


@given(TREES.map(lambda tree: json.dumps(tree).encode())
       | TREES.map(lambda tree: json.dumps(tree, separators=(",", ":"), ensure_ascii=False)
                   .encode("utf-8", "replace"))
       | AWKWARD)  # fmt: skip
def test_both_readers_agree(raw):
    strict = read(lambda: read_json(raw, max_bytes=10_000, keep_numbers=True))
    assert read(lambda: read_text(raw, max_bytes=10_000)) == strict

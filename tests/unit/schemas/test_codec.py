"""Bytes that are hashed: the same for the same value however it was made, and only what every reader can read."""

import json
from enum import StrEnum
from typing import NamedTuple

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import (
    BODY_LIMIT,
    DEPTH_LIMIT,
    LARGEST_INT,
    RECORD_LIMIT,
    Malformed,
    canon,
    digest,
    load,
    load_object,
    number_faults,
    pack,
    sha256,
    whole,
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.booleans() | st.integers(-LARGEST_INT, LARGEST_INT) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(words, values))
def test_canon_is_the_standard_librarys_sorted_json_without_blanks(value):
    """So that a reader in any language can make the same bytes."""
    assert canon(value) == json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@given(st.dictionaries(words, values), st.randoms(use_true_random=False))
def test_canon_does_not_depend_on_the_order_of_making(value, rng):
    keys = list(value)
    rng.shuffle(keys)

    assert canon({key: value[key] for key in keys}) == canon(value)


@given(st.dictionaries(words, values))
def test_what_was_written_reads_back_and_writes_the_same(value):
    assert load(canon(value)) == value
    assert canon(load(canon(value))) == canon(value)


def test_keys_are_sorted_by_their_characters_also_beyond_the_first_plane():
    """Sorting by UTF-16 units, as JavaScript does, puts these two the other way round."""
    assert canon({"\U0001f600": 1, "\uffff": 2}).startswith('{"\uffff"'.encode())


class _Word(StrEnum):
    ONE = "one"


class _Row(NamedTuple):
    a: int
    b: tuple[str, ...]


def test_enums_of_text_are_their_text_and_named_tuples_only_arrays_in_a_snapshot():
    assert canon({"x": _Word.ONE}) == b'{"x":"one"}'
    assert pack({"x": _Row(1, ("a",))}) == b'{"x":[1,["a"]]}'
    with pytest.raises(TypeError):
        canon({"x": _Row(1, ())})


@pytest.mark.parametrize("value", [{"x": "\ud800"}, {"\udfff": 1}, {"x": {1, 2}}, {"x": 2**64}, {1: 2}])
def test_what_no_reader_could_read_is_never_written(value):
    with pytest.raises(TypeError):
        canon(value)


@pytest.mark.parametrize(
    ("value", "faults"),
    [
        ({"a": 1, "b": [True, "1.5", None]}, []),
        ({"a": 1.0}, ["/a: a whole number is wanted"]),
        ({"a": {"b": [0, 1.5]}}, ["/a/b/1: a whole number is wanted"]),
        ({"a": LARGEST_INT, "b": -LARGEST_INT}, []),
        ({"a": LARGEST_INT + 1}, ["/a: larger than 2^53"]),
        ({"a": -LARGEST_INT - 1, "b": float("inf")}, ["/a: larger than 2^53", "/b: a whole number is wanted"]),
        (1.5, ["/: a whole number is wanted"]),
    ],
)
def test_numbers_are_whole_and_such_as_every_language_holds(value, faults):
    assert number_faults(value) == faults
    assert whole(value) == (faults == [])


def test_an_object_from_outside_is_read_within_its_limits():
    assert load_object(b'{"a": [1]}') == {"a": [1]}
    assert load_object(json.dumps({"a": "[{" * 1_000}).encode()) == {"a": "[{" * 1_000}, (
        "brackets in a text are no depth"
    )


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "not JSON"),
        (b"[]", "must be a JSON object"),
        (b"1", "must be a JSON object"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": "\xff"}', "not JSON"),
        (b'\xef\xbb\xbf{"a": 1}', "not JSON"),
        (b'{"a": "\\ud800"}', "not JSON"),
        (b"{" + b" " * BODY_LIMIT + b"}", f"the limit is {BODY_LIMIT}"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, f"deeper than {DEPTH_LIMIT}"),
        (b'{"a":' + b"[" * 500 + b"]" * 500 + b"}", f"deeper than {DEPTH_LIMIT}"),
        (b'{"a":' * 50_000, "not JSON"),
    ],
)
def test_anything_else_from_outside_is_malformed_in_words(raw, says):
    with pytest.raises(Malformed, match=says):
        load_object(raw)


@pytest.mark.parametrize("depth", [DEPTH_LIMIT, DEPTH_LIMIT + 1])
def test_the_deepest_that_is_taken_is_the_limit(depth):
    """The scalar inside counts as a level."""
    raw = b'{"a":' * (depth - 1) + b"1" + b"}" * (depth - 1)
    if depth <= DEPTH_LIMIT:
        assert load_object(raw)
    else:
        with pytest.raises(Malformed):
            load_object(raw)


def test_a_digest_is_short_and_of_the_canonical_bytes():
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1}) == sha256(b'{"a":2,"b":1}')[:32]


def test_records_fit_the_brokers_own_limit_with_room_for_headers():
    assert RECORD_LIMIT <= 1_048_576 * 9 // 10


def test_the_library_refuses_what_we_rely_on_it_to_refuse():
    """Were a release of it to take one of these, intake would need a check of its own."""
    for raw in (b"NaN", b"Infinity", b'"\\ud800"', b"01", b"[1,]", b"{'a':1}", b"\xef\xbb\xbf1"):
        with pytest.raises(orjson.JSONDecodeError):
            orjson.loads(raw)

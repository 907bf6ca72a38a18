"""Long JSON piece by piece: the same as read at once, or nothing."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.reading.json_pieces import frame, piece, written
from connectors.reading.values import Drift, identity, read_json
from schemas.codec import Malformed

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=25,
)


@given(VALUES, st.integers(0, 6), st.sampled_from([None, 2]), st.booleans())
def test_frame_and_its_pieces_are_the_document_at_any_depth(value, depth, indent, ascii_only):
    raw = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()

    found = frame(raw, depth)

    assert piece(found, Drift()) == value
    assert orjson.loads(written(found)) == value


def test_what_lies_deeper_stays_the_very_bytes_it_was():
    raw = b'{"a": [ {"b" : [1]}, 2 ], "c":"d"}'

    found = frame(raw, 2)

    assert found == {"a": [memoryview(b'{"b" : [1]}'), 2], "c": "d"}


def test_byte_order_mark_and_blanks_around_are_no_part_of_it():
    assert frame(b"\xef\xbb\xbf \n [1, 2]\n ", 1) == [1, 2]


@pytest.mark.parametrize(
    "raw",
    [b"", b" ", b"[", b"[1", b"[1,]", b"[1 2]", b"[1]x", b'{"a"}', b'{"a":}', b'{"a":1,}', b"{1:2}", b'{"a" 1}', b"]"],
)
def test_what_is_no_json_is_never_half_read(raw):
    with pytest.raises(ValueError, match=r"."):
        frame(raw, 3)


@given(VALUES, st.integers(0, 200), st.integers(1, 4))
def test_truncated_documents_are_refused_as_a_whole(value, cut, depth):
    raw = json.dumps([value, "end"]).encode()

    with pytest.raises(ValueError, match=r"."):
        frame(raw[: min(cut, len(raw) - 1)], depth)


def test_nest_deeper_than_anybody_reads_is_refused():
    with pytest.raises(ValueError, match="RecursionError"):
        frame(b"[" * 100_000, 2)


def test_piece_that_is_broken_inside_is_malformed_and_its_neighbours_are_not():
    broken, whole = frame(b'[{"a":"\x01"},{"b":1}]', 1)

    with pytest.raises(Malformed):
        piece(broken, Drift())
    assert piece(whole, Drift()) == {"b": 1}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"])
def test_what_windows_writes_is_read_with_its_letters(encoding):
    drift = Drift()

    assert read_json('[{"ort": "Södertälje"}]'.encode(encoding), drift) == [{"ort": "Södertälje"}]
    assert drift.as_counts() == {"!json": 1}


def test_one_broken_letter_spoils_only_itself():
    assert read_json('["Värmdö", "Nacka'.encode() + b'\xf6"]', Drift()) == ["Värmdö", "Nacka\ufffd"]


@pytest.mark.parametrize(
    ("written", "own"), [(7, "7"), (7.0, "7"), (7.5, None), ("7", "7"), (1e300, None), (True, None)]
)
def test_number_as_an_id_is_one_id_however_it_is_written(written, own):
    assert identity(written) == own

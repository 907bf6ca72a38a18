"""What strangers send: each body is taken or refused with its faults, what is taken can be hashed, nothing raises."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.world import REFERENCE, T0, TOWNS

from schemas.codec import BODY_LIMIT, DEPTH_LIMIT, canon, load, load_object, number_faults, whole
from schemas.report import FeedReport
from schemas.times import HOUR, z
from streams.areas import AreaIndex
from streams.checking import Faulty, check_actor_report
from streams.normalise import actor_body, feed_body
from streams.settings import Settings
from streams.texts import TextBox

INDEX = AreaIndex.load(Settings().region_folder)
WHOLE: dict[str, Any] = {
    "id": "care-0180",
    "sent": z(T0),
    "headline": "k",
    "impacts": [{"sector": "care", "areas": ["0180"], "now": "serious"}],
}


def taken(raw: bytes) -> dict[str, Any]:
    """Log body of an actor's bytes. Faulty if they are refused."""
    report = check_actor_report(raw, REFERENCE, T0, exercise=True, outside=frozenset(INDEX.names))
    box = TextBox(b"secret", "actor.kommun-0180", report.id, "1")
    return actor_body(report, "kommun-0180", REFERENCE, box, INDEX)


def answer(raw: bytes) -> tuple[dict[str, Any] | None, Faulty | None]:
    """The log body, or the refusal."""
    try:
        return taken(raw), None
    except Faulty as refused:
        return None, refused


def hashable(body: dict[str, Any]) -> bool:
    """Can the log hold it for ever: whole numbers, UTF-8, the same bytes again when read and written?"""
    raw = canon(body)
    return whole(body) and canon(load(raw)) == raw


def text(**more: Any) -> bytes:
    return json.dumps({**WHOLE, **more}).encode()


def line(**more: Any) -> bytes:
    return text(impacts=[{**WHOLE["impacts"][0], **more}])


def swapped(old: str, new: bytes) -> bytes:
    """The whole body with one piece of its text replaced by bytes that no JSON library would write."""
    raw = json.dumps(WHOLE).encode()
    assert old.encode() in raw
    return raw.replace(old.encode(), new, 1)


NAUGHTY: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n\t",
    "null": b"null",
    "number": b"1",
    "list": b"[]",
    "cut": json.dumps(WHOLE).encode()[:-5],
    "two bodies": json.dumps(WHOLE).encode() * 2,
    "trailing comma": swapped('"k"', b'"k",'),
    "single quotes": b"{'id': 'x'}",
    "comment": b"/* x */" + json.dumps(WHOLE).encode(),
    "byte order mark": b"\xef\xbb\xbf" + json.dumps(WHOLE).encode(),
    "utf-16": json.dumps(WHOLE).encode("utf-16"),
    "latin-1": swapped('"k"', '"sn\xf6"'.encode("latin-1")),
    "overlong utf-8": swapped('"k"', b'"\xc0\xaf"'),
    "raw surrogate": swapped('"k"', b'"\xed\xa0\x80"'),
    "lone high surrogate": swapped('"k"', b'"\\ud800"'),
    "lone low surrogate": swapped('"k"', b'"\\udc00"'),
    "surrogates the wrong way round": swapped('"k"', b'"\\udc00\\ud800"'),
    "surrogate in a key": swapped('"headline"', b'"x\\ud800": 1, "headline"'),
    "emoji as a pair": swapped('"k"', b'"\\ud83d\\ude00"'),
    "nul": swapped('"k"', b'"a\\u0000b"'),
    "nul in the id": swapped('"care-0180"', b'"a\\u0000b"'),
    "raw control character": swapped('"k"', b'"a\nb"'),
    "right-to-left override": swapped('"k"', b'"a\\u202eb"'),
    "not a number": swapped('"serious"', b"NaN"),
    "infinity": swapped('"serious"', b"-Infinity"),
    "1e400 in the point": text(point=[1, 2]).replace(b"[1, 2]", b"[1e400, 59]"),
    "1e400 unknown": text(x=1).replace(b'"x": 1', b'"x": 1e400'),
    "-1e400 deep": text(counts=[{"n": 1}]).replace(b'"n": 1', b'"n": -1e400'),
    "huge int": text(revision=10**30),
    "huge int unknown": text(x=10**400),
    "2^53": text(revision=2**53),
    "2^53 + 1": text(revision=2**53 + 1),
    "2^63": text(revision=2**63),
    "negative revision": text(revision=-1),
    "float revision": text(revision=1.0),
    "text revision": text(revision="1"),
    "bool revision": text(revision=True),
    "minus zero": text(revision=1).replace(b'"revision": 1', b'"revision": -0'),
    "leading zero": text(revision=1).replace(b'"revision": 1', b'"revision": 01'),
    "hex": text(revision=1).replace(b'"revision": 1', b'"revision": 0x1'),
    "duplicate keys": swapped('"headline"', b'"headline": "a", "headline"'),
    "duplicate id": swapped('"sent"', b'"id": "other", "sent"'),
    "empty key": text(**{"": 1}),
    "key of a thousand": text(**{"k" * 1_000: 1}),
    "own methods": text(model_config={}, __class__=1, model_extra={"actor": "x"}, actor=None),
    "nested 100,000 lists": b"[" * 100_000,
    "nested 100,000 objects": b'{"a":' * 100_000,
    "nested beyond the limit": text(x=json.loads("[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT)),
    "nested within the limit": text(x=json.loads("[" * 20 + "]" * 20)),
    "brackets in a text": text(event="[{" * 500),
    "a hair too large": text(event="x" * BODY_LIMIT),
    "many lines": text(impacts=WHOLE["impacts"] * 201),
    "many areas": line(areas=["0180"] * 61),
    "twice the same cell": text(impacts=[{**WHOLE["impacts"][0], "now": n} for n in ("none", "critical")]),
    "no lines": text(impacts=[]),
    "lines are null": text(impacts=None),
    "areas are a text": line(areas="0180"),
    "area is a number": line(areas=[180]),
    "impact is a number": line(now=4),
    "impact in capitals": line(now="SERIOUS"),
    "expected ends before it begins": line(expected_from=z(T0 + HOUR), expected_until=z(T0)),
    "id with a slash": text(id="a/b"),
    "id with a blank": text(id="a b"),
    "id of blanks": text(id="\u00a0"),
    "id too long": text(id="x" * 201),
    "id is empty": text(id=""),
    "headline of blanks": text(headline="   "),
    "headline too long": text(headline="x" * 501),
    "sent without offset": text(sent="2027-01-19T07:00:00"),
    "sent as a number": text(sent=T0),
    "sent as a list": text(sent=[2027, 1, 19]),
    "sent in the year 9999": text(sent="9999-12-31T23:59:59Z"),
    "sent in the year 0": text(sent="0000-01-01T00:00:00Z"),
    "sent on 30 February": text(sent="2027-02-30T00:00:00Z"),
    "sent at a leap second": text(sent="2016-12-31T23:59:60Z"),
    "sent at 24:00": text(sent="2027-01-19T24:00:00Z"),
    "sent with an offset of a day": text(sent="2027-01-19T07:00:00+23:59"),
    "sent with a silly offset": text(sent="2027-01-19T07:00:00+99:99"),
    "sent in arabic digits": text(sent="٢٠٢٧-٠١-١٩T07:00:00Z"),
    "sent with nanoseconds": text(sent="2027-01-19T06:00:00.123456789Z"),
    "valid before it is valid": text(valid_from=z(T0), valid_until=z(T0 - 1)),
    "valid until the year 2100": text(valid_until="2100-01-01T00:00:00Z"),
    "point of strings": text(point=["18", "59"]),
    "point of three": text(point=[18, 59, 0]),
    "point of none": text(point=[]),
    "point at the pole": text(point=[0, 90]),
    "point beyond the earth": text(point=[1e300, -1e300]),
    "point swapped": text(point=[59.33, 18.07]),
    "label unknown": text(label="secret"),
    "labels of unknown fields": text(labels={"x": "open"}),
    "labels wrong": text(labels={"event": "secret"}),
    "type unknown": text(type="all_clear"),
    "type unhashable": text(type=["report"]),
    "origin relayed by nobody": text(origin="relayed"),
    "event is an object": text(event={"text": "x"}),
    "counts with floats": text(counts=[{"kind": "customers", "number": 1.5}]),
    "geometry of nonsense": text(geometry={"type": "Polygon", "coordinates": [[[1e308, 1e308]]]}),
    "references are many": text(references=["x"] * 10_000),
    "resources deep": text(resources={"a": {"b": {"c": [1.25, None, True]}}}),
}


@pytest.mark.parametrize("name", NAUGHTY)
def test_a_naughty_body_is_taken_or_refused_with_faults(name):
    body, refused = answer(NAUGHTY[name])

    assert hashable(body or {})
    if refused is not None:
        assert refused.faults
        assert all(fault["detail"] and set(fault) == {"pointer", "detail"} for fault in refused.faults)
        json.dumps(refused.faults).encode()


REFUSED = [
    *("empty", "null", "list", "cut", "two bodies", "byte order mark", "utf-16", "latin-1", "lone high surrogate"),
    *("surrogate in a key", "nul", "not a number", "infinity", "huge int", "2^53 + 1", "2^63", "float revision"),
    *("text revision", "bool revision", "nested 100,000 lists", "nested beyond the limit", "a hair too large"),
    *("many lines", "no lines", "areas are a text", "impact is a number", "id with a slash", "sent without offset"),
    *("sent as a number", "sent in the year 9999", "sent on 30 February", "valid before it is valid", "label unknown"),
    *("type unknown", "origin relayed by nobody", "point of three", "point of strings", "headline of blanks"),
]
TAKEN = [
    *("emoji as a pair", "brackets in a text", "nested within the limit", "twice the same cell", "empty key"),
    *("right-to-left override", "counts with floats", "references are many", "resources deep", "own methods"),
]


@pytest.mark.parametrize("name", REFUSED)
def test_these_are_refused(name):
    with pytest.raises(Faulty):
        taken(NAUGHTY[name])


@pytest.mark.parametrize("name", TAKEN)
def test_these_are_taken(name):
    assert taken(NAUGHTY[name])["id"] == WHOLE["id"]


def test_of_a_key_given_twice_the_last_one_stands():
    assert taken(NAUGHTY["duplicate id"])["id"] == "other"


@pytest.mark.parametrize(("name", "says"), [("beyond the earth", "no degrees"), ("swapped", "latitude stands first")])
def test_a_point_that_is_no_place_is_refused_and_says_why(name, says):
    """In the log it would be drawn somewhere."""
    _, refused = answer(NAUGHTY[f"point {name}"])

    assert refused is not None
    assert [fault["pointer"] for fault in refused.faults] == ["/point"]
    assert says in refused.faults[0]["detail"]


def test_a_point_far_away_is_kept_and_touches_nothing():
    body = taken(NAUGHTY["point at the pole"])

    assert (body["areas"], body["point"]) == ({}, ["0.00000", "90.00000"])


def test_what_the_server_answers_202_to_is_not_rejected_later():
    """The same function checks at the door and at intake; a body that passes gives a log body every time."""
    body = taken(text(revision=2**53))

    assert (body["order"], body["by"]) == (2**53, "revision")


def test_a_resend_is_told_by_its_digest_whatever_stands_beside():
    first, second = taken(text(revision=3)), taken(text(revision=3, sent=z(T0 + 1)))
    other = taken(text(revision=3, headline="other"))

    assert first["digest"] == second["digest"], "a retry may be stamped later where a revision orders"
    assert first["digest"] != other["digest"]
    assert taken(text())["digest"] != taken(text(sent=z(T0 + 1)))["digest"], "without one, sent is what orders"


def test_the_county_means_every_municipality():
    assert taken(line(areas=["01"]))["impacts"][0]["areas"] == TOWNS


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from([z(T0), "0180"])
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner)
)
fields = st.sampled_from(
    [*WHOLE, "revision", "type", "label", "labels", "counts", "valid_until", "point", "x", "actor"]
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(fields, anything, max_size=4))
def test_no_body_makes_it_raise(changed):
    raw = json.dumps({**WHOLE, **changed}).encode("utf-8", "surrogatepass")
    body, refused = answer(raw)

    assert hashable(body or {})
    assert refused is None or refused.faults


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(raw):
    with pytest.raises(Faulty):
        taken(raw)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(max_size=5), anything, max_size=5))
def test_the_quick_question_of_numbers_agrees_with_the_thorough_one(value):
    assert whole(value) == (number_faults(value) == [])


@settings(max_examples=200, deadline=None)
@given(anything)
def test_a_feeds_geometry_may_be_anything(geometry):
    """A connector checks what it parses; intake still has to live with a topic that another program wrote to."""
    place = {
        "geometries": [{"type": "Point", "coordinates": geometry}],
        "wkt": [str(geometry)[:200]],
        "codes": ["0180"],
    }
    body = {"source": "x", "id": "1", "sent": z(T0), "kind": "message", "place": place}
    report = FeedReport.model_validate(load_object(canon(body))) if whole(place) else FeedReport.model_validate(body)

    made = feed_body(report, TextBox(b"s", "x", "1", "1"), INDEX)
    assert hashable(made)
    assert list(made["areas"]) == ["0180"]


def test_what_lies_with_others_in_one_text_is_as_secret_as_the_most_secret_of_them():
    """A prognosis stands in `more` too, with its time: a label on it must hold there."""
    more = {"prognosis": {"text": "Bättre"}, "needs": {"what": "bandvagn"}}
    for labels, expected in (({"prognosis": "confidential"}, "confidential"), ({"needs": "open"}, "internal")):
        report = check_actor_report(text(**more, labels=labels), REFERENCE, T0, exercise=True)
        box = TextBox(b"secret", "actor.kommun-0180", report.id, "1")
        actor_body(report, "kommun-0180", REFERENCE, box, INDEX)
        told = {record["field"]: record["label"] for record in (load(r.value) for r in box.records)}

        assert told["more"] == expected
        assert told["headline"] == "internal"

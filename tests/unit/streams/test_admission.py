"""Intake's decision on one input: into the log, whole and in numbers; or `rejected`, with every fault and the bytes."""

import json
from typing import Any

import pytest
from support.world import REFERENCE, T0

from schemas.clock import ClockRecord
from schemas.codec import canon, load
from schemas.outcome import Refusal
from schemas.record import decode
from schemas.rejected import read_rejected
from schemas.times import DAY, HOUR, MINUTE, parse, z
from schemas.topics import COMMANDS, CONTROL, LOG, OUTCOMES, REJECTED, TEXTS, Space, health, reports
from streams.admission import FEED_LIMIT, Admission, Admitted
from streams.areas import AreaIndex
from streams.bus import In
from streams.clock import SpaceClock
from streams.settings import Settings

INDEX = AreaIndex.load(Settings().region_folder)
ACTOR = "kommun-0180"
WHOLE: dict[str, Any] = {
    "id": "care-0180",
    "sent": z(T0),
    "headline": "Mycket hemlig rubrik",
    "impacts": [{"sector": "care", "areas": ["0180"], "now": "serious"}],
}
WARNING: dict[str, Any] = {
    "source": "smhi",
    "id": "1-1",
    "revision": 1,
    "sent": z(T0),
    "kind": "warning",
    "severity": "severe",
    "native": {"level": "RED"},
    "headline": "Hemlig snö",
    "place": {"codes": ["0180"]},
}
HEARD = {"source": "smhi", "at": z(T0), "heard": True, "complete": True, "interval_s": 60}
COMMAND = {"id": "c1", "command": "acknowledge", "on": "n-1", "who": "lansstyrelsen-01", "role": "coordinator"}


class Door:
    """Admission of a space whose clock stands at T."""

    def __init__(self, space: str = "ovning-door") -> None:
        self.space = Space(space)
        self.clock = SpaceClock(self.space, ClockRecord("stepped", T0))
        self.admission = Admission(self.space, "01", REFERENCE, INDEX, self.clock, b"secret")

    def raw(self, topic: str, value: bytes | None, headers: dict[str, bytes] | None = None) -> Admitted:
        return self.admission.admit(In(self.space.topic(topic), 0, 7, 0, b"key", value, headers or {}))

    def put(self, topic: str, body: dict[str, Any], **headers: bytes) -> Admitted:
        return self.raw(topic, json.dumps(body).encode(), headers)

    def actor(self, body: dict[str, Any] | None = None, /, actor: str = ACTOR, **more: Any) -> Admitted:
        return self.put(reports(f"actor.{actor}"), {**WHOLE, **(body or {}), **more})

    def feed(self, **more: Any) -> Admitted:
        return self.put(reports("smhi"), {**WARNING, **more})


@pytest.fixture
def door() -> Door:
    return Door()


def body_of(admitted: Admitted) -> dict[str, Any]:
    """Body of the log record."""
    assert admitted.reason is None, admitted.outs
    (log,) = admitted.outs
    assert log.topic.endswith(LOG)
    return decode(log.value or b"").body


def detail_of(admitted: Admitted) -> str:
    return read_rejected(admitted.outs[0].value or b"").detail


def test_a_report_becomes_one_log_record_with_its_origin_its_receipt_and_the_spaces_time(door):
    admitted = door.put(reports(f"actor.{ACTOR}"), WHOLE, receipt=b"r1", traceparent=b"t", other=b"x")

    (log,) = admitted.outs
    record = decode(log.value, "r1")
    assert (log.topic, log.key, log.partition) == (door.space.topic(LOG), b"01", 0)
    assert dict(log.headers) == {"receipt": b"r1", "traceparent": b"t"}
    assert record.known_at == T0
    assert record.origin == (door.space.topic(reports(f"actor.{ACTOR}")), 0, 7)
    assert admitted.kind == "report"


def test_the_sender_is_the_topic(door):
    assert body_of(door.actor())["actor"] == ACTOR
    assert body_of(door.actor(actor="polisen-sthlm"))["source"] == "actor.polisen-sthlm"


def test_a_body_may_name_its_sender_only_truly(door):
    assert door.actor({"actor": ACTOR}).reason is None
    assert door.put(reports("actor.polisen-sthlm"), {**WHOLE, "actor": ACTOR}).reason == Refusal.SENDER_MISMATCH
    assert door.put(reports("smhi"), {**WARNING, "source": "trafikverket"}).reason == Refusal.SENDER_MISMATCH
    assert door.put(health("smhi"), {**HEARD, "source": "trafikverket"}).reason == Refusal.SENDER_MISMATCH


def test_an_actor_that_is_not_in_the_registry_is_not_let_in(door):
    assert door.actor(actor="nobody").reason == Refusal.UNKNOWN_SENDER


def test_texts_never_lie_in_the_log(door):
    long = {"event": "hemlig händelse", "measures": "hemliga åtgärder", "unknown_field": "hemligt okänt"}
    admitted = door.actor(**long, prognosis={"text": "hemlig prognos"}, needs={"what": "hemligt behov"})

    assert b"emlig" not in admitted.outs[0].value
    texts = {load(t.value)["field"]: load(t.value)["text"] for t in admitted.texts}
    assert {t.topic for t in admitted.texts} == {door.space.topic(TEXTS)}
    assert texts["headline"] == WHOLE["headline"]
    assert texts["prognosis"] == "hemlig prognos"
    assert json.loads(texts["more"])["unknown_field"] == "hemligt okänt"
    keys = {load(t.value)["field"]: t.key.decode() for t in admitted.texts}
    assert body_of(admitted)["texts"] == keys


def test_a_feeds_texts_and_a_commands_reason_never_lie_in_the_log_either(door):
    feed = door.feed(texts={"description": "hemlig text"})
    command = door.put(COMMANDS, {**COMMAND, "at": z(T0), "command": "dismiss", "reason": "hemligt skäl"})

    for admitted in (feed, command):
        assert b"emlig" not in admitted.outs[0].value
        assert any("emlig" in load(t.value)["text"] for t in admitted.texts)


def test_the_same_text_gets_the_same_key_and_another_space_another(door):
    other = Door("ovning-other")
    other.admission = Admission(other.space, "01", REFERENCE, INDEX, other.clock, b"another secret")

    assert body_of(door.actor())["texts"] == body_of(door.actor())["texts"]
    assert body_of(door.actor())["texts"] != body_of(other.actor())["texts"]


def test_a_text_has_its_own_label_where_one_is_given(door):
    admitted = door.actor(event="x", label="open", labels={"event": "confidential"})

    labels = {load(t.value)["field"]: load(t.value)["label"] for t in admitted.texts}
    assert labels == {"headline": "open", "event": "confidential"}


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b"null", b"\xff\xfe", b'"text"', b"[" * 100_000])
@pytest.mark.parametrize("topic", [reports("actor.kommun-0180"), reports("smhi"), health("smhi"), COMMANDS, CONTROL])
def test_what_is_no_object_is_kept_with_its_bytes(door, topic, value):
    admitted = door.raw(topic, value)

    assert admitted.reason == Refusal.MALFORMED
    kept = read_rejected(admitted.outs[0].value)
    assert (kept.value, kept.key, kept.topic, kept.offset) == (value or b"", b"key", door.space.topic(topic), 7)
    assert (kept.stage, kept.at) == ("intake", T0)
    assert admitted.outs[0].topic == door.space.topic(REJECTED)


def test_every_fault_is_named_at_once_each_with_its_pointer(door):
    bad = {"id": "a b", "sent": "now", "impacts": [{"sector": "snow", "areas": [], "now": "bad"}], "valid_until": 5}
    admitted = door.put(reports(f"actor.{ACTOR}"), bad)

    assert admitted.reason == Refusal.SCHEMA
    pointers = [line.partition(": ")[0] for line in detail_of(admitted).splitlines()]
    assert set(pointers) == {
        *("/id", "/sent", "/headline", "/impacts/0/sector", "/impacts/0/areas", "/impacts/0/now", "/valid_until")
    }


def test_a_sender_with_a_receipt_is_told_what_became_of_it(door):
    rejected, outcome = door.raw(reports(f"actor.{ACTOR}"), b"{", {"receipt": b"r9"}).outs

    assert read_rejected(rejected.value).receipt == "r9"
    assert (outcome.topic, outcome.key) == (door.space.topic(OUTCOMES), b"r9/01")
    assert load(outcome.value) == {
        "result": "rejected",
        "reason": "malformed",
        "receipt": "r9",
        "region": "01",
        "at": T0,
    }


def test_a_receipt_that_is_no_text_hurts_nobody(door):
    assert door.raw(reports(f"actor.{ACTOR}"), b"{", {"receipt": b"\xff"}).reason == Refusal.MALFORMED


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (T0 + 10 * MINUTE, None),
        (T0 + 10 * MINUTE + 1, Refusal.SENT_AHEAD),
        (T0 - 30 * DAY, None),
        (T0 - 30 * DAY - 1, Refusal.TOO_OLD),
    ],
)
def test_a_report_may_be_sent_ten_minutes_ahead_and_thirty_days_ago_by_the_spaces_clock(door, sent, reason):
    assert door.actor(sent=z(sent)).reason == reason


@pytest.mark.parametrize("sent", ["2027-01-19T07:00:00", "9999-12-31T23:59:59Z", "1899-12-31T00:00:00Z", 1_800_000_000])
def test_a_time_without_offset_or_beyond_reason_is_refused(door, sent):
    admitted = door.actor(sent=sent)

    assert admitted.reason == Refusal.SCHEMA
    assert detail_of(admitted).startswith("/sent: ")


def test_times_become_whole_milliseconds_whatever_offset_they_came_with(door):
    body = body_of(door.actor(sent="2027-01-19T07:00:00.123456+01:00", next_report="2027-01-19T06:30:00Z"))

    assert (body["sent"], body["next_report"]) == (T0 + 123, T0 + 30 * MINUTE)


@pytest.mark.parametrize(
    ("areas", "reason", "inside", "outside"),
    [
        (["0180", "0182"], None, ["0180", "0182"], None),
        (["01"], None, sorted(REFERENCE["municipalities"]), None),
        (["0180", "0380", "03"], None, ["0180"], ["03", "0380"]),
        (["0380"], Refusal.OUTSIDE_REGION, None, None),
        (["0180", "9999"], Refusal.SCHEMA, None, None),
        (["stockholm"], Refusal.SCHEMA, None, None),
    ],
)
def test_areas_outside_the_county_are_kept_if_one_is_inside(door, areas, reason, inside, outside):
    admitted = door.actor(impacts=[{"sector": "care", "areas": areas, "now": "serious"}])

    assert admitted.reason == reason
    if reason is None:
        body = body_of(admitted)
        assert body["impacts"][0]["areas"] == inside
        assert body.get("outside") == outside


def test_a_line_that_lies_wholly_outside_is_no_line_of_ours(door):
    lines = [{"sector": s, "areas": [a], "now": "serious"} for s, a in (("care", "0180"), ("road", "0380"))]
    body = body_of(door.actor(impacts=lines))

    assert [line["sector"] for line in body["impacts"]] == ["care"]
    assert body["outside"] == ["0380"]


def test_an_exercise_report_has_no_business_in_the_real_space(door):
    real = Door("real")

    assert real.actor(exercise=True).reason == Refusal.WRONG_SPACE
    assert real.actor(exercise=False).reason is None
    assert door.actor(exercise=True).reason is None


@pytest.mark.parametrize(
    "number", ["1.5", "1e400", "-0.0", "9007199254740993", "1e2", "123456789012345678901234567890"]
)
def test_numbers_that_a_hash_cannot_hold_are_refused_or_kept_as_text(door, number):
    """In a field of the log they are refused; where anything may stand, they are text beside it."""
    strict = json.dumps({**WHOLE, "revision": 1}).replace('"revision": 1', f'"revision": {number}')
    free = json.dumps({**WHOLE, "free": 1}).replace('"free": 1', f'"free": {number}')

    assert door.raw(reports(f"actor.{ACTOR}"), strict.encode()).reason in {Refusal.SCHEMA, Refusal.MALFORMED}
    kept = door.raw(reports(f"actor.{ACTOR}"), free.encode())
    assert kept.reason in {None, Refusal.MALFORMED}, detail_of(kept)


def test_a_command_may_hold_no_float(door):
    rules = {**COMMAND, "at": z(T0), "command": "set_rules", "role": "operator", "args": {"rules": {"x": [1, 1.5]}}}
    admitted = door.put(COMMANDS, rules)

    assert admitted.reason == Refusal.NUMBERS
    assert detail_of(admitted) == "/args/rules/x/1: a whole number is wanted"


def test_what_is_too_large_is_refused_by_its_size(door):
    actor = door.actor(event="x" * 300_000)
    feed = door.feed(url="x" * FEED_LIMIT)
    log = door.raw(CONTROL, canon({"kind": "reference", "body": {"x": "y" * (FEED_LIMIT - 100)}}))

    assert [a.reason for a in (actor, feed)] == [Refusal.TOO_LARGE, Refusal.TOO_LARGE]
    assert log.reason is None, "what is taken in fits the log"


def test_a_feeds_item_elsewhere_is_a_stub_without_texts(door):
    admitted = door.feed(place={"codes": ["25"]})
    body = body_of(admitted)

    assert (body["change"], body["texts"], body["areas"], body["outside"]) == ("elsewhere", {}, {}, ["25"])
    assert admitted.texts == ()


def test_a_feeds_cancel_needs_no_place(door):
    assert body_of(door.feed(change="cancel", place={}))["change"] == "cancel"


def test_a_feeds_item_is_placed_by_its_geometry_and_by_its_codes_where_that_cannot_be_used(door):
    point = body_of(door.feed(place={"wkt": ["POINT (18.07 59.33)"], "codes": ["0182"]}))
    swapped = body_of(door.feed(place={"wkt": ["POINT (59.33 18.07)"], "codes": ["0182"]}))

    assert list(point["areas"]) == ["0180"]
    assert point["point"] == ["18.07000", "59.33000"]
    assert list(swapped["areas"]) == ["0182"]
    assert "point" not in swapped


def test_a_feeds_numbers_keep_their_owner_and_their_scope(door):
    told = {"kind": "customers_without_power", "low": 100, "high": 200, "owner": "Nätbolaget", "areas": ["0182"]}
    body = body_of(door.feed(counts=[told | {"at": z(T0)}], place={"codes": ["0182"]}))

    assert body["counts"] == [told | {"at": T0}]
    assert "counts" not in body_of(door.feed(place={"codes": ["0182"]}))


def test_a_heartbeat_carries_what_a_source_said_and_its_drift_by_field(door):
    body = body_of(door.put(health("smhi"), {**HEARD, "drift": {"a": 2, "b": 1}, "items": 9, "error": "HTTP 500"}))

    assert body == {
        "source": "smhi",
        "heard": True,
        "complete": True,
        "changed": False,
        "items": 9,
        "drift": 3,
        "fields": {"a": 2, "b": 1},
        "interval_s": 60,
        "error": "HTTP 500",
    }


def test_a_source_that_is_not_asked_says_why(door):
    body = body_of(door.put(health("smhi"), {**HEARD, "heard": False, "asked": False, "error": "no key: free"}))

    assert (body["asked"], body["error"]) == (False, "no key: free")


def test_a_command_keeps_who_gave_it_and_its_times_as_numbers(door):
    asked = {"sectors": ["water"], "areas": ["01"], "by": z(T0 + HOUR)}
    body = body_of(door.put(COMMANDS, {**COMMAND, "at": z(T0), "command": "request_reports", "args": asked}))

    assert (body["who"], body["role"], body["on"]) == ("lansstyrelsen-01", "coordinator", "n-1")
    assert body["args"]["by"] == T0 + HOUR
    assert body["args"]["areas"] == sorted(REFERENCE["municipalities"])


def test_a_command_with_wrong_arguments_names_each(door):
    admitted = door.put(COMMANDS, {**COMMAND, "at": z(T0), "command": "convene", "args": {"level": "x", "extra": 1}})

    assert admitted.reason == Refusal.SCHEMA
    assert {line.partition(": ")[0] for line in detail_of(admitted).splitlines()} >= {
        "/forum",
        "/level",
        "/at",
        "/extra",
    }


def test_a_clock_record_moves_the_clock_from_that_record_on(door):
    later = {"kind": "clock", "body": {"mode": "stepped", "at": T0 + HOUR}}
    admitted = door.put(CONTROL, later)

    assert decode(admitted.outs[0].value).known_at == T0 + HOUR
    assert decode(door.actor().outs[0].value).known_at == T0 + HOUR


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"mode": "sideways"},
        {"mode": None, "at": T0},
        {"mode": "stepped", "at": "soon"},
        {"mode": "stepped", "at": None},
        {"mode": "stepped", "at": True},
        {"mode": "stepped", "at": 10**15},
        {"mode": "stepped", "at": -(10**15)},
        {"mode": "paced", "at": T0, "wall": "x"},
        {"mode": "paced", "at": T0, "wall": T0, "speed": -1},
        {"mode": "paced", "at": T0, "wall": T0, "speed": 10**12},
        {"mode": "paced", "at": T0, "wall": 0.5, "speed": 1},
        {"mode": ["real"]},
    ],
)
def test_a_clock_record_that_is_none_is_rejected_and_the_clock_stands(door, body):
    """A record in the log without a time would stop the fold for ever."""
    admitted = door.put(CONTROL, {"kind": "clock", "body": body})

    assert admitted.reason == Refusal.SCHEMA
    assert door.clock.now() == T0


def test_rules_and_registry_pass_as_they_are_and_an_unknown_kind_does_not(door):
    rules = {"rules": {"version": "1", "rule": []}}

    assert body_of(door.put(CONTROL, {"kind": "rules", "body": rules})) == rules
    assert door.put(CONTROL, {"kind": "epoch", "body": {}}).reason == Refusal.SCHEMA


def test_in_the_real_space_topics_have_no_prefix():
    admitted = Door("real").actor()

    assert admitted.outs[0].topic == "region.log"
    assert decode(admitted.outs[0].value).origin.topic == "reports.actor.kommun-0180"


def test_the_time_of_the_log_is_the_spaces_not_the_senders(door):
    record = decode(door.actor(sent=z(T0 - HOUR)).outs[0].value)

    assert (record.known_at, record.body["sent"]) == (T0, parse(z(T0)) - HOUR)

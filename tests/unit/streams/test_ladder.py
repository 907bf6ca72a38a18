"""The ladder: several channels, roles called one after the other by wall time, each with its own keys and results."""

from support.notices import SPACE, mark, notice, on_outlet, suggestion
from support.world import FOLDER

from streams.duty import load_duty
from streams.ladder import WEBHOOK, Route, routes
from streams.outbox import Outbox
from streams.outlets import Outlets

REPEAT = 300_000
ROUTES = (WEBHOOK, Route("mail.tib", "tib"), Route("mail.rsib", "rsib", 600_000))
BODY = {"text": "prov"}


def standing(*more: dict, call: bool = True) -> Outlets:
    read = Outlets(SPACE, "01")
    for record in (on_outlet(100, suggestion(), "suggestion"), on_outlet(100, notice(call=call)), mark(100)):
        read.take(record)
    for version, entity in enumerate(more, 101):
        read.take(on_outlet(version, entity))
        read.take(mark(version))
    return read


def begun(*, call: bool = True) -> Outbox:
    box = Outbox((), repeat_ms=REPEAT, routes=ROUTES)
    box.begin(standing(call=call), now=0)
    return box


def keys(box: Outbox, now: int) -> list[str]:
    return [e.key for e in box.due(now)]


def take(box: Outbox, name: str, now: int, error: str | None = None) -> None:
    box.attempt(name, BODY, now)
    box.record(name, now, error, None if name == "n1" else "tib-1")


def test_the_countys_plan_gives_a_route_to_each_role_the_first_ones_first() -> None:
    plan = load_duty(FOLDER)

    assert routes(plan, ()) == ()
    assert routes(plan, ["webhook"]) == (WEBHOOK,)
    found = routes(plan, ["webhook", "mail"])
    assert [route.name for route in found] == ["webhook", "mail.tib", "mail.rsib", "mail.bitr-tib"]
    assert [route.after for route in found] == sorted(route.after for route in found)


def test_every_channel_that_begins_at_once_begins_at_once_under_a_key_of_its_own() -> None:
    assert keys(begun(), 0) == ["n1/0", "n1/0/mail.tib"]


def test_the_next_role_is_called_by_wall_time_from_the_first_attempt_whatever_became_of_the_others() -> None:
    box = begun()
    take(box, "n1", 0)
    take(box, "n1 mail.tib", 0, "no connection")

    assert "n1/0/mail.rsib" not in keys(box, 599_999)
    assert "n1/0/mail.rsib" in keys(box, 600_000)


def test_a_channel_that_fails_is_tried_again_alone() -> None:
    box = begun()
    take(box, "n1", 0)
    take(box, "n1 mail.tib", 0, "no connection")

    assert keys(box, 1_000) == ["n1/0/mail.tib"]
    assert [(r.key, r.ok, r.route, r.to) for r in box.results] == [
        ("n1/0", True, "webhook", None),
        ("n1/0/mail.tib", False, "mail.tib", "tib-1"),
    ]


def test_each_route_repeats_until_somebody_acknowledges_on_any_channel() -> None:
    box = begun()
    take(box, "n1", 0)
    take(box, "n1 mail.tib", 0)
    assert keys(box, REPEAT) == ["n1/1", "n1/1/mail.tib"]

    box.follow(standing(notice(state="acknowledged")))

    assert keys(box, 10 * REPEAT) == []
    assert box.next_due() is None
    assert {box[name].stopped for name in ("n1", "n1 mail.tib", "n1 mail.rsib")} == {"acknowledged"}


def test_a_quiet_notice_goes_once_and_to_no_one_who_would_be_called_later() -> None:
    box = begun(call=False)
    assert keys(box, 0) == ["n1/0", "n1/0/mail.tib"]

    take(box, "n1", 0)
    take(box, "n1 mail.tib", 0)

    assert box.next_due() is None


def test_an_attempt_that_takes_long_is_not_begun_twice_and_holds_no_other() -> None:
    box = begun()

    assert [e.key for e in box.due(0, {"n1 mail.tib"})] == ["n1/0"]
    assert box.next_due({"n1", "n1 mail.tib"}) == 600_000


def test_one_channel_that_took_it_means_it_was_not_missed() -> None:
    box = begun()
    take(box, "n1 mail.tib", 0)
    take(box, "n1", 0, "no connection")
    gone = standing(notice(state="gone"))

    box.follow(gone)

    assert box.begin(gone, now=1_000) == []


def test_what_no_channel_took_before_it_went_is_listed_on_those_that_begin_at_once() -> None:
    box = begun()
    take(box, "n1 mail.tib", 0, "no connection")
    take(box, "n1", 0, "no connection")
    gone = standing(notice(state="gone"))

    box.follow(gone)

    assert [(e.route, e.listed) for e in box.begin(gone, now=1_000)] == [("webhook", ("n1",)), ("mail.tib", ("n1",))]
    assert box.begin(gone, now=2_000) == []


def test_a_channel_set_later_takes_up_what_still_stands_open() -> None:
    first = Outbox((), repeat_ms=REPEAT, routes=(WEBHOOK,))
    first.begin(standing(), now=0)

    box = Outbox(first.changed.values(), repeat_ms=REPEAT, routes=ROUTES)

    assert [e.route for e in box.begin(standing(), now=0)] == ["mail.tib", "mail.rsib"]


def test_a_channel_taken_away_is_not_tried() -> None:
    box = Outbox(begun().changed.values(), repeat_ms=REPEAT, routes=(WEBHOOK,))

    assert keys(box, 700_000) == ["n1/0"]


def test_a_clock_set_back_sends_what_lies_too_far_ahead_and_nothing_in_a_loop() -> None:
    box = begun()
    day = 86_400_000
    box.follow(standing())
    now = -day

    assert keys(box, now) == ["n1/0", "n1/0/mail.tib", "n1/0/mail.rsib"]
    for entry in box.due(now):
        take(box, entry.name, now)

    assert keys(box, now) == []
    assert keys(box, now + REPEAT) == ["n1/1", "n1/1/mail.tib", "n1/1/mail.rsib"]


def test_a_lost_disk_is_made_good_route_by_route() -> None:
    box = begun()
    take(box, "n1", 0)
    take(box, "n1 mail.tib", 0, "no connection")

    found = Outbox((), repeat_ms=REPEAT, routes=ROUTES)
    found.restore(box.results, standing())
    found.begin(standing(), now=5_000)

    assert found["n1"].key == "n1/1"
    assert found["n1 mail.tib"].key == "n1/0/mail.tib"
    assert found["n1 mail.rsib"].due == 605_000

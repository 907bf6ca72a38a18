"""The ladder of delivery, stepped: when a notice begins, what is due, what stops it, what survives a kill."""

from pathlib import Path

import pytest
from support.notices import SPACE, mark, notice, on_outlet, record, suggestion, tombstone

from schemas.notice import Notice
from schemas.picture import Suggestion
from streams.bus import In
from streams.errors import DataDirBusyError, StartError
from streams.ladder import WEBHOOK
from streams.outbox import Outbox
from streams.outbox_disk import OutboxDisk
from streams.outbox_entry import NO_RECEIVER, Entry
from streams.outlets import Outlets

REPEAT = 300_000
BODY = {"text": "prov"}


def outlets(*records: In) -> Outlets:
    read = Outlets(SPACE, "01")
    for each in records:
        read.take(each)
    return read


def standing_open(version: int = 100) -> Outlets:
    return outlets(on_outlet(version, suggestion(), "suggestion"), on_outlet(version, notice()), mark(version))


def outbox(*entries: Entry, receiver: bool = True) -> Outbox:
    return Outbox(entries, repeat_ms=REPEAT, routes=(WEBHOOK,) if receiver else ())


def test_entities_of_these_tests_are_the_ones_the_fold_writes() -> None:
    Notice.model_validate(notice())
    Suggestion.model_validate(suggestion())


# ---- beginning ---------------------------------------------------------------------------------------------------


def test_an_open_notice_begins_at_once_when_the_fold_is_at_the_head() -> None:
    box = outbox()

    box.begin(standing_open(), now=1_000)

    assert [e.key for e in box.due(1_000)] == ["n1/0"]


def test_nothing_begins_while_the_fold_lags() -> None:
    box = outbox()
    lagging = outlets(on_outlet(100, notice()), mark(150, at_head=False))

    assert not box.waiting(lagging)
    assert box.begin(lagging, now=0) == []


def test_a_mark_of_the_head_before_the_notice_does_not_count() -> None:
    assert not outbox().waiting(outlets(mark(99), on_outlet(100, notice())))


def test_a_mark_of_another_region_does_not_count() -> None:
    assert not outbox().waiting(outlets(on_outlet(100, notice()), mark(100, region="03")))


def test_a_notice_that_changes_all_the_time_still_begins() -> None:
    read = outlets(on_outlet(100, notice()), mark(100), on_outlet(101, notice(attempts=0, level="inriktande")))

    assert [e.id for e in outbox().begin(read, now=0)] == ["n1"]


def test_what_came_and_went_while_the_fold_lagged_is_listed_in_one_quiet_notice() -> None:
    box = outbox()
    read = outlets(
        on_outlet(100, notice("n1")),
        on_outlet(200, notice("n1", state="gone")),
        on_outlet(150, notice("n2")),
        tombstone("n2", 210),
        on_outlet(220, notice("n3")),
        mark(300),
    )

    begun = box.begin(read, now=0)

    assert [e.listed for e in begun] == [(), ("n1", "n2")]
    quiet = begun[1]
    assert not quiet.call
    assert not box.waiting(read), "it is listed once"


def test_what_was_acknowledged_or_delivered_before_is_not_listed_as_missed() -> None:
    read = outlets(
        on_outlet(100, notice("n1", state="gone", delivered_at="2027-01-19T06:00:01.000Z")),
        on_outlet(100, notice("n2", state="gone", acknowledged_at="2027-01-19T06:00:01.000Z")),
        on_outlet(100, notice("n3", state="acknowledged")),
        mark(300),
    )

    assert outbox().begin(read, now=0) == []


def test_a_call_that_went_while_the_receiver_was_away_is_listed_when_it_is_back() -> None:
    box = outbox()
    read = standing_open()
    box.begin(read, now=0)
    box.attempt("n1", BODY, 0)
    box.record("n1", 0, "no connection")
    read.take(on_outlet(200, notice(state="gone")))
    read.take(mark(200))

    box.follow(read)
    (quiet,) = box.begin(read, now=1_000)

    assert quiet.listed == ("n1",)
    box.attempt(quiet.id, BODY, 1_000)
    assert box.record(quiet.id, 1_000).about() == ("n1",)
    assert box[quiet.id].stopped == "once"


def test_while_one_list_waits_for_the_receiver_no_second_is_made() -> None:
    box = outbox()
    read = outlets(on_outlet(100, notice("n1", state="gone")), mark(100))
    (first,) = box.begin(read, now=0)
    read.take(on_outlet(200, notice("n2", state="gone")))
    read.take(mark(200))

    assert box.begin(read, now=0) == []
    box.attempt(first.id, BODY, 0)
    box.record(first.id, 0)
    assert [e.listed for e in box.begin(read, now=0)] == [("n2",)]


# ---- the ladder --------------------------------------------------------------------------------------------------


def test_a_call_is_repeated_under_the_next_key_until_acknowledged() -> None:
    box, read = outbox(), standing_open()
    box.begin(read, now=0)

    box.attempt("n1", BODY, 0)
    box.record("n1", 40)
    assert box.due(40 + REPEAT - 1) == []
    assert [e.key for e in box.due(40 + REPEAT)] == ["n1/1"]

    read.take(on_outlet(101, notice(state="acknowledged")))
    box.follow(read)
    assert box.due(40 + REPEAT) == []
    assert box.next_due() is None
    assert box["n1"].stopped == "acknowledged"


def test_a_call_that_is_gone_is_not_repeated() -> None:
    box, read = outbox(), standing_open()
    box.begin(read, now=0)

    read.take(tombstone("n1"))
    box.follow(read)

    assert box.next_due() is None


def test_a_quiet_notice_is_sent_once() -> None:
    box = outbox()
    box.begin(outlets(on_outlet(100, notice(call=False)), mark(100)), now=0)

    box.attempt("n1", BODY, 0)
    box.record("n1", 0)

    assert box.next_due() is None
    assert box["n1"].stopped == "once"


def test_a_failed_step_is_tried_again_after_longer_and_longer_pauses_under_the_same_key() -> None:
    box = outbox()
    box.begin(standing_open(), now=0)

    now, pauses, keys = 0, [], set()
    for _ in range(9):
        keys.add(box.attempt("n1", BODY, now).key)
        box.record("n1", now, "status 503")
        due = box.next_due()
        assert due is not None
        pauses.append((due - now) // 1_000)
        now = due

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert keys == {"n1/0"}


def test_pauses_begin_anew_in_the_next_step() -> None:
    box = outbox()
    box.begin(standing_open(), now=0)
    for error in ("status 503", "status 503", None, "status 503"):
        box.attempt("n1", BODY, 0)
        box.record("n1", 0, error)

    assert box.next_due() == 1_000
    assert box["n1"].key == "n1/1"


def test_attempts_are_counted_over_all_steps_so_that_no_two_results_look_alike() -> None:
    box = outbox()
    box.begin(standing_open(), now=0)
    for error in ("status 503", None, "status 503", None):
        box.attempt("n1", BODY, 0)
        box.record("n1", 0, error)

    assert [(r.key, r.attempt, r.ok) for r in box.results] == [
        ("n1/0", 1, False),
        ("n1/0", 2, True),
        ("n1/1", 3, False),
        ("n1/1", 4, True),
    ]


def test_one_key_never_brings_two_texts() -> None:
    box = outbox()
    box.begin(standing_open(), now=0)

    box.attempt("n1", {"text": "first"}, 0)
    box.record("n1", 0, "status 503")
    assert box.attempt("n1", {"text": "second"}, 1_000).body == {"text": "first"}
    box.record("n1", 1_000)
    assert box.attempt("n1", {"text": "second"}, REPEAT).body == {"text": "second"}


def test_an_acknowledgement_during_an_attempt_keeps_its_result_and_ends_the_ladder() -> None:
    box, read = outbox(), standing_open()
    box.begin(read, now=0)
    box.attempt("n1", BODY, 0)

    read.take(on_outlet(101, notice(state="acknowledged")))
    box.follow(read)
    result = box.record("n1", 10)

    assert result.ok
    assert box["n1"].delivered == 10
    assert box.next_due() is None


def test_a_wall_clock_set_back_does_not_silence_a_call() -> None:
    box = outbox()
    day = 86_400_000
    box.begin(standing_open(), now=day)

    assert [e.key for e in box.due(0)] == ["n1/0"]


def test_a_notice_raised_again_gets_a_ladder_with_new_keys() -> None:
    box, read = outbox(), standing_open()
    box.begin(read, now=0)
    box.attempt("n1", BODY, 0)
    box.record("n1", 0)
    read.take(on_outlet(101, notice(state="gone")))
    box.follow(read)

    read.take(on_outlet(500, notice(opened=500)))
    read.take(mark(500))
    box.begin(read, now=9_000_000)

    (again,) = box.due(9_000_000)
    assert again.key == "n1/2"


# ---- no receiver -------------------------------------------------------------------------------------------------


def test_without_a_receiver_it_is_said_once_and_nothing_is_due() -> None:
    box, read = outbox(receiver=False), standing_open()

    box.begin(read, now=0)

    assert [(r.key, r.ok, r.error) for r in box.results] == [("n1/0", False, NO_RECEIVER)]
    assert box.next_due() is None
    assert not box.waiting(read)


def test_a_receiver_that_is_set_later_gets_what_still_stands_open() -> None:
    first, read = outbox(receiver=False), standing_open()
    first.begin(read, now=0)

    box = outbox(first["n1"])
    box.begin(read, now=1_000)

    assert [e.key for e in box.due(1_000)] == ["n1/0"]


# ---- repeats and restarts ------------------------------------------------------------------------------------------


def test_an_older_version_of_a_notice_says_nothing() -> None:
    read = outlets(
        on_outlet(101, notice(state="acknowledged")), on_outlet(100, notice()), tombstone("n1", 99), mark(101)
    )

    assert not outbox().waiting(read)


def test_versions_on_picture_changes_are_not_marks() -> None:
    assert not outlets().take(record("picture.changes", "01", b"{}", type=b"version"))


def test_a_killed_deliverer_goes_on_when_due_with_the_same_key(tmp_path: Path) -> None:
    with OutboxDisk(tmp_path) as disk:
        box = outbox()
        box.begin(standing_open(), now=0)
        box.attempt("n1", BODY, 0)
        disk.save(box.changed.values(), box.results)

    with OutboxDisk(tmp_path) as disk:
        box = outbox(*disk.entries())

    (entry,) = box.due(5_000)
    assert entry.key == "n1/0"
    assert box.attempt("n1", {"text": "other"}, 5_000).body == BODY
    assert box["n1"].attempts == 2


def test_results_wait_on_disk_until_kafka_has_them(tmp_path: Path) -> None:
    box = outbox()
    box.begin(standing_open(), now=0)
    box.attempt("n1", BODY, 0)
    told = [box.record("n1", 0, "status 503"), box.record("n1", 1)]
    with OutboxDisk(tmp_path) as disk:
        disk.save(box.changed.values(), box.results)

    with OutboxDisk(tmp_path) as disk:
        waiting = disk.results()
        assert [r for _, r in waiting] == told
        disk.forget(waiting[0][0])
        assert [r for _, r in disk.results()] == told[1:]


def test_a_lost_disk_is_made_good_from_what_was_recorded() -> None:
    before, read = outbox(), standing_open()
    before.begin(read, now=0)
    before.attempt("n1", BODY, 0)
    before.record("n1", 0)

    box = outbox()
    box.restore(before.results, read)

    assert not box.waiting(read)
    assert box.next_due() == REPEAT
    assert box["n1"].key == "n1/1"
    assert box["n1"].suggestion == suggestion()


def test_a_recorded_notice_that_is_no_more_is_not_sent_again() -> None:
    before, read = outbox(), standing_open()
    before.begin(read, now=0)
    before.attempt("n1", BODY, 0)
    before.record("n1", 0)

    box = outbox()
    box.restore(before.results, outlets(mark(900)))

    assert box.next_due() is None


def test_a_recorded_list_is_not_made_again() -> None:
    read = outlets(on_outlet(100, notice(state="gone")), mark(100))
    before = outbox()
    (quiet,) = before.begin(read, now=0)
    before.attempt(quiet.id, BODY, 0)
    before.record(quiet.id, 0)

    box = outbox()
    box.restore(before.results, read)

    assert not box.waiting(read)


def test_two_deliverers_of_one_outbox_are_refused_with_a_line(tmp_path: Path) -> None:
    with OutboxDisk(tmp_path), pytest.raises(DataDirBusyError, match="another deliverer"), OutboxDisk(tmp_path):
        pass


def test_a_damaged_outbox_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").write_bytes(b"no database at all" * 100)

    with pytest.raises(StartError, match="move it away"), OutboxDisk(tmp_path):
        pass

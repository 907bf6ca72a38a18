"""The life of a notice in the fold, told to the letter: opened, delivered, answered twice, gone, forgotten."""

import pytest
from support.ringing import notice, storm
from support.world import T0, World

from schemas.change import Cause
from schemas.times import DAY, HOUR, MINUTE, z
from streams.core import duty, notices, reminders
from streams.core.clock import Deadlines
from streams.core.step import Step


def result(world: World, minute: float, name: str, **more: object) -> tuple[str, str | None]:
    """A person's acknowledgement."""
    outcome = world.command(minute, "acknowledge", on=name, **more).outcome
    assert outcome is not None
    return str(outcome.result), outcome.reason and str(outcome.reason)


def attempt(world: World, minute: float, name: str, ordinal: int, **more: object) -> tuple[str, str | None]:
    body = {"notice": name, "key": "k", "step": 0, "attempt": ordinal, **more}
    outcome = world.put(minute, "delivery", body).outcome
    assert outcome is not None
    return str(outcome.result), outcome.reason and str(outcome.reason)


def loose(world: World) -> Step:
    return Step(world.state, Deadlines(world.state.due), world.state.t, Cause("deadline", "test"))


# ---- opened, answered ----------------------------------------------------------------------------------------------


def test_a_notice_begins_open_untried_and_cites_the_version_that_raised_it() -> None:
    world, name = storm()

    entity = dict(notice(world, name))

    suggestion = entity.pop("suggestion")
    assert name == "n" + suggestion[1:]
    assert world.state.picture["suggestion"][suggestion]["notice"] == name
    assert entity == {
        "id": name,
        "call": True,
        "level": "samordnande",
        "state": "open",
        "opened_at": z(T0),
        "attempts": 0,
        "opened_version": world.versions[-1].number,
    }


def test_an_answer_names_who_how_and_when_and_a_second_one_changes_nothing() -> None:
    world, name = storm()

    assert result(world, 5, name) == ("applied", None)
    first = notice(world, name)
    version = world.state.version
    assert result(world, 6, name, who="polisen-sthlm") == ("duplicate_of", None)

    assert world.last.outcome is not None
    assert world.last.outcome.version == version
    assert notice(world, name) == first
    assert (first["acknowledged_at"], first["acknowledged_by"]) == (z(T0 + 5 * MINUTE), "lansstyrelsen-01")
    assert not {"on_behalf_of", "via"} & set(first)


def test_what_is_gone_or_never_was_cannot_be_answered() -> None:
    world, name = storm()
    world.warning(10, "RED", 2, change="cancel")
    world.tick(10 + 61)

    assert notice(world, name)["state"] == "gone"
    assert result(world, 80, name) == ("refused", "wrong_state")
    assert notices.acknowledge(loose(world), "nothing", by="x").reason == "not_there"


def test_a_notice_follows_its_suggestion_and_only_a_persons_act_answers_it() -> None:
    for state, by, becomes in (
        ("accepted", "x", "acknowledged"),
        ("accepted", "", "gone"),
        ("withdrawn", "x", "gone"),
        ("withdrawn", "", "gone"),
    ):
        world, name = storm()
        before = notice(world, name)
        notices.follow(loose(world), name, state, by=by)
        assert notice(world, name)["state"] == becomes, (state, by)
        if becomes == "gone":
            assert notice(world, name) == {**before, "state": "gone"}


def test_what_was_answered_stays_answered_when_the_suggestion_falls_away() -> None:
    world, name = storm()
    world.command(5, "acknowledge", on=name)
    step = loose(world)

    notices.follow(step, name, "withdrawn", by="")
    notices.follow(step, "nothing", "withdrawn", by="")

    assert step.changes() == []


def test_deciding_at_once_answers_the_notice_too() -> None:
    world, name = storm()

    world.command(5, "accept", on=notice(world, name)["suggestion"])

    assert (notice(world, name)["state"], notice(world, name)["acknowledged_by"]) == (
        "acknowledged",
        "lansstyrelsen-01",
    )
    assert f"remind|{name}" not in world.state.due


# ---- delivered -----------------------------------------------------------------------------------------------------


def test_a_result_without_a_channel_is_the_webhooks_as_older_logs_have_it() -> None:
    world, name = storm()

    assert attempt(world, 1, name, 1, ok=True) == ("applied", None)

    assert notice(world, name)["channels"] == {"webhook": {"attempts": 1, "delivered_at": z(T0 + MINUTE)}}


def test_a_channel_keeps_its_first_delivery_and_its_newest_error_until_it_works_again() -> None:
    world, name = storm()
    attempt(world, 1, name, 1, ok=False, error="status 503")
    attempt(world, 2, name, 2, ok=True)
    assert notice(world, name)["channels"]["webhook"] == {"attempts": 2, "delivered_at": z(T0 + 2 * MINUTE)}
    assert "last_error" not in notice(world, name)

    attempt(world, 7, name, 3, ok=False, error="status 500")
    told = notice(world, name)
    assert told["channels"]["webhook"]["last_error"] == "status 500"
    assert told["last_error"] == "status 500", "the one channel there is does not work now"
    assert told["delivered_at"] == z(T0 + 2 * MINUTE)

    attempt(world, 8, name, 4, ok=True)
    assert notice(world, name)["channels"]["webhook"] == {"attempts": 4, "delivered_at": z(T0 + 2 * MINUTE)}
    assert "last_error" not in notice(world, name)


def test_a_failure_without_words_is_counted_and_tells_nothing() -> None:
    world, name = storm()

    attempt(world, 1, name, 1, ok=False)

    assert notice(world, name)["channels"] == {"webhook": {"attempts": 1}}
    assert "last_error" not in notice(world, name)


def test_attempts_are_counted_from_one() -> None:
    world, name = storm()

    assert attempt(world, 1, name, 0, ok=True) == ("duplicate_of", None)


def test_a_result_for_a_notice_that_is_not_there_is_refused() -> None:
    world, _ = storm()

    assert attempt(world, 1, "nothing", 1, ok=True) == ("refused", "not_there")


# ---- the reminder, and the end --------------------------------------------------------------------------------------


def test_the_reminder_is_a_quiet_notice_of_its_own_to_the_letter() -> None:
    world, name = storm()
    world.command(5, "acknowledge", on=name)
    world.tick(36)

    assert notice(world, f"{name}-r") == {
        "id": f"{name}-r",
        "suggestion": notice(world, name)["suggestion"],
        "call": False,
        "level": "samordnande",
        "state": "open",
        "opened_at": z(T0 + 35 * MINUTE),
        "attempts": 0,
        "opened_version": world.versions[-1].number,
        "reminds": name,
        "seen_at": z(T0 + 5 * MINUTE),
    }


def test_without_a_figure_in_the_countys_data_it_is_half_an_hour() -> None:
    world, name = storm()
    raw = world.state.reference_raw
    figures = {k: v for k, v in raw["figures"].items() if k != "undecided_reminder_s"}
    world.put(1, "reference", {**raw, "figures": figures})

    world.command(5, "acknowledge", on=name)

    assert world.state.due[f"remind|{name}"] == T0 + 35 * MINUTE


def test_a_quiet_notice_that_somebody_acknowledged_is_not_reminded_of() -> None:
    world, name = storm()
    world.command(5, "acknowledge", on=name)
    world.tick(36)

    world.command(37, "acknowledge", on=f"{name}-r")

    assert f"remind|{name}-r" not in world.state.due
    assert notice(world, f"{name}-r")["state"] == "acknowledged"


@pytest.mark.parametrize("name", ["nothing", "open"])
def test_nothing_is_reminded_of_that_is_not_there_or_was_not_acknowledged(name: str) -> None:
    world, real = storm()
    step = loose(world)

    reminders.due(step, real if name == "open" else name)

    assert step.changes() == []


def test_nothing_is_reminded_of_whose_suggestion_is_forgotten() -> None:
    world, name = storm()
    world.command(5, "acknowledge", on=name)
    del world.state.picture["suggestion"][notice(world, name)["suggestion"]]
    step = loose(world)

    reminders.due(step, name)

    assert step.changes() == []


def test_forgetting_takes_the_reminder_and_its_time_along() -> None:
    world, name = storm()
    world.command(5, "acknowledge", on=name)
    suggestion = notice(world, name)["suggestion"]

    notices.drop(loose(world), suggestion)

    assert f"remind|{name}" not in world.state.due
    assert notice(world, name) == {}
    assert suggestion not in world.state.picture["suggestion"]


def test_a_reminder_that_goes_keeps_what_it_said() -> None:
    world, name = storm()
    world.command(5, "acknowledge", on=name)
    world.tick(36)
    before = notice(world, f"{name}-r")

    world.command(38, "dismiss", on=notice(world, name)["suggestion"], texts={"reason": "k"})

    assert notice(world, f"{name}-r") == {**before, "state": "gone"}


def test_a_decision_takes_the_reminders_time_away() -> None:
    world, name = storm()
    world.command(5, "acknowledge", on=name)
    assert f"remind|{name}" in world.state.due

    world.command(6, "dismiss", on=notice(world, name)["suggestion"], texts={"reason": "k"})

    assert f"remind|{name}" not in world.state.due


def test_a_reminder_that_was_seen_stays_seen_when_the_decision_comes() -> None:
    world, name = storm()
    world.command(5, "acknowledge", on=name)
    world.tick(36)
    world.command(37, "acknowledge", on=f"{name}-r")

    world.command(38, "dismiss", on=notice(world, name)["suggestion"], texts={"reason": "k"})

    assert notice(world, f"{name}-r")["state"] == "acknowledged"


def test_notice_and_reminder_are_forgotten_with_their_suggestion() -> None:
    world, name = storm()
    world.command(5, "acknowledge", on=name)
    world.tick(36)
    world.command(37, "dismiss", on=notice(world, name)["suggestion"], texts={"reason": "k"})
    assert set(world.state.picture["notice"]) == {name, f"{name}-r"}

    world.tick(37 + 31 * DAY / MINUTE)

    assert not {name, f"{name}-r"} & set(world.state.picture["notice"])
    assert f"remind|{name}" not in world.state.due


def test_a_suggestion_that_is_not_there_is_forgotten_without_a_word() -> None:
    world, _ = storm()
    step = loose(world)

    notices.drop(step, "nothing")

    assert step.changes() == []


# ---- hand-over -----------------------------------------------------------------------------------------------------


def test_a_hand_over_lists_forums_at_work_and_says_till_when() -> None:
    world, _ = storm()
    args = {"forum": "f1", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"}
    world.command(5, "convene", args=args)
    until = T0 + 9 * HOUR

    world.command(7, "hand_over", args={"role": "tib", "to": "tib-2", "until": until}, seen_version=2)

    handed = dict(world.state.picture["duty"]["tib"])
    assert handed.pop("sealed")["seen"] == 2
    assert ("forum", "f1") in [(m["kind"], m["id"]) for m in handed.pop("matters")]
    assert handed == {
        "id": "tib",
        "person": "tib-2",
        "since": z(T0 + 7 * MINUTE),
        "handed_over_by": "lansstyrelsen-01",
        "until": z(until),
    }


def test_only_what_is_open_is_sent_on_to_the_new_one() -> None:
    world, name = storm()
    world.command(5, "acknowledge", on=name)
    before = notice(world, name)

    world.command(7, "hand_over", args={"role": "tib", "to": "tib-2"})

    assert notice(world, name) == before


def test_a_notice_opened_after_a_hand_over_says_who_has_the_duty() -> None:
    world = World()
    world.command(-5, "hand_over", args={"role": "tib", "to": "tib-2"})

    world.warning(0, "RED", 1)

    (call,) = world.calls()
    assert call["duty"] == {"tib": {"person": "tib-2", "since": z(T0 - 5 * MINUTE)}}


OPEN_AND_NOT = [
    ("notice", "open", "gone"),
    ("notice", "open", "acknowledged"),
    *(("suggestion", state, "dismissed") for state in ("raised", "notified", "acknowledged", "accepted")),
    ("forum", "convened", "closed"),
    ("forum", "active", "closed"),
    ("matter", "open", "closed"),
    ("entry", "open", "done"),
    ("entry", "overdue", "kept"),
    ("question", "open", "answered"),
    ("question", "overdue", "answered"),
]


@pytest.mark.parametrize(("kind", "is_open", "is_not"), OPEN_AND_NOT)
def test_every_kind_of_open_matter_is_handed_on_and_nothing_that_is_done(kind: str, is_open: str, is_not: str) -> None:
    world = World()
    world.state.picture[kind].update({"a": {"state": is_not}, "b": {"state": is_open}})

    assert duty.open_matters(loose(world)) == [{"kind": kind, "id": "b", "state": is_open}]


def test_a_request_for_reports_is_open_as_long_as_it_stands() -> None:
    world = World()
    world.state.picture["request"]["a"] = {}

    assert duty.open_matters(loose(world)) == [{"kind": "request", "id": "a", "state": "open"}]

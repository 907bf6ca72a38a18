"""Forums: called by hand with no feed at all, chair, members with reason, meetings on sealed pictures."""

from itertools import product

import pytest
from support.forums import called, do, entries, forum, result
from support.world import T0, World, refold

from schemas.codec import load as parsed
from schemas.codec import pack
from schemas.forum import Entry, Forum, Meeting, SharedMatter
from schemas.times import DAY, HOUR, MINUTE, parse, z
from streams.core.fold import Fold
from streams.core.forum_life import ENTRY, FORUM, NONE, entry_after, forum_after
from streams.core.localtime import days_later
from streams.core.state import copy_tables, rows
from streams.core.state import load as load_state


@pytest.fixture
def world() -> World:
    return World()


# ---- the table of a forum's life -------------------------------------------------------------------------------------

STATES = (NONE, "active", "standing", "stepped_down", "closed")
EVENTS = sorted({event for _, event in FORUM})
CALLING = {"convene": "active", "constitute": "standing"}
LEAVING = {"close": "closed", "step_down": "stepped_down"}


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)))
def test_every_state_knows_what_every_event_does_to_it(state, event):
    is_called = state in {"active", "standing", "stepped_down"}
    if event in CALLING:
        expected = None if state in {"active", "standing"} else CALLING[event]
    elif event == "step_down":
        expected = "stepped_down" if state == "active" else None
    elif event == "close":
        expected = "closed" if is_called else None
    elif event in {"need_direction", "set_reporting"}:
        expected = "active" if state == "active" else None
    else:
        expected = state if is_called else None

    assert forum_after(None if state == NONE else state, event) == expected


@pytest.mark.parametrize("event", ["all_in", "all_done", "due", "close"])
@pytest.mark.parametrize("state", ["open", "overdue", "answered", "done", "kept", "closed"])
def test_every_entry_knows_what_every_event_does_to_it(state, event):
    expected = {
        "all_in": {"open": "answered", "overdue": "answered"},
        "all_done": dict.fromkeys(("open", "overdue", "answered"), "done"),
        "due": dict.fromkeys(("open", "answered"), "overdue"),
        "close": dict.fromkeys(("open", "overdue", "answered", "done"), "closed"),
    }

    assert entry_after(state, event) == expected[event].get(state)


def test_the_tables_hold_nothing_that_is_not_tried():
    assert {state for state, _ in FORUM} == set(STATES)
    assert set(FORUM.values()) == set(STATES) - {NONE}
    assert {event for _, event in ENTRY} == {"all_in", "all_done", "due", "close"}


# ---- called by hand --------------------------------------------------------------------------------------------------


def test_a_person_calls_a_forum_with_no_feed_no_report_and_no_suggestion_at_all(world):
    called(world, members=["KOM", "polisen-sthlm"])

    assert forum(world)["state"] == "active"
    assert forum(world)["chair"] == "lansstyrelsen-01"
    assert "suggestion" not in forum(world)
    assert world.state.picture["item"] == {}
    assert len(forum(world)["members"]) == 28
    assert forum(world)["members"]["kommun-0140"] == {"how": "called_in", "reason": "convened", "since": z(T0)}
    assert forum(world)["members"]["lansstyrelsen-01"]["reason"] == "always"
    assert world.calls() == []


@pytest.mark.parametrize("who", ["lansstyrelsen-01", "operator"])
def test_everything_about_a_forum_works_on_an_empty_picture(world, who):
    role = "operator" if who == "operator" else "coordinator"
    at = T0 + HOUR
    for minute, (name, args) in enumerate(
        [
            ("convene", {"forum": "f", "level": "samordnande", "at": T0}),
            ("roll_call", {"present": ["polisen-sthlm"]}),
            ("set_chair", {"actor": "polisen-sthlm"}),
            ("assess", {}),
            ("need_direction", {}),
            ("agree", {"asks": ["KOM"]}),
            ("task", {"owner": "polisen-sthlm", "due": at}),
            ("set_next_meeting", {"at": at}),
            ("set_reporting", {"interval_min": 60}),
            ("note", {}),
            ("publish_message", {}),
            ("step_down", {}),
            ("close", {}),
        ]
    ):
        on = {} if name == "convene" else {"on": "f"}
        assert (
            result(world.command(minute, name, args=args, who=who, role=role, texts={"what": "k"}, **on)) == "applied"
        )
    assert forum(world)["state"] == "closed"


def test_why_it_was_called_is_kept_in_the_callers_own_words(world):
    args = {"forum": "f", "level": "samordnande", "at": T0}
    world.command(0, "convene", args=args, texts={"reason": "k"})
    assert forum(world)["texts"] == {"reason": "k"}
    assert (forum(world)["mode"], forum(world)["form"]) == ("activated", "telefon")
    assert forum(world)["convened_by"] == "lansstyrelsen-01"


def test_a_forum_that_ends_takes_its_own_suggestion_along_and_no_other_forums(world):
    for minute, event in enumerate(("e1", "e2")):
        more = {"onset": T0 + 9 * DAY, "ends": T0 + 9 * DAY + 4 * HOUR, "attendance": 12_000}
        world.report(minute, "polisen-sthlm", event, kind="planned_event", **more)
        for who in ("region-sthlm-trafik", "trafikverket-vag"):
            do(world, minute, "mark_affected", on=f"actor.polisen-sthlm/{event}", who=who, how="direct")
    first, second = sorted(s["id"] for s in world.suggestions("raised") if s["level"] == "planering")
    for name, suggestion in (("p1", first), ("p2", second)):
        args = {"forum": name, "level": "planering", "at": T0 + HOUR}
        assert result(world.command(3, "convene", on=suggestion, args=args)) == "applied"
    suggestions = world.state.picture["suggestion"]
    assert (suggestions[first]["forum"], suggestions[second]["forum"]) == ("p1", "p2")
    do(world, 4, "close", on="p1")
    assert (suggestions[first]["state"], suggestions[second]["state"]) == ("closed", "convened")
    world.tick(61)
    assert suggestions[second]["state"] == "active"
    do(world, 62, "step_down", on="p2")
    assert suggestions[second]["state"] == "stepped_down"


def test_a_second_call_of_an_active_forum_is_refused(world):
    called(world)
    args = {"forum": "f", "level": "samordnande", "at": T0}
    assert result(world.command(1, "convene", args=args)) == "wrong_state"


def test_a_closed_forum_is_called_again_with_its_members_and_its_count_of_meetings(world):
    called(world, members=["polisen-sthlm"])
    world.tick(31)
    assert do(world, 40, "close") == "applied"
    called(world, 50)
    world.tick(81)
    assert forum(world)["meetings"] == 2
    assert "polisen-sthlm" in forum(world)["members"]
    assert world.state.picture["meeting"]["f/2"]["previous"] == "f/1"


@pytest.mark.parametrize("args", [{"members": ["nobody"]}, {"about": "actor.x/none"}])
def test_nobody_unknown_is_called_and_about_nothing_that_is_not_there(world, args):
    wanted = {"forum": "f", "level": "samordnande", "at": T0, **args}
    assert result(world.command(0, "convene", args=wanted)) == "not_there"
    assert result(world.command(1, "convene", on="s-none", args={**wanted, "members": []})) == "not_there"
    assert world.state.picture["forum"] == {}


def test_the_seats_of_the_suggestion_become_members_each_with_its_reason(world):
    world.warning(0, "RED", 1)
    suggestion = world.suggestions("raised")[0]
    called(world, 5)
    seats = {seat["actor"]: seat["reason"] for seat in suggestion["seats"]}
    assert {a: m["reason"] for a, m in forum(world)["members"].items()} == seats
    assert forum(world)["suggestion"] == suggestion["id"]
    assert [s["id"] for s in world.suggestions("convened")] == [suggestion["id"]]
    world.tick(36)
    assert [s["id"] for s in world.suggestions("active")] == [suggestion["id"]]


def test_a_call_on_one_suggestion_carries_out_that_one_only(world):
    world.warning(0, "RED", 1)
    suggestion = world.suggestions("raised")[0]["id"]
    args = {"forum": "other", "level": "verkstallande", "at": T0}
    assert result(world.command(1, "convene", on=suggestion, args=args)) == "applied"
    assert forum(world, "other")["suggestion"] == suggestion


def test_a_planning_forum_does_not_make_the_samordnande_level_active(world):
    called(world, forum="plan", level="planering")
    world.warning(1, "RED", 1)
    assert [s["state"] for s in world.suggestions("raised")] == ["raised"]
    assert len(world.calls()) == 1


def test_an_ordinary_forum_stands_and_no_rule_takes_it_for_an_active_one(world):
    called(world, forum="veckokonferens", mode="ordinary", members=["ALLA"])
    assert forum(world, "veckokonferens")["state"] == "standing"
    world.warning(1, "RED", 1)
    assert len(world.calls()) == 1
    assert do(world, 2, "need_direction", on="veckokonferens") == "wrong_state"
    assert do(world, 3, "set_reporting", on="veckokonferens", interval_min=60) == "wrong_state"


# ---- chair, roles ----------------------------------------------------------------------------------------------------


def test_the_chair_shifts_and_the_shift_is_in_the_minutes(world):
    called(world)
    assert do(world, 31, "set_chair", actor="polisen-sthlm") == "applied"
    assert forum(world)["chair"] == "polisen-sthlm"
    assert forum(world)["chair_since"] == z(T0 + 31 * MINUTE)
    assert forum(world)["members"]["polisen-sthlm"]["reason"] == "chair"
    assert [e["chair"] for e in entries(world, "chair")] == ["polisen-sthlm"]
    assert do(world, 32, "set_chair", actor="nobody") == "not_there"


def test_the_chair_leads_its_forum_and_no_other(world):
    called(world)
    called(world, 1, forum="g")
    assert do(world, 31, "note", who="polisen-sthlm", texts="what") == "not_allowed"
    do(world, 32, "set_chair", actor="polisen-sthlm")
    assert do(world, 33, "note", who="polisen-sthlm", texts="what") == "applied"
    assert do(world, 34, "note", on="g", who="polisen-sthlm", texts="what") == "not_allowed"
    assert (
        do(world, 35, "request_reports", who="polisen-sthlm", sectors=["care"], areas=["0180"], by=T0) == "not_allowed"
    )
    do(world, 36, "set_chair", who="polisen-sthlm", actor="lansstyrelsen-01")
    assert do(world, 37, "note", who="polisen-sthlm", texts="what") == "not_allowed"


@pytest.mark.parametrize("name", ["set_chair", "note", "agree", "task", "recommend", "roll_call", "set_next_meeting"])
def test_what_a_forum_does_needs_a_forum_that_is_there_and_open(world, name):
    args = {
        "set_chair": {"actor": "polisen-sthlm"},
        "agree": {"asks": ["KOM"]},
        "task": {"owner": "KOM", "due": T0},
        "recommend": {"to": "g"},
        "roll_call": {"present": ["KOM"]},
        "set_next_meeting": {"at": T0 + HOUR},
    }.get(name, {})
    called(world, forum="g")
    assert do(world, 0, name, on="nowhere", **args) == "not_there"
    called(world, 1)
    do(world, 2, "close")
    assert do(world, 3, name, **args) == "wrong_state"


# ---- meetings --------------------------------------------------------------------------------------------------------


def test_a_meeting_opens_at_its_time_on_a_sealed_picture(world):
    called(world)
    world.report(10, "region-sthlm-trafik", "transit-0180", {"transit 0180": 2})
    before = world.versions[-1]
    world.tick(31)
    meeting = world.state.picture["meeting"]["f/1"]

    assert meeting["at"] == z(T0 + 30 * MINUTE)
    assert meeting["state"] == "open"
    assert (meeting["sealed"]["version"], meeting["sealed"]["hash"]) == (before.number, before.hash)
    assert meeting["sealed"]["rules"] == world.state.rules.version
    assert forum(world)["planned"] == []
    assert forum(world)["meeting"] == "f/1"


def test_the_sealed_version_renders_the_same_later(world):
    called(world)
    world.report(10, "region-sthlm-trafik", "transit-0180", {"transit 0180": 4})
    world.tick(31)
    world.report(40, "region-sthlm-trafik", "transit-0180", {"transit 0180": 2})
    sealed = world.state.picture["meeting"]["f/1"]["sealed"]
    _, again = refold(world.records)
    cited = next(v for v in again if v.number == sealed["version"])
    assert cited.hash == sealed["hash"]
    assert again[sealed["version"]].prev == sealed["hash"]


def test_several_meetings_are_planned_ahead_and_one_may_move(world):
    called(world)
    for hours in (6, 3, 9):
        assert do(world, 1, "set_next_meeting", at=T0 + hours * HOUR, form="rum 4") == "applied"
    assert [p["at"] for p in forum(world)["planned"]] == [z(T0 + m * MINUTE) for m in (30, 180, 360, 540)]
    assert forum(world)["planned"][1]["form"] == "rum 4"
    assert do(world, 2, "set_next_meeting", at=T0 + 4 * HOUR, instead_of=T0 + 3 * HOUR) == "applied"
    assert forum(world)["planned"][1]["form"] == forum(world)["form"] == "telefon"
    assert do(world, 3, "set_next_meeting", at=T0 + 4 * HOUR, instead_of=T0 + 5 * HOUR) == "not_there"
    world.tick(10 * 60)
    assert [m["at"] for m in world.state.picture["meeting"].values()] == [
        z(T0 + m * MINUTE) for m in (30, 240, 360, 540)
    ]
    assert [m["state"] for m in world.state.picture["meeting"].values()] == ["ended", "ended", "ended", "open"]
    assert forum(world)["meets_at"] == z(T0 + 9 * HOUR)


def test_a_weekly_conference_plans_its_next_meeting_when_one_begins(world):
    called(world, mode="ordinary", every_days=7)
    world.tick(30)
    assert [p["at"] for p in forum(world)["planned"]] == [z(T0 + 30 * MINUTE + 7 * DAY)]
    world.tick(30 + 21 * 24 * 60)
    assert forum(world)["meetings"] == 4
    assert len(forum(world)["planned"]) == 1


def test_it_meets_at_the_same_time_of_day_when_the_clock_is_set(world):
    """Summer time 2027 begins on 28 March, ends on 31 October."""
    called(world, mode="ordinary", every_days=70)
    world.tick(30)
    assert forum(world)["meets_at"] == "2027-03-30T05:30:00.000Z"
    assert days_later(parse("2027-10-28T05:30:00Z"), 7, "Europe/Stockholm") == parse("2027-11-04T06:30:00Z")


def test_a_meeting_that_is_planned_already_comes_before_the_weekly_one_and_zero_ends_it(world):
    called(world, mode="ordinary", every_days=7)
    assert do(world, 1, "set_next_meeting", at=T0 + 60 * MINUTE) == "applied"
    world.tick(30)
    assert [p["at"] for p in forum(world)["planned"]] == [z(T0 + 60 * MINUTE)]
    assert do(world, 31, "set_next_meeting", at=T0 + 90 * MINUTE, every_days=0) == "applied"
    world.tick(90)
    assert forum(world)["planned"] == []
    assert "every_days" not in forum(world)


def test_no_more_meetings_are_planned_than_a_year_of_weeks_and_some(world):
    called(world)
    for week in range(1, 60):
        assert do(world, 1, "set_next_meeting", at=T0 + week * 7 * DAY) == "applied"
    assert do(world, 2, "set_next_meeting", at=T0 + 100 * 7 * DAY) == "wrong_state"


def test_the_roll_call_says_who_came_and_makes_them_members(world):
    called(world)
    world.tick(30)
    assert do(world, 31, "roll_call", present=["TRAFIK"], absent=["trafikverket-vag", "polisen-sthlm"]) == "applied"
    meeting = world.state.picture["meeting"]["f/1"]
    assert "trafikverket-vag" in meeting["present"]
    assert meeting["absent"] == ["polisen-sthlm"]
    assert forum(world)["members"]["trafikverket-vag"]["reason"] == "roll_call"
    assert "polisen-sthlm" not in forum(world)["members"]
    assert do(world, 32, "roll_call", present=["nobody"]) == "not_there"


def test_a_roll_call_shortly_before_the_time_opens_the_meeting_and_long_before_it_does_not(world):
    called(world)
    assert do(world, 14, "roll_call", present=["KOM"]) == "wrong_state"
    assert do(world, 15, "roll_call", present=["KOM"]) == "applied"
    world.tick(31)
    assert list(world.state.picture["meeting"]) == ["f/1"]


def test_a_closed_forum_meets_no_more(world):
    called(world)
    assert "meets|f" in world.state.due
    do(world, 1, "close")
    assert "meets|f" not in world.state.due
    assert forum(world)["planned"] == []
    world.tick(60)
    assert world.state.picture["meeting"] == {}


def test_what_was_open_is_carried_over_to_the_next_meeting(world):
    called(world)
    world.tick(30)
    do(world, 31, "agree", asks=["kommun-0140", "kommun-0180"], texts="what")
    do(world, 32, "task", owner="polisen-sthlm", due=T0 + 9 * HOUR, texts="what")
    do(world, 33, "task", owner="ssbf", due=T0 + 9 * HOUR, texts="what")
    do(world, 34, "note", texts="what")
    agreement, task, done = (e["id"] for e in world.state.picture["entry"].values() if e["what"] != "note")
    do(world, 35, "task_done", on=done, who="ssbf")
    do(world, 36, "set_next_meeting", at=T0 + HOUR)
    world.tick(61)
    second = world.state.picture["meeting"]["f/2"]
    assert second["carried"] == [agreement, task]
    assert (second["previous"], second["previous_at"]) == ("f/1", z(T0 + 30 * MINUTE))
    assert {e["meeting"] for e in world.state.picture["entry"].values()} == {"f/1"}


def test_stepping_down_ends_the_meeting_and_the_forum_may_still_follow_up(world):
    called(world)
    world.tick(30)
    do(world, 31, "set_reporting", interval_min=60)
    assert do(world, 40, "step_down") == "applied"
    assert forum(world)["state"] == "stepped_down"
    assert world.state.picture["meeting"]["f/1"]["state"] == "ended"
    assert do(world, 41, "set_reporting", interval_min=30) == "wrong_state"
    assert do(world, 42, "note", texts="what") == "applied"
    assert "meeting" not in entries(world, "note")[0]
    called(world, 50)
    assert forum(world)["state"] == "active"


def test_a_closing_forum_hands_its_open_points_to_another(world):
    called(world, forum="samordningsgruppen", mode="ordinary")
    called(world)
    do(world, 5, "task", owner="polisen-sthlm", due=T0 + 9 * HOUR, texts="what")
    do(world, 6, "note", texts="what")
    assert do(world, 7, "close", to="nowhere") == "not_there"
    assert do(world, 8, "close", to="f") == "not_there"
    assert do(world, 9, "close", to="samordningsgruppen") == "applied"
    assert entries(world, "task")[0]["forum"] == "samordningsgruppen"
    assert entries(world, "task")[0]["carried_from"] == "f"
    assert entries(world, "note")[0]["forum"] == "f"
    world.tick(31)
    assert world.state.picture["meeting"]["samordningsgruppen/1"]["carried"] == [entries(world, "task")[0]["id"]]


def test_a_forum_and_its_minutes_are_forgotten_with_the_log(world):
    called(world)
    world.tick(30)
    do(world, 31, "note", texts="what")
    do(world, 40, "close")
    world.tick(399 * 24 * 60)
    assert world.state.picture["entry"]
    world.tick(401 * 24 * 60)
    kinds = ("forum", "meeting", "entry")
    assert {kind: world.state.picture[kind] for kind in kinds} == {kind: {} for kind in kinds}
    assert not [name for name in world.state.due if name.startswith("old|")]


# ---- the whole -------------------------------------------------------------------------------------------------------


def test_everything_a_forum_publishes_keeps_to_its_model(world):
    world.report(-10, "polisen-sthlm", "e2", kind="planned_event")
    called(world, about="actor.polisen-sthlm/e2")
    do(world, 1, "mark_affected", on="actor.polisen-sthlm/e2", who="kommun-0183", how="direct", texts="what")
    do(world, 2, "offer_resource", on="actor.polisen-sthlm/e2", who="mrm", kind="bandvagn", number=6, until=T0 + HOUR)
    do(world, 3, "attach", on="actor.polisen-sthlm/e2", who="mrm", texts="title url")
    world.tick(31)
    do(world, 32, "agree", asks=["KOM"], decide_by=T0 + HOUR, follow_up=T0 + DAY, texts="what")
    agreement = entries(world, "agreement")[0]["id"]
    do(world, 33, "own_decision", on=agreement, who="kommun-0140", decision="no", texts="reason")
    do(world, 34, "task_done", on=agreement, who="kommun-0180")
    do(world, 35, "own_decision", who="kommun-0180", decision="yes", texts="what")
    do(world, 36, "publish_message", texts="what")
    world.tick(3 * 24 * 60)
    do(world, 3 * 24 * 60 + 1, "close")
    models = {"forum": Forum, "meeting": Meeting, "entry": Entry, "matter": SharedMatter}
    seen = set()
    for version in world.versions:
        for change in version.changes:
            if change.kind in models and change.value is not None:
                models[change.kind].model_validate(change.value)
                seen.add(change.kind)
    assert seen == set(models)


def test_forums_fold_to_the_same_bytes(world):
    called(world, members=["KOM"])
    world.tick(31)
    do(world, 32, "agree", asks=["KOM"], decide_by=T0 + HOUR, texts="what")
    do(world, 33, "own_decision", on=entries(world, "agreement")[0]["id"], who="kommun-0140", decision="yes")
    world.tick(70)
    _, again = refold(world.records)
    assert [v.raw for v in again] == [v.raw for v in world.versions]


@pytest.mark.parametrize("at", range(3, 9))
def test_forums_go_on_the_same_through_a_snapshot(world, at):
    called(world, members=["KOM"])
    do(world, 2, "task", owner="ssbf", due=T0 + HOUR, texts="what")
    do(world, 3, "set_next_meeting", at=T0 + 2 * HOUR)
    world.tick(31)
    do(world, 32, "agree", asks=["KOM"], decide_by=T0 + HOUR, texts="what")
    world.tick(70)
    do(world, 130, "close")
    state, before = refold(world.records[:at])
    packed = [parsed(pack(row)) for row in rows(copy_tables(state))]
    fold = Fold(load_state(parsed(pack(state.scalars())), iter(packed)))
    after = [v for record in world.records[at:] for v in fold.take(record).versions]
    assert [v.raw for v in (*before, *after)] == [v.raw for v in world.versions]


def test_a_forum_that_is_not_there_can_neither_step_down_nor_close(world):
    for command in ("step_down", "close", "set_reporting"):
        assert do(world, 1, command, on="nothing", interval_min=60) == "not_there"


def test_of_several_planned_meetings_the_first_is_the_next_and_the_board_leads_whoever_called(world):
    called(world, 0)
    do(world, 1, "set_next_meeting", at=T0 + 5 * HOUR, form="video")
    assert (forum(world)["meets_at"], forum(world)["chair"]) == (z(T0 + HOUR // 2), "lansstyrelsen-01")
    args = {"forum": "g", "level": "samordnande", "at": T0 + HOUR, "form": "telefon"}
    world.command(2, "convene", args=args, who="polisen-sthlm")
    assert (forum(world, "g")["chair"], forum(world, "g")["convened_by"]) == ("lansstyrelsen-01", "polisen-sthlm")


def test_a_forum_that_has_stepped_down_cannot_do_so_again_and_is_kept_as_long_as_the_log(world):
    world.put(0, "reference", {**world.state.reference_raw, "figures": {}})
    called(world, 1)
    do(world, 2, "step_down")
    assert do(world, 3, "step_down") == "wrong_state"
    do(world, 4, "close")
    assert world.state.due["old|forum/f"] == T0 + 4 * MINUTE + 400 * DAY

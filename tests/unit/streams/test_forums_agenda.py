"""The agenda is prepared from the picture: what is new since the last meeting, who has not reported, what waits."""

import pytest
from support.forums import agenda_of, called, do, entries, newest
from support.matters import feed
from support.world import T0, World, refold

from schemas.change import apply, empty_picture
from schemas.times import HOUR, MINUTE, z
from streams.core.forum_agenda import POINTS, SHOWN
from streams.core.forum_minutes import minutes


@pytest.fixture
def world() -> World:
    world = World()
    world.warning(0, "RED", 1)
    called(world, 5, members=["region-sthlm-trafik", "kommun-0180"])
    return world


def rows(world: World, point: str, name: str = "f") -> list[dict]:
    found = agenda_of(world.state.picture, name)
    assert [p["point"] for p in found["points"]] == list(POINTS)
    return next(p["rows"] for p in found["points"] if p["point"] == point)


def test_the_ten_points_stand_in_their_order():
    assert list(POINTS) == [
        *("opening", "news", "weather", "reports", "doubts"),
        *("needs", "matters", "communication", "decisions", "ending"),
    ]


def test_the_agenda_is_of_the_next_meeting_until_that_opens_and_then_of_that_one(world):
    found = agenda_of(world.state.picture, "f")
    assert (found["number"], found["at"], "since" in found) == (1, z(T0 + 35 * MINUTE), False)
    world.tick(36)
    do(world, 37, "set_next_meeting", at=T0 + 2 * HOUR)
    found = agenda_of(world.state.picture, "f")
    assert (found["number"], found["at"], "since" in found) == (1, z(T0 + 35 * MINUTE), False)
    world.tick(121)
    found = agenda_of(world.state.picture, "f")
    assert (found["number"], found["at"], found["since"]) == (2, z(T0 + 2 * HOUR), z(T0 + 35 * MINUTE))
    do(world, 125, "set_next_meeting", at=T0 + 4 * HOUR)
    do(world, 130, "step_down")
    found = agenda_of(world.state.picture, "f")
    assert (found["number"], found["at"], found["since"]) == (3, z(T0 + 4 * HOUR), z(T0 + 2 * HOUR))


def test_directly_affected_are_called_first_and_who_left_not_at_all(world):
    world.report(1, "polisen-sthlm", "e2", kind="planned_event")
    called(world, 6, forum="plan", level="planering", about="actor.polisen-sthlm/e2", members=["mrm"])
    for minute, (who, how) in enumerate([("ssbf", "indirect"), ("kommun-0180", "direct"), ("sbff", "direct")], 7):
        do(world, minute, "mark_affected", on="actor.polisen-sthlm/e2", who=who, how=how)
    do(world, 11, "mark_affected", on="actor.polisen-sthlm/e2", who="sbff", how="no_longer")
    assert [(r["actor"], r["how"]) for r in rows(world, "opening", "plan")] == [
        ("kommun-0180", "direct"),
        ("lansstyrelsen-01", "direct"),
        ("ssbf", "indirect"),
        ("mrm", "called_in"),
    ]
    assert rows(world, "news", "plan")[0] == {"about": "actor.polisen-sthlm/e2"}


def test_only_what_is_new_since_the_last_meeting_is_news_worst_first(world):
    world.report(6, "region-sthlm-trafik", "transit-0180", {"transit 0180": 2})
    world.tick(36)
    do(world, 37, "set_next_meeting", at=T0 + 2 * HOUR)
    world.report(40, "region-sthlm-trafik", "transit-0182", {"transit 0182": 2})
    world.report(41, "kommun-0180", "care-0180", {"care 0180": 3})
    world.report(42, "kommun-0136", "i1", kind="issue")
    world.tick(121)
    assert rows(world, "news") == [
        {"cell": "0180/care", "impact": 3, "trend": "new"},
        {"cell": "0182/transit", "impact": 2, "trend": "new"},
        {"item": "actor.kommun-0136/i1", "state": "active"},
    ]


def test_every_member_has_reported_something_new_or_nothing_new_or_nothing(world):
    world.report(6, "region-sthlm-trafik", "transit-0180", {"transit 0180": 2})
    world.report(7, "kommun-0180", "care-0180", {"care 0180": 2})
    world.tick(36)
    do(world, 37, "set_next_meeting", at=T0 + 2 * HOUR)
    world.report(40, "kommun-0180", "school-0180", {"school 0180": 2})
    world.tick(121)
    told = {row["actor"]: (row["state"], row["items"]) for row in rows(world, "reports")}
    assert told["region-sthlm-trafik"] == ("unchanged", ["actor.region-sthlm-trafik/transit-0180"])
    assert told["kommun-0180"] == ("changed", ["actor.kommun-0180/school-0180"])
    assert told["kommun-0140"] == ("not_reported", [])


def test_weather_doubts_and_needs_have_their_points(world):
    world.report(6, "kommun-0180-trafik", "road-0180", {"road 0180": 2})
    world.report(7, "trafikverket-vag", "road-0180", {"road 0180": 4})
    world.report(8, "kommun-0188", "care-0188", {"care 0188": 3}, next_report=T0 + 20 * MINUTE)
    world.report(9, "kommun-0180", "ask", kind="request")
    do(world, 10, "offer_resource", who="mrm", kind="bandvagn", number=6)
    do(world, 11, "need_direction")
    world.tick(25)
    assert rows(world, "weather") == [{"item": "smhi/1-1", "areas": 26}]
    assert rows(world, "doubts") == [
        {"cell": "0180/road", "why": "contradiction", "question": "impact_differs"},
        {"cell": "0188/care", "why": "outdated"},
    ]
    needs = rows(world, "needs")
    assert needs[0] == {"direction": z(T0 + 11 * MINUTE)}
    assert needs[1] == {"item": "actor.kommun-0180/ask"}
    assert [n["level"] for n in needs if "suggestion" in n] == ["inriktande"]
    assert [(n["actor"], n["number"]) for n in needs if "kind" in n] == [("mrm", 6)]


def test_who_has_answered_the_question_of_a_contradiction_stands_beside_it(world):
    world.report(6, "kommun-0180-trafik", "road-0180", {"road 0180": 2})
    world.report(7, "trafikverket-vag", "road-0180", {"road 0180": 4})
    do(world, 8, "answer", on="0180/road", who="trafikverket-vag", texts="what")
    assert rows(world, "doubts")[0]["answered"] == ["trafikverket-vag"]


def test_an_event_told_of_differently_is_in_doubt_too(world):
    quarrel = {"about": "ends", "claims": [], "question": "ends_differ"}
    picture = {**world.state.picture, "event": {"e": {"contradictions": [quarrel]}, "g": {}}}
    found = agenda_of(picture, "f")["points"][4]["rows"]
    assert found == [{"event": "e", "why": "contradiction", "question": "ends_differ"}]


def test_an_issue_is_on_the_agenda_of_the_forum_that_has_it(world):
    world.report(1, "kommun-0136", "i1", kind="issue")
    called(world, 6, forum="grupp", mode="ordinary")
    called(world, 7, forum="chefer", level="inriktande", mode="ordinary")
    issue = "actor.kommun-0136/i1"
    assert rows(world, "matters", "grupp") == [{"item": issue}]
    do(world, 8, "share_issue", on=issue, who="sbff")
    assert rows(world, "matters", "grupp") == [{"item": issue, "sharers": ["sbff"], "affected": []}]
    do(world, 9, "recommend", on="grupp", to="chefer", about=issue, texts="what")
    assert rows(world, "matters", "grupp") == []
    assert rows(world, "matters", "chefer") == [{"item": issue, "sharers": ["sbff"], "affected": []}]
    assert [r["what"] for r in rows(world, "decisions", "chefer")] == ["recommendation"]
    do(world, 10, "close", on=issue)
    assert rows(world, "matters", "chefer") == []


def test_what_waits_for_whom_is_on_the_agenda_and_what_is_settled_is_not(world):
    do(world, 6, "agree", asks=["kommun-0140", "kommun-0187"], texts="what")
    agreement = newest(world)
    do(world, 7, "own_decision", on=agreement, who="kommun-0140", decision="yes")
    do(world, 8, "task", owner="ssbf", due=T0 + HOUR, texts="what")
    do(world, 9, "task_done", on=newest(world), who="ssbf")
    do(world, 10, "publish_message", texts="what")
    assert rows(world, "decisions") == [
        {"entry": agreement, "what": "agreement", "state": "open", "waiting": ["kommun-0187"]}
    ]
    assert [r["entry"] for r in rows(world, "communication")] == [newest(world)]
    do(world, 11, "set_reporting", interval_min=60)
    assert rows(world, "ending") == [
        {
            "chair": "lansstyrelsen-01",
            "level": "samordnande",
            "planned": [{"at": z(T0 + 35 * MINUTE), "form": "telefon"}],
            "reporting_min": 60,
        }
    ]


def test_a_long_point_is_cut_and_says_how_much_more_there_is(world):
    world.report(6, "kommun-0180", "care", {"care 01": 2, "school 01": 2, "water 01": 2})
    news = next(p for p in agenda_of(world.state.picture, "f")["points"] if p["point"] == "news")
    assert (len(news["rows"]), news["more"]) == (SHOWN, 78 - SHOWN)


def test_the_newest_items_come_first_so_that_those_left_out_are_the_oldest(world):
    for minute in range(SHOWN + 5):
        feed(world, 6 + minute, "trafikverket", f"I{minute:02}")
    news = next(p for p in agenda_of(world.state.picture, "f")["points"] if p["point"] == "news")
    told = [row["item"] for row in news["rows"] if "item" in row]
    assert told[:2] == [f"trafikverket/I{SHOWN + 4:02}", f"trafikverket/I{SHOWN + 3:02}"]
    assert "trafikverket/I00" not in told


def test_the_agenda_of_a_sealed_meeting_is_the_same_later(world):
    world.report(6, "kommun-0180", "care", {"care 0180": 3})
    world.tick(36)
    shown = agenda_of(world.state.picture, "f")
    cited = world.state.version
    world.report(40, "kommun-0180", "care", {"care 0180": 1})
    do(world, 41, "set_next_meeting", at=T0 + 2 * HOUR)
    world.tick(121)
    picture = empty_picture()
    for version in refold(world.records)[1][:cited]:
        apply(picture, version.changes)
    assert agenda_of(picture, "f") == shown
    assert agenda_of(world.state.picture, "f") != shown


def test_a_picture_without_any_of_this_still_has_an_agenda(world):
    forum = world.state.picture["forum"]["f"]
    bare = {**forum, "members": {}}
    assert [len(p["rows"]) for p in agenda_of({"forum": {"f": bare}}, "f")["points"]] == [0] * 9 + [1]
    assert minutes({"forum": {"f": bare}}, "f") == {"forum": bare, "meetings": [], "between": [], "open": []}


# ---- minutes ---------------------------------------------------------------------------------------------------------


def test_the_minutes_go_meeting_by_meeting_and_then_what_was_said_between(world):
    do(world, 6, "note", texts="what")
    before = newest(world)
    world.tick(36)
    do(world, 37, "agree", asks=["kommun-0140"], texts="what")
    agreement = newest(world)
    do(world, 38, "set_next_meeting", at=T0 + 2 * HOUR)
    world.tick(121)
    do(world, 122, "assess", texts="what")
    told = minutes(world.state.picture, "f")
    assert [[e["key"] for e in m["entries"]] for m in told["meetings"]] == [[agreement], [newest(world)]]
    assert [e["key"] for e in told["between"]] == [before]
    assert told["open"] == [agreement]
    assert told["meetings"][0]["entries"][0]["tally"] == {"yes": 0, "no": 0, "silent": 1, "done": 0}
    assert "tally" not in told["between"][0]


def test_ten_meetings_stand_in_their_order(world):
    for n in range(1, 11):
        do(world, 6, "set_next_meeting", at=T0 + n * HOUR)
    world.tick(11 * 60)
    assert [m["number"] for m in minutes(world.state.picture, "f")["meetings"]] == list(range(1, 12))


def test_a_recommendation_stands_in_the_minutes_of_both_forums(world):
    called(world, 6, forum="chefer", level="inriktande", mode="ordinary")
    do(world, 7, "recommend", to="chefer", texts="what")
    told = entries(world, "recommendation")[0]["id"]
    assert minutes(world.state.picture, "f")["open"] == minutes(world.state.picture, "chefer")["open"] == [told]


def test_what_was_told_since_the_last_meeting_is_named_with_when(world):
    do(world, 6, "publish_message", texts="text")
    key = newest(world)
    assert rows(world, "communication") == [{"entry": key, "at": z(T0 + 6 * MINUTE)}]


def test_exactly_as_many_rows_as_are_shown_leave_none_to_be_counted(world):
    for number in range(SHOWN):
        world.report(7, "kommun-0136", f"I{number:02}", kind="issue")
    point = next(p for p in agenda_of(world.state.picture, "f")["points"] if p["point"] == "matters")
    assert (len(point["rows"]), "more" in point) == (SHOWN, False)


def test_what_became_known_in_the_moment_the_last_meeting_opened_was_known_to_it(world):
    world.report(35, "kommun-0136", "then", kind="issue")
    world.report(35, "region-sthlm-trafik", "x", {"transit 0180": 3})
    do(world, 36, "set_next_meeting", at=T0 + 2 * HOUR)
    world.tick(121)
    world.report(122, "kommun-0136", "later", kind="issue")
    do(world, 123, "step_down")
    world.command(124, "convene", args={"forum": "f", "level": "samordnande", "at": T0 + 3 * HOUR, "form": "telefon"})
    told = rows(world, "news")
    assert [row["item"] for row in told if "item" in row] == ["actor.kommun-0136/later"]

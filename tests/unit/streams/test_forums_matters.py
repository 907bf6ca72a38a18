"""Ordinary mode: issues shared, actors affected, resources offered, recommendations, the way through the forums."""

import pytest
from support.forums import called, do, entries, forum, newest, result
from support.world import T0, World

from schemas.times import DAY, HOUR, MINUTE, z

ISSUE = "actor.kommun-0136/i1"
EVENT = "actor.polisen-sthlm/e2"
DAY_MIN = 24 * 60


@pytest.fixture
def world() -> World:
    world = World()
    world.report(0, "kommun-0136", "i1", kind="issue", label="open")
    world.report(0, "polisen-sthlm", "e2", kind="planned_event")
    called(world, forum="samordningsgruppen", mode="ordinary", members=["ALLA"])
    called(world, forum="chefsgruppen", level="inriktande", mode="ordinary", members=["ALLA"])
    return world


def matter(world: World, key: str = ISSUE) -> dict:
    return world.state.picture["matter"][key]


def share(world: World, minute: float, who: str, on: str = ISSUE) -> str:
    return do(world, minute, "share_issue", on=on, who=who, texts="what")


def affected(world: World, minute: float, who: str, how: str, **more) -> str:
    return do(world, minute, "mark_affected", on=EVENT, who=who, how=how, texts="what", **more)


def test_others_share_an_issue_each_once_and_its_author_needs_not(world):
    assert share(world, 1, "kommun-0127") == "applied"
    assert share(world, 2, "sbff") == "applied"
    assert share(world, 3, "sbff") == "duplicate_of"
    assert share(world, 4, "kommun-0136") == "wrong_state"
    assert list(matter(world)["sharers"]) == ["kommun-0127", "sbff"]
    assert matter(world)["sharers"]["sbff"] == {"at": z(T0 + 2 * MINUTE), "texts": {"what": "key-what"}}
    assert world.calls() == []


def test_what_is_no_issue_is_not_shared_and_what_is_not_there_has_no_matter(world):
    assert share(world, 1, "sbff", EVENT) == "wrong_state"
    assert share(world, 1, "sbff", "samordningsgruppen") == "wrong_state"
    assert share(world, 1, "sbff", "actor.x/none") == "not_there"
    assert share(world, 1, "nobody") == "not_allowed"
    assert world.state.picture["matter"] == {}


def test_a_reader_does_nothing_to_a_matter(world):
    assert result(world.command(1, "share_issue", on=ISSUE, role="reader", who="sbff")) == "not_allowed"


def test_seats_of_a_forum_follow_who_is_affected_and_others_stay(world):
    affected(world, 1, "kommun-0183", "direct")
    called(world, 2, forum="plan", level="planering", about=EVENT)
    assert forum(world, "plan")["members"]["kommun-0183"]["reason"] == "affected"
    affected(world, 3, "ssbf", "indirect")
    before = dict(forum(world, "plan")["members"])
    affected(world, 4, "kommun-0183", "no_longer")
    members = forum(world, "plan")["members"]
    assert members.pop("kommun-0183") == {
        "how": "no_longer",
        "reason": "affected",
        "since": z(T0 + 4 * MINUTE),
        "texts": {"what": "key-what"},
    }
    assert members == {actor: row for actor, row in before.items() if actor != "kommun-0183"}
    assert members["ssbf"]["how"] == "indirect"


def test_who_never_sat_there_leaves_no_empty_seat_and_a_closed_forum_changes_no_more(world):
    called(world, 1, forum="plan", level="planering", about=EVENT)
    affected(world, 2, "kommun-0183", "no_longer")
    assert "kommun-0183" not in forum(world, "plan")["members"]
    do(world, 3, "close", on="plan")
    affected(world, 4, "kommun-0183", "direct")
    assert "kommun-0183" not in forum(world, "plan")["members"]


def test_who_had_left_comes_back_with_the_new_reason(world):
    affected(world, 1, "kommun-0183", "direct")
    called(world, 2, forum="plan", level="planering", about=EVENT)
    affected(world, 3, "kommun-0183", "no_longer")
    world.tick(32)
    do(world, 33, "roll_call", on="plan", present=["kommun-0183"])
    assert forum(world, "plan")["members"]["kommun-0183"] == {
        "how": "called_in",
        "reason": "roll_call",
        "since": z(T0 + 33 * MINUTE),
    }


def test_a_coordinator_marks_for_another_and_a_reporter_does_not(world):
    assert affected(world, 1, "lansstyrelsen-01", "direct", actor="kommun-0183") == "applied"
    assert matter(world, EVENT)["affected"]["kommun-0183"]["by"] == "lansstyrelsen-01"
    assert affected(world, 2, "ssbf", "direct", actor="kommun-0184") == "not_allowed"


def test_offers_of_one_kind_replace_each_other_and_nought_takes_it_back(world):
    def offer(minute: float, number: int, **more) -> str:
        return do(
            world, minute, "offer_resource", on="samordningsgruppen", who="mrm", kind="bandvagn", number=number, **more
        )

    assert offer(1, 6, until=T0 + HOUR) == "applied"
    do(world, 2, "offer_resource", on="samordningsgruppen", who="kommun-0182", kind="bandvagn", number=2)
    row = matter(world, "samordningsgruppen")["offers"]["mrm/bandvagn"]
    assert row == {"actor": "mrm", "kind": "bandvagn", "number": 6, "at": z(T0 + MINUTE), "until": z(T0 + HOUR)}
    offer(3, 4)
    assert {k: o["number"] for k, o in matter(world, "samordningsgruppen")["offers"].items()} == {
        "mrm/bandvagn": 4,
        "kommun-0182/bandvagn": 2,
    }
    offer(4, 0)
    assert list(matter(world, "samordningsgruppen")["offers"]) == ["kommun-0182/bandvagn"]


def test_what_is_attached_has_its_owner_and_date(world):
    assert do(world, 22, "attach", on=ISSUE, who="region-sthlm-trafik", texts="title url") == "applied"
    rows = list(matter(world)["attachments"].values())
    assert rows == [
        {"by": "region-sthlm-trafik", "at": z(T0 + 22 * MINUTE), "texts": {"title": "key-title", "url": "key-url"}}
    ]
    assert do(world, 23, "attach", on=ISSUE, who="ssbf", item="actor.x/none", texts="title") == "not_there"
    assert do(world, 24, "attach", on=ISSUE, who="ssbf", item=EVENT, texts="title") == "applied"
    assert list(matter(world)["attachments"].values())[-1]["item"] == EVENT


def test_a_matter_takes_so_many_things_and_no_more(world):
    for n in range(200):
        assert do(world, 1, "attach", on=ISSUE, who="ssbf", texts="title") == "applied"
        assert do(world, 1, "offer_resource", on=ISSUE, who="ssbf", kind=f"k{n}", number=1) == "applied"
    assert do(world, 2, "attach", on=ISSUE, who="ssbf", texts="title") == "wrong_state"
    assert do(world, 2, "offer_resource", on=ISSUE, who="ssbf", kind="more", number=1) == "wrong_state"


def test_a_question_is_answered_by_the_actor(world):
    assert do(world, 1, "answer", on=EVENT, who="kommun-0180", texts="what") == "applied"
    assert matter(world, EVENT)["answers"]["kommun-0180"]["texts"] == {"what": "key-what"}


def test_a_cell_two_owners_tell_differently_of_is_asked_about_and_answered(world):
    world.report(1, "trafikverket-vag", "road-0180", {"road 0180": 4})
    world.report(2, "kommun-0180", "road-0180", {"road 0180": 2})
    assert do(world, 3, "answer", on="0180/road", who="kommun-0180", texts="what") == "applied"
    assert list(matter(world, "0180/road")["answers"]) == ["kommun-0180"]
    assert matter(world, "0180/road")["label"] == "internal"


def test_a_matter_is_as_secret_as_what_it_is_about_and_never_open(world):
    world.report(1, "ssbf", "i2", kind="issue", label="confidential")
    share(world, 2, "sbff")
    share(world, 2, "sbff", "actor.ssbf/i2")
    affected(world, 2, "sbff", "direct")
    labels = {key: m["label"] for key, m in world.state.picture["matter"].items()}
    assert labels == {ISSUE: "internal", "actor.ssbf/i2": "confidential", EVENT: "internal"}


def test_a_recommendation_waits_at_the_other_forum_until_it_decides(world):
    share(world, 1, "sbff")
    assert do(world, 2, "recommend", on="samordningsgruppen", to="chefsgruppen", about=ISSUE, texts="what") == "applied"
    recommendation = newest(world)
    assert matter(world)["at_forum"] == "chefsgruppen"
    world.tick(31)
    for name in ("samordningsgruppen/1", "chefsgruppen/1"):
        assert world.state.picture["meeting"][name]["carried"] == [recommendation]
    do(world, 40, "agree", on="chefsgruppen", asks=["kommun-0136"], about=recommendation, texts="what")
    assert entries(world, "recommendation")[0]["state"] == "answered"
    do(world, 41, "set_next_meeting", on="chefsgruppen", at=T0 + 2 * HOUR)
    world.tick(121)
    assert recommendation not in world.state.picture["meeting"]["chefsgruppen/2"]["carried"]


def test_a_decision_on_the_matter_itself_answers_the_recommendation_too_and_one_on_another_does_not(world):
    do(world, 2, "recommend", on="samordningsgruppen", to="chefsgruppen", about=ISSUE, texts="what")
    do(world, 3, "task", on="chefsgruppen", owner="kommun-0136", due=T0 + DAY, about=EVENT, texts="what")
    do(world, 3, "task", on="samordningsgruppen", owner="kommun-0136", due=T0 + DAY, about=ISSUE, texts="what")
    assert entries(world, "recommendation")[0]["state"] == "open"
    do(world, 4, "task", on="chefsgruppen", owner="kommun-0136", due=T0 + DAY, about=ISSUE, texts="what")
    assert entries(world, "recommendation")[0]["state"] == "answered"


@pytest.mark.parametrize("to", ["nowhere", "samordningsgruppen", "stangt"])
def test_a_recommendation_goes_to_another_forum_that_is_there(world, to):
    called(world, 0, forum="stangt")
    do(world, 1, "close", on="stangt")
    assert do(world, 2, "recommend", on="samordningsgruppen", to=to, texts="what") == "not_there"


def test_to_advise_against_wants_a_reason_and_keeps_it(world):
    said = {"on": "samordningsgruppen", "to": "chefsgruppen", "stance": "against"}
    assert do(world, 1, "recommend", texts="what", **said) == "reason_missing"
    assert do(world, 2, "recommend", texts="what reason", **said) == "applied"
    assert entries(world, "recommendation")[0]["texts"]["reason"] == "key-reason"
    assert entries(world, "recommendation")[0]["stance"] == "against"


def test_an_heir_takes_over_what_was_recommended_to_a_closed_forum(world):
    called(world, 1, forum="tillfalligt")
    do(world, 2, "recommend", on="samordningsgruppen", to="tillfalligt", texts="what")
    do(world, 3, "close", on="tillfalligt", to="chefsgruppen")
    told = entries(world, "recommendation")[0]
    assert (told["forum"], told["to"], told["carried_from"]) == ("samordningsgruppen", "chefsgruppen", "tillfalligt")


def test_the_chain_from_issue_to_outcome_is_readable_and_nobody_was_called(world):
    share(world, 15, "kommun-0127")
    share(world, 18, "sbff")
    do(world, 30, "task", on="samordningsgruppen", owner="kommun-0136", due=T0 + 28 * DAY, about=ISSUE, texts="what")
    do(world, 28 * DAY_MIN - 1, "task_done", on=newest(world), who="kommun-0136")
    do(world, 28 * DAY_MIN, "recommend", on="samordningsgruppen", to="chefsgruppen", about=ISSUE, texts="what")
    recommendation = newest(world)
    asks = ["kommun-0136", "kommun-0127", "sbff", "region-sthlm-trafik", "kommun-0192"]
    do(world, 45 * DAY_MIN, "agree", on="chefsgruppen", asks=asks, about=recommendation, texts="what")
    agreement = newest(world)
    for who in asks[:4]:
        do(world, 45 * DAY_MIN, "own_decision", on=agreement, who=who, decision="yes")
    do(world, 45 * DAY_MIN, "own_decision", on=agreement, who=asks[4], decision="no", texts="reason")
    assert do(world, 290 * DAY_MIN, "close", on=ISSUE) == "applied"

    assert [(p["what"], p.get("forum")) for p in matter(world)["trail"]] == [
        ("task", "samordningsgruppen"),
        ("recommended", "chefsgruppen"),
        ("agreed", "chefsgruppen"),
        ("closed", None),
    ]
    assert matter(world)["state"] == "closed"
    assert world.state.picture["entry"][agreement]["answers"]["kommun-0192"]["decision"] == "no"
    assert world.calls() == []
    assert do(world, 290 * DAY_MIN, "close", on=ISSUE) == "wrong_state"
    assert share(world, 290 * DAY_MIN, "ssbf") == "wrong_state"


def test_what_is_recommended_on_and_on_still_leads_back_to_the_issue(world):
    called(world, 0, forum="projekt")
    do(world, 1, "recommend", on="projekt", to="samordningsgruppen", about=ISSUE, texts="what")
    do(world, 2, "recommend", on="samordningsgruppen", to="chefsgruppen", about=newest(world), texts="what")
    do(world, 3, "agree", on="chefsgruppen", asks=["sbff"], about=newest(world), texts="what")
    assert [(p["what"], p["forum"]) for p in matter(world)["trail"]] == [
        ("recommended", "samordningsgruppen"),
        ("recommended", "chefsgruppen"),
        ("agreed", "chefsgruppen"),
    ]
    assert list(world.state.picture["matter"]) == [ISSUE]


def test_an_entry_about_nothing_or_about_a_forum_opens_no_matter(world):
    do(world, 1, "task", on="samordningsgruppen", owner="sbff", due=T0 + DAY, texts="what")
    do(world, 2, "task", on="samordningsgruppen", owner="sbff", due=T0 + DAY, about="chefsgruppen", texts="what")
    do(world, 3, "recommend", on="samordningsgruppen", to="chefsgruppen", texts="what")
    do(world, 4, "agree", on="chefsgruppen", asks=["sbff"], about=newest(world), texts="what")
    assert world.state.picture["matter"] == {}
    assert do(world, 5, "close", on="actor.x/none") == "not_there"


def test_a_forum_called_on_a_planned_events_suggestion_is_about_that_event(world):
    more = {"onset": T0 + 9 * DAY, "ends": T0 + 9 * DAY + 4 * HOUR, "attendance": 12_000}
    world.report(1, "polisen-sthlm", "e2", kind="planned_event", **more)
    for minute, who in enumerate(("region-sthlm-trafik", "trafikverket-vag", "kommun-0180"), 2):
        assert affected(world, minute, who, "direct") == "applied"
    suggestion = next(s for s in world.suggestions("raised") if s["level"] == "planering")
    called(world, 10, forum="plan", level="planering")
    assert forum(world, "plan")["suggestion"] == suggestion["id"]
    assert forum(world, "plan")["about"] == EVENT
    assert forum(world, "plan")["members"]["region-sthlm-trafik"]["how"] == "direct"
    assert len(world.calls()) == 1


def test_a_conference_during_the_event_stills_the_reminder_before_it_and_after_it_began(world):
    more = {"onset": T0 + 3 * DAY, "ends": T0 + 3 * DAY + 4 * HOUR, "attendance": 12_000}
    world.report(1, "polisen-sthlm", "e2", kind="planned_event", **more)
    for minute, who in enumerate(("region-sthlm-trafik", "trafikverket-vag"), 2):
        affected(world, minute, who, "direct")
    called(world, 10, forum="plan", level="planering", about=EVENT)
    do(world, 11, "set_next_meeting", on="plan", at=T0 + 3 * DAY + HOUR)
    for hours in (47, 49, 72, 74, 75):
        world.tick(hours * 60)
        assert [s for s in world.state.picture["suggestion"].values() if s["act"] == "watch"] == []


def test_without_a_conference_during_the_event_there_is_a_quiet_reminder_a_day_before(world):
    more = {"onset": T0 + 3 * DAY, "ends": T0 + 3 * DAY + 4 * HOUR, "attendance": 12_000}
    world.report(1, "polisen-sthlm", "e2", kind="planned_event", **more)
    for minute, who in enumerate(("region-sthlm-trafik", "trafikverket-vag"), 2):
        affected(world, minute, who, "direct")
    called(world, 10, forum="plan", level="planering", about=EVENT)
    calls = len(world.calls())
    world.tick(48 * 60 + 1)
    assert [s["state"] for s in world.state.picture["suggestion"].values() if s["act"] == "watch"] == ["raised"]
    assert len(world.calls()) == calls

"""What rules that speak come to: one matter, one ringing; who joins whom, what is superseded, what stays silent."""

import pytest
from support.ruling import rule, ruled
from support.world import T0, World

from schemas.times import HOUR, MINUTE, z

ASKED = {"test": "request"}
BUS, ROADS = "region-sthlm-trafik", "trafikverket-vag"
BAD = {"test": "cells", "impact": 3, "areas": 1}
RED, ORANGE = ({"test": "warning", "levels": [level], "areas": 1} for level in ("RED", "ORANGE"))


def ask(world: World, minute: float = 0, name: str = "need", actor: str = "kommun-0188", **more) -> None:
    world.report(minute, actor, name, kind="request", **more)


def transit(impact: int = 3) -> dict:
    return {"test": "cells", "impact": impact, "areas": 1, "sectors": ["transit"]}


def road(impact: int = 3) -> dict:
    return {"test": "cells", "impact": impact, "areas": 1, "sectors": ["road"]}


def both(world: World, minute: float = 0) -> None:
    world.report(minute, BUS, "x", {"transit 0180": 3})
    world.report(minute, ROADS, "x", {"road 0182": 3})


def told(world: World, *states: str) -> list[tuple[str, str, list[str]]]:
    """Act, level and rules of each suggestion, in the order in which they were raised."""
    found = world.suggestions(*states or ("raised",))
    return [(s["act"], s["level"], [r["rule"] for r in s["reasons"]]) for s in found]


def convene(world: World, minute: float, level: str, **more) -> None:
    args = {"forum": f"f-{level}", "level": level, "at": T0 + 23 * HOUR, "form": "telefon", **more}
    world.command(minute, "convene", args=args)


def test_a_suggestion_is_told_to_the_letter():
    quiet = rule("A", ASKED, act="convene", level="tib", call=True, direct=["ssbf"], indirect=["kommun-0188"])
    world = ruled({**quiet, "basis": "analogy"})
    ask(world, 1)
    (entity,) = world.suggestions("raised")
    assert world.last.versions[0].number == entity["sealed"]["raise"]["version"] + 1
    del entity["sealed"]
    assert entity.pop("id") == "s" + entity.pop("notice")[1:]
    assert [(s["actor"], s["how"], s["reason"]) for s in entity.pop("seats")] == [
        ("lansstyrelsen-01", "direct", "always"),
        ("ssbf", "direct", "A:ssbf"),
        ("kommun-0188", "indirect", "A:kommun-0188"),
    ]
    now = z(T0 + MINUTE)
    assert entity.pop("falls_away_if")["changes"] == [{"do": "end", "item": "actor.kommun-0188/need"}]
    assert entity == {
        "act": "convene",
        "level": "tib",
        "call": True,
        "state": "raised",
        "since": now,
        "raised_at": now,
        "label": "internal",
        "proposed_at": z(T0 + 30 * MINUTE),
        "reasons": [
            {
                "rule": "A",
                "level": "tib",
                "since": now,
                "params": {"areas": [], "by": "kommun-0188"},
                "items": ["actor.kommun-0188/need"],
                "text": "x",
                "falls_away": "y",
                "basis": "analogy",
                "strength": 1,
                "direct": ["ssbf"],
                "indirect": ["kommun-0188"],
            }
        ],
    }


@pytest.mark.parametrize(
    ("level", "minutes"), [("tib", 15), ("samordnande", 45), ("inriktande", 105), ("planering", 24 * 60 - 15)]
)
def test_a_time_is_proposed_by_level_rounded_up_to_a_quarter(level, minutes):
    for at, late in ((0, 0), (1, 15), (15, 15)):
        world = ruled(rule("A", ASKED, act="plan", level=level))
        ask(world, at)
        assert world.suggestions("raised")[0]["proposed_at"] == z(T0 + (minutes + late) * MINUTE)


def test_no_time_is_proposed_for_what_calls_no_forum_and_for_levels_without_one():
    for act, level in (("close", "tib"), ("watch", "bevaka")):
        world = ruled(rule("A", ASKED, act=act, level=level))
        ask(world)
        assert "proposed_at" not in world.suggestions("raised")[0]


def test_a_reason_says_where_and_how_many_it_touches_and_names_at_most_twenty_items():
    world = ruled(rule("A", RED))
    world.warning(0, "RED", 1, ["0180"])
    (reason,) = world.suggestions("raised")[0]["reasons"]
    assert reason["params"]["areas"] == ["0180"]
    assert reason["params"]["percent"] == world.state.reference.percent(["0180"])
    world = ruled(rule("A", ASKED))
    for number in range(21):
        ask(world, 0, f"n{number:02}")
    assert len(world.suggestions("raised")[0]["reasons"][0]["items"]) == 20


def test_what_waits_is_shown_as_holding_to_the_letter_and_goes_when_it_is_false_again():
    world = ruled(rule("A", ASKED, level="tib", act="call_duty", call=True, hold="10 min", direct=["ssbf"]))
    ask(world, 1)
    (entity,) = world.suggestions("holding")
    assert [s["actor"] for s in entity.pop("seats")] == ["lansstyrelsen-01", "ssbf"]
    assert [r["since"] for r in entity.pop("reasons")] == [z(T0 + MINUTE)]
    assert entity == {
        "id": "holding:A|",
        "act": "call_duty",
        "level": "tib",
        "call": True,
        "state": "holding",
        "since": z(T0 + MINUTE),
        "holds_until": z(T0 + 11 * MINUTE),
        "label": "internal",
    }
    world.report(5, "kommun-0188", "need", change="cancel")
    assert world.state.picture["suggestion"] == {}


def test_a_holding_one_that_speaks_is_shown_once():
    world = ruled(rule("A", ASKED, hold="10 min"))
    ask(world)
    world.tick(10)
    assert [s["state"] for s in world.state.picture["suggestion"].values()] == ["raised"]
    assert [r["since"] for r in world.suggestions("raised")[0]["reasons"]] == [z(T0)]


@pytest.mark.parametrize(
    ("first", "then", "together"),
    [
        (("watch", "bevaka"), ("watch", "bevaka"), True),
        (("call_duty", "tib"), ("watch", "bevaka"), True),
        (("convene", "samordnande"), ("call_duty", "tib"), True),
        (("call_duty", "tib"), ("widen", "tib"), True),
        (("close", "tib"), ("watch", "bevaka"), False),
        (("call_duty", "tib"), ("slow_down", "bevaka"), False),
        (("convene", "inriktande"), ("convene", "samordnande"), False),
        (("plan", "planering"), ("plan", "projekt"), False),
    ],
)
def test_a_reason_joins_the_same_matter_at_its_level_or_a_higher_one_of_the_ladder(first, then, together):
    world = ruled(
        rule("A", transit(), act=first[0], level=first[1]), rule("B", road(), act=then[0], level=then[1], call=True)
    )
    both(world)
    assert told(world) == ([(*first, ["A", "B"])] if together else [(*first, ["A"]), (*then, ["B"])])
    assert len(world.calls()) == (0 if together else 1)


def test_a_higher_one_takes_the_lower_ones_in_with_their_reasons():
    world = ruled(
        rule("A", transit(), act="watch", level="bevaka"),
        rule("B", {"test": "silent", "sources": ["smhi"]}, act="close", level="bevaka"),
        rule("C", road(), act="call_duty", level="tib"),
    )
    world.health(-10, "smhi")
    world.tick(-1)
    both(world)
    assert told(world) == [("close", "bevaka", ["B"]), ("call_duty", "tib", ["C", "A"])]
    (lower,) = world.suggestions("superseded")
    assert lower["superseded_by"] == world.suggestions("raised")[1]["id"]


def test_what_people_have_called_is_not_taken_in_by_a_higher_one():
    world = ruled(
        rule("A", transit(), act="call_duty", level="tib"), rule("B", road(), act="convene", level="samordnande")
    )
    world.report(0, BUS, "x", {"transit 0180": 3})
    convene(world, 1, "tib")
    world.report(2, ROADS, "x", {"road 0182": 3})
    assert told(world) == [("convene", "samordnande", ["B"])]
    assert told(world, "convened") == [("call_duty", "tib", ["A"])]


def test_what_asks_for_a_forum_at_work_is_active_at_once_and_rings_nobody():
    for act, state in (("convene", "active"), ("plan", "active"), ("close", "raised"), ("project", "raised")):
        world = ruled(rule("A", ASKED, act=act, level="tib", call=True))
        convene(world, 0, "tib")
        ask(world, 1)
        assert [(s["state"], s["call"]) for s in world.state.picture["suggestion"].values()] == [(state, True)]
        assert len(world.calls()) == (state == "raised")


def test_while_a_higher_forum_is_at_work_a_lower_rule_is_shown_and_does_not_ring():
    for act, level, at_work, rings in (
        ("call_duty", "tib", "samordnande", False),
        ("watch", "bevaka", "tib", False),
        ("call_duty", "tib", "inriktande", True),
        ("convene", "samordnande", "tib", True),
        ("close", "tib", "samordnande", True),
    ):
        world = ruled(rule("A", ASKED, act=act, level=level, call=True))
        convene(world, 0, at_work)
        ask(world, 1)
        assert [s["call"] for s in world.suggestions("raised")] == [rings], (act, level, at_work)


def test_a_reason_keeps_since_when_it_holds_while_its_words_follow_the_picture():
    world = ruled(rule("A", {**BAD, "sectors": ["transit"]}, direct=["KOM"]))
    world.report(0, BUS, "x", {"transit 0180": 3})
    world.report(5, BUS, "x", {"transit 0182": 4, "transit 0180": 3})
    (entity,) = world.suggestions("raised")
    (reason,) = entity["reasons"]
    assert (reason["since"], reason["params"]["impact"]) == (z(T0), "4")
    assert [s["actor"] for s in entity["seats"]][1:] == ["kommun-0180", "kommun-0182"]


def test_reasons_stand_in_the_order_in_which_they_came_true_then_by_rule_and_subject():
    world = ruled(rule("B", BAD, each="sector"), rule("A", ASKED), rule("C", RED))
    world.warning(0, "RED", 1)
    both(world, 1)
    ask(world, 1)
    reasons = world.suggestions("raised")[0]["reasons"]
    assert [(r["rule"], r.get("subject")) for r in reasons] == [
        ("C", None),
        ("A", None),
        ("B", "road"),
        ("B", "transit"),
    ]


def test_a_suggestion_is_as_secret_as_what_it_rests_on():
    world = ruled(rule("A", ASKED))
    ask(world, label="open")
    assert world.suggestions("raised")[0]["label"] == "open"
    ask(world, 1, label="internal")
    assert world.suggestions("raised")[0]["label"] == "internal"


def test_a_suggestion_is_as_open_again_as_what_is_left():
    world = ruled(rule("A", ASKED))
    ask(world, 0, "a", label="open")
    ask(world, 1, "b", label="internal")
    assert world.suggestions("raised")[0]["label"] == "internal"
    world.report(2, "kommun-0188", "b", change="cancel")
    assert world.suggestions("raised")[0]["label"] == "open"


def test_when_a_reason_goes_it_is_said_anew_what_would_end_the_others():
    world = ruled(rule("A", transit()), rule("B", road()))
    both(world)
    world.tick(5)
    assert len(world.suggestions("raised")[0]["falls_away_if"]["changes"]) == 2
    world.report(6, BUS, "x", {"transit 0180": 1})
    (change,) = world.suggestions("raised")[0]["falls_away_if"]["changes"]
    assert change["sector"] == "road"


def test_a_rule_that_has_no_part_in_a_suggestion_costs_it_nothing():
    world = ruled(rule("A", ASKED), rule("B", {"all": [RED, ORANGE]}))
    ask(world)
    (suggestion,) = world.suggestions("raised")
    world.warning(5, "RED", 1)
    assert world.state.facts[f"why|{suggestion['id']}"] == T0
    assert world.suggestions("raised") == [suggestion]


def test_what_waits_says_since_when_however_often_it_is_read():
    world = ruled(rule("A", ASKED, hold="10 min"))
    for minute in (1, 3):
        ask(world, minute, f"n{minute}")
    (entity,) = world.suggestions("holding")
    assert (entity["since"], entity["holds_until"]) == (z(T0 + MINUTE), z(T0 + 11 * MINUTE))


def test_what_a_suggestion_rests_on_may_be_forgotten_and_makes_it_no_less_secret():
    world = ruled(rule("A", ASKED, clear="60 d"))
    ask(world)
    world.report(2, "kommun-0188", "need", change="cancel")
    world.tick(31 * 24 * 60)
    assert world.state.picture["item"] == {}
    assert world.suggestions("raised")[0]["label"] == "internal"


def test_a_reason_that_ends_goes_and_the_last_of_its_own_level_takes_the_suggestion_along():
    world = ruled(rule("A", transit(), level="tib", act="call_duty"), rule("B", road(), direct=["ssbf"]))
    both(world)
    assert told(world) == [("call_duty", "tib", ["A", "B"])]
    world.report(1, ROADS, "x", {"road 0182": 1})
    (entity,) = world.suggestions("raised")
    assert [r["rule"] for r in entity["reasons"]] == ["A"]
    assert [s["actor"] for s in entity["seats"]] == ["lansstyrelsen-01"]
    world.report(2, ROADS, "x", {"road 0182": 3})
    world.report(3, BUS, "x", {"transit 0180": 1})
    assert [s["level"] for s in world.suggestions("withdrawn")] == ["tib"]
    assert told(world) == [("watch", "bevaka", ["B"])]


def test_a_convened_one_stays_without_reasons_and_takes_new_ones_in():
    world = ruled(rule("A", transit(), level="tib", act="call_duty"))
    world.report(0, BUS, "x", {"transit 0180": 3})
    convene(world, 1, "tib")
    world.report(2, BUS, "x", {"transit 0180": 1})
    assert told(world, "convened") == [("call_duty", "tib", [])]
    world.report(3, BUS, "x", {"transit 0180": 4})
    assert told(world, "convened") == [("call_duty", "tib", ["A"])]


def dismissed() -> World:
    world = ruled(rule("A", transit()))
    world.report(0, BUS, "x", {"transit 0180 0182": 3})
    world.command(1, "dismiss", on=world.suggestions("raised")[0]["id"], texts={"reason": "k"})
    return world


def test_what_was_dismissed_speaks_before_its_time_only_if_it_gets_worse():
    for lines, speaks in (
        ({"transit 0180": 3}, False),
        ({"transit 0180 0187": 3, "transit 0182": 1}, True),
        ({"transit 0180 0182 0187": 3}, True),
        ({"transit 0180": 4}, True),
    ):
        world = dismissed()
        world.report(2, BUS, "x", lines)
        assert bool(world.suggestions("raised")) is speaks, lines
        assert bool(world.state.mutes) is not speaks
        assert ("mute|A|" in world.state.due) is not speaks


def test_what_was_dismissed_gets_worse_by_spreading_too():
    world = ruled(rule("A", transit()))
    world.report(0, BUS, "x", {"transit 0180": 5})
    world.command(1, "dismiss", on=world.suggestions("raised")[0]["id"], texts={"reason": "k"})
    world.report(2, BUS, "x", {"transit 0180 0182": 4})
    assert len(world.suggestions("raised")) == 1


def test_two_matters_of_a_rule_for_each_item_are_two_suggestions_and_one_matter_is_one():
    world = ruled(rule("A", {"test": "shared", "parties": 1}, act="plan", level="planering", each="item"))
    for name in ("I1", "I2"):
        world.report(0, "kommun-0136", name, kind="issue")
        world.command(1, "share_issue", role="reporter", who="kommun-0138", on=f"actor.kommun-0136/{name}")
    subjects = [[r["subject"] for r in s["reasons"]] for s in world.suggestions("raised")]
    assert sorted(subjects) == [["actor.kommun-0136/I1"], ["actor.kommun-0136/I2"]]
    world.command(2, "share_issue", role="reporter", who="kommun-0139", on="actor.kommun-0136/I1")
    assert len(world.suggestions("raised")) == 2


def test_two_matters_of_one_level_of_the_ladder_stand_side_by_side():
    world = ruled(rule("A", {"test": "shared", "parties": 1}, act="call_duty", level="tib", each="item"))
    for name in ("I1", "I2"):
        world.report(0, "kommun-0136", name, kind="issue")
        world.command(1, "share_issue", role="reporter", who="kommun-0138", on=f"actor.kommun-0136/{name}")
    assert told(world) == [("call_duty", "tib", ["A"])] * 2


def test_the_suggestion_of_an_item_that_is_taken_back_is_withdrawn():
    world = ruled(rule("A", {"test": "shared", "parties": 1}, act="plan", level="planering", each="item"))
    world.report(0, "kommun-0136", "I1", kind="issue")
    world.command(1, "share_issue", role="reporter", who="kommun-0138", on="actor.kommun-0136/I1")
    world.report(2, "kommun-0136", "I1", change="cancel")
    assert [s["state"] for s in world.state.picture["suggestion"].values()] == ["withdrawn"]
    assert world.state.instances == {}


def test_a_name_of_a_suggestion_differs_by_rule_and_items_and_not_by_time():
    names = []
    for minute, one, item in ((0, "A", "a"), (0, "B", "a"), (0, "A", "b"), (1, "A", "a")):
        world = ruled(rule(one, ASKED))
        ask(world, minute, item)
        names.append(world.suggestions("raised")[0]["id"])
    assert len(set(names)) == 3
    assert names[0] == names[3]
    assert all(len(name) == 14 for name in names)


def test_the_same_matter_a_second_time_has_a_name_of_its_own():
    world = ruled(rule("A", transit()))
    for minute, impact in ((0, 3), (1, 1), (2, 3)):
        world.report(minute, BUS, "x", {"transit 0180": impact})
    assert [s["state"] for s in world.state.picture["suggestion"].values()].count("raised") == 1
    assert len(world.state.picture["suggestion"]) == 2


def test_a_rule_that_is_taken_out_takes_its_reason_and_its_waiting_along():
    world = ruled(rule("A", ASKED), rule("B", RED, hold="2 h"), rule("D", transit(), clear="2 h"))
    ask(world)
    world.warning(0, "RED", 1)
    world.report(0, BUS, "x", {"transit 0180": 3})
    world.report(0.5, BUS, "x", {"transit 0180": 1})
    assert {"hold|B|", "clear|D|"} <= set(world.state.due)
    world.put(1, "rules", {"rules": {"version": "u", "rule": [rule("C", ORANGE)]}})
    assert [s["state"] for s in world.state.picture["suggestion"].values()] == ["withdrawn"]
    assert world.state.instances == {}
    assert not [name for name in world.state.due if name.startswith(("hold|", "clear|"))]


def test_a_forum_about_one_event_is_no_answer_to_another():
    world = ruled(rule("A", {"test": "planned", "parties": 1}, act="plan", level="planering", each="item"))
    for name in ("E1", "E2"):
        body = {"kind": "planned_event", "onset": T0 + HOUR, "ends": T0 + 2 * HOUR}
        world.report(0, "polisen-sthlm", name, **body)
    convene(world, 1, "planering", about="actor.polisen-sthlm/E1")
    for name in ("E1", "E2"):
        on = f"actor.polisen-sthlm/{name}"
        world.command(2, "mark_affected", role="reporter", who="kommun-0180", on=on, args={"how": "direct"})
    states = {s["reasons"][0]["subject"]: s["state"] for s in world.state.picture["suggestion"].values()}
    assert states == {"actor.polisen-sthlm/E1": "active", "actor.polisen-sthlm/E2": "raised"}

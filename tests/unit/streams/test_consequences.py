"""What usually follows and nobody has reported: asked of those who would know, and it never changes a cell."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.world import REFERENCE, T0, World, refold

from schemas.question import Question
from schemas.times import MINUTE, z
from streams.core.state import State

GRID, TOWN, BOARD = "ellevio", "kommun-0188", "lansstyrelsen-01"
WATER, CARE, ECOM = "0188/water", "0188/care", "0188/ecom"
DAY_MIN = 24 * 60


@pytest.fixture
def world() -> World:
    return World()


def question(world: World, cell: str) -> dict[str, Any] | None:
    return world.state.picture["question"].get(f"question/{cell}")


def asked(world: World, *states: str) -> set[str]:
    table = world.state.picture["question"].values()
    return {f"{q['area']}/{q['sector']}" for q in table if not states or q["state"] in states}


def cut(world: World, minute: float = 0, impact: int = 4, area: str = "0188", **more: Any) -> None:
    world.report(minute, GRID, f"energy-{area}", {f"energy {area}": impact}, **more)


def test_a_serious_power_cut_asks_those_who_depend_on_power(world: World) -> None:
    cut(world)

    assert asked(world) == {f"0188/{s}" for s in ("water", "ecom", "railair", "transit", "care", "supply")}
    told = question(world, WATER)
    assert told is not None
    assert told["whom"] == ["kommun-0188", "norrvatten"]
    assert (told["state"], told["asked_at"], told["by"]) == ("open", z(T0), z(T0 + 60 * MINUTE))
    assert [(b["sector"], b["impact"], b["since"]) for b in told["because"]] == [("energy", 4, z(T0))]
    assert "reservkraft" in told["because"][0]["ask"]


def test_one_step_below_serious_asks_nothing(world: World) -> None:
    cut(world, impact=3)

    assert asked(world) == set()


def test_the_least_impact_is_the_countys_figure() -> None:
    world = World()
    changed = copy.deepcopy(REFERENCE)
    changed["figures"]["consequence_impact"] = 3
    world.put(-1, "reference", changed)
    cut(world, impact=3)

    assert WATER in asked(world)


def test_a_table_that_comes_later_asks_about_what_stands() -> None:
    world = World()
    bare = {name: value for name, value in REFERENCE.items() if name != "dependencies"}
    world.put(-2, "reference", bare)
    cut(world, -1)
    assert asked(world) == set()

    world.put(0, "reference", REFERENCE)
    assert WATER in asked(world)
    world.put(1, "reference", bare)
    assert asked(world) == set()


def test_a_sector_with_a_fresh_report_is_not_asked(world: World) -> None:
    world.report(-5, TOWN, "water-0188", {"water 0188": 1})
    cut(world)

    assert WATER not in asked(world)
    assert CARE in asked(world)


def test_a_report_that_is_outdated_is_no_answer(world: World) -> None:
    world.report(-5, TOWN, "water-0188", {"water 0188": 1}, next_report=T0 - MINUTE)
    world.tick(-1)
    cut(world)

    assert WATER in asked(world)


def test_another_municipality_is_not_asked(world: World) -> None:
    cut(world)

    assert {key.split("/")[1] for key in world.state.picture["question"]} == {"0188"}


def test_only_whom_the_table_names_is_asked(world: World) -> None:
    cut(world)
    told = question(world, ECOM)

    assert told is not None
    assert {"telia", "telenor", "tele2", "tre"} <= set(told["whom"])
    assert "sos-alarm" not in told["whom"]
    assert "stokab" not in told["whom"], "its net is in 0180 only"


def test_the_next_report_of_an_actor_that_is_asked_answers(world: World) -> None:
    cut(world)
    world.report(10, TOWN, "water-0188", {"water 0188": 3})

    told = question(world, WATER)
    assert told is not None
    assert (told["state"], told["answered_by"], told["via"]) == ("answered", TOWN, "report")
    assert told["answered_at"] == z(T0 + 10 * MINUTE)
    world.tick(61)
    assert question(world, WATER) == told, "answered is not overdue"


def test_a_report_of_nothing_wrong_answers_too(world: World) -> None:
    cut(world)
    world.report(10, TOWN, "water-0188", {"water 0188": 1})

    assert WATER in asked(world, "answered")


def test_a_report_of_an_actor_that_is_not_asked_does_not(world: World) -> None:
    cut(world)
    world.report(10, "sos-alarm", "ecom-0188", {"ecom 0188": 2})
    world.report(11, BOARD, "water-0188", {"water 0188": 2})

    assert {ECOM, WATER} <= asked(world, "open")


def test_relayed_word_does_not_answer(world: World) -> None:
    cut(world)
    world.report(10, TOWN, "water-0188", {"water 0188": 2}, origin="relayed")

    assert WATER in asked(world, "open")


def test_at_the_time_by_which_an_answer_is_expected_it_is_overdue(world: World) -> None:
    cut(world)
    world.tick(59)
    assert WATER in asked(world, "open")
    world.tick(60)
    assert WATER in asked(world, "overdue")
    assert CARE in asked(world, "open")
    world.report(70, TOWN, "water-0188", {"water 0188": 2})
    assert WATER in asked(world, "answered")


def test_when_the_power_is_back_nothing_is_asked(world: World) -> None:
    cut(world)
    cut(world, 30, impact=3)

    assert asked(world) == set()
    assert not [name for name in world.state.due if name.startswith("question|")]


def test_a_cause_that_is_cancelled_asks_nothing(world: World) -> None:
    cut(world)
    cut(world, 5, change="cancel", impacts=[])

    assert asked(world) == set()


def test_a_cause_of_which_nothing_is_heard_keeps_its_questions(world: World) -> None:
    cut(world, next_report=T0 + 5 * MINUTE)
    world.tick(10)

    assert world.cell("0188/energy")["unknown"] == "outdated"
    told = question(world, WATER)
    assert told is not None
    assert (told["state"], told["because"][0]["impact"]) == ("open", 0)


def test_a_cause_that_was_outdated_when_it_came_asks_nothing(world: World) -> None:
    cut(world, next_report=T0 - MINUTE)

    assert asked(world) == set()


def test_an_answer_that_turns_old_is_asked_for_again(world: World) -> None:
    cut(world, valid_until=T0 + 3 * DAY_MIN * MINUTE)
    world.report(10, TOWN, "water-0188", {"water 0188": 2}, next_report=T0 + 40 * MINUTE)
    world.tick(41)

    told = question(world, WATER)
    assert told is not None
    assert (told["state"], told["asked_at"], told["by"]) == ("open", z(T0 + 40 * MINUTE), z(T0 + 100 * MINUTE))
    assert "answered_by" not in told


def test_two_causes_ask_one_question_that_names_both(world: World) -> None:
    cut(world)
    world.report(5, "telia", "ecom-0188", {"ecom 0188": 4})

    told = question(world, CARE)
    assert told is not None
    assert {b["sector"] for b in told["because"]} == {"energy", "ecom"}
    assert told["by"] == z(T0 + 120 * MINUTE), "a second cause does not move the time"
    cut(world, 6, impact=1)
    left = question(world, CARE)
    assert left is not None
    assert [b["sector"] for b in left["because"]] == ["ecom"]


def test_a_worse_cause_is_shown_and_does_not_ask_anew(world: World) -> None:
    cut(world)
    cut(world, 5, impact=5)

    told = question(world, WATER)
    assert told is not None
    assert (told["because"][0]["impact"], told["asked_at"]) == (5, z(T0))


def answer(world: World, minute: float, who: str, on: str = f"question/{WATER}", **more: Any) -> str | None:
    body = {"on": on, "who": who, "role": "reporter", "texts": {"what": "t1"}, "args": {}, **more}
    outcome = world.command(minute, "answer", **body).outcome
    assert outcome is not None
    return outcome.reason


def test_an_actor_that_is_asked_can_answer_in_words(world: World) -> None:
    cut(world)
    assert answer(world, 10, TOWN) is None

    told = question(world, WATER)
    assert told is not None
    assert (told["state"], told["via"], told["answered_by"], told["texts"]) == (
        "answered",
        "words",
        TOWN,
        {"what": "t1"},
    )
    assert world.cell(WATER) == {}, "words set no cell"
    assert world.state.picture["matter"] == {}


def test_words_are_good_for_as_long_as_a_report_then_it_is_asked_again(world: World) -> None:
    cut(world, valid_until=T0 + 3 * DAY_MIN * MINUTE)
    answer(world, 10, TOWN)
    world.tick(10 + DAY_MIN - 1)
    assert WATER in asked(world, "answered")
    world.tick(10 + DAY_MIN)
    assert WATER in asked(world, "open")


def test_a_report_after_words_takes_their_place(world: World) -> None:
    cut(world)
    answer(world, 10, TOWN)
    world.report(20, TOWN, "water-0188", {"water 0188": 2})

    told = question(world, WATER)
    assert told is not None
    assert told["via"] == "report"
    assert "texts" not in told


def test_an_operator_answers_for_an_actor_and_is_named(world: World) -> None:
    cut(world)
    assert answer(world, 10, BOARD, role="operator", args={"actor": TOWN}) is None

    told = question(world, WATER)
    assert told is not None
    assert (told["answered_by"], told["by_hand_of"]) == (TOWN, BOARD)


def test_nobody_else_answers(world: World) -> None:
    cut(world)

    assert answer(world, 10, "kommun-0180") == "not_allowed"
    assert answer(world, 10, "kommun-0180", args={"actor": TOWN}) == "not_allowed"
    assert answer(world, 10, TOWN, on="question/0180/water") == "not_there"
    assert WATER in asked(world, "open")


def test_what_is_written_is_what_is_released(world: World) -> None:
    cut(world)
    answer(world, 10, BOARD, role="operator", args={"actor": TOWN})
    world.report(20, TOWN, "care-0188", {"care 0188": 2})
    world.tick(61)

    found = [Question.model_validate(q) for q in world.state.picture["question"].values()]
    assert {q.state for q in found} == {"open", "overdue", "answered"}


SECTORS = ("energy", "ecom", "road", "water", "transit", "school", "care", "health", "supply", "rescue")
OWNER = {"energy": GRID, "ecom": "telia", "road": "trafikverket-vag", "transit": "region-sthlm-trafik"}
OWNER |= {"health": "region-sthlm-vard", "rescue": "sos-alarm"}
acts = st.lists(
    st.tuples(
        st.sampled_from(SECTORS), st.sampled_from(["0188", "0180"]), st.integers(1, 5), st.sampled_from([None, 20, 90])
    ),
    max_size=14,
)


def played(acts: list[tuple[str, str, int, int | None]], reference: dict[str, Any]) -> World:
    world = World()
    world.put(-30, "reference", reference)
    for minute, (sector, area, impact, promised) in enumerate(acts):
        more = {} if promised is None else {"next_report": T0 + (7 * minute + promised) * MINUTE}
        owner = OWNER.get(sector, f"kommun-{area}")
        world.report(7 * minute, owner, f"{sector}-{area}", {f"{sector} {area}": impact}, **more)
    world.tick(7 * len(acts) + 200)
    return world


@settings(max_examples=25, deadline=None)
@given(acts)
def test_no_cell_and_no_suggestion_is_another_for_it(acts: list[tuple[str, str, int, int | None]]) -> None:
    bare = {name: value for name, value in REFERENCE.items() if name != "dependencies"}
    with_it, without = played(acts, REFERENCE), played(acts, bare)

    assert without.state.picture["question"] == {}
    for kind in with_it.state.picture:
        if kind not in {"question", "failed"}:
            assert keys_and_values(with_it.state, kind) == keys_and_values(without.state, kind)
    assert with_it.state.picture["failed"] == {}


def keys_and_values(state: State, kind: str) -> dict[str, Any]:
    """Entities without the numbers of versions, which questions add to."""
    hidden = {"opened_version", "sealed"}
    return {k: {n: v for n, v in e.items() if n not in hidden} for k, e in state.picture[kind].items()}


@settings(max_examples=25, deadline=None)
@given(acts)
def test_a_question_stands_exactly_where_a_cause_stands_and_nothing_was_reported(
    acts: list[tuple[str, str, int, int | None]],
) -> None:
    world = played(acts, REFERENCE)
    cells, standing = world.state.picture["cell"], world.state.standing
    for area in ("0180", "0188"):
        for sector in SECTORS:
            told = question(world, f"{area}/{sector}")
            on = [row["on"] for row in REFERENCE["dependencies"] if row["of"] == sector]
            now = [s for s in on if cells.get(f"{area}/{s}", {}).get("impact", 0) >= 4]
            last = [s for s in on if cells.get(f"{area}/{s}", {}).get("last", 0) >= 4]
            fresh = [s for s in standing.get(f"{area}/{sector}", {}).values() if s.sets and s.outdated is None]
            if now and not fresh:
                assert told is not None
                assert told["state"] in {"open", "overdue"}
            if not now and not last:
                assert told is None
            if told is not None and fresh:
                assert told["state"] == "answered"


@settings(max_examples=10, deadline=None)
@given(acts)
def test_the_same_log_asks_the_same(acts: list[tuple[str, str, int, int | None]]) -> None:
    world = played(acts, REFERENCE)
    again, versions = refold(world.records)

    assert again == world.state
    assert [v.raw for v in versions] == [v.raw for v in world.versions]


def test_a_change_costs_what_it_touches(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    from streams.core import consequences  # noqa: PLC0415

    towns = sorted(world.state.reference.municipalities)[:20]
    for number, town in enumerate(towns):
        cut(world, number, area=town)
    weighed: list[str] = []
    weigh = consequences._weigh
    monkeypatch.setattr(consequences, "_weigh", lambda step, cell: (weighed.append(cell), weigh(step, cell)))
    world.report(60, TOWN, "school-0188", {"school 0188": 2})
    assert weighed == ["0188/school"]

    weighed.clear()
    world.report(61, TOWN, "school-0188", {"school 0188": 4})
    assert weighed == ["0188/care", "0188/health", "0188/school"]

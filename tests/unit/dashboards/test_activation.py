"""Suggestions and notices, made of a real fold: what waits, who sits, what ends it, what was answered, a whole life."""

import pytest
from support.desk import ring_of, scene_of
from support.world import FOLDER, T0, World

from dashboards.access import Role, Viewer
from dashboards.activation import calm, closed, matters
from dashboards.activation.life import life
from dashboards.activation.parts import draw
from dashboards.api.forums import seen_by
from dashboards.desk.parts import Stand
from dashboards.drawing.paint import Paint
from schemas.times import HOUR
from streams.duty import load_duty
from streams.words import load_words

PLAN = load_duty(FOLDER)
BOARD = Viewer(Role.COORDINATOR, "lansstyrelsen-01", exercise=True)
OUTSIDER = Viewer(Role.ANYONE, "", exercise=False)
PAINT = Paint(load_words())


@pytest.fixture
def red() -> World:
    world = World()
    world.warning(0, "RED", 1, onset=T0 + 24 * HOUR)
    return world


def waiting(world: World, minute: float, viewer: Viewer = BOARD) -> list[matters.Matter]:
    scene = scene_of(world, minute, viewer)
    return matters.waiting(scene, PLAN, seen_by(scene.sight))


def drawn(world: World, minute: float, viewer: Viewer = BOARD, of: str = "") -> dict[str, str]:
    stand = Stand(viewer.role == Role.COORDINATOR, viewer.role == Role.COORDINATOR, viewer.exercise, "")
    return dict(draw(scene_of(world, minute, viewer), stand, PLAN, PAINT, ring_of(world), of))


def one(world: World) -> str:
    [suggestion] = world.suggestions("raised", "notified", "acknowledged", "accepted", "dismissed", "convened")
    return str(suggestion["id"])


def deliver(world: World, minute: float, attempt: int, **more: object) -> None:
    (call,) = world.calls()
    body = {"notice": call["id"], "key": f"{call['id']}/0", "step": 0, "attempt": attempt, "channel": "webhook", **more}
    world.put(minute, "delivery", body)


# ---- what waits ---------------------------------------------------------------------------------------------------


def test_a_matter_says_what_is_proposed_why_by_which_rule_since_when_and_on_which_report(red: World):
    [found] = waiting(red, 3)

    assert (found.card.title, found.level, found.state) == (
        "Sammankalla samordnande forum",
        "Samordnande forum",
        "Inte kvitterat",
    )
    [why] = found.why
    assert (why.told.rule, why.told.basis, why.told.since) == ("R01", "dokumenterad", "07.00")
    assert [key for key, _ in why.reports] == ["smhi/1-1"]
    assert found.card.falls_away


def test_the_call_goes_before_what_is_only_shown_and_an_acknowledged_one_says_so(red: World):
    red.command(4, "acknowledge", on=red.calls()[0]["id"])
    [found] = waiting(red, 5)

    assert (found.state, found.ring) == ("Kvitterat", None)
    assert found.notices[0].answered == "Kvitterat 07.04 av Länsstyrelsen Stockholm"


def test_the_proposed_time_is_offered_while_it_lies_ahead_and_a_later_quarter_after_that(red: World):
    assert waiting(red, 1)[0].meets_at == "07.45"
    assert waiting(red, 90)[0].meets_at == "09.00"


def test_what_ends_it_is_told_and_the_report_it_names_can_be_opened(red: World):
    red.tick(2)
    [found] = waiting(red, 2)

    [end] = found.ends
    assert end.item == "smhi/1-1"
    assert found.lasting.startswith("Allt detta krävs")


def test_equal_ends_of_several_parties_are_one_line():
    world = World()
    for actor in ("0180", "0188", "0120"):
        world.report(0, f"kommun-{actor}", "lage", {f"school {actor}": 4, f"care {actor}": 2})
    world.tick(20)
    [found] = waiting(world, 20)

    assert "3 kommuner rapporterar högst betydande påverkan för förskola och skola" in [c.text for c in found.ends]


def test_the_agenda_has_ten_points_and_says_of_the_empty_ones_that_they_are(red: World):
    [found] = waiting(red, 3)

    assert [p.name for p in found.agenda][:3] == [
        "Inledning och närvaro",
        "Händelsen och nytt sedan sist",
        "Väder och prognos",
    ]
    assert len(found.agenda) == 10
    assert next(p for p in found.agenda if p.name == "Kommunikation").empty


def test_what_is_read_out_in_an_exercise_begins_and_ends_with_its_word(red: World):
    [found] = waiting(red, 1)

    assert found.spoken.startswith("Övning, övning. Röd varning")
    assert found.spoken.endswith("samordnande forum klockan 07.45. Återkom med väntad påverkan. Övning.")


def test_a_dismissal_says_what_it_silences_and_till_when(red: World):
    assert waiting(red, 1)[0].mutes.startswith("Tystar R01, längst till 19.01.")


# ---- seats --------------------------------------------------------------------------------------------------------


def test_seats_stand_by_reason_and_municipalities_are_counted(red: World):
    seats = waiting(red, 1)[0].seats

    assert [g.how for g in seats.groups] == ["caller", "direct", "indirect"]
    towns = seats.groups[1].rows[0]
    assert (towns.who, towns.why, len(towns.names)) == (["26 kommuner"], "kommun som berörs (R01)", 26)
    assert seats.invited == seats.all == sum(len(row.names or row.who) for g in seats.groups for row in g.rows)


def test_who_has_no_address_is_flagged_by_name_but_once_for_all_when_nobody_has_one(red: World):
    scene = scene_of(red, 1, BOARD)
    suggestion = dict(scene.sight.picture["suggestion"][one(red)])
    everybody = [s["actor"] for s in suggestion["seats"]]

    def seated(missing: list[str]) -> matters.seating.Seating:
        return matters.seating.seating(scene, {**suggestion, "no_contact": missing})

    none = seated(everybody)
    assert none.no_contact
    assert not any(row.flag for g in none.groups for row in g.rows)
    few = seated(["kommun-0140", "polisen-sthlm"])
    assert not few.no_contact
    assert [row.flag for g in few.groups for row in g.rows if row.flag] == [
        "Utan kontaktväg: Nykvarns kommun",
        "Utan kontaktväg: Polisregion Stockholm",
    ]


def test_who_is_only_considered_is_not_counted_on_the_button(red: World):
    scene = scene_of(red, 1, BOARD)
    suggestion = scene.sight.picture["suggestion"][one(red)]
    more = {"actor": "frivilliga", "how": "considered", "reason": "R01:ADJ"}

    found = matters.seating.seating(scene, {**suggestion, "seats": [*suggestion["seats"], more]})

    assert (found.all - found.invited, found.groups[-1].title) == (1, "Prövas")


# ---- delivery -----------------------------------------------------------------------------------------------------


def test_each_channel_says_what_it_has_taken_and_what_went_wrong_since(red: World):
    deliver(red, 1, 1, ok=False, error="no connection")
    assert waiting(red, 1)[0].notices[0].deliveries[0].text == "inte mottaget, 1 försök: no connection"

    deliver(red, 2, 2, ok=True)
    [way] = waiting(red, 2)[0].notices[0].deliveries
    assert (way.channel, way.text, way.bad) == ("Larmmottagaren", "mottaget 07.02, 2 försök", False)


def test_outsiders_are_told_neither_channels_nor_who_is_called_next(red: World):
    deliver(red, 1, 1, ok=True)

    parts = drawn(red, 2, OUTSIDER)

    assert "Larmmottagaren" not in "".join(parts.values())
    assert "RSIB" not in "".join(parts.values())
    assert "RSIB" in "".join(drawn(red, 2).values())


# ---- what was answered --------------------------------------------------------------------------------------------


def test_a_dismissed_suggestion_is_in_the_history_with_who_when_why_and_version(red: World):
    red.command(5, "dismiss", on=one(red), texts={"reason": "Beredskapen är höjd"}, seen_version=3)
    scene = scene_of(red, 6, BOARD)

    assert matters.waiting(scene, PLAN, seen_by(scene.sight)) == []
    [row] = closed.history(scene, "dismissed").rows
    assert (row.state, row.when, row.who, row.why) == (
        "avfärdat",
        "07.05",
        "Länsstyrelsen Stockholm",
        "Beredskapen är höjd",
    )
    assert row.sealed.startswith("beslutat på version ")
    assert closed.history(scene, "convened").rows == []


def test_a_mute_is_shown_with_who_why_and_till_when_and_no_longer_than_that(red: World):
    red.command(5, "dismiss", on=one(red), texts={"reason": "Beredskapen är höjd"})

    [mute] = closed.silent(scene_of(red, 6, BOARD))
    assert (mute.who, mute.why, mute.until) == ("Länsstyrelsen Stockholm", "Beredskapen är höjd", "19.05")
    assert "(R01)" in mute.reasons
    assert closed.silent(scene_of(red, 5 + 12 * 60, BOARD)) == []


def test_a_reason_that_speaks_again_is_silent_no_more():
    world = World()
    world.warning(0, "RED", 1, areas=["0180"], onset=T0 + 24 * HOUR)
    world.command(5, "dismiss", on=one(world), texts={"reason": "Hanteras"})
    world.warning(10, "RED", 2, areas=["0180", "0188"], onset=T0 + 24 * HOUR)

    assert closed.silent(scene_of(world, 11, BOARD)) == []


def test_the_history_is_paged_and_what_is_asked_for_wrongly_shows_it_from_its_beginning():
    world = World()
    for n in range(3):
        world.warning(n * 10, "RED", n + 1, areas=["0180", "0188", "0120"][: n + 1], onset=T0 + 24 * HOUR)
        world.command(n * 10 + 5, "dismiss", on=world.suggestions("raised")[0]["id"], texts={"reason": f"nr {n}"})
    scene = scene_of(world, 60, BOARD)

    first = closed.history(scene, "all", limit=2)
    second = closed.history(scene, "all", first.cursor, limit=2)

    assert [row.why for row in (*first.rows, *second.rows)] == ["nr 2", "nr 1", "nr 0"]
    assert (first.total, second.cursor) == (3, "")
    assert drawn(world, 60, of="history/none/???")["a-history"] == drawn(world, 60)["a-history"]


# ---- the life of one ----------------------------------------------------------------------------------------------


def lived(world: World) -> World:
    deliver(world, 1, 1, ok=True)
    deliver(world, 2, 2, ok=True)
    world.command(4, "acknowledge", on=world.calls()[0]["id"])
    world.command(6, "convene", args={"forum": "f-1", "level": "samordnande", "at": T0 + HOUR})
    return world


def test_a_life_is_told_in_order_with_times_versions_and_who_acted(red: World):
    key = one(lived(red))

    steps = life(scene_of(red, 7, BOARD), ring_of(red), PLAN, key)

    told = [(s.when, s.text) for s in steps]
    assert told == [
        ("07.00", "Larm till Länsstyrelsen öppnat"),
        ("07.00", "föreslås"),
        ("07.01", "TiB nådd"),
        ("07.01–07.02", "Larmmottagaren: mottaget, försök 1–2"),
        ("07.04", "Larm till Länsstyrelsen: Kvitterat 07.04 av Länsstyrelsen Stockholm"),
        ("07.04", "kvitterat"),
        ("07.06", "sammankallat"),
    ]
    assert (steps[-1].who, steps[-1].version) == ("Länsstyrelsen Stockholm", red.versions[-1].number)


def test_what_lies_before_the_versions_held_is_told_by_what_the_suggestion_remembers(red: World):
    key = one(lived(red))

    steps = life(scene_of(red, 7, BOARD), ring_of(red, oldest=red.versions[-1].number), PLAN, key)

    assert [(s.when, s.text) for s in steps] == [
        ("07.00", "Larm till Länsstyrelsen öppnat"),
        ("07.00", "föreslås"),
        ("07.01", "Larmmottagaren: mottaget första gången"),
        ("07.04", "Larm till Länsstyrelsen: Kvitterat 07.04 av Länsstyrelsen Stockholm"),
        ("07.04", "kvitterat"),
        ("07.06", "sammankallat"),
    ]


# ---- labels, roles, a quiet day -----------------------------------------------------------------------------------


def test_a_hidden_report_is_named_neither_as_reason_nor_as_what_would_end_it():
    world = World()
    for actor in ("0180", "0188", "0120"):
        world.report(0, f"kommun-{actor}", "lage", {f"school {actor}": 4}, label="confidential")
    world.tick(20)

    seen = "".join(drawn(world, 20, OUTSIDER).values())

    assert "3 uppgifter som inte visas för er" in seen
    assert "Underlag begränsat" in seen
    assert "actor.kommun" not in seen
    assert "actor.kommun" in "".join(drawn(world, 20).values())


def test_only_who_may_act_has_anything_to_press(red: World):
    assert "<form" not in "".join(drawn(red, 1, OUTSIDER).values())
    assert 'value="dismiss"' in drawn(red, 1)["a-waits"]


def test_a_quiet_day_says_who_is_on_duty_that_notices_arrive_and_what_rules_read():
    world = World()
    world.report(0, "kommun-0180", "lage", {"school 0180": 3})
    told = calm.calm(scene_of(world, 5, BOARD), PLAN)

    assert [d.role for d in told.duty] == ["TiB", "RSIB", "bitr. TiB"]
    assert [d.text for d in told.deliveries] == ["Mottagare är inställd. Inget larm har sänts än."]
    assert told.suggested is None
    assert told.rules.endswith("prövas vid varje ändring")
    assert told.measures == ["förskola och skola: betydande eller värre i 1 kommun"]
    assert drawn(world, 5)["a-count"] == "Inget väntar på svar"


def test_a_calm_that_rests_on_a_source_nobody_hears_says_so():
    world = World()
    world.health(0, "smhi")
    world.health(0, "sl")
    assert drawn(world, 1)["a-count"] == "Inget väntar på svar"
    world.health(30, "sl")
    world.tick(31)
    told = calm.calm(scene_of(world, 31, BOARD), PLAN)
    assert told.heard == "1 av 2 källor hörs"
    assert [(source.name, source.state) for source in told.troubled] == [("SMHI varningar", "tyst")]
    parts = drawn(world, 31)
    assert parts["a-count"] == "Inget väntar på svar, 1 källa hörs inte"
    assert "<b>SMHI varningar</b> tyst sedan" in parts["a-calm"]


def test_nobody_is_told_who_is_on_duty_but_those_inside():
    assert calm.calm(scene_of(World(), 5, OUTSIDER), PLAN).duty == []


def test_one_telephone_shows_one_notice_and_how_many_more_there_are(red: World):
    red.report(1, "polisen-sthlm", "stab", native={"level": "särskild händelse"})
    night = drawn(red, 2)["a-night"]

    assert night.count("<article") == 1
    assert night.count('class="btn') == 3, "acknowledge, convene, and the press that convenes"

"""What the desk says, made of a real fold: six answers, matrix, advice, the last hour, sources."""

import pytest
from support.desk import scene_of
from support.matters import feed
from support.world import FOLDER, T0, World

from dashboards.access import Role, Viewer
from dashboards.desk import matrix
from dashboards.desk.parts import Stand, draw
from dashboards.drawing.glyphs import cell_signs
from dashboards.drawing.map import load_drawing
from dashboards.drawing.paint import Paint
from dashboards.telling import advice, happenings, six
from schemas.sectors import Unknown
from schemas.times import HOUR
from streams.words import load_words

BOARD = Viewer(Role.COORDINATOR, "lansstyrelsen-01", exercise=True)


def answers(world: World, minute: float) -> dict[str, tuple[str, str]]:
    return {a.id: (a.head, a.line) for a in six.six(scene_of(world, minute))}


def storm() -> World:
    world = World()
    world.health(0)
    world.warning(0, "RED", 1, onset=T0 + 24 * HOUR)
    world.report(10, "region-sthlm-trafik", "lage", {"transit 01": 3})
    world.report(20, "region-sthlm-trafik", "stom", {"transit 0188 0120 0182": 4}, next_report=T0 + 2 * HOUR)
    world.report(30, "trafikverket-vag", "lage", {"road 0180": {"now": 4, "expected": 5}})
    world.report(31, "kommun-0180-trafik", "lage", {"road 0180": 2})
    world.tick(60)
    return world


# ---- six questions -------------------------------------------------------------------------------------------------


def test_an_empty_picture_is_not_called_calm():
    told = answers(World(), 0)

    assert told["worst"] == ("Inget är känt", "ingen aktör har rapporterat än")
    assert told["unknown"][1] == "338 bedöms inte"
    assert told["suggested"][0] == "Inget väntar"


def test_a_calm_day_says_what_the_calm_rests_on():
    world = World()
    world.report(0, "kommun-0180", "lage", {"school 0180": 1, "care 0180": 1})

    assert answers(world, 5)["worst"] == ("Ingen påverkan känd", "2 rutor rapporterade utan påverkan")
    assert answers(world, 5)["where"][0] == "Ingen kommun"


def test_the_storm_is_told_in_six_answers():
    told = answers(storm(), 60)

    assert told["worst"] == ("Allvarlig i 2 sektorer", "kollektivtrafik 3 kommuner, vägtrafik 1 kommun")
    assert told["where"][0] == "Stockholm"
    assert told["since"][0] == "07.20"
    assert told["changed"] == ("Inget sämre, inget bättre", "27 nya, 1 motsägelse")
    assert told["suggested"] == ("1 förslag", "1 larm väntar: Sammankalla samordnande forum")


def test_silence_is_never_an_all_clear():
    world = World()
    world.report(0, "kommun-0188", "lage", {"care 0188": 4}, next_report=T0 + HOUR)
    world.tick(120)
    told = answers(world, 120)

    assert told["worst"] == ("Inget är känt", "1 ruta var värre men är föråldrade")
    assert told["unknown"] == ("1 ruta", "1 föråldrade, 337 bedöms inte")
    assert told["changed"][1] == "1 har tystnat"


# ---- matrix --------------------------------------------------------------------------------------------------------


def test_a_cell_is_a_sentence_with_value_time_contradiction_and_expectation():
    scene = scene_of(storm(), 60)

    assert matrix.sentence(scene, "0180", "road") == (
        "Stockholm, Vägtrafik: Allvarlig påverkan sedan 07.30, motsägs: Stockholms stad, trafikkontoret säger måttlig,"
        " väntas kritisk"
    )
    assert matrix.sentence(scene, "0180", "school") == "Stockholm, Förskola och skola: Ej bedömt"


def test_an_outdated_cell_keeps_its_last_value_in_words_and_sign():
    world = World()
    world.report(0, "kommun-0188", "lage", {"care 0188": 4}, next_report=T0 + HOUR)
    world.tick(120)
    scene = scene_of(world, 120)

    assert matrix.sentence(scene, "0188", "care").endswith("Föråldrat, senast känt allvarlig, sedan 08.00")
    assert "#o4" in cell_signs(scene.cells["0188", "care"])


def test_no_grey_is_drawn_as_no_impact():
    greys = [{"impact": 0, "unknown": unknown.value, "last": 1} for unknown in Unknown]
    drawn = {str(cell_signs(grey)) for grey in greys}

    assert len(drawn) == 4
    assert all("g1" not in signs for signs in drawn)


def test_expected_never_fills_the_cell():
    signs = cell_signs({"impact": 1, "expected": {"impact": 5}})

    assert '"g g1 i1"' in signs
    assert '"g x5 i5 x"' in signs
    assert "g5" not in signs


def test_markup_is_made_again_only_for_cells_that_changed():
    world, cells = storm(), matrix.Cells()
    before = dict(cells.markup(scene_of(world, 60), ""))
    world.report(70, "ellevio", "lage", {"energy 0120": 5})
    after = cells.markup(scene_of(world, 70), "")

    assert [name for name in after if after[name] != before[name]] == ["c-0120-energy"]


# ---- advice --------------------------------------------------------------------------------------------------------


def test_a_suggestion_has_its_reason_its_rule_and_what_makes_it_fall_away():
    [card, *_] = advice.cards(scene_of(storm(), 5))

    assert card.title == "Sammankalla samordnande forum"
    assert card.reasons[0].text == "Röd varning för snöfall i hela länet från ons 20 jan 07.00"
    assert (card.reasons[0].rule, card.reasons[0].basis) == ("R01", "dokumenterad")
    assert card.falls_away[0] == "varningen sänks eller hävs i alla kommuner, i 60 minuter"
    assert card.direct.startswith("26 kommuner")
    assert all(why for _, _, why in card.seats)


def test_a_suggestion_on_hold_says_until_when():
    world = storm()
    waiting = [card.when for card in advice.holding(scene_of(world, 31))]

    assert all(when.startswith("väntar till") for when in waiting)


def test_a_notice_says_where_it_was_sent_and_who_answered():
    world = storm()
    scene = scene_of(world, 60, receiver=False)
    [call] = [c for c in advice.calls(scene) if c.call]
    assert (call.open, call.undelivered) == (True, True)
    assert call.delivery == "Ingen mottagare är inställd: larmet visas bara här"

    world.put(61, "delivery", {"notice": call.id, "attempt": 1, "ok": False, "error": "no answer within 5 s"})
    assert "1 försök" in advice.calls(scene_of(world, 61))[0].delivery
    world.put(62, "delivery", {"notice": call.id, "attempt": 2, "ok": True})
    assert advice.calls(scene_of(world, 62))[0].delivery == "Sänt till mottagaren 08.02"

    world.command(63, "acknowledge", on=call.id, args={"on_behalf_of": "TiB"})
    answered = advice.calls(scene_of(world, 63))[0]
    assert (answered.open, answered.answered) == (False, "Kvitterat 08.03 av Länsstyrelsen Stockholm för TiB")


# ---- lists ---------------------------------------------------------------------------------------------------------


def test_cells_that_changed_alike_are_one_row_of_the_last_hour():
    rows = happenings.shifts(scene_of(storm(), 60)).rows

    assert ("Kollektivtrafik", "3 kommuner") in {(row.sector, row.areas) for row in rows}
    assert len([row for row in rows if row.sector == "Kollektivtrafik"]) == 2


def test_what_is_newly_known_to_be_calm_is_counted_and_not_listed():
    world = World()
    world.report(0, "kommun-0180", "lage", {"school 0180": 1, "care 0180": 1})
    scene = scene_of(world, 5)

    assert (happenings.shifts(scene), happenings.calm_news(scene)) == (([], 0), 2)


def test_an_hour_later_the_list_is_empty():
    assert happenings.shifts(scene_of(storm(), 180)) == ([], 0)


@pytest.mark.parametrize(
    ("source", "native", "sign"),
    [
        ("sl", {}, "transit"),
        ("trafikverket", {}, "road"),
        ("trafikverket", {"object": "RailwayEvent"}, "rail"),
        ("avbrott", {"supply": "power", "owner": "ellevio"}, "power"),
    ],
)
def test_an_item_bears_the_sign_of_what_its_feed_is_about(source: str, native: dict, sign: str):
    world = World()
    feed(world, 1, source, "x", native=native)
    [row] = happenings.happenings(scene_of(world, 5)).rows
    assert row.sign == sign


def test_a_warning_bears_smhis_own_sign_and_word():
    [row, *_] = happenings.happenings(scene_of(storm(), 60)).rows

    assert (row.sign, row.severity, row.where) == ("smhi-red", "röd", "hela länet")


def test_a_silent_source_comes_first_and_says_since_when():
    world = World()
    world.health(0)
    world.health(0, "trafikverket")
    for minute in range(1, 10):
        world.health(minute, "trafikverket")
    rows = happenings.sources(scene_of(world, 10, heard={"smhi": T0, "trafikverket": T0 + 9 * 60_000}))

    assert [row.ok for row in rows] == [False, True]
    assert rows[0].problem.startswith("tyst sedan")
    assert rows[1].heard_ago == "för 1 min sedan"


# ---- the whole page ------------------------------------------------------------------------------------------------


def parts(world: World, minute: float, *, may: bool = False) -> dict[str, str]:
    stand = Stand(may, may, True, "")
    return dict(draw(scene_of(world, minute, BOARD), stand, load_drawing(FOLDER), matrix.Cells(), Paint(load_words())))


def test_a_quiet_moment_draws_nothing_new():
    world = storm()

    assert parts(world, 60) == parts(world, 60)


def test_one_report_changes_its_cell_and_no_other():
    world = storm()
    before = parts(world, 60)
    world.report(60.5, "ellevio", "lage", {"energy 0120": 5})
    after = parts(world, 60.5)

    changed = {name for name in after if after[name] != before[name]}
    assert {name for name in changed if name.startswith("c-")} == {"c-0120-energy"}
    assert "six-worst" in changed


def test_only_who_may_acknowledge_gets_the_button():
    world = storm()

    assert "Kvittera</button>" in parts(world, 60, may=True)["p-calls"]
    assert "Kvittera</button>" not in parts(world, 60)["p-calls"]


def test_what_is_only_told_lies_together_below_what_waits_for_an_answer():
    [call] = [c for c in advice.calls(scene_of(storm(), 60)) if c.call]
    told = [call._replace(id=f"told-{n}", title=f"Notis {n}", call=False) for n in range(3)]
    drawn = str(Paint(load_words()).parts.calls([call, *told], Stand(True, True, True, "")))
    above, _, folded = drawn.partition("<details")

    assert f'id="ack-{call.id}"' in above
    assert "För kännedom: 3" in folded
    assert [f'id="ack-told-{n}"' in above for n in range(3)] == [False] * 3
    assert [folded.count(f'id="ack-told-{n}"') for n in range(3)] == [1, 1, 1]
    assert "<details" not in str(Paint(load_words()).parts.calls([call, told[0]], Stand(True, True, True, "")))


def test_words_from_outside_are_never_markup():
    world = World()
    world.warning(0, "RED", 1, onset=T0 + HOUR, texts={"headline": "<script>alert(1)</script>"}, ends=T0 + 2 * HOUR)
    drawn = "".join(parts(world, 1).values())

    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn
    assert 'style="' not in drawn

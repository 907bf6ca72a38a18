"""Why a report hangs together with others is told in words, with who says what and what to ask."""

from support.desk import scene_of
from support.matters import GULLMARSPLAN, feed, outage
from support.world import T0, World

from dashboards.desk.cell import cell_page
from dashboards.desk.detail import item_page
from schemas.times import HOUR


def facts(world: World, key: str, minute: float = 60) -> dict[str, str]:
    page = item_page(scene_of(world, minute), key)
    assert page is not None
    return dict(page.facts)


def test_an_item_says_why_it_is_in_an_event_and_how_many_say_so():
    world = World()
    first = feed(world, 0, "trafikverket", "a", point=GULLMARSPLAN)
    second = feed(world, 5, "polisen", "b", point=GULLMARSPLAN, native={"type": "Trafikolycka"})
    linked = "Hör till händelsen för att"
    assert facts(world, second)[linked] == "samma plats, började samtidigt, samma slag (90 poäng)"
    assert facts(world, first)[linked] == "andra rapporter har länkats till den"
    assert facts(world, second)["Oberoende uppgiftslämnare"] == "2"


def test_a_link_by_a_person_names_who_and_why():
    world = World()
    one, two = outage(world, 0, "a", "0182"), outage(world, 1, "b", "0182")
    world.command(5, "link", on=one, args={"items": [two]}, texts={"reason": "samma träd"})
    assert facts(world, two)["Hör till händelsen för att"] == "Länsstyrelsen Stockholm har länkat den: samma träd"


def test_what_could_be_the_same_and_what_is_a_probable_duplicate_is_shown():
    world = World()
    one = outage(world, 0, "a", "0182", like={"text": "c" * 16})
    two = outage(world, 1, "b", "0182", like={"text": "c" * 16})
    world.report(5, "nacka-energi", "c", {"energy 0182": 3})
    assert facts(world, two)["Trolig dubblett av"]
    assert (
        "samma kommun, började samtidigt, samma slag (65 poäng)"
        in facts(world, "actor.nacka-energi/c")["Kan höra ihop med"]
    )
    assert "Trolig dubblett av" not in facts(world, one)


def test_promised_ends_stand_in_a_row():
    world = World()
    for n, hours in enumerate((2, 4, 9)):
        key = feed(world, n, "trafikverket", "a", onset=T0, ends=T0 + hours * HOUR)
    assert facts(world, key)["Utlovat slut"].endswith("(flyttat senare 2 gånger)")
    assert facts(world, key)["Utlovat slut"].count("→") == 2
    world.report(5, "ellevio", "x", {"energy 0182": 3}, promised=T0 + HOUR)
    assert "→" not in facts(world, "actor.ellevio/x")["Utlovat slut"]


def test_statements_that_differ_stand_side_by_side_with_the_question_to_ask():
    world = World()
    told = {"kind": "customers_without_power", "low": 80, "high": 80, "areas": ["0180"]}
    one = outage(world, 0, "a", counts=[{**told, "owner": "ellevio"}], ends=T0 + HOUR)
    two = feed(
        world, 1, "polisen", "b", counts=[{**told, "owner": "polisen", "low": 20, "high": 30}], ends=T0 + 9 * HOUR
    )
    world.command(5, "link", on=one, args={"items": [two]}, texts={"reason": "r"})
    page = item_page(scene_of(world, 10), one)
    assert page is not None
    quarrels = [text for label, text in page.facts if label == "Uppgifterna skiljer sig"]
    assert quarrels[0].startswith("Ellevio: 80; polisen: 20–30. Att fråga:")
    assert "Att fråga: vad är det som ska vara klart då?" in quarrels[1]


def test_beside_a_cell_stand_its_contradiction_an_assessment_and_an_objection():
    world = World()
    world.report(0, "trafikverket-vag", "a", {"road 0180": 4})
    world.report(5, "kommun-0180-trafik", "b", {"road 0180": 2})
    world.command(6, "assess_cell", on="0180/road", args={"impact": 3}, texts={"text": "blandat"})
    by = {"who": "kommun-0180-trafik", "role": "reporter", "on": "0180/road"}
    world.command(7, "object", texts={"reason": "plogat"}, **by)
    quarrel, assessed, objects = cell_page(scene_of(world, 10), "0180", "road").beside
    assert "allvarlig" in quarrel
    assert quarrel.endswith("gäller det samma plats och tid?")
    assert assessed == "Länsstyrelsen Stockholm bedömer 07.06: Betydande påverkan. blandat"
    assert objects.endswith("invänder 07.07: plogat")


def test_a_successor_names_the_finished_event():
    world = World()
    feed(world, 0, "trafikverket", "a", group="g")
    feed(world, 1, "trafikverket", "a", group="g", change="cancel")
    late = feed(world, 2, "trafikverket", "b", group="g")
    assert "Följer på den avslutade händelsen" in facts(world, late)
    assert "Efterföljd av" in facts(world, "trafikverket/a")

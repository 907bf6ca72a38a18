"""Which reports are one event: points for place, time and theme; when in doubt two are shown."""

import pytest
from support.matters import BROMMA, GULLMARSPLAN, LILJEHOLMEN, event_of, feed, item, outage
from support.ruling import loose
from support.world import REFERENCE, T0, World, refold

from schemas.times import HOUR, MINUTE
from streams.core.links import DEFAULTS, against, metres, score
from streams.core.traits import Trait, trait

DAY_MIN = 24 * 60


@pytest.fixture
def world() -> World:
    return World()


def accident(world: World, minute: float, source: str = "trafikverket", name: str = "olycka", **more) -> str:
    if source == "polisen":
        more.setdefault("native", {"type": "Trafikolycka"})
    return feed(world, minute, source, name, **{"point": GULLMARSPLAN, **more})


def test_two_sources_of_one_accident_are_one_event_with_the_reasons_for_the_link(world):
    first = accident(world, 0)
    second = accident(world, 10, "polisen")

    event = event_of(world, second)
    assert event["items"] == sorted([first, second])
    link = next(link for link in event["links"] if link["item"] == second)
    assert (link["reason"], link["to"], link["score"]) == ("score", first, 90)
    assert link["reasons"] == ["near", "half_hour", "theme"]
    assert event["sources"] == 2


def test_the_two_outages_of_one_city_on_two_days_are_two(world):
    """Liljeholmen one day, Bromma the next: the same owner's theme, the same municipality, nothing else in common."""
    world.report(0, "ellevio", "liljeholmen", {"energy 0180": 4})
    one = outage(world, 0, "liljeholmen", point=LILJEHOLMEN, onset=T0)
    other = outage(world, DAY_MIN, "bromma", point=BROMMA, onset=T0 + DAY_MIN * MINUTE)
    world.report(DAY_MIN, "ellevio", "bromma", {"energy 0180": 4})

    events = [event_of(world, key) for key in (one, other)]
    assert not any(e and one in e["items"] and other in e["items"] for e in events)
    assert not {"actor.ellevio/bromma", one} <= {k for e in events if e for k in e["items"]}


def test_two_outages_of_one_hour_in_one_municipality_are_two_until_something_finer_says_otherwise(world):
    """Municipality, theme and hour alone never join: the other is only shown beside it."""
    one = outage(world, 0, "a", "0182")
    world.report(5, "nacka-energi", "b", {"energy 0182": 3})
    other = "actor.nacka-energi/b"

    assert event_of(world, one) is None
    assert event_of(world, other) is None
    assert item(world, other)["near"] == [{"to": one, "score": 65, "reasons": ["area", "half_hour", "theme"]}]


def test_a_report_that_fits_two_outages_alike_joins_neither(world):
    one = outage(world, 0, "a", point=LILJEHOLMEN)
    two = outage(world, 2, "b", point=["18.02400", "59.31100"])
    world.report(5, "kommun-0180", "strom", {"energy 0180": 3}, point=LILJEHOLMEN)

    assert [event_of(world, k) for k in (one, two, "actor.kommun-0180/strom")] == [None, None, None]
    assert [n["to"] for n in item(world, "actor.kommun-0180/strom")["near"]] == [one, two]


def test_a_source_keeps_its_own_matters_apart(world):
    one, two = accident(world, 0, name="a"), accident(world, 1, name="b")
    assert event_of(world, one) is None
    assert event_of(world, two) is None


def test_points_five_kilometres_apart_or_twelve_hours_apart_are_two_matters(world):
    accident(world, 0)
    assert event_of(world, accident(world, 5, "polisen", point=BROMMA)) is None
    assert event_of(world, accident(world, 13 * 60, "polisen", "later")) is None


def test_what_had_ended_before_the_other_began_is_another_matter(world):
    accident(world, 0, onset=T0, ends=T0 + HOUR)
    late = accident(world, 30, "polisen", onset=T0 + 2 * HOUR)
    assert event_of(world, late) is None


def test_likeness_to_one_member_does_not_chain_strangers_together(world):
    """A near B and B near C is no reason for A and C, six kilometres apart, to be one."""
    a = accident(world, 0, point=["18.00000", "59.30000"], native={"object": "Situation"})
    b = accident(world, 1, "polisen", point=["18.00000", "59.30400"])
    c = accident(world, 2, "trafikverket-datex", point=["18.00000", "59.34700"])
    assert event_of(world, a) == event_of(world, b)
    assert event_of(world, c) is None


def test_rail_and_transit_news_of_one_stop_at_one_station_are_one_event_of_two_sources(world):
    """SL, its GTFS feed and Trafikverket on one signal fault: three items, two independent sources."""
    rail = feed(world, 0, "trafikverket", "op-1", native={"object": "OperativeEvent", "stations": "Ke, Cst, Sst"})
    words = {"like": {"headline": "a" * 16}}
    sl = feed(world, 6, "sl", "dev-1", native={"stops": "Stockholm C, Karlberg", "lines": "TRAIN 43"}, **words)
    gtfs = feed(world, 7, "sl-gtfs", "al-1", native={"affected": "route 43"}, **words)

    event = event_of(world, rail)
    assert event["items"] == sorted([gtfs, sl, rail])
    assert event["sources"] == 2


def test_a_standing_report_on_a_cell_is_a_status_and_no_part_of_an_event(world):
    feed(world, 0, "sl", "a", native={"stops": "x"})
    world.report(1, "region-sthlm-trafik", "transit-0180", {"transit 0180": 4})
    assert event_of(world, "actor.region-sthlm-trafik/transit-0180") is None
    assert "near" not in item(world, "actor.region-sthlm-trafik/transit-0180")


def test_relayed_copies_never_raise_the_count_of_sources(world):
    """Five parties that pass SMHI's warning on are SMHI's one word."""
    world.warning(0, "RED", 1, onset=T0 + 12 * HOUR)
    for n, source in enumerate(["meteoalarm", "fmi"]):
        feed(
            world, 1 + n, source, "w", " ".join(sorted(world.state.picture["item"]["smhi/1-1"]["areas"])),
            kind="warning", origin="relayed", onset=T0 + 12 * HOUR,
        )  # fmt: skip
    event = event_of(world, "smhi/1-1")
    assert event["items"] == ["fmi/w", "meteoalarm/w", "smhi/1-1"]
    assert (event["sources"], event["relayed"]) == (1, 2)


def test_a_public_warning_and_its_copy_are_one_source(world):
    vma = feed(world, 0, "vma", "v", "0181", kind="message", severity="severe")
    copy = feed(world, 5, "krisinformation", "k", "0181", kind="message", origin="relayed", native={"vma": "true"})
    assert event_of(world, vma)["items"] == sorted([copy, vma])
    assert event_of(world, vma)["sources"] == 1


def test_a_copy_for_the_whole_county_finds_the_warning_it_passes_on(world):
    vma = feed(world, 0, "vma", "v", "0181", kind="message")
    county = " ".join(sorted(world.state.reference.municipalities))
    copy = feed(world, 5, "krisinformation", "k", county, kind="message", origin="relayed", native={"vma": "true"})
    assert event_of(world, vma)["items"] == sorted([copy, vma])


def test_what_is_passed_on_of_one_outage_is_not_taken_for_another(world):
    """Relayed words on a power cut where another owner has one: two, until somebody says otherwise."""
    one = outage(world, 0, "a", "0188")
    world.report(5, "lansstyrelsen-01", "hort", {"energy 0188": 3}, origin="relayed")
    assert event_of(world, one) is None
    assert item(world, "actor.lansstyrelsen-01/hort")["near"][0]["to"] == one


def test_an_exercise_of_a_feed_is_never_linked_with_what_is_real(world):
    accident(world, 0)
    assert event_of(world, accident(world, 1, "polisen", status="exercise")) is None


def test_a_finished_event_is_not_reopened_but_gets_a_linked_successor(world):
    one = feed(world, 0, "trafikverket", "a", group="g")
    feed(world, 10, "trafikverket", "a", group="g", change="cancel")
    assert event_of(world, one)["state"] == "closed"
    other = feed(world, 20, "trafikverket", "b", group="g")

    events = world.state.picture["event"]
    assert events["trafikverket/g"]["state"] == "closed"
    assert events["trafikverket/g"]["items"] == [one]
    assert events["trafikverket/g"]["followed_by"] == "trafikverket/g~2"
    assert event_of(world, other) == events["trafikverket/g~2"]
    assert events["trafikverket/g~2"]["follows"] == "trafikverket/g"
    feed(world, 30, "trafikverket", "b", group="g", change="cancel")
    third = feed(world, 40, "trafikverket", "c", group="g")
    assert event_of(world, third)["follows"] == "trafikverket/g~2"


def test_an_item_that_comes_back_after_its_event_was_finished_begins_the_successor(world):
    feed(world, 0, "trafikverket", "a", group="g")
    feed(world, 10, "trafikverket", "a", group="g", change="cancel")
    back = feed(world, 20, "trafikverket", "a", group="g")
    assert event_of(world, back)["id"] == "trafikverket/g~2"
    assert event_of(world, back)["follows"] == "trafikverket/g"
    finished = world.state.picture["event"]["trafikverket/g"]
    assert (finished["state"], finished["items"], finished["followed_by"]) == ("closed", [back], "trafikverket/g~2")
    feed(world, 30, "trafikverket", "a", group="g", change="cancel")
    feed(world, 40, "trafikverket", "a", group="g")
    assert event_of(world, back)["follows"] == "trafikverket/g~2"
    feed(world, 50, "trafikverket", "a", group="g", change="cancel")
    world.tick(32 * DAY_MIN)
    assert world.state.picture["event"] == {}
    assert world.state.follows == {}
    assert world.state.gathered == {}


def test_a_link_by_points_ends_when_the_place_turns_out_to_be_another(world):
    first = accident(world, 0)
    second = accident(world, 5, "polisen")
    accident(world, 9, "polisen", areas="0192", point=["17.95000", "58.90000"])
    assert event_of(world, second) is None
    assert event_of(world, first) is None
    assert "trafikverket/olycka" not in world.state.picture["event"]


def test_the_same_words_under_a_new_id_are_a_probable_duplicate_and_no_further_source(world):
    like = {"like": {"headline": "b" * 16, "text": "c" * 16}}
    one = feed(world, 0, "trafikverket", "a", **like)
    two = feed(world, 5, "trafikverket", "b", **like)
    assert item(world, two)["duplicate_of"] == one
    assert "duplicate_of" not in item(world, one)
    feed(world, 6, "trafikverket", "b", **like)
    assert item(world, two)["duplicate_of"] == one
    assert item(world, two)["state"] == "active"


def test_the_same_words_elsewhere_or_in_the_same_group_are_no_duplicate(world):
    like = {"like": {"text": "c" * 16}}
    feed(world, 0, "trafikverket", "a", group="g", **like)
    assert "duplicate_of" not in item(world, feed(world, 1, "trafikverket", "b", group="g", **like))
    assert "duplicate_of" not in item(world, feed(world, 1, "trafikverket", "c", "0192", **like))


def test_much_the_same_words_are_a_hint_and_worth_no_point(world):
    """Two outages of one hour in one town, told by two in nearly the same words: shown, never joined by it."""
    like = {"sketch": "00" * 16}
    world.report(0, "ellevio", "strom", {"energy 0180": 3}, like=like)
    world.report(500, "kommun-0180", "avbrott", {"energy 0180": 2}, like={"sketch": "00" * 10 + "ff" * 6})
    one, other = "actor.ellevio/strom", "actor.kommun-0180/avbrott"
    assert item(world, other)["near"] == [{"to": one, "score": 45, "reasons": ["area", "apart", "theme"], "alike": 62}]
    assert world.state.linked == {}
    world.report(700, "vattenfall-eld", "fel", {"energy 0180": 2}, like={"sketch": "00" * 9 + "ee" * 7})
    assert "near" not in item(world, "actor.vattenfall-eld/fel")


def test_distance_is_right_within_a_percent():
    assert 4900 <= metres((1802370, 5931080), (1793890, 5933850)) <= 5800
    assert metres((1802370, 5931080), (1802370, 5931080)) == 0
    assert 1101 <= metres((1800000, 5930000), (1800000, 5931000)) <= 1123
    assert 561 <= metres((1800000, 5930000), (1801000, 5930000)) <= 575


def test_folding_the_log_again_gives_the_same_events(world):
    accident(world, 0)
    accident(world, 10, "polisen")
    feed(world, 20, "trafikverket", "a", group="g")
    again, versions = refold(world.records)
    assert again == world.state
    assert [v.hash for v in versions] == [v.hash for v in world.versions]


def test_a_whole_situation_is_no_matter_and_a_report_on_half_the_county_has_no_place(world):
    one = feed(world, 0, "sl", "a", native={"lines": "43"})
    world.report(1, "kommun-0180", "lage", {"transit 0180": 3, "road 0180": 3, "care 0180": 2, "school 0180": 1})
    world.report(2, "region-sthlm-trafik", "allt", {"transit 01": 3})
    assert event_of(world, one) is None
    assert not [k for k, i in world.state.picture["item"].items() if "near" in i]


def test_an_event_is_where_its_reports_say_that_it_is_felt(world):
    one = outage(world, 0, "a", "0182")
    world.report(5, "nacka-energi", "b", {"energy 0182": 3, "energy 0120": 2, "energy 0180": 1})
    world.command(6, "link", on=one, args={"items": ["actor.nacka-energi/b"]}, texts={"reason": "r"})
    assert event_of(world, one)["areas"] == ["0120", "0182"]


class Weighed:
    """What `links` reads of a step: the region's weights."""

    state = World().state


ONE = Trait(
    "a", "sl", "actual", frozenset({"transit"}), frozenset({"0182"}), None, T0, None, frozenset(), None, None, False
)
OTHER = ONE._replace(key="b", source="trafikverket")


def points(one: Trait, other: Trait):
    found = score(Weighed, one, other)
    return None if found is None else (found.points, found.reasons)


@pytest.mark.parametrize(
    "other",
    [
        {"source": "sl"},
        {"status": "test"},
        {"themes": frozenset({"road"})},
        {"areas": frozenset({"0180"})},
        {"begins": T0 + 12 * HOUR + 1},
        {"begins": T0 - 12 * HOUR - 1},
        {"begins": T0 - HOUR, "ends": T0},
    ],
)
def test_each_of_these_alone_speaks_against_one_matter(other):
    assert against(Weighed, ONE, OTHER._replace(**other))
    assert against(Weighed, OTHER._replace(**other), ONE)
    assert points(ONE, OTHER._replace(**other)) is None


@pytest.mark.parametrize("other", [{}, {"begins": T0 + 12 * HOUR}, {"begins": T0 - HOUR, "ends": T0 + 1}])
def test_up_to_the_limit_nothing_speaks_against(other):
    assert not against(Weighed, ONE, OTHER._replace(**other))


@pytest.mark.parametrize(
    ("minutes", "reason", "given"),
    [(30, "half_hour", 65), (31, "two_hours", 55), (120, "two_hours", 55), (121, "apart", 45), (720, "apart", 45)],
)
def test_points_for_time_fall_with_the_distance(minutes, reason, given):
    assert points(ONE, OTHER._replace(begins=T0 + minutes * MINUTE)) == (given, ("area", reason, "theme"))


@pytest.mark.parametrize(
    ("north", "reasons", "given"),
    [(449, ("near",), 90), (451, ("close",), 80), (1798, ("close",), 80), (1800, (), 50), (4490, (), 50)],
)
def test_points_for_place_fall_with_the_distance(north, reasons, given):
    one, other = ONE._replace(point=(1800000, 5930000)), OTHER._replace(point=(1800000, 5930000 + north))
    assert points(one, other) == (given, (*reasons, "half_hour", "theme"))


def test_five_kilometres_speak_against_and_a_degree_is_further():
    one = ONE._replace(point=(1800000, 5930000))
    assert not against(Weighed, one, OTHER._replace(point=(1800000, 5934496)))
    assert against(Weighed, one, OTHER._replace(point=(1800000, 5934498)))
    assert against(Weighed, one, OTHER._replace(point=(1900000, 5930000)))


def test_names_and_words_in_common_add_and_unlike_ones_do_not():
    names, words = {"names": frozenset({"alvik"})}, {"words": "w"}
    assert points(ONE._replace(**names, **words), OTHER._replace(**names, **words))[0] == 65 + 25 + 40
    assert points(ONE._replace(**names, **words), OTHER._replace(names=frozenset({"solna"}), words="x"))[0] == 65


def test_weather_is_placed_by_how_much_of_the_area_is_shared():
    one = ONE._replace(themes=frozenset({"weather"}), areas=frozenset({"0180", "0182"}))
    other = OTHER._replace(themes=frozenset({"weather"}))
    assert points(one, other._replace(areas=frozenset({"0180"})))[1][0] == "same_areas"
    apart = other._replace(areas=frozenset({"0180", "0183", "0184"}))
    assert points(one, apart)[1] == ("half_hour", "theme")
    assert points(one, apart._replace(relayed=True))[1] == ("half_hour", "theme")
    whole = other._replace(areas=frozenset({"0180", "0182", "0183", "0184", "0186"}))
    assert points(one, whole)[1] == ("half_hour", "theme")
    assert points(one, whole._replace(relayed=True))[1][0] == "relayed"


def test_points_of_a_trait_are_read_from_text_whole_degrees_and_all(world):
    far = {"areas": "0180", "native": {"type": "Trafikolycka"}}
    accident(world, 0, point=["18.00000", "59.30000"])
    assert event_of(world, accident(world, 1, "polisen", point=["19.00000", "59.30000"], **far)) is None


def test_a_report_that_a_person_took_out_is_not_drawn_in_by_a_new_event(world):
    first, second = accident(world, 0), accident(world, 1, "polisen")
    args = {"items": [second]}
    world.command(2, "cut", on=event_of(world, first)["id"], args=args, texts={"reason": "r"})
    late = accident(world, 3, "trafikverket-datex", "x", group="g")
    assert event_of(world, second) is None
    assert event_of(world, late)["items"] == ["trafikverket-datex/x", "trafikverket/olycka"]


def test_an_open_successor_is_still_found_when_the_finished_one_is_forgotten(world):
    feed(world, 0, "trafikverket", "a", group="g")
    feed(world, 1, "trafikverket", "a", group="g", change="cancel")
    one = feed(world, 2, "trafikverket", "b", group="g")
    world.tick(31 * DAY_MIN)
    assert "trafikverket/g" not in world.state.picture["event"]
    late = feed(world, 31 * DAY_MIN + 1, "trafikverket", "c", group="g")
    assert event_of(world, late)["items"] == [one, late]
    assert "follows" not in event_of(world, late)


def test_where_a_region_says_nothing_of_points_the_countys_own_hold(world):
    assert REFERENCE["links"] == DEFAULTS
    world.put(0, "reference", {name: rows for name, rows in REFERENCE.items() if name != "links"})
    first, second = accident(world, 1), accident(world, 10, "polisen")
    link = next(link for link in event_of(world, second)["links"] if link["item"] == second)
    assert (link["to"], link["score"]) == (first, 90)


def test_a_report_on_two_sectors_is_one_matter_and_on_three_a_situation(world):
    world.report(0, "kommun-0180", "two", {"road 0180": 3, "care 0180": 3})
    world.report(0, "kommun-0180", "three", {"road 0180": 3, "care 0180": 3, "school 0180": 3})
    step = loose(world)
    assert trait(step, "actor.kommun-0180/two").themes == {"road", "care"}
    assert trait(step, "actor.kommun-0180/three") is None


@pytest.mark.parametrize(
    ("text", "point"),
    [
        (["18.0806012", "59.29"], (1_808_060, 5_929_000)),
        (["-0.5", "-59"], (-50_000, -5_900_000)),
        (["7", "0.00001"], (700_000, 1)),
    ],
)
def test_points_are_read_to_a_hundred_thousandth_of_a_degree(world, text, point):
    key = feed(world, 0, "trafikverket", "a", point=text)
    assert trait(loose(world), key).point == point


def test_a_distance_is_the_same_whole_number_everywhere():
    south, north = (1_800_000, 5_929_930), (1_800_000, 6_929_930)
    assert [metres(south, (1_900_000, 5_929_930)), metres(north, (1_900_000, 6_929_930))] == [57_156, 39_920]


@pytest.mark.parametrize(("areas", "reasons"), [(5, ("area",)), (6, ())])
def test_a_report_on_more_than_five_municipalities_has_no_place_to_speak_for_it(areas, reasons):
    wide = OTHER._replace(areas=frozenset({*ONE.areas, *(f"x{n}" for n in range(areas - len(ONE.areas)))}))
    assert points(ONE, wide)[1] == (*reasons, "half_hour", "theme")

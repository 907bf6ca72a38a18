"""A report from the words of a command line, and how the room would see it."""

import pytest

from schemas.times import HOUR, MINUTE, parse
from streams.cli.draft import Draft, DraftFault, Room, check, make, promised, seen

NOW = parse("2027-01-19T06:10:00Z")
BUSES = Draft("Inga bussar i innerstaden", ("0180",), "transit", "serious")


def test_one_line_makes_a_whole_report() -> None:
    assert make(BUSES, NOW, exercise=False) == {
        "id": "transit-0180",
        "sent": "2027-01-19T06:10:00.000Z",
        "headline": "Inga bussar i innerstaden",
        "impacts": [{"sector": "transit", "areas": ["0180"], "now": "serious"}],
    }


def test_a_report_of_an_exercise_says_so_that_it_is_refused_where_it_strays() -> None:
    assert make(BUSES, NOW, exercise=True)["exercise"] is True


def test_several_areas_are_one_report_whose_id_does_not_depend_on_their_order() -> None:
    bodies = [make(BUSES._replace(areas=areas), NOW, exercise=False) for areas in (("0180", "0126"), ("0126", "0180"))]

    assert bodies[0] == bodies[1]
    assert bodies[0]["id"] == "transit-01260180"
    assert bodies[0]["impacts"][0]["areas"] == ["0126", "0180"]


def test_an_own_id_keeps_two_matters_apart() -> None:
    assert make(BUSES._replace(id="spårfel"), NOW, exercise=False)["id"] == "spårfel"


def test_unchanged_needs_nothing_more() -> None:
    body = make(Draft(type="unchanged"), NOW, exercise=False)

    assert (body["type"], body["impacts"], body["headline"]) == ("unchanged", [], "Oförändrat läge")


def test_a_cancel_names_the_same_matter_as_the_report_it_ends() -> None:
    body = make(Draft(None, ("0180",), "transit", type="cancel"), NOW, exercise=False)

    assert (body["id"], body["impacts"]) == ("transit-0180", [])


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("30min", NOW + 30 * MINUTE),
        ("2h", NOW + 2 * HOUR),
        ("+90 m", NOW + 90 * MINUTE),
        ("2027-01-19T09:00:00+01:00", parse("2027-01-19T08:00:00Z")),
    ],
)
def test_the_next_report_is_promised_by_length_or_time(text: str, due: int) -> None:
    assert promised(text, NOW) == due


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (BUSES._replace(headline=None), "what has happened"),
        (BUSES._replace(impact=None), "--impact"),
        (BUSES._replace(areas=()), "--area"),
        (BUSES._replace(areas=(), id="x"), "--area"),
        (BUSES._replace(areas=("18",), id="x y"), "/id"),
        (BUSES._replace(next_report="soon"), "30min"),
        (BUSES._replace(next_report="2027-01-19T09:00:00"), "30min"),
    ],
)
def test_what_is_missing_is_named(draft: Draft, said: str) -> None:
    with pytest.raises(DraftFault, match=said):
        make(draft, NOW, exercise=False)


ACTOR = {"name": "Stockholms stad", "sectors": ["road"], "areas": ["0180"]}
ROOM = Room({"0180": {"name": "Stockholm"}, "0126": {"name": "Huddinge"}}, {"transit": "Kollektivtrafik"}, None, [])


def test_a_dry_run_shows_each_cell_with_what_it_shows_now() -> None:
    areas = [{"code": "0180", "sectors": {"transit": {"impact": 2}}}]
    report = check(make(BUSES._replace(expected="critical"), NOW, exercise=False))

    (_, line) = seen(report, ROOM._replace(areas=areas))

    assert line == (
        "0180 Stockholm · Kollektivtrafik: Allvarlig påverkan, väntas bli Kritisk påverkan (nu visas: Måttlig påverkan)"
    )


def test_a_dry_run_says_where_the_report_would_stand_beside() -> None:
    lines = list(seen(check(make(BUSES, NOW, exercise=False)), ROOM._replace(actor=ACTOR)))

    assert lines[-1].strip() == "står bredvid: Stockholms stad sätter inte den rutan"


def test_the_whole_county_is_every_municipality_in_a_dry_run() -> None:
    lines = list(seen(check(make(BUSES._replace(areas=("01",)), NOW, exercise=False)), ROOM))

    assert [line.split()[0] for line in lines[1:]] == ["0126", "0180"]

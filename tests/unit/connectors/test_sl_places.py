"""SL's stops and lines into municipalities: the reviewed table, and how it is asked."""

import tomllib
from pathlib import Path

import pytest

from connectors.sl.places import Found, locate, stop_codes, table

REGION = Path(__file__).parents[3] / "region" / "stockholm" / "municipalities.toml"
METRO_STATIONS = 100


def stop(name, kind="METROSTN"):
    return {"id": 1, "name": name, "type": kind}


def ran(mode, designation, **more):
    return {"id": 1, "transport_mode": mode, "designation": designation, **more}


def test_every_code_of_the_table_is_a_municipality_of_the_county():
    county = set(tomllib.loads(REGION.read_text(encoding="utf-8")))

    for names in table():
        for name, codes in names.items():
            assert codes, name
            assert codes <= county, name


def test_every_station_and_terminal_lies_in_one_municipality():
    for names in (table().stations, table().terminals):
        assert [name for name, codes in names.items() if len(codes) != 1] == []


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("Medborgarplatsen", "METROSTN", "0180"),
        ("Mörby centrum", "METROSTN", "0162"),
        ("NORSBORG", "METROSTN", "0127"),
        ("Hallonbergen", "METROSTN", "0183"),
        ("Näckrosen", "METROSTN", "0184"),
        ("Masmo", "METROSTN", "0126"),
        ("Jakobsberg", "RAILWSTN", "0123"),
        ("Jakobsbergs station", "BUSTERM", "0123"),
        ("Märsta station", "BUSTERM", "0191"),
        ("Solsidan", "TRAMSTN", "0182"),
        ("Kårsta", "RAILWSTN", "0115"),
        ("Gåshaga", "TRAMSTN", "0186"),
        ("Norrtälje busstation", "BUSTERM", "0188"),
        ("Odenplan (Karlbergsvägen)", "BUSTERM", "0180"),
        ("Slussen", "", "0180"),
    ],
)
def test_known_stops_have_their_municipality(name, kind, code):
    assert stop_codes(stop(name, kind)) == {code}


@pytest.mark.parametrize(
    ("name", "kind"), [("Frösunda", "BUSTERM"), ("Alby", "BUSTERM"), ("Uppsala C", "RAILWSTN"), ("", "")]
)
def test_names_that_are_not_enough_have_none(name, kind):
    assert stop_codes(stop(name, kind)) == frozenset()


def test_named_stops_win_over_lines():
    assert locate([stop("Kista")], [ran("METRO", "11")]) == Found(["0180"], "")


def test_unknown_stop_is_somewhere_along_its_line():
    found = locate([stop("Kista"), stop("Nystation")], [ran("METRO", "11")])

    assert found == Found(["0180", "0183", "0184"], "unknown stops: Nystation")


def test_unknown_stop_and_unknown_line_are_in_the_county():
    found = locate([stop("Nystation")], [ran("BUS", "474")])

    assert found == Found(["01"], "unknown stops: Nystation; unknown lines: BUS 474")


def test_one_unknown_line_among_known_makes_it_the_county():
    assert locate([], [ran("METRO", "17"), ran("BUS", "4")]) == Found(["01"], "unknown lines: BUS 4")


def test_nothing_named_is_the_county_and_said_so():
    assert locate([], []) == Found(["01"], "no stops or lines named")


@pytest.mark.parametrize(
    ("one", "codes"),
    [
        (ran("METRO", "13"), ["0126", "0127", "0180"]),
        (ran("METRO", "99", group_of_lines="Tunnelbanans gröna linje"), ["0180"]),
        (ran("METRO", None), ["0126", "0127", "0162", "0180", "0183", "0184"]),
        (ran("TRAIN", "48"), ["0181"]),
        (ran("TRAM", "21"), ["0180", "0186"]),
        (ran("TRAM", "", group_of_lines="Roslagsbanan"), ["0115", "0117", "0160", "0162", "0180"]),
    ],
)
def test_lines_are_found_by_number_then_group_then_net(one, codes):
    assert locate([], [one]) == Found(codes, "")

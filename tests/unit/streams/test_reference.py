"""The registry as the fold reads it: what holds where a region says nothing, who may, who is meant by a group."""

from schemas.times import DAY, SECOND
from streams.core.reference import Reference

ACTORS = {
    "board": {"kind": "county_board", "sectors": ["order"], "areas": ["01"], "groups": ["ALLA"]},
    "b": {"sectors": ["road"], "areas": ["0182"], "groups": ["KOM", "ALLA"], "party": "p"},
    "a": {"sectors": ["road"], "areas": ["0180"], "groups": ["KOM"]},
}
RAW = {
    "actors": ACTORS,
    "region": {"code": "01"},
    "municipalities": {"0180": {"inhabitants": 2}, "0182": {"inhabitants": 1}, "0183": {}},
}


def test_where_a_region_says_nothing_the_projects_own_figures_hold():
    empty = Reference({})
    assert empty.stale_after() == DAY
    assert empty.forgotten_after() == 30 * DAY
    assert [empty.silent_after(seconds) for seconds in (60, 10)] == [150 * SECOND, 50 * SECOND]
    figures = {
        "report_outdated_s": 9,
        "closed_forgotten_s": 8,
        "source_silence_intervals": 3,
        "source_silence_grace_s": 1,
    }
    told = Reference({"figures": figures})
    assert (told.stale_after(), told.forgotten_after(), told.silent_after(2)) == (9 * SECOND, 8 * SECOND, 7 * SECOND)


def test_unknown_names_raise_nothing():
    empty = Reference({})
    assert (empty.party("x"), empty.boards, empty.members("x", [])) == ("x", [], [])
    assert not empty.entitled("x", "road", "0180")
    assert not empty.may("x", "convene")
    assert (empty.percent(["0180"]), empty.people(["0180"])) == (0, 0)


def test_a_share_of_the_inhabitants_is_whole_percent_of_the_county():
    told = Reference(RAW)
    assert [told.percent(areas) for areas in ((), ("0180",), ("0182", "x"), ("0180", "0182", "0183"))] == [
        0,
        66,
        33,
        100,
    ]


def test_an_actor_may_set_its_sectors_in_its_municipalities_or_in_the_whole_county():
    told = Reference(RAW)
    assert [told.entitled("a", "road", area) for area in ("0180", "0182")] == [True, False]
    assert told.entitled("board", "order", "0182")
    assert not told.entitled("board", "road", "0182")


def test_a_group_is_its_actors_in_order_and_the_municipalities_touched_where_they_are_meant():
    told = Reference(RAW)
    assert told.boards == ["board"]
    assert told.members("ALLA", []) == ["b", "board"]
    assert told.members("KOM", []) == ["a", "b"]
    assert told.members("KOM", ["0182", "0183"]) == ["b"]
    assert told.members("ALLA", ["0180"]) == ["b", "board"]
    assert told.members("a", ["0182"]) == ["a"]
    assert [told.party(actor) for actor in ("a", "b")] == ["a", "p"]

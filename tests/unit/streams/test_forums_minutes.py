"""`lagesbild minutes`: what a forum did, as text to send and as JSON, out of the same answer that the page reads."""

import pytest
from support.forums import called, do, newest
from support.world import REFERENCE, T0, World

from dashboards.access import Viewer, anyone
from dashboards.picture.chain import Head
from dashboards.picture.texts import Text
from dashboards.picture.view import Place, Sight, picture_body
from schemas.sectors import Label
from schemas.times import HOUR
from streams.cli.http import ServerError
from streams.cli.minutes import told_of
from streams.cli.minutes_text import lines

NAMES = {actor: about["name"] for actor, about in REFERENCE["actors"].items()}
TOWNS = {code: about["name"] for code, about in REFERENCE["municipalities"].items()}
NOW = T0 + 3 * HOUR


def body(world: World, viewer: Viewer | None = None) -> dict:
    """The `/picture` answer for a viewer; every text is `words of <key>`."""
    who = viewer or anyone(exercise=True)
    sight = Sight(world.state.picture, who, lambda key: Text(f"words of {key}", Label.INTERNAL))
    head = Head(world.state.version, world.state.hash, world.state.t)
    return picture_body(sight, head, Place("ovning-world", "01", exercise=True, municipalities=TOWNS))


@pytest.fixture
def world() -> World:
    world = World()
    called(world, 0, members=["kommun-0140", "kommun-0187", "ssbf"])
    do(world, 5, "note", texts="what")
    world.tick(31)
    do(world, 32, "roll_call", present=["kommun-0140", "ssbf"], absent=["kommun-0187"])
    do(world, 33, "agree", asks=["kommun-0140", "kommun-0187", "ssbf"], texts="what")
    agreement = newest(world)
    do(world, 34, "own_decision", on=agreement, who="ssbf", decision="yes")
    do(world, 35, "own_decision", on=agreement, who="kommun-0140", decision="no", texts="reason")
    do(world, 36, "task", owner="ssbf", due=T0 + 2 * HOUR, texts="what")
    do(world, 37, "close", on=newest(world), texts="reason")
    do(world, 38, "set_chair", actor="ssbf")
    do(world, 39, "set_next_meeting", at=T0 + 4 * HOUR)
    return world


def text(world: World) -> str:
    return "\n".join(lines(told_of(body(world), "f"), NAMES, NOW))


def test_the_minutes_say_who_decided_what_and_who_is_silent(world):
    told = text(world)
    assert "Överenskommelse: words of key-what (öppen)" in told
    assert "1 ja · 1 nej · 1 ej svarat · 0 genomfört" in told
    assert f"nej: {NAMES['kommun-0140']} (words of key-reason)" in told
    assert f"ej svarat: {NAMES['kommun-0187']}" in told
    assert told.endswith("En överenskommelse binder ingen: varje aktör beslutar i sin egen organisation.")


def test_the_minutes_name_the_sealed_picture_and_who_was_there(world):
    meeting = world.state.picture["meeting"]["f/1"]
    told = text(world)
    assert f"lägesbild version {meeting['sealed']['version']} ({meeting['sealed']['hash'][:12]})" in told
    assert f"Närvarande: {NAMES['kommun-0140']}, {NAMES['ssbf']}" in told
    assert f"Frånvarande: {NAMES['kommun-0187']}" in told
    assert told.startswith("ÖVNING ovning-world\nMinnesanteckningar · Samordnande forum · f · aktivt sedan 07.00")


def test_the_minutes_go_on_with_what_is_open_and_the_next_meeting(world):
    told = text(world)
    assert f"Ny ordförande: {NAMES['ssbf']}" in told
    assert "Avslutad: words of key-reason" in told
    assert "Senast 09.00" in told
    assert "Genomfört av 0 av 1" in told
    assert "Öppna punkter: 1" in told
    assert "Nästa möte: 11.00, telefon" in told
    assert "Dagordning, möte 1: Inledning och närvaro (4) ·" in told
    assert "Mellan möten\n  07.05 Anteckning: words of key-what" in told


def test_what_was_carried_over_is_counted_and_a_closed_forum_has_no_agenda(world):
    world.tick(241)
    do(world, 242, "close")
    told = text(world)
    assert "Öppna punkter från tidigare: 1" in told
    assert "Dagordning" not in told
    assert "avslutat sedan 11.02" in told


def test_json_holds_the_same_and_names_the_version_it_is_of(world):
    told = told_of(body(world), "f")
    assert (told["version"], told["hash"]) == (world.state.version, world.state.hash)
    assert told["meetings"][0]["entries"][0]["tally"] == {"yes": 1, "no": 1, "silent": 1, "done": 0}
    assert [p["point"] for p in told["agenda"]["points"]][-1] == "ending"


def test_cells_nobody_named_are_no_news(world):
    world.report(60, "region-sthlm-trafik", "transit-0180", {"transit 0180": 2})
    news = told_of(body(world), "f")["agenda"]["points"][1]["rows"]
    assert news == [{"cell": "0180/transit", "impact": 2, "trend": "new"}]


def test_a_forum_that_is_not_there_is_answered_with_those_that_are(world):
    with pytest.raises(ServerError, match="no forum is called 'g'; there are: f"):
        told_of(body(world), "g")
    with pytest.raises(ServerError, match="there are: none"):
        told_of(body(World()), "g")


def test_without_a_login_the_minutes_hold_what_was_published_and_nothing_else(world):
    do(world, 40, "publish_message", texts="what")
    told = told_of(body(world, anyone(exercise=False)), "f")
    assert [e["what"] for e in told["between"]] == ["message"]
    assert told["meetings"] == []
    assert "members" not in told["forum"]
    out = "\n".join(lines(told, NAMES, NOW))
    assert NAMES["kommun-0140"] not in out


def test_a_question_stands_with_its_answers_and_who_is_silent(world):
    do(world, 41, "note", asks=["ssbf", "sbff"], texts="what")
    do(world, 42, "answer", on=newest(world), who="ssbf", texts="what")
    told = text(world)
    assert "07.41 Fråga: words of key-what (öppen)" in told
    assert f"      {NAMES['ssbf']}: words of key-what" in told
    assert f"      ej svarat: {NAMES['sbff']}" in told


def test_an_entry_without_words_is_still_a_line(world):
    do(world, 41, "need_direction")
    assert "07.41 Behov av inriktning: –" in text(world)

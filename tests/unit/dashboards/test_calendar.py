"""The calendar to subscribe to, as RFC 5545 wants it: stable names, rising sequence, folded lines, nothing hidden."""

import pytest
from support.desk import scene_of
from support.forums import called, do
from support.world import T0, World

from dashboards.access import Role, Seal, Viewer, anyone
from dashboards.forum.calendar import Happens, calendar, escaped, folded, happens
from dashboards.picture.chain import beginning
from schemas.sectors import Label
from schemas.times import DAY, HOUR, MINUTE, parse

BOARD = Viewer(Role.COORDINATOR, "lansstyrelsen-01", exercise=True)


def rows(world: World, minute: float = 60, viewer: Viewer = BOARD) -> list[Happens]:
    chain = beginning("ovning-world", "01")
    for version in world.versions:
        chain.advance(version)
    return happens(scene_of(world, minute, viewer), chain.ring)


def written(world: World, minute: float = 60, viewer: Viewer = BOARD) -> list[str]:
    text = calendar(rows(world, minute, viewer), "Lägesbild", "https://bild.exempel", mark="ÖVNING")
    return text.replace("\r\n ", "").split("\r\n")


def test_a_moved_meeting_keeps_its_name_and_its_sequence_rises():
    world = World()
    called(world, 0)
    [before] = rows(world, 1)
    do(world, 2, "set_next_meeting", at=T0 + 2 * HOUR, instead_of=T0 + 30 * MINUTE)
    [after] = rows(world, 3)

    assert after.uid == before.uid == "meeting-f-1@ovning-world.01"
    assert after.sequence > before.sequence
    assert (before.starts, after.starts) == (T0 + 30 * MINUTE, T0 + 2 * HOUR)
    assert after.changed == T0 + 2 * MINUTE


def test_what_else_a_forum_does_leaves_its_meetings_as_they_were():
    world = World()
    called(world, 0)
    before = rows(world, 1)
    do(world, 2, "set_reporting", interval_min=60)

    assert rows(world, 3) == before


def test_a_meeting_that_has_begun_keeps_its_name():
    world = World()
    called(world, 0, every_days=7)
    [ahead] = rows(world, 1)
    world.tick(31)

    assert [row.uid for row in rows(world, 32)] == [ahead.uid, "meeting-f-2@ovning-world.01"]
    assert rows(world, 32)[0].sequence >= ahead.sequence
    assert rows(world, 32)[1].starts - ahead.starts == 7 * DAY


def test_a_planned_event_has_its_own_end_or_an_hour_and_a_sequence_that_follows_its_reports():
    world = World()
    world.report(0, "polisen-sthlm", "demo", kind="planned_event", onset=T0 + DAY, ends=T0 + DAY + 4 * HOUR)
    world.report(0, "polisen-sthlm", "match", kind="planned_event", onset=T0 + DAY)
    first = {row.uid: row for row in rows(world)}
    world.report(9, "polisen-sthlm", "demo", kind="planned_event", onset=T0 + 2 * DAY)
    again = {row.uid: row for row in rows(world)}
    demo, match = sorted(first)

    assert first[demo].ends - first[demo].starts == 4 * HOUR
    assert first[match].ends - first[match].starts == HOUR
    assert again[demo].sequence > first[demo].sequence
    assert again[match] == first[match]


def test_the_file_has_what_programs_ask_for_and_marks_an_exercise():
    world = World()
    called(world, 0)
    lines = written(world)

    assert (lines[0], lines[1], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR", "")
    assert "METHOD:PUBLISH" in lines
    assert "DTSTART:20270119T063000Z" in lines
    assert "DTEND:20270119T070000Z" in lines
    assert "SUMMARY:ÖVNING F\\, möte 1" in lines
    assert "URL:https://bild.exempel/forum/f" in lines
    assert "LOCATION:telefon" in lines


@pytest.mark.parametrize("night", ["2027-03-27T12:00:00+01:00", "2027-10-30T12:00:00+02:00"])
def test_a_weekly_meeting_keeps_its_time_of_day_over_the_night_when_the_clocks_change(night: str):
    world, start = World(), parse(night)
    called(world, (start - T0) / MINUTE - 30, every_days=1)
    world.tick((start - T0) / MINUTE + 1)
    words = scene_of(world, 0).words

    assert {words.clock(row.starts) for row in rows(world, 0)} == {"12.00"}
    assert len({row.starts % DAY for row in rows(world, 0)}) == 2


def test_lines_are_folded_by_octets_and_no_letter_is_cut():
    line = "DESCRIPTION:" + "å" * 200

    pieces = folded(line).split("\r\n")
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert "".join([pieces[0], *(piece[1:] for piece in pieces[1:])]) == line
    assert all(piece.startswith(" ") for piece in pieces[1:])


def test_a_text_cannot_begin_a_line_of_its_own():
    assert escaped("a;b,c\\d\r\nEND:VCALENDAR") == "a\\;b\\,c\\\\d\\nEND:VCALENDAR"


def test_what_is_hidden_is_not_told():
    world = World()
    called(world, 0)
    world.report(1, "polisen-sthlm", "demo", kind="planned_event", onset=T0 + DAY)
    outside = written(world, 5, anyone(exercise=False))

    assert len(rows(world, 5, anyone(exercise=False))) == 1
    assert not any("Länsstyrelsen Stockholm" in line for line in outside)


def test_a_ticket_is_its_actors_alone_and_shows_no_more_than_an_actor_sees():
    seal, actors = Seal("secret", "skarp"), {"lansstyrelsen-01": {}, "polisen-sthlm": {}}
    ticket = seal.calendar("lansstyrelsen-01")
    viewer = seal.open_calendar(ticket, actors, exercise=False)

    assert viewer == Viewer(Role.REPORTER, "lansstyrelsen-01", exercise=False)
    assert viewer.sees(Label.INTERNAL)
    assert not viewer.sees(Label.CONFIDENTIAL, "polisen-sthlm")
    assert seal.open_calendar(ticket.replace("lansstyrelsen-01", "polisen-sthlm"), actors, exercise=False) is None
    assert seal.open_calendar(ticket, {}, exercise=False) is None
    assert Seal("secret", "annan").open_calendar(ticket, actors, exercise=False) is None

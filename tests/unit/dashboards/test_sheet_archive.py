"""Which sheets are due, by the space's clock alone; names that sort by time; files that are replaced whole."""

from pathlib import Path

import pytest
from support.forums import called, do
from support.world import T0, World

from dashboards.sheet.archive import (
    BEFORE,
    KEPT_MEETING,
    KEPT_REGION,
    LATE,
    REGION,
    Kept,
    due,
    kept,
    label_of,
    prune,
    stem,
    write,
)
from schemas.times import DAY, HOUR, MINUTE

SPACE = "ovning-x"


def labels(world: World, minute: float, *there: Kept) -> list[str]:
    """What is due at T + minute, beside the region's."""
    at = T0 + int(minute * MINUTE)
    found = due(world.state.picture, at, [*there, Kept(at, REGION)])
    return [wanted.label for wanted in found]


@pytest.fixture
def world() -> World:
    world = World()
    called(world, 0)
    do(world, 1, "set_next_meeting", at=T0 + 2 * HOUR)
    return world


def test_a_meetings_sheet_is_due_in_the_five_minutes_before_it_and_once(world: World):
    assert labels(world, 24.9) == []
    assert labels(world, 25) == ["f-1"]
    assert labels(world, 29.9) == ["f-1"]
    assert labels(world, 29.9, Kept(T0 + 26 * MINUTE, "f-1")) == []


def test_a_sheet_that_was_made_for_the_minute_before_its_five_counts(world: World):
    called(world, 2, forum="g", level="planering", at=T0 + 40 * MINUTE + 30_000)

    assert labels(world, 36, Kept(T0 + 35 * MINUTE, "g-1"), Kept(T0 + 26 * MINUTE, "f-1")) == []


def test_a_clock_that_jumped_over_it_finds_it_still_due_for_an_hour(world: World):
    world.tick(31)

    assert labels(world, 31) == ["f-1"]
    assert labels(world, 30 + LATE / MINUTE + 1) == []
    assert labels(world, 116, Kept(T0 + 26 * MINUTE, "f-1")) == ["f-2"]


def test_a_meeting_that_was_moved_gets_its_sheet_at_its_new_time(world: World):
    there = Kept(T0 + 26 * MINUTE, "f-1")
    do(world, 27, "set_next_meeting", at=T0 + HOUR, instead_of=T0 + 30 * MINUTE)

    assert labels(world, 30, there) == []
    assert labels(world, 56, there) == ["f-1"]


def test_a_closed_forum_makes_none(world: World):
    do(world, 20, "close")

    assert labels(world, 27) == []


def test_the_regions_is_due_once_in_each_hour_of_the_space():
    assert [w.label for w in due({}, T0 + 59 * MINUTE, [Kept(T0, REGION)])] == []
    assert [w.label for w in due({}, T0 + 60 * MINUTE, [Kept(T0, REGION)])] == [REGION]
    assert [w.label for w in due({}, T0 + 90 * DAY, [Kept(T0, REGION)])] == [REGION]


def test_names_sort_by_the_time_shown_and_are_read_back():
    names = [f"{stem(T0 + n * HOUR, label, SPACE)}.pdf" for n, label in enumerate(("zz-1", REGION, "aa-1"))]

    assert names == sorted(names)
    assert kept([*names, "latest.pdf", ".latest.pdf.new", f"{stem(T0, REGION, 'real')}.pdf"], SPACE) == [
        Kept(T0, "zz-1"),
        Kept(T0 + HOUR, REGION),
        Kept(T0 + 2 * HOUR, "aa-1"),
    ]


def test_an_odd_id_of_a_forum_makes_a_plain_name_of_its_own():
    odd = {label_of(forum, 1) for forum in ("../../x", "Å/ä", "å/ä", REGION, "a.b")}

    assert len(odd) == 5
    assert all(Path(f"{stem(T0, label, SPACE)}.pdf").name == f"{stem(T0, label, SPACE)}.pdf" for label in odd)
    assert [k.label for label in odd for k in kept([f"{stem(T0, label, SPACE)}.pdf"], SPACE)] == list(odd)


def test_a_file_is_replaced_whole_and_its_owners_alone(tmp_path: Path):
    folder = tmp_path / "sheets"
    write(folder, "latest.html", b"first")
    write(folder, "latest.html", b"second")

    assert [path.name for path in folder.iterdir()] == ["latest.html"]
    assert (folder / "latest.html").read_bytes() == b"second"
    assert (folder / "latest.html").stat().st_mode & 0o077 == 0


def test_old_ones_go_the_hourly_sooner_and_another_spaces_never(tmp_path: Path):
    hourly, meeting, other = stem(T0, REGION, SPACE), stem(T0, "f-1", SPACE), stem(T0, REGION, "real")
    for name in (hourly, meeting, other, "latest"):
        write(tmp_path, f"{name}.pdf", b"x")

    prune(tmp_path, T0 + KEPT_REGION + BEFORE, SPACE)
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted([meeting, other, "latest"])
    prune(tmp_path, T0 + KEPT_MEETING + BEFORE, SPACE)
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted([other, "latest"])

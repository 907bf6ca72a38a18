"""A filter narrows what is shown, keeps what waits and what is unknown, and finds only words a reader may read."""

import pytest
from support.desk import scene_of
from support.matters import feed
from support.world import T0, World

from dashboards.access import Role, Viewer, anyone
from dashboards.desk import matrix
from dashboards.desk.filtering import chips, form_of, told
from dashboards.desk.items import ALL, SHOWN, items_page
from dashboards.picture.search import Haystack
from dashboards.picture.texts import Text
from dashboards.telling import happenings
from dashboards.telling.filter import Filter, narrow
from dashboards.telling.scene import Scene
from schemas.sectors import Label
from schemas.times import MINUTE


def town() -> World:
    """A hard hit road, a mild one elsewhere, a grey that ought to be known, two accidents, a warning."""
    world = World()
    world.report(0, "trafikverket-vag", "lage", {"road 0180": 4, "road 0188": 2}, texts={"headline": "Snörök på E18"})
    world.report(1, "kommun-0180", "lage", {"school 0180": 3}, texts={"headline": "Skolor stängda"})
    feed(world, 2, "trafikverket", "a", "0180", texts={"headline": "Olycka vid Gullmarsplan"})
    feed(world, 3, "trafikverket", "b", "0126", texts={"headline": "Vägarbete"}, severity="minor")
    world.warning(4, "RED", 1, texts={"headline": "Röd varning"})
    return world


def seen(query: str, world: World | None = None, viewer: Viewer | None = None) -> Scene:
    return narrow(scene_of(world or town(), 10, viewer), Filter.read(query), Haystack())


def titles(scene: Scene) -> list[str]:
    return [row.title for row in happenings.happenings(scene).rows]


@pytest.mark.parametrize(
    ("query", "going"),
    [
        ("", {"Röd varning", "Olycka vid Gullmarsplan", "Vägarbete"}),
        ("sector=road", {"Olycka vid Gullmarsplan", "Vägarbete"}),
        ("area=0126", {"Röd varning", "Vägarbete"}),
        ("about=weather", {"Röd varning"}),
        ("severity=moderate", {"Röd varning", "Olycka vid Gullmarsplan"}),
        ("source=trafikverket", {"Olycka vid Gullmarsplan", "Vägarbete"}),
        ("source=actors", set()),
        ("q=GULLMARS+olycka", {"Olycka vid Gullmarsplan"}),
        ("q=huddinge", {"Röd varning", "Vägarbete"}),
        ("q=gullmarsplan&area=0126", set()),
        ("sector=nothing-of-ours", set()),
    ],
)
def test_lists_show_only_what_matches_everything_that_was_asked(query: str, going: set[str]):
    assert set(titles(seen(query))) == going


@pytest.mark.parametrize(
    ("query", "cells"),
    [
        ("sector=road&area=0180", {("0180", "road")}),
        ("severity=severe&sector=road", {("0180", "road")}),
        ("source=actor.kommun-0180", {("0180", "school")}),
        ("q=snörök", {("0180", "road"), ("0188", "road")}),
        ("about=road&source=actor.kommun-0180", set()),
    ],
)
def test_the_matrix_tells_which_cells_match(query: str, cells: set[tuple[str, str]]):
    only = seen(query).only
    assert only is not None
    assert only.cells == cells


def test_a_cell_that_ought_to_be_known_is_never_filtered_away_as_mild():
    world = town()
    world.command(5, "request_reports", args={"sectors": ["water"], "areas": ["0188"], "by": T0 + 8 * MINUTE})
    world.tick(20)
    scene = narrow(scene_of(world, 20), Filter(severity="extreme"), Haystack())
    assert scene.cells["0188", "water"]["unknown"] == "not_reported"
    assert scene.only is not None
    assert ("0188", "water") in scene.only.cells


def test_what_does_not_match_is_dimmed_and_stays_a_link_with_all_its_words():
    cells = matrix.Cells()
    plain, dim = (cells.markup(scene, "")["c-0188-road"] for scene in (seen(""), seen("area=0180")))
    assert 'class="dim"' in dim
    assert dim.replace(' class="dim"', "") == plain
    assert [row.code for row in matrix.rows(seen("area=0180")) if not row.dim] == ["0180"]


def test_the_address_is_written_alike_and_unknown_fields_are_passed_over():
    asked = Filter.of({"area": "0180", "x": "y", "q": "  två   ord ", "sector": "road"})
    assert asked.address == "q=tv%C3%A5+ord&sector=road&area=0180"
    assert Filter.read(asked.address) == asked
    assert Filter.of({"q": "x" * 500}).q == "x" * 80


def test_what_is_filtered_is_said_in_words_with_a_way_to_drop_each():
    world = town()
    asked = Filter(q="snö", sector="road", severity="severe", source="gone")
    said = told(seen(asked.address), asked, scene_of(world, 10))
    assert said is not None
    assert [text for text, _ in said.chips] == ["”snö”", "Vägtrafik", "minst stor; ruta minst allvarlig", "gone"]
    assert said.chips[1][1] == "q=sn%C3%B6&severity=severe&source=gone"
    assert said.counts == "0 av 338 rutor, 0 av 3 händelser"
    assert told(seen(""), Filter(), scene_of(world, 10)) is None


def test_nobody_finds_by_words_that_they_may_not_read():
    world = town()
    world.report(5, "kommun-0180", "hemligt", {"order 0180": 4}, label="confidential", texts={"headline": "Bombhot"})
    world.report(
        6, "kommun-0188", "delvis", {"order 0188": 4}, texts={"event": "Bombhot"}, labels={"event": "confidential"}
    )
    haystack = Haystack()
    board, other = (
        Viewer(Role.COORDINATOR, "lansstyrelsen-01", exercise=False),
        Viewer(Role.REPORTER, "sl", exercise=False),
    )
    found = {
        viewer: narrow(scene_of(world, 10, viewer), Filter(q="bombhot"), haystack).only
        for viewer in (board, other, anyone(exercise=False))
    }
    assert {len(only.items) for viewer, only in found.items() if only and viewer == board} == {2}
    assert [len(only.items) for viewer, only in found.items() if only and viewer != board] == [0, 0]


def test_a_text_that_was_erased_is_not_found_by_an_old_line():
    scene, erased = scene_of(town(), 10), [0]
    haystack = Haystack(lambda: erased[0])
    assert len(haystack.find(scene.sight, "skolor", lambda _: "")) == 1
    gone = scene.sight._replace(text=lambda _: Text(None, Label.OPEN))
    erased[0] = 1
    assert haystack.find(gone, "skolor", lambda _: "") == set()
    assert not [line for line in haystack._lines.values() if "skolor" in line.words]


def test_the_list_is_paged_by_a_cursor_that_holds_while_it_grows():
    world = World()
    for n in range(SHOWN + 10):
        feed(world, n, "trafikverket", f"i{n}", texts={"headline": f"nr {n}"})
    first = items_page(scene_of(world, 99), Filter(source="trafikverket"))
    assert (first.total, len(first.rows), first.rows[0].title) == ("60 poster", SHOWN, "nr 59")
    feed(world, 99, "trafikverket", "new")
    cursor = first.next.partition("cursor=")[2]
    second = items_page(scene_of(world, 99), Filter(), cursor=cursor)
    assert ([row.title for row in second.rows][:2], second.next) == (["nr 9", "nr 8"], "")
    with pytest.raises(ValueError, match="cursor"):
        items_page(scene_of(world, 99), Filter(), cursor="nonsense")


def test_the_list_shows_where_and_how_grave_and_on_request_what_is_over():
    world = town()
    feed(world, 6, "trafikverket", "b", "0126", change="withdraw", texts={})
    rows = {row.title: row for row in items_page(scene_of(world, 10), Filter()).rows}
    assert (rows["Snörök på E18"].impact, rows["Snörök på E18"].grave) == (4, "allvarlig påverkan")
    assert rows["Skolor stängda"].where == "Stockholm"
    assert len(rows) + 1 == len(items_page(scene_of(world, 10), Filter(), ALL).rows)


def test_every_field_of_the_form_says_what_it_is_set_to():
    asked = Filter(sector="road", area="0180", about="vma", severity="minor", source="feeds")
    form = form_of(scene_of(town(), 10), asked)
    assert [(c.name, c.chosen) for c in form.choices] == list(asked._asdict().items())[1:]
    assert [text for text, _ in chips(scene_of(town(), 10), asked)][1:3] == [
        "Stockholm",
        "Viktigt meddelande till allmänheten",
    ]
    assert "a" not in [code for code, _ in form.choices[4].options if code == "polisen"]

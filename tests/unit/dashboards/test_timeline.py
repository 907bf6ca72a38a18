"""Time: which hours are shown, what each sector was at every moment of them, and what was learned later."""

import re

import pytest
from support.desk import REGION
from support.world import FOLDER, T0, World

from dashboards.access import anyone
from dashboards.drawing.map import load_drawing
from dashboards.drawing.paint import Paint
from dashboards.frame import SIX
from dashboards.picture.chain import Chain, beginning
from dashboards.picture.past import Past
from dashboards.picture.texts import Text
from dashboards.picture.view import Sight
from dashboards.sheet.scenery import scene_of
from dashboards.telling.scene import Scene
from dashboards.telling.six import six
from dashboards.timeline.drawing import timeline
from dashboards.timeline.lanes import lanes, marks, moments, table, worst_lanes
from dashboards.timeline.later import learned_later
from dashboards.timeline.page import Shown, Tools, draw
from dashboards.timeline.reading import Then
from dashboards.timeline.window import Window, steps, window
from schemas.change import empty_picture
from schemas.sectors import Label
from schemas.times import HOUR, MINUTE, z
from streams.words import LANGUAGES, load_words

NOW = T0 + 6 * HOUR


def chain_of(world: World) -> Chain:
    chain = beginning("ovning-world", "01")
    for version in world.versions:
        chain.advance(version)
    return chain


def past_of(chain: Chain, at: int) -> Past:
    """The picture as it was known at a time."""
    number = chain.ring.at_time(at)
    assert number is not None
    entry, picture = chain.ring.find(number), chain.ring.undo(chain.picture, number)
    assert entry is not None
    assert picture is not None
    return Past(picture, chain.head._replace(version=number, at=entry.version.at))


def scene_at(chain: Chain, at: int) -> Scene:
    past = past_of(chain, at)
    sight = Sight(past.picture, anyone(exercise=True), lambda key: Text(key, Label.OPEN))
    return scene_of(REGION, sight, past.head, None, at)


@pytest.fixture
def chain() -> Chain:
    """Moderate from 07.10, serious from 08.00, and at 09.00 a report of what was so at 07.30."""
    world = World()
    world.report(10, "region-sthlm-trafik", "lage", {"transit 0180 0120": 2})
    world.report(60, "region-sthlm-trafik", "lage", {"transit 0180 0120": 4})
    world.report(120, "trafikverket-vag", "lage", {"road 0180": 3}, sent=30)
    world.report(130, "kommun-0180", "lage", {"school 0180": 2})
    return chain_of(world)


@pytest.mark.parametrize(
    ("at", "hours", "start", "end"),
    [
        (None, 12, NOW - 12 * HOUR, NOW),
        (NOW - HOUR, 3, NOW - 3 * HOUR, NOW),
        (NOW - 20 * HOUR, 12, NOW - 26 * HOUR, NOW - 14 * HOUR),
        (NOW + HOUR, 24, NOW - 24 * HOUR, NOW),
        (NOW - HOUR, 5, NOW - 12 * HOUR, NOW),
    ],
)
def test_the_window_holds_the_moment_and_never_the_future(at: int | None, hours: int, start: int, end: int):
    shown = window(at, NOW, hours)

    assert (shown.start, shown.end) == (start, end)
    assert shown.start <= shown.at <= shown.end <= NOW
    assert shown.past == (at is not None and at < NOW)


def test_a_step_never_leads_beyond_now():
    assert [to for _, to in steps(window(NOW - 20 * MINUTE, NOW, 3), NOW)] == [
        NOW - 80 * MINUTE,
        NOW - 35 * MINUTE,
        NOW - 5 * MINUTE,
        NOW,
    ]


def test_the_slider_has_a_position_for_each_minute_of_twelve_hours_and_never_more_than_that():
    assert [window(None, NOW, hours).step // MINUTE for hours in (3, 12, 24, 168)] == [1, 1, 2, 14]


def test_a_lane_is_the_worst_that_was_known_at_every_moment(chain: Chain):
    shown = window(None, NOW, 12)
    lane = next(x for x in lanes(empty_picture(), chain.ring.after(0) or [], shown) if x.sector == "transit")

    assert [((s.start - T0) // MINUTE, s.worst, s.areas) for s in lane.stretches] == [
        (-6 * 60, 0, 0),
        (10, 2, 2),
        (60, 4, 2),
    ]
    assert lane.stretches[-1].end == NOW
    assert (lane.at(T0 + 59 * MINUTE).worst, lane.at(T0 + 60 * MINUTE).worst) == (2, 4)


def test_the_worst_lanes_come_first_and_calm_ones_are_not_drawn(chain: Chain):
    every = lanes(empty_picture(), chain.ring.after(0) or [], window(None, NOW, 12))

    assert [lane.sector for lane in worst_lanes(every)] == ["transit", "road", "school"]
    times, rows = table(every, window(None, NOW, 12))
    assert (times[0], times[-1]) == (NOW - 12 * HOUR, NOW)
    assert [s.worst for s in rows["water"]] == [0] * len(times)


def test_the_picture_then_is_as_it_was_known_and_what_was_learned_later_is_marked(chain: Chain):
    at = T0 + 45 * MINUTE
    then = scene_at(chain, at)
    later = learned_later(scene_at(chain, NOW), chain.ring.after(then.head.version) or [], at)

    assert then.cells["0180", "transit"]["impact"] == 2
    assert then.cells["0180", "road"].get("unknown") == "not_assessed"
    assert next(a for a in six(then) if a.id == "worst").head.startswith("Måttlig")
    assert later.cells == {("0180", "road")}
    assert [(row.title, row.where, row.said, row.known) for row in later.rows] == [
        ("Vägtrafik", "Stockholm", "07.30", "09.00")
    ]


def test_what_happened_after_the_moment_was_not_learned_late(chain: Chain):
    at = T0 + 20 * MINUTE
    found = learned_later(scene_at(chain, NOW), chain.ring.after(past_of(chain, at).head.version) or [], at)

    assert found.rows == []


def test_suggestions_calls_and_joint_pictures_have_marks():
    world = World()
    world.warning(1, "RED", 1)
    world.tick(3)
    world.command(20, "publish_picture", args={"name": "Läget"}, texts={"summary": "s"})
    chain = chain_of(world)
    found = marks(scene_at(chain, NOW), chain.ring.after(0) or [], window(None, NOW, 12))

    assert {mark.what for mark in found} >= {"suggestion", "call", "joint"}
    assert found[-1].text == "Läget: samlad lägesbild publicerad"
    assert [mark.at for mark in found] == sorted(mark.at for mark in found)


def test_versions_are_thinned_out_evenly_where_there_are_very_many(chain: Chain):
    entries, shown = chain.ring.after(0) or [], window(None, NOW, 12)

    assert moments(entries, shown) == sorted({e.version.at for e in entries if e.version.at >= shown.start})
    assert len(moments(entries, shown, most=2)) <= 2


def drawn(chain: Chain, shown: Window) -> str:
    entries = chain.ring.after(0) or []
    rows = worst_lanes(lanes(empty_picture(), entries, shown))
    signs = marks(scene_at(chain, NOW), entries, shown)
    return str(timeline(rows, signs, shown, REGION.words, REGION.sectors))


def test_the_drawing_says_the_impact_by_height_and_figure_and_bears_no_style(chain: Chain):
    svg = drawn(chain, window(T0 + 45 * MINUTE, NOW, 12))
    band = re.findall(r'<rect class="i(\d)"[^>]* height="(\d+)"', svg)

    assert ("2", "5") in band
    assert ("4", "15") in band
    assert "style=" not in svg
    assert 'aria-label="Tidslinje 01.00 till 13.00. Som värst: Kollektivtrafik allvarlig' in svg
    assert 'class="gap"' in svg


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_moment_is_drawn_in_a_frame_of_its_own_and_leads_nowhere_but_to_what_lay_under_it(
    chain: Chain, language: str
):
    at, words = T0 + 45 * MINUTE, load_words(language)
    then = scene_at(chain, at)
    found = Then(then, learned_later(scene_at(chain, NOW), chain.ring.after(then.head.version) or [], at))
    parts = draw(found, Tools(load_drawing(FOLDER)), anyone(exercise=True), "/lage")
    shown = Shown(past=True, at=at, title=words("timeline.then", time="07.45"), distance="1 h", parts=parts)
    sectors = list(REGION.sectors.values())
    page = Paint(words).page("then.html", "/lage", then=shown, sectors=sectors, six=SIX, iso=z, base="/lage")

    assert '<section id="then" class="then past"' in page
    cells = re.findall(r'<td[^>]*><a href="([^"]+)"', page)
    assert len(cells) == 26 * 13
    assert {link.rpartition("/cell/")[0] for link in cells} == {f"/lage/time/{z(at)}"}
    assert len(re.findall(r'<td class="later">', page)) == 1
    others = set(re.findall(r'href="([^"#]+)"', page)) - set(cells)
    assert others == {"/lage/cell/0180/road"}


def test_a_quiet_day_is_said_in_words():
    assert "Ingen sektor var mer än opåverkad" in drawn(chain_of(World()), window(None, NOW, 12))

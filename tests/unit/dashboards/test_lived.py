"""What has happened to a thing is told from its versions: revisions, a cell's last day, the evidence of a version."""

import re
from types import SimpleNamespace

from support.desk import scene_of
from support.matters import feed
from support.world import T0, World

from dashboards.access import Role, Viewer, anyone
from dashboards.desk.cell import cell_page, owners
from dashboards.desk.cell_day import day_of
from dashboards.desk.detail import item_page
from dashboards.desk.evidence import EvidencePage, evidence_page
from dashboards.desk.revisions import revisions
from dashboards.drawing.stepline import Span, step_line
from dashboards.picture.chain import beginning
from dashboards.picture.evidence import Evidence
from dashboards.picture.lived import Course, recent
from dashboards.picture.texts import Text
from schemas.change import Cause
from schemas.codec import canon
from schemas.record import LogRecord, Origin
from schemas.sectors import Label
from schemas.times import HOUR
from streams.bus import In

BOARD = Viewer(Role.COORDINATOR, "lansstyrelsen-01", exercise=False)
OTHER = Viewer(Role.REPORTER, "sl", exercise=False)


def course(world: World, kind: str, key: str) -> Course:
    chain = beginning("ovning-world", "01")
    for version in world.versions:
        chain.advance(version)
    return recent(SimpleNamespace(chain=chain, logged={}), kind, key)  # type: ignore[arg-type]


def road() -> World:
    world = World()
    world.report(0, "trafikverket-vag", "lage", {"road 0180": 2}, texts={"headline": "Halt"})
    world.report(30, "trafikverket-vag", "lage", {"road 0180": 4}, texts={"headline": "Stopp", "event": "Snö"})
    return world


KEY = "actor.trafikverket-vag/lage"


def test_a_revision_says_what_it_changed_and_both_times():
    world = road()
    newest, first = revisions(scene_of(world, 60), course(world, "item", KEY).rows)
    told = {c.what: (c.before, c.after) for c in newest.changes}
    assert told["Rubrik"] == ("Halt", "Stopp")
    assert told["Händelse"] == ("", "Snö")
    assert told["Vägtrafik"] == ("måttlig Stockholm", "allvarlig Stockholm")
    assert (newest.known, newest.happened, first.word) == ("07.30", "07.30", "först känd")


def test_a_revision_shows_nothing_that_its_time_kept_from_the_viewer():
    world = World()
    world.report(0, "kommun-0180", "x", {"order 0180": 2}, label="confidential", texts={"headline": "Hemligt"})
    world.report(5, "kommun-0180", "x", {"order 0180": 2}, label="internal", texts={"headline": "Öppnare"})
    rows = revisions(scene_of(world, 9, OTHER), course(world, "item", "actor.kommun-0180/x").rows)
    assert [row.changes for row in rows] == [[]]
    assert "Hemligt" not in str(rows)
    assert "Hemligt" in str(revisions(scene_of(world, 9, BOARD), course(world, "item", "actor.kommun-0180/x").rows))


def test_a_cells_last_day_is_drawn_and_told_with_whose_word_it_was():
    world = road()
    scene = scene_of(world, 60)
    day = day_of(scene, course(world, "cell", "0180/road"), scene.cells["0180", "road"])
    assert [(t.when, t.name, t.owner) for t in day.rows] == [
        ("07.30", "Allvarlig påverkan", "Trafikverket, väg (Trafik Stockholm)"),
        ("07.00", "Måttlig påverkan", "Trafikverket, väg (Trafik Stockholm)"),
    ]
    assert 'class="i4"' in day.svg
    assert "som värst allvarlig" in day.svg


def test_what_nobody_knew_is_hatched_and_never_drawn_as_calm():
    svg = step_line([Span(0, 1), Span(50, 0, 3, loud=True), Span(80, 0)], 0, 100, [], label="x")
    assert re.findall(r'class="(i1|i3 faded|grey)"', svg) == ["i1", "i3 faded", "grey"]
    grey = re.search(r'class="grey" x="(\d+\.\d)" y="\d+" width="(\d+\.\d)"', svg)
    assert grey is not None
    assert (grey[1], grey[2]) == ("300.0", "180.0")


def test_memory_that_does_not_reach_back_says_so_and_draws_what_the_cell_itself_tells():
    world = road()
    scene = scene_of(world, 60)
    held = course(world, "cell", "0180/road")
    assert held.whole
    later = Course(held.rows[:1], whole=False)
    assert len(day_of(scene, later, scene.cells["0180", "road"]).rows) == 1
    assert 'class="i4" x="587' in day_of(scene, Course([], whole=False), scene.cells["0180", "road"]).svg


def test_a_cell_names_who_may_report_who_is_asked_and_both_sides_of_a_quarrel():
    world = road()
    world.report(31, "kommun-0180-trafik", "lage", {"road 0180": 1})
    asked = world.command(32, "request_reports", args={"sectors": ["road"], "areas": ["0180"], "by": T0 + HOUR})
    assert asked.versions
    page = cell_page(scene_of(world, 40), "0180", "road")
    assert [(c.impact, c.owner) for c in page.claims] == [
        (4, "Trafikverket, väg (Trafik Stockholm)"),
        (1, "Stockholms stad, trafikkontoret"),
    ]
    assert [bool(a.command) for a in page.asked] == [True]
    assert "Länsstyrelsen Stockholm har begärt rapport till 08.00" in page.asked[0].text
    assert "trafikverket-vag" in dict(owners(scene_of(world, 40), "0180", "road"))
    assert "kommun-0188" not in dict(owners(scene_of(world, 40), "0180", "road"))


def test_an_item_names_the_cells_the_event_and_the_suggestions_that_rest_on_it():
    world = road()
    world.warning(40, "RED", 1, onset=T0 + 24 * HOUR)
    page = item_page(scene_of(world, 60), KEY)
    assert page is not None
    assert page.cells == [("0180", "road", "Stockholm, vägtrafik")]
    warning = item_page(scene_of(world, 60), "smhi/1-1")
    assert warning is not None
    assert warning.event == "smhi/1"
    assert "Sammankalla samordnande forum" in [text.partition(" (")[0] for _, text in warning.advice]


def shown(
    viewer: Viewer, body: dict, value: bytes | None = b'{"headline": "Hemligt"}', text: str | None = "k"
) -> EvidencePage:
    scene = scene_of(World(), 0, viewer)
    scene = scene._replace(sight=scene.sight._replace(text=lambda _: Text(text, Label.OPEN)))
    origin = Origin("reports.trafikverket", 0, 7)
    given = None if value is None else In(origin.topic, 0, 7, T0, b"k", value, {"asked": str(T0).encode()})
    record = LogRecord(T0, "report", body, origin, None)
    return evidence_page(scene, 4, Cause("report", "k"), Evidence(Origin("region.log", 0, 9), record, origin, given))


REPORT = {"source": "trafikverket", "texts": {"headline": "k"}}


def test_evidence_says_where_it_lies_and_shows_the_bytes_to_those_who_may_see_all_of_them():
    page = shown(BOARD, REPORT)
    assert (page.log, page.origin) == ("region.log [0] @ 9", "reports.trafikverket [0] @ 7")
    assert "Hemligt" in page.given
    assert page.raw.startswith("Källans hela svar ligger på raw.trafikverket, frågat 07.00")
    for viewer in (OTHER, anyone(exercise=False)):
        hidden = shown(viewer, REPORT)
        assert (hidden.given, hidden.body) == ("", "")
        assert hidden.withheld.startswith("Innehållet kan röra fält")
    own = shown(Viewer(Role.REPORTER, "kommun-0180", exercise=False), {**REPORT, "source": "actor.kommun-0180"})
    assert "Hemligt" in own.given


def test_an_erased_text_is_not_shown_from_the_bytes_it_came_in():
    page = shown(BOARD, REPORT, text=None)
    assert page.given == ""
    assert "raderad" in page.withheld
    assert "Hemligt" not in str(page)


def test_what_retention_has_taken_is_said_and_broken_bytes_are_shown_as_they_are():
    assert "finns inte kvar i Kafka" in shown(BOARD, REPORT, value=None).withheld
    assert shown(BOARD, REPORT, value=b"\xff{").given == "\ufffd{"
    assert shown(BOARD, REPORT, value=canon({"a": "å"})).given == '{\n "a": "å"\n}'


def test_a_things_course_ends_where_it_came_to_be():
    world = World()
    feed(world, 0, "trafikverket", "a")
    feed(world, 1, "trafikverket", "a", severity="severe")
    held = course(world, "item", "trafikverket/a")
    assert (len(held.rows), held.whole, held.rows[-1].before) == (2, True, None)
    assert course(world, "item", "trafikverket/none") == Course([], whole=True)

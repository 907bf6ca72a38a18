"""What a meeting begins with: things by what became of them, alike ones in one row, both times, a filter, files."""

import csv
import io
from xml.etree import ElementTree as ET

import pytest
from support.desk import REGION
from support.world import T0, TOWNS, World

from dashboards.access import Viewer, anyone
from dashboards.changes.cells import cell_rows
from dashboards.changes.export import csv_of
from dashboards.changes.feed import NAMESPACE, atom
from dashboards.changes.matters import matter_rows
from dashboards.changes.news import News, line_of
from dashboards.changes.rows import A_PAGE, Filter, Group, Row, Touches, in_order, page_of
from dashboards.changes.told import between_versions, cells_of
from dashboards.picture.chain import beginning
from dashboards.picture.texts import Text
from dashboards.picture.view import Sight
from dashboards.telling.kept import Kept
from dashboards.telling.moments import past_moment
from dashboards.telling.scene import Scene
from schemas.sectors import Label
from schemas.times import MINUTE, parse, z


def looked(
    world: World, since: int, minute: float, wanted: Filter | None = None, viewer: Viewer | None = None
) -> tuple[Scene, list[Row]]:
    """Scene and rows at T + minute of what came after a version; a text's words are its key."""
    chain = beginning("ovning-world", "01")
    for version in world.versions:
        chain.advance(version)
    sight = Sight(chain.picture, viewer or anyone(exercise=True), lambda key: Text(key, Label.OPEN))
    found = chain.ring.find(since)
    between = between_versions(chain.ring.after(since) or [], sight, found.version.at if found else 0)
    now = T0 + int(minute * MINUTE)
    scene = Kept(chain, sight, REGION).scene(REGION, sight, now=now, heard={}, receiver=True)
    scene = scene._replace(hour=cells_of(between.told))
    chosen = wanted or Filter()
    rows = [*cell_rows(scene, between, chosen), *matter_rows(scene, between.told, chosen)]
    return scene, in_order(rows)


def of(rows: list[Row], group: Group) -> list[tuple[str, str, str]]:
    return [(row.title, row.where, row.word) for row in rows if row.group == group]


@pytest.fixture
def world() -> World:
    """All schools are as usual at T; what a test does comes after that."""
    world = World()
    for n, area in enumerate(TOWNS):
        world.report(n / 100, f"kommun-{area}", "lage", {f"school {area}": 1})
    return world


def test_what_went_alike_is_one_row_that_opens_to_each(world: World):
    begin = world.state.version
    for n, area in enumerate(TOWNS[:24]):
        world.report(10 + n, f"kommun-{area}", "lage", {f"school {area}": 3})
    _, rows = looked(world, begin, 60)

    worse = [row for row in rows if row.group == Group.WORSE]
    assert [(row.title, row.where, row.owner, row.when) for row in worse] == [
        ("Förskola, skola", "24 kommuner", "24 aktörer", "07.10–07.33")
    ]
    assert (worse[0].before["impact"], worse[0].after["impact"]) == (1, 3)
    assert len(worse[0].each) == 24
    assert worse[0].each[0].href == f"/cell/{worse[0].each[0].href.split('/')[2]}/school"


def test_the_newest_comes_first_in_its_group_and_the_groups_in_their_order(world: World):
    world.report(0.5, "region-sthlm-trafik", "lage", {"transit 0180": 4})
    begin = world.state.version
    world.report(5, "kommun-0120", "lage", {"school 0120": 4})
    world.report(6, "region-sthlm-trafik", "lage", {"transit 0180": 2})
    world.report(7, "kommun-0180", "lage", {"school 0180": 3})
    world.report(8, "trafikverket-vag", "lage", {"road 0180": 3})
    _, rows = looked(world, begin, 10)

    assert [(row.group, row.when) for row in rows if row.group != Group.DECIDED] == [
        (Group.WORSE, "07.07"),
        (Group.WORSE, "07.05"),
        (Group.NEW, "07.08"),
        (Group.BETTER, "07.06"),
    ]


def test_learned_late_bears_both_times(world: World):
    world.report(10, "kommun-0120", "lage", {"school 0120": 1, "care 0120": 1})
    begin = world.state.version
    world.report(50, "kommun-0180", "lage", {"school 0180": 4}, sent=5)
    world.warning(51, "RED", 1, sent=T0 - 90 * MINUTE)
    _, rows = looked(world, begin, 60)

    worse = next(row for row in rows if row.group == Group.WORSE)
    assert (worse.when, worse.happened, worse.late) == ("07.50", "07.05", True)
    late = next(row for row in rows if row.group == Group.LATE)
    assert (late.when, late.happened, late.word, late.late) == ("07.51", "05.30", "känt sent", True)


def test_a_cell_that_fell_silent_and_one_that_came_back_are_told(world: World):
    begin = world.state.version
    world.report(5, "kommun-0180", "lage", {"school 0180": 4})
    world.report(30, "kommun-0180", "lage", {"school 0180": 1})
    world.report(31, "kommun-0120", "lage", {"school 0120": 3}, valid_until=T0 + 40 * MINUTE)
    world.tick(45)
    _, rows = looked(world, begin, 60)

    assert of(rows, Group.BACK) == [("Förskola, skola", "Stockholm", "var allvarlig, nu som förut")]
    assert of(rows, Group.SILENT) == [("Förskola, skola", "Värmdö", "Föråldrat")]


def test_a_contradiction_that_arose_is_news_though_the_worst_value_is_as_it_was(world: World):
    world.report(1, "trafikverket-vag", "lage", {"road 0180": 4})
    begin = world.state.version
    world.report(5, "kommun-0180-trafik", "lage", {"road 0180": 1})
    _, rows = looked(world, begin, 60)

    assert ("Vägtrafik", "Stockholm", "uppgifterna skiljer sig") in of(rows, Group.NEW)


def test_sources_suggestions_requests_and_the_joint_picture_have_their_rows(world: World):
    world.health(0.5)
    begin = world.state.version
    world.warning(1, "RED", 1)
    world.tick(3)
    world.health(4, heard=False)
    world.tick(30)
    asked = {"sectors": ["ecom"], "areas": ["0188"], "by": T0 + 60 * MINUTE, "whom": []}
    world.command(31, "request_reports", args=asked)
    world.command(32, "publish_picture", args={"name": "Läget 07.30"}, texts={"summary": "s"})
    _, rows = looked(world, begin, 60)
    told = of(rows, Group.DECIDED)

    assert ("Läget 07.30", "", "samlad lägesbild publicerad") in told
    assert any(title.startswith("Rapporter om ") and "08.00" in title for title, _, word in told)
    assert any(title == "Sammankalla samordnande forum" for title, _, _ in told)
    assert of(rows, Group.SILENT) == [("SMHI varningar", "", "tyst")]
    heard_of = [row for row in rows if row.group == Group.NEW and row.sign == "smhi-red"]
    assert [row.where for row in heard_of] == ["hela länet"]


def test_the_filter_narrows_by_sector_area_and_actor(world: World):
    begin = world.state.version
    world.report(5, "kommun-0120", "lage", {"school 0120": 4})
    world.report(6, "region-sthlm-trafik", "lage", {"transit 0180 0120": 4})
    narrowed = [Filter(sector="transit"), Filter(area="0120"), Filter(actor="kommun-0120")]
    cells = [{(row.title, row.where) for row in looked(world, begin, 10, f)[1] if row.after} for f in narrowed]

    assert cells == [
        {("Kollektivtrafik", "Stockholm och Värmdö")},
        {("Förskola, skola", "Värmdö"), ("Kollektivtrafik", "Värmdö")},
        {("Förskola, skola", "Värmdö")},
    ]
    assert not Filter(sector="road").wants(Touches(areas=frozenset({"0180"})))


def test_nothing_is_nothing(world: World):
    assert looked(world, world.state.version, 10)[1] == []


def test_long_lists_are_paged_and_every_row_is_on_one_page(world: World):
    begin = world.state.version
    world.report(1, "kommun-0180", "lage", {"school 0180": 4})
    row = looked(world, begin, 10)[1][0]
    many = [row._replace(known=n, title=f"{n:03}", group=g) for n in range(70) for g in (Group.WORSE, Group.NEW)]
    pages = [page_of(many, n) for n in (1, 2, 3)]

    assert (pages[0].total, pages[0].last) == (140, 3)
    assert sum(len(g.rows) for page in pages for g in page.groups) == 140
    assert [(g.group, len(g.rows), g.goes_on) for g in pages[1].groups] == [
        (Group.WORSE, 70 - A_PAGE, True),
        (Group.NEW, 2 * A_PAGE - 70, False),
    ]
    assert pages[0].counts == [(Group.WORSE, 70, 1), (Group.NEW, 70, 2)]
    assert page_of(many, 99).number == 3


def test_the_file_has_a_line_for_each_cell_and_runs_no_formula(world: World):
    begin = world.state.version
    world.report(5, "region-sthlm-trafik", "lage", {"transit 0180 0120": 4})
    scene, rows = looked(world, begin, 10)
    formula = rows[0]._replace(title='=HYPERLINK("x")', each=())
    raw = csv_of(scene, [*rows, formula])
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))

    assert raw.startswith(b"\xef\xbb\xbf")
    assert [line[5] for line in lines[1:3]] == ["Stockholm", "Värmdö"]
    assert lines[1][6:8] == ["ej bedömt", "allvarlig"]
    assert lines[-1][4] == '\'=HYPERLINK("x")'


def test_the_feed_is_atom_whose_ids_stay(world: World):
    begin = world.state.version
    world.report(5, "region-sthlm-trafik", "lage", {"transit 0180": 4})
    scene, rows = looked(world, begin, 10)
    feeds = [ET.fromstring(atom(scene, rows, "ovning-world", "https://lage.example")) for _ in range(2)]
    entry = feeds[0].find(f"{{{NAMESPACE}}}entry")

    assert entry is not None
    assert entry.findtext(f"{{{NAMESPACE}}}updated") == z(T0 + 5 * MINUTE)
    assert entry.findtext(f"{{{NAMESPACE}}}title") == "Nytt: Kollektivtrafik Stockholm (allvarlig)"
    link = entry.find(f"{{{NAMESPACE}}}link")
    assert link is not None
    assert link.get("href") == "https://lage.example/cell/0180/transit"
    ids = [[e.text for e in feed.iter(f"{{{NAMESPACE}}}id")] for feed in feeds]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("06.30", "2027-01-20T06:30:00+01:00"),
        ("23.15", "2027-01-19T23:15:00+01:00"),
        ("mån 08.00", "2027-01-18T08:00:00+01:00"),
        ("19/1 07.00", "2027-01-19T07:00:00+01:00"),
        ("2027-01-19T07:00", "2027-01-19T07:00:00+01:00"),
        ("2027-01-19T07:00:00Z", "2027-01-19T08:00:00+01:00"),
    ],
)
def test_a_time_that_has_been_is_read_as_people_write_it(text: str, meant: str):
    now = parse("2027-01-20T10:10:00+01:00")

    assert past_moment(text, now, REGION.words) == parse(meant)
    assert past_moment("i morse", now, REGION.words) is None
    assert past_moment("2027-13-19T07:00", now, REGION.words) is None


def test_who_may_not_see_an_item_is_not_told_of_it(world: World):
    begin = world.state.version
    world.warning(5, "RED", 1, label="confidential")
    reader = anyone(exercise=False)

    assert of(looked(world, begin, 10, viewer=reader)[1], Group.NEW) == []


def test_news_are_counted_once_and_what_is_back_or_only_renewed_is_none(world: World):
    chain = beginning("ovning-world", "01")

    def counted(news: News) -> int | None:
        for version in world.versions[chain.head.version :]:
            chain.advance(version)
        sight = Sight(chain.picture, anyone(exercise=True), lambda key: Text(key, Label.OPEN))
        return news.count(chain.ring, chain.head.version, sight)

    news = News(world.state.version)
    assert counted(news) == 0
    world.report(5, "kommun-0180", "lage", {"school 0180": 4})
    assert counted(news) == 1
    world.report(6, "kommun-0180", "lage", {"school 0180": 3})
    world.report(7, "kommun-0120", "lage", {"school 0120": 1})
    assert counted(news) == 1
    world.report(8, "kommun-0180", "lage", {"school 0180": 1})
    assert counted(news) == 0
    assert line_of(REGION.words, "", 5, 0) == ""
    assert "2 nya ändringar sedan sidan öppnades" in line_of(REGION.words, "/lage", 5, 2)

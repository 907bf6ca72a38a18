"""An event's page says why each report is in it, who tells which number, both times of each, what people did."""

from types import SimpleNamespace

from support.desk import scene_of
from support.matters import GULLMARSPLAN, feed, outage
from support.world import T0, World

from dashboards.access import Role, Viewer, anyone
from dashboards.desk.acts_on import Act, acts
from dashboards.desk.event import aliases_of, event_page, find_event, offers
from dashboards.picture.chain import Chain, beginning
from dashboards.picture.lived import recent
from dashboards.telling.happenings import happenings
from schemas.change import EntityKind
from schemas.times import HOUR, MINUTE

ONE, TWO = "trafikverket/a", "polisen/b"


def crash() -> World:
    world = World()
    feed(world, 0, "trafikverket", "a", point=GULLMARSPLAN, group="g", onset=T0 - 2 * HOUR)
    feed(world, 5, "polisen", "b", point=GULLMARSPLAN, native={"type": "Trafikolycka"}, onset=T0 - 2 * HOUR)
    return world


def key_of(world: World) -> str:
    [key] = world.state.picture["event"]
    return key


def chain_of(world: World) -> Chain:
    chain = beginning("ovning-world", "01")
    for version in world.versions:
        chain.advance(version)
    return chain


def done(world: World, viewer: Viewer | None = None, minute: float = 60) -> list[Act]:
    """What the page lists as people's acts on the event that began with the crash."""
    chain = chain_of(world)
    logged = {version.number: n for n, version in enumerate(world.versions)}
    course = recent(SimpleNamespace(chain=chain, logged=logged), EntityKind.EVENT, "trafikverket/g")  # type: ignore[arg-type]
    commands = iter([record for record in reversed(world.records) if record.kind == "command"])
    records = {row.version: next(commands) for row in course.rows if row.cause.kind.startswith("command:")}
    return acts(scene_of(world, minute, viewer), course.rows, records)


def test_each_report_has_its_reason_and_both_times():
    page = event_page(scene_of(crash(), 30), key_of(crash()))
    assert page is not None
    why = {row.key: (row.why, row.happened, row.known, row.late) for row in page.reports}
    assert why[ONE] == ("källan själv säger det", "05.00", "07.00", "känt 2 h senare")
    assert why[TWO][0] == "samma plats, började samtidigt, samma slag (90 poäng)"
    assert page.line == "Stockholm, måttlig, 2 oberoende uppgiftslämnare"


def test_an_event_is_found_by_its_reports_and_by_its_sources_own_name():
    world = crash()
    feed(world, 6, "trafikverket", "c", point=GULLMARSPLAN, group="other")
    scene = scene_of(world, 30)
    assert find_event(scene, TWO) == find_event(scene, "trafikverket/g") == "trafikverket/g"
    assert find_event(scene, "nothing") is None
    world.command(7, "link", on="trafikverket/g", args={"items": ["trafikverket/other"]}, texts={"reason": "r"})
    scene = scene_of(world, 30)
    assert find_event(scene, "trafikverket/other") == "trafikverket/g"
    event = scene.sight.picture["event"]["trafikverket/g"]
    assert aliases_of(scene, event) == ["trafikverket/other"]


def test_numbers_stand_with_their_owner_and_quarrels_with_the_question():
    world = World()
    told = {"kind": "customers_without_power", "low": 80, "high": 80, "areas": ["0180"]}
    one = outage(world, 0, "a", counts=[{**told, "owner": "ellevio"}], ends=T0 + HOUR)
    other = {**told, "low": 400, "high": 500, "owner": "kommun-0180", "at": T0 + MINUTE}
    two = outage(world, 1, "b", counts=[other], ends=T0 + 9 * HOUR)
    world.command(2, "link", on=one, args={"items": [two]}, texts={"reason": "samma"})
    page = event_page(scene_of(world, 9), key_of(world))
    assert page is not None
    assert [(n.number, n.owner) for n in page.numbers] == [("80", "Ellevio"), ("400–500", "Stockholms stad")]
    assert page.quarrels[0][0] == "Antalen skiljer sig. Vilket gäller?"


def test_likely_reports_are_offered_first_with_their_points():
    world = World()
    one = outage(world, 0, "a", "0182")
    world.report(5, "nacka-energi", "c", {"energy 0182": 3})
    feed(world, 9, "trafikverket", "same-town", "0182")
    feed(world, 9, "trafikverket", "elsewhere", "0188")
    found = {offer.key: offer.why for offer in offers(scene_of(world, 30), [one])}
    assert list(found) == ["actor.nacka-energi/c", "trafikverket/same-town"]
    assert found["actor.nacka-energi/c"] == "samma kommun, började samtidigt, samma slag (65 poäng)"


def test_acts_are_listed_with_who_and_why_and_undone_once():
    world = crash()
    cut = world.command(10, "cut", on="trafikverket/g", args={"items": [TWO]}, texts={"reason": "annan olycka"})
    assert cut.versions
    [act] = done(world)
    assert (act.what, act.who, act.reason) == ("Tog bort ur händelsen", "Länsstyrelsen Stockholm", "annan olycka")
    world.command(11, "undo", on=act.command)
    assert [(a.what, bool(a.command)) for a in done(world)] == [
        ("Ångrade", False),
        ("Tog bort ur händelsen (ångrat)", False),
    ]


def test_an_act_can_be_undone_for_thirty_days_and_is_told_to_actors_only():
    world = crash()
    world.command(10, "pin", on="trafikverket/g")
    assert [bool(act.command) for act in done(world)] == [True]
    assert [bool(act.command) for act in done(world, minute=31 * 24 * 60)] == [False]
    assert done(world, anyone(exercise=False)) == []
    assert done(world, Viewer(Role.REPORTER, "sl", exercise=False)) != []


def test_a_pinned_event_lies_first_for_everybody():
    world = crash()
    feed(world, 6, "vma", "x", "0188", severity="extreme", kind="message")
    assert happenings(scene_of(world, 30)).rows[0].key == "vma/x"
    world.command(10, "pin", on="trafikverket/g")
    assert happenings(scene_of(world, 30)).rows[0].event == "trafikverket/g"

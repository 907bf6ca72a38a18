"""What a view keeps from one drawing to the next is what a fresh look at the whole picture would find."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.desk import REGION
from support.matters import feed
from support.world import T0, World

from dashboards.access import Role, Viewer, anyone
from dashboards.picture.chain import Chain, beginning
from dashboards.picture.ring import Ring
from dashboards.picture.texts import Text
from dashboards.picture.view import Sight
from dashboards.telling.going import WEATHER
from dashboards.telling.happenings import open_items
from dashboards.telling.kept import Kept
from dashboards.telling.scene import Scene
from schemas.sectors import Kind, Label
from schemas.times import HOUR, MINUTE, z

VIEWERS = (
    anyone(exercise=True),
    anyone(exercise=False),
    Viewer(Role.REPORTER, "kommun-0180", exercise=False),
    Viewer(Role.COORDINATOR, "lansstyrelsen-01", exercise=False),
)
NAMES = ("a", "b", "c", "d")
LABELS = st.sampled_from(("open", "internal", "confidential"))
ITEMS = st.sampled_from([f"trafikverket/{name}" for name in NAMES])
STEPS = st.one_of(
    st.tuples(
        st.just("feed"),
        st.sampled_from(NAMES),
        st.fixed_dictionaries(
            {
                "severity": st.sampled_from(("minor", "severe", "extreme")),
                "change": st.sampled_from(("report", "report", "report", "end")),
                "label": LABELS,
                "group": st.sampled_from(("g", "h")),
            }
        ),
    ),
    st.tuples(st.just("actor"), st.sampled_from(("region-sthlm-trafik", "kommun-0180")), st.integers(1, 5), LABELS),
    st.tuples(st.just("warning"), st.sampled_from(("YELLOW", "ORANGE", "RED"))),
    st.tuples(st.just("command"), st.sampled_from(("link", "cut", "pin", "pin")), ITEMS, ITEMS),
    st.tuples(st.just("tick"), st.sampled_from((1, 30, 90, 600))),
)


def play(world: World, minute: float, step: tuple) -> float:
    """One step; the minute after it."""
    match step:
        case ("feed", name, more):
            feed(world, minute, "trafikverket", name, revision=len(world.records), **more)
        case ("actor", actor, impact, label):
            world.report(minute, actor, "r", {"transit 0180 0120": impact, "care 0180": 6 - impact}, label=label)
        case ("warning", level):
            world.warning(minute, level, len(world.records), ["0180", "0188"])
        case ("command", "link", one, other):
            world.command(minute, "link", on=one, args={"items": [other]}, texts={"reason": "samma"})
        case ("command", name, one, other):
            events = world.state.picture["event"]
            event = next((e for e, body in sorted(events.items()) if one in body["items"]), min(events, default=one))
            args = {"items": [other]} if name == "cut" else {}
            world.command(minute, name, on=event, args=args, texts={"reason": "annan"} if args else {})
        case ("tick", minutes):
            world.tick(minute + minutes)
            return minute + minutes
    return minute + 1


def told(scene: Scene) -> tuple:
    rows = open_items(scene)
    leads = [scene.going.lead(key) for key, _ in rows]
    return (
        dict(scene.cells),
        list(scene.hour.items()),
        rows,
        leads,
        dict(scene.going.weather),
        dict(scene.going.open),
        set(scene.going.sources),
        scene.going.weather_rows() == [row for row in scene.going.rows() if row[1]["source"] == WEATHER],
        scene.going.agenda.open(*Kind),
        [scene.going.agenda.news(since) for since in ("", z(T0 + 2 * MINUTE))],
    )


def sight_of(chain: Chain, viewer: Viewer) -> Sight:
    return Sight(chain.picture, viewer, lambda key: Text(key, Label.OPEN))


def look(kept: Kept, chain: Chain, viewer: Viewer, minute: float) -> tuple:
    now = T0 + int(minute * MINUTE)
    return told(kept.scene(REGION, sight_of(chain, viewer), now=now, heard={}, receiver=True))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=4, max_size=25), st.integers(1, 4), st.sampled_from((4, 10_000)))
def test_a_kept_view_equals_a_fresh_look_whatever_came_and_whenever_it_is_looked_at(steps, each, held):
    world, chain = World(), beginning("ovning-world", "01")
    chain.ring = Ring(held)
    kept = {viewer: Kept(chain, sight_of(chain, viewer), REGION) for viewer in VIEWERS}
    minute, read = 0.0, 0
    for number, step in enumerate(steps):
        minute = play(world, minute, step)
        for version in world.versions[read:]:
            chain.advance(version)
        read = len(world.versions)
        if number % each:
            continue
        for viewer in VIEWERS:
            if not kept[viewer].reaches(chain):
                kept[viewer] = Kept(chain, sight_of(chain, viewer), REGION)
            fresh = Kept(chain, sight_of(chain, viewer), REGION)
            assert look(kept[viewer], chain, viewer, minute) == look(fresh, chain, viewer, minute)


def test_another_chain_or_a_ring_outrun_is_read_anew():
    world, chain = World(), beginning("ovning-world", "01")
    chain.ring = Ring(2)
    kept = Kept(chain, sight_of(chain, VIEWERS[0]), REGION)
    assert kept.reaches(chain)
    assert not kept.reaches(beginning("ovning-world", "01"))
    for name in NAMES:
        feed(world, 1, "trafikverket", name)
    for version in world.versions:
        chain.advance(version)
    assert not kept.reaches(chain)


def test_a_change_is_forgotten_when_its_hour_is_over():
    world, chain = World(), beginning("ovning-world", "01")
    world.report(1, "region-sthlm-trafik", "r", {"transit 0180": 2})
    world.report(5, "region-sthlm-trafik", "r", {"transit 0180": 4})
    for version in world.versions:
        chain.advance(version)
    kept = Kept(chain, sight_of(chain, VIEWERS[0]), REGION)

    def before(minute: float) -> object:
        scene = kept.scene(REGION, sight_of(chain, VIEWERS[0]), now=T0 + int(minute * MINUTE), heard={}, receiver=True)
        was = scene.hour.get(("0180", "transit"), "unchanged")
        return was["impact"] if isinstance(was, dict) else was

    assert before(6) is None
    assert before(HOUR / MINUTE + 3) == 2
    assert before(HOUR / MINUTE + 6) == "unchanged"

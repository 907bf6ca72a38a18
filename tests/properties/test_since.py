"""Properties of a difference: applied to the older picture it gives the newer, and names nothing that is the same."""

from hypothesis import given, settings
from hypothesis import strategies as st
from support.matters import GULLMARSPLAN, feed
from support.world import T0, World

from dashboards.picture.ring import with_before
from dashboards.picture.since import last_meeting, learned_since, net
from schemas.change import apply, empty_picture
from schemas.codec import load, pack
from schemas.times import MINUTE, z
from streams.core.fold import Fold
from streams.core.state import ROW_MOST, copy_tables, rows
from streams.core.state import load as load_state

act = st.tuples(
    st.sampled_from(["report", "feed", "cancel", "tick", "assess", "link", "cut", "undo", "publish", "request"]),
    st.integers(0, 3),
    st.integers(1, 5),
)


def play(acts: list[tuple[str, int, int]]) -> World:
    """A history of reports, feeds and people's acts on what there is."""
    world = World()
    for minute, (what, which, impact) in enumerate(acts):
        _one(world, minute * 20, what, which, impact)
    return world


def _one(world: World, minute: int, what: str, which: int, impact: int) -> None:
    source = ["trafikverket", "trafikverket-datex", "polisen", "sl"][which]
    native = {"native": {"type": "Trafikolycka"}} if source == "polisen" else {}
    item, event = f"{source}/a", next(iter(world.state.picture["event"]), "none")
    match what:
        case "report":
            world.report(minute, "kommun-0180", ["road-0180", "care-0180", "x", "y"][which], {"road 0180": impact})
        case "feed":
            feed(world, minute, source, "a", point=GULLMARSPLAN, ends=T0 + (minute + 60 * impact) * MINUTE, **native)
        case "cancel":
            feed(world, minute, source, "a", change="cancel", **native)
        case "tick":
            world.tick(minute + 5)
        case "assess":
            world.command(minute, "assess_cell", on="0180/road", args={"impact": impact})
        case "link" | "cut":
            world.command(minute, what, on=event, args={"items": [item]}, texts={"reason": "r"})
        case "undo":
            commands = [r.body["id"] for r in world.records if r.kind == "command"]
            world.command(minute, "undo", on=commands[-1] if commands else "none")
        case "publish":
            world.command(minute, "publish_picture", texts={"summary": "s"})
        case "request":
            args = {"sectors": ["road"], "areas": ["0180"], "by": T0 + (minute + 50) * MINUTE}
            world.command(minute, "request_reports", args=args)


@settings(max_examples=150, deadline=None)
@given(st.lists(act, max_size=30), st.floats(0, 1))
def test_a_difference_applied_to_the_older_picture_gives_the_newer_and_names_only_what_differs(acts, share):
    world = play(acts)
    cut = int(len(world.versions) * share)
    older = empty_picture()
    for version in world.versions[:cut]:
        apply(older, version.changes)
    picture, entries = {kind: dict(table) for kind, table in older.items()}, []
    for version in world.versions[cut:]:
        entries.append(with_before(picture, version))
        apply(picture, version.changes)
    changes = [c for entry in net(entries) for c in entry.version.changes]

    assert len({(c.kind, c.key) for c in changes}) == len(changes)
    assert all(older[c.kind].get(c.key) != c.value for c in changes)
    before = {(b.kind, b.key): b.value for entry in net(entries) for b in entry.before}
    assert all(older[kind].get(key) == value for (kind, key), value in before.items())
    apply(older, changes)
    assert older == world.state.picture


@settings(max_examples=100, deadline=None)
@given(st.lists(act, max_size=30))
def test_every_item_in_an_event_is_there_and_every_event_knows_its_items(acts):
    state = play(acts).state
    for name, event in state.picture["event"].items():
        assert all(state.linked[key] == name for key in event["items"] if "followed_by" not in event)
        assert sorted(state.gathered[name]) == event["items"]
    going_on = {name for name, event in state.picture["event"].items() if "followed_by" not in event}
    assert going_on <= set(state.linked.values()) <= set(state.picture["event"])
    assert state.picture["failed"] == {}


@settings(max_examples=60, deadline=None)
@given(st.lists(act, max_size=20), act)
def test_links_and_ties_come_back_from_a_snapshot_and_go_on_alike(acts, then):
    world = play(acts)
    found = iter([load(pack(row)) for row in rows(copy_tables(world.state))])
    restored = load_state(load(pack(world.state.scalars())), found)
    assert restored == world.state
    _one(world, 900, *then)
    Fold(restored).take(world.records[-1])
    assert restored == world.state


def test_a_long_inner_table_goes_through_a_snapshot_in_pieces():
    state = World().state
    state.members["x"] = {str(n): {"n": n} for n in range(2 * ROW_MOST + 1)}
    state.said["y"] = {}
    found = list(rows(copy_tables(state)))
    assert [len(value) for name, key, value in found if (name, key) == ("members", "x")] == [ROW_MOST, ROW_MOST, 1]
    restored = load_state(load(pack(state.scalars())), iter([load(pack(row)) for row in found]))
    assert restored == state


def test_what_had_happened_before_the_meeting_and_was_not_known_then_is_learned_since():
    rows = [{"happened_at": z(T0 - 1)}, {"happened_at": z(T0)}, {}]
    assert learned_since(rows, T0) == [{"happened_at": z(T0 - 1), "learned_since": True}, *rows[1:]]
    assert learned_since(rows, None) == rows


def test_a_forums_last_meeting_is_the_newest_that_has_ended():
    meetings = {str(n): {"forum": f, "number": n, "state": s} for n, (f, s) in enumerate(
        [("a", "ended"), ("a", "ended"), ("a", "open"), ("b", "open"), ("a", "open")]
    )}  # fmt: skip
    assert last_meeting({"meeting": meetings}, "a") == meetings["1"]
    assert last_meeting({"meeting": meetings}, "b") == meetings["3"]
    assert last_meeting({"meeting": meetings}, "c") is None

"""Properties of the fold over generated histories: order, repeats, snapshots, silence."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from support.world import REFERENCE, RULES, T0, actor_body, refold

from schemas.change import apply, empty_picture
from schemas.codec import digest, load, pack
from schemas.record import LogRecord, Origin
from schemas.times import HOUR, MINUTE
from streams.core.chain import links
from streams.core.fold import Fold
from streams.core.state import State, copy_tables, rows
from streams.core.state import load as load_state

ACTORS = ["region-sthlm-trafik", "trafikverket-vag", "kommun-0180-trafik", "kommun-0180"]
SECTORS = ["transit", "road", "care"]
AREAS = ["0180", "0182", "0188"]

report = st.builds(
    lambda actor, report_id, sent, lines, promised, closes: (actor, report_id, sent, lines, promised, closes),
    st.sampled_from(ACTORS),
    st.sampled_from(["a", "b", "transit-0180", "road-0180"]),
    st.integers(0, 600),
    st.dictionaries(
        st.sampled_from([f"{s} {a}" for s in SECTORS for a in AREAS]), st.integers(1, 5), min_size=1, max_size=3
    ),
    st.none() | st.integers(1, 300),
    st.booleans(),
)


def body_of(made) -> dict:
    actor, report_id, sent, lines, promised, closes = made
    body = actor_body(actor, report_id, T0 + sent * MINUTE, lines)
    if promised is not None:
        body["next_report"] = T0 + (sent + promised) * MINUTE
    if closes and promised is None and sent % 5 == 0:
        body["change"] = "cancel"
    body["digest"] = digest(body)
    return body


def records_of(bodies: list[dict], *, at=None) -> list[LogRecord]:
    head = [
        LogRecord(T0 - HOUR, "reference", REFERENCE, Origin("t", 0, 0), None),
        LogRecord(T0 - HOUR, "rules", {"rules": RULES}, Origin("t", 0, 1), None),
    ]
    known = [
        LogRecord(at if at is not None else b["sent"], "report", b, Origin("t", 0, n), f"r{n}")
        for n, b in enumerate(bodies, 2)
    ]
    return head + known


@settings(max_examples=200, deadline=None)
@given(st.lists(report, max_size=25))
def test_every_history_gives_one_whole_chain_whose_changes_make_the_picture(made):
    state, versions = refold(records_of([body_of(m) for m in made]))

    assert len(links("ovning-world", "01", [v.raw for v in versions])) == state.version
    picture = empty_picture()
    for version in versions:
        apply(picture, version.changes)
    assert picture == state.picture


@settings(max_examples=200, deadline=None)
@given(st.lists(report, max_size=25), st.randoms(use_true_random=False))
def test_the_item_store_is_the_same_for_every_order_that_keeps_each_keys_own(made, rng: random.Random):
    """Known at one moment, so that no deadline falls between; each id's own order kept, one body a (id, sent)."""
    bodies = list({(b["source"], b["id"], b["sent"]): b for b in map(body_of, made)}.values())
    lanes: dict = {}
    for body in bodies:
        lanes.setdefault((body["source"], body["id"]), []).append(body)
    for lane in lanes.values():
        lane.sort(key=lambda b: b["sent"])
    mixed, left = [], {k: list(v) for k, v in lanes.items()}
    while left:
        key = rng.choice(sorted(left))
        mixed.append(left[key].pop(0))
        left = {k: v for k, v in left.items() if v}
    late = T0 + 20 * HOUR
    ordered = [b for lane in lanes.values() for b in lane]

    one, _ = refold(records_of(ordered, at=late))
    other, _ = refold(records_of([*mixed, *rng.sample(mixed, len(mixed) // 2)], at=late))

    def store(state: State) -> dict:
        return {key: (item.order, item.state, item.named, item.held, item.digest) for key, item in state.items.items()}

    def values(state: State) -> dict:
        return {k: (c["impact"], c.get("unknown"), c.get("last")) for k, c in state.picture["cell"].items()}

    assert store(one) == store(other)
    assert values(one) == values(other)


@settings(max_examples=100, deadline=None)
@given(st.lists(report, min_size=1, max_size=20), st.integers(0, 20))
def test_a_snapshot_anywhere_changes_nothing(made, at):
    records = records_of([body_of(m) for m in made])
    state, before = refold(records[:at])
    found = iter([load(pack(row)) for row in rows(copy_tables(state))])
    restored = load_state(load(pack(state.scalars())), found)
    assert restored == state
    fold = Fold(restored)
    after = [v for r in records[at:] for v in fold.take(r).versions]
    whole_state, whole = refold(records)
    assert [v.hash for v in (*before, *after)] == [v.hash for v in whole]
    assert restored == whole_state


@settings(max_examples=200, deadline=None)
@given(st.lists(report, max_size=20), st.integers(1, 40))
def test_silence_alone_never_makes_a_cell_milder(made, hours):
    """From the last word on nobody speaks; no cell may then show a lower step than it had, nor `none`."""
    state, _ = refold(records_of([body_of(m) for m in made]))
    before = dict(state.picture["cell"])
    fold = Fold(state)
    fold.take(LogRecord(state.t + hours * HOUR, "tick", {}, None, None))
    for key, cell in before.items():
        after = state.picture["cell"][key]
        was, now = cell["impact"] or cell.get("last", 0), after["impact"] or after.get("last", 0)
        assert now >= was
        assert after["impact"] == 0 or after["impact"] == cell["impact"]

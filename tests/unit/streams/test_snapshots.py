"""A snapshot is whole or it is none: parts in any state, from any writer, give the newest whole one or nothing."""

import asyncio

import pytest
from support.world import World

from schemas.codec import RECORD_LIMIT, canon, load
from streams import snapshots
from streams.bus import In, Out
from streams.core.fold import Fold
from streams.core.state import State
from streams.snapshots import Assembly, encode, key_of


class Shelf:
    """The topic: what was written, as a reader finds it."""

    def __init__(self) -> None:
        self.records: list[In] = []

    def put(self, outs: list[Out]) -> list[In]:
        added = [
            In(out.topic, 0, len(self.records) + n, 0, out.key, out.value, dict(out.headers))
            for n, out in enumerate(outs)
        ]
        self.records += added
        return added

    def read(self, region: str = "01", start: int = 0) -> Assembly:
        assembly = Assembly(region)
        for record in self.records[start:]:
            assembly.take(record)
        return assembly


def taken(state: State, offset: int = 100) -> list[Out]:
    return asyncio.run(encode("picture.snapshots", 0, state, offset, offset))


@pytest.fixture
def world() -> World:
    made = World()
    for n in range(30):
        made.report(n, "kommun-0180", f"m{n}", {"care 0180": 1 + n % 5})
    made.warning(40, "RED", 1)
    return made


@pytest.fixture
def many(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Parts so small that a snapshot has several."""
    monkeypatch.setattr(snapshots, "RECORD_LIMIT", 4_000)
    return world


def test_a_whole_snapshot_gives_the_state_and_the_picture(world):
    shelf = Shelf()
    shelf.put(taken(world.state))
    newest = shelf.read().newest

    assert newest is not None
    assert newest.state() == world.state
    assert newest.picture() == {kind: held for kind, held in world.state.picture.items() if held}
    assert (newest.manifest.offset, newest.manifest.version) == (100, world.state.version)


def test_a_fold_goes_on_from_it_as_if_nothing_had_been(world):
    shelf = Shelf()
    shelf.put(taken(world.state))
    fold = Fold(shelf.read().newest.state())
    world.tick(48 * 60)

    assert [v.hash for v in fold.take(world.records[-1]).versions] == [v.hash for v in world.last.versions]


def test_parts_stay_under_the_record_limit_and_the_manifest_comes_last(many):
    outs = taken(many.state)

    assert len(outs) > 3
    assert all(len(out.value) <= 4_000 or len(load(out.value)) == 1 for out in outs[:-1])
    assert [out.key for out in outs] == [
        *(key_of("01", many.state.version, n) for n in range(len(outs) - 1)),
        key_of("01", many.state.version, "manifest"),
    ]


def test_the_limit_is_the_logs():
    assert snapshots.RECORD_LIMIT == RECORD_LIMIT


def test_folding_on_while_it_is_encoded_does_not_reach_into_it(many, monkeypatch):
    monkeypatch.setattr(snapshots, "ROWS_A_TURN", 10)
    before = World()
    for record in many.records[2:]:
        before.take(record)

    async def both() -> list[Out]:
        encoding = asyncio.create_task(encode("t", 0, many.state, 1, 1))
        for n in range(20):
            await asyncio.sleep(0)
            many.report(50 + n, "kommun-0182", f"n{n}", {"care 0182": 3})
        return await encoding

    shelf = Shelf()
    shelf.put(asyncio.run(both()))

    assert shelf.read().newest.state() == before.state
    assert many.state != before.state


@pytest.mark.parametrize("cut", range(1, 5))
def test_half_a_snapshot_is_passed_over_for_the_one_before(many, cut):
    shelf = Shelf()
    shelf.put(taken(many.state, 100))
    first = many.state.version
    many.warning(50, "RED", 2)
    shelf.put(taken(many.state, 200)[:-cut])
    found = shelf.read()

    assert found.newest.manifest.version == first
    assert found.offset == 0


@pytest.mark.parametrize("which", [0, 1, -1])
@pytest.mark.parametrize(
    "spoil", [lambda raw: raw[:-1], lambda raw: raw.replace(b"0180", b"0182", 1), lambda _: b"", lambda _: b"{}"]
)
def test_one_changed_byte_anywhere_and_it_is_none(many, which, spoil):
    shelf = Shelf()
    outs = taken(many.state)
    value = spoil(outs[which].value)
    shelf.put([out if out is not outs[which] else out._replace(value=value) for out in outs])
    changed = value != outs[which].value

    assert (shelf.read().newest is None) == changed


@pytest.mark.parametrize(
    "manifest", [b"null", b"[]", b"{}", b'"x"', b"\xff", canon({"region": "01"}), canon({"parts": 5, "x": 1})]
)
def test_a_manifest_that_is_none_is_passed_over(world, manifest):
    shelf = Shelf()
    shelf.put(taken(world.state))
    shelf.put([Out("t", manifest, key_of("01", 999, "manifest"))])

    assert shelf.read().newest.manifest.version == world.state.version


@pytest.mark.parametrize(
    "key", [None, b"", b"01", b"01/2", b"01/2/3/4", b"01/x/0", b"01/2/x", b"\xff/1/0", b"01//manifest"]
)
def test_a_key_of_somebody_elses_is_passed_over(world, key):
    shelf = Shelf()
    shelf.put([Out("t", b"[]", key)])
    shelf.put(taken(world.state))

    assert shelf.read().newest is not None


def test_a_part_that_was_removed_is_missing(many):
    shelf = Shelf()
    outs = taken(many.state)
    shelf.put([outs[0]._replace(value=None), *outs[1:]])

    assert shelf.read().newest is None


def test_regions_between_one_another_do_not_meet(many):
    other = World(space="ovning-world")
    other.state.region = "03"
    other.report(0, "kommun-0180", "x", {"care 0180": 2})
    shelf = Shelf()
    ours, theirs = taken(many.state), taken(other.state)
    mixed = [out for pair in zip(ours, [*theirs, *[None] * len(ours)], strict=False) for out in pair if out is not None]
    shelf.put(mixed)

    assert shelf.read("01").newest.state() == many.state
    assert shelf.read("03").newest.state() == other.state
    assert shelf.read("04").newest is None


def test_two_writers_of_one_version_give_a_whole_one_or_none(many):
    """A worker that was thought dead writes on: same version, same bytes, parts between one another."""
    shelf = Shelf()
    ours, theirs = taken(many.state, 100), taken(many.state, 100)
    shelf.put([out for pair in zip(ours, theirs, strict=True) for out in pair])

    assert shelf.read().newest.state() == many.state


def test_of_several_the_one_furthest_in_the_log_stands_not_the_last_written(many):
    shelf = Shelf()
    old = taken(many.state, 100)
    many.warning(50, "RED", 2)
    shelf.put(taken(many.state, 200))
    late = shelf.put(old)
    found = shelf.read()

    assert found.newest.manifest.offset == 200
    assert found.offset == 0
    assert late[0].offset > 0


def test_a_reader_that_begins_in_the_middle_of_one_takes_the_next(many):
    shelf = Shelf()
    first = shelf.put(taken(many.state, 100))
    many.warning(50, "RED", 2)
    second = shelf.put(taken(many.state, 200))

    assert shelf.read(start=1).newest.manifest.offset == 200
    assert shelf.read(start=1).offset == second[0].offset == len(first)

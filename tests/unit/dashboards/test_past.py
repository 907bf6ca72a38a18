"""Old pictures: read once and kept, joined with what the follower holds, gone where the log is cut."""

import asyncio
from collections.abc import AsyncGenerator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from support.world import T0, World

from dashboards.picture.chain import Chain, beginning
from dashboards.picture.follow import Follower
from dashboards.picture.past import History
from dashboards.problems import Problem
from schemas.change import Version, apply
from schemas.times import MINUTE
from schemas.topics import Space

SPACE = Space("ovning-world")
HELD = 6
"""Versions that the follower holds: it was started late."""


class Kept(History):
    """A history whose log is a list; it counts how often that is read."""

    def __init__(self, versions: list[Version], follower: Any) -> None:
        super().__init__("", SPACE, 0, cast("Follower", follower))
        self._list, self.readings = versions, 0

    async def _versions(self) -> AsyncGenerator[Version, None]:
        self.readings += 1
        for version in self._list:
            yield version


def versions() -> list[Version]:
    world = World()
    for n in range(20):
        world.report(n + 1, "region-sthlm-trafik", "lage", {"transit 0180": 1 + n % 5})
    return list(world.versions)


def late(all_versions: list[Version]) -> SimpleNamespace:
    """A follower that began shortly before the end, from a snapshot."""
    whole = beginning("ovning-world", "01")
    begun = None
    for version in all_versions:
        if version.number == all_versions[-HELD].number:
            begun = Chain({kind: dict(rows) for kind, rows in whole.picture.items()}, whole.head)
        whole.advance(version)
    assert begun is not None
    for version in all_versions[-HELD:]:
        begun.advance(version)
    return SimpleNamespace(chain=begun, head=begun.head, region="01")


def folded(all_versions: list[Version], number: int) -> dict[str, Any]:
    """The picture at a version, as nobody could get it wrong."""
    picture: dict[str, Any] = {}
    for version in all_versions[:number]:
        apply(picture, version.changes)
    return picture


def cells(picture: dict[str, Any]) -> dict[str, Any]:
    return picture.get("cell", {})


def test_every_version_and_time_is_as_it_was_and_the_log_is_read_once():
    told = versions()
    history = Kept(told, late(told))

    async def look() -> None:
        for version in reversed(told):
            past = await history.at_version(version.number)
            assert past.head.hash == version.hash
            assert cells(past.picture) == cells(folded(told, version.number))
        for version in told:
            past = await history.at_time(version.at)
            newest = max(v.number for v in told if v.at <= version.at)
            assert past.head.version == newest

    asyncio.run(look())
    assert history.readings == 1


def test_a_head_whose_time_is_not_known_is_never_taken_for_any_time():
    told = versions()
    follower = late(told)
    follower.chain.head = follower.head = follower.head._replace(at=None)
    past = asyncio.run(Kept(told, follower).at_time(told[4].at))

    assert past.head.version == max(v.number for v in told if v.at <= told[4].at)


def test_before_the_first_version_there_was_nothing():
    told = versions()
    history = Kept(told, late(told))
    past = [asyncio.run(history.at_time(told[0].at - MINUTE)) for _ in range(2)]

    assert [p.head.version for p in past] == [0, 0]
    assert history.readings == 1


def test_what_came_after_a_version_joins_the_reading_and_what_is_held():
    told = versions()
    history = Kept(told, late(told))

    async def look() -> list[int]:
        await history.at_time(T0 + 3 * MINUTE)
        return [entry.version.number for entry in await history.after(told[3].number)]

    assert asyncio.run(look()) == [version.number for version in told[4:]]
    assert history.readings == 1


def test_two_who_look_at_once_read_once():
    told = versions()
    history = Kept(told, late(told))

    async def look() -> None:
        await asyncio.gather(*(history.at_version(n) for n in (2, 3, 4)))

    asyncio.run(look())
    assert history.readings == 1


class Away(History):
    """A history whose log does not answer, or answers with an error of Kafka's."""

    def __init__(self, error: Exception | None) -> None:
        super().__init__("", SPACE, 0, cast("Follower", late(versions())), stalled_s=0.05)
        self._error = error

    async def _batches(self) -> AsyncGenerator[list[Any], None]:
        if self._error is not None:
            raise self._error
        await asyncio.Event().wait()
        yield []


@pytest.mark.parametrize("error", [None, RuntimeError("no broker")])
def test_while_kafka_is_away_who_looks_back_is_told_so(error: Exception | None):
    history = Away(error)

    async def look() -> None:
        for _ in range(2):  # the first one lets go of its turn
            with pytest.raises(Problem) as raised:
                await history.at_version(2)
            assert (raised.value.status, raised.value.name) == (503, "not-ready")
        assert (await history.at_version(history._follower.head.version)).head == history._follower.head

    asyncio.run(look())


def test_what_retention_has_cut_is_gone_and_what_has_not_come_is_not_there():
    told = versions()
    history = Kept(told[4:], late(told))

    async def status(asked: Any) -> int:
        with pytest.raises(Problem) as raised:
            await asked
        return raised.value.status

    assert asyncio.run(status(history.at_version(2))) == 410
    assert asyncio.run(status(history.at_time(told[2].at))) == 410
    assert asyncio.run(status(history.after(2))) == 410
    assert asyncio.run(status(history.at_version(10_000))) == 404

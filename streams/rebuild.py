"""Rebuild: fold the whole log anew, snapshots unread, and compare every version's hash with what was published.

In: `region.log` and `picture.changes` from their first offsets, without a consumer group. Out: how many versions agree,
or the first that differs. It has no publisher at all: nothing is written anywhere.
"""

from collections.abc import Callable
from typing import NamedTuple

from schemas.change import TYPE_HEADER, genesis
from schemas.codec import load
from schemas.record import decode
from schemas.topics import CHANGES, LOG
from streams.bus import bounds, read_all
from streams.core.chain import Broken, Link, links
from streams.core.fold import Fold
from streams.core.state import State
from streams.errors import LogCutError
from streams.settings import Settings
from streams.topology import region_partition

Progress = Callable[[int, int], None]
"""(records folded, records in all)"""


class Result(NamedTuple):
    """What a rebuild found."""

    records: int
    """Log records folded."""
    versions: int
    """Versions compared and equal."""
    differ: int | None
    """First version that differs, None when all agree."""
    detail: str
    """What differs, or the hash of the newest version."""
    unpublished: int
    """Versions of the log's end that are not published yet, where something is still running."""


async def rebuild(settings: Settings, progress: Progress) -> Result:
    """Fold and compare. Raises LogCutError where the log does not begin at offset 0."""
    published = await _published(settings)
    if isinstance(published, Broken):
        return Result(0, published.number - 1, published.number, str(published), 0)
    space, partition = settings.where, region_partition(settings.region)
    topic = space.topic(LOG)
    first, end = (await bounds(settings.bootstrap, [(topic, partition)]))[topic, partition]
    if first > 0:
        raise LogCutError(f"{topic}[{partition}] begins at {first}: only a whole log can be rebuilt; import an export")
    fold = Fold(State(space.name, settings.region))
    records, compared = 0, 0
    async for batch in read_all(settings.bootstrap, topic, partition):
        for record in batch:
            if (record.key or b"").decode() != settings.region:
                continue
            records += 1
            for version in fold.take(decode(record.value or b"")).versions:
                if version.number > len(published):
                    continue
                known = published[version.number - 1]
                if version.hash != known.hash:
                    detail = f"folded {version.hash}, published {known.hash}, at {topic}[{partition}]@{record.offset}"
                    return Result(records, compared, version.number, detail, 0)
                compared += 1
        progress(batch[-1].offset + 1, end)
    return _compared(fold, records, compared, published)


def _compared(fold: Fold, records: int, compared: int, published: list[Link]) -> Result:
    """All that was folded agrees; is there more published than the log makes?"""
    state = fold.state
    if compared < len(published):
        detail = f"published, but the log makes only {state.version} versions"
        return Result(records, compared, compared + 1, detail, 0)
    head = published[-1].hash if published else genesis(state.space, state.region)
    return Result(records, compared, None, head, state.version - compared)


async def _published(settings: Settings) -> list[Link] | Broken:
    """Chain of published versions as any reader finds it."""
    topic, partition = settings.where.topic(CHANGES), region_partition(settings.region)
    values: list[bytes] = []
    async for batch in read_all(settings.bootstrap, topic, partition):
        values += [r.value for r in batch if r.headers.get(TYPE_HEADER) == b"version" and r.value is not None]
    try:
        return links(settings.space, settings.region, values)
    except Broken as broken:
        return broken
    except (ValueError, KeyError) as error:
        return Broken(_unreadable(values), f"cannot be read: {error}")


def _unreadable(values: list[bytes]) -> int:
    """Number of the first version record that is not JSON with a version."""
    known = 0
    for raw in values:
        try:
            known = load(raw)["version"]
        except (ValueError, KeyError):
            return known + 1
    return known

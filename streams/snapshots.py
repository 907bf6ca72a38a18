"""State in parts on `picture.snapshots`: parts first, the manifest with their digests last; whole or not at all.

In: copied tables of a fold. Out: records; and back: the newest whole snapshot, a corrupt or half one passed over.
Kept by time, as the log. A mark names the newest one, so a start reads it and not the topic.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any, NamedTuple

from schemas.change import TYPE_HEADER, Mark, Picture, empty_picture, genesis, read_mark
from schemas.codec import RECORD_LIMIT, Json, canon, load, pack, sha256
from schemas.topics import CHANGES, SNAPSHOTS, Space
from streams.bus import In, Out, bounds, read_all
from streams.core.state import Row, State, copy_tables, rows
from streams.core.state import load as load_state

ROWS_A_TURN = 2_000
"""Entities encoded between two awaits, so that folding goes on."""
_TAIL = 256
"""Records at the end of `picture.changes` that are searched for a mark first; then eight times as many."""


class Manifest(NamedTuple):
    """What makes parts a snapshot: written last."""

    region: str
    version: int
    offset: int
    """Next offset of `region.log` to fold."""
    seq: int
    parts: tuple[str, ...]
    """SHA-256 of each part, in order."""
    scalars: Json


class Snapshot(NamedTuple):
    """A whole snapshot."""

    manifest: Manifest
    found: tuple[Row, ...]

    def state(self) -> State:
        """The fold's state."""
        return load_state(self.manifest.scalars, iter(self.found))

    def picture(self) -> Picture:
        """Only what is public: what a server starts from."""
        picture: Picture = {}
        for table, key, value in self.found:
            if table.startswith("picture/"):
                picture.setdefault(table.removeprefix("picture/"), {})[key] = value
        return picture


_KEY = re.compile(rb"([0-9]+)/([0-9]+)/([0-9]+|manifest)")


def key_of(region: str, version: int, part: int | str) -> bytes:
    """Key on `picture.snapshots`: region, version and the part's number, or `manifest`."""
    return f"{region}/{version}/{part}".encode()


async def encode(topic: str, partition: int, state: State, offset: int, seq: int) -> list[Out]:
    """Records of a snapshot of the state as it is now. Copies first, then encodes between awaits."""
    tables, scalars = copy_tables(state), state.scalars()
    region, version = state.region, state.version
    outs, digests = list[Out](), list[str]()
    async for part in _parts(rows(tables)):
        outs.append(Out(topic, part, key_of(region, version, len(digests)), partition=partition))
        digests.append(sha256(part))
    manifest = Manifest(region, version, offset, seq, tuple(digests), scalars)._asdict()
    value = canon({**manifest, "digest": sha256(canon(manifest))})
    return [*outs, Out(topic, value, key_of(region, version, "manifest"), partition=partition)]


async def _parts(found: Iterator[Row]) -> AsyncIterator[bytes]:
    """Rows packed into parts under the record limit."""
    held, size = list[bytes](), 2
    for count, row in enumerate(found, 1):
        raw = pack(row)
        if size + len(raw) > RECORD_LIMIT and held:
            yield b"[" + b",".join(held) + b"]"
            held, size = [], 2
        held.append(raw)
        size += len(raw) + 1
        if count % ROWS_A_TURN == 0:
            await asyncio.sleep(0)
    if held:
        yield b"[" + b",".join(held) + b"]"


class Assembly:
    """Puts snapshots together from records in topic order; keeps the newest whole one of a region."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._parts: dict[int, dict[int, bytes]] = {}
        self.newest: Snapshot | None = None
        self.offset: int | None = None
        """Offset of the first part of the newest whole one."""
        self._first: dict[int, int] = {}

    def take(self, record: In) -> None:
        """Take one record of the topic; one under a key of another kind or region is none of ours."""
        key = _KEY.fullmatch(record.key or b"")
        if key is None or key[1].decode() != self._region or record.value is None:
            return
        version = int(key[2])
        if key[3] != b"manifest":
            self._parts.setdefault(version, {})[int(key[3])] = record.value
            self._first.setdefault(version, record.offset)
            return
        snapshot = self._whole(record.value, self._parts.pop(version, {}))
        if snapshot is not None and (self.newest is None or snapshot.manifest.offset >= self.newest.manifest.offset):
            self.newest = snapshot
            self.offset = self._first.get(version, record.offset)

    @staticmethod
    def _whole(raw: bytes, parts: dict[int, bytes]) -> Snapshot | None:
        """A snapshot whose every part is there with its digest; None passes a corrupt or half one over."""
        try:
            fields = load(raw)
            told = fields.pop("digest")
            manifest = Manifest(**{**fields, "parts": tuple(fields["parts"])})
        except (ValueError, TypeError, KeyError, AttributeError):
            return None
        if told != sha256(canon(fields)):
            return None
        held = [parts.get(k, b"") for k in range(len(manifest.parts))]
        if any(sha256(part) != wanted for part, wanted in zip(held, manifest.parts, strict=True)):
            return None
        found: tuple[Row, ...] = tuple((t, k, v) for part in held for t, k, v in load(part))
        return Snapshot(manifest, found)


async def newest_mark(bootstrap: str, space: Space, partition: int) -> Mark | None:
    """Newest mark of the partition's region, searched from the end."""
    topic = space.topic(CHANGES)
    first, end = (await bounds(bootstrap, [(topic, partition)]))[topic, partition]
    back = _TAIL
    while end > first:
        start, found = max(first, end - back), None
        async for batch in read_all(bootstrap, topic, partition, start):
            for record in batch:
                if record.headers.get(TYPE_HEADER) == b"mark" and record.value is not None:
                    found = read_mark(load(record.value))
        if found is not None or start == first:
            return found
        back *= 8
    return None


async def newest(bootstrap: str, space: Space, region: str, partition: int) -> tuple[Snapshot, int] | None:
    """Newest whole snapshot and the offset of its first part; None when there is none at all.

    Looked for where the newest mark says it lies, and in the whole topic if that one is not whole.
    """
    mark = await newest_mark(bootstrap, space, partition)
    starts = [] if mark is None or mark.snapshot_offset is None else [mark.snapshot_offset]
    for start in (*starts, None):
        assembly = Assembly(region)
        async for batch in read_all(bootstrap, space.topic(SNAPSHOTS), partition, start):
            for record in batch:
                assembly.take(record)
        if assembly.newest is not None:
            return assembly.newest, assembly.offset or 0
    return None


class Start(NamedTuple):
    """Where a reader of the picture begins."""

    picture: Picture
    version: int
    hash: str
    offset: int
    """Offset of `picture.changes` to read on from; versions that are known are dropped."""


async def newest_picture(bootstrap: str, space: Space, region: str, partition: int) -> Start:
    """Newest picture that a snapshot gives, and where its following versions begin; the empty one before the first."""
    found = await newest(bootstrap, space, region, partition)
    if found is None:
        topic = space.topic(CHANGES)
        first, _ = (await bounds(bootstrap, [(topic, partition)]))[topic, partition]
        return Start(empty_picture(), 0, genesis(space.name, region), first)
    scalars: dict[str, Any] = found[0].manifest.scalars
    offset = await _after(bootstrap, space, partition, scalars["version"])
    return Start(found[0].picture(), scalars["version"], scalars["hash"], offset)


async def _after(bootstrap: str, space: Space, partition: int, version: int) -> int:
    """An offset of `picture.changes` no later than the first record of the version after `version`.

    Versions rise with offsets but for repeats, so a few probes by halving find a place at or before it.
    """
    topic = space.topic(CHANGES)
    low, high = (await bounds(bootstrap, [(topic, partition)]))[topic, partition]
    while high - low > _TAIL:
        middle = (low + high) // 2
        seen = await _version_at(bootstrap, topic, partition, middle)
        if seen is None or seen > version:
            high = middle
        else:
            low = middle
    return low


async def _version_at(bootstrap: str, topic: str, partition: int, offset: int) -> int | None:
    """Version that the first record at or after an offset tells of."""
    async with aclosing(read_all(bootstrap, topic, partition, offset)) as batches:
        async for batch in batches:
            return int(load(batch[0].value or b"{}")["version"])
    return None

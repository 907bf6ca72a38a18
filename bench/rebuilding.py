"""Records a second of a rebuild: the whole log folded anew and every version's hash compared with what was published.

In: a space whose log was written and folded. Beside it, the plain reader of the same log.
"""

import time
from typing import Any

from bench import plain
from bench.site import Room
from schemas.topics import LOG
from streams.rebuild import rebuild


async def run(room: Room) -> dict[str, Any]:
    """One rebuild. RuntimeError if a version differs: a quick wrong answer is none."""
    began = time.perf_counter()
    found = await rebuild(room.settings(), lambda *_: None)
    seconds = time.perf_counter() - began
    if found.differ is not None or found.unpublished:
        raise RuntimeError(f"version {found.differ} differs: {found.detail}")
    read, took = await plain.read(room.bootstrap, [(room.space.topic(LOG), 0)])
    return {
        "records": found.records,
        "versions_compared": found.versions,
        "records_per_s": round(found.records / seconds),
        "plain_reader_per_s": round(read / took),
        "ratio": round((read / took) / (found.records / seconds), 1),
    }

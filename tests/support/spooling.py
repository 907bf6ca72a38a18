"""A process of one source with a Kafka that is a file, killed with -9 at every one of its steps in turn.

`python spooling.py FOLDER AWAY`: in FOLDER/1, FOLDER/2 ... batches 1 to 4 are told by a process that is killed before
step 1, 2 ... (an opening, renaming or removing of a file), and then by another one that is not, and goes on where the
first one stood. The last folder is that of a process that came to its end. AWAY: `yes` until 2 is told.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from connectors.telling.outgoing import Outgoing
from connectors.telling.spool import Spool
from streams.bus import Out

BATCHES = 4
EVENTS = {"open", "os.rename", "os.remove"}


class Kafka:
    """A topic in a file, which is there or away; a record is confirmed when it is written."""

    def __init__(self, path: Path, *, away: bool) -> None:
        self._path = path
        self.there = asyncio.Event()
        if not away:
            self.there.set()

    async def send(self, outs):
        await self.there.wait()
        with self._path.open("ab") as file:
            offset = file.tell()
            file.write(b"".join(out.value + b"\n" for out in outs))
        return [offset + n for n in range(len(outs))]


def kill_at(folder: Path, steps: int) -> None:
    left = steps

    def step(event, args):
        nonlocal left
        if event in EVENTS and str(folder) in str(args[0]):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    if steps:
        sys.addaudithook(step)


async def tell(folder: Path, *, away: bool) -> None:
    cursor_file, kafka = folder / "cursor", Kafka(folder / "kafka", away=away)

    def commit(cursor, offsets):
        part = cursor_file.with_suffix(".new")
        part.write_bytes(cursor)
        part.rename(cursor_file)

    spool = Spool(folder / "spool", 1_000_000, "test")
    async with Outgoing(kafka, spool, commit, patience_s=0, pause_s=0.01) as outgoing:
        written = cursor_file.read_bytes() if cursor_file.exists() else b"0"
        at = int(outgoing.newest_cursor() or written)
        for n in range(at + 1, BATCHES + 1):
            await outgoing.send([Out("t", b"%d.%d" % (n, part)) for part in (1, 2)], b"%d" % n)
            if n == 2:
                kafka.there.set()
        kafka.there.set()
        await outgoing.drained()


def in_a_process(folder: Path, steps: int, *, away: bool) -> int:
    """Exit status of a process that tells; a fork, since a new interpreter takes half a second."""
    process = os.fork()
    if process == 0:
        kill_at(folder, steps)
        asyncio.run(tell(folder, away=away))
        os._exit(0)
    return os.waitpid(process, 0)[1]


def sweep(folder: Path, *, away: bool) -> None:
    status = 1
    for steps in range(1, 1000):
        there = folder / str(steps)
        there.mkdir()
        status = in_a_process(there, steps, away=away)
        assert status in {0, signal.SIGKILL}
        assert in_a_process(there, 0, away=False) == 0
        if status == 0:
            return


if __name__ == "__main__":
    sweep(Path(sys.argv[1]), away=sys.argv[2] == "yes")

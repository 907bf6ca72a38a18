"""A worker over the batch consumer, for its contract tests: writes what it was handed to a file, line by line.

Usage: batch_worker.py BOOTSTRAP GROUP TOPIC FILE [raise-at OFFSET | slow SECONDS | keep SECONDS [dynamic] |
lose-group 0 | lose-fetch 0].
The file is the state: a start reads on after the highest offset in it, as the owner of a fold does. With `keep` the
handler has the shape of `merge.Owner`: it takes a batch in without awaiting, keeps what is not written yet in a list,
and writes that first at the next call.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from streams.app import make_app, serve
from streams.bus import In


def seen(file: Path) -> dict[int, int]:
    """Partition -> next offset, from what was written."""
    found: dict[int, int] = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else []:
        partition, offset = map(int, line.split()[:2])
        found[partition] = max(found.get(partition, 0), offset + 1)
    return found


class Keeper:
    """Takes records in at once and writes them later; a cancelled write loses nothing."""

    def __init__(self, file: Path, seconds: float) -> None:
        self._file, self._seconds = file, seconds
        self.next: dict[int, int] = {}
        self._unsent: list[str] = []
        self._writing = asyncio.Lock()

    async def handle(self, _topic: str, partition: int, records: list[In], _end: int) -> None:
        for r in records:
            if r.offset >= self.next[partition]:
                self._unsent.append(line(partition, r))
                self.next[partition] = r.offset + 1
        try:
            await self.flush()
        except asyncio.CancelledError:
            print("cancelled with", len(self._unsent), "unsent", flush=True)
            raise

    async def flush(self) -> None:
        async with self._writing:
            await asyncio.sleep(self._seconds)
            write(self._file, self._unsent)
            self._unsent.clear()

    async def assigned(self, _topic: str, partition: int) -> int:
        return self.next.setdefault(partition, seen(self._file).get(partition, 0))


def line(partition: int, record: In) -> str:
    return f"{partition} {record.offset} {(record.value or b'').decode()} {os.getpid()}\n"


def write(file: Path, lines: list[str]) -> None:
    with file.open("a", encoding="utf-8") as out:
        out.writelines(lines)
        out.flush()
        os.fsync(out.fileno())


def lose_group(app: Any) -> None:
    """What happens at a broker that knows of no broker for a moment: aiokafka's group task ends by an assertion."""

    async def lookup(*_: Any) -> int:
        raise AssertionError("Did we not perform bootstrap?")

    thread = app.consumer._thread
    thread._consumer._client.coordinator_lookup = lookup
    thread.thread_loop.call_soon_threadsafe(thread._consumer._coordinator.coordinator_dead)


def lose_fetch(app: Any) -> None:
    """What happens when a request times out while its connection is being made anew: the fetching task ends."""

    async def send(*_: Any, **__: Any) -> None:
        raise KeyError("no such connection")

    consumer = app.consumer._thread._consumer
    consumer._fetcher._client.send = send


async def work(bootstrap: str, group: str, topic: str, file: Path, mode: str, figure: float) -> None:
    """Until SIGTERM or the app crashes."""

    async def handle(_topic: str, partition: int, records: list[In], _end: int) -> None:
        if mode == "raise-at" and any(r.offset == int(figure) for r in records):
            raise RuntimeError("the handler raised")
        if mode == "slow":
            await asyncio.sleep(figure)
        write(file, [line(partition, r) for r in records])

    async def assigned(_topic: str, partition: int) -> int:
        return seen(file).get(partition, 0)

    keeper = Keeper(file, figure)
    acts = (keeper.handle, keeper.assigned) if mode == "keep" else (handle, assigned)
    app = make_app(bootstrap, group, [topic], *acts, str(file.parent / f"faust-{os.getpid()}"))
    if len(sys.argv) > 7 and sys.argv[7] == "dynamic":
        app.conf.consumer_group_instance_id = None
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    losses = {"lose-group": lose_group, "lose-fetch": lose_fetch}
    started = (lambda: losses[mode](app)) if mode in losses else lambda: None
    waits = [asyncio.create_task(stop.wait()), asyncio.create_task(serve(app, started))]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    if waits[1].done():
        print("ended by", repr(waits[1].exception()))
    crashed = bool(app.crashed) or not stop.is_set()
    try:
        async with asyncio.timeout(30):
            await app.stop()
    except TimeoutError:
        crashed = True
    if mode == "keep":
        await keeper.flush()
    sys.stdout.flush()
    os._exit(1 if crashed else 0)


if __name__ == "__main__":
    arguments = [*sys.argv[1:], "plain", "0"][:6] if len(sys.argv) < 7 else sys.argv[1:7]
    asyncio.run(work(arguments[0], arguments[1], arguments[2], Path(arguments[3]), arguments[4], float(arguments[5])))

"""`python -m connectors.recorded`: plays the sources and the actors of an exercise until SIGTERM.

In: `LAGESBILD_EXERCISE` (folder name), `LAGESBILD_RECORDED_PORT`, `LAGESBILD_SERVER`, and the settings of any process.
Out: the sources' routes on loopback, the actors' reports sent to the server when the space's clock says so.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys

from connectors.errors import ScriptError
from connectors.process import configure_log
from connectors.recorded import Player, load_script, serve
from schemas.topics import CONTROL
from streams.bus import until_topics
from streams.clock import SpaceClock
from streams.errors import LagesbildError
from streams.settings import Settings


async def play(settings: Settings, exercise: str, port: int, server: str) -> None:
    """Serve at once, play when the clock has been read. Until cancelled."""
    script = load_script(settings.region_folder / "exercises" / exercise)
    clock = SpaceClock(settings.where)
    running = await serve(script, clock.now, port, settings.data)
    try:
        await until_topics(settings.bootstrap, [settings.where.topic(CONTROL)])
        keys = await _keys(settings)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(clock.follow(settings.bootstrap))
            player = Player(script, clock.now, server=server, keys=keys, data_dir=settings.data, space=settings.space)
            tasks.create_task(player.run())
    finally:
        await running.stop()


async def _keys(settings: Settings) -> dict[str, str]:
    """Actors' keys; the first start makes them a moment after us."""
    while True:
        with contextlib.suppress(OSError, ValueError):
            return dict(json.loads(settings.keys_file.read_bytes())["keys"])
        await asyncio.sleep(0.1)


async def _until_signal(settings: Settings, exercise: str, port: int, server: str) -> None:
    task = asyncio.ensure_future(play(settings, exercise, port, server))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def main() -> int:
    """Exit status of the process."""
    configure_log()
    exercise, port = os.environ.get("LAGESBILD_EXERCISE", "snowstorm"), int(os.environ["LAGESBILD_RECORDED_PORT"])
    try:
        asyncio.run(_until_signal(Settings(), exercise, port, os.environ["LAGESBILD_SERVER"]))
    except (LagesbildError, ScriptError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""A server killed again and again while three screens look on: how soon do they live, by themselves, in one document?

In: how many times. Out: one JSON line; exit status 1 when one of them took more than 35 s, or was loaded anew.

    ./scripts/soak restarts
"""

import json
import sys
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from support.broker import on_a_broker
from support.browser import Room, chromium
from support.screens import newer, screens_of, shown

LONGEST_S = 35.0
"""From the server's first answer to the last of the screens (goal E8)."""


async def rounds(times: int, kafka: str, folder: Path) -> dict[str, Any]:
    """Kill; something changes meanwhile; start; something changes again; look."""
    took: list[float] = []
    async with Room(kafka, folder) as room, chromium() as browser:
        await room.open()
        await newer(room)
        async with screens_of(browser, room.url) as screens:
            for _ in range(times):
                room.kill("server")
                await newer(room)
                room.start("server")
                await room.ready()
                began = time.monotonic()
                await newer(room)
                await shown(screens, room)
                took.append(time.monotonic() - began)
    return {
        "restarts": times,
        "screens": len(screens),
        "median_s": round(median(took), 2),
        "most_s": round(max(took), 2),
    }


def main() -> int:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    told = on_a_broker("restarts", partial(rounds, times))
    print(json.dumps(told))
    return 0 if told["most_s"] <= LONGEST_S else 1


if __name__ == "__main__":
    sys.exit(main())

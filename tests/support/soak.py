"""A long quiet run: actors report, nobody is killed; does memory grow, do files stay open, do outcomes fall behind?

In: minutes and reports a second. Out: one JSON line; exit status 1 when something acknowledged is nowhere.

    ./scripts/soak steady 60
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

from support.checker import check, missed_calls
from support.running import Running
from support.sending import Acknowledged, Sender, reports
from support.waiting import free_port
from support.watching import Watcher

PLACES = (
    ("region-sthlm-trafik", "transit", "0180"),
    ("kommun-0184", "school", "0184"),
    ("kommun-0180", "care", "0180"),
)
EVERY_S = 5.0
WARM = 6
"""The first sixth of a run is not counted: caches fill."""


def sample(pid: int) -> tuple[float, int]:
    """Resident MiB and open files of a process; zeros when it is not there."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20, len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0.0, 0


def watched(running: Running, minutes: float) -> dict[str, list[tuple[float, int]]]:
    """Samples of each process over the whole run."""
    samples: dict[str, list[tuple[float, int]]] = {}
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        for name, pid in running.told()["pids"].items():
            samples.setdefault(name, []).append(sample(pid))
        time.sleep(EVERY_S)
    return samples


def growth(samples: list[tuple[float, int]]) -> dict[str, float]:
    """Where memory and files were when warm, and at the end."""
    warm = samples[len(samples) // WARM :]
    third = max(1, len(warm) // 3)
    first, last = warm[:third], warm[-third:]
    mib = [sum(s[0] for s in part) / len(part) for part in (first, last)]
    return {
        "mib_warm": round(mib[0], 1),
        "mib_end": round(mib[1], 1),
        "growth_percent": round(100 * (mib[1] / mib[0] - 1), 1) if mib[0] else 0.0,
        "files_warm": max(s[1] for s in first),
        "files_end": max(s[1] for s in last),
    }


def soak(folder: Path, minutes: float, rate: float, speed: int) -> tuple[dict[str, Any], bool]:
    """Run, sample, check. The figures, and whether nothing was lost."""
    with Running(folder / "data", "--speed", str(speed), port=free_port()) as running:
        told = running.until_ready().told()
        acknowledged = Acknowledged(folder / "acknowledged.jsonl")
        began = running.time()
        senders = [
            Sender(running.address, a, told["keys"][a], reports(a, s, p, began), acknowledged) for a, s, p in PLACES
        ]
        with Watcher(told["bootstrap"], told["space"]) as watcher:
            for sender in senders:
                sender.pause_s = len(senders) / rate
                sender.start()
            samples = watched(running, minutes)
            for sender in senders:
                sender.finish()
            waiting = set(acknowledged.at)
            watcher.until(lambda: waiting <= set(watcher.outcomes), 60, "an outcome for every receipt")
        found = asyncio.run(check(told["bootstrap"], told["space"], acknowledged.path, running.data / "receiver.jsonl"))
        missed = missed_calls(found.calls, running.data / "receiver.jsonl")
    waits = [watcher.outcomes[receipt] - at for receipt, at in acknowledged.at.items()]
    figures = {
        "soak_minutes": minutes,
        "reports_s": round(len(waits) / minutes / 60, 1),
        "outcome_p99_s": round(quantiles(waits, n=100)[98], 3),
        "outcome_max_s": round(max(waits), 3),
        "processes": {name: growth(of) for name, of in samples.items()},
        "missed_calls": missed,
        "odd": [odd for sender in senders for odd in sender.odd][:10],
    }
    return figures | found.short(), found.whole and not missed


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="soak-") as made:
        minutes, rate = float(sys.argv[1]), float(sys.argv[2])
        # slow enough that the storm lasts as long as the run
        told, whole = soak(Path(made), minutes, rate, speed=max(1, min(60, int(3_000 / minutes))))
    print(json.dumps(told, ensure_ascii=False))
    sys.exit(0 if whole else 1)

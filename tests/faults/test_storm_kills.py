"""The storm plays, actors report, and each process is killed again and again: nothing acknowledged is lost.

Prints one JSON line: how long the picture stood still after each kill. `FAULT_ROUNDS` (5) is how often each is killed.
"""

import asyncio
import itertools
import json
import logging
import os
import re
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from support.checker import check, missed_calls, received
from support.running import Running, left_of, quick_story, run, until
from support.sending import Acknowledged, Sender, reports
from support.waiting import PATIENCE_S
from support.watching import Watcher

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "5"))
VICTIMS = ("intake", "merge", "connectors", "server", "deliver", "broker")
BACK_S = 2 * PATIENCE_S
"""Longest a kill may keep the picture still, however busy the machine is; the figures say how long it did."""
REPEAT_S = 3


class Storm:
    """Everything that runs, and how each process is killed at the moment that hurts most."""

    def __init__(self, running: Running, folder: Path) -> None:
        self.running, told = running, running.told()
        self.space, self.bootstrap = str(told["space"]), str(told["bootstrap"])
        self.receiver = running.data / "receiver.jsonl"
        self.acknowledged = Acknowledged(folder / "acknowledged.jsonl")
        self.watcher = Watcher(self.bootstrap, self.space)
        began = running.time()
        places = {"region-sthlm-trafik": ("transit", "0180"), "kommun-0184": ("school", "0184")}
        self.senders = [
            Sender(running.address, actor, told["keys"][actor], reports(actor, *where, began), self.acknowledged)
            for actor, where in places.items()
        ]
        self.gaps: dict[str, list[float]] = {name: [] for name in VICTIMS}
        self.unrecorded: list[str] = []
        """Keys that the receiver had when deliver was killed, before it could write that down."""

    def kill(self, name: str) -> None:
        """Kill it at its worst moment; wait until it is back and does its work."""
        ready: Callable[[], None] = getattr(self, f"_before_{name}", lambda: None)
        ready()
        posts = len(received(self.receiver))
        killed, at = self.running.kill(name), time.monotonic()
        if name == "deliver":
            self._fault()
        self.running.until_back(name, killed, BACK_S)
        match name:
            case "deliver":
                until(lambda: len(received(self.receiver)) > posts, BACK_S, f"a notice. {self.running.said}")
                moved = time.monotonic()
            case "connectors":
                back = time.monotonic()
                moved = self.watcher.until(lambda: self.watcher.heard > back, BACK_S, "a feed is heard")
            case _:
                # what was on its way to its sender when the process died is not counted
                moved = self.watcher.until(lambda: self._applied_since(at + 0.05), BACK_S, f"a report after {name}")
        self.gaps[name].append(round(moved - at, 2))

    def _applied_since(self, at: float) -> bool:
        """Has a report an outcome that was acknowledged after this?"""
        newest = itertools.takewhile(lambda row: row[1] > at, reversed(list(self.acknowledged.at.items())))
        return any(receipt in self.watcher.folded for receipt, _ in newest)

    def _before_intake(self) -> None:
        """Records are in the log; the offsets behind them are committed each half second."""
        logged = len(self.watcher.logged)
        self.watcher.until(lambda: len(self.watcher.logged) >= logged + 3, BACK_S, "reports in the log")

    def _before_merge(self) -> None:
        """Versions are out that no snapshot holds."""
        version = self.watcher.version
        self.watcher.until(lambda: self.watcher.version >= version + 3, BACK_S, "versions")

    def _before_deliver(self) -> None:
        """The receiver has a notice and does not answer."""
        posts = len(received(self.receiver))
        self._fault(route="receiver", kind="mute")
        until(lambda: len(received(self.receiver)) > posts, BACK_S, f"a notice to kill at. {self.running.said}")
        self.unrecorded.append(received(self.receiver)[posts]["key"])

    def _fault(self, **fault: str) -> None:
        """Switch a fault of the recorded service on; nothing switches all off."""
        port = json.loads((self.running.data / "ports.json").read_bytes())["recorded"]
        urllib.request.urlopen(
            f"http://127.0.0.1:{port}/faults", json.dumps(fault).encode(), timeout=PATIENCE_S
        ).close()

    def settle(self) -> None:
        """Stop the senders and wait until every acknowledged report has an outcome."""
        for sender in self.senders:
            sender.finish()
        waiting = set(self.acknowledged.at)
        self.watcher.until(lambda: waiting <= set(self.watcher.outcomes), BACK_S, "an outcome for every receipt")

    def figures(self) -> dict[str, Any]:
        """Seconds of each kill, and of each process the middle and the longest one."""
        gaps = {name: {"median": median(g), "max": max(g), "each": g} for name, g in self.gaps.items()}
        return {"kills": sum(map(len, self.gaps.values())), "gap_s": gaps}


@pytest.fixture
def storm(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Storm]:
    caplog.set_level(logging.CRITICAL, "aiokafka")  # a broker that is killed is no news here
    region = quick_story(tmp_path / "region", repeat_s=REPEAT_S)
    settings = {"LAGESBILD_REGION_FOLDER": str(region), "LAGESBILD_SNAPSHOT_EVERY": "50"}
    with Running(tmp_path / "data", "--speed", "60", **settings) as running:
        made = Storm(running.until_ready(), tmp_path)
        with made.watcher:
            for sender in made.senders:
                sender.start()
            yield made


def test_nothing_acknowledged_is_lost_whatever_is_killed(storm: Storm, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    for _ in range(ROUNDS):
        for name in VICTIMS:
            storm.kill(name)
    seconds = round(time.monotonic() - began)
    storm.settle()
    merge = storm.running.pid("merge")
    assert merge is not None

    # the picture stands still while it is compared, so that "every version" is a number
    os.kill(merge, signal.SIGSTOP)
    try:
        found = asyncio.run(check(storm.bootstrap, storm.space, storm.acknowledged.path, storm.receiver))
        rebuilt = run("rebuild", "--data", storm.running.data)
    finally:
        os.kill(merge, signal.SIGCONT)

    began_at = [line["version"] for line in storm.running.log("merge") if line["event"] == "recovered"]
    told = {"test": "storm_kills", **storm.figures(), "seconds": seconds, "merge_began_at": began_at, **found.short()}
    with capsys.disabled():
        print(f"\n{json.dumps(told, ensure_ascii=False)}")
    assert found.lost == []
    assert found.faults == []
    assert [sender.odd for sender in storm.senders] == [[], []]
    assert found.acknowledged > 5 * 6 * ROUNDS
    assert set(found.results) == {"applied", "duplicate_of", "superseded_by", "refused", "rejected"}

    # each was hit where it hurts
    assert found.origins_twice, "intake died between append and commit"
    assert {version + 1 for version in began_at} & set(found.versions_twice), "merge died before a snapshot"
    assert len(storm.unrecorded) == ROUNDS
    assert set(storm.unrecorded) <= set(found.keys_twice), "deliver died between an attempt and its record"

    assert rebuilt.returncode == 0, rebuilt.stderr
    assert re.match(rf"{found.versions} versions agree", rebuilt.stdout), rebuilt.stdout
    assert found.head in rebuilt.stdout

    version = storm.watcher.version
    storm.watcher.until(lambda: storm.watcher.version > version, BACK_S, "the picture goes on")
    assert found.calls
    until(lambda: not missed_calls(found.calls, storm.receiver), BACK_S, f"each call of {found.calls} is delivered")

    storm.running.ctrl_c()
    assert storm.running.process.returncode == 0
    assert left_of(storm.running.data) == {}

"""A disk without room: one clear line, at the start and while all runs; and nothing acknowledged is lost by it."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.running import Running, left_of, run, until
from support.waiting import PATIENCE_S

TOLD_S = PATIENCE_S
"""Longest until the operator has been told."""

Disk = Callable[[int], Path]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Makes a disk of so many MiB; the test is passed over where none may be mounted."""
    made: list[Path] = []

    def make(size: int) -> Path:
        place = tmp_path / f"disk{len(made)}"
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", place]
        try:
            done = subprocess.run(mount, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip("there is no mount here")
        if done.returncode:
            pytest.skip(f"no disk may be mounted here: {done.stderr.strip()}")
        made.append(place)
        return place

    yield make
    for place in made:
        subprocess.run(["umount", "--lazy", place], check=True)


def test_a_start_without_room_is_one_line_that_says_how_much_is_needed(disk: Disk) -> None:
    data = disk(8) / "data"

    done = run("up", "--data", data)

    assert done.returncode == 1
    lacks = f"No room on the disk: {data} has 7 MiB free and 64 MiB are needed."
    assert done.stderr.splitlines() == [f"lagesbild: {lacks} Free some space and start again."]
    assert left_of(data) == {}


def test_a_disk_that_runs_full_ends_it_with_one_line_and_after_freeing_it_all_is_there(
    disk: Disk, tmp_path: Path
) -> None:
    place = disk(90)
    data, filling = place / "data", place / "filling"
    with Running(data, said=tmp_path / "said") as running:
        running.until_ready()
        area = ("--actor", "kommun-0180", "--area", "0180", "--sector", "school", "--impact", "critical")
        sent = run("report", "--data", data, *area, "Alla skolor är stängda")
        assert sent.returncode == 0, sent.stderr

        fill(filling)
        assert until(lambda: running.process.poll() is not None, TOLD_S, "the end") is True
        assert running.process.returncode == 1
        said = running.said.splitlines()[-1]
        assert said == f"lagesbild: No room on the disk: {data} cannot be written. Free some space and start again."
        assert left_of(data) == {}

    filling.unlink()
    with Running(data, said=tmp_path / "said") as again:
        again.until_ready()
        picture = json.loads(again.get("/api/v1/picture")[2])
        town = next(area for area in picture["areas"] if area["code"] == "0180")
        assert town["sectors"]["school"]["impact_name"] == "critical"
        assert run("rebuild", "--data", data).returncode == 0


def fill(path: Path) -> None:
    """Write until there is no room."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65_536))
        except OSError:
            return

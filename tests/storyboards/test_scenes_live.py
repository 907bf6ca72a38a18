"""The storyboards over HTTP and a real Kafka, in a stepped space: the same bytes as in memory, whatever is killed.

The three are played at the same time, each in a space of its own.
"""

import asyncio
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.broker import EmbeddedKafka
from support.browser import Room
from support.storyboard import Scene, load_scene, scene_names
from support.storyboard_chain import Live, Trouble, live, no_trouble
from support.storyboard_check import check
from support.storyboard_play import CONTACTS, Memory, Played

pytestmark = pytest.mark.broker
SCENES = ("shared-shortcoming", "demonstration", "snowstorm")
VICTIMS = ("merge", "intake", "server")


async def played_and_compared(
    scene: Scene,
    kafka: str,
    data: Path,
    trouble: Callable[[Live], Trouble] = lambda _: no_trouble,
    asked: dict[int, str] | None = None,
) -> tuple[Live, Played]:
    """A scene played in a space of its own; its versions are those of a play in memory, byte for byte."""
    async with Room(kafka, data, at=scene.begin, LAGESBILD_CONTACTS=str(CONTACTS)) as room, live(room) as made:
        made.asked = {at: (path, None) for at, path in (asked or {}).items()}
        played = await made.play(scene, trouble(made))
    odd = [(scene.name, a.act.at, a.act.who, a.result, a.reason) for a in played.answers if a.result != "applied"]
    assert odd == []
    assert [v.hash for v in played.versions] == [v.hash for v in Memory(room.space.name).play(scene).versions]
    return made, played


async def test_the_scenes_over_http_and_kafka(kafka: str, tmp_path: Path):
    scenes = [load_scene(name) for name in SCENES]
    fourth = next(e["at"] for e in scenes[-1].expects if e.get("see") == "meeting/sam/4")
    first = next(e["at"] for e in scenes[-1].expects if e.get("see") == "agenda/sam/reports")
    later = [first, scenes[-1].moments[-1]]
    looks = {fourth: "/changes?forum=sam"} | dict.fromkeys(later, "/sheet?meeting=sam/1")
    asked = {scene.name: looks if scene.name == "snowstorm" else {} for scene in scenes}
    plays = await asyncio.gather(
        *(played_and_compared(s, kafka, tmp_path / s.name, asked=asked[s.name]) for s in scenes)
    )
    storm, played = plays[-1]
    third = played.pictures[fourth]["meeting"]["sam/3"]

    assert storm.asked[later[0]] == storm.asked[later[1]], "a sealed meeting's sheet is the same two days later"
    assert since_last_meeting(storm.asked[fourth][1], played, fourth) == third["sealed"]["version"]
    assert [made.ended for made, _ in plays] == [[], [], []]
    for scene, (_, played) in zip(scenes, plays, strict=True):
        faults = check(scene, played).faults
        assert not faults, f"{scene.name}\n" + "\n".join(faults)


async def test_the_variants_over_http_and_kafka(kafka: str, tmp_path: Path):
    """SMHI away, a night when the clock is set, everybody passing SMHI on, no conference during the event."""
    for beside in batched([name for name in scene_names() if ":" in name], len(SCENES)):
        scenes = [load_scene(name) for name in beside]
        plays = await asyncio.gather(
            *(played_and_compared(s, kafka, tmp_path / s.name.replace(":", "-")) for s in scenes)
        )
        for scene, (_, played) in zip(scenes, plays, strict=True):
            faults = check(scene, played).faults
            assert not faults, f"{scene.name}\n" + "\n".join(faults)


def batched(names: list[str], size: int) -> list[list[str]]:
    """So many at a time: each scene has three processes of its own."""
    return [names[at : at + size] for at in range(0, len(names), size)]


def since_last_meeting(answer: dict[str, Any], played: Played, at: int) -> int:
    """Version from which `/changes` tells everything that became known until then, and nothing else."""
    known = [v for v in played.versions if answer["from"] < v.number and v.at <= at]
    told = {(row["kind"], row["key"], row["version"]) for row in answer["changes"]}
    assert told == {(c.kind, c.key, v.number) for v in known for c in v.changes}
    return int(answer["from"])


def killing(scene: Scene, live: Live) -> Trouble:
    """Kills a process at each of three seeded acts, when the act is accepted and not yet answered."""
    points = sorted(random.Random(scene.name).sample(range(len(scene.acts)), len(VICTIMS)))
    victims = dict(zip(points, VICTIMS, strict=True))

    async def kill(number: int) -> None:
        if number in victims:
            live.room.kill(victims[number])
            live.room.start(victims[number])

    return kill


async def test_processes_killed_at_three_seeded_points_change_no_byte(kafka: str, tmp_path: Path):
    scenes = [load_scene(name) for name in SCENES]
    plays = await asyncio.gather(
        *(played_and_compared(s, kafka, tmp_path / s.name, lambda made, scene=s: killing(scene, made)) for s in scenes)
    )

    assert all(made.repeats for made, _ in plays), "a merge that starts again repeats what it had said"


async def test_the_broker_killed_in_the_middle_of_the_storm_changes_no_byte(tmp_path: Path):
    """At T+03:50, where the inriktande forum agrees; the scene ends at T+08:00 here."""
    broker = EmbeddedKafka(tmp_path / "kafka")
    kafka = await asyncio.to_thread(broker.start)
    whole = load_scene("snowstorm")
    agreed = next(act for act in whole.acts if act.body.get("id") == "D1")
    acts = tuple(act for act in whole.acts if act.at <= agreed.at + 250 * 60_000)
    scene = whole._replace(name="snowstorm until T+08:00", acts=acts, expects=())

    def troubled(made: Live) -> Trouble:
        async def kill(number: int) -> None:
            if number == agreed.number:
                os.kill(broker.pid, signal.SIGKILL)

        return kill

    try:
        await played_and_compared(scene, kafka, tmp_path / "data", troubled)
    finally:
        await asyncio.to_thread(broker.stop)
    assert any("again" in line.lower() for line in broker.said), broker.said

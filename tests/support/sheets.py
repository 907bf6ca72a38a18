"""Sheets made of a fold driven by hand, or of a storyboard: content without Kafka and without a server."""

from functools import lru_cache
from typing import Any

from support.storyboard import load_scene
from support.storyboard_play import Memory
from support.storyboard_sheet import PARTY, Words, sheet_of
from support.world import T0, World

from dashboards.access import Viewer
from dashboards.picture.texts import Text
from schemas.sectors import Label
from schemas.times import HOUR, MINUTE, parse

STORM = parse("2027-01-19T07:00:00+01:00")
DEMONSTRATION = parse("2027-04-08T10:00:00+02:00")


class Keys(Words):
    """A text's words are its key, so that tests can name them; of one label."""

    def __init__(self, label: Label = Label.OPEN) -> None:
        super().__init__()
        self._label = label

    def get(self, key: str) -> Text | None:
        return Text(key, self._label)


def sheet_at(
    world: World, minute: float, key: str | None = None, viewer: Viewer = PARTY, words: Words | None = None
) -> dict[str, Any]:
    """The sheet at T + minute of what was folded."""
    at = T0 + int(minute * MINUTE)
    return sheet_of(world.versions, key, at, words or Keys(), viewer)


@lru_cache
def _played(name: str) -> Memory:
    memory = Memory("ovning-scene")
    memory.play(load_scene(name))
    return memory


def scene_sheet(name: str, at: int, key: str | None = None) -> dict[str, Any]:
    """The sheet of a storyboard at a moment."""
    memory = _played(name)
    return sheet_of(memory.played.versions, key, at, memory.words)


def calm() -> dict[str, Any]:
    """A quiet day before the demonstration."""
    return scene_sheet("demonstration", DEMONSTRATION + 48 * HOUR)


def storm() -> dict[str, Any]:
    """The fourth conference of the storm: 53 members, everything at once."""
    return scene_sheet("snowstorm", STORM + 34 * HOUR - 5 * MINUTE, "sam/4")

"""An exercise's head: title, when it begins and ends, its speed, and the settings that point connectors at the player.

In: `region/<county>/exercises/<name>/script.toml`. Out: `Exercise`. The rows are read by connectors/recorded alone.
"""

import tomllib
from pathlib import Path
from typing import NamedTuple

from schemas.times import DAY, HOUR, MINUTE, parse
from streams.errors import RegionDataError

ASKED_S = 5
"""Wall seconds of silence that a source's promised interval covers: a busy machine is no silent source."""


class Exercise(NamedTuple):
    """What `lagesbild up` must know of an exercise."""

    name: str
    title: str
    start: int
    """Space time of its beginning, ms UTC."""
    end: int
    speed: int
    """Space seconds per wall second, unless the operator says otherwise."""
    sources: list[str]
    """The sources that are played. No other is asked: an exercise reaches for nothing outside."""
    settings: dict[str, str]
    """Environment of the processes; `{recorded}` is the player's address, `{promised}` the interval told in health."""

    def environment(self, port: int, speed: int) -> dict[str, str]:
        """Environment with the player's address filled in."""
        recorded = f"http://127.0.0.1:{port}"
        promised = str(max(ASKED_S, ASKED_S * speed))
        filled = {
            name: value.replace("{recorded}", recorded).replace("{promised}", promised)
            for name, value in self.settings.items()
        }
        own = {"LAGESBILD_EXERCISE": self.name, "LAGESBILD_RECORDED_PORT": str(port)}
        own |= {"LAGESBILD_EXERCISE_END": str(self.end), "LAGESBILD_TICK_S": "2" if speed > 1 else "15"}
        return {**own, **filled}


def load_exercise(region_folder: Path, name: str) -> Exercise:
    """Head of an exercise. RegionDataError says what is wrong with it, or which ones there are."""
    folder = region_folder / "exercises"
    known = sorted(p.parent.name for p in folder.glob("*/script.toml"))
    if name not in known:
        raise RegionDataError(f"no exercise {name!r}: there are {', '.join(known) or 'none'}")
    try:
        head = tomllib.loads((folder / name / "script.toml").read_text(encoding="utf-8"))
        t = parse(head["t"])
        start, end = _moment(head["start"], t), _moment(head["end"], t)
        settings = {str(k): str(v) for k, v in head["environment"].items()}
        sources = [str(source) for source in head["sources"]]
        return Exercise(name, str(head["title"]), start, end, int(head["speed"]), sources, settings)
    except (KeyError, ValueError, TypeError) as error:
        raise RegionDataError(f"{folder / name / 'script.toml'}: {error!r}") from error


def _moment(text: str, t: int) -> int:
    """Space time of `T-02:00`, `T+2d04:30` or a whole time."""
    if not text.startswith("T"):
        return parse(text)
    sign = -1 if text[1] == "-" else 1
    days, _, clock = text[2:].rpartition("d")
    hours, minutes = clock.split(":")[:2]
    return t + sign * (int(days or 0) * DAY + int(hours) * HOUR + int(minutes) * MINUTE)

"""The space's clock as data: a record on `control` says how space time follows wall time.

real: wall time. paced: start + speed x wall since the record. stepped: stands at the last record.
"""

from typing import Literal, NamedTuple, get_args

from schemas.codec import Json
from schemas.times import EARLIEST, LATEST

Mode = Literal["real", "paced", "stepped"]
MODES: tuple[Mode, ...] = get_args(Mode)
FASTEST = 100_000
"""Most space seconds in a wall second: a year in five minutes."""


class ClockRecord(NamedTuple):
    """One setting of a space's clock."""

    mode: Mode
    at: int = 0
    """Space time at the setting, ms UTC; unused when real."""
    wall: int = 0
    """Wall time at the setting, ms UTC; unused when real."""
    speed: int = 1
    """Space seconds per wall second; 0 is a pause."""

    def now(self, wall: int) -> int:
        """Space time at a wall time, both ms UTC."""
        match self.mode:
            case "real":
                return wall
            case "paced":
                return min(LATEST, self.at + self.speed * max(0, wall - self.wall))
            case "stepped":
                return self.at

    def as_json(self) -> Json:
        """Body of the control record."""
        return dict(self._asdict())


def read_clock(body: Json) -> ClockRecord:
    """Setting of a control record's body; ValueError says what is wrong with it.

    Every process of a space reads it, and a log record stamped by a clock that tells no time stops the fold.
    """
    mode = next((m for m in MODES if m == body.get("mode")), None)
    if mode is None:
        raise ValueError(f"mode must be one of {', '.join(MODES)}")
    at, wall = (_whole(body, name, EARLIEST, LATEST) for name in ("at", "wall"))
    return ClockRecord(mode, at, wall, _whole(body, "speed", 0, FASTEST, default=1))


def _whole(body: Json, name: str, least: int, most: int, *, default: int = 0) -> int:
    value = body.get(name, default)
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}")
    return value

"""The space's clock as data: a record on `control` says how space time follows wall time.

real: wall time. paced: start + speed x wall since the record. stepped: stands at the last record.
"""

from typing import Literal, NamedTuple

from schemas.codec import Json

Mode = Literal["real", "paced", "stepped"]


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
                return self.at + self.speed * max(0, wall - self.wall)
            case "stepped":
                return self.at

    def as_json(self) -> Json:
        """Body of the control record."""
        return dict(self._asdict())


def read_clock(body: Json) -> ClockRecord:
    """Setting of a control record's body; TypeError or KeyError if it is none."""
    return ClockRecord(body["mode"], body.get("at", 0), body.get("wall", 0), body.get("speed", 1))

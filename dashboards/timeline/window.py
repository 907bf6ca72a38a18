"""Which hours a timeline shows and which moment in them is looked at.

Pure. In: what the address says, the space's time. Out: a `Window`; steps and spans to choose from.
Next: dashboards/timeline/reading.py
"""

from typing import NamedTuple

from schemas.times import HOUR, MINUTE

SPANS = (3, 12, 24, 72, 168)
"""Hours that may be chosen."""
USUAL = 12
STEPS = (-HOUR, -15 * MINUTE, 15 * MINUTE, HOUR)
MOMENTS = 720
"""Most positions of the slider."""


class Window(NamedTuple):
    """Hours shown and the moment looked at, ms UTC."""

    start: int
    end: int
    at: int
    hours: int
    past: bool
    """True unless the moment is now."""

    @property
    def step(self) -> int:
        """Length of one step of the slider: whole minutes."""
        return max(MINUTE, -(-(self.end - self.start) // MOMENTS // MINUTE) * MINUTE)

    def share(self, t: int) -> float:
        """Where a time lies, in percent of the window; may lie outside."""
        return 100 * (t - self.start) / (self.end - self.start)


def window(at: int | None, now: int, hours: int) -> Window:
    """The hours before now; where the moment lies before them, as many around it."""
    span = (hours if hours in SPANS else USUAL) * HOUR
    moment = now if at is None else min(at, now)
    end = now if moment >= now - span else min(now, moment + span // 2)
    return Window(end - span, end, moment, span // HOUR, moment < now)


def steps(shown: Window, now: int) -> list[tuple[int, int]]:
    """(step, where it leads) for the buttons; those beyond now lead to now."""
    return [(step, min(now, shown.at + step)) for step in STEPS]

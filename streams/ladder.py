"""The ladder's routes: which channels carry a notice, and from when. Pure.

In: the duty plan, which channels are set. Out: routes; each repeats on its own until somebody acknowledges on any.
"""

from collections.abc import Iterable
from typing import NamedTuple

from schemas.times import SECOND
from streams.duty import DutyPlan


class Route(NamedTuple):
    """One channel to one role."""

    name: str
    """`webhook` or `mail.<role>`: what results and the picture call it."""
    role: str | None = None
    """Who is on duty in this role gets it; None: the county's one receiver."""
    after: int = 0
    """Wall time, ms, from the first attempt: 0 = at once."""

    @property
    def channel(self) -> str:
        """What carries it."""
        return self.name.partition(".")[0]


WEBHOOK = Route("webhook")


def routes(plan: DutyPlan, channels: Iterable[str]) -> tuple[Route, ...]:
    """Routes of these channels, those that begin first before others; none set: none."""
    found = [WEBHOOK] if "webhook" in channels else []
    if "mail" in channels:
        found += [Route(f"mail.{name}", name, role.after_s * SECOND) for name, role in plan.roles.items()]
    return tuple(sorted(found, key=lambda route: route.after))

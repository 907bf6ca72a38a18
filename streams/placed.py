"""Where something is: municipalities with how surely and how much, what lies outside, and what could not be used.

In: what streams/areas.py measures or streams/guesses.py reads. Out: `Placed`.
Next: streams/normalise.py, which writes it into the log record; streams/core/places.py says what of it is affected.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from streams.shapes import Reason

How = Literal["inside", "near", "far", "guess"]
"""`guess`: read out of words, because nothing else places it."""

_RANK: dict[How, int] = {"inside": 0, "near": 1, "far": 2, "guess": 3}


class Share(NamedTuple):
    """How one municipality is touched."""

    how: How
    percent: int
    """Whole percent: of the municipality (land and sea) a polygon covers, of a line's length, of the points.
    At least 1 when inside; 0 for a polygon or line that is only near or far, and for a guess."""
    metres: int
    """Distance to the border, true to about 3 %; 0 when inside, when it only touches the border, and for a guess."""


TOUCH = Share("near", 0, 0)
"""Over the border by less than the stated share: beside it, not affected."""


class Placed(NamedTuple):
    """Where something is. Without `areas` it does not touch the county."""

    areas: dict[str, Share]
    """Municipality code -> share, in the order of the codes."""
    outside: tuple[str, ...] = ()
    """Codes of Sweden outside the county that are touched or named."""
    reason: Reason | Literal["unknown_code", ""] = ""
    """Not empty: something in it could not be used. `areas` holds what could."""
    detail: str = ""
    """The reason in one line."""


class Found:
    """Collects shares; the best way of being touched wins, then the larger share, then the smaller distance."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.areas: dict[str, Share] = {}
        self.outside: set[str] = set()

    def add(self, code: str, share: Share) -> None:
        """One more way in which a municipality is touched."""
        old = self.areas.get(code)
        if old is None or (_RANK[share.how], -share.percent, share.metres) < (_RANK[old.how], -old.percent, old.metres):
            self.areas[code] = share

    def placed(self) -> Placed:
        """Everything found, in order."""
        return Placed(dict(sorted(self.areas.items())), tuple(sorted(self.outside)))


def merge(placed: Iterable[Placed]) -> Placed:
    """Several answers about one thing as one: the surest way and the largest share of each municipality."""
    found, first = Found(), Placed({})
    for one in placed:
        for code, share in one.areas.items():
            found.add(code, share)
        found.outside.update(one.outside)
        if one.reason and not first.reason:
            first = one
    return found.placed()._replace(reason=first.reason, detail=first.detail)

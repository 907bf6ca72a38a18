"""Cancelled trips of a whole message, counted by route: one report for each route, not one for each trip. Pure.

In: trip updates. Out: `FeedReport`s whose number carries its owner and scope. A route without cancelled trips has no
report, so its old one is withdrawn by absence.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from google.transit.gtfs_realtime_pb2 import FeedEntity, TripDescriptor

from connectors.gtfsrt import words
from connectors.gtfsrt.alert import SOURCE, Network
from connectors.reading.values import line
from schemas.report import Count, FeedReport
from schemas.sectors import Kind, Severity

MINOR_FROM = 5
"""Cancelled trips of one route from which on they are told as minor; fewer are information. This project's own rule."""
WITHOUT_ROUTE = "without-route"

_CANCELLED = {TripDescriptor.CANCELED, TripDescriptor.DELETED}


class Cancelled:
    """Cancelled trips by route, each trip once."""

    def __init__(self) -> None:
        self._trips: dict[str, set[tuple[str, ...]]] = {}

    @property
    def empty(self) -> bool:
        """No cancelled trip has been added."""
        return not self._trips

    def add(self, entity: FeedEntity) -> bool:
        """Count a trip update if its trip is cancelled; True if it is."""
        trip = entity.trip_update.trip
        if trip.schedule_relationship not in _CANCELLED:
            return False
        named = words.text(trip.trip_id)
        which = (named, words.text(trip.start_date), words.text(trip.start_time))
        route = line(words.text(trip.route_id), 80) or WITHOUT_ROUTE
        self._trips.setdefault(route, set()).add(which if named else (words.text(entity.id),))
        return True

    def reports(self, sent: datetime, network: Network, fitting: Callable[[str], str]) -> Iterator[FeedReport]:
        """A report for each route, in the order of the message; `fitting` makes its id fit for a key."""
        for route, trips in self._trips.items():
            known = route != WITHOUT_ROUTE
            yield FeedReport(
                source=SOURCE,
                id=fitting(f"cancelled-{route}"),
                sent=sent,
                kind=Kind.DISRUPTION,
                severity=Severity.MINOR if len(trips) >= MINOR_FROM else Severity.INFORMATION,
                native={"effect": "CANCELED"} | ({"affected": f"route {route}"} if known else {}),
                headline=f"Inställda turer, linje {route}: {len(trips)}" if known else f"Inställda turer: {len(trips)}",
                place=network.anywhere,
                counts=[_count(route if known else "", len(trips), network)],
            )


def _count(route: str, trips: int, network: Network) -> Count:
    return Count(
        kind="cancelled_trips",
        low=trips,
        high=trips,
        owner=network.operator or SOURCE,
        areas=list(network.area),
        scope=f"linje {route}" if route else "turer utan linje",
    )

"""The question to Trafikverket's open API, as the XML it wants: one QUERY for each object type.

In: key, what to ask for, counties, and the changes to go on from. Out: bytes to post.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from connectors.trafikverket.stations import STATIONS

CONTENT_TYPE = "text/xml; charset=utf-8"
FIRST_CHANGE = "0"
"""Asks for everything that is there now; the answer says where changes go on."""


class _How(NamedTuple):
    """How an object type is asked for."""

    version: str
    namespace: str = ""
    county: str = ""
    """Field that holds county numbers."""
    station: str = ""
    """Field that holds a station signature, for types that know no county."""
    over: tuple[str, str] = ("", "")
    """Field and value of objects that are over: asked for only among changes, since the store keeps them for long."""


OBJECTS = {
    "Situation": _How("1.6", "Road.TrafficInfo", county="Deviation.CountyNo"),
    "OperativeEvent": _How("1.0", "ols.open", county="CountyNo", over=("EventState", "0")),
    "RailwayEvent": _How("1.0", "ols.open", station="SelectedSection.FromLocation.Signature"),
    "TrainMessage": _How("1.7", county="CountyNo"),
    "TrainStationMessage": _How("1.0", station="LocationCode"),
    "RoadCondition": _How("1.2", county="CountyNo"),
}
"""Object types that can be asked for."""


class Query(NamedTuple):
    """One question: everything of an object type, or what changed after a change."""

    objecttype: str
    changeid: str = FIRST_CHANGE

    @property
    def changes(self) -> bool:
        """Only changes are asked for, deletions included."""
        return self.changeid != FIRST_CHANGE


def request(key: str, queries: Sequence[Query], counties: Iterable[int], *, limit: int, stream: bool = False) -> bytes:
    """Questions for these counties, in this order; each echoes its object type as `id`."""
    numbers = tuple(counties)
    body = "".join(_query(query, numbers, limit, stream=stream) for query in queries)
    return f"<REQUEST><LOGIN authenticationkey={quoteattr(key)}/>{body}</REQUEST>".encode()


def _query(query: Query, counties: Sequence[int], limit: int, *, stream: bool) -> str:
    how = OBJECTS[query.objecttype]
    fields = {
        "objecttype": query.objecttype,
        "namespace": how.namespace,
        "schemaversion": how.version,
        "id": query.objecttype,
        "limit": str(limit),
        "changeid": query.changeid,
        "includedeletedobjects": "true" if query.changes else "false",
        "sseurl": "true" if stream else "",
    }
    attributes = " ".join(f"{name}={quoteattr(value)}" for name, value in fields.items() if value)
    values: Iterable[object] = counties if how.county else [sign for sign, at in STATIONS.items() if at.ours]
    filters = "".join(f"<EQ name={quoteattr(how.county or how.station)} value={quoteattr(str(v))}/>" for v in values)
    where = f"<OR>{filters}</OR>"
    if how.over[0] and not query.changes:
        where = f"<AND>{where}<NE name={quoteattr(how.over[0])} value={quoteattr(how.over[1])}/></AND>"
    return f"<QUERY {attributes}><FILTER>{where}</FILTER></QUERY>"

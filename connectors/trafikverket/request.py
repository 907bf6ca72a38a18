"""The question to Trafikverket's open API, as the XML it wants.

In: key, counties, and the change to go on from. Out: bytes to post. Schema 1.6, Road.TrafficInfo.
"""

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

CONTENT_TYPE = "text/xml; charset=utf-8"
FIRST_CHANGE = "0"
"""Asks for everything that is there now; the answer says where changes go on."""


def request(key: str, counties: Iterable[int], changeid: str = FIRST_CHANGE) -> bytes:
    """Question for situations in these counties, all of them or what changed after `changeid`, deletions included."""
    query = {
        "objecttype": "Situation",
        "namespace": "Road.TrafficInfo",
        "schemaversion": "1.6",
        "changeid": changeid,
        "includedeletedobjects": "false" if changeid == FIRST_CHANGE else "true",
    }
    attributes = " ".join(f"{name}={quoteattr(value)}" for name, value in query.items())
    filters = "".join(f'<EQ name="Deviation.CountyNo" value="{number}"/>' for number in counties)
    return (
        f"<REQUEST><LOGIN authenticationkey={quoteattr(key)}/>"
        f"<QUERY {attributes}><FILTER><OR>{filters}</OR></FILTER></QUERY></REQUEST>"
    ).encode()

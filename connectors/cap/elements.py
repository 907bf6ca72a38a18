"""The elements that stand both in an alert and, in MeteoAlarm's and NWS's indexes, in an entry.

In: one element. Out: its text, or what it adds to an alert's areas. Pure.
"""

import sys
from itertools import zip_longest
from xml.etree.ElementTree import Element

from connectors.cap.alert import Alert
from connectors.reading.values import TEXT_LIMIT, Drift
from connectors.reading.xml_pieces import local

PAIRS = frozenset({"parameter", "eventCode", "geocode"})
"""Elements that hold a `valueName` and a `value`."""
AREA = frozenset({"areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling"})
NAMES = 50
"""Most names of areas kept of one alert."""


def plain(element: Element) -> str:
    """Trimmed text. XML lets through no NUL and no half characters, so nothing else is to be mended."""
    # markup that was not escaped stands as elements of their own
    whole = "".join(element.itertext()) if len(element) else element.text or ""
    told = whole.strip()[:TEXT_LIMIT]
    # the same few words stand in every alert: one copy of each
    return sys.intern(told) if len(told) < 24 else told


def short(text: str) -> str:
    """Text of XML on one line."""
    return " ".join(text.split())[:200]


def pairs(element: Element) -> list[str]:
    """`valueName=value`; CAP 1.0 wrote it so itself. NWS once put several into one element."""
    names = [plain(part) for part in element if local(part) == "valueName"]
    values = [plain(part) for part in element if local(part) == "value"]
    found = [f"{name}={value}" for name, value in zip_longest(names, values, fillvalue="") if name or value]
    return found or [plain(element)]


def read_area(alert: Alert, name: str, element: Element, drift: Drift) -> None:
    """Take one element of an area."""
    if name not in AREA:
        drift.note("+", f"area.{name}")
    elif name in {"polygon", "circle"}:
        if (element.text or "").strip():
            alert.areas.draw(name, element.text or "", drift)
    elif name == "geocode":
        for one in pairs(element):
            key, _, value = one.partition("=")
            alert.areas.code(short(key)[:80], short(value)[:80], drift)
    elif name == "areaDesc" and len(alert.areas.names) < NAMES:
        alert.areas.names[short(plain(element))] = None

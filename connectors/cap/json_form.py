"""CAP written as JSON: MeteoAlarm's and NINA's lists, api.weather.gov's features, XML that somebody converted. Pure.

In: a value of JSON. Out: `Alert` for each object in it that is one. There is no standard for it; names are CAP's own,
and those that NWS gives them. Read whole, unlike XML: such lists are short.
Next: connectors/cap/gather.py
"""

from collections.abc import Iterator
from typing import Any

from connectors.cap.alert import Alert
from connectors.cap.elements import NAMES, PAIRS, short
from connectors.reading.values import Drift, clean, line, mapping

_DEPTH = 6
"""How deep alerts are looked for; MeteoAlarm's lie in the third level."""
_NAMES = {"messageType": "msgType", "parameters": "parameter", "response": "responseType"}
_HEAD = frozenset(
    {
        *("identifier", "sender", "sent", "status", "msgType", "scope", "source", "restriction", "addresses", "code"),
        *("note", "references", "incidents", "Signature", "password"),
    }
)
_OF_NWS = frozenset({"id", "@id", "@type", "affectedZones", "ends", "replacedBy", "replacedAt", "geocode", "areaDesc"})
LISTS = ("warnings", "alerts", "features")
"""Names of lists that may be empty."""


def is_json(raw: bytes) -> bool:
    """It begins as JSON does."""
    return raw[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] in {b"{", b"["}


def is_empty_list(value: Any) -> bool:
    """A list of alerts that holds none."""
    return any(mapping(value).get(name) == [] for name in LISTS)


def alerts(value: Any, drift: Drift, pointer: str = "", depth: int = 0) -> Iterator[Alert]:
    """Every alert in a value, in its order."""
    if isinstance(value, list) and depth < _DEPTH:
        for index, inner in enumerate(value):
            yield from alerts(inner, drift, f"{pointer}/{index}", depth + 1)
    if not isinstance(value, dict):
        return
    fields = {name.rpartition(":")[2] if name[:1] != "@" else name: inner for name, inner in value.items()}
    if "identifier" in fields and ("msgType" in fields or isinstance(fields.get("info"), list | dict)):
        yield _alert(fields, pointer, drift)
    elif fields.keys() >= {"messageType", "event"}:
        yield _of_nws(fields, {}, pointer, drift)
    elif "messageType" in mapping(fields.get("properties")):
        yield _of_nws(fields["properties"], mapping(fields.get("geometry")), pointer, drift)
    elif depth < _DEPTH:
        for name, inner in fields.items():
            yield from alerts(inner, drift, f"{pointer}/{line(name, 60)}", depth + 1)


def _alert(fields: dict[str, Any], pointer: str, drift: Drift) -> Alert:
    alert = Alert(pointer)
    for name, value in fields.items():
        if name == "info":
            for block in value if isinstance(value, list) else [value]:
                _info(mapping(block), alert, drift)
        else:
            for told in _head(name, value):
                alert.take(name, told, drift)
    return alert


def _head(name: str, value: Any) -> list[str]:
    if name == "references" and isinstance(value, list):
        return [" ".join(map(_reference, value))]
    if isinstance(value, dict):
        return [clean(value.get("#text"))]
    return [clean(one) for one in value] if isinstance(value, list) else [clean(value)]


def _reference(value: Any) -> str:
    told = mapping(value)
    return ",".join(clean(told.get(name)) for name in ("sender", "identifier", "sent")) if told else clean(value)


def _info(fields: dict[str, Any], alert: Alert, drift: Drift) -> None:
    block: dict[str, list[str]] = {}
    for key, value in fields.items():
        bare = key.rpartition(":")[2]
        name = _NAMES.get(bare, bare)
        if name == "area":
            for area in value if isinstance(value, list) else [value]:
                _area(mapping(area), alert, drift)
        elif name != "resource" and value is not None:
            block[name[:60]] = _pairs(value) if name in PAIRS else _told(value)
    alert.infos.add(block, drift)


def _told(value: Any) -> list[str]:
    return [text for one in (value if isinstance(value, list) else [value]) if (text := clean(one))][:2_000]


def _pairs(value: Any) -> list[str]:
    """`name=value` of pairs, or of an object with a value or several for each name, as NWS writes them."""
    if isinstance(value, list):
        return [pair for one in value[:2_000] for pair in _pairs(one)]
    told = mapping(value)
    if "valueName" in told:
        return [f"{clean(told['valueName'])}={clean(told.get('value'))}"]
    return [f"{clean(name)}={one}" for name, inner in told.items() for one in _told(inner)] or _told(value)


def _area(fields: dict[str, Any], alert: Alert, drift: Drift) -> None:
    areas = alert.areas
    areas.count += 1
    told = {name.rpartition(":")[2]: value for name, value in fields.items()}
    for name in _told(told.get("areaDesc"))[: max(0, NAMES - len(areas.names))]:
        areas.names[short(name)] = None
    for shape in ("polygon", "circle"):
        value = told.get(shape)
        for text in _told(value) or [_ring(value, latitude_first=True)]:
            if text:
                areas.draw(shape, text, drift)
    for pair in _pairs(told.get("geocode")):
        name, _, value = pair.partition("=")
        areas.code(short(name)[:80], short(value)[:80], drift)


def _ring(value: Any, *, latitude_first: bool) -> str:
    """A ring of positions in CAP's words; empty for anything else."""
    positions = [one for one in value if isinstance(one, list) and len(one) >= 2] if isinstance(value, list) else []
    order = (0, 1) if latitude_first else (1, 0)
    return " ".join(",".join(clean(one[at]) for at in order) for one in positions)


def _of_nws(fields: dict[str, Any], geometry: dict[str, Any], pointer: str, drift: Drift) -> Alert:
    """A feature of api.weather.gov: head and one block in one object."""
    known = {_NAMES.get(name, name): value for name, value in fields.items()}
    head = {name: value for name, value in known.items() if name in _HEAD}
    rest = {name: value for name, value in known.items() if name not in _HEAD | _OF_NWS}
    own = clean(known.get("identifier")) or clean(known.get("id")).rpartition("/")[2]
    area = {"areaDesc": known.get("areaDesc"), "geocode": known.get("geocode")}
    alert = _alert(head | {"identifier": own, "info": {**rest, "area": area}}, pointer, drift)
    shapes = geometry.get("coordinates")
    for polygon in [shapes] if geometry.get("type") == "Polygon" else shapes if isinstance(shapes, list) else []:
        ring = _ring(polygon[0], latitude_first=False) if isinstance(polygon, list) and polygon else ""
        if ring:
            alert.areas.draw("polygon", ring, drift)
    return alert

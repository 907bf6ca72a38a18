"""The picture as GeoJSON (RFC 7946), for maps and geographic tools.

Pure. In: the body of `/picture`, the municipalities' geometries. Out: a FeatureCollection, WGS 84, longitude first.
"""

from collections.abc import Mapping

from schemas.codec import Json
from streams.core.places import affected

_ITEM = ("kind", "state", "severity", "native", "origin", "source", "sent", "known_at", "onset", "ends", "url")


def feature_collection(body: Json, shapes: Mapping[str, Json]) -> Json:
    """Areas with their cells, and items with their headline; `shapes` is code -> geometry."""
    areas = [_area(area, shapes.get(area["code"])) for area in body["areas"]]
    items = [_item(item) for item in body["items"]]
    return {
        "type": "FeatureCollection",
        "space": body["space"],
        "region": body["region"],
        "version": body["version"],
        "exercise": body["exercise"],
        "features": areas + items,
    }


def _area(area: Json, geometry: Json | None) -> Json:
    impacts = {sector: cell["impact"] for sector, cell in area["sectors"].items()}
    unknown = {sector: cell["unknown"] for sector, cell in area["sectors"].items() if "unknown" in cell}
    properties = {
        "what": "area",
        "code": area["code"],
        "name": area["name"],
        "worst": max(impacts.values(), default=0),
        "impacts": impacts,
        "unknown": unknown,
    }
    return {"type": "Feature", "id": area["code"], "geometry": geometry, "properties": properties}


def _item(item: Json) -> Json:
    point = item.get("point")
    geometry = None if point is None else {"type": "Point", "coordinates": [float(point[0]), float(point[1])]}
    properties: Json = {"what": "item", "key": item["key"], "areas": affected(item.get("areas", {}))}
    beside = {code: share["how"] for code, share in item.get("areas", {}).items() if code not in properties["areas"]}
    properties |= {"beside": beside} if beside else {}
    properties |= {name: item[name] for name in _ITEM if name in item}
    headline = item.get("texts", {}).get("headline")
    if headline is not None:
        properties["headline"] = headline
    return {"type": "Feature", "id": item["key"], "geometry": geometry, "properties": properties}

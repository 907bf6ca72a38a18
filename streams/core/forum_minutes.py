"""Minutes of a forum, put together from the picture: meeting by meeting, then what was said between meetings.

Pure function of a picture, whole or as somebody may see it. Next: streams/cli/minutes.py and dashboards/api/forums.py
"""

from schemas.change import EntityKind, Picture
from schemas.codec import Json
from streams.core.forum_life import OPEN_ENTRIES
from streams.core.forum_view import belongs, tally


def minutes(picture: Picture, name: str) -> Json:
    """Everything a forum has done. KeyError if there is no such forum."""
    forum = picture[EntityKind.FORUM][name]
    lines = [line(key, e) for key, e in picture.get(EntityKind.ENTRY, {}).items() if belongs(e, name)]
    lines.sort(key=lambda row: (row["at"], row["key"]))
    held = [m for m in picture.get(EntityKind.MEETING, {}).values() if m["forum"] == name]
    held.sort(key=lambda m: int(m["number"]))
    keys = {m["id"] for m in held}
    return {
        "forum": forum,
        "meetings": [{**m, "entries": [row for row in lines if row.get("meeting") == m["id"]]} for m in held],
        "between": [row for row in lines if row.get("meeting") not in keys],
        "open": [row["key"] for row in lines if row["state"] in OPEN_ENTRIES],
    }


def line(key: str, entry: Json) -> Json:
    """An entry with its count of own decisions: computed here, never kept."""
    if "asks" not in entry or entry["what"] == "question":
        return {"key": key, **entry}
    return {"key": key, **entry, "tally": tally(entry)._asdict()}

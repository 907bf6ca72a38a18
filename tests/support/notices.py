"""Notices, suggestions and records of the outlets, as the fold writes them."""

from schemas.change import Mark
from schemas.codec import Json, canon
from schemas.topics import Space
from streams.bus import In

SPACE = Space("ovning-prov")
OPENED = "2027-01-19T06:00:00.000Z"


def notice(name: str = "n1", *, state: str = "open", call: bool = True, opened: int = 100, **more: object) -> Json:
    return {
        "id": name,
        "suggestion": "s1",
        "call": call,
        "level": "samordnande",
        "state": state,
        "opened_at": OPENED,
        "attempts": 0,
        "opened_version": opened,
        **more,
    }


def suggestion(name: str = "s1", text: str = "Röd varning för snö i {areas}") -> Json:
    return {
        "id": name,
        "act": "convene",
        "level": "samordnande",
        "call": True,
        "state": "raised",
        "since": OPENED,
        "raised_at": OPENED,
        "reasons": [
            {
                "rule": "R01",
                "level": "samordnande",
                "since": OPENED,
                "params": {"areas": ["0180"]},
                "items": ["smhi/w1"],
                "text": text,
                "falls_away": "SMHI häver den röda varningen",
                "basis": "documented",
                "strength": 5,
                "direct": ["KOM"],
                "indirect": ["BLA"],
            }
        ],
        "seats": [{"actor": "lansstyrelsen-01", "how": "direct", "reason": "always"}],
        "notice": "n1",
        "label": "open",
    }


def record(topic: str, key: str, value: bytes | None, *, offset: int = 0, **headers: bytes) -> In:
    return In(SPACE.topic(topic), 0, offset, 0, key.encode(), value, headers)


def on_outlet(version: int, entity: Json, kind: str = "notice") -> In:
    value = canon({"version": version, "known_at": OPENED, kind: entity})
    return record(f"{kind}s", entity["id"], value)


def tombstone(name: str, version: int | None = None) -> In:
    headers = {} if version is None else {"version": str(version).encode()}
    return record("notices", name, None, **headers)


def mark(version: int, *, at_head: bool = True, region: str = "01") -> In:
    told = Mark(version, "00", 0, version, version, at_head, {}, None, None)
    return record("picture.changes", region, told.encode(), type=b"mark")

"""What has been answered or has fallen away: who, when, why, on which version; and what is silent because of it.

Pure. In: a scene, which state is asked for, a cursor. Out: a page of rows, newest first; mutes with till when.
Next: dashboards/activation/parts.py
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dashboards.api.lists import page
from dashboards.telling.scene import Scene
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import parse
from streams.core.state import reason_key
from streams.core.suggestion_life import MUTED, OPEN
from streams.words import reason_text

FILTERS: Mapping[str, frozenset[str]] = {
    "all": frozenset({"dismissed", "withdrawn", "superseded", "closed", "stepped_down", "convened", "active"}),
    "convened": frozenset({"convened", "active", "stepped_down"}),
    "dismissed": frozenset({"dismissed"}),
    "fell_away": frozenset({"withdrawn"}),
    "superseded": frozenset({"superseded"}),
    "closed": frozenset({"closed"}),
}
"""What can be asked for -> states of suggestions."""
LIMIT = 20
_ENDED_BY = {"dismissed": "dismiss", "closed": "close", "stepped_down": "step_down"}
"""State that silences its reasons -> the act of a person that led there."""


class Past(NamedTuple):
    """One suggestion that waits no more."""

    id: str
    title: str
    state: str
    when: str
    who: str
    why: str
    """What the person wrote, else what became of it in general."""
    sealed: str
    """Which version it was decided on, and under which rules."""
    reason: str


class History(NamedTuple):
    """Part of the list."""

    rows: list[Past]
    cursor: str
    """Of the next page; empty at the end."""
    total: int


class Silent(NamedTuple):
    """Reasons that people have dealt with: they speak again when they get graver."""

    id: str
    title: str
    reasons: str
    who: str
    why: str
    until: str


def history(scene: Scene, wanted: str, cursor: str | None = None, limit: int = LIMIT) -> History:
    """A page of those that wait no more. ValueError for a cursor that is none."""
    states = FILTERS[wanted]
    mine = [{"key": k, **s} for k, s in scene.entities(EntityKind.SUGGESTION) if s["state"] in states]
    part = page(mine, "since", {}, limit, cursor)
    return History([_past(scene, row) for row in part.rows], part.cursor or "", len(mine))


def row_of(scene: Scene, key: str) -> Past | None:
    """What became of one suggestion; None while it waits, or where there is none."""
    suggestion = scene.sight.shown(EntityKind.SUGGESTION, key)
    ended = suggestion is not None and suggestion["state"] in FILTERS["all"]
    return _past(scene, {"key": key, **suggestion}) if suggestion is not None and ended else None


def _past(scene: Scene, row: Json) -> Past:
    words, reasons = scene.words, row["reasons"]
    return Past(
        row["key"],
        words.advice(row["act"], row["level"]),
        words(f"suggestion_state.{row['state']}"),
        scene.clock(row["since"]),
        scene.region.owner(row["acted_by"]) if _by_person(row) else "",
        row.get("reason_text") or words(f"became.{row['state']}"),
        _sealed(scene, row),
        reason_text(reasons[0], scene.region.reference, now=scene.now) if reasons else "",
    )


def _by_person(row: Json) -> bool:
    """Did a person bring it to the state it has?"""
    return "acted_by" in row and row["state"] not in {"withdrawn", "superseded"}


def _sealed(scene: Scene, row: Json) -> str:
    """The latest decision's version; of one that nobody decided the version it was raised on."""
    found = row.get("sealed", {})
    if not found:
        return ""
    if not _by_person(row):
        return scene.words("activation.raised_on", version=scene.words.number(found["raise"]["version"]))
    last = max(found.values(), key=lambda s: int(s["version"]))
    return scene.words("activation.sealed", version=scene.words.number(last["version"]), rules=last["rules"])


def silent(scene: Scene) -> list[Silent]:
    """Mutes that may still hold: not out of time, and nothing open rests on the same reason again."""
    all_ = list(scene.entities(EntityKind.SUGGESTION))
    speaking = {reason_key(r) for _, s in all_ if s["state"] in OPEN for r in s["reasons"]}
    rows = [row for key, s in all_ if (row := _silent(scene, key, s, speaking)) is not None]
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def _silent(scene: Scene, key: str, row: Json, speaking: set[str]) -> tuple[int, Silent] | None:
    ended = _ENDED_BY.get(row["state"])
    until = parse(row["since"]) + MUTED
    still = [r for r in row["reasons"] if reason_key(r) not in speaking]
    if ended is None or ended not in row.get("sealed", {}) or until <= scene.now or not still:
        return None
    texts = scene.words.listing(list(_told(scene, still)))
    title = scene.words.advice(row["act"], row["level"])
    who = scene.region.owner(row.get("acted_by", ""))
    why = row.get("reason_text") or scene.words(f"became.{row['state']}")
    return until, Silent(key, title, texts, who, why, scene.words.when(until, scene.now))


def _told(scene: Scene, reasons: list[Json]) -> Iterator[str]:
    for reason in reasons:
        text = reason_text(reason, scene.region.reference, now=scene.now)
        yield scene.words("activation.reason_of", text=text, rule=reason["rule"])

"""What a version rests on, as a viewer may see it: what brought it, where that lies in Kafka, and its bytes.

Pure. In: a scene, a version, the record of the log and its input. Out: what evidence.html shows. A report's bytes hold
all of its fields, so they are shown to those who may see the strictest; of an erased text they are not shown at all.
"""

import json
from typing import NamedTuple

from dashboards.desk.revisions import cause_text
from dashboards.picture.evidence import Evidence
from dashboards.picture.texts import text_keys
from dashboards.telling.scene import Scene
from schemas.change import Cause
from schemas.codec import Json, load
from schemas.ids import actor_of
from schemas.record import Origin, RecordKind
from schemas.sectors import Label
from streams.bus import In

MOST = 20_000
"""Bytes shown."""


class EvidencePage(NamedTuple):
    """One version's evidence."""

    version: str
    cause: str
    known: str
    log: str
    """Place of the record of the log."""
    origin: str
    """Place of its input; empty when it has none."""
    came: str
    """When Kafka got the input, by its own clock."""
    body: str
    """The record as the fold read it; texts stand there by their keys."""
    given: str
    """The input's bytes as text."""
    withheld: str
    """Why something of it is not shown; empty when all is."""
    raw: str
    """Where the source's own bytes lie, for a feed."""


def evidence_page(scene: Scene, version: int, cause: Cause, found: Evidence) -> EvidencePage:
    """The page. `found` is what Kafka still holds."""
    words, given = scene.words, found.given
    why = _withheld(scene, found)
    erased = why == words("evidence.erased")
    return EvidencePage(
        words.number(version),
        cause_text(scene, cause),
        words.when(found.record.known_at, scene.now),
        _place(found.place),
        _place(found.origin) if found.origin else "",
        words.when(given.timestamp, given.timestamp) + " " + words.date(given.timestamp, 0) if given else "",
        json.dumps(found.record.body, ensure_ascii=False, indent=1, sort_keys=True)[:MOST] if not why or erased else "",
        _text(given) if not why else "",
        why,
        _raw(scene, found),
    )


def _place(origin: Origin) -> str:
    return f"{origin.topic} [{origin.partition}] @ {origin.offset}"


def _withheld(scene: Scene, found: Evidence) -> str:
    """Why the bytes are not shown; empty when they are."""
    words, body, viewer = scene.words, found.record.body, scene.sight.viewer
    owner = actor_of(str(body.get("source", "")))
    if not viewer.sees(Label.CONFIDENTIAL, owner):
        return words("evidence.not_yours")
    held = [scene.sight.text(key) for key in text_keys(body)]
    if any(text is None or text.words is None for text in held):
        return words("evidence.erased")
    if found.origin is None:
        return words("evidence.no_input")
    return "" if found.given is not None else words("evidence.gone")


def _text(given: In | None) -> str:
    if given is None or given.value is None:
        return ""
    try:
        shown: Json = load(given.value)
        return json.dumps(shown, ensure_ascii=False, indent=1)[:MOST]
    except ValueError:
        return given.value[:MOST].decode(errors="replace")


def _raw(scene: Scene, found: Evidence) -> str:
    """The payload that a feed's report was taken from lies on `raw.<source>` for a week, by the time of the asking."""
    source, given = str(found.record.body.get("source", "")), found.given
    asked = given.headers.get("asked") if given is not None else None
    if found.record.kind != RecordKind.REPORT or asked is None or not asked.isdigit():
        return ""
    topic = found.origin.topic.replace(f"reports.{source}", f"raw.{source}") if found.origin else ""
    return scene.words("evidence.raw", topic=topic, time=scene.words.when(int(asked), scene.now))

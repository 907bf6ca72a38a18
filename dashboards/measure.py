"""What the server tells of the picture on `/metrics`, measured when it is asked for.

In: the server's parts. Out: gauges (dashboards/metrics.py). Ages of sources are in the space's time, as the promised
intervals are, so that an exercise at sixty times the pace rings no bell; the picture's own age is wall time.
"""

from dashboards.metrics import (
    ENTITIES,
    NOT_READY,
    PICTURE_AGE,
    RULES_REFUSED,
    SOURCE_AGE,
    SOURCE_COMPLETE,
    SOURCE_DRIFT,
    SOURCE_INTERVAL,
    SOURCE_STATE,
)
from dashboards.server import REASONS, Server
from schemas.change import EntityKind
from schemas.codec import Json
from schemas.times import SECOND, parse

STATES = ("heard", "silent", "maintenance", "off")
_OF_SOURCES = (SOURCE_AGE, SOURCE_COMPLETE, SOURCE_DRIFT, SOURCE_INTERVAL, SOURCE_STATE)


def measure(server: Server) -> None:
    """Set every gauge to what is so now."""
    follower = server.follower
    PICTURE_AGE.set(float("nan") if follower.age_s is None else follower.age_s)
    given = {reason.code for reason in server.not_ready()}
    for code in REASONS:
        NOT_READY.labels(code).set(code in given)
    picture = follower.chain.picture
    for kind in EntityKind:
        ENTITIES.labels(kind).set(len(picture.get(kind, {})))
    rules = picture.get(EntityKind.RULES, {}).get("current", {})
    RULES_REFUSED.set(len(rules.get("refused") or ()))
    for gauge in _OF_SOURCES:
        gauge.clear()  # a source that the county no longer follows is gone from the picture
    heard = {} if follower.mark is None else follower.mark.heard
    for name, source in picture.get(EntityKind.SOURCE, {}).items():
        _source(name, source, heard.get(name, parse(source["since"])), server.now())


def _source(name: str, source: Json, heard: int, now: int) -> None:
    """One source; one that was never heard is as old as its silence."""
    SOURCE_AGE.labels(name).set(max(0, now - heard) / SECOND)
    SOURCE_INTERVAL.labels(name).set(source["interval_s"])
    SOURCE_COMPLETE.labels(name).set(source["complete"])
    SOURCE_DRIFT.labels(name).set(source["drift"])
    for state in STATES:
        SOURCE_STATE.labels(name, state).set(source["state"] == state)

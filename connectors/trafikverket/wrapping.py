"""An answer of Trafikverket out of what somebody's tool has made of it: wrapped, cut down to its objects. Pure.

In: a value whose inner parts may still be bytes. Out: the answer, or an object like one RESULT; else the value itself.
Next: connectors/trafikverket/parse.py
"""

import contextlib
from typing import Any

from connectors.reading.json_pieces import piece
from connectors.reading.values import Drift, mapping, respelled
from connectors.trafikverket.request import OBJECTS
from schemas.codec import Malformed

_FRAME = {"RESPONSE", "RESULT", "ERROR", "INFO", "LASTCHANGEID", *OBJECTS}
_OPENS = {"RESPONSE", "RESULT", *OBJECTS}
"""Names one of which an answer, or a part of it, begins with."""
_TELLING = (
    ({"Deviation"}, "Situation"),
    ({"EventId", "SelectedSection"}, "RailwayEvent"),
    ({"EventId", "EventStatus"}, "RailwayEvent"),
    ({"OperativeEventId"}, "OperativeEvent"),
    ({"ConditionCode"}, "RoadCondition"),
    ({"LocationCode", "FreeText"}, "TrainStationMessage"),
    ({"EventId"}, "TrainMessage"),
)
"""Fields that tell the type of an object without its answer; the first that fits."""


def unwrapped(value: Any, drift: Drift) -> Any:
    """The answer within a list of one or within another object, or objects as a RESULT of their own."""
    if not _OPENS.isdisjoint(mapping(value)):
        return value
    with contextlib.suppress(Malformed):
        whole = respelled(piece(value, drift), _FRAME)
        parts = whole if isinstance(whole, list) else [whole, *mapping(whole).values()]
        answers = [part for part in parts if not _OPENS.isdisjoint(mapping(part))]
        if len(answers) == 1 or (answers and isinstance(whole, dict)):
            drift.note("!", "answer:wrapped")
            return answers[0]
        objects = whole if isinstance(whole, list) else [whole]
        kinds = {_kind(mapping(one)) for one in objects}
        if len(kinds) == 1 and (kind := kinds.pop()):
            drift.note("!", "answer:objects")
            return {kind: objects}
    return value


def _kind(one: dict[str, Any]) -> str:
    return next((kind for fields, kind in _TELLING if fields <= one.keys()), "")

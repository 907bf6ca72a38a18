"""Trafikverket's answers (API v2, JSON): bytes into reports, each RESULT by the objects that are in it.

In: an answer of `v2/data.json`. Out: `Parsed`, and with `read_answer` what became of each question. An ERROR is an
error, never an empty list, and takes nothing from the other RESULTs. Objects that are no picture are put aside.
Next: connectors/run.py
"""

import contextlib
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from connectors.contract import Parsed, Refused
from connectors.reading.json_pieces import frame, piece, written
from connectors.reading.values import PAYLOAD_LIMIT, Drift, first_text, line, listing, mapping, read_json, respelled
from connectors.trafikverket import rail, roadcondition, situation, station
from connectors.trafikverket.found import Found
from connectors.trafikverket.request import Query
from connectors.trafikverket.wrapping import unwrapped
from connectors.trafikverket.xml_form import from_xml
from schemas.codec import Malformed
from schemas.outcome import Refusal

SOURCE = "trafikverket"

READERS: dict[str, Callable[[object, str, str, Found], None]] = {
    "Situation": situation.read,
    "OperativeEvent": rail.operative_event,
    "RailwayEvent": rail.railway_event,
    "TrainMessage": rail.train_message,
    "TrainStationMessage": station.read,
    "RoadCondition": roadcondition.read,
}
"""Who reads an object type."""

_OBJECTS_AT = 5
"""How deep objects lie: answer, RESPONSE, RESULT, its members, the list of objects."""
_WORDS = ("Message", "Error", "Title", "Detail")
"""Where a body that is no answer says what is wrong."""
_RESULT = {"ERROR", "INFO", "id", *READERS}


class Result(NamedTuple):
    """What became of one question."""

    objecttype: str
    """Empty if nothing tells it."""
    last: str = ""
    """Where changes go on, text of about 19 digits; empty if it is not told."""
    objects: int = 0
    error: str = ""
    """What Trafikverket says went wrong, empty if nothing did."""
    whole: bool = False
    """All that was asked for is here, as far as this RESULT tells."""
    stream: str = ""
    """Address of the stream of changes, empty if none was asked for."""


class Answer(NamedTuple):
    """One answer, read."""

    parsed: Parsed
    results: tuple[Result, ...] = ()
    """In the order of the questions."""


def parse(raw: bytes) -> Parsed:
    """Reports of an answer. Never raises: what cannot be used is in `rejected`, with its bytes."""
    return read_answer(raw).parsed


def read_answer(raw: bytes, asked: Sequence[Query] = ()) -> Answer:
    """Reports of an answer to these questions; RESULTs come in their order. Never raises."""
    found = Found()
    try:
        value = _frame(raw, found.drift)
    except Malformed as error:
        return Answer(Parsed(rejected=(Refused(Refusal.MALFORMED, "", str(error), raw),), error=str(error)))
    answer = unwrapped(value, found.drift)
    found.complete = answer is value
    results = _results(answer, found)
    if not isinstance(results, list | dict):
        said = mapping(respelled(answer, _WORDS))
        detail = first_text(said.get(name) for name in _WORDS) or "RESPONSE.RESULT is wanted"
        return Answer(Parsed(rejected=(Refused(Refusal.SCHEMA, "", detail, raw),), error=detail))
    told = [
        _result(mapping(result), f"/RESPONSE/RESULT/{index}", _question(mapping(result), index, asked), found)
        for index, result in enumerate(listing(results))
    ]
    missing = [query.objecttype for query in asked if query.objecttype not in {result.objecttype for result in told}]
    if missing and not found.errors:
        found.errors.append(f"no answer on {', '.join(missing)}")
    return Answer(found.parsed(), tuple(told))


def _frame(raw: bytes, drift: Drift) -> Any:
    """The answer with its objects still as bytes; all of it where it is no JSON throughout."""
    if len(raw) <= PAYLOAD_LIMIT:
        with contextlib.suppress(ValueError):
            return frame(raw, _OBJECTS_AT)
        other = from_xml(raw)
        if other is not None:
            return other
    return read_json(raw, drift)


def _results(value: object, found: Found) -> object:
    """The RESULTs; where they lie elsewhere than documented they are used, and never count as all there is."""
    answer = mapping(value)
    if "RESPONSE" in answer:
        result = mapping(answer["RESPONSE"]).get("RESULT")
        # an empty element of the XML form is a text without letters
        return {} if result == "" else result
    loose = answer.get("RESULT") if "RESULT" in answer else [answer] if READERS.keys() & answer.keys() else None
    if loose is not None:
        found.complete = False
        found.drift.note("-", "RESPONSE")
    return loose


def _question(result: dict[str, Any], index: int, asked: Sequence[Query]) -> Query | None:
    """The question of a RESULT: by the id it echoes, else by its place."""
    by_id = next((query for query in asked if query.objecttype == result.get("id")), None)
    return by_id or (asked[index] if index < len(asked) else None)


def _result(result: dict[str, Any], pointer: str, query: Query | None, found: Found) -> Result:
    found.drift.fields("RESULT", {k: v for k, v in result.items() if not isinstance(v, list)}, _RESULT)
    info = mapping(result.get("INFO"))
    last = line(info.get("LASTCHANGEID"), 40)
    kinds = [kind for kind in READERS if kind in result]
    echoed = [kind for kind in READERS if kind == result.get("id")]
    kind = query.objecttype if query else next(iter([*kinds, *echoed]), "")
    error = _error(result, kind, found)
    whole = _whole(result, pointer, query, last, found) if not error else False
    for name in kinds:
        parts = listing(result[name])
        for index, part in enumerate(parts):
            _object(name, part, f"{pointer}/{name}/{index}", found)
            parts[index] = None  # read: a long list need not be held twice
    last = last if last.isdigit() else ""
    if kind and last:
        # above 2^53: text, never a number
        found.position[kind] = last
    objects = len(listing(result.get(kind)))
    return Result(kind, last, objects, error, whole, line(info.get("SSEURL"), 2_000))


def _object(kind: str, part: object, pointer: str, found: Found) -> None:
    try:
        value = piece(part, found.drift)
    except Malformed as error:
        # broken inside, so nobody can say which object it is
        found.complete = False
        found.rejected.append(Refused(Refusal.MALFORMED, pointer, str(error), written(part)))
        return
    READERS[kind](value, pointer, SOURCE, found)


def _error(result: dict[str, Any], kind: str, found: Found) -> str:
    if "ERROR" not in result:
        return ""
    error = mapping(result["ERROR"])
    text = f"{line(error.get('SOURCE')) or 'error'}: {line(error.get('MESSAGE')) or 'no words'}"
    found.errors.append(f"{kind}: {text}" if kind else text)
    return text


def _whole(result: dict[str, Any], pointer: str, query: Query | None, last: str, found: Found) -> bool:
    """Objects that are not read, or none at all: no empty list, except where only changes were asked for."""
    others = sorted(set(result) - _RESULT)
    wanted = [query.objecttype] if query else list(READERS)
    if others:
        detail = f"no object type for the picture: {line(', '.join(others))}"
        found.rejected.append(Refused(Refusal.PUT_ASIDE, pointer, detail, written(result)))
    if any(isinstance(result.get(kind), list | dict) for kind in wanted) and not others:
        return True
    if query is not None and query.changes and last and not others:
        return True
    found.complete = False
    found.drift.note("-", f"RESULT.{wanted[0] if len(wanted) == 1 else 'Situation'}")
    return False


def wanted(parsed: Parsed, told: Collection[str]) -> Parsed:
    """Without what exists but is not in force, unless somebody has heard of it."""
    items = (i for i in parsed.items if i.native.get("suspended") != "true" or i.id in told)
    return parsed._replace(items=tuple(items))

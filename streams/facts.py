"""What the fold knows of a report beside its words: numbers with their scope, the promised end, keys of equal words.

In: an actor's checked report; texts. Out: parts of a log body, whole numbers only.
Next: streams/normalise.py
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from schemas.codec import LARGEST_INT, Json
from schemas.report import ActorReport
from schemas.times import EARLIEST, LATEST, from_datetime, parse
from streams.texts import TextBox

HEADLINE_LEAST, TEXT_LEAST = 16, 40
"""Shorter words than this are alike without meaning the same: "Olycka", "Stopp"."""
WORD_LEAST, WORDS_LEAST = 3, 8
"""Letters of a word that is looked at, and how many different ones a text must have to be likened to another."""
COUNTS_MOST = 50
_WORD = re.compile(r"\w+")


def promised_end(report: ActorReport) -> int | None:
    """When the actor believes it is over, ms UTC."""
    until = report.prognosis.until if report.prognosis is not None else None
    return None if until is None else from_datetime(until)


def native_promise(native: Mapping[str, str]) -> int | None:
    """The same from a feed's own words, where they hold a time with its offset; a bare time says nothing certain."""
    try:
        return parse(native.get("prognosis", ""))
    except ValueError:
        return None


def actor_counts(report: ActorReport, actor: str, inside: Collection[str]) -> list[Json]:
    """Numbers that are told so that they can be used; what cannot is readable in the report's other fields."""
    found = [_count(told, actor, inside) for told in (report.counts or ())[:COUNTS_MOST]]
    return [count for count in found if count is not None]


def _count(told: Mapping[str, Any], actor: str, inside: Collection[str]) -> Json | None:
    number = told.get("number")
    low, high = told.get("low", number), told.get("high", number)
    if isinstance(number, list) and len(number) == 2:
        low, high = number
    if not isinstance(told.get("kind"), str) or not _whole(low) or not _whole(high) or low > high:
        return None
    count: Json = {"kind": told["kind"][:100], "low": low, "high": high, "owner": str(told.get("owner") or actor)[:100]}
    areas = told.get("areas", told.get("area"))
    named = [areas] if isinstance(areas, str) else areas if isinstance(areas, list) else []
    known = sorted({a for a in named if isinstance(a, str) and a in inside})
    return count | ({"areas": known} if known else {}) | _at(told.get("at", told.get("time")))


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_INT


def _at(told: object) -> Json:
    try:
        moment = datetime.fromisoformat(told) if isinstance(told, str) else None
        at = from_datetime(moment) if moment is not None else None
    except ValueError:
        return {}
    return {"at": at} if at is not None and EARLIEST <= at <= LATEST else {}


def likeness(texts: Mapping[str, str], box: TextBox) -> Json:
    """Keys of the headline and of the whole text, equal for equal words; a sketch that is alike for words in common."""
    headline = " ".join(texts.get("headline", "").casefold().split())
    whole = " ".join(" ".join(texts[field] for field in sorted(texts)).casefold().split())
    found = {"headline": (headline, HEADLINE_LEAST), "text": (whole, TEXT_LEAST)}
    like: Json = {name: box.words(words) for name, (words, least) in found.items() if len(words) >= least}
    told = frozenset(word for word in _WORD.findall(whole) if len(word) >= WORD_LEAST)
    return like | ({"sketch": box.sketch(told)} if len(told) >= WORDS_LEAST else {})

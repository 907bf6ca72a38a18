"""Krisinformation.se's interface v3: the bytes of a list of news or of VMA into reports, one for each item.

In: an answer of `.../v3/news` or `.../v3/vmas`. Out: `Parsed`; identity is `Identifier`. Three items of news are the
only recorded ones that were found: other fields are known from people's models, so names are read in any case and
nearly all may be missing. A VMA here is a copy of Sveriges Radio's and told as relayed. Absence is no sign: items end
by a rule of ours.
Next: connectors/run.py
"""

from typing import Any

from pydantic import ValidationError

from connectors.contract import Parsed, Refused
from connectors.krisinformation.item import FIELDS, is_theme, lowered, report
from connectors.reading.found import Found
from connectors.reading.json_pieces import piece, rows, unwrapped, written
from connectors.reading.names import named_id
from connectors.reading.values import first_text, listing, mapping
from schemas.codec import Malformed
from schemas.outcome import Refusal

SOURCE = "krisinformation"

_LISTS = (
    *("news", "vmas", "testvmas", "topstories", "features", "notifications", "notices", "updates"),
    *("items", "entries", "results", "data"),
)
_XML = (b"<?xml", b"<feed", b"<rss", b"<alert")


def parse(raw: bytes, *, vma: bool = False, quiet: bool = False) -> Parsed:
    """Reports of a list; `vma` says that VMA were asked for, `quiet` that there may well be nothing. Never raises.

    An empty list of VMA is the ordinary answer; an empty list of news was seen where there were news, so it is not
    taken for everything there is.
    """
    found = Found()
    try:
        value = unwrapped(rows(raw, found.drift), found.drift)
    except Malformed as error:
        return _unreadable(raw, str(error))
    items = _items(value, found)
    if items is None:
        told = first_text(lowered(value).get(name) for name in ("message", "error", "title"))
        detail = told or "a list of items is wanted"
        return Parsed(rejected=(Refused(Refusal.SCHEMA, "", detail, raw),), error=detail)
    if not items and not (vma or quiet):
        found.drift.note("!", "empty")
        found.complete = False
    for index, item in enumerate(items):
        try:
            _item(piece(item, found.drift), f"/{index}", found, vma=vma)
        except Malformed as error:
            found.refuse_broken(f"/{index}", error, written(item))
    return found.parsed()


def _unreadable(raw: bytes, detail: str) -> Parsed:
    """The other form of this interface is Atom; it is whole, but not what we asked for."""
    start = raw[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_XML) and b"<html" not in start:
        detail = "XML, where JSON was asked for"
        return Parsed(rejected=(Refused(Refusal.PUT_ASIDE, "", detail, raw),), error=detail)
    return Parsed(rejected=(Refused(Refusal.MALFORMED, "", detail, raw),), error=detail)


def _items(value: object, found: Found) -> list[Any] | None:
    """Items of a list, of a list in an object, or one alone (which is not the whole); None if it is something else."""
    if isinstance(value, list):
        return value
    whole = lowered(value)
    if named_id(whole.get("identifier")) is not None or {"id", "headline"} <= whole.keys():
        found.complete = False
        return [whole]
    for name in _LISTS:
        if isinstance(whole.get(name), list | dict):
            return listing(whole[name])
    return None


def _item(value: object, pointer: str, found: Found, *, vma: bool) -> None:
    item = lowered(value)
    found.drift.fields("item", item, FIELDS)
    key = named_id(item.get("identifier")) or named_id(item.get("id"))
    if key is None:
        found.refuse_nameless(f"{pointer}/Identifier", "an item needs an identifier", value)
        return
    # the numbers of themes are of another series than those of news
    key = f"theme-{key}" if is_theme(item) else key
    found.seen.add(key)
    try:
        told = report(SOURCE, key, item, found.drift, vma=vma)
    except ValidationError as error:
        found.refuse_invalid(pointer, error, mapping(value))
        return
    if told is None:
        found.refuse(f"{pointer}/Updated", "no time of change or publication", value)
    else:
        found.keep(told, "items", pointer, mapping(value))

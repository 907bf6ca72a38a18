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
from connectors.reading.json_pieces import piece, rows, unwrapped, written
from connectors.reading.names import named_id
from connectors.reading.values import Drift, as_json, first_text, listing, mapping
from schemas.codec import Malformed
from schemas.outcome import Refusal
from schemas.report import FeedReport, faults

SOURCE = "krisinformation"

_LISTS = (
    *("news", "vmas", "testvmas", "topstories", "features", "notifications", "notices", "updates"),
    *("items", "entries", "results", "data"),
)
_XML = (b"<?xml", b"<feed", b"<rss", b"<alert")


class _Reader:
    """Collects what one payload holds."""

    def __init__(self) -> None:
        self.drift = Drift()
        self.items: dict[str, FeedReport] = {}
        self.rejected: list[Refused] = []
        self.seen: set[str] = set()
        self.complete = True

    def refuse(self, pointer: str, detail: str, piece: object) -> None:
        self.rejected.append(Refused(Refusal.SCHEMA, pointer, detail, as_json(piece)))

    def keep(self, item: FeedReport, pointer: str, value: object) -> None:
        """The newer of two bodies of one identity; the second is also refused, so that nobody misses it unseen."""
        known = self.items.get(item.id)
        if known is not None:
            self.drift.note("!", "items:duplicate")
            self.complete = self.complete and item == known
            if item != known:
                self.refuse(pointer, f"the identity {item.id} stands in the list twice, the newer is used", value)
            if item.sent <= known.sent:
                return
        self.items[item.id] = item

    def parsed(self) -> Parsed:
        items = tuple(self.items.values())
        return Parsed(items, tuple(self.rejected), self.drift.as_counts(), self.complete, frozenset(self.seen))


def parse(raw: bytes, *, vma: bool = False, quiet: bool = False) -> Parsed:
    """Reports of a list; `vma` says that VMA were asked for, `quiet` that there may well be nothing. Never raises.

    An empty list of VMA is the ordinary answer; an empty list of news was seen where there were news, so it is not
    taken for everything there is.
    """
    reader = _Reader()
    try:
        value = unwrapped(rows(raw, reader.drift), reader.drift)
    except Malformed as error:
        return _unreadable(raw, str(error))
    items = _items(value, reader)
    if items is None:
        told = first_text(lowered(value).get(name) for name in ("message", "error", "title"))
        detail = told or "a list of items is wanted"
        return Parsed(rejected=(Refused(Refusal.SCHEMA, "", detail, raw),), error=detail)
    if not items and not (vma or quiet):
        reader.drift.note("!", "empty")
        reader.complete = False
    for index, item in enumerate(items):
        try:
            _item(piece(item, reader.drift), f"/{index}", reader, vma=vma)
        except Malformed as error:
            reader.complete = False
            reader.rejected.append(Refused(Refusal.MALFORMED, f"/{index}", str(error), written(item)))
    return reader.parsed()


def _unreadable(raw: bytes, detail: str) -> Parsed:
    """The other form of this interface is Atom; it is whole, but not what we asked for."""
    start = raw[:400].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_XML) and b"<html" not in start:
        detail = "XML, where JSON was asked for"
        return Parsed(rejected=(Refused(Refusal.PUT_ASIDE, "", detail, raw),), error=detail)
    return Parsed(rejected=(Refused(Refusal.MALFORMED, "", detail, raw),), error=detail)


def _items(value: object, reader: _Reader) -> list[Any] | None:
    """Items of a list, of a list in an object, or one alone (which is not the whole); None if it is something else."""
    if isinstance(value, list):
        return value
    whole = lowered(value)
    if named_id(whole.get("identifier")) is not None or {"id", "headline"} <= whole.keys():
        reader.complete = False
        return [whole]
    for name in _LISTS:
        if isinstance(whole.get(name), list | dict):
            return listing(whole[name])
    return None


def _item(value: object, pointer: str, reader: _Reader, *, vma: bool) -> None:
    item = lowered(value)
    reader.drift.fields("item", item, FIELDS)
    key = named_id(item.get("identifier")) or named_id(item.get("id"))
    if key is None:
        reader.complete = False
        reader.refuse(f"{pointer}/Identifier", "an item needs an identifier", value)
        return
    # the numbers of themes are of another series than those of news
    key = f"theme-{key}" if is_theme(item) else key
    reader.seen.add(key)
    try:
        told = report(SOURCE, key, item, reader.drift, vma=vma)
    except ValidationError as error:
        reader.refuse(pointer, "; ".join(f"{f['pointer']} {f['detail']}" for f in faults(error)), mapping(value))
        return
    if told is None:
        reader.refuse(f"{pointer}/Updated", "no time of change or publication", value)
    else:
        reader.keep(told, pointer, mapping(value))

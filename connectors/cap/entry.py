"""One entry of an Atom or RSS index: where its document lies, and what it says of the alert itself.

In: an `<entry>` or `<item>`. Out: `Entry`. MeteoAlarm writes an entry for each geocode of an alert, NWS one for each
alert; both put CAP's own elements into it, which are used when the document cannot be fetched. Pure.
"""

import re
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from connectors.cap.alert import Alert
from connectors.cap.elements import AREA, PAIRS, pairs, plain, read_area
from connectors.cap.infos import Block
from connectors.reading.values import Drift
from connectors.reading.xml_pieces import local, text

HEAD = {
    **{name: name for name in ("identifier", "sender", "sent", "status", "msgType", "scope", "references", "note")},
    "message_type": "msgType",
}
_BLOCK = frozenset(
    {
        *("event", "severity", "urgency", "certainty", "effective", "onset", "expires", "category", "responseType"),
        *("headline", "description", "instruction", "parameter", "eventCode", "senderName", "language"),
    }
)
_TEXTS = frozenset({"content", "description", "encoded", "summary"})
_CAP_FILE = (".xml", ".cap")
_CAP = re.compile(r"^\{[^}]*(emergency:cap|incident\.com/cap)")
"""Namespaces of CAP 1.1 and 1.2, and of 1.0."""


class Entry(NamedTuple):
    """What one entry of an index is good for."""

    pointer: str
    link: str
    """Address of the CAP document, perhaps relative; empty if there is none."""
    version: str
    """Changes when the document does: the entry's own time."""
    alert: Alert | None
    """The alert as far as the entry tells it."""
    block: Block
    """What the entry says of an `<info>`: several entries of one alert are folded together."""
    whole: bool
    """The alert itself stood in the entry; it has been read as such."""
    inner: bytes
    """The alert as text within the entry; empty if there is none."""
    id: str = ""
    """The entry's own name."""

    @property
    def is_notice(self) -> bool:
        """It tells no alert and leads nowhere but to itself."""
        return self.alert is None and not self.whole and not self.inner and self.link in {"", self.id}


def entry(element: Element, pointer: str, drift: Drift, *, whole: bool) -> Entry:
    """Read one entry; `whole` says that an alert element stood in it."""
    told = {local(part): plain(part) for part in reversed(element) if not _CAP.search(part.tag)}
    version = told.get("updated") or told.get("pubDate") or told.get("published") or ""
    inner = b"" if whole else _inner(element)
    alert, block = (None, {}) if whole or inner else _alert(element, told, pointer, drift)
    return Entry(pointer, _link(element), version[:200], alert, block, whole, inner, told.get("id", ""))


def _inner(element: Element) -> bytes:
    """An alert that was escaped into a text or wrapped in CDATA."""
    for holder in element:
        told = holder.text or ""
        if "<" in told and "identifier>" in told and local(holder) in _TEXTS:
            return told.strip().encode("utf-8", errors="replace")
    return b""


def _link(element: Element) -> str:
    """The link that calls itself CAP, else one to some XML, else the only one there is."""
    ranked: list[tuple[int, str]] = []
    for link in (e for e in element if local(e) in {"link", "enclosure", "guid"}):
        address = (link.get("href") or link.get("url") or link.text or "").strip()
        kind, rel = (link.get("type") or "").lower(), link.get("rel", "alternate")
        if not address or _no_address(link, address):
            continue
        if rel not in {"alternate", "enclosure", "via", "item"} and "cap" not in kind:
            continue
        if "cap" in kind:
            rank = 0
        elif "html" in kind or (link.get("hreflang") and not kind):
            continue
        elif "xml" in kind or _path(address).endswith(_CAP_FILE):
            rank = 1
        else:
            rank = 2 if local(link) != "guid" else 3
        ranked.append((rank, address[:2_000]))
    return min(ranked, key=lambda one: one[0], default=(9, ""))[1]


def _no_address(link: Element, address: str) -> bool:
    return local(link) == "guid" and not address.startswith(("http://", "https://"))


def _path(address: str) -> str:
    """Path of an address in lower case; empty for what is none."""
    try:
        return urlsplit(address).path.lower()
    except ValueError:
        return ""


def _alert(element: Element, told: dict[str, str], pointer: str, drift: Drift) -> tuple[Alert | None, Block]:
    """The alert that CAP's elements in an entry tell of, without its block; None if there are none."""
    parts = [(local(part), part) for part in element if _CAP.search(part.tag)]
    if not {name for name, _ in parts} & {"identifier", "event", "severity"}:
        return None, {}
    alert, block = Alert(pointer), dict[str, list[str]]()
    alert.of_index = True
    for name, part in parts:
        if name in HEAD:
            alert.take(HEAD[name], plain(part), drift)
        elif name in _BLOCK:
            block.setdefault(name, []).extend(pairs(part) if name in PAIRS else [plain(part)])
        elif name in AREA:
            read_area(alert, name, part, drift)
        else:
            drift.note("+", f"entry.{name}")
    alert.take("identifier", _identifier(told.get("id") or told.get("guid") or ""), drift)
    alert.take("sent", told.get("published") or told.get("updated") or told.get("pubDate") or "", drift)
    block.setdefault("headline", [told.get("title", "")])
    block.setdefault("senderName", [text(element, "author", "name")])
    return alert, block


def _identifier(own_id: str) -> str:
    """What an entry's id says of the alert's: its last part where that is a registered number (NWS)."""
    last = own_id.partition("?")[0].rstrip("/").rpartition("/")[2]
    return last if last.startswith(("urn:oid:", "2.49.0.")) else own_id

"""Reads XML of any size piece by piece: alerts, entries of an index, and what stands around them. Pure.

In: bytes. Out: `Alert` and `Entry` as each ends, so that only one piece is in memory; `Malformed` where the XML breaks,
after what came before it. Prefixes and namespaces are free: CAP 1.0, 1.1, 1.2 and none differ in little.
Next: connectors/cap/parse.py
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from connectors.cap.alert import Alert, not_real
from connectors.cap.elements import PAIRS, pairs, plain, read_area
from connectors.cap.entry import Entry, entry
from connectors.reading.values import Drift
from connectors.reading.xml_pieces import DEPTH_LIMIT, events, local, text
from schemas.codec import Malformed

ENTRIES = frozenset({"entry", "item"})
INDEXES = frozenset({"feed", "rss", "RDF"})
Path = list[tuple[str, Element]]
"""Names and elements from the root to where the reading is."""
_VALUES = 2_000
"""Most values of one element of one block."""


class Document(Iterator[Alert | Entry]):
    """The pieces of one document, in its order. What it is as a whole is known once they are all read."""

    def __init__(self, raw: bytes, drift: Drift) -> None:
        self.root = ""
        """Local name of the root element; empty until something was read."""
        self.updated = self.id = ""
        """An index's own time and name."""
        self._envelope = ""
        """Status of a message that the alerts are wrapped in (EDXL-DE), where that is not real."""
        self.alerts = self.entries = 0
        self._drift = drift
        self._alert: Alert | None = None
        self._base = 0
        self._block: dict[str, list[str]] = {}
        self._entry = 0
        """Depth of the entry that is being read; 0: none."""
        self._whole = False
        """An alert itself stands in the entry that is being read."""
        self._pieces = self._read(raw)

    def __next__(self) -> Alert | Entry:
        """Next piece. Malformed when the rest cannot be read."""
        return next(self._pieces)

    @property
    def is_index(self) -> bool:
        """An Atom or RSS index, not alerts themselves."""
        return self.root in INDEXES

    def _read(self, raw: bytes) -> Iterator[Alert | Entry]:
        path: list[tuple[str, Element]] = []
        for event, element in events(raw):
            if event == "start":
                path.append((local(element), element))
                self._begins(path)
                continue
            ended = self._ends(path)
            if ended is not None:
                yield ended
            path.pop()

    def _begins(self, path: Path) -> None:
        depth, name = len(path), path[-1][0]
        if depth > DEPTH_LIMIT:
            raise Malformed(f"XML is nested deeper than {DEPTH_LIMIT}")
        if depth == 1:
            self.root = name
        if self._alert is None and name == "alert":
            self._alert, self._base = Alert(f"/{self.alerts}" if depth > 1 else ""), depth
            self.alerts += 1
        elif not self._entry and name in ENTRIES:
            self._entry = depth

    def _ends(self, path: Path) -> Alert | Entry | None:
        (name, element), depth = path[-1], len(path)
        found: Alert | Entry | None = None
        if self._alert is not None:
            if not self._of_alert(self._alert, path, depth - self._base):
                return None
            if depth == self._base:
                found, self._alert, self._whole = self._alert, None, True
                if self._envelope and not not_real(found.head.get("status", "").lower()):
                    found.head["status"] = self._envelope
        elif self._entry == depth:
            found = self._listed(element)
        elif self._entry:
            return None
        else:
            self._around(name, element, depth)
        # what is read is let go at once, so that no document is ever in memory as a tree
        element.clear()
        if depth > 1:
            path[-2][1].remove(element)
        return found

    def _around(self, name: str, element: Element, depth: int) -> None:
        """Take what an index or an envelope says of itself."""
        if name in {"updated", "pubDate", "lastBuildDate"}:
            self.updated = self.updated or text(element)
        elif name == "id" and depth == 2:
            self.id = text(element)
        elif name == "distributionStatus" and not_real(text(element).lower()):
            self._envelope = text(element)

    def _listed(self, element: Element) -> Entry:
        whole, self._whole, self._entry = self._whole, False, 0
        self.entries += 1
        return entry(element, f"/{self.entries - 1}", self._drift, whole=whole)

    def _of_alert(self, alert: Alert, path: Path, depth: int) -> bool:
        """Take an element that ended within an alert; False: it is a part of one that is still open."""
        name, element = path[-1]
        if depth == 1 and name == "info":
            told_as = next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == "lang"), "")
            if told_as and "language" not in self._block:
                self._block["language"] = [told_as[:60]]
            alert.infos.add(self._block, self._drift)
            self._block = {}
        elif depth == 1:
            alert.take(name, plain(element), self._drift)
        elif depth == 2 and path[-2][0] == "info":
            self._of_info(alert, name, element)
        elif depth == 3 and path[-2][0] == "area" and path[-3][0] == "info":
            read_area(alert, name, element, self._drift)
        else:
            return depth == 0
        return True

    def _of_info(self, alert: Alert, name: str, element: Element) -> None:
        if name == "area":
            alert.areas.count += 1
        elif name != "resource":
            values = self._block.setdefault(name[:60], [])
            if len(values) < _VALUES:
                values += pairs(element) if name in PAIRS else [plain(element)]

"""A DATEX II record with its fields by name, and what stands around it. Pure.

In: a `situationRecord` element, v2 or v3: prefixes and versions do not matter. Out: `Record`, whose texts are looked up
once.
Next: connectors/datex/place.py
"""

from datetime import datetime
from typing import NamedTuple
from xml.etree.ElementTree import Element

from connectors.reading.values import Drift, line
from connectors.reading.xml_pieces import local

LOCATIONS = ("locationReference", "groupOfLocations")
"""Fields that say where, in v3 and in v2."""


class Around(NamedTuple):
    """What stands around a record and holds for it too."""

    group: str | None
    """The situation's id."""
    overall: str = ""
    """`overallSeverity` of the situation."""
    information: str = ""
    """`informationStatus`: real, or an exercise."""
    confidentiality: str = ""
    language: str = ""
    """Language of texts that name none."""
    moments: tuple[datetime, ...] = ()
    """Times to take where a record has none of its own, the best first: of the situation, of the publication."""


class Record:
    """A record with its direct children by name."""

    def __init__(self, element: Element, around: Around, drift: Drift) -> None:
        self.element, self.around, self.drift = element, around, drift
        self.kind = line(kind_of(element), 80)
        self.fields: dict[str, list[Element]] = {}
        for part in element:
            self.fields.setdefault(local(part), []).append(part)
        self.extensions = [part for name, parts in self.fields.items() if name.endswith("Extension") for part in parts]
        self._within: dict[str, dict[str, str]] = {}

    def all(self, *names: str) -> list[Element]:
        """Direct children of those names."""
        return [part for name in names for part in self.fields.get(name, ())]

    def text(self, name: str, within: str = "") -> str:
        """Text of a direct child, or of the first element of that name anywhere within one; empty if there is none."""
        if within:
            return self.within(within).get(name, "")
        return next((found for part in self.fields.get(name, ()) if (found := (part.text or "").strip())), "")

    def within(self, name: str) -> dict[str, str]:
        """All texts within the direct children of a name, by the names of their elements; the first of each."""
        if name not in self._within:
            found: dict[str, str] = {}
            for element in (element for part in self.fields.get(name, ()) for element in part.iter()):
                words = (element.text or "").strip()
                if words:
                    found.setdefault(local(element), words)
            self._within[name] = found
        return self._within[name]


def kind_of(element: Element) -> str:
    """The kind that `xsi:type` gives an element, without its namespace; empty if there is none."""
    return next((v.rpartition(":")[2] for k, v in element.attrib.items() if k.endswith("}type") or k == "type"), "")

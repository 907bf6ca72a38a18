"""The `<info>` blocks of one alert folded into one: languages and phases of the same matter. Pure.

In: each block as it is read, one at a time. Out: `Infos`: the worst severity, the earliest onset, the latest end, texts
by language; bounded however many blocks come. Levels: this project's mapping of CAP's severity and certainty.
Next: connectors/cap/report.py
"""

import re
from collections.abc import Mapping
from datetime import datetime

from connectors.cap.markup import bare
from connectors.cap.moments import moment
from connectors.reading.values import TEXT_LIMIT, Drift, line
from schemas.sectors import Severity

Block = Mapping[str, list[str]]
"""One `<info>`: texts by element; pairs as `name=value`."""

SEVERITY = {
    "extreme": Severity.EXTREME,
    "severe": Severity.SEVERE,
    "moderate": Severity.MODERATE,
    "minor": Severity.MINOR,
    "unknown": Severity.INFORMATION,
}
"""CAP's severity in our words."""
AWARENESS = {"2": Severity.MODERATE, "3": Severity.SEVERE, "4": Severity.EXTREME}
"""MeteoAlarm's awareness_level, used only where severity is Unknown or missing."""
WORDS = {
    "urgency": {"immediate", "expected", "future", "past", "unknown"},
    "certainty": {"observed", "likely", "possible", "unlikely", "unknown", "very likely"},
    "category": {
        *("geo", "met", "safety", "security", "rescue", "fire", "health", "env", "transport", "infra", "cbrne"),
        *("cbrn", "other"),
    },
    "responseType": {
        *("shelter", "evacuate", "prepare", "execute", "avoid", "monitor", "assess", "allclear", "none"),
    },
}
"""Values that CAP knows, 1.0 to 1.2, in lower case."""
TEXTS = ("headline", "event", "description", "instruction", "audience", "contact", "senderName")
KNOWN = {
    *TEXTS,
    *WORDS,
    *("language", "severity", "eventCode", "effective", "onset", "expires", "web", "parameter", "resource", "area"),
}
_LONG = frozenset({"description", "instruction"})
"""Texts of which alertswiss writes several in one block."""
DEFAULT_LANGUAGE = "en-US"
"""Of a block that names none (CAP 1.2, 3.2.2)."""
_LANGUAGE = {"swe": "sv", "svenska": "sv", "eng": "en", "english": "en"}
LANGUAGES = 20
VALUES = 20
"""Most different values of one element that are kept."""

_ORDER = list(Severity)


class Infos:
    """What all blocks of one alert say together."""

    def __init__(self) -> None:
        self.count = 0
        self.severity: Severity | None = None
        self.onset: datetime | None = None
        self.ends: datetime | None = None
        self.open = False
        """A block has no end of its own."""
        self.all_over = self.all_past = True
        self.values: dict[str, dict[str, None]] = {}
        """Values of elements and parameters as written, in order."""
        self.texts: dict[str, dict[str, dict[str, None]]] = {}
        """By language (`sv`, `en`), then by element: different texts in order, those of the worst phase first."""
        self._worst: dict[str, Severity] = {}
        self._held = 0

    def add(self, block: Block, drift: Drift) -> None:
        """Fold one block in."""
        self.count += 1
        for name in block:
            if name not in KNOWN:
                drift.note("+", f"info.{name}")
        severity = _severity(block, drift)
        self.severity = severity if self.severity is None else max(self.severity, severity, key=_ORDER.index)
        for name in WORDS:
            self._words(name, block, drift)
        for name in ("severity", "eventCode", "parameter", "web"):
            self._remember(name, block.get(name, []))
        urgency, responses = _first(block, "urgency").lower(), {r.lower() for r in block.get("responseType", [])}
        self.all_past = self.all_past and urgency == "past"
        over = (
            "allclear" in responses if urgency == "past" else urgency in {"", "unknown"} and responses == {"allclear"}
        )
        self.all_over = self.all_over and over
        self._times(block, drift)
        self._say(block, severity)

    def one(self, name: str) -> str:
        """Values of an element, on one line."""
        return ", ".join(self.values.get(name, {}))[:200]

    def parameter(self, name: str) -> str:
        """Value of a parameter, or of each that differs; empty if there is none."""
        found = [v.partition("=")[2] for v in self.values.get("parameter", {}) if v.partition("=")[0].lower() == name]
        return ", ".join(dict.fromkeys(found))[:200]

    def _words(self, name: str, block: Block, drift: Drift) -> None:
        words = WORDS[name]
        for value in block.get(name, []):
            if value and value.lower() not in words:
                drift.note("=", f"{name}:{line(value, 40)}")
        self._remember(name, block.get(name, []))

    def _remember(self, name: str, values: list[str]) -> None:
        known = self.values.setdefault(name, {})
        for value in values:
            if (
                value
                and value not in known
                and (len(known) < VALUES or (name == "parameter" and value.startswith("awareness_")))
            ):
                known[" ".join(value.split())[:200]] = None

    def _times(self, block: Block, drift: Drift) -> None:
        found = {name: moment(_first(block, name), drift, f"info.{name}") for name in ("effective", "onset", "expires")}
        begins = found["onset"] or found["effective"]
        if begins is not None and (self.onset is None or begins < self.onset):
            self.onset = begins
        ends = found["expires"]
        if ends is not None and begins is not None and ends < begins:
            drift.note("!", "info.expires:early")
            ends = None
        if ends is None:
            self.open = True
        elif self.ends is None or ends > self.ends:
            self.ends = ends

    def _say(self, block: Block, severity: Severity) -> None:
        told_as = _first(block, "language") or DEFAULT_LANGUAGE
        self._remember("language", [told_as])
        primary = re.split(r"[-_ ]", told_as.lower())[0]
        language = _LANGUAGE.get(primary, primary)
        if language not in self.texts and len(self.texts) >= LANGUAGES:
            return
        told = self.texts.setdefault(language, {})
        worse = language in self._worst and _ORDER.index(severity) > _ORDER.index(self._worst[language])
        for name in TEXTS:
            text = bare(
                "\n".join(value for value in block.get(name, ()) if value) if name in _LONG else _first(block, name)
            )
            if not text or self._held > 5 * TEXT_LIMIT or text in told.setdefault(name, {}):
                continue
            self._held += len(text)
            # the worst phase is told first: it gives the headline
            told[name] = {text: None, **told[name]} if worse else told[name] | {text: None}
        self._worst[language] = max(severity, self._worst.get(language, severity), key=_ORDER.index)


def _severity(block: Block, drift: Drift) -> Severity:
    word = _first(block, "severity").lower()
    if word not in SEVERITY:
        drift.note("=" if word else "-", f"severity:{line(word, 40)}" if word else "info.severity")
    found = SEVERITY.get(word, Severity.INFORMATION)
    if word in {"", "unknown"}:
        found = AWARENESS.get(_awareness(block)[:1], found)
    if _first(block, "certainty").lower() == "unlikely":
        return _ORDER[max(0, _ORDER.index(found) - 1)]
    return found


def _awareness(block: Block) -> str:
    prefix = "awareness_level="
    return next((v[len(prefix) :].strip() for v in block.get("parameter", []) if v.lower().startswith(prefix)), "")


def _first(block: Block, name: str) -> str:
    return next((value for value in block.get(name, []) if value), "")

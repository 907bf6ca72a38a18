"""One deviation of SL and the report it makes: texts by language, validity, priority and scope in words. Pure.

In: a deviation as SL writes it. Out: a `FeedReport`. Validity is that of the message's newest version, which SL
prolongs with a new version when the disturbance lasts; it is no forecast of the disturbance.
Next: connectors/sl/parse.py
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from connectors.reading.local_time import local_instant
from connectors.reading.names import place_of
from connectors.reading.values import Drift, clean, line, listing, mapping
from connectors.sl.places import locate
from connectors.sl.severity import severity
from schemas.report import FeedReport
from schemas.sectors import Kind, Status

KNOWN = {
    *("version", "created", "modified", "deviation_case_id", "publish", "priority", "message_variants", "scope"),
    "categories",
}
_VARIANT = {"header", "details", "scope_alias", "weblink", "language"}
_SCOPE = {"stop_areas", "lines"}
_PRIORITY = ("importance", "influence", "urgency")
_MODES = {"BUS", "METRO", "TRAM", "TRAIN", "SHIP", "FERRY", "TAXI"}
NAMES = {
    *(KNOWN | _VARIANT | _SCOPE),
    *("from", "upto", "importance_level", "influence_level", "urgency_level", "stop_points", "transport_authority"),
    *("id", "name", "type", "group", "designation", "transport_mode", "group_of_lines"),
}
"""All names that are read, as SL spells them."""
_TEXTS = {"headline": "header", "details": "details", "alias": "scope_alias"}
_TEST = re.compile(r"TEST(MEDDELANDE)?\b")
"""How test texts begin; SL documents no field for them."""
_WORDS = 300
"""Longest list of lines or stops in `native`, in characters."""


def number(value: object) -> int | None:
    """A small whole number, also as text; None if it is none."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def message(
    source: str, key: str, deviation: Mapping[str, Any], *, revision: int | None, sent: datetime, drift: Drift
) -> FeedReport:
    """The report of a deviation. ValidationError if SL's values do not fit."""
    variants = _variants(deviation, drift)
    scope = mapping(deviation.get("scope"))
    drift.fields("scope", scope, _SCOPE)
    stops, lines = _objects(scope.get("stop_areas")), _objects(scope.get("lines"))
    modes, categories = _modes(lines, drift), _categories(deviation)
    levels = _levels(mapping(deviation.get("priority")), drift)
    texts = _texts(variants)
    headline = texts.pop("headline", "") or texts.get("headline_en", "") or "Störning i kollektivtrafiken"
    found = locate(stops, lines)
    onset, ends = _span(mapping(deviation.get("publish")), drift)
    native = {
        "level": ", ".join(f"{name} {level}" for name, level in levels.items()),
        "modes": ", ".join(modes),
        "lines": _joined(map(_line_words, lines)),
        "stops": _joined(line(stop.get("name"), 80) for stop in stops),
        "categories": ", ".join(categories),
        "place": found.unknown[:_WORDS],
    }
    return FeedReport(
        source=source,
        id=key,
        revision=revision,
        sent=sent,
        kind=Kind.DISRUPTION,
        status=Status.TEST if _TEST.match(headline) else Status.ACTUAL,
        severity=severity(
            importance=levels.get("importance"),
            modes=modes,
            stops=len(stops),
            text=f"{headline} {texts.get('details', '')}",
            categories=categories,
        ),
        native={name: text for name, text in native.items() if text},
        headline=headline[:500],
        texts=texts,
        onset=onset,
        ends=ends,
        place=place_of(tuple(found.codes)),
        url=_link(variants),
    )


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in listing(value) if isinstance(one, dict)]


def _variants(deviation: Mapping[str, Any], drift: Drift) -> list[tuple[str, dict[str, Any]]]:
    """Language and texts, Swedish first; a text without a language is taken as Swedish."""
    found = []
    for variant in _objects(deviation.get("message_variants")):
        drift.fields("variant", variant, _VARIANT)
        language = line(variant.get("language"), 10).lower().split("-")[0] or "sv"
        if language not in {"sv", "en"}:
            drift.note("=", f"language:{language}")
        found.append((re.sub(r"[^a-z]", "", language) or "sv", variant))
    if not found:
        drift.note("-", "deviation.message_variants")
    return sorted(found, key=lambda pair: pair[0] != "sv")


def _texts(variants: list[tuple[str, dict[str, Any]]]) -> dict[str, str]:
    """Texts by our names; other languages than Swedish with their suffix. The first of a language counts."""
    texts: dict[str, str] = {}
    for language, variant in variants:
        suffix = "" if language == "sv" else f"_{language}"
        for name, field in _TEXTS.items():
            text = line(variant.get(field), 500) if name == "headline" else clean(variant.get(field))
            if text:
                texts.setdefault(name + suffix, text)
    return texts


def _link(variants: list[tuple[str, dict[str, Any]]]) -> str | None:
    links = (line(variant.get("weblink"), 500) for _, variant in variants)
    return next((link for link in links if re.match(r"https?://[\w.-]+", link)), None)


def _levels(priority: Mapping[str, Any], drift: Drift) -> dict[str, int]:
    levels = {name: level for name in _PRIORITY if (level := number(priority.get(f"{name}_level"))) is not None}
    if "importance" not in levels:
        drift.note("-", "priority.importance_level")
    return levels


def _modes(lines: list[dict[str, Any]], drift: Drift) -> list[str]:
    modes = sorted({mode for one in lines if (mode := line(one.get("transport_mode"), 40).upper())})
    for mode in modes:
        if mode not in _MODES:
            drift.note("=", f"transport_mode:{mode}")
    return modes


def _categories(deviation: Mapping[str, Any]) -> list[str]:
    """`GROUP/TYPE` of each category, as one public program has seen them; not in SL's own schema."""
    value = deviation.get("categories")
    words = (_category(one) for one in (value if isinstance(value, list) else listing(value)))
    return sorted({word for word in words if word})


def _category(value: object) -> str:
    """Also as bare text (`FACILITY:LIFT`), and with `name` for `type`, as another program has seen."""
    row = mapping(value)
    if not row:
        return line(value, 80).upper().replace(":", "/")
    kind = row.get("type") or row.get("name")
    return "/".join(text for part in (row.get("group"), kind) if (text := line(part, 40).upper()))


def _line_words(one: Mapping[str, Any]) -> str:
    named = line(one.get("designation"), 40) or line(one.get("id"), 40)
    name = line(one.get("name"), 80) or line(one.get("group_of_lines"), 80)
    return " ".join(text for text in (line(one.get("transport_mode"), 40), named, f"({name})" if name else "") if text)


def _joined(words: Iterable[str]) -> str:
    text = ", ".join(dict.fromkeys(word for word in words if word))
    return text if len(text) <= _WORDS else f"{text[:_WORDS].rsplit(', ', 1)[0]}, ..."


def _span(publish: Mapping[str, Any], drift: Drift) -> tuple[datetime | None, datetime | None]:
    """Validity of this version of the message. An end before its beginning is a mistake: then it is open."""
    onset = local_instant(publish.get("from"), drift, "publish.from")
    ends = local_instant(publish.get("upto"), drift, "publish.upto")
    if onset is not None and ends is not None and ends < onset:
        drift.note("!", "publish.upto:early")
        ends = None
    return onset, ends

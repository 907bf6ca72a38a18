"""The headline of an outage from a template: `{what}[ i {area}][, {customers} kunder]`. Pure.

In: a template and words. Out: one line. What stands in brackets is left out when one of its words is empty.
"""

import re
from collections.abc import Mapping

from connectors.outages.amounts import Amount

WORDS = ("what", "area", "customers", "cause", "owner")
"""What a template may name: kind of outage, place, number, cause, who says so."""
DEFAULT = "{what}[, {area}][: {customers} kunder]"

_PART = re.compile(r"\[([^\[\]]*)\]")
_WORD = re.compile(r"\{([^{}]*)\}")
_WHAT = {
    "power": "Elavbrott",
    "water": "Vattenavbrott",
    "telecom": "Teleavbrott",
    "heat": "Fjärrvärmeavbrott",
}


def fault(template: str) -> str | None:
    """What is wrong with a template; None if nothing is."""
    unknown = sorted({word for word in _WORD.findall(template) if word not in WORDS})
    left = _WORD.sub("", _PART.sub(r"\1", template))
    if unknown:
        return f"unknown words {', '.join(unknown)}; known are {', '.join(WORDS)}"
    return "brackets that do not match" if re.search(r"[\[\]{}]", left) else None


def headline(template: str, words: Mapping[str, str]) -> str:
    """One line; parts in brackets only where all their words are there."""

    def part(found: re.Match[str]) -> str:
        return found[1] if all(words.get(name) for name in _WORD.findall(found[1])) else ""

    filled = _WORD.sub(lambda found: words.get(found[1], ""), _PART.sub(part, template))
    return " ".join(filled.split())[:300]


def what(supply: str, *, planned: bool) -> str:
    """Kind of outage in Swedish."""
    word = _WHAT.get(supply, "Driftavbrott")
    return f"Planerat {word.lower()}" if planned else word


def customers(found: Amount | None) -> str:
    """A number of customers in Swedish, a range as a range."""
    if found is None:
        return ""
    if found.high is None:
        return f"minst {_grouped(found.low)}"
    if found.low == 0 < found.high:
        return f"högst {_grouped(found.high)}"
    return _grouped(found.low) if found.low == found.high else f"{_grouped(found.low)}–{_grouped(found.high)}"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")

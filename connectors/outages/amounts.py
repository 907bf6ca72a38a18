"""Numbers of customers as people write them: `1 234`, `ca 500`, `100-200`, `<100`, `fler än 500`. Pure.

In: a number or text. Out: an `Amount`, a range of whole numbers that claims no more than the text does; or nothing.
"""

import re
from typing import NamedTuple

LIMIT = 50_000_000
"""No list counts more customers than several countries have; a larger number is an id or a time."""

_NUMBER = r"\d{1,3}(?:[ .,']\d{3})+(?!\d)|\d+"
_ABOUT = r"(?:ca\.?|cirka|c:a|omkring|ungefär|runt|about|approx\.?|approximately|around|~|≈)?"
_UNIT = r"(?:st|kund|kunder|abonnenter|hushåll|anläggningar|personer|customers?|households?|connections)?\.?"
_ONE = re.compile(rf"{_ABOUT} ?({_NUMBER}) ?(\+?) ?{_UNIT}")
_RANGE = re.compile(
    rf"(?:mellan|between)? ?{_ABOUT} ?({_NUMBER}) ?(?:-|–|—|till|to|och|and|\.\.) ?({_NUMBER}) ?{_UNIT}"
)
_BOUND = re.compile(rf"(.+?) ?({_NUMBER}) ?{_UNIT}")
_BELOW = {"<", "färre än", "mindre än", "under", "fewer than", "less than", "below"}
_AT_MOST = {"<=", "≤", "högst", "max", "max.", "maximalt", "upp till", "up to", "at most"}
_ABOVE = {">", "fler än", "mer än", "över", "more than", "over", "above"}
_AT_LEAST = {">=", "≥", "minst", "at least", "från"}
_BLANKS = re.compile(r"[\s\u00a0\u2009\u202f]+")


class Amount(NamedTuple):
    """How many, as a range."""

    low: int
    """Least."""
    high: int | None
    """Most; None where the text names no most (`fler än 500`)."""


def amount(value: object) -> Amount | None:
    """Range of a number or text; None if it tells no whole number that can be."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) <= LIMIT:
        value = int(value)
    if isinstance(value, int):
        return _checked(value, value)
    return _of_text(_BLANKS.sub(" ", value).strip().casefold()) if isinstance(value, str) and len(value) < 80 else None


def span(low: object, high: object) -> Amount | None:
    """Range of two fields; one of them alone is an amount by itself."""
    least, most = amount(low), amount(high)
    if least is None or most is None:
        return least or most
    return _checked(least.low, most.high if most.high is not None else most.low)


def _of_text(text: str) -> Amount | None:
    if found := _ONE.fullmatch(text):
        low = _whole(found[1])
        return _checked(low, None if found[2] else low)
    if found := _RANGE.fullmatch(text):
        return _checked(_whole(found[1]), _whole(found[2]))
    if found := _BOUND.fullmatch(text):
        return _bounded(found[1].strip(), _whole(found[2]))
    return None


def _bounded(word: str, number: int) -> Amount | None:
    if word in _BELOW or word in _AT_MOST:
        return _checked(0, number - 1 if word in _BELOW else number)
    if word in _ABOVE or word in _AT_LEAST:
        return _checked(number + 1 if word in _ABOVE else number, None)
    return None


def _whole(digits: str) -> int:
    bare = re.sub(r"\D", "", digits)
    return int(bare) if len(bare) < 12 else LIMIT + 1


def _checked(low: int, high: int | None) -> Amount | None:
    return Amount(low, high) if 0 <= low <= (low if high is None else high) <= LIMIT else None

"""How hard a deviation of SL hits travellers, in this project's words. Pure.

In: the parts of a deviation that tell. Out: a `Severity`. The mapping is this project's: SL says of its priorities only
that they sort. Two public programs take importance 6 and more as important; the scale is not documented.
"""

import re
from collections.abc import Collection

from schemas.sectors import Severity

IMPORTANT = 6
"""Importance from which two public programs show a deviation as important."""
_NETS = {"METRO", "TRAIN"}
_STOPPED = re.compile(
    r"\b(inställ(d|t|da)|avstäng(d|t|da)|trafikstopp|stopp i trafiken|ingen (tunnelbane|pendeltågs|tåg)?trafik)\b"
)
_PART = re.compile(
    r"\b(enstaka|vissa|några|flera|färre)( \w+)? (avgångar|turer|tåg)\b"
    r"|(?<!alla )\binställda? (avgång(ar)?|tur(er)?|tåg)\b"
    r"|\b(hiss|rulltrapp|entré|uppgång|utgång|biljetthall|plattform|spår \d)"
)
"""Words that tell of single departures or of a part of a station, where the line itself runs."""


def severity(
    *, importance: int | None, modes: Collection[str], stops: int, text: str, categories: Collection[str]
) -> Severity:
    """Severity of one deviation. `stops`: stop areas named; `text`: its Swedish words; `categories`: `GROUP/TYPE`."""
    if categories and all(category.split("/")[0] == "FACILITY" for category in categories):
        return Severity.INFORMATION
    lowered = text.casefold()
    # a line as a whole: several stops of it, or the line alone
    if _NETS.intersection(modes) and stops != 1 and _STOPPED.search(lowered) and not _PART.search(lowered):
        return Severity.SEVERE
    return Severity.MODERATE if importance is not None and importance >= IMPORTANT else Severity.MINOR

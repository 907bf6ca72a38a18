"""Municipalities and counties as lists of outages name them, into codes of Statistics Sweden. Pure.

In: codes or names, one or several. Out: codes that are known, and the names that are not.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from connectors.reading import names

_SPLIT = re.compile(r"\s*(?:[,;/|]|\boch\b|\band\b)\s*")


class Found(NamedTuple):
    """What a value names."""

    codes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def municipalities(value: object) -> Found:
    """Municipality codes of a code, a name, a text of several, an object that holds them, or a list of these."""
    if isinstance(value, list):
        parts = [municipalities(one) for one in value[:60] if not isinstance(one, list)]
        codes = dict.fromkeys(code for part in parts for code in part.codes)
        return Found(tuple(codes), tuple(name for part in parts for name in part.unknown))
    if isinstance(value, dict):
        # an object of a municipality holds its code, its name, or both: the first that is known
        tried = [municipalities(one) for one in list(value.values())[:20] if isinstance(one, str | int)]
        return next((part for part in tried if part.codes), Found())
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        return Found()
    return _of_text(str(value).strip()[:300])


@lru_cache(maxsize=4096)
def _of_text(text: str) -> Found:
    whole = _one(text)
    if whole:
        return Found((whole,))
    found = {name: _one(name) for name in _SPLIT.split(text) if name}
    codes = tuple(dict.fromkeys(code for code in found.values() if code))
    return Found(codes, tuple(name for name, code in found.items() if not code))


def _one(text: str) -> str:
    """Code of one municipality; empty if it is not known. `180` is `0180`: spreadsheets lose the zero."""
    if re.fullmatch(r"[0-9]{3,4}", text):
        code = text.zfill(4)
        return code if names.is_code(code) else ""
    # lists write Upplands-Bro and Upplands Bro
    return names.municipality(text) or names.municipality(text.replace(" ", "-")) or ""


def county(value: object) -> tuple[str, ...]:
    """County code of a code or a name, with or without `län`; empty if it is not known."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if re.fullmatch(r"[0-9]{1,2}", text):
        return (text.zfill(2),) if names.is_code(text.zfill(2)) else ()
    code = names.county(text) or names.county(f"{text} län") or names.county(f"{text}s län")
    return (code,) if code else ()

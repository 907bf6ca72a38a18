"""Municipalities and counties as lists of outages name them, into codes of Statistics Sweden. Pure.

In: codes or names, one or several. Out: codes that are known, and the names that are not. The names are in
`municipalities.toml` beside this file: the county's own, and those around it.
"""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from connectors.places import COUNTIES

_SPLIT = re.compile(r"\s*(?:[,;/|]|\boch\b|\band\b)\s*")
_FOLD = str.maketrans("åäöé", "aaoe", " -")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    municipalities: dict[str, str]
    counties: dict[str, str]


class Found(NamedTuple):
    """What a value names."""

    codes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@lru_cache
def _table() -> tuple[dict[str, str], dict[str, str]]:
    text = (Path(__file__).parent / "municipalities.toml").read_text(encoding="utf-8")
    file = _File.model_validate(tomllib.loads(text))
    return (
        {_compared(name): code for code, name in file.municipalities.items()},
        {_compared(name): code for code, name in file.counties.items()},
    )


def _compared(name: str) -> str:
    """Without case, accents, blanks and hyphens: lists write Upplands-Bro and Upplands Bro."""
    return name.casefold().translate(_FOLD)


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
    names = [name for name in _SPLIT.split(text) if name]
    found = {name: _one(name) for name in names}
    codes = tuple(dict.fromkeys(code for code in found.values() if code))
    return Found(codes, tuple(name for name, code in found.items() if not code))


def _one(text: str) -> str:
    """Code of one municipality; empty if it is not known. `180` is `0180`: spreadsheets lose the zero."""
    if re.fullmatch(r"[0-9]{3,4}", text):
        code = text.zfill(4)
        return code if code[:2] in COUNTIES else ""
    return _named(text, _table()[0], ("kommun", "stad"))


def _named(text: str, table: dict[str, str], tails: tuple[str, ...]) -> str:
    """Code of a name, also with what names end in, as `Nynäshamns kommun` and `Strängnäs kommun`."""
    name = text.casefold()
    stem = next((name.removesuffix(f" {tail}") for tail in tails if name.endswith(f" {tail}")), name)
    names = (name, stem, stem.removesuffix("s")) if stem != name else (name,)
    return next((code for n in names if (code := table.get(_compared(n)))), "")


def county(value: object) -> tuple[str, ...]:
    """County code of a code or a name; empty if it is not known."""
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if re.fullmatch(r"[0-9]{1,2}", text):
        return (text.zfill(2),) if text.zfill(2) in COUNTIES else ()
    code = _named(text, _table()[1], ("län",))
    return (code,) if code else ()

"""Names as sources write them: places of Sweden into codes, and ids that are too strange or long for a key.

In: texts of a payload. Out: codes of Statistics Sweden (region/sweden.toml), or an id that `reading.identity` takes.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from connectors.reading.places import COUNTIES
from connectors.reading.values import clean, identity
from schemas.codec import sha256
from schemas.report import Place
from streams.reference import load_names
from streams.settings import PROJECT

_COUNTRY = frozenset({"sverige", "hela landet", "hela sverige", "riket", "sweden", "the whole country"})
_OF_MUNICIPALITY = (" kommun", " stad", " municipality")


class _Names(NamedTuple):
    counties: dict[str, str]
    municipalities: dict[str, str]


def named_id(value: object) -> str | None:
    """An id as a source writes it; one that cannot stand in a key is shortened, with a digest of the whole. Or None."""
    own = identity(value)
    if own is not None:
        return own
    text = clean(value)
    if not text:
        return None
    readable = re.sub(r"[^A-Za-z0-9_.:+-]+", "-", text).strip("-")[-60:]
    return f"{readable}-{sha256(text.encode())[:16]}".lstrip("-")


def county(name: str) -> str | None:
    """Code of a county by its name: `Stockholms län`, `Stockholm County`; None for anything else."""
    return _names().counties.get(_plain(name))


def municipality(name: str) -> str | None:
    """Code of a municipality by its name: `Nacka`, `Oskarshamns kommun`, `Stockholms stad`; None for anything else."""
    towns, plain = _names().municipalities, _plain(name)
    for suffix in _OF_MUNICIPALITY:
        plain = plain.removesuffix(suffix)
    # "Borås kommun" is Borås, "Nacka kommun" is Nacka, "Oskarshamns kommun" is Oskarshamn
    return towns.get(plain) or towns.get(plain.removesuffix("s"))


def codes_named(text: str) -> list[str]:
    """Codes of a place in words, the finest first found: `Oskarshamns kommun (Kalmar län)` is the municipality."""
    plain = _plain(text)
    if plain in _COUNTRY:
        return list(COUNTIES)
    found = county(plain) or municipality(re.sub(r"\s*\(.*\)$", "", plain))
    if found:
        return [found]
    parts = [part for part in re.split(r"[,;()]|\boch\b|\band\b", plain) if part.strip()]
    return sorted({code for part in parts for code in codes_named(part)}) if len(parts) > 1 else []


@lru_cache(maxsize=4096)
def place_of(codes: tuple[str, ...]) -> Place:
    """The place of some codes: one object for all items that are there, since a long list says the same few."""
    return Place(codes=list(codes))


def is_code(text: str) -> bool:
    """It is the code of a county or a municipality of Sweden."""
    return text in _codes()


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


@lru_cache
def _codes() -> dict[str, str]:
    return load_names(PROJECT / "region" / "any")


@lru_cache
def _names() -> _Names:
    counties: dict[str, str] = {}
    for code, name in _codes().items():
        if len(code) == 2:
            base = _plain(name).removesuffix(" län")
            counties |= {f"{base} län": code, f"{base} county": code, f"{base.removesuffix('s')} county": code}
    return _Names(counties, {_plain(name): code for code, name in _codes().items() if len(code) == 4})

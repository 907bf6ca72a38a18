"""Stations by Trafikverket's signatures: which municipality each lies in, and which ones the county's traffic hangs on.

In: `stations.toml`, reviewed by hand. Out: `STATIONS`, and the municipalities of some signatures.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent / "stations.toml"


COUNTY = "01"
"""The county's code: Stockholm (Statistics Sweden)."""


class Station(NamedTuple):
    """One station of the county, or just outside it."""

    name: str
    municipality: str
    """Municipality code (Statistics Sweden)."""
    hub: bool = False
    """A stop here spreads to the whole county's rail traffic."""

    @property
    def ours(self) -> bool:
        """It lies in the county; some stand in the file that lie just outside."""
        return self.municipality.startswith(COUNTY)


STATIONS = {sign: Station(**row) for sign, row in tomllib.loads(FILE.read_text(encoding="utf-8")).items()}
"""By signature, such as `Cst`; the case matters."""


def municipalities(signatures: Iterable[str]) -> list[str]:
    """Codes of the municipalities these stations lie in, sorted; those of other counties are not known here."""
    return sorted({STATIONS[sign].municipality for sign in signatures if sign in STATIONS})


def spoken(signatures: Iterable[str]) -> str:
    """Names for people, Swedish; the signature where the name is not known."""
    names = [STATIONS[sign].name if sign in STATIONS else sign for sign in signatures]
    return ", ".join(dict.fromkeys(names))

"""What each connector says of itself: the head of `connectors/<folder>/quality.toml`, read strictly.

In: a folder's name. Out: `About`: how often it is asked, whether its silence may withdraw, its licence, its key.
The rest of that file is the checklist, which a test holds to its rules.
"""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FOLDER = Path(__file__).parent


class About(BaseModel):
    """Facts of a kind of source."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    withdraws: Literal["sign", "absence"]
    """`sign`: an item ends only by an explicit word of its source or by its own end. `absence`: also by not being in
    several complete batches in a row. Signs are taken either way."""
    agreeing: int = Field(default=2, ge=2, le=10)
    """Complete batches in a row without an item before it is withdrawn, where absence may."""
    interval_s: float = Field(gt=0)
    """Seconds between askings: from the source's own rate of change or its terms."""
    address: str = ""
    """Where it is asked; empty: only a county's own settings know."""
    content_types: list[str] = []
    """What an answer may call itself; another one may add and update, never withdraw. Empty: anything."""
    hosts: list[str] = []
    """Hosts, beside the address's own, that documents may be fetched from."""
    attribution: str
    """How the source wants to be named."""
    licence: str
    """Licence or terms of use."""
    key: str = ""
    """Empty: no key is needed. Else how to get one, in a sentence."""


@lru_cache
def about(folder: str) -> About:
    """Head of a connector's quality.toml. Raises ValidationError or OSError: a fault of ours, found by the tests."""
    value = tomllib.loads((FOLDER / folder / "quality.toml").read_text(encoding="utf-8"))
    return About.model_validate(value["source"])


def folders() -> list[str]:
    """Every connector's folder, sorted."""
    return sorted(path.parent.name for path in FOLDER.glob("*/quality.toml"))

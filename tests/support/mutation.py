"""Nonsense in random places of a JSON value, for parsers that must never raise."""

import copy
import random
from typing import Any

NONSENSE = (
    None,
    [],
    {},
    "",
    "x" * 300,
    -1,
    10**30,
    True,
    0.5,
    [[]],
    {"a": []},
    "\x00",
    "\ud800",
    "2027",
    "POINT (1 2)",
)


def mutated(value: Any, dice: random.Random, faults: int) -> Any:
    """A copy with up to `faults` places removed or replaced."""
    whole = [copy.deepcopy(value)]
    for _ in range(faults):
        _spoil(whole, dice)
    return whole[0] if whole else None


def _spoil(value: Any, dice: random.Random) -> None:
    while isinstance(value, dict | list) and value:
        key = dice.choice(list(value) if isinstance(value, dict) else range(len(value)))
        if isinstance(value[key], dict | list) and value[key] and dice.random() < 0.85:
            value = value[key]
            continue
        if dice.random() < 0.3:
            del value[key]
        else:
            value[key] = copy.deepcopy(dice.choice(NONSENSE))
        return

"""Which rules a case means by a name: a rule's own id, or the family that the county has split a rule into.

In: a name and the ids of a set. Out: the ids it stands for. `R10` is `R10`, `R10-lanet`; `R07` is `R07a`, `R07d`; never
`R1` for `R10`.
"""

import re
from collections.abc import Iterable


def family(name: str, ids: Iterable[str]) -> frozenset[str]:
    """Ids that a name stands for; none where the set has neither the rule nor its family."""
    kin = re.compile(rf"{re.escape(name)}(?:[a-z]?(?:-.+)?)")
    return frozenset(rule for rule in ids if kin.fullmatch(rule))


def unknown(name: str, ids: Iterable[str]) -> str:
    """A sentence for a name that stands for nothing."""
    return f"no rule {name} and no family of that name; there are {', '.join(ids)}"

"""The rules in force with their conditions: the picture tells which they are, the file tells what they test.

In: the rules file of this server, the digest that the picture names. Out: the typed rules, or None where the file is
not the one in force: then no condition is shown, rather than one that does not hold.
"""

import tomllib
from pathlib import Path

from schemas.codec import digest
from schemas.rules import RuleSet, RulesRefused, read_rules


class RuleFile:
    """Read again when it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._held: tuple[str, RuleSet] | None = None

    def of(self, wanted: str) -> RuleSet | None:
        """The rules of this digest."""
        try:
            stat = self._path.stat()
            if (stat.st_mtime_ns, stat.st_size) != self._stamp:
                raw = tomllib.loads(self._path.read_text(encoding="utf-8"))
                self._stamp, self._held = (stat.st_mtime_ns, stat.st_size), (digest(raw), read_rules(raw))
        except (OSError, ValueError, RulesRefused):
            self._stamp, self._held = None, None
        return self._held[1] if self._held is not None and self._held[0] == wanted else None

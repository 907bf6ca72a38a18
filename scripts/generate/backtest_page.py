"""Writes the results in docs/backtest.md: the output of the command that stands above them, and nothing else.

In: the county's cases and rules. Out: the page; a test compares it with what the command says now.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs" / "backtest.md"
COMMAND = "lagesbild backtest region/stockholm/cases"
BEGIN, END = f"    {COMMAND}\n\n```text\n", "```\n"


def said() -> str:
    """What the command prints now. Its exit status tells misses, which the page tells too."""
    program = Path(sys.executable).with_name("lagesbild")
    asked = [program, *COMMAND.split()[1:]]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.stderr:
        raise RuntimeError(done.stderr)
    return done.stdout


def page() -> str:
    """The whole page with fresh results."""
    before, rest = OUT.read_text(encoding="utf-8").split(BEGIN, 1)
    return before + BEGIN + said() + END + rest.split(END, 1)[1]


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
    print(OUT.relative_to(ROOT))

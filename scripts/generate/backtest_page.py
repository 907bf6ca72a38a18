"""Writes the results of the back-test: in docs/backtest.md as the command above them prints, and what pages draw.

In: the county's cases and rules. Out: the page, and region/stockholm/backtest.json; a test compares both with what the
same cases give now.
"""

import subprocess
import sys
from pathlib import Path

from schemas.codec import canon
from streams.backtest.bench import bench
from streams.backtest.ground import load_ground
from streams.backtest.plotted import plotted
from streams.backtest.reading import find, read_cases
from streams.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs" / "backtest.md"
DRAWN = ROOT / "region" / "stockholm" / "backtest.json"
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


def drawn() -> bytes:
    """What the page of rules draws."""
    ground = load_ground(Settings(), None)
    cases = read_cases(find([DRAWN.with_name("cases")]), ground)
    return canon(plotted(bench(cases, ground, None, acts=False, progress=lambda *_: None))) + b"\n"


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
    DRAWN.write_bytes(drawn())
    print(OUT.relative_to(ROOT), DRAWN.relative_to(ROOT))

"""Writes docs/trail.md: how one datum goes through the files, read from the `Next:` lines of their docstrings.

In: every Python file of the four packages. Out: a page. tests/test_docs.py compares it and looks for each step.
"""

import ast
import re
from collections import deque
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs" / "trail.md"
PACKAGES = ("connectors", "schemas", "streams", "dashboards")

HEAD = """\
# The trail: one datum, file by file

Made by `scripts/trail` from the `Next:` lines at the top of the files; changes here are lost. Each step is the first
sentence of that file. Read the first trail from top to bottom and you have read the system once.
"""


class Trail(NamedTuple):
    """A way through the files that a reader may want to walk."""

    title: str
    about: str
    via: tuple[str, ...]
    """First file, files it must pass, last file."""


TRAILS = (
    Trail(
        "A warning, from SMHI to the room",
        "A feed is asked; what it says becomes a report, a record in the log, a version of the picture, a page.",
        ("connectors/smhi/client.py", "streams/core/fold.py", "dashboards/desk/pages.py"),
    ),
    Trail(
        "An actor's report, from the form to the log",
        "Posted to the server, which answers only when Kafka has it. An actor's own topic is read by the same intake.",
        ("dashboards/api/inbox.py", "schemas/topics.py", "streams/intake.py"),
    ),
    Trail(
        "A threshold, from the fold to the duty officer's telephone",
        "Inside the fold, every step is pure: no clock, no chance, nothing moved. Delivery is another process.",
        ("streams/core/fold.py", "streams/core/suggestions.py", "streams/webhook.py"),
    ),
    Trail(
        "A rejected record, and back",
        "What cannot be used is kept whole with its reason; after a fix it goes the same way again.",
        ("schemas/rejected.py", "streams/intake.py"),
    ),
)


def said(path: str) -> str:
    """A file's docstring."""
    return ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8"))) or ""


def about(path: str) -> str:
    """First sentence of a file."""
    head = " ".join(said(path).split("\n\n")[0].split())
    return head.split(". ")[0].rstrip(".")


def following(path: str) -> list[str]:
    """Files that a file names as next, in its order."""
    line = re.search(r"\bNext: (.+?)(?:\n\n|\Z)", said(path), re.DOTALL)
    return re.findall(r"[a-z_]+/[a-z_/]*[a-z_]+\.py", line[1]) if line else []


def files() -> list[str]:
    """Every file that could name a next one."""
    return sorted(str(p.relative_to(ROOT)) for folder in PACKAGES for p in (ROOT / folder).rglob("*.py"))


def shortest(start: str, goal: str) -> list[str]:
    """The shortest way along `Next:` lines. LookupError where there is none: some file lacks its line."""
    came: dict[str, str] = {start: ""}
    todo = deque([start])
    while todo:
        here = todo.popleft()
        if here == goal:
            way = [here]
            while came[way[-1]]:
                way.append(came[way[-1]])
            return way[::-1]
        for there in following(here):
            if there not in came and (ROOT / there).is_file():
                came[there] = here
                todo.append(there)
    raise LookupError(f"no way from {start} to {goal}: the last files it reached are {', '.join(list(came)[-3:])}")


def walk(trail: Trail) -> list[str]:
    """Every file of a trail."""
    way = [trail.via[0]]
    for start, goal in zip(trail.via, trail.via[1:], strict=False):
        way += shortest(start, goal)[1:]
    return way


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for trail in TRAILS:
        parts.append(f"\n## {trail.title}\n{trail.about}\n\n")
        parts += [f"{n}. [`{path}`](../{path}): {about(path)}\n" for n, path in enumerate(walk(trail), 1)]
    return "".join(parts)


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
    print(OUT.relative_to(ROOT))

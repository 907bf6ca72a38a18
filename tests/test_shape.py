"""How the code looks: short files, short functions, everything said once where it stands. The figures are the rules."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest
from support.project import PACKAGES, code, kept, text, tree

OURS = code(*PACKAGES)
PYTHON = [path for path in kept() if path.suffix == ".py"]
SOURCE = {".py", ".ts", ".js", ".css", ".html"}
COPIED = ("tests/corpora/", "region/", "LICENSE")
"""Not written by us, or texts in Swedish: other people's words keep their form."""

FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "handler", "base"}
# Written so that this file does not hold what it looks for
HOSTS = r"pypi\.(?:org)|pythonhosted\.(?:org)|registry\.(?:npmjs)|(?:maven)\.org|maven\.(?:apache)|deb\.(?:debian)"
PLACES = r"(?<![\w.])/(?:work|root)/"
WORKPLACE = r"(?i)\b(?:by a|this|another|previous|next) (?:session|agent)\b|sub-?agents?\b|\bshared/|\bllm\b|\bclaude\b"
LATER = r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b"


def lines(path: Path) -> int:
    return len(text(path).splitlines())


def functions(paths: list[Path]) -> Iterator[tuple[int, str]]:
    """Lines of each function from `def` to its end, and its place."""
    for path in paths:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (node.end_lineno or 0) - node.lineno + 1, f"{path}:{node.lineno} {node.name}"


def found(pattern: str, *, but: tuple[str, ...] = COPIED) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path in kept()
        if not str(path).startswith(but)
        for number, line in enumerate(text(path).splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_files_are_short():
    sizes = sorted(size for path in OURS if (size := lines(path)) > 3)

    assert median(sizes) <= 100
    assert quantiles(sizes, n=10)[-1] <= 250


def test_no_file_is_long():
    written = [path for path in kept() if path.suffix in SOURCE and not str(path).startswith(COPIED)]

    assert [f"{p}: {lines(p)}" for p in written if lines(p) > (500 if p.parts[0] == "tests" else 400)] == []


def test_functions_are_short():
    sizes = [size for size, _ in functions(OURS)]

    assert median(sizes) <= 8
    assert quantiles(sizes, n=10)[-1] <= 25


def test_no_function_is_long():
    assert [f"{place}: {size}" for size, place in functions(OURS) if size > 50] == []


@pytest.mark.parametrize("path", [p for p in PYTHON if text(p).strip()], ids=str)
def test_a_module_says_what_it_is_for(path):
    assert ast.get_docstring(tree(path))


def public(body: list[ast.stmt], within: str = "") -> Iterator[tuple[str, bool]]:
    """Every public class and function with whether it has a docstring; overloads say nothing of their own."""
    for node in body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        name = f"{within}{node.name}"
        yield name, ast.get_docstring(node) is not None
        if isinstance(node, ast.ClassDef):
            yield from public(node.body, f"{name}.")


def test_every_public_name_says_what_it_is():
    assert [f"{path}: {name}" for path in OURS for name, said in public(tree(path).body) if not said] == []


def test_no_file_is_named_for_being_left_over():
    assert [str(path) for path in kept() if path.stem.lower() in FORBIDDEN and path.suffix in {".py", ".ts"}] == []


def test_nothing_waits_for_later_in_a_comment():
    assert found(LATER) == []


def test_no_registry_is_named():
    assert found(HOSTS, but=()) == []


def test_no_place_of_one_machine_is_named():
    assert found(PLACES, but=("tests/corpora/",)) == []


def test_the_work_is_told_in_the_projects_own_words():
    assert found(WORKPLACE, but=("LICENSE", "tests/corpora/")) == []

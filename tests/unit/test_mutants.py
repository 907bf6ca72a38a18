"""The mutants that `scripts/mutate` makes: one fault each, in code that tests should hold, and nowhere else."""

from pathlib import Path

import pytest
from support.mutants import Mutant, mutants, original

SOURCE = '''"""A module."""

LIMIT = 3
TABLE: dict[str, int] = {"a": 1, "b": 2}


def within(number: int, least: int = 0) -> bool:
    """Not this 7."""
    assert number != 99, "never touched"
    return number < LIMIT and not number == least


class Kept:
    def put(self, seen: list[int], one: int) -> None:
        if one in seen:
            return
        seen.append(one + 1)
'''


@pytest.fixture
def made(tmp_path: Path) -> list[Mutant]:
    path = tmp_path / "module.py"
    path.write_text(SOURCE, encoding="utf-8")
    return mutants(path)


def test_each_kind_of_fault_is_made_where_it_can_be(made: list[Mutant]) -> None:
    found = {(mutant.where, mutant.what) for mutant in made}

    assert {("", "3 -> 4"), ("", "3 -> 2"), ("", "without row 1"), ("", "without row 2")} <= found
    assert {
        ("within", what) for what in ("Lt -> LtE", "And -> Or", "without not", "Eq -> NotEq", "return None")
    } <= found
    assert {("Kept.put", what) for what in ("In -> NotIn", "Add -> Sub", "1 -> 2", "1 -> 0", "without expr")} <= found


def test_assertions_docstrings_and_annotations_are_left_alone(made: list[Mutant]) -> None:
    assert not [mutant for mutant in made if "99" in mutant.what or "7" in mutant.what]
    assert {mutant.names for mutant in made if not mutant.where} == {("LIMIT",), ("TABLE",)}


def test_a_mutant_does_one_thing_otherwise(made: list[Mutant]) -> None:
    loosened = next(mutant for mutant in made if mutant.what == "Lt -> LtE")
    was, now = run(original(loosened.path)), run(loosened)

    assert (was["within"](3), now["within"](3)) == (False, True)
    assert [was["within"](n) for n in (0, 1, 4)] == [now["within"](n) for n in (0, 1, 4)]


def test_a_line_is_where_it_was(made: list[Mutant]) -> None:
    lines = SOURCE.splitlines()

    assert all("append" in lines[mutant.line - 1] for mutant in made if mutant.what in {"Add -> Sub", "without expr"})


def run(mutant: Mutant) -> dict:
    names: dict = {}
    exec(mutant.code, names)
    return names

"""Mutants of a module: small faults, one at a time, that some test should notice. Pure: source in, code out.

A mutant changes one comparison, one operator, one whole number, one return, one condition, or leaves out one statement
or one row of a table. Strings, annotations, assertions and docstrings are left alone.
Next: support/mutant_run.py
"""

import ast
import copy
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import NamedTuple

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
}
_SKIPPED = (ast.Assert, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass)


class Mutant(NamedTuple):
    """One fault: where it is, what was done, and the whole module with it."""

    path: Path
    line: int
    what: str
    where: str
    """Qualified name of the function, or `` at the top of the module."""
    names: tuple[str, ...]
    """Names assigned by the statement, at the top of the module."""
    lines: range
    """Lines of the statement: who runs none of them cannot notice."""
    code: CodeType


class _Place(NamedTuple):
    node: ast.AST
    where: str
    names: tuple[str, ...]
    lines: range


def original(path: Path) -> Mutant:
    """The module as it is, in the shape of a mutant: tests that notice this one say nothing of the others."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    where = next((place.where for place in _places(tree) if place.where), "")
    lines = range(_end(tree.body[-1]) + 1) if tree.body else range(0)
    return Mutant(path, 0, "nothing", where, (), lines, compile(tree, str(path), "exec", dont_inherit=True))


def mutants(path: Path) -> list[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    count = sum(1 for place in _places(tree) for _ in _faults(place.node))
    found = []
    for number in range(count):
        whole = copy.deepcopy(tree)
        place, fault = _nth(whole, number)
        what = fault()
        ast.fix_missing_locations(whole)
        code = compile(whole, str(path), "exec", dont_inherit=True)
        line = getattr(place.node, "lineno", 0)
        found.append(Mutant(path, line, what, place.where, place.names, place.lines, code))
    return found


def _nth(tree: ast.Module, number: int) -> tuple[_Place, "_Fault"]:
    for place in _places(tree):
        for fault in _faults(place.node):
            if number == 0:
                return place, fault
            number -= 1
    raise IndexError(number)


def _places(tree: ast.Module) -> Iterator[_Place]:
    """Nodes that can be changed: inside functions, and in the values of assignments at the top."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names = tuple(t.id for t in targets if isinstance(t, ast.Name))
            for node, lines in _walk(statement.value, _lines(statement)):
                yield _Place(node, "", names, lines)
        else:
            yield from _within(statement, "")


def _within(node: ast.AST, outer: str) -> Iterator[_Place]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        name = f"{outer}{node.name}"
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                yield from _within(statement, f"{name}.<locals>.")
            elif not _docstring(statement):
                for inner, lines in _walk(statement, _lines(statement)):
                    yield _Place(inner, name, (), lines)
    elif isinstance(node, ast.ClassDef):
        for statement in node.body:
            yield from _within(statement, f"{outer}{node.name}.")


def _docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _lines(node: ast.AST) -> range:
    """Lines of a statement; of one that holds others, those before the first of them."""
    first = node.pattern if isinstance(node, ast.match_case) else node
    start = getattr(first, "lineno", 0)
    held = getattr(node, "cases", None) or getattr(node, "body", None)
    if not isinstance(held, list):
        return range(start, _end(node) + 1)
    inner = held[0].pattern if isinstance(held[0], ast.match_case) else held[0]
    return range(start, max(start + 1, inner.lineno))


def _end(node: ast.AST) -> int:
    return int(getattr(node, "end_lineno", 0))


def _walk(node: ast.AST, lines: range) -> Iterator[tuple[ast.AST, range]]:
    """The node and what is in it, each with its statement's lines; no annotations, assertions, f-strings' formats."""
    if isinstance(node, _SKIPPED):
        return
    if isinstance(node, ast.stmt | ast.match_case | ast.ExceptHandler):
        lines = _lines(node)
    yield node, lines
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "type_params"} or isinstance(node, ast.JoinedStr):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _walk(child, lines)


class _Fault:
    """A change of one node in place; called, it is done and says what it did."""

    def __init__(self, what: str, node: ast.AST, **fields: object) -> None:
        self.what, self.node, self.fields = what, node, fields

    def __call__(self) -> str:
        for name, value in self.fields.items():
            setattr(self.node, name, value)
        return self.what


class _Becomes(_Fault):
    """The node becomes another node."""

    def __init__(self, what: str, node: ast.AST, other: ast.AST) -> None:
        super().__init__(what, node)
        self.other = other

    def __call__(self) -> str:
        place = {name: getattr(self.node, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")}
        self.node.__class__ = self.other.__class__
        self.node.__dict__.clear()
        self.node.__dict__.update(self.other.__dict__ | place)
        return self.what


def _faults(node: ast.AST) -> Iterator[_Fault]:
    """Every fault that can be made of one node."""
    yield from _of_operators(node)
    yield from _of_values(node)
    yield from _of_statements(node)


def _of_operators(node: ast.AST) -> Iterator[_Fault]:
    match node:
        case ast.Compare(ops=ops):
            for i, op in enumerate(ops):
                other = COMPARISONS[type(op)]
                yield _Fault(f"{_name(op)} -> {other.__name__}", node, ops=[*ops[:i], other(), *ops[i + 1 :]])
        case ast.BoolOp(op=op):
            swapped = ast.Or if isinstance(op, ast.And) else ast.And
            yield _Fault(f"{_name(op)} -> {swapped.__name__}", node, op=swapped())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield _Becomes("without not", node, operand)
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in OPERATORS:
            yield _Fault(f"{_name(op)} -> {OPERATORS[type(op)].__name__}", node, op=OPERATORS[type(op)]())


def _of_values(node: ast.AST) -> Iterator[_Fault]:
    match node:
        case ast.Constant(value=bool() as value):
            yield _Fault(f"{value} -> {not value}", node, value=not value)
        case ast.Constant(value=int() as value):
            yield _Fault(f"{value} -> {value + 1}", node, value=value + 1)
            yield _Fault(f"{value} -> {value - 1}", node, value=value - 1)
        case ast.Dict(keys=keys, values=values) if len(keys) > 1:
            for i in range(len(keys)):
                less = {"keys": [*keys[:i], *keys[i + 1 :]], "values": [*values[:i], *values[i + 1 :]]}
                yield _Fault(f"without row {i + 1}", node, **less)


def _of_statements(node: ast.AST) -> Iterator[_Fault]:
    match node:
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield _Fault("return None", node, value=ast.Constant(None))
        case ast.If(test=ast.Name() | ast.Attribute() | ast.Call() as test):
            yield _Fault("if not", node, test=ast.UnaryOp(ast.Not(), test))
        case ast.Expr(value=ast.Call() | ast.YieldFrom()) | ast.Continue() | ast.Break() | ast.Delete() | ast.Raise():
            yield _Becomes(f"without {_name(node).lower()}", node, ast.Pass())


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _name(node: ast.AST) -> str:
    return type(node).__name__

"""JMESPath expressions of a mapping, made ready: several in turn, the first that finds something counts. Pure.

In: expressions as text. Out: a `Reader` of rows, which never raises. A plain name is read without the interpreter,
because most fields are that and a list may have 20,000 rows.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

Reader = Callable[[Any], Any]
"""Value of a row; None if it has none. Empty text counts as none."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_QUOTED = re.compile(r'"[^"\\]+"')
_LITERAL = re.compile(r"'[^']*'|`[^`]*`")


def fault(expression: str) -> str | None:
    """What is wrong with an expression; None if nothing is."""
    try:
        jmespath.compile(expression)
    except (JMESPathError, ValueError, RecursionError) as error:
        return f"{expression!r} is no JMESPath: {' '.join(str(error).split())[:200]}"
    return None


def reader(expressions: Sequence[str]) -> Reader:
    """Reads the first of several expressions that finds something. They must be free of faults."""
    if all(_plain(expression) for expression in expressions):
        return _names(tuple(expression.strip('"') for expression in expressions))
    single = [_names((e.strip('"'),)) if _plain(e) else _searcher(e) for e in expressions]

    def read(row: Any) -> Any:
        return next((found for one in single if (found := one(row)) is not None), None)

    return single[0] if len(single) == 1 else read


def _plain(expression: str) -> bool:
    return bool(_NAME.fullmatch(expression) or _QUOTED.fullmatch(expression))


def _names(names: tuple[str, ...]) -> Reader:
    def read(row: Any) -> Any:
        if isinstance(row, dict):
            for name in names:
                found = row.get(name)
                if found is not None and found != "":
                    return found
        return None

    return read


def _searcher(expression: str) -> Reader:
    compiled = jmespath.compile(expression)

    def read(row: Any) -> Any:
        try:
            found = compiled.search(row)
        except (JMESPathError, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError):
            # a function that does not suit what this row holds: the row has no such value
            return None
        return None if found == "" else found

    return read


def named(expressions: Sequence[str]) -> set[str]:
    """Names that expressions speak of, for telling which columns of a list nobody reads."""
    bare = " ".join(_LITERAL.sub(" ", expression) for expression in expressions)
    return {*re.findall(r'"([^"]+)"', bare), *_NAME.findall(re.sub(r'"[^"]+"', " ", bare))}

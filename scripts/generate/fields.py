"""What the models say of their own fields: the sentence below a field, read from the source.

In: a pydantic model. Out: field name -> sentence. The settings page and the released schemas are made with it.
"""

import ast
import inspect
import textwrap

from pydantic import BaseModel


def own_docs(model: type) -> dict[str, str]:
    """Sentences below the fields that this class itself declares."""
    body = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(body, ast.ClassDef)
    said: dict[str, str] = {}
    for field, below in zip(body.body, body.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            said[field.target.id] = inspect.cleandoc(below.value.value)
    return said


def field_docs(model: type[BaseModel]) -> dict[str, str]:
    """Sentences below the fields of a model and of those it extends."""
    lines = [cls for cls in reversed(model.__mro__) if issubclass(cls, BaseModel) and cls is not BaseModel]
    return {
        name: said for cls in lines if not cls.__module__.startswith("pydantic") for name, said in own_docs(cls).items()
    }

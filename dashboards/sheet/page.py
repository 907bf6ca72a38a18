"""A sheet's content as HTML: a page of the server, or a file that stands alone. Neither has a script.

In: content. Out: HTML whose print is the sheet. Next: dashboards/templates/sheet.html
"""

import base64
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from markupsafe import Markup

from dashboards.drawing.paint import Paint
from dashboards.files import PLACE
from schemas.codec import Json

LATEST = "<!-- latest -->"
"""Where a server that hands out the newest file says that it is one."""


class Link(NamedTuple):
    """Another sheet that can be chosen."""

    href: str
    name: str
    here: bool


class Nav(NamedTuple):
    """What stands above a sheet that a server shows, and not on paper."""

    root: str
    links: list[Link]
    pdf: str
    other: tuple[str, str]
    """The language that the page is not in, and its address in it."""


def page(paint: Paint, content: Json, nav: Nav) -> str:
    """The sheet as a page of the server."""
    return paint.page("sheet.html", nav.root, s=content, nav=nav, style=None)


def alone(paint: Paint, content: Json) -> str:
    """The sheet as a file: its style inside, no address in it; opens where nothing else works."""
    return paint.page("sheet.html", "", s=content, nav=None, style=Markup(style()))  # noqa: S704 our own


@cache
def style() -> str:
    """The style sheet, whole."""
    return (PLACE / "sheet.css").read_text(encoding="utf-8")


def policy() -> str:
    """Content security policy of such a file when a server hands it out: this very style and nothing else."""
    digest = base64.b64encode(sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"

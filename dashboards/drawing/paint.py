"""Templates made into HTML: one environment, escaped by default, a missing name is an error and not a blank.

In: the catalogue. Out: pages, and the parts of the desk one by one. No script and no style stands inside a page.
"""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboards.drawing.glyphs import UNEQUAL, glyph, outline, sign_symbols, sign_use, value
from dashboards.files import asset
from streams.words import Words

HERE = Path(__file__).parent.parent


class Paint:
    """The templates in one language."""

    def __init__(self, words: Words) -> None:
        self._env = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=50,
        )
        self._env.globals.update(
            w=words,
            lang=words.language,
            glyph=glyph,
            outline=outline,
            unequal=UNEQUAL,
            value=value,
            sign=sign_use,
            sign_symbols=sign_symbols,
        )
        self.parts: Any = self._env.get_template("parts.html").module
        """Macros of the desk's living parts."""
        self.map: Any = self._env.get_template("map_parts.html").module
        """The same of the map's page."""
        self.wall: Any = self._env.get_template("wall_parts.html").module
        """The same of the wall."""
        self.activation: Any = self._env.get_template("activation_parts.html").module
        """The same of suggestions and notices."""
        self.forum: Any = self._env.get_template("forum_parts.html").module
        """The same of a forum's page."""
        self.forums: Any = self._env.get_template("forums_parts.html").module
        """The same of the list of forums."""

    def page(self, name: str, root: str, **context: object) -> str:
        """A whole page; `root` is the path that the site lies under, empty for the top."""
        return self._env.get_template(name).render(asset=lambda file: root + asset(file), **context)

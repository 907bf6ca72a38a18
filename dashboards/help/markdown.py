"""Just enough Markdown for our own statement: headings, paragraphs, lists, bold, code, links. Everything is escaped.

Pure. In: text. Out: markup; what it does not know stays as it is written.
"""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

_BOLD, _CODE = re.compile(r"\*\*(.+?)\*\*"), re.compile(r"`(.+?)`")
_LINK = re.compile(r"\[([^\]]+)\]\((https://[^)\s]+)\)")


def markup(text: str) -> Markup:
    """A whole document."""
    return Markup("\n").join(_block(block) for block in re.split(r"\n{2,}", text.strip()))


def _block(block: str) -> Markup:
    head, _, rest = block.partition("\n")
    found = re.match(r"(#{1,3}) (.*)", head)
    if found:
        level = len(found[1])
        heading = Markup("<h{0}>{1}</h{0}>").format(level, _inline(found[2]))
        return heading + (_block(rest) if rest else Markup(""))
    if block.startswith("- "):
        return Markup('<ul class="dots">{}</ul>').format(Markup("").join(_items(block)))
    return Markup("<p>{}</p>").format(_inline(" ".join(block.split())))


def _items(block: str) -> Iterator[Markup]:
    for item in re.split(r"\n(?=- )", block):
        yield Markup("<li>{}</li>").format(_inline(" ".join(item.removeprefix("- ").split())))


def _inline(text: str) -> Markup:
    said = str(escape(text))
    said = _LINK.sub(r'<a href="\2" rel="noopener noreferrer external">\1</a>', said)
    return Markup(_CODE.sub(r"<code>\1</code>", _BOLD.sub(r"<b>\1</b>", said)))  # noqa: S704 escaped above

"""Words of a CAP text that its writer filled with HTML, as NINA and New South Wales do. Pure.

In: a text. Out: the same without tags, in lines; a text without any is left as it is.
"""

import html
import re

_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|i|img|li|ol|p|span|strong|table|tbody|td|tr|u|ul)\b[^<>]*>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:quot|apos|amp|lt|gt|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)


def bare(text: str) -> str:
    """Text without HTML's tags and entities. What only looks like one, `<50 mm`, stays."""
    if "<" not in text and "&" not in text:
        return text
    untagged = _TAG.sub("", _BREAK.sub("\n", text))
    if untagged == text and not _ENTITY.search(text):
        return text
    lines = (" ".join(row.split()) for row in _ENTITY.sub(_letter, untagged).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _letter(entity: re.Match[str]) -> str:
    # a half character or NUL would make the whole report unstorable
    found = html.unescape(entity[0])
    return "" if found == "\x00" or "\ud800" <= found <= "\udfff" else found

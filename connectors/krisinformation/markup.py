"""The words of an HTML text. Pure.

In: HTML as an editor's tool writes it. Out: plain text with its paragraphs. It is shown as text, never as HTML, so this
only has to be readable; regular expressions do, and unlike `html.parser` they stop at nothing and take linear time.
"""

import html
import re

_LIMIT = 100_000
_HIDDEN = re.compile(r"<(script|style)\b[^<>]*>[^<]*(?:</\1\s*>)?|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr|/ul|/ol)\b[^<>]*>", re.IGNORECASE)
_ITEM = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)


def plain(text: str) -> str:
    """Plain text of HTML; text that is none stays as it is."""
    if "<" not in text and "&" not in text:
        return text.strip()
    bare = _HIDDEN.sub("", text[:_LIMIT].replace("<![CDATA[", "").replace("]]>", ""))
    bare = _TAG.sub("", _ITEM.sub("- ", _BREAK.sub("\n", bare)))
    lines = (" ".join(row.split()) for row in html.unescape(bare).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

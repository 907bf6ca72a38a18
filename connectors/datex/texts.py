"""What a DATEX II record says in words, by language: Swedish first, English beside it, else what there is. Pure.

In: the comments of a `situationRecord`, and its extensions, in which Trafikverket puts words too. Out: a headline, and
texts by what they tell; English ones with `_en`.
Comments that are not for the public (`nonGeneralPublicComment`) are left out.
"""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from connectors.reading.values import clean, line
from connectors.reading.xml_pieces import child, local, text

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_Said = tuple[str, str, str]
"""Kind of comment, language, words."""
_PLAIN = {"", "description", "other"}
"""Kinds of comment that are the matter itself."""


def spoken(element: Element, language: str) -> list[tuple[str, str]]:
    """Texts of a multilingual string with their languages; `language` is of those that name none."""
    values = [part for part in element.iter() if local(part) == "value"] or [element]
    pairs = [((v.get("lang") or v.get(_LANG) or language).lower()[:2], clean(v.text)) for v in values]
    return [(spoken_in, words) for spoken_in, words in pairs if words]


def told(comments: Sequence[Element], extensions: Sequence[Element], language: str) -> tuple[str, dict[str, str]]:
    """Headline, the first line of the best comment; and texts by kind of comment, several of a kind in lines."""
    said = _extended(extensions, language) + [comment for part in comments for comment in _commented(part, language)]
    if not said:
        return "", {}
    ranked = _ours(said) + [c for c in said if c[1] == "en"]
    found: dict[str, list[str]] = {}
    for kind, spoken_in, words in ranked:
        name = "comment" if kind in _PLAIN else kind
        found.setdefault(f"{name}_en" if spoken_in == "en" else name, []).append(words)
    first = min(ranked, key=lambda c: (c[1] == "en", c[0] not in _PLAIN))
    return line(first[2].splitlines()[0]), {name: clean("\n".join(dict.fromkeys(p))) for name, p in found.items()}


def _ours(comments: list[_Said]) -> list[_Said]:
    """Swedish comments; where there are none, those of any language but English."""
    return [c for c in comments if c[1] == "sv"] or [c for c in comments if c[1] != "en"]


def _commented(part: Element, language: str) -> list[_Said]:
    comment = child(part, "comment")
    kind = re.sub(r"(?<=[a-z])[A-Z]", lambda m: f"_{m[0]}", line(text(part, "commentType"), 40)).lower()
    kind = re.sub(r"[^a-z0-9_]", "_", kind)
    return [(kind, *pair) for pair in spoken(part if comment is None else comment, language)]


def _extended(extensions: Sequence[Element], language: str) -> list[_Said]:
    """Header, description and overview of Trafikverket's extension to v3.1, known from its schema only."""
    return [
        ("", *pair)
        for extension in extensions
        for holder in extension.iter()
        if local(holder) in {"emergencyInfo", "roadConditionOverview"}
        for part in holder
        if local(part) in {"header", "description", "text"}
        for pair in spoken(part, language)
    ]

"""What a DATEX II record says in words, by language: Swedish first, English beside it, else what there is. Pure.

In: a `situationRecord` element. Out: a headline, and texts by what they tell; English ones with `_en`.
Comments that are not for the public (`nonGeneralPublicComment`) are left out.
"""

import re
from xml.etree.ElementTree import Element

from connectors.reading import clean, line
from connectors.xml_reading import child, children, local, text

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PLAIN = {"", "description", "other"}
"""Kinds of comment that are the matter itself."""


def spoken(element: Element, language: str) -> list[tuple[str, str]]:
    """Texts of a multilingual string with their languages; `language` is of those that name none."""
    values = [part for part in element.iter() if local(part) == "value"] or [element]
    pairs = [((v.get("lang") or v.get(_LANG) or language).lower()[:2], clean(v.text)) for v in values]
    return [(spoken_in, words) for spoken_in, words in pairs if words]


def headline(record: Element, language: str) -> str:
    """First line of the best comment, empty if there is none."""
    comments = _comments(record, language)
    own, english = _ours(comments), [c for c in comments if c[1] == "en"]
    ranked = sorted(own, key=lambda c: c[0] not in _PLAIN) + sorted(english, key=lambda c: c[0] not in _PLAIN)
    return next((line(words.splitlines()[0]) for _, _, words in ranked), "")


def texts(record: Element, language: str) -> dict[str, str]:
    """Texts by kind of comment; several of a kind stand below one another."""
    comments = _comments(record, language)
    found: dict[str, list[str]] = {}
    for kind, spoken_in, words in _ours(comments) + [c for c in comments if c[1] == "en"]:
        name = "comment" if kind in _PLAIN else kind
        found.setdefault(f"{name}_en" if spoken_in == "en" else name, []).append(words)
    return {name: clean("\n".join(dict.fromkeys(parts))) for name, parts in found.items()}


def _ours(comments: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Swedish comments; where there are none, those of any language but English."""
    return [c for c in comments if c[1] == "sv"] or [c for c in comments if c[1] != "en"]


def _comments(record: Element, language: str) -> list[tuple[str, str, str]]:
    """Kind, language and words of each comment, those of Trafikverket's extension first."""
    found = []
    for extension in (part for part in record if local(part).endswith("Extension")):
        found += _extended(extension, language)
    for part in children(record, "generalPublicComment"):
        comment = child(part, "comment")
        kind = re.sub(r"(?<=[a-z])[A-Z]", lambda m: f"_{m[0]}", line(text(part, "commentType"), 40)).lower()
        kind = re.sub(r"[^a-z0-9_]", "_", kind)
        found += [(kind, *pair) for pair in spoken(part if comment is None else comment, language)]
    return found


def _extended(extension: Element, language: str) -> list[tuple[str, str, str]]:
    """Header, description and overview of Trafikverket's extension to v3.1, known from its schema only."""
    found = []
    for holder in extension.iter():
        if local(holder) in {"emergencyInfo", "roadConditionOverview"}:
            parts = (part for part in holder if local(part) in {"header", "description", "text"})
            found += [("", *pair) for part in parts for pair in spoken(part, language)]
    return found

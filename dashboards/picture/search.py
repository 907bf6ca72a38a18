"""Which items hold these words: what is written in them, what they are called, where they are; labels kept.

In: a viewer's sight of a picture, words. Out: keys of items. The words of an item are put in one line once and kept
while the item is the same; what a line finds is asked of the viewer's own sight before it is told, so that nobody
learns by searching what they may not read.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from dashboards.picture.view import Sight
from schemas.change import EntityKind
from schemas.codec import Json

Called = Callable[[Json], str]
"""What an item is called beside its own words: its source, its municipalities. Open to everyone who sees the item."""


class _Line(NamedTuple):
    item: Json
    words: str
    """Folded: the item's own words and what it is called."""


class Haystack:
    """Lines of the items that somebody has searched among; thrown away when a text is erased."""

    def __init__(self, erased: Callable[[], int] = lambda: 0) -> None:
        """`erased` tells how many texts are erased: when it has grown no old line is trusted."""
        self._lines: dict[str, _Line] = {}
        self._count, self._erased = erased, 0

    def find(self, sight: Sight, words: str, called: Called) -> set[str]:
        """Keys of the items that hold every one of the words, in what this viewer may read of them.

        Args:
            sight: the picture through the viewer's eyes.
            words: as a person writes them; part of a word is enough, large and small letters are the same.
            called: names of an item's source and places.
        """
        if self._count() != self._erased:
            self._lines.clear()
            self._erased = self._count()
        wanted = words.casefold().split()
        items = sight.picture.get(EntityKind.ITEM, {})
        for gone in self._lines.keys() - items.keys():
            del self._lines[gone]
        near = (key for key, item in items.items() if _all(wanted, self._line(sight, key, item, called)))
        return {key for key in near if self._seen(sight, key, wanted, called)}

    def _line(self, sight: Sight, key: str, item: Json, called: Called) -> str:
        held = self._lines.get(key)
        if held is not None and held.item is item:
            return held.words
        texts = [sight.text(name) for name in item.get("texts", {}).values()]
        line = _folded([called(item), *(text.words or "" for text in texts if text is not None)])
        if None not in texts:
            self._lines[key] = _Line(item, line)
        return line

    def _seen(self, sight: Sight, key: str, wanted: list[str], called: Called) -> bool:
        shown = sight.shown(EntityKind.ITEM, key)
        return shown is not None and _all(wanted, _folded([called(shown), *_words(shown["texts"])]))


def _words(texts: Mapping[str, str]) -> list[str]:
    return [str(text) for text in texts.values()]


def _folded(parts: list[str]) -> str:
    return "\n".join(parts).casefold()


def _all(wanted: list[str], line: str) -> bool:
    return all(word in line for word in wanted)

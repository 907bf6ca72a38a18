"""Every key that does something: for the page `/keys` and the dialog that `?` opens. What they do: static/keys.js.

Pure. In: words. Out: rows of keys and what they do.
"""

from streams.words import Words

KEYS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("?",), "keys.list"),
    (("f",), "keys.filter"),
    (("Esc",), "keys.escape"),
    (("Tab",), "keys.tab"),
    (("←", "→", "↑", "↓"), "keys.arrows"),
    (("Home", "End", "PgUp", "PgDn"), "keys.ends"),
    (("↵",), "keys.enter"),
    (("g", "l"), "keys.desk"),
    (("g", "a"), "keys.activation"),
    (("g", "p"), "keys.items"),
    (("g", "n"), "keys.changes"),
    (("g", "f"), "keys.forums"),
    (("g", "t"), "keys.time"),
    (("g", "m"), "keys.map"),
    (("g", "r"), "keys.report"),
    (("g", "k"), "keys.sources"),
    (("g", "v"), "keys.wall"),
)
"""Keys, pressed one after the other or one of them, and the text of what they do."""


def keys(words: Words) -> list[tuple[tuple[str, ...], str]]:
    """The rows in the reader's words."""
    return [(row, words(key)) for row, key in KEYS]

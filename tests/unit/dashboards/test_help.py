"""Help and the accessibility statement: shipped with the program, one source, told in both languages."""

import pytest
from support.project import ROOT
from support.world import REFERENCE

from dashboards.app import ROUTES
from dashboards.help.markdown import markup
from dashboards.help.page import LIMITS, PROMISES, ROOMS, STATEMENT, WORDS, figures
from streams.words import LANGUAGES, load_words


class Silent:
    """Of a server, what the figures ask for."""

    reference = REFERENCE
    silent_s = 41.5


def test_the_statement_that_is_shipped_is_the_one_in_the_documents():
    document = ROOT / "docs" / "tillganglighetsredogorelse.md"

    assert STATEMENT.read_bytes() == document.read_bytes()
    assert STATEMENT.resolve() == document
    assert "{contact}" in document.read_text(encoding="utf-8")


def test_the_statement_says_what_is_not_tried():
    text = STATEMENT.read_text(encoding="utf-8")

    assert "Ingen som använder skärmläsare har provat" in text
    assert "delvis förenliga" in text
    assert "2018:1937" in text


def test_markdown_is_escaped_and_no_more_than_the_statement_needs():
    made = markup("# A <b>\n\npara **bold** `x` [ord](https://a.se/b)\n\n- ett\n  och mer\n- två\n\n## B\ntext")

    assert "<h1>A &lt;b&gt;</h1>" in made
    assert "<p>para <b>bold</b> <code>x</code> " in made
    assert '<a href="https://a.se/b" rel="noopener noreferrer external">ord</a></p>' in made
    assert '<ul class="dots"><li>ett och mer</li><li>två</li></ul>' in made
    assert "<h2>B</h2><p>text</p>" in made
    assert "<a" not in markup("[x](javascript:alert(1))")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_room_word_promise_and_limit_is_told(language: str):
    words = load_words(language)
    told = figures(Silent(), words)  # type: ignore[arg-type]

    assert [key for _, name, room in ROOMS for key in (name, f"help_room.{room}") if not words.known(key)] == []
    assert [key for key in WORDS if not (words.known(f"help_word.{key}") and words.known(f"help_name.{key}"))] == []
    assert len([k for k in words if k.startswith("help_promise.")]) == PROMISES
    assert len([k for k in words if k.startswith("help_limit.")]) == LIMITS
    assert all(words(f"help_old.{key}", **told) for key in ("own", "forum", "source", "page"))


def test_every_room_of_help_is_an_address():
    addresses = {getattr(route, "path", "") for group in ROUTES for part in group for route in part.router.routes}

    assert [href for href, _, _ in ROOMS if href not in addresses] == []

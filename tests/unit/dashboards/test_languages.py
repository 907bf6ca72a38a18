"""Two languages, one catalogue each: the same keys and fields; no page's text stands outside them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from fastapi import Request
from starlette.responses import Response

from dashboards.access import anyone
from dashboards.drawing.paint import Paint
from dashboards.language import COOKIE, language_of, other_language, remember
from dashboards.problems import Problem, Told
from schemas.sectors import Kind
from schemas.times import parse
from streams.settings import PROJECT
from streams.words import LANGUAGES, load_words

SV, EN = load_words("sv"), load_words("en")
CATALOGUE = PROJECT / "streams" / "catalogue"
NAMES = re.compile(r"Länsstyrelsen|på svenska|In Swedish: [\w ]+\.", re.IGNORECASE)
"""Swedish that an English page keeps: the county board's name, the way back, and words of the model that are quoted."""
ALIKE = {
    "filter",
    "forum",
    "form",
    "information",
    "länsstyrelsen",
    "orange",
    "rakel",
    "revision",
    "storm",
    "tib",
    "version",
}
"""Words that both languages write the same."""
SWEDISH = re.compile(
    r"[åäöÅÄÖ]|\b(?:och|inte|finns|eller|med|av|ska|ingen|alla|saknas|utan|kommun|telefon|engelska|svenska|nej|som|till)\b"
)
KEPT = {
    ("dashboards/telling/moments.py", "[a-zåäö]"): "letters of a month",
    ("dashboards/app.py", "Lägesbild:"): "the project's name, in the description of the API",
}
"""(file, what the text holds) -> why it may stand there."""


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


def test_both_languages_have_the_same_files_keys_and_fields():
    names = [sorted(path.name for path in (CATALOGUE / language).iterdir()) for language in LANGUAGES]

    assert names[0] == names[1]
    assert sorted(set(SV) ^ set(EN)) == []
    assert [key for key in SV if fields(SV(key)) != fields(EN(key))] == []


def test_what_is_split_has_as_many_pieces():
    assert [len(EN(key).split()) for key in ("time.weekdays", "time.months")] == [7, 12]
    assert len(EN("backtest.heads").split(";")) == len(SV("backtest.heads").split(";"))


def test_nothing_is_left_in_swedish():
    same = [key for key in SV if SV(key) == EN(key) and re.search(r"[a-zåäö]", re.sub(r"\{\w+\}", "", SV(key).lower()))]
    left = {EN(key).lower() for key in same if not key.startswith(("time.", "count.", "terminal_sign."))} - ALIKE

    assert left == set()
    assert [key for key in EN if re.search(r"[åäöÅÄÖ]", NAMES.sub("", EN(key)))] == []


def test_english_form():
    now = parse("2027-01-20T10:10:24+01:00")

    assert EN.when(parse("2027-01-19T10:10:00+01:00"), now) == "Tue 19 Jan 10.10"
    assert EN.ago(now - 8 * 60_000, now) == "8 min ago"
    assert EN.listing(["a", "b", "c"]) == "a, b and c"
    assert EN.advice("convene", "samordnande") == "Convene the coordinating forum"
    assert EN.form("på plats") == "on the spot"
    assert EN.form("Teams") == "Teams"
    assert [kind for kind in Kind if not EN.known(f"kind.{kind}")] == []


def documentation(tree: ast.AST) -> Iterator[int]:
    """Texts that are documentation: they stand alone as a statement."""
    for node in ast.walk(tree):
        for statement in getattr(node, "body", None) if isinstance(getattr(node, "body", None), list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                yield id(statement.value)


def literals(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        tree = ast.parse(text)
        told = set(documentation(tree))
        strings = (n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
        yield from (node.value for node in strings if id(node) not in told)
    elif path.suffix == ".js":
        bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        yield from (re.sub(r"(^|\s)//.*", "", line) for line in bare.splitlines())
    else:
        yield re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)


def test_no_text_of_a_page_stands_outside_the_catalogue():
    pages = [p for p in (PROJECT / "dashboards").rglob("*") if p.suffix in {".py", ".js", ".html", ".svg", ".typ"}]
    found = [
        (str(path.relative_to(PROJECT)), text)
        for path in pages
        for text in literals(path)
        if SWEDISH.search(text) and path.name != "sheet.typ"
    ]
    loose = [(at, text) for at, text in found if not any(at == file and held in text for file, held in KEPT)]

    assert len(pages) > 100
    assert loose == []
    assert [why for (file, held), why in KEPT.items() if not any(at == file and held in t for at, t in found)] == []


def request(query: str = "", cookie: str = "", method: str = "GET") -> Request:
    headers = [(b"cookie", cookie.encode()), (b"host", b"x"), (b"accept-language", b"en-GB")]
    scope = {"type": "http", "method": method, "path": "/area/0180", "query_string": query.encode(), "headers": headers}
    return Request({**scope, "scheme": "http", "server": ("x", 80)})


@pytest.mark.parametrize(
    ("query", "cookie", "language"),
    [
        ("", "", "sv"),
        ("lang=en", "", "en"),
        ("", f"{COOKIE}=en", "en"),
        ("lang=sv", f"{COOKIE}=en", "sv"),
        ("lang=xx", f"{COOKIE}=yy", "sv"),
    ],
)
def test_the_address_decides_then_what_was_chosen_then_swedish(query: str, cookie: str, language: str):
    assert language_of(request(query, cookie)) == language


def test_the_choice_is_kept_and_the_way_to_the_other_keeps_the_rest_of_the_address():
    answer, silent = Response(), Response()

    remember(request("lang=en"), answer)
    remember(request(), silent)

    assert f"{COOKIE}=en" in answer.headers["set-cookie"]
    assert "set-cookie" not in silent.headers
    assert other_language(request("theme=dark&lang=en")) == ("sv", "/area/0180?theme=dark&lang=sv")
    assert other_language(request(method="POST")) == ("en", "/?lang=en")


def test_a_problem_speaks_the_readers_language():
    problem = Problem(404, "no-such-version", Told("problem.no_version", version=9, newest=3))

    assert problem.detail == "Version 9 finns inte. Den nyaste är 3."
    assert problem.body(EN)["detail"] == "There is no version 9. The newest is 3."


def test_a_viewer_sees_the_same_in_every_language():
    swedish, english = anyone(exercise=True), anyone(exercise=True)._replace(language="en")

    assert swedish.view == english.view
    assert english.words is EN
    assert Paint(EN)._env.globals["lang"] == "en"

"""A sheet's content as a PDF: A4, PDF/A-2a with tags, fonts out of the typesetter itself, nothing fetched.

Pure but for reading its template once. The same content gives the same bytes: the document's time is the sheet's own.
It is set smaller, and at last its lists shorter, until it fits two pages; what is left out is counted on it.
Next: dashboards/sheet/sheet.typ
"""

from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import typst

from schemas.codec import Json, canon, load
from schemas.times import parse
from streams.words import load_words

TEMPLATE = Path(__file__).with_name("sheet.typ")
STANDARD: Literal["a-2a"] = "a-2a"
PAGES = 2
"""A sheet is one piece of paper, both sides of it in a storm."""


class Setting(NamedTuple):
    """How large, and how long its lists may be."""

    points: float
    most: int


EASY = (Setting(10.5, 60), Setting(9.8, 60))
"""Easy to read at arm's length."""
SETTINGS = (*EASY, Setting(9.2, 12), Setting(9.0, 8), Setting(8.6, 5), Setting(8.2, 3))
"""From what is easiest to read to what holds the most; the last one is used even where it does not fit."""


def pdf(content: Json) -> bytes:
    """The sheet as PDF. TypstError is a fault of ours: of the template, or of a content it does not know."""
    return _typeset(canon(content))


@lru_cache(maxsize=16)
def _typeset(raw: bytes) -> bytes:
    """Kept for those who ask for the same sheet: equal contents are equal bytes."""
    content = load(raw)
    setting = fitting(content)
    made = typst.compile(
        _template(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs=_inputs(content, setting),
        pdf_standards=[STANDARD],
        timestamp=parse(content["made_at"]) // 1_000,
    )
    assert isinstance(made, bytes)
    return made


def png(content: Json, dots: float = 110) -> list[bytes]:
    """Its pages as pictures, for people who look at what was changed in the template."""
    setting = fitting(content)
    made = typst.compile(
        _template(), format="png", ppi=dots, ignore_system_fonts=True, sys_inputs=_inputs(content, setting)
    )
    return [made] if isinstance(made, bytes) else list(made or [])


def fitting(content: Json) -> Setting:
    """One page where that is easy to read, else the first setting that gives two."""
    taken = [pages(content, setting) for setting in EASY]
    for wanted in (1, PAGES):
        for setting, count in zip(EASY, taken, strict=True):
            if count <= wanted:
                return setting
    return next((s for s in SETTINGS[len(EASY) :] if pages(content, s) <= PAGES), SETTINGS[-1])


def pages(content: Json, setting: Setting = SETTINGS[0]) -> int:
    """How many pages it takes."""
    compiler = typst.Compiler(_template(), ignore_system_fonts=True, sys_inputs=_inputs(content, setting))
    return int(compiler.query("<pages>", field="value", one=True))


def _inputs(content: Json, setting: Setting) -> dict[str, str]:
    return {
        "sheet": canon(content).decode(),
        "words": canon(_headings(content["language"])).decode(),
        "size": str(setting.points),
        "most": str(setting.most),
    }


@cache
def _headings(language: str) -> Json:
    """Texts that stand on every sheet, by name."""
    words = load_words(language)
    return {key.removeprefix("sheet_page."): words(key) for key in words if key.startswith("sheet_page.")}


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()

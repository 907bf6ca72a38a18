"""The sheet on paper: one page when calm, two in a storm, the same bytes, archival, tagged, readable without colour."""

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader
from support.sheets import DEMONSTRATION, calm, scene_sheet, storm

from dashboards.sheet.pdf import PAGES, SETTINGS, TEMPLATE, fitting, pages, pdf
from schemas.codec import canon, load
from schemas.times import HOUR, MINUTE
from streams.words import load_words


def read(content: dict[str, Any]) -> PdfReader:
    return PdfReader(io.BytesIO(pdf(content)))


def words(reader: PdfReader) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def conference() -> dict[str, Any]:
    """The conference during the demonstration."""
    return scene_sheet("demonstration", DEMONSTRATION + 9 * 24 * HOUR + 4 * HOUR + 29 * MINUTE, "planf/4")


def test_a_calm_day_takes_one_page_and_a_storm_two():
    assert len(read(calm()).pages) == 1
    assert len(read(conference()).pages) == 1
    assert len(read(storm()).pages) == 2


def test_it_is_a4_archival_tagged_and_swedish():
    reader = read(storm())
    root = reader.trailer["/Root"]
    marks = root["/Metadata"].get_object().get_data().decode()

    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    assert re.search(r"pdfaid:part>2<.*pdfaid:conformance>A<", marks, re.DOTALL)
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("sv")
    assert "/Table" in str(kinds(root["/StructTreeRoot"]))


def kinds(node: Any, depth: int = 0) -> set[str]:
    """Kinds of the tags, some levels down."""
    node = node.get_object()
    if isinstance(node, list):
        return set().union(*(kinds(part, depth) for part in node)) if node else set()
    if not hasattr(node, "get") or depth > 6:
        return set()
    below = kinds(node["/K"], depth + 1) if "/K" in node and not isinstance(node["/K"], int) else set()
    return below | ({str(node["/S"])} if "/S" in node else set())


def test_the_same_content_gives_the_same_bytes():
    assert pdf(storm()) == pdf(load(canon(storm())))


def test_every_page_bears_version_hash_time_and_that_it_is_an_exercise():
    content = storm()
    for text in words(read(content)):
        assert f"Version {content['version']}" in text
        assert content["hash"][:12] in text
        assert "Bilden som den var kl. 16.55, ons 20 jan 2027" in text
        assert "ÖVNING" in text


def test_in_earnest_no_page_says_that_it_is_an_exercise():
    assert "ÖVNING ÖVNING" not in " ".join(words(read({**calm(), "exercise": False})))


def test_the_signs_of_the_matrix_and_those_who_are_silent_are_there_as_text():
    text = " ".join(words(read(storm())))

    for wanted in (
        "4≠",
        "3→4",
        "(4)",
        "ej rapporterat",
        "Vaxholm",
        "Vattenfall Eldistribution",
        "Norrtälje 09.00, föråldrad",
    ):
        assert wanted in text, wanted


def test_a_reason_that_waits_is_in_capitals_with_its_time():
    assert "VÄNTAR: Sammankalla samordnande forum, väntar till 14.50" in " ".join(words(read(conference())))


def test_a_silent_picture_is_said_so():
    content = {**calm(), "silent": True, "warning": "Ingen kontakt med lägesbilden på 25 min."}

    assert "Ingen kontakt med lägesbilden på 25 min." in words(read(content))[0]


@pytest.mark.parametrize("name", ["decisions", "gaps", "tasks", "events"])
def test_long_lists_are_cut_and_what_is_left_out_is_counted(name: str):
    content = storm()
    row = {"text": "Någonting långt som någon har skrivit " * 3, "overdue": False, "kind": "x"}
    row |= {"title": "t", "where": "w", "when": "n", "until": "", "severity": "s", "detail": "d", "doubt": ""}
    full = {**content, **{part: {"rows": [row] * 60, "more": 7} for part in ("decisions", "gaps", "tasks", "events")}}
    setting = fitting(full)

    assert pages(full, setting) <= PAGES
    assert setting in SETTINGS[2:]
    assert f"{60 + 7 - setting.most} till" in " ".join(words(read(full)))
    assert name in full


def test_every_text_of_the_template_is_in_the_catalogue():
    template = TEMPLATE.read_text(encoding="utf-8")
    asked = set(re.findall(r"\bw\.([a-z_]+)", template))

    assert [name for name in asked if not load_words().known(f"sheet_page.{name}")] == []
    assert not re.search(r"@preview|https?:", template)

"""A sheet as lines for a terminal: the same content as the page and the PDF, without their tables.

In: the answer of `GET /api/v1/sheet`. Out: lines in Swedish. Next: streams/cli/sheet.py
"""

from collections.abc import Iterable, Iterator

from schemas.codec import Json
from streams.words import load_words


def lines(sheet: Json) -> Iterator[str]:
    """Every line."""
    words = load_words()
    if sheet["exercise"]:
        yield words("minutes.exercise", space=sheet["space"])
    yield f"{sheet.get('title', words('sheet_page.now'))} · {sheet['region_name']} · {sheet['mode']}"
    yield f"{words('sheet_page.as_it_was')} {sheet['clock']}, {sheet['date']}"
    yield words("minutes.source", version=sheet["version_words"], hash=sheet["hash_short"])
    yield from (sheet[name] for name in ("warning", "limited") if name in sheet)
    for answer in sheet["headline"]:
        yield f"{answer['question']}: {answer['head']} ({answer['line']})"
    yield from filter(None, [sheet["expected"]])
    yield from _part("sheet_page.matrix", [_cells(row, sheet["grid"]["sectors"]) for row in sheet["grid"]["rows"]])
    yield sheet["grid"]["rest"]
    changed = [*sheet["changed"]["rows"], *sheet["changed"]["matters"]["rows"]]
    yield from _part("sheet_page.changed", [f"{r['when']} {r['what']}: {r['text']}" for r in changed])
    waiting, open_ones = sheet["suggestions"]["waiting"]["rows"], sheet["suggestions"]["open"]["rows"]
    yield from _part("sheet_page.suggested", [_advice(row) for row in [*open_ones, *waiting]])
    yield from _part("sheet_page.gaps", [row["text"] for row in sheet["gaps"]["rows"]])
    yield from _part("sheet_page.decisions", [row["text"] for row in sheet["decisions"]["rows"]])
    yield from _part("sheet_page.tasks", [row["text"] for row in sheet["tasks"]["rows"]])
    people = sheet.get("people", [])
    yield from _part("sheet_page.people", [f"{p['name']} ({p['how_words']}): {_said(p)}" for p in people])
    yield from _part("sheet_page.agenda", [point["name"] for point in sheet.get("agenda", [])])
    yield from _part("sheet_page.next_meeting", sheet.get("next", []))


def _part(heading: str, rows: Iterable[str]) -> Iterator[str]:
    """A heading and its rows; nothing where there are none."""
    found = list(rows)
    if found:
        yield from ("", load_words()(heading))
        yield from (f"  {row}" for row in found)


def _cells(row: Json, sectors: list[Json]) -> str:
    told = [f"{s['name']} {c['sign']}" for s, c in zip(sectors, row["cells"], strict=True)]
    return f"{row['name']}: {', '.join(told)}"


def _advice(row: Json) -> str:
    return f"{row['title']}, {row['when']}. {'; '.join(row['reasons'])}"


def _said(person: Json) -> str:
    return f"{person['when']} {person['said']}" if "when" in person else str(person["said"])

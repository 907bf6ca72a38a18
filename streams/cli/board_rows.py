"""The lists below the matrix on a screen of letters: what waits, what changed in the last hour, who is heard.

Pure. In: the picture as `GET /picture` gives it, the space's time. Out: a key and rows of styled pieces; a list that is
empty says so in words.
"""

from collections.abc import Mapping, Sequence

from schemas.codec import Json
from schemas.times import HOUR, parse
from streams.words import Words, reason_text

Row = list[tuple[str, str]]
Rows = tuple[str, list[Row]]
"""Key of the heading, and the rows: text and style, left to right."""
WAITS = ("notified", "raised", "holding")
"""States of a suggestion in which somebody still has to answer, the most pressing first."""
LOUD = "bold red"


def _rows(key: str, rows: list[Row], words: Words) -> Rows:
    return key, rows or [[(words(f"terminal.no_{key}" if key != "worst" else "terminal.no_impact"), "")]]


def notices(body: Json, words: Words, now: int) -> Rows:
    """Calls and notices that nobody has acknowledged, the oldest first."""
    waiting = sorted((n for n in body["notices"] if n["state"] == "open"), key=lambda n: str(n["opened_at"]))
    rows: list[Row] = [
        [
            (f"{words('level.' + n['level'])}: {words('notice_state.open')} ", LOUD),
            (words("terminal.since", when=words.when(parse(n["opened_at"]), now)), ""),
        ]
        for n in waiting
    ]
    return _rows("notices", rows, words)


def suggestions(body: Json, words: Words, reference: Mapping[str, object], now: int) -> Rows:
    """Suggestions that wait for somebody, with their first reason."""
    waiting = [s for state in WAITS for s in body["suggestions"] if s["state"] == state]
    rows: list[Row] = []
    for one in waiting:
        state = words(f"suggestion_state.{one['state']}")
        why = "; ".join(reason_text(reason, dict(reference), now=now) for reason in one["reasons"][:1])
        head = f"{words.advice(one['act'], one['level'])} ({state})"
        rows.append([(head, "bold"), (f": {why}" if why else "", "")])
    return _rows("suggestions", rows, words)


def changes(body: Json, words: Words, sectors: Sequence[tuple[str, str]], now: int) -> Rows:
    """Cells that became what they are within the last hour, alike ones together, the newest first."""
    names = {area["code"]: area["name"] for area in body["areas"]}
    alike: dict[tuple[str, int, str], list[tuple[int, str]]] = {}
    for area in body["areas"]:
        for sector, cell in area["sectors"].items():
            since = parse(cell["since"]) if cell.get("since") else 0
            if now - HOUR <= since <= now:
                key = (sector, cell["impact"], cell.get("unknown") or "")
                alike.setdefault(key, []).append((since, area["code"]))
    called, rows = dict(sectors), []
    for (sector, impact, unknown), found in sorted(alike.items(), key=lambda row: (-max(row[1])[0], row[0])):
        value = words(f"unknown.{unknown}").lower() if unknown else words.impact_short(impact)
        where = words.places([code for _, code in found], names)
        when = words.when(max(found)[0], now)
        told = words("terminal.changed", when=when, sector=called.get(sector, sector), value=value, where=where)
        rows.append([(told, "")])
    return _rows("changes", rows, words)


def worst(body: Json, words: Words, sectors: Sequence[tuple[str, str]]) -> Rows:
    """Municipalities by their worst sector, for a screen that has no room for the matrix."""
    called, found = dict(sectors), []
    for area in body["areas"]:
        impact = max((cell["impact"] for cell in area["sectors"].values()), default=0)
        hit = [called.get(s, s) for s, cell in area["sectors"].items() if cell["impact"] == impact]
        if impact > 1:
            found.append((-impact, area["name"], words.few(hit)))
    rows: list[Row] = [
        [(name, "bold"), (f" {words.impact_short(-impact)}: {hit}", "")] for impact, name, hit in sorted(found)
    ]
    return _rows("worst", rows, words)


def sources(body: Json, mark: Json | None, words: Words, feeds: Mapping[str, str], now: int, width: int) -> Rows:
    """Age of every source, those that are silent first; as many on a line as fit."""
    heard = (mark or {}).get("heard", {})
    order = {"silent": 0, "maintenance": 1, "heard": 2, "off": 3}
    told: Row = []
    for one in sorted(body["sources"], key=lambda s: (order.get(s["state"], 0), s["source"])):
        name, silent = words.source(one["source"], {}, feeds), one["state"] == "silent"
        at = heard.get(one["source"]) or one["since"]
        key = "off" if one["state"] == "off" else "silent" if silent else "heard"
        age = words.age(max(0, now - parse(at)))
        told.append((words(f"terminal.{key}", source=name, age=age), LOUD if silent else ""))
    rows: list[Row] = []
    for text, style in told:
        if rows and sum(len(part) for part, _ in rows[-1]) + 3 + len(text) <= width:
            rows[-1] += [(" · ", ""), (text, style)]
        else:
            rows.append([(text, style)])
    return _rows("sources", rows, words)

"""The picture in a terminal: what stands on it at each size, and that what is old never looks new."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from support.fake_api import NOW, picture, serving
from support.notices import notice, suggestion
from support.waiting import PATIENCE_S

from schemas.times import MINUTE, parse, z
from streams.cli.board import LOST_S, Names, View, board, short
from streams.cli.status import names
from streams.feeds import titles
from streams.reference import load_reference, load_sectors
from streams.settings import PROJECT, Settings
from streams.words import load_words

REGION = Settings().region_folder
NAMES = Names(
    load_words(), [(row.code, row.short) for row in load_sectors(REGION)], load_reference(REGION), titles(REGION)
)
MARK = {"version": 1847, "now": NOW, "speed": 1, "age_ms": 400, "not_ready": [], "heard": {"smhi": NOW}}
SIZES = [(80, 24), (120, 40), (60, 20), (40, 10), (200, 60), (20, 5)]


def county() -> dict:
    """Every municipality, every sector, each step and each kind of unknown somewhere."""
    steps = ["none", "moderate", "significant", "serious", "critical"]
    unknown = ["not_assessed", "not_reported", "outdated", "source_unreachable"]
    cells = [
        {"impact": n + 1, "impact_name": name, "since": z(parse(NOW) - 90 * MINUTE)} for n, name in enumerate(steps)
    ]
    cells += [{"impact": 0, "impact_name": "unknown", "unknown": name} for name in unknown]
    towns = dict(NAMES.reference["municipalities"])  # type: ignore[call-overload]
    areas = [
        {"code": code, "name": about["name"], "sectors": {s: cells[n % 9] for s, _ in NAMES.sectors}}
        for n, (code, about) in enumerate(sorted(towns.items()))
    ]
    sources = [{"source": "smhi", "state": "heard", "since": NOW}]
    return picture(areas=areas, sources=sources, suggestions=[suggestion()], notices=[notice(state="open")])


def text(view: View, width: int = 80, height: int = 24) -> str:
    return "\n".join("".join(part for part, _ in line) for line in board(view, NAMES, width, height))


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("silent_s", [0.4, 47.0])
def test_it_never_passes_the_edge(width: int, height: int, silent_s: float):
    for body, mark in ((county(), MARK), (None, None), (picture(areas=[]), MARK)):
        lines = board(View(body, mark, silent_s), NAMES, width, height)

        assert len(lines) <= height
        assert max(sum(len(part) for part, _ in line) for line in lines) <= width


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
def test_every_cell_stands_as_a_letter_of_its_own(width: int, height: int):
    rows = [
        line for line in text(View(county(), MARK, 0.4), width, height).splitlines() if line.startswith("Vägtrafik")
    ]

    assert [sign for sign in rows[0][19:] if sign != " "] == [*"·mbAK-?~x"] * 2 + [*"·mbAK-?~"]


def test_an_unknown_cell_is_told_apart_from_a_calm_one_in_the_legend():
    shown = text(View(county(), MARK, 0.4), 120, 40)

    assert "· ingen" in shown
    assert "- ej bedömt" in shown
    assert "? ej rapporterat" in shown


def test_names_that_begin_alike_stay_apart():
    assert (short("Upplands Väsby")[:3], short("Upplands-Bro")[:3], short("Solna")) == ("UVä", "UBr", "Solna")


def test_what_waits_stands_on_the_smallest_common_screen():
    shown = text(View(county(), MARK, 0.4))

    assert "väntar på kvittens" in shown
    assert "Förslag" in shown
    assert "SMHI varningar 0 s" in shown
    assert "ingen ruta har ändrats" in shown


def test_a_cell_that_became_worse_within_the_hour_is_told():
    body = county()
    cell = {"impact": 4, "impact_name": "serious", "since": z(parse(NOW) - 8 * MINUTE)}
    for area in body["areas"][:2]:
        area["sectors"]["energy"] = cell

    assert "07.02 El, värme: allvarlig i" in text(View(body, MARK, 0.4))


def test_the_clock_ticks_while_the_server_is_heard_and_stands_when_it_is_not():
    seen = View(county(), MARK, 5.0)
    lost = View(county(), MARK, LOST_S + 37)

    assert seen.now == parse(NOW) + 5_000
    assert lost.now == parse(NOW)
    assert "07.10.05" in text(seen)
    assert "07.10.00  bilden 47 s gammal" in text(lost)


def test_a_server_that_does_not_answer_is_said_in_large_and_all_else_is_faint():
    lines = board(View(county(), MARK, 47.0), NAMES, 80, 24)
    shown = text(View(county(), MARK, 47.0))

    assert "S E R V E R N   S V A R A R   I N T E" in shown
    assert "Senast hörd för 47 s sedan. Allt nedan är så gammalt." in shown
    assert {style for line in lines[4:-1] for _, style in line} <= {"dim", ""}
    assert "Vägtrafik" in shown, "the matrix stays where it was"


@pytest.mark.parametrize(("reason", "large"), [("silent", "STILLA"), ("chain_broken", "IHOP")])
def test_a_picture_that_stands_still_or_is_broken_is_said_in_large(reason: str, large: str):
    mark = {**MARK, "not_ready": [reason], "age_ms": 90_000}

    assert large in text(View(county(), mark, 0.4)).replace(" ", "")


def test_before_the_first_answer_nothing_is_claimed():
    shown = text(View(None, None, 2.0))

    assert "Ingen bild än" in shown
    assert "SKARPT" not in shown
    assert "sedan" not in text(View(None, None, 30.0)), "it was never heard, so not some time ago either"


def test_it_speaks_the_terminals_language(monkeypatch: pytest.MonkeyPatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert names(Settings()).words.language == "sv"
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    shown = board(View(county(), MARK, 47.0), names(Settings()), 80, 24)

    assert "T H E   S E R V E R" in "".join(text for line in shown for text, _ in line)


def test_a_silent_source_stands_first_and_loud():
    body = county()
    body["sources"] = [
        {"source": "smhi", "state": "heard", "since": NOW},
        {"source": "sl", "state": "silent", "since": z(parse(NOW) - 12 * MINUTE)},
    ]

    assert "SL störningar TYST 12 min · SMHI varningar 0 s" in text(View(body, MARK, 0.0))


def test_on_a_terminal_it_redraws_in_place_and_q_leaves_the_shell_as_it_was(tmp_path: Path):
    call = [sys.executable, "-c", "from streams.cli import main; main()", "status", "--watch", "--data", str(tmp_path)]
    with serving(tmp_path):
        terminal, inner = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        spoken = {"TERM": "xterm-256color", "LC_ALL": "sv_SE.UTF-8"}
        child = subprocess.Popen(call, cwd=PROJECT, env=os.environ | spoken, stdin=inner, stdout=inner, stderr=inner)
        os.close(inner)
        shown = until(terminal, b"1" + "\N{NO-BREAK SPACE}".encode() + b"847")
        os.write(terminal, b"q")
        shown += until(terminal, b"\x1b[?1049l")
        status = child.wait(PATIENCE_S)
        os.close(terminal)

    assert status == 0
    assert b"\x1b[?1049h" in shown, "the alternate screen: nothing runs through the scrollback"
    assert "ÖVNING ovning-prov".encode() in shown


def until(terminal: int, wanted: bytes, wait_s: float = PATIENCE_S) -> bytes:
    """What the terminal shows until the wanted bytes are among it."""
    shown, ends = b"", time.monotonic() + wait_s
    while wanted not in shown:
        assert time.monotonic() < ends, shown[-500:]
        if select.select([terminal], [], [], 0.2)[0]:
            shown += os.read(terminal, 65_536)
    return shown

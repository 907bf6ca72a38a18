"""Pictures of the pages for README and docs: plays the exercise fast to a named moment, then takes each page.

In: the exercise `snowstorm` in a folder of its own. Out: docs/img/*.png. A person's part is played over the API: the
county board acknowledges, convenes the coordinating forum and says that direction is needed, as the storyboard has it.
"""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from dashboards.sheet.pdf import png

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "img"
FAST, SLOW = 900, 60
MOMENT = "2027-01-20T09:10"
"""UTC: T+27:10 of the storyboard, Wednesday morning in the storm."""
BOARD, REPORTER = "coordinator", "reporter kommun-0188"
STORM = (
    ("desk", "/", 1440, 900, "light", BOARD),
    ("desk-dark", "/", 1440, 900, "dark", ""),
    ("desk-small", "/", 1280, 800, "light", ""),
    ("desk-phone", "/", 390, 844, "light", ""),
    ("wall", "/wall", 1920, 1080, "dark", ""),
    ("wall-light", "/wall", 1920, 1080, "light", ""),
    ("wall-matrix", "/wall?page=matrix", 1920, 1080, "dark", ""),
    ("wall-going", "/wall?page=going", 1920, 1080, "light", ""),
    ("activation", "/activation", 1440, 900, "light", BOARD),
    ("activation-phone", "/activation", 390, 844, "dark", BOARD),
    ("forum", "/forum/samordnande", 1440, 900, "light", BOARD),
    ("forums", "/forums", 1440, 900, "light", BOARD),
    ("changes", "/changes?forum=samordnande", 1440, 900, "light", BOARD),
    ("time", "/time?at=2027-01-20T05:30:00Z", 1440, 900, "light", ""),
    ("map", "/map", 1440, 900, "light", ""),
    ("report", "/report", 1440, 900, "light", REPORTER),
    ("report-phone", "/report", 390, 844, "light", REPORTER),
    ("rules", "/rules", 1440, 900, "light", ""),
)
"""Name, address, width, height, theme, role: in the storm."""
QUIET = (
    ("desk-quiet", "/", 1440, 900, "light", ""),
    ("wall-quiet", "/wall", 1920, 1080, "light", ""),
    ("activation-quiet", "/activation", 1440, 900, "light", BOARD),
)
"""The same of a day on which nothing is the matter yet: the exercise's first minutes."""
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


class Play:
    """One run of `lagesbild up` in a folder."""

    def __init__(self, data: Path, speed: int) -> None:
        command = [sys.executable, "-m", "streams.cli", "up", "--data", str(data), "--speed", str(speed)]
        command += ["--port", "8097"]
        self._process = subprocess.Popen(command, cwd=ROOT)  # noqa: S603
        while not (data / "run.json").exists():
            if self._process.poll() is not None:
                sys.exit("`lagesbild up` ended: its last line says why")
            time.sleep(0.2)
        self.run = json.loads((data / "run.json").read_text(encoding="utf-8"))
        while not self._ready():
            time.sleep(0.2)

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(self.run["address"] + "/readyz", timeout=5):  # noqa: S310 - our own server
                return True
        except OSError:
            return False

    def ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """An answer of the server; with a body, a command of the county board's."""
        headers = {"Authorization": f"Bearer {self.run['keys']['lansstyrelsen-01']}"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.run["address"] + path, data, headers)  # noqa: S310 - our own server
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return dict(json.load(answer))

    def act(self, number: int, command: str, **more: Any) -> None:
        """A person's act."""
        self.ask("/api/v1/commands", {"id": f"act-{number}", "command": command, **more})

    def stop(self) -> None:
        """Stop as Ctrl-C does; the exercise's clock stands."""
        self._process.terminate()
        self._process.wait(60)


ACTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "2027-01-19T06:15",
        "convene",
        {"args": {"forum": "samordnande", "level": "samordnande", "at": "2027-01-19T07:00:00Z", "form": "telefon"}},
    ),
    (
        "2027-01-19T07:01",
        "roll_call",
        {"on": "samordnande", "args": {"present": ["KOM", "lansstyrelsen-01", "polisen-sthlm", "trafikverket-vag"]}},
    ),
    ("2027-01-19T07:20", "need_direction", {"on": "samordnande", "args": {"what": "Prioritering av snöröjning"}}),
    (
        "2027-01-19T07:25",
        "agree",
        {
            "on": "samordnande",
            "args": {"what": "Stäng förskolor och skolor ons 07.00 till tors 07.00", "asks": ["KOM"]},
        },
    ),
    (
        "2027-01-19T07:30",
        "task",
        {
            "on": "samordnande",
            "args": {
                "what": "Lista omsorgsbrukare utan hemtjänst",
                "owner": "kommun-0188",
                "due": "2027-01-20T11:00:00Z",
            },
        },
    ),
    (
        "2027-01-19T07:40",
        "set_next_meeting",
        {"on": "samordnande", "args": {"at": "2027-01-20T09:30:00Z", "form": "telefon"}},
    ),
)
"""What the county board does, from which time on, UTC."""


def play_until_the_moment(data: Path) -> None:
    """Fast, with the county board's acts when their time has come."""
    play = Play(data, FAST)
    left = list(enumerate(ACTS))
    try:
        while (now := play.ask("/api/v1/picture")["as_of"]) < MOMENT:
            while left and left[0][1][0] < now:
                number, (_, command, more) = left.pop(0)
                play.act(number, command, **more)
                time.sleep(0.3)
            time.sleep(0.3)
    finally:
        play.stop()


def take(browser: Browser, address: str, picture: tuple[str, str, int, int, str, str]) -> None:
    """One page as a picture."""
    name, path, width, height, scheme, role = picture
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    if role:
        become(page, address, *role.split())
    page.goto(address + path, wait_until="domcontentloaded")
    page.wait_for_timeout(2_500)
    page.screenshot(path=IMAGES / f"{name}.png")
    context.close()
    print(f"docs/img/{name}.png")


def become(page: Page, address: str, role: str, actor: str = "") -> None:
    """Choose a role as a person in an exercise does."""
    page.goto(f"{address}/login", wait_until="domcontentloaded")
    form = page.locator("main form.stack").first
    form.locator("select[name=role]").select_option(role)
    if actor:
        form.locator("select[name=actor]").select_option(actor)
    form.locator("button").click()
    page.wait_for_load_state()


def take_all(play: Play, pictures: Sequence[tuple[str, str, int, int, str, str]]) -> None:
    """Each in a context of its own."""
    with sync_playwright() as playwright:
        chromium = next(p for p in map(Path, ("/usr/bin/chromium", "/usr/bin/chromium-browser")) if p.exists())
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM))
        for picture in pictures:
            take(browser, play.run["address"], picture)
        browser.close()


def take_sheet(play: Play) -> None:
    """The first page of the coordinating forum's sheet, as it comes out of the printer."""
    content = play.ask("/api/v1/sheet?forum=samordnande")
    (IMAGES / "sheet.png").write_bytes(png(content)[0])
    print("docs/img/sheet.png")


def main() -> None:
    """Look at the quiet beginning, play fast to the storm, start again slowly, look."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lagesbild-") as folder:
        play = Play(Path(folder), 1)
        try:
            time.sleep(5)
            take_all(play, QUIET)
        finally:
            play.stop()
        play_until_the_moment(Path(folder))
        play = Play(Path(folder), SLOW)
        try:
            take_all(play, STORM)
            take_sheet(play)
        finally:
            play.stop()


if __name__ == "__main__":
    main()

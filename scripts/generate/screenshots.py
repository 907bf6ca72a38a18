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
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from dashboards.sheet.pdf import png

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "img"
FAST, SLOW = 900, 60
MOMENT = "2027-01-20T09:10"
"""UTC: T+27:10 of the storyboard, Wednesday morning in the storm."""
PICTURES = (
    ("desk", "/", 1440, 900, "light"),
    ("desk-dark", "/", 1440, 900, "dark"),
    ("desk-small", "/", 1280, 800, "light"),
    ("desk-phone", "/", 390, 844, "light"),
    ("wall", "/wall", 1920, 1080, "dark"),
    ("wall-light", "/wall", 1920, 1080, "light"),
    ("report", "/report", 1440, 900, "light"),
    ("report-phone", "/report", 390, 844, "light"),
)
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


def play_until_the_moment(data: Path) -> None:
    """Fast, with the county board's acts when their time has come."""
    play = Play(data, FAST)
    try:
        convened = need = False
        while (now := play.ask("/api/v1/picture")["as_of"]) < MOMENT:
            if not convened and now > "2027-01-19T06:15":
                args = {"forum": "samordnande", "level": "samordnande", "at": "2027-01-19T07:00:00Z", "form": "telefon"}
                play.act(1, "convene", args=args)
                convened = True
            if convened and not need and now > "2027-01-19T07:20":
                play.act(2, "need_direction", on="samordnande")
                need = True
            time.sleep(0.5)
    finally:
        play.stop()


def take(browser: Browser, address: str, picture: tuple[str, str, int, int, str]) -> None:
    """One page as a picture."""
    name, path, width, height, scheme = picture
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address + path, wait_until="domcontentloaded")
    if path == "/report":
        page.locator("main select[name=role]").select_option("reporter")
        page.locator("main select[name=actor]").select_option("kommun-0188")
        page.locator("main form.stack button").click()
    page.wait_for_timeout(2_500)
    page.screenshot(path=IMAGES / f"{name}.png")
    page.close()
    print(f"docs/img/{name}.png")


def take_sheet(play: Play) -> None:
    """The first page of the coordinating forum's sheet, as it comes out of the printer."""
    content = play.ask("/api/v1/sheet?forum=samordnande")
    (IMAGES / "sheet.png").write_bytes(png(content)[0])
    print("docs/img/sheet.png")


def main() -> None:
    """Play, stop, start slowly, look."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lagesbild-") as folder:
        play_until_the_moment(Path(folder))
        play = Play(Path(folder), SLOW)
        try:
            with sync_playwright() as playwright:
                chromium = next(p for p in map(Path, ("/usr/bin/chromium", "/usr/bin/chromium-browser")) if p.exists())
                browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM))
                for picture in PICTURES:
                    take(browser, play.run["address"], picture)
                browser.close()
            take_sheet(play)
        finally:
            play.stop()


if __name__ == "__main__":
    main()

"""A running room and Chromium to look at it: the whole chain with its server, and pages that tell what went wrong.

In: a broker's address, an empty folder. Out: `Room` (a chain with `url`, keys and a ready server) and `chromium()`.
"""

import asyncio
import json
import shutil
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.message import Message
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, Response, async_playwright, expect
from support.chain import T0, Chain
from support.waiting import PATIENCE_S, START_S, free_port

from schemas.change import Picture
from schemas.times import parse

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"large": (3840, 2160), "wall": (1920, 1080), "desk": (1280, 800), "phone": (390, 844)}
PATIENCE_MS = 1000 * PATIENCE_S
_WAITED_FOR: WeakSet[Page] = WeakSet()

# every `expect` of every test that looks at a page: "at last", however busy the machine is
expect.set_options(timeout=PATIENCE_MS)


class Room(Chain):
    """A chain whose server answers at `url`."""

    def __init__(self, kafka: str, data: Path, *, at: int = T0, **environment: str) -> None:
        self.port = free_port()
        super().__init__(kafka, data, at=at, LAGESBILD_PORT=str(self.port), **environment)
        self.url = f"http://127.0.0.1:{self.port}"
        self.keys = {actor: f"key of {actor}" for actor in self.reference["actors"]}
        self.operator_key = "key of the operator"

    async def open(self) -> None:
        """Start everything and wait until the server is ready."""
        (self.data / "keys.json").write_text(json.dumps({"keys": self.keys, "operator_key": self.operator_key}))
        self.start("intake", "merge", "deliver", "server")
        await self.ready()

    async def ready(self, wait_s: float = START_S) -> None:
        async with asyncio.timeout(wait_s):
            while await asyncio.to_thread(self._asked, "/readyz") is None:
                await asyncio.sleep(0.1)

    async def clock(self, at: int) -> None:
        """Set the space's clock; a server that runs has heard of it, so what is written in a page has that time."""
        await super().clock(at)
        await self.until_heard(at)

    async def settled(self, wait_s: float = PATIENCE_S) -> Picture:
        """The same, and a server that runs shows it: a page that is opened now has what was sent before."""
        picture = await super().settled(wait_s)
        await self._until_told(lambda told: int(told["Lagesbild-Version"]) >= self.version)
        return picture

    async def until_heard(self, at: int) -> None:
        """Wait until the server's time is this one."""
        await self._until_told(lambda told: parse(told["Lagesbild-Time"]) >= at)

    async def _until_told(self, true: Callable[[Message], bool]) -> None:
        async with asyncio.timeout(START_S):
            while "server" in self.processes:
                told = await asyncio.to_thread(self._asked, "/healthz")
                if told is not None and true(told):
                    return
                await asyncio.sleep(0.05)

    def _asked(self, path: str) -> Message | None:
        """Headers of an answer that is well."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=PATIENCE_S) as answer:
                return answer.headers
        except urllib.error.HTTPError as refused:
            refused.close()
            return None
        except OSError:
            return None

    def running(self) -> dict:
        """What `DATA/run.json` says of a running system."""
        return {"address": self.url, "space": self.space.name, "keys": self.keys, "operator_key": self.operator_key}


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    path = next((p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        await browser.close()


@asynccontextmanager
async def page_of(browser: Browser, *, size: str = "desk", **options) -> AsyncIterator[Page]:
    """A page in a context of its own. What its console complains of, and requests to other hosts, fail the test."""
    wide, high = SIZES[size]
    context = await browser.new_context(viewport={"width": wide, "height": high}, **options)
    if options.get("java_script_enabled", True):
        context.on("page", _wait_for_scripts)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("console", lambda said: complaints.append(said.text) if _is_fault(said.type, said.text) else None)
    page.on("request", lambda asked: complaints.append(asked.url) if "//127.0.0.1:" not in asked.url else None)
    yield page
    await context.close()
    assert complaints == []


def _is_fault(kind: str, text: str) -> bool:
    """A lost connection is what several tests bring about; all else in the console is a fault of ours."""
    expected = ("net::ERR_", "status of", "EventSource's response")
    return kind in {"error", "warning"} and not any(part in text for part in expected)


def _wait_for_scripts(page: Page) -> None:
    """From now on the page has been gone to, or loaded again, when its scripts run; a test that wants less says so."""
    _WAITED_FOR.add(page)
    goto, again = page.goto, page.reload

    async def go(url: str, **more: Any) -> Response | None:
        answer = await goto(url, **more)
        if not more:
            await started(page)
        return answer

    async def load_again() -> Response | None:
        answer = await again()
        await started(page)
        return answer

    page.goto, page.reload = go, load_again  # type: ignore[assignment,method-assign]


async def started(page: Page) -> None:
    """Wait until the page's scripts run (static/afterwards.js): before that its forms and links work as plain ones."""
    if page in _WAITED_FOR and await page.locator("script[src*='/afterwards.']").count():
        await page.locator("html[data-started]").wait_for(state="attached")


@asynccontextmanager
async def leaving(page: Page) -> AsyncIterator[None]:
    """What is done within leads to another page, and one is there when its scripts run."""
    async with page.expect_navigation():
        yield
    await started(page)


async def become(page: Page, url: str, role: str, actor: str = "") -> None:
    """Choose a role as a person does, by the chooser."""
    await page.goto(url)
    await follow(page.get_by_role("link", name="byt roll"))
    chooser = page.get_by_role("main")
    await chooser.locator("select[name=role]").select_option(role)
    if actor:
        await chooser.locator("select[name=actor]").select_option(actor)
    async with leaving(page):
        await chooser.get_by_role("button", name="Byt roll", exact=True).click()


async def follow(link: Locator) -> None:
    """Press a link to another page."""
    async with leaving(link.page):
        await link.click()


async def back(page: Page) -> None:
    """From a receipt to where one was, once the picture holds what was sent: without scripts that page stands still."""
    await expect(page.get_by_role("status")).to_contain_text("I lägesbilden, version")
    await follow(page.get_by_role("link", name="Tillbaka"))


async def stand_still(page: Page) -> None:
    """The page's own clock, which the test has installed, stands: it goes on only as far as the test lets it run."""
    await page.clock.pause_at(await page.evaluate("Date.now() / 1000 + 1"))


async def block_polling(context: BrowserContext) -> None:
    """From now on nothing may be fetched: what changes in the page must come by the stream it already has."""
    await context.route("**/*", lambda route: route.abort())

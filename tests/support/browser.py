"""A running room and Chromium to look at it: the whole chain with its server, and pages that tell what went wrong.

In: a broker's address, an empty folder. Out: `Room` (a chain with `url`, keys and a ready server) and `chromium()`.
"""

import asyncio
import json
import shutil
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright
from support.chain import T0, Chain
from support.running import free_port

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"wall": (1920, 1080), "desk": (1280, 800), "phone": (390, 844)}


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

    async def ready(self, wait_s: float = 40) -> None:
        async with asyncio.timeout(wait_s):
            while await asyncio.to_thread(self._status) != 200:
                await asyncio.sleep(0.1)

    def _status(self) -> int:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

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
    page = await context.new_page()
    page.set_default_timeout(10_000)
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


async def become(page: Page, url: str, role: str, actor: str = "") -> None:
    """Choose a role as a person does, by the chooser."""
    await page.goto(url)
    chooser = page.locator("details.role")
    await chooser.locator("summary").click()
    await chooser.locator("select[name=role]").select_option(role)
    if actor:
        await chooser.locator("select[name=actor]").select_option(actor)
    async with page.expect_navigation():
        await chooser.get_by_role("button", name="Byt roll", exact=True).click()


async def follow(link: Locator) -> None:
    """Press a link and wait until the page it leads to has its scripts: before that its forms work as plain ones."""
    async with link.page.expect_navigation():
        await link.click()


async def block_polling(context: BrowserContext) -> None:
    """From now on nothing may be fetched: what changes in the page must come by the stream it already has."""
    await context.route("**/*", lambda route: route.abort())

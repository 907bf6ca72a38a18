"""The sheet in Chromium: without scripts, by the rules of WCAG, on a telephone, in print, as a file from disk."""

import asyncio
import io

import pytest
from playwright.async_api import Browser, Page
from pypdf import PdfReader
from support.accessible import AXE, faults, storm
from support.browser import Room, become, leaving, page_of
from support.chain import T0
from support.waiting import PATIENCE_S

from schemas.times import MINUTE, z

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]


async def forum(room: Room) -> None:
    """The storm, and a coordinating forum that meets in half an hour."""
    if room.at == T0:
        await storm(room)
        await room.command("convene", args={"forum": "sam", "level": "samordnande", "at": z(room.at + 30 * MINUTE)})
        await room.settled()


async def fits(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


async def test_it_says_its_time_its_version_and_that_it_is_an_exercise_without_any_script(room: Room, browser: Browser):
    await forum(room)
    async with page_of(browser, java_script_enabled=False) as page:
        await page.goto(f"{room.url}/sheet?forum=sam")
        clock = page.locator(".clock")

        assert await page.locator("h1").inner_text() == "Samordnande forum, möte 1"
        assert "Bilden som den var kl." in await clock.inner_text()
        size = float((await clock.locator("b").evaluate("e => getComputedStyle(e).fontSize")).removesuffix("px"))
        assert size >= 40
        assert "ÖVNING" in await page.locator("header").inner_text()
        assert "Version" in await page.locator("footer").inner_text()
        assert await page.locator("main").get_by_text("ej rapporterat").count() > 20
        async with leaving(page):
            await page.get_by_role("link", name="Länet nu").click()
        assert await page.locator("h1").inner_text() == "Läget nu"


async def test_the_desk_leads_to_it(room: Room, browser: Browser):
    await forum(room)
    async with page_of(browser) as page:
        await page.goto(room.url)
        await page.locator("details.more summary").click()
        async with leaving(page):
            await page.get_by_role("link", name="Mötesblad").click()

        assert page.url == f"{room.url}/sheet"


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci")
async def test_it_breaks_no_rule_of_wcag(room: Room, browser: Browser):
    await forum(room)
    async with page_of(browser) as page:
        found = []
        for path in ("/sheet", "/sheet?forum=sam"):
            await page.goto(f"{room.url}{path}")
            found += await faults(page)

    assert found == []


@pytest.mark.parametrize("size", ["phone", "desk"])
async def test_nothing_is_wider_than_the_screen(room: Room, browser: Browser, size: str):
    await forum(room)
    async with page_of(browser, size=size) as page:
        await page.goto(f"{room.url}/sheet?forum=sam")
        assert await fits(page)


async def test_in_print_every_page_bears_version_and_exercise_and_the_links_are_gone(room: Room, browser: Browser):
    await forum(room)
    async with page_of(browser) as page:
        await page.goto(f"{room.url}/sheet?forum=sam")
        printed = PdfReader(io.BytesIO(await page.pdf(prefer_css_page_size=True)))
    texts = [" ".join(sheet.extract_text().split()) for sheet in printed.pages]

    assert 1 <= len(texts) <= 3
    for text in texts:
        assert "Version" in text
        assert "ÖVNING" in text
    assert "Som PDF" not in "".join(texts)


async def test_the_newest_file_opens_from_disk_alone(room: Room, browser: Browser):
    await forum(room)
    file = room.data / "sheets" / "latest.html"
    async with asyncio.timeout(PATIENCE_S):
        while not await asyncio.to_thread(file.exists):
            await asyncio.sleep(0.1)
    latest = file.read_text(encoding="utf-8")
    async with page_of(browser, java_script_enabled=False, offline=True) as page:
        await page.set_content(latest)

        assert "Bilden som den var kl." in await page.locator(".clock").inner_text()
        assert await page.locator(".x").first.evaluate("e => getComputedStyle(e).fontWeight") == "700"
        assert await page.locator("script, link").count() == 0


async def test_an_actors_login_is_kept_on_the_way_to_the_sheet_and_its_pdf(room: Room, browser: Browser):
    await forum(room)
    async with page_of(browser) as page:
        await become(page, room.url, "reporter", "kommun-0120")
        await page.goto(f"{room.url}/sheet?forum=sam")
        address = await page.get_by_role("link", name="Som PDF").get_attribute("href")
        answer = await page.request.get(f"{room.url}{address}")

        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["cache-control"] == "private, no-cache"
        assert (await answer.body()).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sheet?forum=none", 404),
        ("/sheet.pdf?meeting=sam/7", 404),
        ("/sheet?meeting=sam", 404),
        ("/api/v1/sheet?forum=sam&meeting=sam/1", 400),
    ],
)
async def test_what_is_not_there_is_said_so(room: Room, browser: Browser, path: str, status: int):
    await forum(room)
    async with page_of(browser) as page:
        answer = await page.request.get(f"{room.url}{path}", headers={"Accept": "text/html"})

        assert answer.status == status

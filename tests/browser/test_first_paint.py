"""What is seen first of a page: its frame, before the room's style sheets have come and what follows has been read."""

import asyncio

import pytest
from playwright.async_api import Browser, Page, Route, expect
from support.browser import Room, page_of

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]

FETCHED = """() => {
    const modules = performance.getEntriesByType("resource").filter(e => e.name.endsWith(".js"));
    const named = modules.map(e => [e.name.split("/").at(-1), e.startTime]);
    return [performance.getEntriesByName("first-contentful-paint")[0].startTime, Object.fromEntries(named)];
}"""
"""When the head was painted, and when each module was asked for."""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length > 0"


async def withheld(page: Page, sheet: str) -> asyncio.Event:
    """The sheet comes when the event is set."""
    comes = asyncio.Event()

    async def hold(route: Route) -> None:
        await comes.wait()
        await route.continue_()

    await page.route(f"**/static/*/{sheet}", hold)
    return comes


@pytest.mark.parametrize(
    ("path", "sheet"), [("/", "desk.css"), ("/activation", "activation.css"), ("/items", "desk_pages.css")]
)
async def test_mark_clock_and_way_on_are_painted_before_the_room(room: Room, browser: Browser, path: str, sheet: str):
    async with page_of(browser) as page:
        comes = await withheld(page, sheet)
        await page.goto(room.url + path, wait_until="commit")
        await page.wait_for_function(PAINTED)
        await expect(page.locator(".chip.x")).to_have_text("ÖVNING")
        await expect(page.locator("#clock")).to_be_visible()
        before = await page.locator("header.top").bounding_box()
        assert await page.locator("main").count() == 0

        comes.set()
        await expect(page.locator("main")).to_be_visible()
        assert await page.locator("header.top").bounding_box() == before, "nothing jumps"


async def test_the_wall_paints_its_head_with_the_worst_before_its_rows_and_map(room: Room, browser: Browser):
    async with page_of(browser, size="wall") as page:
        comes = await withheld(page, "map.css")
        await page.goto(f"{room.url}/wall", wait_until="commit")
        await page.wait_for_function(PAINTED)
        await expect(page.locator(".mark")).to_have_text("ÖVNING")
        await expect(page.locator("#clock")).to_be_visible()
        await expect(page.locator("#w-head")).to_be_visible()
        before = await page.locator("#w-head").bounding_box()
        assert await page.locator("main, svg").count() == 0, "a sign drawn before the last sheet may be lost"

        comes.set()
        await expect(page.locator("#w-map svg")).to_be_visible()
        assert await page.locator("#w-head").bounding_box() == before, "nothing jumps"


@pytest.mark.parametrize("path", ["/", "/wall", "/report"])
async def test_no_script_of_a_page_is_fetched_before_its_head_is_painted(room: Room, browser: Browser, path: str):
    async with page_of(browser) as page:
        await page.goto(room.url + path)
        painted, fetched = await page.evaluate(FETCHED)
        assert "afterwards.js" in fetched
        assert len(fetched) > 3
        early = [name for name, at in fetched.items() if at < painted]
        assert early in ([], ["afterwards.js"])

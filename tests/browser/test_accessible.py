"""Rules of WCAG 2.2 AA by axe-core, on every page, in both themes, calm and in a storm."""

import pytest
from playwright.async_api import Browser
from support.accessible import AXE, faults, storm
from support.browser import Room, become, page_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.broker,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci"),
]


async def test_no_page_breaks_a_rule_on_a_calm_day_and_in_a_storm(room: Room, browser: Browser):
    async with page_of(browser) as page:
        found: list[str] = []
        for theme in ("light", "dark"):
            await page.goto(f"{room.url}/?theme={theme}")
            found += await faults(page)
        await storm(room)
        await become(page, room.url, "reporter", "kommun-0120")
        for path in (
            "/",
            "/report",
            "/login",
            "/cell/0180/road",
            "/item/smhi/r1",
            "/wall",
            "/area/0180",
            "/map",
            "/items",
            "/keys",
            "/evidence/9",
            "/nothing",
        ):
            for theme in ("light", "dark"):
                await page.goto(f"{room.url}{path}?theme={theme}")
                found += [f"{path} {theme} {fault}" for fault in await faults(page)]
    assert found == []


async def test_the_board_and_its_open_dialog_break_no_rule(room: Room, browser: Browser):
    async with page_of(browser, size="phone") as page:
        await become(page, room.url, "coordinator")
        await page.locator("#matrix a").first.click()
        await page.get_by_role("dialog").get_by_role("heading", level=1).wait_for()
        assert await faults(page) == []

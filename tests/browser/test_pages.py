"""The pages to read in: another language, help, rules, what was rejected and driven again, the foot of every page."""

import asyncio

import pytest
from playwright.async_api import Browser, Locator, Page, expect
from support.accessible import AXE, faults, storm
from support.browser import Room, become, follow, page_of
from support.waiting import PATIENCE_S

from schemas.topics import reports
from streams.bus import Out

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]
BAD = b'{"id": "lage", "headline": "<img src=x onerror=alert(1)>", "sent": "snart"'
READ = ("/help", "/rules", "/rejected", "/tillganglighet")


async def comes(page: Page, wanted: Locator, count: int) -> None:
    """Look again until the list has so many; it is a page that is asked, not one that lives."""
    async with asyncio.timeout(PATIENCE_S):
        while await wanted.count() < count:
            await asyncio.sleep(0.2)
            await page.reload()


async def test_what_is_rejected_is_looked_at_and_driven_again(room: Room, browser: Browser):
    await room.send(Out(room.space.topic(reports("actor.kommun-0180")), BAD, b"actor.kommun-0180/lage"))
    async with page_of(browser) as page:
        await become(page, room.url, "operator")
        await page.locator("details.more summary").click()
        await follow(page.get_by_role("navigation", name="Sidor").get_by_role("link", name="Underkänt"))
        rows = page.locator("ol.hair > li").filter(has_text="Innehållet går inte att läsa som JSON.")
        await comes(page, rows, 1)
        await rows.first.get_by_text("Innehåll, ").click()
        await expect(rows.first.locator("pre")).to_have_text(BAD.decode())

        await rows.first.get_by_role("button", name="Driv igen").click()

        await expect(page.locator("main").get_by_role("status").last).to_contain_text("Sänt igen")
        await comes(page, rows, 2)
        await expect(rows.last.get_by_role("status")).to_contain_text("Underkänt igen, se")
        await page.get_by_label("Skäl").select_option("malformed")
        await page.get_by_role("button", name="Visa").click()
        await expect(rows).to_have_count(2)

        await become(page, room.url, "reporter", "kommun-0180")
        await expect(page.locator("details.more").get_by_role("link", name="Underkänt")).to_have_count(0)


async def test_the_rules_tell_what_they_test_and_what_it_is_now(room: Room, browser: Browser):
    await storm(room)
    async with page_of(browser) as page:
        await page.goto(f"{room.url}/rules")
        red = page.locator("details", has=page.locator("#R01"))
        await expect(red.locator("summary")).to_contain_text("talar sedan")
        await red.locator("summary").click()

        await expect(red).to_contain_text("Varning röd från SMHI varningar, som täcker minst 1 kommun")
        await expect(red).to_contain_text("Nu: 26 kommuner, 100 % av invånarna, uppfyllt")
        await expect(red).to_contain_text("Har inte talat i någon av de 9 händelserna")
        assert await page.locator("details", has=page.locator("#R04")).locator("svg.strip").count() >= 4


async def test_another_language_is_chosen_kept_and_lives(room: Room, browser: Browser):
    async with page_of(browser) as page:
        await page.goto(room.url)
        await page.get_by_role("link", name="In English").click()
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await page.goto(room.url)
        await expect(page.locator("#p-mode")).to_have_text("Ordinary mode")

        await room.report("kommun-0126", id="lage", impacts=[{"sector": "road", "areas": ["0126"], "now": "critical"}])
        cell = page.locator("#c-0126-road a")
        await expect(cell).to_have_attribute("aria-label", "Huddinge, Road traffic: Critical impact since 09.00")
        await page.goto(f"{room.url}/cell/0126/nothing")
        await expect(page.get_by_text("There is no such cell.")).to_be_visible()
        await page.get_by_role("link", name="På svenska").click()
        await expect(page.get_by_text("Den rutan finns inte.")).to_be_visible()


async def test_help_is_one_key_away_and_no_page_to_read_in_breaks_a_rule(room: Room, browser: Browser):
    async with page_of(browser) as page:
        await page.goto(f"{room.url}/rules")
        await page.keyboard.press("?")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Hjälp")
        await page.get_by_role("contentinfo").get_by_role("link", name="Tillgänglighet").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Tillgänglighetsredogörelse")
        await page.set_viewport_size({"width": 390, "height": 844})
        found = []
        for path in READ:
            for theme in ("light", "dark"):
                await page.goto(f"{room.url}{path}?theme={theme}")
                for summary in (await page.locator("main details summary").all())[:3]:
                    await summary.click()
                found += [f"{path} {theme} {fault}" for fault in (await faults(page) if AXE.exists() else [])]
            if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{path} scrolls sideways")
    assert found == []

"""The wall in Chromium against the running system: read from afar, never cut, alive, and plain about what is old."""

import asyncio
import math
import time

import pytest
from playwright.async_api import Browser, Page, expect
from support.accessible import faults, storm
from support.browser import Room, block_polling, page_of
from support.chain import T0

from dashboards.wall.page import ARC_MINUTES, CAPITAL, ROWS
from schemas.times import HOUR, z

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]

DISTANCE_M, DIAGONAL_IN = 6.0, 75.0
"""The defaults."""
SMALL = """() => [...document.querySelectorAll('body *')].filter(e =>
  e.checkVisibility() && !e.closest('.vh, .counts, defs, .sprite') &&
  [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => {
    const box = e.closest('svg.map')?.getBoundingClientRect();
    const scale = box ? box.height / e.closest('svg').viewBox.baseVal.height : 1;
    return [parseFloat(getComputedStyle(e).fontSize) * scale, e.textContent.trim()];
  })"""
CUT = """() => [...document.querySelectorAll('.says, .rows b, .matrix tbody th, h1, .bar, footer, .warn')].filter(e =>
  e.checkVisibility() && (e.scrollWidth > e.clientWidth + 1)).map(e => e.textContent.trim())"""
COVERED = """() => { const end = document.querySelector('footer').getBoundingClientRect().top;
  const head = document.querySelector('.bar').getBoundingClientRect().bottom;
  return [...document.querySelectorAll('#w-matrix th')].filter(e => {
    const box = (e.firstElementChild ?? e).getBoundingClientRect();
    return box.top < head - 2 || box.bottom > end + 2 || box.right > innerWidth }).map(e => e.textContent) }"""
OVER = """() => { const end = document.querySelector('footer').getBoundingClientRect().top;
  return [...document.querySelectorAll('main li')].filter(e => e.getBoundingClientRect().bottom > end + 2).length }"""


async def opened(page: Page, room: Room, theme: str = "dark") -> None:
    await page.goto(f"{room.url}/wall?theme={theme}")
    await expect(page.locator("#lost")).to_be_hidden()
    await expect(page.locator("#age")).to_contain_text(" s")


def arc_minutes(size_px: float, screen_px: int) -> float:
    metres = size_px * CAPITAL * (DIAGONAL_IN * 0.0254 / math.hypot(16 / 9, 1)) / screen_px
    return math.degrees(2 * math.atan(metres / 2 / DISTANCE_M)) * 60


async def test_a_calm_wall_says_so_and_breaks_no_rule(room: Room, browser: Browser):
    async with page_of(browser, size="wall") as page:
        for theme in ("dark", "light"):
            await opened(page, room, theme)
            await expect(page.locator("#w-head")).to_contain_text("Ordinarie läge.")
            await expect(page.locator("#w-below")).to_contain_text("På gång")
            assert await faults(page) == []


async def test_a_report_comes_to_the_wall_by_the_stream_alone(room: Room, browser: Browser):
    async with page_of(browser, size="wall") as page:
        await opened(page, room)
        await block_polling(page.context)
        await room.report("ellevio", id="w", impacts=[{"sector": "energy", "areas": ["0182"], "now": "serious"}])
        row = page.locator("#w-rows li").first
        await expect(row).to_contain_text("El, värme")
        await expect(row).to_contain_text("Nacka")
        await expect(page.locator("#w-below")).to_contain_text("Senaste timmen")


async def test_every_letter_is_large_enough_for_the_farthest_reader_and_nothing_is_cut(room: Room, browser: Browser):
    await storm(room)
    async with page_of(browser, size="wall") as page:
        await opened(page, room)
        for wide, high in ((1920, 1080), (3840, 2160)):
            await page.set_viewport_size({"width": wide, "height": high})
            small = [text for size, text in await page.evaluate(SMALL) if arc_minutes(size, high) < ARC_MINUTES - 0.2]
            assert small == []
            assert await page.evaluate(CUT) == []
            assert await page.evaluate(OVER) == 0
            row = await page.evaluate("document.querySelector('#w-rows li').getBoundingClientRect().height")
            assert round(high / row) <= ROWS
        assert await faults(page) == []


async def test_a_call_nobody_has_answered_stands_out_and_stops_flashing_by_itself(room: Room, browser: Browser):
    async with page_of(browser, size="wall", reduced_motion="no-preference") as page:
        await opened(page, room)
        call = page.locator("#w-wait .urgent").first
        await expect(call).to_contain_text("Larm: samordnande forum")
        style = await call.evaluate(
            "e => { const s = getComputedStyle(e); return [s.animationDuration, s.animationIterationCount] }"
        )
        assert float(style[0].removesuffix("s")) >= 1, "at most once a second"
        assert style[1] != "infinite"


async def test_the_wall_says_in_large_type_that_its_link_is_cut_and_since_when(room: Room, browser: Browser):
    async with page_of(browser, size="wall") as page:
        await opened(page, room)
        room.kill("server")
        try:
            await expect(page.locator("#lost")).to_contain_text("Förbindelsen är bruten")
            await expect(page.locator("body")).to_have_class("wall exercise stale")
            size = await page.locator("#lost b").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
            assert arc_minutes(size, 1080) >= ARC_MINUTES
        finally:
            room.start("server")
            await room.ready()
        await expect(page.locator("#lost")).to_be_hidden()


async def test_a_silent_source_is_named_with_its_age(room: Room, browser: Browser):
    await room.health("smhi")
    # of two topics the later record may be read first, and a stepped clock stands till its next step
    await room.settled()
    await room.clock(T0 + 5 * HOUR)
    await room.settled()
    async with page_of(browser, size="wall") as page:
        await opened(page, room)
        await expect(page.locator("#w-sources")).to_contain_text("SMHI")
        assert z(room.at).startswith("2027-01-19T11")


async def test_every_cell_has_a_page_that_is_read_from_afar(room: Room, browser: Browser):
    await storm(room)
    async with page_of(browser, size="wall") as page:
        await page.goto(f"{room.url}/wall?page=matrix")
        for wide, high in ((1920, 1080), (3840, 2160)):
            await page.set_viewport_size({"width": wide, "height": high})
            small = [text for size, text in await page.evaluate(SMALL) if arc_minutes(size, high) < ARC_MINUTES - 0.2]
            assert small == []
            assert await page.evaluate(CUT) == []
            assert await page.evaluate(COVERED) == []
        await expect(page.locator("#w-matrix tbody tr")).to_have_count(13)
        await expect(page.locator("#w-matrix tbody td")).to_have_count(13 * 26)
        await expect(page.locator("#w-m-care th.hit")).to_have_text("Omsorg")
        assert await faults(page) == []


async def test_what_goes_on_and_the_age_of_each_source_have_a_page(room: Room, browser: Browser):
    await room.health("smhi")
    await storm(room)
    async with page_of(browser, size="wall") as page:
        for wide, high in ((1920, 1080), (1080, 1920)):
            await page.set_viewport_size({"width": wide, "height": high})
            await page.goto(f"{room.url}/wall?page=going")
            await expect(page.locator("#w-events li").first).to_contain_text("Röd varning")
            await expect(page.locator("#w-ages li").first).to_contain_text("SMHI")
            assert await page.evaluate(CUT) == []
            assert await page.evaluate(OVER) == 0
        assert await faults(page) == []


async def test_the_pages_turn_by_themselves_and_a_key_holds_one(room: Room, browser: Browser):
    await storm(room)
    async with page_of(browser, size="wall") as page:
        await opened(page, room)
        for name in ("matrix", "going", "now"):
            await expect(page.locator(f"body[data-show={name}]")).to_be_attached()
        await page.keyboard.press("2")
        await expect(page.locator(".matrix")).to_be_visible()
        await expect(page.locator("#w-page")).to_have_text("2/3")
        held = time.monotonic()
        while time.monotonic() < held + 17:
            # not held it would have fifteen seconds
            assert await page.evaluate("document.body.dataset.show") == "matrix"
            await asyncio.sleep(1)
        await page.keyboard.press(" ")
        await expect(page.locator("body[data-show=going]")).to_be_attached()

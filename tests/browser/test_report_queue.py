"""Reports when the line drops, answers are lost, the session ends: each is sent once, and nothing written is lost."""

import asyncio
import re
from urllib.parse import parse_qsl

import pytest
from playwright.async_api import Browser, expect
from support.browser import Room, become, page_of
from support.chain import T0
from support.report_form import choose, form_of, sendings
from support.waiting import START_S

from schemas.times import HOUR

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]


async def test_a_report_that_cannot_be_sent_is_kept_and_said_so(room: Room, browser: Browser):
    async with page_of(browser) as page:
        await form_of(page, room, "kommun-0183")
        await page.get_by_label("Läget i en mening").fill("Ska inte försvinna")
        await choose(page, "Vägtrafik", "Måttlig")
        await page.route("**/report", lambda route: route.abort())
        await page.get_by_role("button", name="Sänd rapport").click()

        await expect(page.locator("#unsent-box")).to_contain_text("Servern nås inte")
        await expect(page.locator("#unsent")).to_contain_text("Ska inte försvinna I kö")
        await expect(page).to_have_title(re.compile(r"^\(1\) "))
        await expect(page.get_by_role("link", name="Rapportera")).to_contain_text("1 osända")
        await page.unroute("**/report")
        await page.get_by_role("button", name="Försök nu").click()
        await expect(page.locator("#receipts")).to_contain_text("I lägesbilden, version")


async def test_what_is_written_without_a_line_is_sent_once_when_it_is_back(room: Room, browser: Browser):
    await room.clock(T0 + 4 * HOUR)
    async with page_of(browser) as page:
        await form_of(page, room, "kommun-0115")
        await page.context.set_offline(True)
        for n in (1, 2, 3):
            await page.get_by_label("Läget i en mening").fill(f"Utan nät {n}")
            await choose(page, "Vägtrafik", ["", "Måttlig", "Betydande", "Allvarlig"][n])
            await page.get_by_role("button", name="Sänd rapport").click()
            await expect(page.locator("#unsent li")).to_have_count(n)
        await expect(page).to_have_title(re.compile(r"^\(3\) "))
        async with page.expect_event("dialog") as warned:
            await page.close(run_before_unload=True)
        assert (await warned.value).type == "beforeunload"
        await (await warned.value).dismiss()
        await page.context.set_offline(False)
        await sendings(page, 3)
        await expect(page.locator("#receipts")).not_to_contain_text("Redan känd")
        await expect(page.locator("#unsent-box")).to_be_hidden()
        await expect(page).not_to_have_title(re.compile(r"^\("))
        await expect(page.locator("#mine")).to_contain_text("Utan nät 3")
        await expect(page.locator("#mine ul li")).to_have_count(3)
    assert (await room.settled())["cell"]["0115/road"]["impact"] == 4


QUEUE = """async ({n, url}) => {
  const {add, actor} = await import(url);
  const began = Date.parse(document.getElementById("clock").dataset.now);
  for (let i = 0; i < n; i += 1) {
    const fields = Object.entries({
      for_actor: actor, send: "report", id: `ko-${i}`, headline: `Kö ${i}`, sent: new Date(began + i).toISOString(),
      sector: "road", "now-0": "moderate", "areas-0": "0117",
    });
    const action = document.getElementById("report").action;
    await add({actor, url: action, fields, what: "Rapport", title: `Kö ${i}`, state: "queued"});
  }
}"""
MODULE = "name => performance.getEntriesByType('resource').map(e => e.name).find(n => n.endsWith(`/${name}`))"
"""Address by which the page itself has fetched a module."""
FLUSH = "async url => { const box = await import(url); await box.flush(); return (await box.unsent()).length; }"


async def test_two_tabs_and_answers_that_are_lost_send_a_hundred_reports_once_each(room: Room, browser: Browser):
    """Every tenth answer is lost after the server has taken the report: it is sent again, and is the same report."""
    posted: list[str] = []

    async def line(route) -> None:
        if route.request.method != "POST":
            await route.continue_()
            return
        posted.append(dict(parse_qsl(route.request.post_data or ""))["id"])
        if len(posted) % 10 == 0:
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    async with page_of(browser) as page:
        await form_of(page, room, "kommun-0117")
        module = await page.evaluate(MODULE, "outbox.js")
        cut = lambda route: route.abort()  # noqa: E731 the same one is taken off below
        await page.context.route("**/report", line)
        await page.context.route("**/report", cut)
        await page.evaluate(QUEUE, {"n": 100, "url": module})
        other = await page.context.new_page()
        await other.goto(f"{room.url}/wall")
        await expect(other).to_have_title(re.compile(r"^\(100\) "))
        await page.context.unroute("**/report", cut)
        async with asyncio.timeout(START_S):
            while any(await asyncio.gather(page.evaluate(FLUSH, module), other.evaluate(FLUSH, module))):
                await asyncio.sleep(0.05)
    assert sorted(set(posted)) == sorted(f"ko-{n}" for n in range(100))
    # sent again only where the answer was lost
    assert len(posted) == 100 + len(posted) // 10
    items = (await room.settled())["item"]
    assert sum(key.startswith("actor.kommun-0117/ko-") for key in items) == 100


async def test_a_session_that_has_run_out_loses_nothing(room: Room, browser: Browser):
    async with page_of(browser) as page:
        await form_of(page, room, "kommun-0125")
        await page.context.clear_cookies()
        await page.get_by_label("Läget i en mening").fill("Skrivet efter passet")
        await choose(page, "Vägtrafik", "Måttlig")
        await page.get_by_role("button", name="Sänd rapport").click()
        await expect(page.locator("#unsent-box")).to_contain_text("Inloggningen har gått ut. Inget är förlorat")

        other = await page.context.new_page()
        await become(other, room.url, "reporter", "kommun-0126")
        await page.get_by_role("button", name="Försök nu").click()
        await expect(page.locator("#unsent-box")).to_contain_text("Ni är inloggade som någon annan")
        # whichever page of that actor sends it, the page where it was written tells what became of it
        await become(other, room.url, "reporter", "kommun-0125")
        await sendings(page, 1)
        await expect(page.locator("#unsent-box")).to_be_hidden()
    assert (await room.settled())["cell"]["0125/road"]["impact"] == 2

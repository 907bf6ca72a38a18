"""The report form in Chromium: half a minute with scripts, the same without, and nothing written is ever lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from support.browser import Room, become, page_of
from support.chain import T0

from schemas.times import HOUR, z

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]

NORRTALJE = "kommun-0188"


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    async with page_of(browser) as made:
        yield made


async def form_of(page: Page, room: Room, actor: str) -> None:
    """The form of an actor, reached as a person reaches it."""
    await become(page, room.url, "reporter", actor)
    await page.get_by_role("link", name="Rapportera").click()
    await expect(page.get_by_role("heading", name="Rapport", exact=True)).to_be_visible()


async def choose(page: Page, sector: str, step: str) -> None:
    line = page.locator("section.line", has=page.get_by_role("heading", name=sector, exact=True))
    await line.get_by_role("radio", name=step).check()


async def test_a_first_report_is_sent_and_its_receipt_names_the_version(room: Room, page: Page):
    await form_of(page, room, NORRTALJE)
    await page.get_by_label("Läget i en mening").fill("Hemtjänsten når inte alla")
    await choose(page, "Omsorg och socialtjänst", "Betydande")
    await page.get_by_label("Konsekvenser").fill("Två boenden utan el")
    await page.get_by_role("button", name="Sänd rapport").click()

    await expect(page.locator("#receipts")).to_contain_text("I lägesbilden, version", timeout=10_000)
    picture = await room.settled()
    assert picture["cell"]["0188/care"]["impact"] == 3


async def test_no_change_is_one_press_on_a_phone(room: Room, browser: Browser):
    await room.clock(T0 + HOUR)
    async with page_of(browser, size="phone") as page:
        await form_of(page, room, NORRTALJE)
        await expect(page.get_by_label("Läget i en mening")).to_have_value("Hemtjänsten når inte alla")
        await page.get_by_role("button", name="Ingen förändring, sänd").click()

        await expect(page.locator("#receipts")).to_contain_text("I lägesbilden, version", timeout=10_000)
    picture = await room.settled()
    assert picture["cell"]["0188/care"]["reported_at"] == z(T0 + HOUR)


async def test_the_form_works_without_scripts_and_ends_at_a_receipt(room: Room, browser: Browser):
    await room.clock(T0 + 2 * HOUR)
    async with page_of(browser, java_script_enabled=False) as page:
        await form_of(page, room, NORRTALJE)
        await page.get_by_label("Läget i en mening").fill("Skolorna stänger")
        await choose(page, "Förskola och skola", "Allvarlig")
        await page.get_by_role("button", name="Sänd rapport").click()

        await expect(page.get_by_role("heading", name="Kvitto")).to_be_visible()
        await expect(page.locator("main")).to_contain_text("I lägesbilden, version", timeout=10_000)
    picture = await room.settled()
    assert picture["cell"]["0188/school"]["impact"] == 4
    assert picture["cell"]["0188/care"]["impact"] == 3


async def test_a_county_wide_actor_says_two_levels_in_one_report(room: Room, page: Page):
    await form_of(page, room, "region-sthlm-trafik")
    await page.get_by_label("Läget i en mening").fill("Stombussar inställda i ytterområden")
    await choose(page, "Kollektivtrafik", "Betydande")
    extra = page.locator("section.line.extra")
    await extra.get_by_role("radio", name="Allvarlig").check()
    await extra.locator("summary").click()
    for town in ("Norrtälje", "Värmdö"):
        await extra.get_by_label(town).check()
    await page.get_by_role("button", name="Sänd rapport").click()

    await expect(page.locator("#receipts")).to_contain_text("I lägesbilden, version", timeout=10_000)
    cells = (await room.settled())["cell"]
    assert [cells[f"{area}/transit"]["impact"] for area in ("0180", "0188", "0120")] == [3, 4, 4]


@pytest.mark.parametrize("scripts", [True, False])
async def test_faults_are_told_in_swedish_and_what_was_written_stays(room: Room, browser: Browser, *, scripts: bool):
    async with page_of(browser, java_script_enabled=scripts) as page:
        await form_of(page, room, "kommun-0186")
        await choose(page, "Vägtrafik", "Allvarlig")
        await page.get_by_label("Åtgärder").fill("Plogar hela natten")
        await page.get_by_label("Nästa rapport").fill("snart")
        await page.get_by_role("button", name="Sänd rapport").click()

        faults = page.locator("#faults")
        await expect(faults).to_contain_text("Läget i en mening saknas")
        await expect(faults).to_contain_text("Tiden snart går inte att läsa")
        await expect(page.get_by_label("Åtgärder")).to_have_value("Plogar hela natten")
        await expect(page.locator("input[value=serious]:checked")).to_have_count(1)


async def test_what_is_written_before_the_scripts_have_come_is_a_draft_too(room: Room, browser: Browser):
    """On a slow line the form is there seconds before its script."""
    async with page_of(browser) as page:
        await become(page, room.url, "reporter", "kommun-0183")
        come = asyncio.Event()

        async def late(route) -> None:
            await come.wait()
            await route.continue_()

        await page.route("**/report.js*", late)
        await page.goto(f"{room.url}/report", wait_until="commit")
        await page.get_by_label("Läget i en mening").fill("Skrivet tidigt")
        await choose(page, "Dricksvatten och avlopp", "Kritisk")
        come.set()
        await expect(page.locator("#state")).to_contain_text("ndrat", timeout=10_000)
        await expect(page.get_by_label("Läget i en mening")).to_have_value("Skrivet tidigt")
        await page.goto(f"{room.url}/report")
        await expect(page.locator("#state")).to_contain_text("Ett osänt utkast har lagts tillbaka")
        await expect(page.locator("input[value=critical]:checked")).to_have_count(1)


async def test_a_draft_outlives_the_tab_and_is_gone_when_sent(room: Room, browser: Browser):
    async with page_of(browser) as page:
        await form_of(page, room, "kommun-0184")
        await page.get_by_label("Läget i en mening").fill("Utkast om vatten")
        await choose(page, "Dricksvatten och avlopp", "Kritisk")

        await page.goto(f"{room.url}/report")
        await expect(page.locator("#state")).to_contain_text("Ett osänt utkast har lagts tillbaka")
        await expect(page.get_by_label("Läget i en mening")).to_have_value("Utkast om vatten")
        await page.get_by_role("button", name="Sänd rapport").click()
        await expect(page.locator("#receipts")).to_contain_text("I lägesbilden, version", timeout=10_000)

        await page.reload()
        await expect(page.locator("#state")).to_have_text("")


async def test_a_report_that_cannot_be_sent_is_kept_and_said_so(room: Room, page: Page):
    await form_of(page, room, "kommun-0183")
    await page.get_by_label("Läget i en mening").fill("Ska inte försvinna")
    await choose(page, "Vägtrafik", "Måttlig")
    await page.route("**/report", lambda route: route.abort())
    await page.get_by_role("button", name="Sänd rapport").click()

    await expect(page.locator("#faults")).to_contain_text("Inte sänt: servern nås inte")
    await expect(page.get_by_label("Läget i en mening")).to_have_value("Ska inte försvinna")
    await page.unroute("**/report")
    await page.get_by_role("button", name="Sänd rapport").click()
    await expect(page.locator("#receipts")).to_contain_text("I lägesbilden, version", timeout=10_000)


async def test_what_the_county_board_asks_for_is_marked_in_the_form(room: Room, page: Page):
    await room.command("request_reports", args={"sectors": ["water"], "areas": ["0182"], "by": z(T0 + 30 * HOUR)})
    await room.settled()
    await form_of(page, room, "kommun-0182")

    await expect(page.locator("section.asked")).to_contain_text("Länsstyrelsen Stockholm frågar, svar senast")
    await expect(page.locator("section.asked h3")).to_have_text("Dricksvatten och avlopp")


async def test_a_standing_report_is_taken_back_with_one_press(room: Room, page: Page):
    await room.report("kommun-0163", id="lage", impacts=[{"sector": "care", "areas": ["0163"], "now": "none"}])
    await room.report("kommun-0163", id="road-0163", impacts=[{"sector": "road", "areas": ["0163"], "now": "serious"}])
    await room.settled()
    await room.clock(T0 + 3 * HOUR)
    await form_of(page, room, "kommun-0163")
    await page.get_by_role("button", name="Återta").click()

    await expect(page.locator("#receipts")).to_contain_text("I lägesbilden, version", timeout=10_000)
    assert (await room.settled())["cell"].get("0163/road", {"impact": 0})["impact"] == 0

"""The report form in Chromium: half a minute with scripts, the same without, and nothing written is ever lost."""

import asyncio
import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from support.accessible import faults
from support.browser import Room, become, follow, page_of
from support.chain import T0
from support.report_form import choose, form_of, sendings

from schemas.times import HOUR, MINUTE, z

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]

NORRTALJE = "kommun-0188"


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    async with page_of(browser) as made:
        yield made


async def tried_again(page: Page, heading: str) -> None:
    """Back from what a report would change to the form, and there again."""
    await page.get_by_role("button", name="Ändra").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    await page.get_by_role("button", name="Provsänd").click()


async def test_a_first_report_is_sent_and_its_receipt_names_the_version(room: Room, page: Page):
    await form_of(page, room, NORRTALJE)
    await page.get_by_label("Läget i en mening").fill("Hemtjänsten når inte alla")
    await choose(page, "Omsorg och socialtjänst", "Betydande")
    await page.get_by_role("textbox", name="Konsekvenser", exact=True).fill("Två boenden utan el")
    await page.get_by_role("button", name="Sänd rapport").click()

    await expect(page.locator("#receipts")).to_contain_text("I lägesbilden, version")
    picture = await room.settled()
    assert picture["cell"]["0188/care"]["impact"] == 3


async def test_no_change_is_one_press_on_a_phone(room: Room, browser: Browser):
    await room.clock(T0 + HOUR)
    async with page_of(browser, size="phone") as page:
        await form_of(page, room, NORRTALJE)
        await expect(page.get_by_label("Läget i en mening")).to_have_value("Hemtjänsten når inte alla")
        async with page.expect_request(lambda asked: asked.method == "POST" and asked.url.endswith("/report")) as sent:
            await page.get_by_role("button", name="Ingen förändring, sänd").click()
        assert dict(parse_qsl((await sent.value).post_data or ""))["send"] == "unchanged"

        await expect(page.locator("#receipts")).to_contain_text("I lägesbilden, version")
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
        await expect(page.locator("main")).to_contain_text("I lägesbilden, version")
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

    await expect(page.locator("#receipts")).to_contain_text("I lägesbilden, version")
    cells = (await room.settled())["cell"]
    assert [cells[f"{area}/transit"]["impact"] for area in ("0180", "0188", "0120")] == [3, 4, 4]


@pytest.mark.parametrize("scripts", [True, False])
async def test_faults_are_told_in_swedish_and_what_was_written_stays(room: Room, browser: Browser, *, scripts: bool):
    async with page_of(browser, java_script_enabled=scripts) as page:
        await form_of(page, room, "kommun-0186")
        await choose(page, "Vägtrafik", "Allvarlig")
        await page.get_by_role("textbox", name="Åtgärder", exact=True).fill("Plogar hela natten")
        await page.get_by_label("Nästa rapport").fill("snart")
        await page.get_by_role("button", name="Sänd rapport").click()

        told = page.locator("#faults")
        await expect(told).to_contain_text("Läget i en mening saknas")
        await expect(told).to_contain_text("Tiden snart går inte att läsa")
        await expect(page.get_by_role("textbox", name="Åtgärder", exact=True)).to_have_value("Plogar hela natten")
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
        await expect(page.locator("#state")).to_contain_text("ndrat")
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
        await expect(page.locator("#receipts")).to_contain_text("I lägesbilden, version")

        await page.reload()
        await expect(page.locator("#state")).to_have_text("")


async def test_what_the_county_board_asks_for_is_marked_in_the_form(room: Room, page: Page):
    await room.command("request_reports", args={"sectors": ["water"], "areas": ["0182"], "by": z(T0 + 30 * HOUR)})
    await room.settled()
    await form_of(page, room, "kommun-0182")

    await expect(page.locator("section.asked")).to_contain_text("Länsstyrelsen Stockholm frågar, svar senast")
    await expect(page.locator("section.asked h3")).to_have_text("Dricksvatten och avlopp")


async def test_a_standing_report_is_taken_back_with_a_reason(room: Room, page: Page):
    await room.report("kommun-0163", id="lage", impacts=[{"sector": "care", "areas": ["0163"], "now": "none"}])
    await room.report("kommun-0163", id="road-0163", impacts=[{"sector": "road", "areas": ["0163"], "now": "serious"}])
    await room.settled()
    await room.clock(T0 + 3 * HOUR)
    await form_of(page, room, "kommun-0163")
    row = page.locator("#mine > ol > li", has=page.locator("input[value=road-0163]"))
    await row.locator("summary", has_text="Återta").click()
    await row.get_by_label("Varför återtas den?").fill("Fel kommun")
    await row.get_by_role("button", name="Återta rapporten").click()

    await expect(page.locator("#receipts")).to_contain_text("I lägesbilden, version")
    assert (await room.settled())["cell"].get("0163/road", {"impact": 0})["impact"] == 0


# ---- correct, object, test, who has read it: with scripts, then without -------------------------------------------


async def test_a_report_is_tested_corrected_read_by_the_board_and_objected_to(room: Room, browser: Browser):
    await room.clock(T0 + 5 * HOUR)
    await room.report("trafikverket-vag", id="lage", impacts=[{"sector": "road", "areas": ["0127"], "now": "critical"}])
    await room.settled()
    async with page_of(browser) as page, page_of(browser) as board:
        await form_of(page, room, "kommun-0127")
        await page.get_by_label("Läget i en mening").fill("Hemtjänsten når inte alla")
        await choose(page, "Omsorg och socialtjänst", "Betydande")
        await page.get_by_label("Brukare som hemtjänsten inte når", exact=True).fill("4")
        await page.get_by_role("button", name="Provsänd").click()
        await expect(page.get_by_role("heading", name="Prov: inget är sänt")).to_be_visible()
        await expect(page.locator("main")).to_contain_text("Omsorg och socialtjänst Botkyrka: Betydande påverkan")
        await expect(page.locator("main")).to_contain_text("Sätter rutan.")
        assert "0127/care" not in (await room.settled())["cell"]
        assert await faults(page) == []
        await page.get_by_role("button", name="Sänd på riktigt").click()
        await sendings(page, 1)

        await become(board, room.url, "coordinator")
        await expect(board.locator("#matrix")).to_be_visible()
        await board.goto(f"{room.url}/item/actor.kommun-0127/lagesrapport")
        await expect(board.locator("main")).to_contain_text("4 brukare som hemtjänsten inte når")
        await page.goto(f"{room.url}/report")
        await expect(page.locator("#mine")).to_contain_text(re.compile(r"Läst av Länsstyrelsen Stockholm \d\d\.\d\d\."))
        async with board.expect_response("**/seen"):
            await board.goto(room.url)
        await page.reload()
        await expect(page.locator("#mine")).to_contain_text("På skärm hos Länsstyrelsen Stockholm")

        await follow(page.get_by_role("link", name="Rätta"))
        await choose(page, "Omsorg och socialtjänst", "Allvarlig")
        await expect(page.locator("#changes")).to_contain_text(
            "brukare som hemtjänsten inte når 4 → Allvarlig, brukare som hemtjänsten inte når 4"
        )
        await room.clock(T0 + 5 * HOUR + MINUTE)
        await page.get_by_role("button", name="Sänd rättelse").click()
        await sendings(page, 1)

        road = page.locator("#believed li", has_text="Vägtrafik")
        await expect(road).to_contain_text("Enligt Trafikverket")
        await road.locator("summary").click()
        await road.get_by_label("Vad stämmer inte?").fill("Vägen är öppen sedan en timme")
        await road.get_by_role("button", name="Sänd invändningen").click()
        await expect(road).to_contain_text("Vägen är öppen sedan en timme")
        assert await faults(page) == []
    picture = await room.settled()
    assert picture["cell"]["0127/care"]["impact"] == 4
    assert [o["actor"] for o in picture["objection"].values()] == ["kommun-0127"]


async def test_every_act_works_without_scripts(room: Room, browser: Browser):
    await room.clock(T0 + 6 * HOUR)
    await room.report("trafikverket-vag", id="lage", impacts=[{"sector": "road", "areas": ["0128"], "now": "serious"}])
    await room.settled()
    async with page_of(browser, java_script_enabled=False) as page:
        await form_of(page, room, "kommun-0128")
        await page.get_by_label("Läget i en mening").fill("Skolorna stänger")
        await choose(page, "Förskola och skola", "Allvarlig")
        await page.get_by_label("Stängda skolor", exact=True).fill("3")
        await page.get_by_role("button", name="Provsänd").click()
        await page.get_by_role("button", name="Ändra").click()
        await expect(page.get_by_label("Stängda skolor", exact=True)).to_have_value("3")
        await page.get_by_role("button", name="Sänd rapport").click()
        await expect(page.locator("main")).to_contain_text("I lägesbilden, version")
        await expect(page.locator("main")).to_contain_text("Ingen annan organisation har haft den på skärmen")

        await room.clock(T0 + 6 * HOUR + MINUTE)
        await follow(page.get_by_role("link", name="Rapportera"))
        await follow(page.get_by_role("link", name="Rätta"))
        await choose(page, "Förskola och skola", "Kritisk")
        await page.get_by_role("button", name="Provsänd").click()
        await expect(page.locator(".shifts")).to_contain_text("Förskola och skola, Salem")
        await expect(page.locator(".shifts del")).to_have_text("allvarlig")
        await tried_again(page, "Rätta rapport")
        await page.get_by_role("button", name="Sänd på riktigt").click()
        await expect(page.locator("main")).to_contain_text("I lägesbilden, version")

        await follow(page.get_by_role("link", name="Rapportera"))
        await page.get_by_role("link", name="Kopiera som text").click()
        await expect(page.locator("textarea")).to_have_value(re.compile("^ÖVNING ÖVNING.*Stängda skolor", re.DOTALL))

        await follow(page.get_by_role("link", name="Rapportera"))
        road = page.locator("#believed li", has_text="Vägtrafik")
        await road.locator("summary").click()
        await road.get_by_label("Vad stämmer inte?").fill("Plogat")
        await road.get_by_role("button", name="Sänd invändningen").click()
        await expect(page.locator("main")).to_contain_text("I lägesbilden, version")

        await room.clock(T0 + 6 * HOUR + 2 * MINUTE)
        await follow(page.get_by_role("link", name="Rapportera"))
        row = page.locator("#mine > ol > li").first
        await row.locator("summary", has_text="Återta").click()
        await row.get_by_label("Varför återtas den?").fill("Fel dag")
        await page.context.clear_cookies()
        await row.get_by_role("button", name="Återta rapporten").click()
        await expect(page.get_by_role("heading", name="Inget är förlorat")).to_be_visible()
        await expect(page.locator(".facts dd")).to_have_text(["Fel dag"])

        other = await page.context.new_page()
        await become(other, room.url, "reporter", "kommun-0128")
        await page.get_by_role("button", name="Sänd igen").click()
        await expect(page.locator("main")).to_contain_text("I lägesbilden, version")
        await follow(page.get_by_role("link", name="Rapportera"))
        await expect(page.locator("#mine")).to_contain_text("Återtagen: Fel dag")
    cells = (await room.settled())["cell"]
    assert cells.get("0128/school", {"impact": 0})["impact"] == 0


async def test_the_board_passes_on_what_an_actor_says_by_telephone(room: Room, browser: Browser):
    async with page_of(browser, size="phone") as page:
        await become(page, room.url, "coordinator")
        await page.goto(f"{room.url}/report")
        await page.get_by_label("Förmedla för en aktör").select_option("kommun-0136")
        await page.get_by_role("button", name="Öppna formuläret").click()
        await expect(page.get_by_role("heading", name="Förmedla för Haninge kommun")).to_be_visible()
        await page.get_by_label("Vem lämnade uppgiften").fill("Ann Ek, per telefon")
        await page.get_by_label("Läget i en mening").fill("Vattnet är slut i Dalarö")
        await choose(page, "Dricksvatten och avlopp", "Allvarlig")
        await page.get_by_role("button", name="Sänd rapport").click()
        await sendings(page, 1)
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
        assert await faults(page) == []
        await page.goto(f"{room.url}/report?for=kommun-0136&theme=dark")
        assert await faults(page) == []
    picture = await room.settled()
    item = picture["item"]["actor.lansstyrelsen-01/formedlad-kommun-0136"]
    assert (item["origin"], picture["cell"]["0136/water"]["impact"]) == ("relayed", 0)

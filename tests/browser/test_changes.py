"""What a meeting begins with, the joint picture, requests for reports, and the slider, as people use them."""

import re

import pytest
from playwright.async_api import Browser, Page, expect
from support.accessible import AXE, faults, storm
from support.browser import Room, back, become, follow, page_of, stand_still
from support.chain import T0

from schemas.times import HOUR, MINUTE, z

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]

MEETS = T0 + 2 * HOUR + 10 * MINUTE


async def met(room: Room) -> None:
    """The storm, a forum that met at 09.10, and half an hour later a report of what was so before it met."""
    if room.at != T0:
        return
    await storm(room)
    await room.command("convene", args={"forum": "sam", "level": "samordnande", "at": z(MEETS), "form": "telefon"})
    await room.clock(MEETS + MINUTE)
    await room.until(lambda picture: picture["meeting"])
    await room.clock(MEETS + 30 * MINUTE)
    impacts = [{"sector": "transit", "areas": ["0180", "0120"], "now": "serious"}]
    await room.report("region-sthlm-trafik", id="lage", impacts=impacts, sent=z(MEETS - 5 * MINUTE))
    await room.settled()


async def fits(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


async def test_changes_since_the_last_meeting_tell_what_was_learned_late_and_count_what_comes(
    room: Room, browser: Browser
):
    await met(room)
    async with page_of(browser) as page:
        await page.goto(f"{room.url}/changes?forum=sam")
        row = page.locator("li", has_text="Kollektivtrafik").first

        await expect(page.locator("h1")).to_contain_text("sedan Samordnande forum, möte 1, 09.10")
        await expect(row).to_contain_text("Stockholm och Värmdö")
        await expect(row).to_contain_text("09.40 sagt 09.05")
        await expect(row).to_contain_text("känt i efterhand")
        await row.locator("summary").focus()
        await page.keyboard.press("Enter")
        await expect(row.get_by_role("link", name="Värmdö")).to_have_attribute("href", "/cell/0120/transit")

        height = await page.evaluate("document.body.scrollHeight")
        await room.report("kommun-0188", id="lage", impacts=[{"sector": "care", "areas": ["0188"], "now": "critical"}])
        news = page.get_by_role("link", name=re.compile("nya? ändring"))
        await expect(news).to_be_visible()
        assert await page.evaluate("document.body.scrollHeight") == height
        await news.click()
        await expect(page.locator("main")).to_contain_text("Norrtälje")


async def test_where_one_has_read_to_is_remembered_for_each_login_without_scripts(room: Room, browser: Browser):
    await met(room)
    async with page_of(browser, java_script_enabled=False) as page:
        await page.goto(f"{room.url}/changes")
        await page.get_by_role("button", name=re.compile("Jag har läst till version")).click()

        await expect(page.locator("h1")).to_contain_text("sedan du senast läste")
        await expect(page.locator("main")).to_contain_text("Inget har ändrats sedan du senast läste")
        await expect(page.locator(".rests")).to_contain_text("SMHI")
        await become(page, room.url, "coordinator")
        await page.goto(f"{room.url}/changes")
        await expect(page.locator("h1")).not_to_contain_text("sedan du senast läste")
        file = await page.request.get(f"{room.url}/changes.csv?forum=sam")
        assert (await file.body()).startswith(b"\xef\xbb\xbfgrupp;")
        feed = await page.request.get(f"{room.url}/changes.atom")
        assert feed.headers["content-type"].startswith("application/atom+xml")


async def test_a_joint_picture_is_composed_published_and_corrected_without_scripts(room: Room, browser: Browser):
    await met(room)
    async with page_of(browser, java_script_enabled=False) as page:
        await become(page, room.url, "coordinator")
        await page.goto(f"{room.url}/joint")
        await follow(page.get_by_role("link", name="Ny samlad lägesbild"))
        await page.get_by_label("Namn").fill("Läget 09.45")
        await page.get_by_label("Sammanfattning").fill("Bussarna står i ytterområdena.")
        await page.get_by_role("combobox", name="Röd varning").select_option("top")
        await page.get_by_role("button", name="Förhandsgranska").click()
        await expect(page.get_by_role("status")).to_contain_text("Inget är publicerat än")
        await page.get_by_role("button", name="Publicera").click()
        await back(page)
        await page.get_by_role("link", name="Läget 09.45").click()

        text = page.locator("main")
        await expect(text).to_contain_text("Bussarna står i ytterområdena.")
        await expect(text).to_contain_text("Kollektivtrafik: allvarlig i Stockholm och Värmdö")
        await expect(text).to_contain_text(re.compile(r"version \d+ \([0-9a-f]{12}\)"))
        await expect(text).to_contain_text("Utelämnat")
        assert await page.locator(".mx tbody td").count() == 26 * 13

        await page.get_by_text("Rätta", exact=True).click()
        await page.locator("textarea").fill("Bussarna går igen i Värmdö.")
        await page.get_by_label("Skäl till rättelsen").fill("Trafiken har kommit i gång.")
        await page.get_by_role("button", name="Publicera rättelsen").click()
        await back(page)
        await expect(text).to_contain_text("Bussarna går igen i Värmdö.")
        beside = page.locator(".corrections")
        await expect(beside).to_contain_text("Trafiken har kommit i gång.")
        await expect(beside).to_contain_text("Bussarna står i ytterområdena.")


async def test_reports_are_asked_for_and_what_has_come_is_seen(room: Room, browser: Browser):
    await met(room)
    async with page_of(browser, java_script_enabled=False) as page:
        await become(page, room.url, "coordinator")
        await page.goto(f"{room.url}/requests")
        await page.get_by_label("Senast kl.").fill("12.00")
        await page.get_by_label("Omsorg och socialtjänst").check()
        for town in ("Botkyrka", "Danderyd"):
            await page.get_by_label(town, exact=True).check()
        await page.get_by_role("button", name="Begär rapporter").click()
        await back(page)
        asked = page.locator(".asked > li", has_text="Botkyrka och Danderyd")
        await expect(asked).to_contain_text("senast 12.00")
        before = await asked.inner_text()

        line = {"sector": "care", "areas": ["0127"], "now": "moderate"}
        await room.report("kommun-0127", id="lage", impacts=[line])
        await room.settled()
        await page.reload()
        await expect(asked).to_contain_text("1 har svarat")
        await expect(asked).to_contain_text("Botkyrka kommun")
        assert "har svarat" not in before


async def test_the_slider_goes_back_to_what_was_known_and_forward_by_keyboard(room: Room, browser: Browser):
    await met(room)
    async with page_of(browser) as page:
        await page.clock.install()
        await page.goto(f"{room.url}/time?hours=3")
        cell = page.locator("#then td a[aria-label^='Stockholm, Kollektivtrafik']")
        title = page.locator("#then-title")
        await expect(title).to_contain_text("Lägesbilden nu")
        await expect(cell).to_have_attribute("aria-label", re.compile("Allvarlig påverkan"))

        slider = page.get_by_role("slider", name="Tidpunkt att visa")
        await slider.focus()
        for _ in range(2):
            await page.keyboard.press("PageDown")
        for _ in range(3):
            await page.keyboard.press("ArrowLeft")
        await expect(title).to_contain_text("Lägesbilden som den var känd 09.")
        await expect(page.locator("#then")).to_have_class(re.compile("past"))
        await expect(page.locator("#then .banner")).to_contain_text("före nu")
        await expect(cell).to_have_attribute("aria-label", re.compile("Ej bedömt"))
        assert re.search(r"at=2\d{3}-", page.url)

        before = await slider.input_value()
        await stand_still(page)  # it plays for a few seconds only, by the page's own clock
        await page.keyboard.press("Space")
        await expect(page.get_by_role("button", name="Pausa")).to_be_visible()
        await page.clock.resume()
        await expect(cell).to_have_attribute("aria-label", re.compile("Allvarlig påverkan"))
        await expect(page.get_by_role("button", name="Spela upp")).to_be_visible()
        assert int(await slider.input_value()) > int(before)
        await page.keyboard.press("End")
        await expect(title).to_contain_text("Lägesbilden nu")


async def test_what_had_happened_and_was_not_known_is_marked_and_the_address_works_without_scripts(
    room: Room, browser: Browser
):
    await met(room)
    for name in ("merge", "server"):  # a server started now holds the newest snapshot: what lay before it is in Kafka
        assert room.stop(name) == 0
        room.start(name)
    await room.ready()
    async with page_of(browser, java_script_enabled=False) as page:
        await page.goto(f"{room.url}/time?hours=3&at={z(MEETS)}")
        await expect(page.locator("#then-title")).to_contain_text("09.10")
        await expect(page.locator(".unknown-then")).to_contain_text("sagt 09.05, känt 09.40")
        assert await page.locator("td.later").count() >= 2
        await page.get_by_role("link", name="+1 h").click()
        await expect(page.locator("#then")).not_to_contain_text("Hade hänt")
        await page.goto(f"{room.url}/time?at={z(MEETS)}")
        await page.locator("#then td a[aria-label^='Värmdö, Vägtrafik']").click()
        await expect(page.locator(".past-note")).to_contain_text("som den var känd")
        answer = await page.goto(f"{room.url}/time?at=hittepå")
        assert answer is not None
        assert answer.status == 400


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci")
async def test_no_page_of_these_breaks_a_rule_of_wcag(room: Room, browser: Browser):
    await met(room)
    past = f"/time?at={z(MEETS)}"
    paths = ["/changes?since=0", past, "/joint", "/joint/new", "/requests?areas=hit", "/joint/joint-1"]
    paths.append(f"/time/{z(MEETS)}/cell/0120/road")
    found = []
    async with page_of(browser) as page:
        await become(page, room.url, "coordinator")
        for path in paths:
            await page.goto(f"{room.url}{path}{'&' if '?' in path else '?'}theme=light")
            found += [f"{path} {fault}" for fault in await faults(page)]
            # the same elements in other colours: the rules about colour are asked again, the others cannot differ
            await page.evaluate("document.documentElement.dataset.theme = 'dark'")
            rule = "axe.run(document, {runOnly: ['color-contrast']}).then(f => f.violations.map(v => v.nodes[0].html))"
            found += [f"{path} dark {html[:160]}" for html in await page.evaluate(rule)]
    async with page_of(browser, size="phone") as page:
        await become(page, room.url, "coordinator")
        for path in paths:
            await page.goto(f"{room.url}{path}")
            found += [] if await fits(page) else [f"{path} is wider than a telephone"]
    assert found == []

"""A meeting is led and a joint picture composed by keyboard alone: where focus is, is seen at every stop on the way."""

import re

import pytest
from playwright.async_api import Browser, Page, expect
from support.accessible import storm
from support.browser import Room, leaving, page_of
from support.by_keys import ByKeys, become_by_keys
from support.chain import T0

from schemas.times import HOUR, z

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]


async def stormy(room: Room) -> None:
    if room.at == T0:
        await storm(room)


async def called(page: Page, keys: ByKeys) -> None:
    """Out of the desk to the list of forums by its keys; a forum of all municipalities in ten minutes."""
    async with leaving(page):
        await keys.press("g")
        await keys.press("f")
    await keys.do(page.locator("#do-convene > summary"))
    form = page.locator("form[data-act=convene]")
    await keys.write(form.locator("[name=forum]"), "tangent")
    await keys.write(form.locator("[name=at]"), "09.10")
    await keys.do(form.get_by_label("Alla kommuner"), "Space")
    await keys.do(form.get_by_role("button", name="Kalla", exact=True))
    await expect(form.locator("output")).to_contain_text("I lägesbilden", timeout=10_000)
    await keys.held()
    await keys.follow(page.locator("#l-forums").get_by_role("link", name="Tangent"), back=True)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tangent")


async def opened(page: Page, keys: ByKeys) -> None:
    """All who have a seat are there but one: the roll call opens the meeting."""
    await keys.do(page.locator("#do-roll > summary"))
    roll = page.locator("#f-roll form")
    await keys.do(roll.get_by_role("button", name="Kryssa alla"))
    await keys.do(roll.get_by_role("checkbox", name="Nykvarn"), "Space", back=True)
    await keys.do(roll.get_by_role("button", name="Spara upprop"))
    await expect(page.locator("#f-head")).to_contain_text("Möte 1 pågår", timeout=10_000)
    told = await page.locator("#f-head").inner_text()
    there, called = map(int, re.findall(r"(\d+) av (\d+) i upprop", told)[0])
    assert there == called - 1
    await keys.held()


async def agreed(page: Page, keys: ByKeys) -> None:
    """An agreement that the municipalities are asked to enter, and a task with owner and time."""
    await keys.do(page.locator("#f-new-agreement details.new > summary"))
    place = page.locator("#f-new-agreement")
    await keys.write(place.locator("[name=what]"), "Skolor stängs")
    await keys.do(place.get_by_label("Alla kommuner"), "Space")
    await keys.do(place.get_by_role("button", name="Fråga aktörerna"))
    await expect(page.locator("#f-agreements")).to_contain_text("Skolor stängs", timeout=10_000)
    await keys.held()
    await keys.do(page.locator("#f-new-task details.new > summary"))
    place = page.locator("#f-new-task")
    await keys.write(place.locator("[name=what]"), "Lista omsorgsbrukare")
    await keys.choose(place.locator("[name=owner]"), "Norrtälje")
    await keys.write(place.locator("[name=due]"), "10.00")
    await keys.do(place.get_by_role("button", name="Ge uppgiften"))
    await expect(page.locator("#f-tasks")).to_contain_text("Lista omsorgsbrukare", timeout=10_000)
    await keys.held()


async def minuted(page: Page, keys: ByKeys) -> None:
    """A note on the way, and when it meets again; Escape folds what was unfolded and gives its button back."""
    note = page.locator("textarea[data-draft]")
    await keys.write(note, "Nykvarn saknas, ringer igen.")
    await keys.press("Control+Enter")
    await expect(page.locator("#f-minutes")).to_contain_text("Nykvarn saknas", timeout=10_000)
    await expect(note).to_be_focused()
    await keys.look()
    unfolds = page.locator("#next > summary")
    await keys.do(unfolds, back=True)
    await keys.press("Tab")
    await keys.press("Escape")
    await expect(unfolds).to_be_focused()
    await expect(page.locator("#next")).not_to_have_attribute("open", "")
    await keys.press("Enter")
    await keys.write(page.locator("#next [name=at]"), "11.00")
    await keys.do(page.locator("#next").get_by_role("button", name="Planera"))
    await expect(page.locator("#f-head")).to_contain_text("Möte 2 11.00", timeout=10_000)
    await keys.held()


async def ended(page: Page, keys: ByKeys) -> None:
    await keys.do(page.locator("#do-end > summary"))
    await keys.do(page.locator("#do-end").get_by_role("button", name="Avsluta forumet"))
    await expect(page.locator("#f-head")).to_contain_text("avslutat", timeout=10_000)
    await keys.held()
    await keys.follow(page.get_by_role("link", name="Möte 1, 09.10"), back=True)
    await expect(page.locator("ol.log").first).to_contain_text("Skolor stängs")
    # what is left of the page is walked to its end
    await keys.to(page.locator("footer a").last)


async def test_a_meeting_is_called_led_and_ended_by_keyboard_alone(room: Room, browser: Browser):
    await stormy(room)
    async with page_of(browser) as page:
        keys = ByKeys(page)
        await become_by_keys(keys, room.url, "Länsstyrelsen")
        await called(page, keys)
        await opened(page, keys)
        await agreed(page, keys)
        await minuted(page, keys)
        await ended(page, keys)
        assert keys.stops > 100

    picture = await room.settled()
    entries = {entry["what"]: entry for entry in picture["entry"].values()}
    assert len(entries["agreement"]["asks"]) == 26
    assert (entries["task"]["asks"], entries["task"]["due"]) == (["kommun-0188"], z(T0 + 3 * HOUR))
    assert entries["note"]["what"] == "note"
    assert picture["forum"]["tangent"]["state"] == "closed"
    [meeting] = [m for m in picture["meeting"].values() if m["forum"] == "tangent"]
    assert "kommun-0140" not in meeting["present"]
    assert len(meeting["present"]) >= 26


async def test_a_joint_picture_is_composed_published_and_corrected_by_keyboard_alone(room: Room, browser: Browser):
    await stormy(room)
    async with page_of(browser) as page:
        keys = ByKeys(page)
        await become_by_keys(keys, room.url, "Länsstyrelsen")
        await keys.do(page.locator("details.more > summary"))
        await keys.follow(page.locator("details.more a[href$='/joint']"))
        await keys.follow(page.get_by_role("link", name="Ny samlad lägesbild"))
        await keys.write(page.get_by_label("Namn", exact=True), "Läget 09.15")
        await keys.write(page.get_by_label("Sammanfattning"), "Bussarna står i ytterområdena.")
        await keys.choose(page.get_by_role("combobox", name="Röd varning"), "överst")
        await keys.follow(page.get_by_role("button", name="Förhandsgranska"))
        await expect(page.get_by_role("status")).to_contain_text("Inget är publicerat än")
        await keys.follow(page.get_by_role("button", name="Publicera"))
        await keys.follow(page.get_by_role("link", name="Tillbaka"))
        await keys.follow(page.get_by_role("link", name="Läget 09.15"))
        text = page.locator("main")
        await expect(text).to_contain_text("Bussarna står i ytterområdena.")

        began = keys.stops
        await keys.do(page.locator("details.correct > summary"))
        assert keys.stops - began < 40, "what one came for does not lie behind every cell of the picture"
        await keys.write(page.locator("textarea[name=summary]"), "Bussarna går igen i Värmdö.")
        await keys.write(page.get_by_label("Skäl till rättelsen"), "Trafiken har kommit i gång.")
        await keys.follow(page.get_by_role("button", name="Publicera rättelsen"))
        await keys.follow(page.get_by_role("link", name="Tillbaka"))
        await expect(page.locator(".corrections")).to_contain_text("Trafiken har kommit i gång.")
        # the picture below it is one stop, arrows go from cell to cell, and the page is read to its end
        first = page.locator(".mx tbody td a").first
        await keys.to(first)
        await keys.press("ArrowDown")
        await expect(page.locator(".mx tbody tr").nth(1).locator("td a").first).to_be_focused()
        await keys.press("Home")
        await keys.press("ArrowRight")
        await expect(page.locator(".mx tbody tr").nth(1).locator("td a").nth(1)).to_be_focused()
        await keys.look()
        began = keys.stops
        await keys.to(page.locator("footer a").last)
        assert keys.stops - began < 10

    [published] = [p for p in (await room.settled())["joint"].values() if p["name"]]
    assert [len(published["pinned"]), published["revision"]] == [1, 2]

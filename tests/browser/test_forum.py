"""Forums in Chromium against the running system: called, led, closed; each actor answers on a page of its own."""

import pytest
from playwright.async_api import Browser, Page, expect
from support.accessible import faults
from support.browser import Room, back, become, follow, page_of
from support.chain import T0

from schemas.times import DAY, MINUTE, z

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]


async def act(page: Page, part: str, summary: str, button: str, **fields: str) -> None:
    """Open a form of a part, fill it in, send it, wait for what became of it."""
    place = page.locator(f"#f-{part}")
    form = place.locator("form").filter(has=page.get_by_role("button", name=button, exact=True)).first
    if not await form.is_visible():
        await place.get_by_text(summary, exact=True).first.click()
    for name, value in fields.items():
        field = form.locator(f"[name={name}]").first
        tag = await field.evaluate("e => e.type")
        await (field.select_option(value) if tag == "select-one" else field.fill(value))
    await form.get_by_role("button", name=button, exact=True).click()
    told = form.locator("output").or_(page.locator("#acted"))
    await expect(told.filter(has_text="I lägesbilden").first).to_be_visible()


async def called(chair: Page, room: Room) -> None:
    """A forum of the municipalities is called by hand, in ten minutes."""
    await become(chair, room.url, "coordinator")
    await chair.goto(f"{room.url}/forums")
    await expect(chair.locator("ol.dates")).to_contain_text("Demonstration")
    await chair.get_by_text("Kalla ett forum", exact=True).click()
    form = chair.locator("form[data-act=convene]")
    await form.locator("[name=forum]").fill("storm")
    await form.locator("[name=at]").fill("07.10")
    await form.get_by_label("Alla kommuner").check()
    await form.get_by_role("button", name="Kalla", exact=True).click()
    await expect(form.locator("output")).to_contain_text("I lägesbilden")
    await follow(chair.get_by_role("link", name="Storm").first)
    await expect(chair.get_by_role("heading", level=1)).to_have_text("Storm")


async def opened(chair: Page) -> None:
    """The roll call opens the meeting."""
    await chair.locator("#f-roll summary").click()
    roll = chair.locator("#f-roll form")
    await roll.get_by_role("button", name="Kryssa alla").click()
    await roll.get_by_role("checkbox", name="Nykvarn").uncheck()
    await act(chair, "roll", "", "Spara upprop")
    await expect(chair.locator("#f-head")).to_contain_text("Möte 1 pågår")
    await expect(chair.locator("#f-head")).to_contain_text("26 av 27 i upprop")


async def agreed(chair: Page) -> None:
    await chair.locator("#f-new-agreement").get_by_text("Ny överenskommelse").click()
    await chair.locator("#f-new-agreement").get_by_label("Alla kommuner").check()
    await act(chair, "new-agreement", "", "Fråga aktörerna", what="Skolor stängs")


async def ended(chair: Page) -> None:
    """The forum steps down, then is closed; its meeting stays to be read."""
    await act(chair, "steer", "Glesa eller avsluta", "Gå ur aktiverat läge")
    await expect(chair.locator("#f-head")).to_contain_text("glesat")
    await act(chair, "steer", "Glesa eller avsluta", "Avsluta forumet")
    await expect(chair.locator("#f-head")).to_contain_text("avslutat")
    await expect(chair.locator("#f-steer summary")).to_have_count(0)
    await follow(chair.get_by_role("link", name="Möte 1, 07.10"))
    await expect(chair.locator("ol.log").first).to_contain_text("Skolor stängs")


async def test_a_chair_leads_a_meeting_and_a_municipality_says_no(room: Room, browser: Browser):
    demo = {"type": "planned_event", "headline": "Demonstration", "impacts": [], "starts": z(T0 + 3 * DAY)}
    await room.report("polisen-sthlm", id="demo", **demo)
    await room.settled()
    async with page_of(browser) as chair, page_of(browser) as town:
        await called(chair, room)
        await opened(chair)
        await agreed(chair)
        await become(town, room.url, "reporter", "kommun-0140")
        await town.goto(f"{room.url}/forum/storm")
        await follow(town.get_by_role("link", name="Skolor stängs").first)

        # a note on its way here and a reason on its way there survive what comes by the stream
        note, own = chair.locator("textarea[data-draft]"), town.locator("form[data-act=own_decision]").first
        await note.fill("Halvskriven rad")
        await own.locator("[name=reason]").fill("Skolskjutsen går")
        task = {"what": "Lista omsorgsbrukare", "owner": "kommun-0188", "due": "08.00"}
        await act(chair, "new-task", "Ny uppgift", "Ge uppgiften", **task)
        await expect(town.locator("#f-tasks")).to_contain_text("Lista omsorgsbrukare")
        await expect(own.locator("[name=reason]")).to_have_value("Skolskjutsen går")
        await expect(note).to_have_value("Halvskriven rad")

        await own.get_by_role("button", name="Nej", exact=True).click()
        await expect(chair.locator("#f-agreements dl.no")).to_contain_text("Nykvarn")
        await expect(chair.locator("#f-agreements dl.no")).to_contain_text("Skolskjutsen går")
        await act(chair, "steer", "Nästa möte", "Planera", at="13.00")
        await expect(chair.locator("#f-head")).to_contain_text("Möte 2 13.00")

        # until it is written in, with the keyboard, a note is a draft that outlives the page
        await chair.reload()
        await expect(note).to_have_value("Halvskriven rad")
        await note.press("Control+Enter")
        await expect(chair.locator("#f-minutes")).to_contain_text("Halvskriven rad")
        await expect(note).to_have_value("")
        await ended(chair)
        assert await faults(chair) == []

    picture = await room.settled()
    entries = {e["what"]: e for e in picture["entry"].values()}
    assert entries["agreement"]["answers"]["kommun-0140"]["decision"] == "no"
    assert (entries["task"]["asks"], entries["task"]["due"]) == (["kommun-0188"], z(T0 + 60 * MINUTE))
    assert picture["forum"]["storm"]["state"] == "closed"


async def test_what_one_writes_and_what_one_was_told_stay_when_the_form_gets_a_field_more(room: Room, browser: Browser):
    """Two people of the county board have the same form open: what one does draws the other's anew."""
    args = {"forum": "flod", "level": "samordnande", "at": z(T0 + 10 * MINUTE), "members": ["KOM"]}
    await room.command("convene", args=args)
    await room.command("roll_call", on="flod", args={"present": ["kommun-0140"]})
    await room.settled()
    async with page_of(browser) as one, page_of(browser) as other:
        for page in (one, other):
            await become(page, room.url, "coordinator")
            await page.goto(f"{room.url}/forum/flod")
        await other.locator("#next summary").click()
        form = other.locator("#next form")
        assert await form.get_by_label("I stället för").count() == 0
        await form.locator("[name=at]").fill("halv nio")
        await form.locator("[name=every_days]").fill("7")
        await form.get_by_role("button", name="Planera").click()
        await expect(form.locator("output")).to_contain_text("halv nio")

        await act(one, "steer", "Nästa möte", "Planera", at="13.00")
        await expect(one.locator("#next").get_by_label("I stället för")).to_have_count(1)
        await expect(other.locator("#f-head")).to_contain_text("Möte 2 13.00")
        await expect(form.locator("output")).to_contain_text("halv nio")
        await expect(form.locator("[name=every_days]")).to_have_value("7")

        # once it is sent the form is as the other's act has made it: there is a meeting that may be moved
        await form.locator("[name=at]").fill("14.00")
        await form.get_by_role("button", name="Planera").click()
        await expect(form.locator("output")).to_contain_text("I lägesbilden")
        await expect(form.get_by_label("I stället för")).to_have_count(1)

        # and so it is when what was written has been taken away again
        meetings = form.locator("[name=instead_of] option")
        await expect(meetings).to_have_count(3)
        await form.locator("[name=at]").fill("16.00")
        await act(one, "steer", "Nästa möte", "Planera", at="15.00")
        await expect(one.locator("[name=instead_of] option")).to_have_count(4)
        version = await one.locator("#p-version").inner_text()
        await expect(other.locator("#p-version")).to_have_text(version)
        await expect(meetings).to_have_count(3)
        await form.locator("[name=at]").fill("")
        await expect(meetings).to_have_count(4)


async def test_two_tabs_keep_a_draft_each_and_a_shut_one_leaves_its_draft(room: Room, browser: Browser):
    args = {"forum": "vecka", "level": "samordnande", "at": z(T0 + 30 * MINUTE), "mode": "ordinary", "members": ["KOM"]}
    await room.command("convene", args=args)
    await room.settled()
    async with page_of(browser) as one:
        await become(one, room.url, "coordinator")
        two = await one.context.new_page()
        for page, text in ((one, "Min ena rad"), (two, "Min andra rad")):
            await page.goto(f"{room.url}/forum/vecka")
            await page.locator("textarea[data-draft]").press_sequentially(text)
        await one.reload()
        await expect(one.locator("textarea[data-draft]")).to_have_value("Min ena rad")
        await two.close()
        # a browser lets go of what a tab held a moment after it has shut it
        await one.wait_for_function("navigator.locks.query().then(found => found.held.length === 1)")
        three = await one.context.new_page()
        await three.goto(f"{room.url}/forum/vecka")
        await expect(three.locator("textarea[data-draft]")).to_have_value("Min andra rad")


async def test_an_act_works_without_scripts_and_leads_back(room: Room, browser: Browser):
    async with page_of(browser, java_script_enabled=False) as page:
        await become(page, room.url, "coordinator")
        await page.goto(f"{room.url}/forum/vecka")
        await page.locator("#f-new-task summary").click()
        task = page.locator("#f-new-task form")
        await task.locator("[name=what]").fill("Utan skript")
        await task.locator("[name=due]").fill("09.00")
        await task.get_by_role("button", name="Ge uppgiften").click()
        await back(page)
        await expect(page.locator("#f-tasks")).to_contain_text("Utan skript")

        answer = await page.request.get(f"{room.url}/calendar.ics")
        text = await answer.text()
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert "SUMMARY:ÖVNING Vecka\\, möte 1" in text
        assert "SUMMARY:ÖVNING Demonstration" in text


async def test_the_pages_are_accessible_in_both_themes_and_nothing_is_cut_on_a_telephone(room: Room, browser: Browser):
    for size in ("desk", "phone"):
        async with page_of(browser, size=size) as page:
            await become(page, room.url, "coordinator")
            for path in ("/forums", "/forum/vecka"):
                for theme in ("light", "dark"):
                    await page.goto(f"{room.url}{path}?theme={theme}")
                    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
                    for summary in await page.locator("main details:not([open]) > summary").all():
                        if await summary.is_visible():
                            await summary.evaluate("e => { e.parentElement.open = true; }")
                    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
                    assert await faults(page) == [], (path, theme, size)


async def test_a_first_visit_weighs_less_than_sixty_kilobytes(room: Room, browser: Browser):
    async with page_of(browser) as page:
        session = await page.context.new_cdp_session(page)
        await session.send("Network.enable")
        weights: list[float] = []
        session.on("Network.loadingFinished", lambda done: weights.append(done["encodedDataLength"]))
        await page.goto(f"{room.url}/forum/vecka")
        await expect(page.locator("#age")).to_contain_text(" s")

        assert len(weights) > 4
        assert sum(weights) < 60_000, sum(weights)

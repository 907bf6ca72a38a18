"""The desk in Chromium against the running system: what changes comes by the stream, what is old says so."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from support.accessible import AXE, faults
from support.browser import Room, back, become, block_polling, leaving, page_of, stand_still
from support.chain import T0

from schemas.times import HOUR, z

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]

RED = {
    "kind": "warning",
    "severity": "extreme",
    "native": {"level": "RED", "code": "SNOW"},
    "place": {"codes": ["01"]},
    "headline": "Röd varning för snöfall",
}


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    async with page_of(browser) as made:
        yield made


def cell(page: Page, area: str, sector: str):
    return page.locator(f"#c-{area}-{sector} a")


async def opened(page: Page, room: Room) -> None:
    """The desk is there and its stream has given a sign of life."""
    await page.goto(room.url)
    await expect(page.locator("#lost")).to_be_hidden()
    await page.wait_for_function("document.body.dataset.version !== undefined")
    await expect(page.locator("#age")).to_contain_text(" s")


async def test_a_report_changes_the_matrix_in_two_open_browsers_by_the_stream_alone(room: Room, browser: Browser):
    async with page_of(browser) as one, page_of(browser, size="wall") as two:
        for page in (one, two):
            await opened(page, room)
            await block_polling(page.context)

        receipt = await room.report(
            "region-sthlm-trafik",
            id="live-1",
            headline="Inga bussar i innerstaden",
            impacts=[{"sector": "transit", "areas": ["0180"], "now": "serious"}],
        )
        for page in (one, two):
            await expect(cell(page, "0180", "transit").locator(".g")).to_have_class("g g4 i4")

        assert (await room.outcome(receipt))["result"] == "applied"
        await expect(cell(one, "0180", "transit")).to_have_attribute(
            "aria-label", "Stockholm, Kollektivtrafik: Allvarlig påverkan sedan 07.00"
        )


async def test_a_notice_is_acknowledged_in_the_page(room: Room, page: Page):
    await opened(page, room)
    await room.feed("smhi", **RED, id="red-1", revision=1, onset=z(T0 + 24 * HOUR))
    call = page.locator("article.call")
    await expect(call).to_contain_text("Sammankalla samordnande forum")
    await expect(call).to_contain_text("Röd varning för snöfall i hela länet")
    await expect(call).to_contain_text("Ingen mottagare är inställd")

    async with leaving(page):
        await page.get_by_role("button", name="Byt roll till Länsstyrelsen").click()
    await page.wait_for_function("document.body.dataset.version !== undefined")
    await page.get_by_role("button", name="Kvittera").focus()
    await page.keyboard.press("Enter")

    await expect(page.locator("#say")).to_contain_text("I lägesbilden, version")
    await expect(page.locator("article.call")).to_have_count(0)
    await expect(page.locator("#p-calls")).to_contain_text("Kvitterat 07.00 av Länsstyrelsen Stockholm")
    await expect(page.locator("#advice")).to_be_focused()
    notices = (await room.settled())["notice"]
    assert [(n["state"], n["via"]) for n in notices.values()] == [("acknowledged", "page")]


async def test_a_dead_server_is_seen_within_ten_seconds_and_the_page_comes_back_by_itself(room: Room, page: Page):
    await page.clock.install()
    await opened(page, room)
    await page.evaluate("window.sameDocument = true")

    try:
        async with page.expect_event("requestfailed"):
            room.kill("server")
        await page.clock.run_for(10_000)
        assert await page.locator("#lost").is_visible(), "ten seconds by the page's own clock"
        await expect(page.locator("#lost")).to_contain_text("Förbindelsen är bruten")
        await expect(page.locator("body")).to_have_class("desk exercise stale")
    finally:
        room.start("server")
        await room.ready()
    await room.report("ellevio", id="after", impacts=[{"sector": "energy", "areas": ["0120"], "now": "critical"}])
    await expect(page.locator("#lost")).to_be_hidden()
    await expect(cell(page, "0120", "energy").locator(".g")).to_have_class("g g5 i5")
    assert await page.evaluate("window.sameDocument")


async def test_a_login_page_or_a_502_in_the_streams_place_does_not_end_the_page(room: Room, page: Page):
    await page.goto(room.url)
    answers = [
        {"status": 502, "body": "bad gateway"},
        {"status": 200, "content_type": "text/html", "body": "<p>Logga in</p>"},
    ]

    async def answer(route) -> None:
        await (route.fulfill(**answers.pop(0)) if answers else route.continue_())

    await page.route("**/desk/stream*", answer)
    await page.reload()
    await room.report("ellevio", id="later", impacts=[{"sector": "energy", "areas": ["0182"], "now": "significant"}])

    await expect(cell(page, "0182", "energy").locator(".g")).to_have_class("g g3 i3")
    assert answers == []


async def test_a_picture_that_stands_still_is_hatched_although_the_link_holds(room: Room, page: Page):
    await opened(page, room)

    room.kill("merge")
    try:
        await expect(page.locator("#lost")).to_contain_text("Lägesbilden står still")
    finally:
        room.start("merge")
    await expect(page.locator("#lost")).to_be_hidden()


async def test_the_matrix_is_one_tab_stop_with_arrows_and_opens_the_reports_under_a_cell(room: Room, page: Page):
    await room.report(
        "kommun-0188",
        id="lage",
        headline="Skolorna är stängda",
        impacts=[{"sector": "school", "areas": ["0188"], "now": "serious"}],
    )
    await opened(page, room)
    await expect(cell(page, "0188", "school").locator(".g")).to_have_class("g g4 i4")
    assert await page.locator("#matrix a[tabindex='0']").count() == 1

    await cell(page, "0188", "care").focus()
    await page.keyboard.press("ArrowRight")
    await expect(cell(page, "0188", "school")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Förskola och skola, Norrtälje")
    await expect(dialog).to_contain_text("Norrtälje kommun allvarlig påverkan")
    await dialog.get_by_role("link", name="Skolorna är stängda").click()
    await expect(dialog.get_by_role("heading", level=1)).to_contain_text("Skolorna är stängda")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()


async def test_the_six_questions_are_answered_above_the_fold_at_1280_by_800(room: Room, page: Page):
    await opened(page, room)
    for question in ("Värst", "Var", "Sedan", "Ändrat senaste timmen", "Okänt", "Föreslås"):
        heading = page.get_by_role("region", name="Sex frågor").get_by_role("heading", name=question, exact=True)
        await expect(heading).to_be_visible()
        box = await heading.locator("xpath=..").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 800


async def test_a_listener_hears_counts_at_most_once_in_ten_seconds_and_one_alert_per_notice(room: Room, page: Page):
    await page.clock.install()
    await opened(page, room)
    await stand_still(page)
    await page.evaluate(
        """() => {
            window.heard = [];
            for (const id of ["say", "alert"]) {
                const shown = document.getElementById(id);
                new MutationObserver(() => window.heard.push([id, shown.textContent])).observe(
                    shown, {childList: true, characterData: true, subtree: true});
            }
        }"""
    )
    for n, area in enumerate(("0114", "0115", "0117", "0120", "0123", "0125", "0126", "0127")):
        await room.report(
            f"kommun-{area}", id="lage", impacts=[{"sector": "water", "areas": [area], "now": "moderate"}]
        )
        if n % 3 == 2:
            await expect(cell(page, area, "water").locator(".g")).to_have_class("g g2 i2")
    await expect(cell(page, area, "water").locator(".g")).to_have_class("g g2 i2")

    assert len(await said(page)) == 1
    await page.clock.run_for(9_000)
    assert len(await said(page)) == 1, "ten seconds have not gone by on the page's own clock"
    await page.clock.run_for(2_000)
    first, second = await said(page)
    assert "ny" in first
    assert "ny" in second


async def said(page: Page) -> list[str]:
    """What was put into the region that counts."""
    return [text for name, text in await page.evaluate("window.heard") if name == "say"]


async def test_the_page_is_light_and_nothing_is_cut_at_any_size_in_either_theme(room: Room, browser: Browser):
    for size in ("large", "wall", "desk", "phone"):
        async with page_of(browser, size=size) as page:
            sizes: list[int] = []
            page.on("requestfinished", lambda done, sizes=sizes: sizes.append(done))
            for theme in ("light", "dark"):
                await page.goto(f"{room.url}/?theme={theme}")
                assert await page.evaluate("document.documentElement.dataset.theme") == theme
                overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert overflow <= 0, (size, theme, overflow)
                if size == "large":  # drawn larger, and still whole in the window
                    assert await page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
                    row = await page.locator("#r-0180").bounding_box()
                    assert row is not None
                    assert row["height"] > 40


async def test_a_first_visit_weighs_less_than_sixty_kilobytes(room: Room, browser: Browser):
    async with page_of(browser) as page:
        session = await page.context.new_cdp_session(page)
        await session.send("Network.enable")
        weights: list[float] = []
        session.on("Network.loadingFinished", lambda done: weights.append(done["encodedDataLength"]))
        await opened(page, room)

        assert len(weights) > 4
        assert sum(weights) < 60_000, sum(weights)


async def test_a_municipality_opens_from_its_row_by_keyboard(room: Room, page: Page):
    await room.report("kommun-0188", id="omsorg", impacts=[{"sector": "care", "areas": ["0188"], "now": "serious"}])
    await opened(page, room)
    await expect(cell(page, "0188", "care").locator(".g")).to_have_class("g g4 i4")
    await cell(page, "0188", "road").focus()
    await page.keyboard.press("ArrowLeft")
    await expect(page.locator("#r-0188 a")).to_be_focused()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading", level=1)).to_have_text("Norrtälje")
    await expect(dialog.locator("li").first).to_contain_text("Allvarlig påverkan")


async def test_the_filter_is_written_by_keyboard_lives_with_the_stream_and_is_cleared_with_escape(
    room: Room, page: Page
):
    road, health = cell(page, "0136", "road"), cell(page, "0136", "health")
    lines = [{"sector": "road", "areas": ["0136"], "now": "moderate"}]
    await room.report("kommun-0136", id="lage", headline="Halkbekämpning pågår", impacts=lines)
    await room.settled()
    await opened(page, room)
    await page.keyboard.press("f")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.type("halkbekämp")
    async with leaving(page):
        await page.keyboard.press("Enter")

    assert page.url.endswith("/?q=halkbek%C3%A4mp")
    await expect(page.locator("#p-filter")).to_contain_text("”halkbekämp”")
    await expect(road).not_to_have_class("dim")
    await expect(health).to_have_class("dim")
    await page.wait_for_function("document.body.dataset.version !== undefined")
    await room.report("kommun-0136", id="lage", headline="Sandning", sent=z(T0 + 1_000), impacts=lines)
    await expect(page.locator("#p-filter")).to_contain_text("0 av 338 rutor")
    await expect(road).to_have_class("dim")

    async with leaving(page):
        await page.keyboard.press("Escape")
    assert page.url == f"{room.url}/"


async def test_single_letter_keys_are_listed_and_can_be_turned_off(room: Room, page: Page):
    await page.clock.install()
    await opened(page, room)
    await page.keyboard.press("?")
    box = page.get_by_role("dialog").get_by_role("checkbox", name="Enbokstavstangenter är på")
    await box.uncheck()
    await page.keyboard.press("Escape")
    await page.keyboard.press("f")
    await expect(page.locator("#filter")).not_to_have_attribute("open", "")
    await page.reload()
    await page.keyboard.press("f")
    await expect(page.locator("#filter")).not_to_have_attribute("open", "")
    await page.goto(f"{room.url}/keys")
    await page.get_by_role("checkbox").check()
    await page.goto(room.url)
    # a pair is a pair for a second and a half of the page's own clock
    await stand_still(page)
    async with leaving(page):
        await page.keyboard.press("g")
        await page.keyboard.press("m")
    assert page.url == f"{room.url}/map"


async def test_the_map_is_walked_by_keyboard_and_names_the_cells_of_the_matrix(room: Room, page: Page):
    await room.report("kommun-0184", id="lage", impacts=[{"sector": "water", "areas": ["0184"], "now": "serious"}])
    await opened(page, room)
    await expect(cell(page, "0184", "water").locator(".g")).to_have_class("g g4 i4")
    said = await cell(page, "0184", "water").get_attribute("aria-label")
    pop = page.locator("#pop")

    await page.locator("#p-map a[data-at='0180']").focus()
    await expect(pop).to_contain_text("Stockholm")
    assert await page.locator("#p-map a[data-at][tabindex='0']").count() == 1
    for _ in range(4):
        await page.keyboard.press("ArrowUp")
        if await pop.locator("b").inner_text() == "Solna":
            break
    assert said is not None
    await expect(pop).to_contain_text(said.partition(", ")[2])
    await page.keyboard.press("Escape")
    await expect(pop).to_be_hidden()
    await expect(page.locator("#p-map a[data-at='0184']")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog").get_by_role("heading", level=1)).to_have_text("Solna")


async def test_a_link_is_cut_with_a_reason_and_undone_and_the_revisions_say_what_changed(room: Room, page: Page):
    lead = {"id": "a", "group": "g", "kind": "disruption", "place": {"codes": ["0180"]}}
    await room.feed("trafikverket", **lead, revision=1, severity="moderate", headline="Olycka på Essingeleden")
    await room.feed("trafikverket", **lead | {"id": "b"}, revision=1, severity="minor", headline="Kö på Essingeleden")
    await room.feed("trafikverket", **lead, revision=2, severity="severe", headline="Stopp på Essingeleden")
    await room.settled()
    await become(page, room.url, "coordinator")
    await page.locator("#p-events").get_by_role("link", name="Stopp på Essingeleden").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("checkbox", name="Välj Kö på Essingeleden").check()
    await dialog.locator("#taken-out").get_by_label("Skäl").fill("annan kö")
    await dialog.get_by_role("button", name="Hör inte hit").click()

    await expect(dialog.get_by_role("status")).to_contain_text("I lägesbilden, version")
    await expect(dialog.locator(".done-by")).to_contain_text("Tog bort ur händelsen Länsstyrelsen Stockholm: annan kö")
    event = (await room.settled())["event"]["trafikverket/g"]
    assert event["items"] == ["trafikverket/a"]
    if AXE.exists():
        assert await faults(page) == []
    await dialog.locator(".done-by").get_by_role("button", name="Ångra").click()
    await expect(dialog.locator(".linked")).to_contain_text("Kö på Essingeleden")
    assert len((await room.settled())["event"]["trafikverket/g"]["items"]) == 2

    await dialog.get_by_role("link", name="Stopp på Essingeleden").click()
    await expect(dialog.locator(".changed").first).to_contain_text("Olycka på Essingeleden Stopp på Essingeleden")
    await dialog.locator(".revisions").get_by_role("link", name="underlag").first.click()
    await expect(dialog.locator("pre").first).to_contain_text('"headline": "Stopp på Essingeleden"')


async def test_a_cell_is_asked_about_and_assessed_without_scripts(room: Room, browser: Browser):
    async with page_of(browser, java_script_enabled=False) as page:
        await become(page, room.url, "coordinator")
        await page.goto(f"{room.url}/cell/0188/supply")
        await page.get_by_label("Svar senast kl.").fill("08.00")
        await page.get_by_role("button", name="Begär rapport").click()
        await back(page)
        await expect(page.locator("main")).to_contain_text("Länsstyrelsen Stockholm har begärt rapport till 08.00")
        await page.get_by_label("Vår bedömning").select_option(label="Måttlig påverkan")
        await page.get_by_label("I ord").fill("butiker stänger")
        await page.get_by_role("button", name="Ställ bredvid").click()
        await back(page)
        await expect(page.locator("main")).to_contain_text("måttlig påverkan. butiker stänger", ignore_case=True)

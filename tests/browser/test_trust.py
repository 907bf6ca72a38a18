"""What a tired person must be able to rely on, in the storm, on a quiet Tuesday, and when the link has broken.

The six questions are found by role and name, above the fold, within two presses of a key; a proxy's bad days end by
themselves; below a path of its own everything works as at the root.
"""

import asyncio
import http.client
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from support.accessible import storm
from support.browser import Room, become, page_of
from support.chain import T0
from support.reverse_proxy import ReverseProxy

from schemas.times import MINUTE, z

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]

QUESTIONS = ("Värst", "Var", "Sedan", "Ändrat senaste timmen", "Okänt", "Föreslås")
PATH = "/lagesbild"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    """A room whose server lies below a path."""
    async with Room(kafka, tmp_path_factory.mktemp("room"), LAGESBILD_ROOT_PATH=PATH) as made:
        await made.open()
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def proxy(room: Room) -> AsyncIterator[ReverseProxy]:
    async with ReverseProxy(room.url, PATH) as made:
        yield made


async def answers(page: Page) -> dict[str, str]:
    """Each question with its answer, by role and name; every one above the fold."""
    strip = page.get_by_role("region", name="Sex frågor")
    found = {}
    for question in QUESTIONS:
        heading = strip.get_by_role("heading", name=question, exact=True)
        await expect(heading).to_be_visible()
        answer = heading.locator("xpath=..")
        box = await answer.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 800, question
        found[question] = " ".join((await answer.inner_text()).split()).removeprefix(question).strip()
    return found


async def opened(page: Page, url: str) -> None:
    await page.goto(url)
    await page.wait_for_function("document.body.dataset.version !== undefined")
    await expect(page.locator("#lost")).to_be_hidden()
    await expect(page.locator("#age")).to_contain_text(" s")


async def test_on_a_quiet_tuesday_and_in_the_storm_and_twenty_minutes_after_the_link_broke(
    room: Room, proxy: ReverseProxy, browser: Browser
):
    async with page_of(browser) as page:
        await page.clock.install()
        await opened(page, f"{proxy.url}/")
        calm = await answers(page)
        assert (calm["Värst"][:13], calm["Föreslås"][:5]) == ("Inget är känt", "Inget"), calm

        await storm(room)
        await expect(page.locator("#six-worst")).to_contain_text("Kritisk i 3 sektorer")
        wild = await answers(page)
        assert all(len(answer) > 3 for answer in wild.values()), wild
        assert "Sammankalla samordnande forum" in wild["Föreslås"]
        assert wild["Var"].startswith("Järfälla 3 sektorer"), wild
        assert "ej rapporterade" in wild["Okänt"], wild
        # one press to the advice with its reasons: the second skip link
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Till larm och förslag")).to_be_focused()

        proxy.mood = "half-open"
        try:
            await page.clock.fast_forward(20 * MINUTE)
            banner = page.get_by_role("alert").filter(has_text="Förbindelsen är bruten")
            await expect(banner).to_be_visible()
            await expect(banner).to_contain_text("20 min")
            await expect(page.locator("body")).to_have_class("desk exercise stale")
            assert await answers(page) == wild
        finally:
            proxy.mood = "well"


async def test_a_proxys_bad_days_end_by_themselves_without_a_reload(room: Room, proxy: ReverseProxy, browser: Browser):
    async with page_of(browser) as page:
        await opened(page, f"{proxy.url}/")
        await page.evaluate("window.sameDocument = true")
        for n, mood in enumerate(("502", "html", "503", "half-open"), 1):
            proxy.mood = mood
            await room.report(
                "ellevio",
                id="m",
                revision=n,
                impacts=[{"sector": "energy", "areas": ["0120"], "now": ["moderate", "critical"][n % 2]}],
            )
            await asyncio.sleep(1.5)
            proxy.mood = "well"
            wanted = ["g g2 i2", "g g5 i5"][n % 2]
            await expect(page.locator("#c-0120-energy a .g")).to_have_class(wanted)
        await expect(page.locator("#lost")).to_be_hidden()
        assert await page.evaluate("window.sameDocument")


async def test_below_a_path_pages_links_and_forms_work_through_the_proxy(
    room: Room, proxy: ReverseProxy, browser: Browser
):
    async with page_of(browser) as page:
        await become(page, f"{proxy.url}/", "reporter", "kommun-0188")
        assert page.url == f"{proxy.url}/"
        strays: list[str] = []
        page.on("response", lambda got: strays.append(f"{got.status} {got.url}") if got.status >= 400 else None)
        await page.goto(f"{proxy.url}/report")
        await page.locator("input[name=headline]").fill("Genom en proxy")
        await page.locator("input[name=now-0][value=moderate]").check()
        await page.locator("button[value=report]").click()
        await expect(page.locator("#receipts li[data-result=applied]")).to_be_visible()
        links = await page.locator("a[href]").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        assert [link for link in links if link.startswith("/") and not link.startswith(f"{PATH}/")] == []
        for name in ("wall", "sources", "sheet", "duty"):
            await page.goto(f"{proxy.url}/{name}")
        assert strays == []


async def test_a_login_that_has_ended_loses_nothing_and_says_so(room: Room, proxy: ReverseProxy, browser: Browser):
    async with page_of(browser) as page:
        # from a page without a stream, so that the one waited for is the desk's own: one that began without the login
        # would take the button away, as it should
        await become(page, f"{proxy.url}/help", "coordinator")
        async with page.expect_response("**/desk/stream*"):
            await page.goto(f"{proxy.url}/")
        await page.context.clear_cookies()
        button = page.get_by_role("button", name="Kvittera").first
        await button.click()
        told = page.locator(".call .told").first
        await expect(told).to_contain_text("inloggning")
        await expect(button).to_be_enabled()


async def test_a_client_that_reads_nothing_is_let_go_and_keeps_nobody_waiting(room: Room, browser: Browser):
    stuck = http.client.HTTPConnection("127.0.0.1", room.port, timeout=30)
    stuck.request("GET", f"{PATH}/api/v1/stream")
    async with page_of(browser) as page:
        await opened(page, f"{room.url}{PATH}/")
        for n in range(20):
            lines = [{"sector": s, "areas": ["01"], "now": ["serious", "moderate"][n % 2]} for s in ("road", "transit")]
            await room.report("lansstyrelsen-01", id="stort", sent=z(T0 + n * 1000), impacts=lines)
        await room.report("ellevio", id="final", impacts=[{"sector": "energy", "areas": ["0188"], "now": "serious"}])
        await expect(page.locator("#c-0188-energy a .g")).to_have_class("g g4 i4")
    stuck.close()

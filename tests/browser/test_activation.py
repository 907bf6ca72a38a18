"""Suggestions and notices as people use them: at night with a thumb, then at a desk; all arrives by the stream."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect
from support.accessible import faults
from support.browser import Room, become, leaving, page_of
from support.chain import T0

from schemas.times import HOUR, z

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]

NIGHT = T0 + 15 * HOUR + HOUR // 2
"""22.30."""
POLICE = [{"sector": "order", "areas": ["0180"], "now": "moderate"}]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    async with Room(kafka, tmp_path_factory.mktemp("activation"), at=NIGHT) as made:
        await made.open()
        yield made


async def warning(room: Room, revision: int, *codes: str) -> None:
    await room.feed(
        "smhi",
        id="red-1",
        revision=revision,
        kind="warning",
        severity="extreme",
        native={"level": "RED", "code": "SNOW"},
        onset=z(NIGHT + 20 * HOUR),
        headline="Röd varning",
        place={"codes": list(codes)},
    )


async def large_enough(page: Page, least: float) -> list[str]:
    """Buttons and links that are seen and too small for a thumb; links within running text may be."""
    measure = """(pressed, least) => pressed.filter(e => e.checkVisibility() && e.getClientRects().length)
        .map(e => [e.textContent.trim(), e.getBoundingClientRect().height])
        .filter(([, height]) => height < least).map(([text, height]) => `${text}: ${height}`)"""
    return list(
        await page.locator("#a-night :is(button, a, summary), #a-waits :is(button, summary)").evaluate_all(
            measure, least
        )
    )


async def under_the_thumb(button: Locator) -> None:
    """In the lower half of the screen, whole, and 72 px high."""
    box = await button.bounding_box()
    assert box is not None
    assert box["height"] >= 72
    assert 844 / 2 <= box["y"] <= 844 - box["height"]


async def test_at_night_a_telephone_shows_one_notice_that_a_thumb_answers(room: Room, browser: Browser):
    async with page_of(browser, size="phone", has_touch=True, is_mobile=True, color_scheme="light") as page:
        await become(page, room.url, "coordinator")
        await page.goto(f"{room.url}/activation")
        await expect(page.locator("#a-count")).to_have_text("Inget väntar på svar")
        await expect(page.locator("#a-calm")).to_contain_text("TiB tib-3")
        tones = await page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)")
        assert max(tones) < 40, "nobody is blinded at night"
        assert await faults(page) == []

        await room.report("polisen-sthlm", id="stab", native={"level": "särskild händelse"}, impacts=POLICE)
        night = page.locator("#a-night article")
        await expect(night.get_by_role("heading", level=2)).to_have_text("Samtal mellan tjänstemän i beredskap")
        await expect(page.get_by_role("alert").filter(has_text="Samtal mellan")).to_have_count(1)
        await room.report("kommun-0180", id="ask", type="request", forum="inriktande", headline="Vi behöver samlas")
        await expect(night.locator(".more")).to_contain_text("1 till: ")

        accept, call = night.get_by_role("button", name="Kvittera"), night.locator(".thumb .btn").last
        await under_the_thumb(accept)
        await under_the_thumb(call)
        assert await large_enough(page, 44) == []
        assert await page.locator("html").evaluate("e => e.scrollWidth") <= 390
        assert await faults(page) == []

        first = await night.get_by_role("heading", level=2).inner_text()
        await accept.tap()
        await expect(night.get_by_role("heading", level=2)).not_to_have_text(first)
        await accept.tap()
        await expect(page.locator("#a-count")).to_have_text("2 förslag väntar på svar")

        await page.goto(f"{room.url}/activation")
        ring = page.locator(
            "#m-" + next(k for k, s in (await room.settled())["suggestion"].items() if s["level"] == "tib")
        )
        async with leaving(page):
            await ring.get_by_role("link").first.tap()
        await page.get_by_role("button", name="Ring: jag tar det").tap()
        await expect(page.locator(".state b")).to_have_text("Antaget")

    states = {s["level"]: s["state"] for s in (await room.settled())["suggestion"].values()}
    assert states == {"tib": "accepted", "inriktande": "acknowledged"}


async def test_at_a_desk_a_notice_arrives_and_is_acknowledged_convened_and_another_dismissed(
    room: Room, browser: Browser
):
    async with page_of(browser) as page:
        await become(page, room.url, "coordinator")
        await page.goto(f"{room.url}/activation?theme=light")
        direction = page.locator(
            "article", has=page.get_by_role("link", name="Sammankalla inriktande forum", exact=True)
        )
        reason = direction.get_by_label("Skäl, krävs")
        await reason.fill("Chefsgruppen möts")

        await warning(room, 1, "0180")
        storm = page.locator("article", has=page.get_by_role("link", name="Sammankalla samordnande forum", exact=True))
        await expect(page.get_by_role("alert").filter(has_text="Sammankalla samordnande forum")).to_have_count(1)
        await expect(page.get_by_role("status")).to_have_text("2 förslag väntar på svar, 1 är inte kvitterat")
        await expect(storm).to_contain_text("Kvittera för TiB:s räkning")
        await expect(page.locator("#a-waits article").first).to_contain_text("Inte kvitterat")
        await expect(reason).to_be_focused()
        await expect(reason).to_have_value("Chefsgruppen möts")

        await storm.get_by_role("button", name="Kvittera för TiB:s räkning").click()
        await expect(storm.locator(".state b")).to_have_text("Kvitterat")
        await expect(storm.locator(".state")).to_contain_text("av Länsstyrelsen Stockholm för TiB")
        assert await faults(page) == []

        await storm.get_by_label("Möte kl.").fill("ons 08.00")
        await storm.get_by_role("button", name=re.compile(r"Sammankalla \d+ aktörer till ons 08.00")).click()
        await expect(storm).to_have_count(0)
        await expect(page.locator("#a-history")).to_contain_text("sammankallat, Länsstyrelsen Stockholm")

        await reason.fill("Chefsgruppen möts redan")
        await direction.get_by_role("button", name="Avfärda").click()
        await expect(direction).to_have_count(0)
        dismissed = page.locator("#a-history li", has_text="avfärdat, Länsstyrelsen Stockholm: Chefsgruppen möts redan")
        await expect(dismissed).to_contain_text("beslutat på version")
        await expect(page.locator("#a-silent")).to_contain_text("längst till ons 20 jan 10.30")
        await expect(page.locator("#a-count")).to_have_text("Inget väntar på svar")
        await page.get_by_role("link", name="Avfärdade").click()
        await expect(page.locator("#a-history li")).to_have_count(1)

        await page.locator("#a-history li").get_by_role("link").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sammankalla inriktande forum")
        life = page.locator(".life")
        await expect(life).to_contain_text("avfärdat: Chefsgruppen möts redan")
        await expect(life).to_contain_text("Larm till Länsstyrelsen: Kvitterat 22.30 av Länsstyrelsen Stockholm")
        assert await faults(page) == []

        await become(page, room.url, "reader")
        await page.goto(f"{room.url}/activation?theme=dark")
        await expect(page.locator("form[data-command]")).to_have_count(0)
        assert await faults(page) == []

    picture = await room.settled()
    states = {s["level"]: s["state"] for s in picture["suggestion"].values()}
    assert states == {"tib": "superseded", "samordnande": "convened", "inriktande": "dismissed"}
    [forum] = picture["forum"].values()
    assert (forum["meets_at"], forum["convened_by"]) == (z(T0 + 25 * HOUR), "lansstyrelsen-01")

"""The county board acts in the page: convenes, says that direction is needed, dismisses with a reason."""

import pytest
from playwright.async_api import Browser, expect
from support.browser import Room, become, page_of
from support.chain import T0

from schemas.times import HOUR, z

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]


async def test_a_forum_is_convened_direction_asked_for_and_the_next_suggestion_dismissed(room: Room, browser: Browser):
    await room.feed(
        "smhi",
        id="red-1",
        revision=1,
        kind="warning",
        severity="extreme",
        native={"level": "RED", "code": "SNOW"},
        onset=z(T0 + 24 * HOUR),
        headline="Röd varning",
        place={"codes": ["01"]},
    )
    async with page_of(browser) as page:
        await become(page, room.url, "coordinator")
        advice, forums = page.locator("#p-advice"), page.locator("#p-forums")
        card = advice.locator("article", has_text="Sammankalla samordnande forum")
        await card.get_by_text("Ta ställning").click()
        await card.get_by_label("Möte kl.").fill("08.30")
        await card.get_by_role("button", name="Sammankalla").click()

        await expect(forums).to_contain_text("möte 08.30 (telefon)")
        await expect(page.locator("#p-mode")).to_have_text("Aktiverat läge")

        await forums.get_by_role("button", name="Inriktning behövs").click()
        next_one = advice.locator("article", has_text="Sammankalla inriktande forum")
        await expect(next_one).to_contain_text("gemensam inriktning behövs")

        await next_one.get_by_text("Ta ställning").click()
        await next_one.get_by_label("Skäl att avfärda").fill("Chefsgruppen möts redan")
        await next_one.get_by_role("button", name="Avfärda").click()
        await expect(next_one).to_have_count(0)

    picture = await room.settled()
    states = {s["level"]: s["state"] for s in picture["suggestion"].values()}
    assert states == {"samordnande": "convened", "inriktande": "dismissed"}
    [forum] = picture["forum"].values()
    assert (forum["meets_at"], forum["convened_by"]) == (z(T0 + HOUR + 30 * 60_000), "lansstyrelsen-01")

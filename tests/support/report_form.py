"""The report form as a person meets it in Chromium."""

from playwright.async_api import Page, expect
from support.browser import Room, become, follow


async def form_of(page: Page, room: Room, actor: str) -> None:
    """The form of an actor, reached as a person reaches it."""
    await become(page, room.url, "reporter", actor)
    await follow(page.get_by_role("link", name="Rapportera"))
    await expect(page.get_by_role("heading", name="Rapport", exact=True)).to_be_visible()


async def choose(page: Page, sector: str, step: str) -> None:
    """Say what step a sector is at now."""
    line = page.locator("section.line", has=page.get_by_role("heading", name=sector, exact=True))
    await line.get_by_role("radio", name=step).check()


async def sendings(page: Page, n: int) -> None:
    """Until so many receipts of this page have an answer."""
    await expect(page.locator("#receipts li[data-result]")).to_have_count(n)

"""Three screens that look at one room: a wall, a desk, a telephone with the suggestions. What they say, if they live.

In: an address, a browser. Out: `Screens`, pages by the size of the screen, of the documents that were opened first.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from playwright.async_api import Browser, Page, expect
from support.browser import Room, page_of

ROOMS = {"wall": "/wall", "desk": "/", "phone": "/activation"}
"""Size of the screen -> what it shows."""
Screens = dict[str, Page]


@asynccontextmanager
async def screens_of(browser: Browser, address: str, *, clock: bool = False) -> AsyncIterator[Screens]:
    """All three, open and alive; with `clock` a test can let their time jump."""
    async with AsyncExitStack() as stack:
        opened: Screens = {}
        for size, path in ROOMS.items():
            page = opened[size] = await stack.enter_async_context(page_of(browser, size=size))
            if clock:
                await page.clock.install()
            await page.goto(address + path)
            await page.wait_for_function("document.body.dataset.version !== undefined")
            await page.evaluate("window.sameDocument = true")
        yield opened


async def say(screens: Screens, why: str) -> None:
    """Each tells why what it shows is old, how old it is, and hatches it."""
    for size, page in screens.items():
        lost = page.get_by_role("alert").filter(has_text=why)
        await expect(lost, size).to_be_visible()
        await expect(lost, size).to_contain_text(" gammalt")
        await expect(page.locator("body.stale"), size).to_have_count(1)


async def live_again(screens: Screens, room: Room) -> None:
    """What comes afterwards is shown in the same documents."""
    await newer(room)
    await shown(screens, room)


async def newer(room: Room) -> None:
    """A report that changes the picture: each revises the one before."""
    revision = room.version + 1
    lines = [{"sector": "energy", "areas": ["0180"], "now": ("serious", "moderate")[revision % 2]}]
    await room.report("ellevio", id="first", revision=revision, impacts=lines)
    await room.settled()


async def shown(screens: Screens, room: Room) -> None:
    """Each shows the newest version, in the document that was opened."""
    for size, page in screens.items():
        await expect(page.locator("#lost"), size).to_be_hidden()
        await expect(page.locator("#p-version").first, size).to_have_text(str(room.version))
        assert await page.evaluate("window.sameDocument"), size

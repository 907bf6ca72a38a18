"""Whatever is cut, each of the rooms says so with the age of what it shows, and lives again when it is mended.

Source, worker, server, broker and network against the wall, the desk and the suggestions on a telephone. The broker is
the module's own, since it is stopped here.
"""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from support.broker import EmbeddedKafka
from support.browser import Room, page_of
from support.chain import T0
from support.reverse_proxy import ReverseProxy

from schemas.times import HOUR

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]

ROOMS = {"wall": "/wall", "desk": "/", "phone": "/activation"}
"""Size of the screen -> what it shows."""
SILENT = {
    "wall": ("#w-sources", "0 av 1 källor hörs, SMHI"),
    "desk": ("#p-sources .bad", "tyst sedan"),
    "phone": ("#a-count", "1 källa hörs inte"),
}
"""Where each says that a source is not heard."""
STANDS_STILL, NO_LINK = "Lägesbilden står still", "Förbindelsen är bruten"
PATH = "/lagesbild"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKafka]:
    made = EmbeddedKafka(tmp_path_factory.mktemp("kafka"))
    yield made
    made.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(broker: EmbeddedKafka, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    async with Room(broker.start(), tmp_path_factory.mktemp("room"), LAGESBILD_ROOT_PATH=PATH) as made:
        await made.open()
        await made.report("ellevio", id="first", impacts=[{"sector": "energy", "areas": ["0180"], "now": "moderate"}])
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def proxy(room: Room) -> AsyncIterator[ReverseProxy]:
    async with ReverseProxy(room.url, PATH) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def screens(room: Room, proxy: ReverseProxy, browser: Browser) -> AsyncIterator[dict[str, Page]]:
    """All three, open and alive."""
    async with AsyncExitStack() as stack:
        opened = {}
        for size, path in ROOMS.items():
            opened[size] = await stack.enter_async_context(page_of(browser, size=size))
            await opened[size].goto(proxy.url + path)
            await opened[size].wait_for_function("document.body.dataset.version !== undefined")
            await opened[size].evaluate("window.sameDocument = true")
        yield opened


async def say(screens: dict[str, Page], why: str) -> None:
    """Each tells why what it shows is old, how old it is, and hatches it."""
    for size, page in screens.items():
        lost = page.get_by_role("alert").filter(has_text=why)
        await expect(lost, size).to_be_visible()
        await expect(lost, size).to_contain_text(" gammalt")
        await expect(page.locator("body.stale"), size).to_have_count(1)


async def live_again(screens: dict[str, Page], room: Room, revision: int) -> None:
    """What comes afterwards is shown in the same document."""
    now = ("serious", "moderate")[revision % 2]
    lines = [{"sector": "energy", "areas": ["0180"], "now": now}]
    await room.report("ellevio", id="first", revision=revision, impacts=lines)
    await room.settled()
    for size, page in screens.items():
        await expect(page.locator("#lost"), size).to_be_hidden()
        await expect(page.locator("#p-version").first, size).to_have_text(str(room.version))
        assert await page.evaluate("window.sameDocument"), size


async def test_a_worker_that_has_ended(room: Room, screens: dict[str, Page]):
    room.kill("merge")
    try:
        await say(screens, STANDS_STILL)
    finally:
        room.start("merge")
    await live_again(screens, room, 2)


async def test_a_server_that_has_ended(room: Room, screens: dict[str, Page]):
    room.kill("server")
    try:
        await say(screens, NO_LINK)
    finally:
        room.start("server")
        await room.ready()
    await live_again(screens, room, 3)


async def test_a_network_that_says_nothing(room: Room, proxy: ReverseProxy, screens: dict[str, Page]):
    proxy.mood = "half-open"
    try:
        await say(screens, NO_LINK)
    finally:
        proxy.mood = "well"
    await live_again(screens, room, 4)


async def test_a_broker_that_stands_still(broker: EmbeddedKafka, room: Room, screens: dict[str, Page]):
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        await say(screens, STANDS_STILL)
    finally:
        os.kill(broker.pid, signal.SIGCONT)
    await live_again(screens, room, 5)


async def test_a_source_that_is_not_heard(room: Room, screens: dict[str, Page]):
    await room.health("smhi")
    # of two topics the later record may be read first, and a stepped clock stands till its next step
    await room.settled()
    await room.clock(T0 + 5 * HOUR)
    for size, page in screens.items():
        place, said = SILENT[size]
        await expect(page.locator(place).first, size).to_contain_text(said)

"""Whatever is cut, each of the rooms says so with the age of what it shows, and lives again when it is mended.

Source, worker, server, broker and network against the wall, the desk and the suggestions on a telephone. The broker is
the module's own, since it is stopped here.
"""

import os
import signal
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from support.broker import EmbeddedKafka
from support.browser import Room
from support.chain import T0
from support.reverse_proxy import ReverseProxy
from support.screens import Screens, live_again, newer, say, screens_of, shown

from schemas.times import HOUR, MINUTE

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]

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
async def screens(proxy: ReverseProxy, browser: Browser) -> AsyncIterator[Screens]:
    async with screens_of(browser, proxy.url) as opened:
        yield opened


async def test_a_worker_that_has_ended(room: Room, screens: Screens):
    room.kill("merge")
    try:
        await say(screens, STANDS_STILL)
    finally:
        room.start("merge")
    await live_again(screens, room, 2)


async def test_a_server_that_has_ended(room: Room, screens: Screens):
    room.kill("server")
    try:
        await say(screens, NO_LINK)
    finally:
        room.start("server")
        await room.ready()
    await live_again(screens, room, 3)


async def test_a_network_that_says_nothing(room: Room, proxy: ReverseProxy, screens: Screens):
    proxy.mood = "half-open"
    try:
        await say(screens, NO_LINK)
    finally:
        proxy.mood = "well"
    await live_again(screens, room, 4)


async def test_a_broker_that_stands_still(broker: EmbeddedKafka, room: Room, screens: Screens):
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        await say(screens, STANDS_STILL)
    finally:
        os.kill(broker.pid, signal.SIGCONT)
    await live_again(screens, room, 5)


async def test_a_lid_that_was_closed_for_half_an_hour(room: Room, proxy: ReverseProxy, browser: Browser):
    async with screens_of(browser, proxy.url, clock=True) as screens:
        proxy.mood = "half-open"
        room.kill("server")
        room.start("server")
        await room.ready()
        await newer(room, 6)
        proxy.mood = "well"
        for page in screens.values():
            await page.clock.fast_forward(30 * MINUTE)
        await shown(screens, room)


async def test_a_source_that_is_not_heard(room: Room, screens: Screens):
    await room.health("smhi")
    # of two topics the later record may be read first, and a stepped clock stands till its next step
    await room.settled()
    await room.clock(T0 + 5 * HOUR)
    for size, page in screens.items():
        place, said = SILENT[size]
        await expect(page.locator(place).first, size).to_contain_text(said)

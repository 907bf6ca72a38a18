"""Whatever is cut, each of the rooms says so with the age of what it shows, and lives again when it is mended.

Source, worker, server, broker and network against the wall, the desk and the suggestions on a telephone. The broker is
the module's own, since it is stopped here.
"""

import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

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
Cut = Callable[[Room, ReverseProxy, EmbeddedKafka], AbstractAsyncContextManager[None]]
"""Cut while one is inside, mended afterwards."""


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKafka]:
    made = EmbeddedKafka(tmp_path_factory.mktemp("kafka"))
    yield made
    made.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(broker: EmbeddedKafka, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    async with Room(broker.start(), tmp_path_factory.mktemp("room"), LAGESBILD_ROOT_PATH=PATH) as made:
        await made.open()
        await newer(made)
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def proxy(room: Room) -> AsyncIterator[ReverseProxy]:
    async with ReverseProxy(room.url, PATH) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def screens(proxy: ReverseProxy, browser: Browser) -> AsyncIterator[Screens]:
    async with screens_of(browser, proxy.url) as opened:
        yield opened


@asynccontextmanager
async def no_worker(room: Room, _: object, __: object) -> AsyncIterator[None]:
    room.kill("merge")
    try:
        yield
    finally:
        room.start("merge")


@asynccontextmanager
async def no_server(room: Room, _: object, __: object) -> AsyncIterator[None]:
    room.kill("server")
    try:
        yield
    finally:
        room.start("server")
        await room.ready()


@asynccontextmanager
async def silent_network(_: object, proxy: ReverseProxy, __: object) -> AsyncIterator[None]:
    proxy.mood = "half-open"
    try:
        yield
    finally:
        proxy.mood = "well"


@asynccontextmanager
async def frozen_broker(_: object, __: object, broker: EmbeddedKafka) -> AsyncIterator[None]:
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(broker.pid, signal.SIGCONT)


@pytest.mark.parametrize(
    ("cut", "why"),
    [(no_worker, STANDS_STILL), (no_server, NO_LINK), (silent_network, NO_LINK), (frozen_broker, STANDS_STILL)],
)
async def test_what_is_cut_is_told_and_what_is_mended_lives(
    room: Room, proxy: ReverseProxy, broker: EmbeddedKafka, screens: Screens, cut: Cut, why: str
):
    async with cut(room, proxy, broker):
        await say(screens, why)
    await live_again(screens, room)


async def test_a_lid_that_was_closed_for_half_an_hour(room: Room, proxy: ReverseProxy, browser: Browser):
    async with screens_of(browser, proxy.url, clock=True) as screens:
        proxy.mood = "half-open"
        room.kill("server")
        room.start("server")
        await room.ready()
        await newer(room)
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

"""One room and one Chromium for each file of tests here."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from support.browser import Room, chromium


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(kafka: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    async with Room(kafka, tmp_path_factory.mktemp("room")) as made:
        await made.open()
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started

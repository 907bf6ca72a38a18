"""The duty officer's night: a letter comes, a scanner opens its link, a thumb presses it, and it is quiet."""

import asyncio
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from support.browser import Room, become, page_of
from support.chain import T0
from support.smtp_server import MailServer, mail_server
from support.waiting import PATIENCE_S

from schemas.times import HOUR, MINUTE, z
from streams.clock import wall_ms
from streams.links import Link, make
from streams.seal import Seal

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(kafka: str, mail: MailServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    """A room whose notices go by mail to whoever is on duty."""
    data: Path = tmp_path_factory.mktemp("night")
    people = [f"{role}-{n}" for role in ("tib", "rsib") for n in range(1, 5)]
    (data / "contacts.json").write_text(json.dumps({p: {"mail": f"{p}@duty.test"} for p in people}), encoding="utf-8")
    more = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(mail.port), "SMTP_TLS": "none", "SMTP_SENDER": "larm@ls.test"}
    async with Room(kafka, data, **{f"LAGESBILD_{name}": value for name, value in more.items()}) as made:
        made.environment["LAGESBILD_ADDRESS"] = made.url
        await made.open()
        yield made


def scanned(url: str) -> int:
    """What a mail scanner does."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


async def warning(room: Room) -> None:
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


async def reachable(page: Page, name: str) -> None:
    """The button lies in the lower half of the screen, whole, and is large enough for a thumb."""
    box = await page.get_by_role("button", name=name, exact=True).bounding_box()
    assert box is not None
    assert box["height"] >= 48
    assert box["width"] >= 300
    assert 844 / 2 - 60 <= box["y"] <= 844 - box["height"]


async def test_a_letter_is_acknowledged_by_its_link_and_a_reminder_comes_when_nothing_is_decided(
    room: Room, mail: MailServer, browser: Browser
):
    await warning(room)
    await mail.until(1)
    letter = mail.taken[0]
    assert letter.recipients == ("tib-3@duty.test",)
    assert letter.message["Subject"].startswith("ÖVNING – LARM: Sammankalla samordnande forum")
    found = re.search(r"Kvittera: (\S+)", letter.message.get_content())
    assert found is not None
    link = found[1]

    for _ in range(3):
        assert await asyncio.to_thread(scanned, link) == 200
    [notice] = [n for n in (await room.settled())["notice"].values() if n["call"]]
    assert notice["state"] == "open", "GET never acts"

    async with page_of(browser, size="phone", java_script_enabled=False) as page:
        await page.goto(link)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sammankalla samordnande forum")
        await expect(page.get_by_role("button")).to_have_count(2)
        await expect(page.locator(".why")).to_contain_text("Röd varning")
        await expect(page.locator(".chip")).to_have_text("ÖVNING")
        await reachable(page, "Kvittera")
        await reachable(page, "Kvittera för TiB:s räkning")
        assert await page.locator("html").evaluate("e => e.scrollWidth") <= 390
        await page.get_by_role("button", name="Kvittera", exact=True).click()
        await expect(page.get_by_role("status")).to_contain_text("Kvitterat")
        await expect(page.get_by_role("button")).to_have_count(0)

    picture = await room.settled()
    told = picture["notice"][notice["id"]]
    assert (told["state"], told["acknowledged_by"], told["via"]) == ("acknowledged", "tib-3", "link")
    assert told["channels"]["mail.tib"]["to"] == "tib-3"
    assert "duty.test" not in json.dumps(picture), "addresses never enter the log"

    letters = len(mail.taken)
    await room.clock(room.at + 31 * MINUTE)
    await mail.until(letters + 1)
    reminder = mail.taken[-1].message
    assert reminder["Subject"] == "ÖVNING – Påminnelse: Sammankalla samordnande forum"
    assert "inget är beslutat" in reminder.get_content()
    assert "/k/" not in reminder.get_content()


async def test_a_link_that_is_not_ours_or_has_run_out_says_what_to_do(room: Room, browser: Browser):
    seal = Seal("test-secret", room.space.name)
    old = make(seal, Link("n-1", 1, wall_ms() - 1, "tib", "tib-1"))
    other = make(Seal("other", room.space.name), Link("n-1", 1, wall_ms() + HOUR, "tib", "tib-1"))
    gone = make(seal, Link("n-1", 1, wall_ms() + HOUR, "tib", "tib-1"))
    said = {old: (410, "Länken har gått ut"), other: (404, "Länken gäller inte"), gone: (200, "fallit bort")}

    async with page_of(browser, size="phone") as page:
        for token, (status, text) in said.items():
            answer = await page.goto(f"{room.url}/k/{token}")
            assert answer is not None
            assert answer.status == status
            await expect(page.get_by_role("status")).to_contain_text(text)
            await expect(page.get_by_role("button")).to_have_count(0)


def pressed(url: str, button: str) -> str:
    """The button, as a browser sends it; what the page then says."""
    form = urllib.parse.urlencode({"for": button}).encode()
    with urllib.request.urlopen(url, data=form, timeout=PATIENCE_S) as answer:
        return str(answer.read().decode())


async def test_another_answers_on_the_duty_officers_behalf_and_a_link_acts_once(room: Room, mail: MailServer):
    await room.command("convene", args={"forum": "f1", "level": "samordnande", "at": z(room.at + HOUR)})
    await room.command("need_direction", on="f1")
    async with asyncio.timeout(PATIENCE_S):
        while not any("inriktande forum" in str(t.message["Subject"]) for t in mail.taken):
            await asyncio.sleep(0.1)
    letter = next(t.message for t in mail.taken if "inriktande forum" in str(t.message["Subject"]))
    found = re.search(r"Kvittera: (\S+)", letter.get_content())
    assert found is not None
    name, opened = found[1].split("/k/")[1].split(".")[:2]
    again = make(Seal("test-secret", room.space.name), Link(name, int(opened) + 1, wall_ms() + HOUR, "tib", "tib-1"))

    assert await asyncio.to_thread(scanned, f"{room.url}/k/{again}") == 410
    first = await asyncio.to_thread(pressed, found[1], "first")
    version = (await room.versions())[-1]["version"]
    second = await asyncio.to_thread(pressed, found[1], "self")

    told = (await room.settled())["notice"][name]
    assert (told["state"], told["on_behalf_of"], told["via"]) == ("acknowledged", "TiB", "link")
    assert "för TiB" in first
    assert "för TiB" in second
    acts = [v for v in await room.versions() if v["version"] > version and v["cause"]["kind"] == "command:acknowledge"]
    assert acts == []


async def test_the_duty_is_handed_over_on_a_telephone_with_what_is_open_listed(room: Room, browser: Browser):
    async with page_of(browser, size="phone") as page:
        await become(page, room.url, "coordinator")
        await page.locator("details.more summary").click()
        await page.get_by_role("link", name="I tjänst").click()
        await expect(page.locator("#duty-tib")).to_contain_text("tib-3, till fre 22 jan 08.00")
        await expect(page.locator("main")).to_contain_text("Sammankalla inriktande forum")
        assert await page.locator("html").evaluate("e => e.scrollWidth") <= 390
        form = page.locator("main form")
        await form.locator("select[name=role]").select_option("tib")
        await form.locator("select[name=to]").select_option("tib-2")
        await form.get_by_role("button", name="Lämna över").click()
        await expect(page.get_by_role("status")).to_contain_text("I lägesbilden")
        await page.goto(f"{room.url}/duty")
        await expect(page.locator("#duty-tib")).to_contain_text("tib-2")
        await expect(page.locator("#duty-tib .tag")).to_have_text("överlämnad")

    handed = (await room.settled())["duty"]["tib"]
    assert (handed["person"], handed["handed_over_by"]) == ("tib-2", "lansstyrelsen-01")
    assert {m["kind"] for m in handed["matters"]} >= {"suggestion", "forum"}

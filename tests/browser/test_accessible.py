"""Rules of WCAG 2.2 AA by axe-core, on every page, in both themes, calm and in a storm."""

import pytest
from playwright.async_api import Browser, Page
from support.browser import Room, become, page_of
from support.chain import T0

from schemas.times import HOUR, z
from streams.settings import PROJECT

AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.broker,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci"),
]


def axe() -> str:
    return AXE.read_text(encoding="utf-8")


async def faults(page: Page) -> list[str]:
    # evaluated by the debugger: the page's own policy would not let it in
    await page.evaluate(axe())
    found = await page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    return [f"{v['id']}: {v['help']} ({node['html'][:160]})" for v in found["violations"] for node in v["nodes"][:3]]


async def storm(room: Room) -> None:
    """Something of everything: levels, greys, a contradiction, a suggestion, a notice, events."""
    await room.health("smhi")
    await room.feed(
        "smhi",
        id="r1",
        revision=1,
        kind="warning",
        severity="extreme",
        native={"level": "RED", "code": "WIND_SNOW"},
        onset=z(T0 + HOUR),
        headline="Röd varning",
        place={"codes": ["01"]},
    )
    steps = ["none", "moderate", "significant", "serious", "critical"]
    for n, area in enumerate(("0114", "0115", "0117", "0120", "0123")):
        line = {"areas": [area], "now": steps[n], "expected": steps[4 - n]}
        impacts = [{"sector": sector, **line} for sector in ("road", "care", "school")]
        await room.report(f"kommun-{area}", id="lage", impacts=impacts, next_report=z(T0 + (n + 1) * HOUR))
    for actor, now in (("trafikverket-vag", "serious"), ("kommun-0180-trafik", "none")):
        await room.report(actor, id="lage", impacts=[{"sector": "road", "areas": ["0180"], "now": now}])
    await room.command("request_reports", args={"sectors": ["ecom"], "areas": ["0188"], "by": z(T0 + HOUR)})
    await room.settled()
    await room.clock(T0 + 2 * HOUR)
    await room.settled()


async def test_no_page_breaks_a_rule_on_a_calm_day_and_in_a_storm(room: Room, browser: Browser):
    async with page_of(browser) as page:
        found: list[str] = []
        for theme in ("light", "dark"):
            await page.goto(f"{room.url}/?theme={theme}")
            found += await faults(page)
        await storm(room)
        await become(page, room.url, "reporter", "kommun-0120")
        for path in ("/", "/report", "/login", "/cell/0180/road", "/item/smhi/r1", "/nothing"):
            for theme in ("light", "dark"):
                await page.goto(f"{room.url}{path}?theme={theme}")
                found += [f"{path} {theme} {fault}" for fault in await faults(page)]
    assert found == []


async def test_the_board_and_its_open_dialog_break_no_rule(room: Room, browser: Browser):
    async with page_of(browser, size="phone") as page:
        await become(page, room.url, "coordinator")
        await page.locator("#matrix a").first.click()
        await page.get_by_role("dialog").get_by_role("heading", level=1).wait_for()
        assert await faults(page) == []

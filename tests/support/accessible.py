"""What axe-core finds in a page, and a storm that gives every page something of everything to show."""

from playwright.async_api import Page
from support.browser import Room
from support.chain import T0

from schemas.times import HOUR, z
from streams.settings import PROJECT

AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe() -> str:
    return AXE.read_text(encoding="utf-8")


TWICE = """() => {
    const all = [...document.querySelectorAll("[id]")].map((one) => one.id);
    return [...new Set(all.filter((id, n) => all.indexOf(id) !== n))];
}"""
"""Two elements of one id: what refers to it, a drawn sign or a label, gets the first of them. axe-core lets it pass."""


async def faults(page: Page) -> list[str]:
    # evaluated by the debugger: the page's own policy would not let it in
    await page.evaluate(axe())
    found = await page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    twice = [f"an id stands twice: {name}" for name in await page.evaluate(TWICE)]
    broken = ((v, node) for v in found["violations"] for node in v["nodes"][:3])
    return twice + [f"{v['id']}: {v['help']} ({node['html'][:160]})" for v, node in broken]


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

"""A person without a mouse: Tab, Shift+Tab, Return, Space, letters. Each stop on the way must be a place one can see.

In: a page. Out: `ByKeys`, whose every step fails where focus is hidden, unmarked, covered or too small to be a target.
"""

import re

from playwright.async_api import Locator, Page, expect
from support.browser import leaving

MOST = 400
"""Presses of Tab before a way is given up: more than any page has stops."""

FAULTS = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return [];
    const told = [], style = getComputedStyle(e);
    const boxes = [...e.getClientRects()].filter(box => box.width && box.height);
    const seen = e.checkVisibility({opacityProperty: true, visibilityProperty: true});
    if (!boxes.length || !seen) told.push("is not seen");
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) told.push("has no mark of focus");
    const mine = (x, y) => {
        const hit = document.elementFromPoint(x, y);
        return hit !== null && (e.contains(hit) || hit.closest("label")?.control === e);
    };
    // what lies outside the window is not covered, but something of it must lie inside
    const cut = ({left, top, right, bottom}) =>
        [Math.max(left, 0), Math.max(top, 0), Math.min(right, innerWidth), Math.min(bottom, innerHeight)];
    const inside = boxes.map(cut).filter(([left, top, right, bottom]) => right - left > 6 && bottom - top > 6);
    if (!inside.length) told.push("is outside the window");
    for (const [left, top, right, bottom] of inside) {
        const xs = [left + 3, (left + right) / 2, right - 3], ys = [top + 3, (top + bottom) / 2, bottom - 3];
        const covered = xs.flatMap(x => ys.filter(y => !mine(x, y)).map(y => [x, y]));
        if (covered.length) {
            const [x, y] = covered[0], hit = document.elementFromPoint(x, y);
            told.push(`is covered at ${Math.round(x)}, ${Math.round(y)} by ${hit?.outerHTML.slice(0, 120)}`);
        }
    }
    // a link within a sentence may be as low as its line (WCAG 2.5.8)
    const {width, height} = (e.closest("label") ?? e).getBoundingClientRect();
    if (style.display !== "inline" && Math.min(width, height) < 24) told.push(`is ${width} x ${height}`);
    return told.map(text => `${e.outerHTML.slice(0, 160)} ${text}`);
}"""
"""What is wrong with the place where focus is now."""


class ByKeys:
    """Hands on a keyboard, in a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops = 0
        """Places that focus has been, all of them looked at."""

    async def press(self, key: str) -> None:
        await self.page.keyboard.press(key)

    async def look(self) -> None:
        """Fails where focus is not to be seen."""
        self.stops += 1
        told = await self.page.evaluate(FAULTS)
        assert told == [], told

    async def to(self, wanted: Locator, *, back: bool = False) -> None:
        """Press Tab, or Shift+Tab, until focus is there; look at every stop on the way."""
        wanted = wanted.first
        await expect(wanted).to_be_attached()
        for _ in range(MOST):
            await self.press("Shift+Tab" if back else "Tab")
            await self.look()
            if await wanted.evaluate("e => e === document.activeElement"):
                return
        raise AssertionError(f"no way by Tab to {wanted}")

    async def do(self, wanted: Locator, key: str = "Enter", *, back: bool = False) -> None:
        """Go to a button, a link, a box or what unfolds, and press it."""
        await self.to(wanted, back=back)
        await self.press(key)

    async def follow(self, wanted: Locator, *, back: bool = False) -> None:
        """Go to a link or a button that leads to another page, and press it."""
        await self.to(wanted, back=back)
        async with leaving(self.page):
            await self.press("Enter")

    async def write(self, field: Locator, text: str, *, back: bool = False) -> None:
        """Go to a field and write in the place of what stands there."""
        await self.to(field, back=back)
        await self.press("Control+a")
        await self.page.keyboard.type(text)
        await expect(field.first).to_have_value(text)

    async def choose(self, field: Locator, label: str, *, back: bool = False) -> None:
        """Go to a list and down it to the choice of that name, whatever is said of it after a colon."""
        await self.to(field, back=back)
        names = [" ".join(name.split()) for name in await field.first.locator("option").all_inner_texts()]
        found = [n for n, name in enumerate(names) if name == label or name.startswith(f"{label}:")]
        assert found, names
        await self.press("Home")
        for _ in range(found[0]):
            await self.press("ArrowDown")
        await expect(field.first.locator("option:checked")).to_have_text(re.compile("^" + re.escape(label)))

    async def held(self) -> None:
        """After an act focus is somewhere, not lost."""
        await self.page.wait_for_function("() => document.activeElement !== document.body")
        await self.look()


async def become_by_keys(keys: ByKeys, url: str, role: str) -> None:
    """Choose a role, as `become` does, without a mouse."""
    await keys.page.goto(url)
    await keys.follow(keys.page.get_by_role("link", name="byt roll"))
    chooser = keys.page.get_by_role("main")
    await keys.choose(chooser.locator("select[name=role]"), role)
    await keys.follow(chooser.get_by_role("button", name="Byt roll", exact=True))

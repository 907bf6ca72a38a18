// @ts-check
// The map by keyboard and pointer: one tab stop, arrows go to the next municipality that way, Return opens it. What it
// holds is named beside it, by focus or by pointer, out of the page's own table: the same cells in the same words.
// Escape puts that away. Next: matrix.js (how links open)

const SIGNED = 12;

/**
 * @param {HTMLElement} box that holds the map
 * @param {HTMLElement} pop where a municipality's cells are named
 */
export function mapKeys(box, pop) {
  let at = "";
  let hushed = "";
  const links = () => /** @type {SVGAElement[]} */ ([...box.querySelectorAll("a[data-at]")]);
  const one = () => links().find((link) => link.dataset.at === at) ?? links()[0];

  const settle = () => {
    const stop = one();
    for (const link of links()) link.setAttribute("tabindex", link === stop ? "0" : "-1");
  };
  settle();
  const held = linkOf(document.activeElement);
  if (held && box.contains(held)) {
    at = held.dataset.at ?? "";
    settle();
    show(held);
  }
  new MutationObserver(settle).observe(box, { childList: true, subtree: true });

  box.addEventListener("focusin", (event) => {
    const link = linkOf(event.target);
    if (!link) return;
    at = link.dataset.at ?? "";
    settle();
    show(link);
  });
  box.addEventListener("focusout", () => !pop.matches(":hover") && hide());
  box.addEventListener("pointerover", (event) => {
    const link = linkOf(event.target);
    if (link && link.dataset.at !== hushed) show(link);
  });
  for (const side of [box, pop]) {
    side.addEventListener("pointerleave", (event) => {
      const to = /** @type {Node | null} */ (event.relatedTarget);
      if (to && (box.contains(to) || pop.contains(to))) return;
      hushed = "";
      const held = linkOf(document.activeElement);
      if (held && box.contains(held)) show(held);
      else hide();
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || pop.hidden || document.querySelector("dialog[open]")) return;
    hushed = pop.dataset.at ?? "";
    hide();
    event.preventDefault();
  }, { capture: true });
  box.addEventListener("keydown", (event) => {
    const ways = /** @type {Record<string, [number, number]>} */ ({ ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] });
    const way = ways[event.key];
    const from = linkOf(event.target);
    if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = way ? beyond(from, way, links()) : event.key === "Home" ? links()[0] : event.key === "End" ? links().at(-1) : null;
    if (way || to) event.preventDefault();
    to?.focus();
  });

  /** @param {SVGAElement} link */
  function show(link) {
    const code = link.dataset.at ?? "";
    const row = document.querySelector(`tr[data-area="${code}"]`);
    const name = document.createElement("b");
    name.textContent = row?.querySelector("th")?.textContent?.trim() ?? "";
    const list = document.createElement("ul");
    const cells = [...(row?.querySelectorAll('a[href*="/cell/"]') ?? [])].filter(told);
    for (const cell of cells.slice(0, SIGNED)) {
      const line = document.createElement("li");
      const said = cell.getAttribute("aria-label") ?? cell.getAttribute("data-said") ?? "";
      line.append(...[...cell.querySelectorAll(".g")].map((sign) => sign.cloneNode(true)), ` ${said.slice(said.indexOf(", ") + 2)}`);
      list.append(line);
    }
    if (!cells.length) list.append(link.getAttribute("aria-label") ?? "");
    pop.replaceChildren(name, list);
    pop.dataset.at = code;
    pop.hidden = false;
    place(link);
  }

  /** @param {SVGAElement} link */
  function place(link) {
    // a very wide screen shows the page larger (page.css): boxes are told as seen, lengths are set as written
    const near = /** @type {{currentCSSZoom?: number}} */ (/** @type {unknown} */ (pop)).currentCSSZoom ?? 1;
    const area = link.getBoundingClientRect();
    const room = box.getBoundingClientRect();
    const wide = document.documentElement.clientWidth;
    const x = Math.min(area.right + 8, wide - pop.offsetWidth * near - 8);
    const y = Math.min(area.top, innerHeight - pop.offsetHeight * near - 8);
    pop.style.left = `${(Math.max(8, x) - room.left) / near}px`;
    pop.style.top = `${(Math.max(8, y) - room.top) / near}px`;
  }

  function hide() {
    pop.hidden = true;
  }
}

/** @param {EventTarget | null} target */
const linkOf = (target) => (target instanceof Element ? /** @type {SVGAElement | null} */ (target.closest("a[data-at]")) : null);

/**
 * A cell that is hit, expected to be, or ought to be known: what is calm or not assessed is not named.
 * @param {Element} cell
 */
const told = (cell) => cell.querySelector(".g:not(.g1, .ga)") !== null;

/**
 * The nearest municipality that way: sideways counts double.
 * @param {SVGAElement} from
 * @param {[number, number]} way
 * @param {SVGAElement[]} links
 */
function beyond(from, [x, y], links) {
  const middle = (/** @type {Element} */ link) => {
    const box = link.getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const here = middle(from);
  const ahead = links.map((link) => {
    const to = middle(link);
    const along = (to.x - here.x) * x + (to.y - here.y) * y;
    return { link, along, far: along + 2 * Math.abs((to.x - here.x) * y + (to.y - here.y) * x) };
  });
  return ahead.filter((row) => row.link !== from && row.along > 1).sort((a, b) => a.far - b.far)[0]?.link ?? null;
}

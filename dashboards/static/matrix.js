// @ts-check
// The matrix by keyboard: one tab stop, arrows move, Return opens the reports under a cell, or the municipality (column
// -1, where its name is a link). On the desk links open in a dialog. Next: dialog.js

/**
 * The desk's matrix: keys, and links that open over it.
 * @param {HTMLTableElement} table
 * @param {HTMLDialogElement} dialog
 */
export function listen(table, dialog) {
  walk(table);
  links(dialog);
}

/**
 * One tab stop, and arrows within.
 * @param {HTMLTableElement} table
 */
export function walk(table) {
  const at = { row: 0, column: 0 };
  const rows = () => [...table.tBodies[0]?.rows ?? []];
  const link = () => /** @type {HTMLAnchorElement | null} */ (rows()[at.row]?.cells[at.column + 1]?.querySelector("a") ?? null);

  const settle = () => {
    for (const a of table.querySelectorAll("tbody a")) a.setAttribute("tabindex", "-1");
    link()?.setAttribute("tabindex", "0");
  };
  settle();
  // cells are drawn anew as they change: the one tab stop is set again
  new MutationObserver(settle).observe(table, { childList: true, subtree: true });

  // what a resting pointer shows is what a listener hears; written twice it would weigh twice
  table.addEventListener("pointerover", (event) => {
    const under = /** @type {Element} */ (event.target).closest("td a");
    if (under && !under.hasAttribute("title")) under.setAttribute("title", under.getAttribute("aria-label") ?? "");
  });
  table.addEventListener("focusin", (event) => {
    const cell = /** @type {HTMLTableCellElement | null} */ (/** @type {Element} */ (event.target).closest("td, th"));
    const row = cell?.closest("tr");
    if (!cell || !row || !table.tBodies[0]?.contains(row)) return;
    Object.assign(at, { row: rows().indexOf(row), column: cell.cellIndex - 1 });
    settle();
  });
  table.addEventListener("keydown", (event) => {
    const least = rows()[0]?.cells[0]?.querySelector("a") ? -1 : 0;
    const most = { row: rows().length - 1, column: (rows()[0]?.cells.length ?? 2) - 2 };
    /** @type {Record<string, [number, number]>} */
    const moves = {
      ArrowUp: [at.row - 1, at.column], ArrowDown: [at.row + 1, at.column], ArrowLeft: [at.row, at.column - 1], ArrowRight: [at.row, at.column + 1],
      Home: [at.row, least], End: [at.row, most.column], PageUp: [0, at.column], PageDown: [most.row, at.column],
    };
    const to = moves[event.key];
    if (!to || !table.tBodies[0]?.contains(/** @type {Node} */ (event.target)) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    Object.assign(at, { row: Math.max(0, Math.min(most.row, to[0])), column: Math.max(least, Math.min(most.column, to[1])) });
    settle();
    link()?.focus();
  });
}

/**
 * Links to what lies under a status open in the dialog.
 * @param {HTMLDialogElement} dialog
 */
export function links(dialog) {
  document.addEventListener("click", (event) => {
    const wanted = /** @type {Element} */ (event.target).closest("a");
    if (!wanted || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const address = new URL(wanted.getAttribute("href") ?? "", location.href);
    if (!/\/(cell|item|area|event|evidence)\//.test(address.pathname) || address.origin !== location.origin) return;
    event.preventDefault();
    // the dialog's script comes with the first who opens one
    void import("./dialog.js").then(({ open }) => open(address.href), () => location.assign(address.href));
  });
  dialog.querySelector(".shut")?.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

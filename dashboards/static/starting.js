// @ts-check
// Waits until the server has read the picture in, then loads the page; a readable page is never swapped for an error.

const address = document.body.dataset.ready ?? "/readyz";
const LOADED = new Set(["starting"]);

async function look() {
  try {
    const answer = await fetch(address, { cache: "no-store" });
    /** @type {{reasons: {code: string, detail: string}[]}} */
    const told = await answer.json();
    if (!told.reasons.some((reason) => LOADED.has(reason.code))) {
      location.reload();
      return;
    }
    const shown = document.querySelector("[role=status]");
    if (shown) shown.textContent = told.reasons.map((reason) => reason.detail).join(" ");
  } catch {
    // the server is away for a moment: ask again
  }
  setTimeout(look, 700);
}
setTimeout(look, 700);

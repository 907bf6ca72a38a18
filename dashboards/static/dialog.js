// @ts-check
// What lies under a status opens over the page: the same address, its main part, in a dialog. A page without a dialog,
// or an answer that is no page, is gone to instead.

/**
 * @param {string} address
 */
export async function open(address) {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("detail"));
  if (!dialog) return location.assign(address);
  try {
    const main = await fetchMain(address);
    const room = /** @type {HTMLElement} */ (dialog.querySelector("div"));
    const held = document.createElement("div");
    held.className = main.className;
    for (const [name, value] of Object.entries(main.dataset)) held.dataset[name] = value;
    held.dataset.from = address;
    held.append(...main.childNodes);
    room.replaceChildren(held);
    dialog.setAttribute("aria-label", held.querySelector("h1")?.textContent ?? "");
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
  } catch {
    location.assign(address);
  }
}

/**
 * The main part of a page.
 * @param {string} address
 * @returns {Promise<HTMLElement>}
 */
export async function fetchMain(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store" });
  const main = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  if (!main) throw new Error("no main");
  return main;
}

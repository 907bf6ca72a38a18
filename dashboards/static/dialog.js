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
    const page = await fetchPage(address);
    const main = mainOf(page);
    await dress(page);
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
  return mainOf(await fetchPage(address));
}

/** @param {string} address */
async function fetchPage(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store" });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** @param {Document} page */
function mainOf(page) {
  const main = page.querySelector("main");
  if (!main) throw new Error("no main");
  return main;
}

/**
 * Style sheets and scripts that the page asks for and this one does not have: a first visit does not pay for them.
 * @param {Document} page
 */
async function dress(page) {
  const waits = [];
  for (const link of page.querySelectorAll("link[rel=stylesheet]")) {
    const href = link.getAttribute("href") ?? "";
    if (document.querySelector(`link[href="${CSS.escape(href)}"]`)) continue;
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = href;
    waits.push(new Promise((done) => (sheet.onload = sheet.onerror = done)));
    [...document.querySelectorAll("link[rel=stylesheet]")].at(-1)?.after(sheet);
  }
  for (const meta of page.querySelectorAll('meta[name="script"]')) {
    waits.push(import(new URL(meta.getAttribute("content") ?? "", location.href).href));
  }
  await Promise.all(waits);
}

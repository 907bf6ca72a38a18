// @ts-check
// The desk: what people do there. Acts are answered in place; the matrix has its keys.
// Next: alive.js (how the page lives), matrix.js (keys), words.js (texts).

import { element, put } from "./alive.js";
import { listen } from "./matrix.js";
import { say } from "./words.js";

const body = document.body;

// ---- acts: one press, answered in place ------------------------------------------------------------------------

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.dataset.command) return;
  event.preventDefault();
  const posted = new FormData(form);
  posted.set("seen_version", body.dataset.version ?? "0");
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  const told = form.parentElement?.querySelector(".ask");
  button.disabled = true;
  if (told) put(told, say("desk.acknowledging"));
  const why = await send(form.action, posted);
  if (told) put(told, why ? say("desk.failed", { why }) : say("desk.sent"));
  button.disabled = !why;
});

/**
 * Posts a form; gives why it failed, or nothing.
 * @param {string} address
 * @param {FormData} posted
 */
async function send(address, posted) {
  try {
    const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body: posted });
    return answer.ok ? "" : String((await answer.json()).detail);
  } catch (error) {
    return String(error);
  }
}

listen(/** @type {HTMLTableElement} */ (element("matrix")), /** @type {HTMLDialogElement} */ (element("detail")));

// the map's keys come with the first who touches it: until then its links are plain links
const map = element("p-map");
const touched = new AbortController();
for (const name of ["focusin", "pointerover"]) {
  map.addEventListener(name, () => {
    touched.abort();
    void import("./map.js").then(({ mapKeys }) => mapKeys(map, element("pop")));
  }, { signal: touched.signal });
}

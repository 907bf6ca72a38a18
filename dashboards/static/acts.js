// @ts-check
// Acts on the pages below the desk, alone or in its dialog: sent without leaving the page, answered in place with what
// became of it, and the page drawn anew. Without this file the same forms lead to the receipt's page.
// In: forms with data-act inside a main part with a `.told` line. Next: dialog.js

import { fetchMain } from "./dialog.js";

const WAIT_S = 10;

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches("form[data-act]")) return;
  event.preventDefault();
  const held = /** @type {HTMLElement} */ (form.closest("main, .plain"));
  const posted = new FormData(form, /** @type {SubmitEvent} */ (event).submitter);
  const buttons = /** @type {HTMLButtonElement[]} */ ([...held.querySelectorAll("button")]).filter((button) => !button.disabled);
  for (const button of buttons) button.disabled = true;
  tell(held, held.dataset.sending ?? "");
  const { done, text } = await act(form.action, posted);
  for (const button of buttons) button.disabled = false;
  if (done) await redraw(held);
  tell(held, text);
});

/**
 * @param {HTMLElement} held
 * @param {string} text
 */
function tell(held, text) {
  const told = held.querySelector(".told");
  if (told) told.textContent = text;
}

/**
 * The page as it is now, in the place of what is shown; the line that tells stays, so that it is read out.
 * @param {HTMLElement} held
 */
async function redraw(held) {
  const main = await fetchMain(held.dataset.from ?? location.href).catch(() => null);
  if (!main) return;
  const told = held.querySelector(".told");
  const fresh = [...main.childNodes].filter((node) => !(node instanceof Element && node.matches(".told")));
  held.replaceChildren(...(told ? [told] : []), ...fresh);
  told?.setAttribute("tabindex", "-1");
  /** @type {HTMLElement | null} */ (told)?.focus();
}

/**
 * Sends a command and waits until the log has said what became of it.
 * @param {string} address
 * @param {FormData} posted
 * @returns {Promise<{done: boolean, text: string}>}
 */
async function act(address, posted) {
  try {
    const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body: posted });
    const body = await answer.json();
    if (!answer.ok) return { done: false, text: [body.detail, ...(body.errors ?? []).map((/** @type {any} */ fault) => fault.detail)].join(" ") };
    const said = await fetch(`${answer.headers.get("Location")}?wait=${WAIT_S}`, { cache: "no-store" });
    const receipt = await said.json();
    return { done: receipt.result === "applied", text: String(receipt.detail) };
  } catch (error) {
    return { done: false, text: String(error) };
  }
}

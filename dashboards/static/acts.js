// @ts-check
// Acts on the pages below the desk, alone or in its dialog: sent without leaving the page, answered in place with what
// became of it, and the page drawn anew. Without this file the same forms lead to the receipt's page.
// In: forms with data-act inside a main part with a `.told` line. Next: command.js, dialog.js

import { command, shut } from "./command.js";
import { fetchMain } from "./dialog.js";

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.matches("form[data-act]")) return;
  event.preventDefault();
  const held = /** @type {HTMLElement} */ (form.closest("main, .plain"));
  const became = command(form, /** @type {SubmitEvent} */ (event).submitter);
  const open = shut(held.querySelectorAll("button"));
  tell(held, held.dataset.sending ?? "");
  const { done, text } = await became;
  open();
  if (done) await redraw(held);
  tell(held, text || (held.dataset.offline ?? ""));
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

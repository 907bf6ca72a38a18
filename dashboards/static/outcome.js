// @ts-check
// Acts: a form that posts a command is answered in place, by what became of the command; without this file it is a
// plain form whose answer is the receipt's page. In: forms with `data-act`. Out: words in the form's own `output`.
// Next: command.js, writing.js, words.js (texts)

import { command, shut } from "./command.js";
import { say } from "./words.js";
import { release } from "./writing.js";

const body = document.body;

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.dataset.act) return;
  event.preventDefault();
  const button = /** @type {HTMLButtonElement | null} */ (/** @type {SubmitEvent} */ (event).submitter);
  const became = command(form, button);
  const open = shut(button ? [button] : []);
  tell(form, say("forum_act.sending"), "");
  const { done, text: said } = await became;
  const text = said || say("forum_act.offline");
  tell(form, text, done ? "done" : "failed");
  open();
  if (done) setTimeout(() => outlive(form, text), 400);
  if (!done) return;
  form.dispatchEvent(new CustomEvent("acted", { bubbles: true }));
  release(form);
});

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 * @param {string} state
 */
function tell(form, text, state) {
  const shown = form.querySelector("output");
  if (!shown) return;
  shown.textContent = text;
  shown.dataset.state = state;
}

/**
 * An act may take its own form away, or the form be folded meanwhile: what became of it is then told, and focus kept, in
 * the page's own line. A form that stays may have got another button: focus is on that one.
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function outlive(form, text) {
  const shown = document.getElementById("acted");
  const seen = form.isConnected && form.checkVisibility();
  if (!seen && shown) shown.textContent = text;
  if (document.activeElement !== body) return;
  const held = seen ? /** @type {HTMLElement | null} */ (form.querySelector("button.btn")) : shown;
  held?.focus({ preventScroll: true });
}

for (const all of document.querySelectorAll("[data-all]")) /** @type {HTMLElement} */ (all).hidden = false;
document.addEventListener("click", (event) => {
  const all = event.target instanceof HTMLElement ? event.target.closest("[data-all]") : null;
  const name = all instanceof HTMLElement ? all.dataset.all : undefined;
  for (const box of name ? all?.closest("form")?.querySelectorAll(`input[type=checkbox][name="${name}"]`) ?? [] : []) {
    /** @type {HTMLInputElement} */ (box).checked = true;
  }
  all?.dispatchEvent(new Event("input", { bubbles: true }));
});

// @ts-check
// Forms that are acts: one press, sent without leaving the page, answered in place with what became of it.
// In: forms with data-command; the body's data-version and data-root. Next: command.js, writing.js, alive.js, words.js.

import { element, put } from "./alive.js";
import { command, shut } from "./command.js";
import { say } from "./words.js";
import { release } from "./writing.js";

document.addEventListener("input", ({ target }) => {
  if (target instanceof HTMLInputElement && target.form) label(target.form);
});

/**
 * The button says when and whom: it follows what is written.
 * @param {HTMLFormElement} form
 */
function label(form) {
  const when = /** @type {HTMLInputElement | null} */ (form.querySelector("[data-when]"));
  const button = /** @type {HTMLElement | null} */ (form.querySelector("[data-said]"));
  if (when && button) put(button, (button.dataset.said ?? "").replace("{time}", when.value.trim() || "–"));
}

// ---- one press -------------------------------------------------------------------------------------------------

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.dataset.command) return;
  event.preventDefault();
  // begun before the buttons are shut: one that is shut is not posted
  const became = command(form, /** @type {SubmitEvent} */ (event).submitter);
  const open = shut(form.querySelectorAll("button"));
  stay(form);
  tell(form, say("activation.sending"));
  const { done, text: said } = await became;
  const text = said || say("forum_act.offline");
  open();
  tell(form, done ? text : say("activation.failed", { why: text }));
  put(element("say"), text);
  if (done) release(form);
});

/**
 * Whoever acted on what is gone by the next push is put in the room it stood in, not at the top of the site.
 * @param {HTMLFormElement} form
 */
function stay(form) {
  const room = /** @type {HTMLElement | null} */ (form.closest("[tabindex='-1']"));
  if (!room) return;
  const watch = new MutationObserver(() => {
    if (form.isConnected) return;
    watch.disconnect();
    if (document.activeElement === document.body) room.focus({ preventScroll: true });
  });
  watch.observe(room, { childList: true, subtree: true });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function tell(form, text) {
  const told = form.querySelector(".told");
  if (told) put(told, text);
}

// @ts-check
// Forms that are acts: one press, sent without leaving the page, answered in place with what became of it. A form in
// use belongs to the one who writes in it: nothing that comes meanwhile touches it (morph.js, `data-mine`).
// In: forms with data-command; the body's data-version and data-root. Next: alive.js, words.js.

import { element, put } from "./alive.js";
import { say } from "./words.js";

const WAIT_S = 10;
/** What a press is known by until it has been answered: a repeat after a lost answer is not done again. */
/** @type {WeakMap<HTMLFormElement, string>} */
const names = new WeakMap();

/** @param {EventTarget | null} target */
const formOf = (target) => (target instanceof Element ? /** @type {HTMLFormElement | null} */ (target.closest("form[data-command]")) : null);

/** @param {HTMLFormElement} form */
const changed = (form) => [...form.elements].some((field) => (field instanceof HTMLInputElement && field.type !== "hidden" && field.value !== field.defaultValue) || (field instanceof HTMLSelectElement && field.selectedIndex !== [...field.options].findIndex((o) => o.defaultSelected)));

// ---- a form in use ---------------------------------------------------------------------------------------------

document.addEventListener("input", (event) => {
  const form = formOf(event.target);
  if (!form) return;
  form.toggleAttribute("data-mine", changed(form));
  label(form);
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
  const form = formOf(event.target);
  if (!form) return;
  event.preventDefault();
  const posted = new FormData(form, /** @type {SubmitEvent} */ (event).submitter);
  posted.set("seen_version", document.body.dataset.version ?? "0");
  posted.set("id", names.get(form) ?? `page-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`);
  names.set(form, String(posted.get("id")));
  busy(form, true);
  tell(form, say("activation.sending"));
  const { done, final, text } = await act(form.action, posted);
  if (final) names.delete(form);
  busy(form, false);
  tell(form, done ? text : say("activation.failed", { why: text }));
  put(element("say"), text);
  if (!done) return;
  form.reset();
  form.removeAttribute("data-mine");
  form.closest("[data-gone]")?.remove();
});

/**
 * @param {HTMLFormElement} form
 * @param {boolean} on
 */
function busy(form, on) {
  for (const button of form.querySelectorAll("button")) button.disabled = on;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function tell(form, text) {
  const told = form.querySelector(".told");
  if (told) put(told, text);
}

/**
 * Sends a command and waits until the log has said what became of it; `final` when a repeat cannot change the answer.
 * @param {string} address
 * @param {FormData} posted
 * @returns {Promise<{done: boolean, final: boolean, text: string}>}
 */
async function act(address, posted) {
  try {
    const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body: posted });
    const body = await answer.json();
    if (!answer.ok) return { done: false, final: answer.status < 500, text: [body.detail, ...(body.errors ?? []).map((/** @type {any} */ fault) => fault.detail)].join(" ") };
    const said = await fetch(`${answer.headers.get("Location")}?wait=${WAIT_S}`, { cache: "no-store" });
    const receipt = await said.json();
    return { done: ["applied", "received", "duplicate_of"].includes(receipt.result), final: true, text: String(receipt.detail) };
  } catch (error) {
    return { done: false, final: false, text: String(error) };
  }
}

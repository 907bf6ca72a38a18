// @ts-check
// Acts: a form that posts a command is answered in place, by what became of the command; without this file it is a
// plain form whose answer is the receipt's page. In: forms with `data-act`. Out: words in the form's own `output`.
// Next: words.js (texts)

import { say } from "./words.js";

const body = document.body;
/** What a press is known by until it has been answered: a repeat after a lost answer is not done again. */
/** @type {WeakMap<HTMLFormElement, string>} */
const names = new WeakMap();

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!form.dataset.act) return;
  event.preventDefault();
  const button = /** @type {HTMLButtonElement | null} */ (/** @type {SubmitEvent} */ (event).submitter);
  const posted = new FormData(form, button);
  posted.set("seen_version", body.dataset.version ?? "");
  posted.set("id", names.get(form) ?? `page-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`);
  names.set(form, String(posted.get("id")));
  if (button) button.disabled = true;
  tell(form, say("forum_act.sending"), "");
  const { text, done, final } = await become(form, posted);
  if (final) names.delete(form);
  tell(form, text, done ? "done" : "failed");
  if (button) button.disabled = false;
  if (done) setTimeout(() => outlive(form, text), 400);
  if (!done) return;
  form.dispatchEvent(new CustomEvent("acted", { bubbles: true }));
  for (const written of form.querySelectorAll("textarea, input:not([type=hidden])")) clear(/** @type {HTMLInputElement} */ (written));
});

/** @param {HTMLInputElement} field */
function clear(field) {
  if (field.type === "checkbox") field.checked = field.defaultChecked;
  else field.value = field.defaultValue;
}

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
 * An act may take its own form away: what became of it is then told, and focus kept, in the page's own line.
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function outlive(form, text) {
  const shown = document.getElementById("acted");
  if (form.isConnected || !shown) return;
  shown.textContent = text;
  if (document.activeElement === body) shown.focus({ preventScroll: true });
}

/**
 * Sends the command and follows its receipt; `final` when the answer is one that a repeat cannot change.
 * @param {HTMLFormElement} form
 * @param {FormData} posted
 * @returns {Promise<{text: string, done: boolean, final: boolean}>}
 */
async function become(form, posted) {
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: posted });
    const taken = await answer.json();
    if (!answer.ok) return { text: faults(taken), done: false, final: answer.status < 500 };
    for (let tries = 0; tries < 4; tries += 1) {
      const told = await (await fetch(`${body.dataset.receipts}${taken.receipt}?wait=15`)).json();
      if (told.result !== "received") return { text: told.detail, done: told.result === "applied" || told.result === "duplicate_of", final: true };
    }
    return { text: say("result.received"), done: true, final: true };
  } catch {
    return { text: say("forum_act.offline"), done: false, final: false };
  }
}

/** @param {{detail: string, errors?: {detail: string, pointer: string}[]}} problem */
const faults = (problem) => [problem.detail, ...(problem.errors ?? []).map((fault) => fault.detail)].filter((text, n, all) => all.indexOf(text) === n).join(" ");

for (const all of document.querySelectorAll("[data-all]")) /** @type {HTMLElement} */ (all).hidden = false;
document.addEventListener("click", (event) => {
  const all = event.target instanceof HTMLElement ? event.target.closest("[data-all]") : null;
  const name = all instanceof HTMLElement ? all.dataset.all : undefined;
  for (const box of name ? all?.closest("form")?.querySelectorAll(`input[type=checkbox][name="${name}"]`) ?? [] : []) {
    /** @type {HTMLInputElement} */ (box).checked = true;
  }
});

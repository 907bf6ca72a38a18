// @ts-check
// A form becomes a command, once: posted, followed until the log has said what became of it. A press keeps its id until
// it has been answered for good, so a repeat after a lost answer is not done again.
// In: a form, the button that was pressed. Out: what became of it, in words.

const WAIT_S = 15;
const LONGEST = 4;

/** @type {WeakMap<HTMLFormElement, string>} */
const names = new WeakMap();

/**
 * @typedef {object} Became
 * @property {boolean} done it is in the picture, now or before, or has been taken and waits
 * @property {string} text in words; empty when nobody answered
 */

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 * @returns {Promise<Became>}
 */
export async function command(form, button) {
  const posted = new FormData(form, button);
  if (document.body.dataset.version) posted.set("seen_version", document.body.dataset.version);
  const name = names.get(form) ?? `page-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
  posted.set("id", name);
  names.set(form, name);
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: posted });
    const taken = await answer.json();
    if (answer.status < 500) names.delete(form);
    if (!answer.ok) return { done: false, text: faults(taken) };
    return await outcome(answer.headers.get("Location") ?? "");
  } catch {
    return { done: false, text: "" };
  }
}

/**
 * Shuts buttons while an act is under way. What it gives opens them again, and puts focus back on the one that had it:
 * a button that is shut loses it.
 * @param {Iterable<HTMLButtonElement>} buttons
 */
export function shut(buttons) {
  const had = document.activeElement;
  const shutNow = [...buttons].filter((button) => !button.disabled);
  for (const button of shutNow) button.disabled = true;
  return () => {
    for (const button of shutNow) button.disabled = false;
    if (document.activeElement === document.body && had instanceof HTMLElement) had.focus({ preventScroll: true });
  };
}

/**
 * @param {string} receipt where to ask
 * @returns {Promise<Became>}
 */
async function outcome(receipt) {
  for (let tries = 1; ; tries += 1) {
    const told = await (await fetch(`${receipt}?wait=${WAIT_S}`, { cache: "no-store" })).json();
    const done = ["applied", "duplicate_of", "received"].includes(told.result);
    if (told.result !== "received" || tries === LONGEST) return { done, text: String(told.detail) };
  }
}

/**
 * Every fault at once, each said once.
 * @param {{detail: string, errors?: {detail: string}[]}} problem
 */
function faults(problem) {
  return [...new Set([problem.detail, ...(problem.errors ?? []).map((fault) => fault.detail)])].join(" ");
}

// @ts-check
// Keys of the page: f, ?, Escape, and g with a letter for the rooms. Single letters can be turned off (WCAG 2.1.4), in
// the list that ? opens. In: links and fields that bear `aria-keyshortcuts`. Next: dialog.js (where the list opens).

const OFF = "lagesbild-keys";
/** Milliseconds between g and the letter of a room. */
const PAIR = 1500;
/** What lies over the page: a press beside it, focus elsewhere, or Escape folds it again. */
const UNFOLDED = "details.filter[open], details.more[open], details.role[open], details.pop[open]";
let began = -PAIR;

const off = () => {
  try {
    return localStorage.getItem(OFF) === "off";
  } catch {
    return false;
  }
};

/** @param {Element} target */
const writes = (target) => target.matches("input, textarea, select, [contenteditable]");

/** @param {string} keys as `aria-keyshortcuts` has them */
const bearer = (keys) => /** @type {HTMLElement | null} */ (document.querySelector(`[aria-keyshortcuts="${keys}"]`));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const target = /** @type {Element} */ (event.target);
  if (event.key === "Escape") return leave(event);
  if (off() || writes(target) || document.querySelector("dialog[open]")) return;
  const room = performance.now() - began < PAIR ? bearer(`g ${event.key}`) : null;
  began = event.key === "g" ? performance.now() : -PAIR;
  const wanted = room ?? bearer(event.key);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("summary")) unfold(wanted);
  else if (wanted.id === "keys") void list(/** @type {HTMLAnchorElement} */ (wanted).href);
  else wanted.click();
});

/**
 * The dialog's script comes with the first who opens one.
 * @param {string} address of the list of keys
 */
async function list(address) {
  try {
    await (await import("./dialog.js")).open(address);
    settle();
  } catch {
    location.assign(address);
  }
}

/**
 * Opens the form and puts the reader in its first field.
 * @param {HTMLElement} summary
 */
function unfold(summary) {
  const details = /** @type {HTMLDetailsElement} */ (summary.parentElement);
  details.open = true;
  /** @type {HTMLElement | null} */ (details.querySelector("input:not([type=hidden])"))?.focus();
}

/**
 * Escape shuts what is unfolded, else clears the filter.
 * @param {KeyboardEvent} event
 */
function leave(event) {
  if (document.querySelector("dialog[open]")) return;
  const unfolded = /** @type {HTMLDetailsElement | null} */ (document.querySelector(UNFOLDED));
  if (unfolded) {
    unfolded.open = false;
    unfolded.querySelector("summary")?.focus();
  } else if (!writes(/** @type {Element} */ (event.target))) bearer("Escape")?.click();
}

/** The box that turns single letters off, wherever the list is shown. */
function settle() {
  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input[name=letters]"))) {
    box.checked = !off();
    box.disabled = false;
    box.onchange = () => localStorage.setItem(OFF, box.checked ? "on" : "off");
  }
}
settle();

/** @param {(unfolded: HTMLDetailsElement) => boolean} left */
function fold(left) {
  for (const unfolded of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll(UNFOLDED))) {
    if (left(unfolded)) unfolded.open = false;
  }
}
document.addEventListener("click", ({ target }) => fold((unfolded) => !unfolded.contains(/** @type {Node} */ (target))));
// what a script puts in focus while its button is shut comes from nowhere: it folds nothing that one has open
document.addEventListener("focusin", ({ target, relatedTarget: from }) =>
  fold((unfolded) => unfolded.contains(/** @type {Node | null} */ (from)) && !unfolded.contains(/** @type {Node} */ (target))),
);

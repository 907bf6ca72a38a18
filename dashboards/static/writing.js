// @ts-check
// A form in use belongs to the one who writes in it: nothing that comes meanwhile touches it, and what came is put in
// when it is let go. Next: morph.js (which leaves `data-mine` alone)

import { late } from "./morph.js";

document.addEventListener("input", ({ target }) => {
  const form = target instanceof Element ? /** @type {HTMLFormElement | null} */ (target.closest("form[data-command], form[data-act]")) : null;
  // what was taken away again is held no longer: nothing older may wait here while newer is put in
  if (form && !form.toggleAttribute("data-mine", [...form.elements].some(written))) late(form);
});

/** @param {Element} field */
function written(field) {
  if (field instanceof HTMLInputElement && field.type === "hidden") return false;
  if (field instanceof HTMLInputElement) return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  return field instanceof HTMLSelectElement && field.selectedIndex !== Math.max(0, [...field.options].findIndex((o) => o.defaultSelected));
}

/**
 * What was written has been taken: the form is empty, and as the server last drew it; gone, if that is what became of it.
 * @param {HTMLFormElement} form
 */
export function release(form) {
  form.reset();
  form.removeAttribute("data-mine");
  late(form);
  form.closest("[data-gone]")?.remove();
}

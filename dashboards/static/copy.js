// @ts-check
// Copies a text to the clipboard. Where the browser does not let pages do that, the text is selected for the hand.

import { say } from "./words.js";

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-copy]"))) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = /** @type {HTMLTextAreaElement} */ (document.getElementById(button.dataset.copy ?? ""));
    text.select();
    const done = await (navigator.clipboard?.writeText(text.value) ?? Promise.reject(new Error("no clipboard"))).then(() => true, () => false);
    const state = document.getElementById("state");
    if (state && done) state.textContent = say("sending.copied");
  });
}

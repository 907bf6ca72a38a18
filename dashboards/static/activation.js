// @ts-check
// Suggestions and notices: the page follows the picture, acts are answered in place, what waits is said as a number.
// Next: alive.js (how the page lives), acting.js (acts).

import { element, put } from "./alive.js";
import "./acting.js";

const count = element("a-count");

/** The number that waits is read aloud when it becomes another one. */
new MutationObserver(() => put(element("say"), count.textContent ?? "")).observe(count, { childList: true, characterData: true, subtree: true });

// @ts-check
// The picture as it was known, in a page that does not live: its matrix has the keys of the desk's.
// Next: matrix.js

import { walk } from "./matrix.js";

for (const table of document.querySelectorAll(".then .mx")) walk(/** @type {HTMLTableElement} */ (table));

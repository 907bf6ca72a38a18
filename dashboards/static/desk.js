// @ts-check
// The desk: it lives, the matrix and the map have their keys. Acts are those of every room (acting.js, which only who may
// act is sent). Next: alive.js (how the page lives), matrix.js (keys).

import { element } from "./alive.js";
import { listen } from "./matrix.js";

listen(/** @type {HTMLTableElement} */ (element("matrix")), /** @type {HTMLDialogElement} */ (element("detail")));

// the map's keys come with the first who touches it: until then its links are plain links
const map = element("p-map");
const touched = new AbortController();
for (const name of ["focusin", "pointerover"]) {
  map.addEventListener(name, () => {
    touched.abort();
    void import("./map.js").then(({ mapKeys }) => mapKeys(map, element("pop")));
  }, { signal: touched.signal });
}

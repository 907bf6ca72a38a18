// @ts-check
// The map's page: it lives as the desk does, and its links open over it.
// Next: alive.js, map.js

import { element } from "./alive.js";
import { mapKeys } from "./map.js";
import { links } from "./matrix.js";

links(/** @type {HTMLDialogElement} */ (element("detail")));
mapKeys(element("p-map"), element("pop"));

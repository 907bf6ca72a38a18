// @ts-check
// The list of forums: alive, its acts answered in place.
// Next: alive.js (how the page lives), outcome.js (what its forms do)

import "./alive.js";
import "./outcome.js";

// @ts-check
// The page of changes: its clock, its age and the line that says how many have come since it was opened.
// Next: alive.js (how a page lives).

import "./alive.js";

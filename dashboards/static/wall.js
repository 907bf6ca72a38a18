// @ts-check
// The wall: nobody touches it. It turns its pages, and is loaded anew twice a day, but only from a server that answers.
// Next: alive.js (how the page lives).

import { element, put } from "./alive.js";

const EACH = 12 * 3_600_000;
/** Seconds that a page is shown: the first tells what is worst and what waits, and has most of the time. */
const SHOWN = { now: 30, matrix: 15, going: 15 };
/** @typedef {keyof typeof SHOWN} Name */

const body = document.body;
const upright = matchMedia("(orientation: portrait)");
const turning = { since: performance.now(), calls: "", held: "held" in body.dataset };

/** A page that is up for weeks takes new files; one whose server is away keeps what it shows. */
async function renew() {
  try {
    const answer = await fetch(`${body.dataset.root}/healthz`, { cache: "no-store" });
    if (answer.ok) location.reload();
  } catch {
    // the next try is in twelve hours; until then the banner says what is wrong
  }
}

/** The pages that have something to say: no matrix of a county where nothing is hit, none on a screen that stands on end.
 * @returns {Name[]} */
function pages() {
  const hit = document.querySelector("#w-matrix th.hit") !== null;
  return hit && !upright.matches ? ["now", "matrix", "going"] : ["now", "going"];
}

/** @param {Name} name */
function show(name) {
  turning.since = performance.now();
  body.dataset.show = name;
  put(element("w-page"), `${pages().indexOf(name) + 1}/${pages().length}`);
}

/** Once a second. What is old stands still at the first page, and so does a call that has just come. */
function turn() {
  const all = pages();
  const calls = [...document.querySelectorAll("#w-wait .urgent")].map((row) => row.textContent).join();
  const at = all.indexOf(/** @type {Name} */ (body.dataset.show));
  if (at < 0 || body.classList.contains("stale") || calls !== turning.calls) show("now");
  else if (performance.now() - turning.since >= SHOWN[all[at] ?? "now"] * 1000) show(all[(at + 1) % all.length] ?? "now");
  turning.calls = calls;
}

/** A key holds a page: its number, or the space bar for the one that is shown; the same again lets go.
 * @param {KeyboardEvent} event */
function hold(event) {
  const number = Number(event.key) - 1;
  if (event.key === " ") turning.held = !turning.held;
  else if (number in pages()) {
    turning.held = true;
    show(pages()[number] ?? "now");
  } else return;
  event.preventDefault();
  turning.since = performance.now();
}

show(/** @type {Name} */ (body.dataset.show));
setInterval(renew, EACH);
addEventListener("keydown", hold);
setInterval(() => turning.held || turn(), 1000);

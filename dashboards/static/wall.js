// @ts-check
// The wall: nobody touches it. It is loaded anew twice a day, but only from a server that answers.
// Next: alive.js (how the page lives).

import "./alive.js";

const EACH = 12 * 3_600_000;

/** A page that is up for weeks takes new files; one whose server is away keeps what it shows. */
async function renew() {
  try {
    const answer = await fetch(`${document.body.dataset.root}/healthz`, { cache: "no-store" });
    if (answer.ok) location.reload();
  } catch {
    // the next try is in twelve hours; until then the banner says what is wrong
  }
}

setInterval(renew, EACH);

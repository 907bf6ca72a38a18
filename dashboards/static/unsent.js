// @ts-check
// On every page of somebody who reports: how many reports are not sent yet, in the head and in the title; a warning
// before the page is closed; and which version a screen in sight shows, for the receipts of those who sent it.

import { about, kept, outbox, unsent } from "./outbox.js";

const badge = document.createElement("b");
badge.className = "unsent";
badge.hidden = true;
// a wall has no links: there the title says it
document.getElementById("to-report")?.append(badge);
let waiting = 0;

async function count() {
  waiting = (await unsent()).length;
  badge.hidden = !waiting;
  badge.textContent = waiting ? (about.dataset.unsent ?? "").replace("{n}", String(waiting)) : "";
  const bare = document.title.replace(/^\(\d+\) /, "");
  document.title = waiting ? `(${waiting}) ${bare}` : bare;
}

outbox.addEventListener("change", () => void count());
window.addEventListener("beforeunload", (event) => {
  // kept ones are sent when any page is opened again; leaving this site's last page is what must be said
  if (waiting && (!kept() || !going)) event.preventDefault();
});
/** True while one goes to another page of this site, which goes on sending. */
let going = false;
// at the window, last of all: what a script has taken care of leaves no page
window.addEventListener("click", (event) => {
  if (event.defaultPrevented) return;
  const to = /** @type {Element} */ (event.target).closest?.("a[href]");
  if (to instanceof HTMLAnchorElement && to.origin === location.origin && !to.target) leave();
});
window.addEventListener("submit", (event) => !event.defaultPrevented && leave());
function leave() {
  going = true;
  setTimeout(() => (going = false), 1000);
}
void count();

let told = 0;
function seen() {
  const version = Number(document.body.dataset.version ?? 0);
  if (document.visibilityState !== "visible" || document.body.classList.contains("stale") || version <= told) return;
  told = version;
  void fetch(about.dataset.seen ?? "", { method: "POST", body: new URLSearchParams({ version: String(version) }) }).catch(() => (told = 0));
}
if (about.dataset.actor) setInterval(seen, 2000);

// @ts-check
// The slider: puts the moment in place without a new page, and plays the versions again. The address always says which
// moment is shown. Without this script the buttons and the time field do the same, one page each.
// Next: morph.js (how a part is put in place), words.js (times)

import { morph } from "./morph.js";
import { clock, say } from "./words.js";

const data = document.body.dataset;
const start = Date.parse(data.start ?? "");
const end = Date.parse(data.end ?? "");
const now = Date.parse(data.now ?? "");
const step = Number(data.step);
const moments = (data.moments ?? "").split(",").filter(Boolean).map((s) => start + Number(s) * 1000);

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const slider = /** @type {HTMLInputElement} */ (element("slider"));
const play = /** @type {HTMLButtonElement} */ (element("play"));
const pace = /** @type {HTMLSelectElement} */ (element("pace"));
const trouble = element("trouble");

let at = Date.parse(element("then").dataset.at ?? "");
/** @type {AbortController | undefined} */
let asking;
/** @type {number | undefined} */
let waiting;
/** @type {number | undefined} */
let playing;

/** @param {number} t */
const words = (t) => {
  const { time, day } = clock(t, false);
  return clock(now, false).day === day ? time : `${day} ${time}`;
};

/**
 * Shows a moment: the slider and the line at once, the picture as soon as it is here.
 * @param {number} t
 * @param {number} [rest] milliseconds to wait for a further step
 */
function show(t, rest = 0) {
  at = Math.max(start, Math.min(end, t));
  slider.value = String(Math.round((at - start) / step));
  slider.setAttribute("aria-valuetext", words(at));
  const x = `${((100 * (at - start)) / (end - start)).toFixed(2)}%`;
  for (const side of ["x1", "x2"]) element("at-line").setAttribute(side, x);
  clearTimeout(waiting);
  waiting = setTimeout(() => void fetchThen(at), rest);
}

/** @param {number} t */
async function fetchThen(t) {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  const address = t >= now ? "" : new Date(t).toISOString();
  try {
    const answer = await fetch(`${data.then}?at=${encodeURIComponent(address)}`, { signal: mine.signal });
    if (!answer.ok) throw new Error(String((await answer.json()).detail));
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    const fresh = made.content.getElementById("then");
    if (!fresh || mine.signal.aborted) return;
    const old = element("then");
    for (const name of ["class", "data-at"]) old.setAttribute(name, fresh.getAttribute(name) ?? "");
    morph(old, fresh.innerHTML);
    trouble.textContent = "";
    history.replaceState(null, "", address ? `?hours=${data.hours}&at=${address}` : `?hours=${data.hours}`);
    document.title = document.title.replace(/^.*?, [^·]*/, (head) => `${head.split(",")[0]}, ${element("then-title").textContent} `).trimEnd();
  } catch (error) {
    if (mine.signal.aborted) return;
    stop();
    trouble.textContent = say("timeline.trouble", { why: error instanceof Error ? error.message : String(error) });
  }
}

// ---- play: from version to version, at the pace that was chosen ------------------------------------------------

function stop() {
  clearTimeout(playing);
  playing = undefined;
  play.textContent = play.dataset.play ?? "";
}

function next() {
  const following = moments.find((t) => t > at);
  if (following === undefined) {
    show(end);
    stop();
    return;
  }
  show(following);
  playing = setTimeout(next, Number(pace.value));
}

function toggle() {
  if (playing !== undefined) return stop();
  if (!moments.some((t) => t > at)) at = start;
  play.textContent = play.dataset.pause ?? "";
  next();
}

// ---- what a person does ----------------------------------------------------------------------------------------

slider.addEventListener("input", () => {
  stop();
  show(start + Number(slider.value) * step, 80);
});
play.addEventListener("click", toggle);
document.addEventListener("keydown", (event) => {
  const target = /** @type {Element} */ (event.target);
  if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target !== slider && target.closest("a, button, input, select, textarea, summary, details")) return;
  event.preventDefault();
  toggle();
});
document.querySelector(".steps")?.addEventListener("click", (event) => {
  const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("a.btn"));
  if (!link || /** @type {MouseEvent} */ (event).ctrlKey || /** @type {MouseEvent} */ (event).metaKey) return;
  const by = link.id === "to-now" ? end - at : Number(link.dataset.by);
  const to = link.id === "to-now" ? now : at + by;
  if (to < start || (link.id === "to-now" && end < now)) return;
  event.preventDefault();
  stop();
  show(to);
});

for (const part of document.querySelectorAll(".slide, #play, .pace")) /** @type {HTMLElement} */ (part).hidden = false;

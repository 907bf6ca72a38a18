// @ts-check
// Keeps a room's page alive: puts changed parts in place, ticks clock and age, says what changed, hatches what is old.
// In: parts and marks from the stream that the page names. Next: link.js (the stream), words.js (texts).

import { Link } from "./link.js";
import { morph } from "./morph.js";
import { age, ago, clock, count, say } from "./words.js";

/** Wall milliseconds without a sign of life from the picture itself, through a link that works. */
const STANDS = Number(document.body.dataset.stands ?? 40_000);
const SAY_EACH = 10_000;

const body = document.body;
let has = body.dataset.has ?? "";

/** @param {string} id */
export const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

// ---- time: the space's clock, counted on from the newest mark -------------------------------------------------

const time = { at: Date.parse(element("clock").dataset.now ?? ""), speed: Number(element("clock").dataset.speed), since: performance.now() };
const life = { age: Number(body.dataset.age ?? -1), since: performance.now(), broken: false, lost: false };

/** Space time now, ms. */
const now = () => time.at + time.speed * (performance.now() - time.since);
const pictureAge = () => (life.age < 0 ? -1 : life.age + performance.now() - life.since);

function tick() {
  const { time: text, day } = clock(now(), time.speed === 1);
  put(element("clock"), text);
  put(element("day"), time.speed > 1 ? `${day} · ${time.speed}×` : day);
  const old = pictureAge();
  put(element("age"), old < 0 ? "–" : age(old));
  for (const shown of document.querySelectorAll("time[data-ago]")) {
    put(shown, ago(Date.parse(/** @type {HTMLElement} */ (shown).dataset.ago ?? ""), now()));
  }
  banner(old);
}

/**
 * @param {Element} shown
 * @param {string} text
 */
export function put(shown, text) {
  if (shown.textContent !== text) shown.textContent = text;
}

/** @param {number} old */
function banner(old) {
  const why = life.lost ? "lost.link" : life.broken ? "lost.broken" : old > STANDS ? "lost.stands" : "";
  const shown = element("lost");
  shown.hidden = !why;
  body.classList.toggle("stale", why !== "");
  if (!why) return;
  if (shown.dataset.why !== why) {
    shown.dataset.why = why;
    shown.replaceChildren(document.createElement("b"), document.createElement("span"), document.createElement("span"));
    put(/** @type {Element} */ (shown.children[0]), say(why));
    put(/** @type {Element} */ (shown.children[2]), say("page.lost_do"));
    // the age ticks, but is not read aloud each second
    shown.children[1]?.setAttribute("aria-hidden", "true");
  }
  const since = say("lost.since", { time: clock(now() - time.speed * Math.max(0, old), false).time, age: old < 0 ? "–" : age(old) });
  put(/** @type {Element} */ (shown.children[1]), since);
}

// ---- what is said to those who listen: counts, at most once in ten seconds -------------------------------------

/** @type {Record<string, number>} */
const unsaid = {};
let saidAt = -SAY_EACH;
const alarmed = new Set([...document.querySelectorAll("[data-notice]")].map((e) => /** @type {HTMLElement} */ (e).dataset.notice));
const NAMES = [["worse", "worse"], ["better", "better"], ["new", "fresh"], ["gone_silent", "silent"]];

function speak() {
  if (performance.now() - saidAt < SAY_EACH) return;
  const parts = NAMES.flatMap(([key = "", name = ""]) => (unsaid[key] ? [count(name, unsaid[key] ?? 0)] : []));
  if (!parts.length) return;
  saidAt = performance.now();
  for (const key of Object.keys(unsaid)) delete unsaid[key];
  put(element("say"), parts.join(", "));
}

// ---- frames ----------------------------------------------------------------------------------------------------

/** @param {{name: string, version: number, parts: Record<string, string>, alarms: {id: string, text: string}[], counts: Record<string, number>}} frame */
function take(frame) {
  for (const [id, markup] of Object.entries(frame.parts)) {
    const shown = document.getElementById(id);
    if (shown) morph(shown, markup);
  }
  has = frame.name;
  body.dataset.version = String(frame.version);
  for (const [key, n] of Object.entries(frame.counts)) unsaid[key] = (unsaid[key] ?? 0) + n;
  for (const alarm of frame.alarms) {
    if (alarmed.has(alarm.id)) continue;
    alarmed.add(alarm.id);
    put(element("alert"), alarm.text);
  }
  speak();
}

/** @param {{now: string, speed: number, life: string, over: boolean, age_ms?: number, heard?: Record<string, string>}} mark */
function takeMark(mark) {
  Object.assign(time, { at: Date.parse(mark.now), speed: mark.speed, since: performance.now() });
  Object.assign(life, { age: mark.age_ms ?? -1, since: performance.now(), broken: mark.life === "broken" });
  for (const shown of document.querySelectorAll("time[data-source]")) {
    const data = /** @type {HTMLElement} */ (shown).dataset;
    data.ago = mark.heard?.[data.source ?? ""] ?? data.ago;
  }
  const over = document.getElementById("over");
  if (over) over.hidden = !mark.over;
  tick();
}

body.dataset.version = (element("p-version").textContent ?? "0").replace(/\D/g, "");
setInterval(tick, 1000);
setInterval(speak, 1000);
tick();
/** The stream's address may carry what the page is about, or is filtered by; the language is the page's own, whatever
 * another tab has chosen since. */
const address = () => {
  const stream = new URL(body.dataset.stream ?? "", location.href);
  stream.searchParams.set("has", has);
  stream.searchParams.set("lang", document.documentElement.lang);
  return stream.href;
};
new Link(address, ["parts", "mark"], {
  take: (name, data) => (name === "parts" ? take(data) : takeMark(data)),
  lost: (lost) => {
    life.lost = lost;
    tick();
  },
});

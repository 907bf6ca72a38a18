// @ts-check
// The report form kept handy: what was changed is told, a draft outlives the tab, what waits and what became of earlier
// reports is kept fresh. Without this file the form is a plain form. Next: sending.js

import "./sending.js";
import { about, actor } from "./outbox.js";
import { say } from "./words.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("report"));
const state = /** @type {HTMLElement} */ (document.getElementById("state"));
/** @param {string} name */
const value = (name) => String(new FormData(form).get(name) ?? "");
const DRAFT = `lagesbild.draft.${about.content}.${actor}.${value("id")}`;
const FRESH = 15_000;

/** @returns {[string, string][]} */
const fields = () => [...new FormData(form)].map(([name, text]) => [name, String(text)]);
/** What was written before this file had come, on a slow line: it is put back below, as a change. */
const typed = fields();
const refused = !document.getElementById("faults")?.hidden;
if (!refused) form.reset();
let first = JSON.stringify(fields());

// ---- what is changed; on a phone unchanged rows fold into one line ----------------------------------------------

for (const line of form.querySelectorAll(".line.said:not(.asked)")) {
  const checked = line.querySelector(".steps :checked + .g");
  const sum = document.createElement("div");
  sum.className = "sum";
  const name = Object.assign(document.createElement("b"), { textContent: line.querySelector("h3")?.textContent ?? "" });
  const said = Object.assign(document.createElement("span"), { textContent: line.querySelector(".nm p")?.textContent ?? "" });
  const edit = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet", textContent: say("report.edit") });
  edit.setAttribute("aria-label", `${say("report.edit")} ${name.textContent}`);
  edit.addEventListener("click", () => {
    line.classList.remove("keep");
    /** @type {HTMLElement | null} */ (line.querySelector("input:checked"))?.focus();
  });
  if (checked) sum.append(checked.cloneNode(true));
  sum.append(name, said, edit);
  line.prepend(sum);
  line.classList.add("keep");
}

/** Text of a control as a person reads it. @param {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} e */
function read(e) {
  if (e instanceof HTMLSelectElement) return e.value ? (e.selectedOptions[0]?.textContent ?? "") : "";
  if (e instanceof HTMLInputElement && (e.type === "radio" || e.type === "checkbox")) return e.checked && e.value ? (e.closest("label")?.textContent ?? "").trim() : "";
  return e.value.trim();
}

/** The words of a control's own label. @param {Element} e */
const labelled = (e) => [...(e.closest("label")?.childNodes ?? [])].find((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())?.textContent?.trim() ?? "";

/** A control among others under one head: with what it is, but for a chosen step. @param {HTMLInputElement} e */
const part = (e) => (e.closest(".line") && e.type !== "radio" && e.type !== "checkbox" ? `${labelled(e).toLowerCase()} ${read(e)}` : read(e));

/** Name of what a control belongs to: its sector, else its own. @param {Element} e */
function head(e) {
  const line = e.closest(".line");
  if (line) return line.querySelector("h3")?.textContent ?? "";
  if (e.closest(".resrow")) return e.closest("details")?.querySelector("summary")?.textContent ?? "";
  const own = /** @type {HTMLElement} */ (e).getAttribute("aria-label") ?? e.closest("fieldset")?.querySelector("legend")?.textContent;
  return own ?? labelled(e);
}

/** Head -> what stands under it. */
function standing() {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const e of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input:not([type=hidden]), select, textarea"))) {
    const text = read(e) && part(e);
    const line = e.closest(".extra");
    // an extra row whose level is not chosen says nothing, whatever its select shows
    if (line && !line.querySelector(".steps input:checked:not([value=''])")) continue;
    // the areas of a row are told by its own summary; a resource row without a resource says nothing
    if (e.closest(".resrow") && !(/** @type {HTMLInputElement} */ (e.closest(".resrow")?.querySelector("[name=res-kind]")).value)) continue;
    if (text) found.set(head(e), [found.get(head(e)), text].filter(Boolean).join(", "));
  }
  return found;
}
let before = standing();

/** @param {Element} line */
const rowOf = (line) => JSON.stringify([...line.querySelectorAll("input, select")].map((e) => (/** @type {HTMLInputElement} */ (e).type === "radio" || /** @type {HTMLInputElement} */ (e).type === "checkbox" ? /** @type {HTMLInputElement} */ (e).checked : /** @type {HTMLInputElement} */ (e).value)));
let begun = new Map([...form.querySelectorAll(".line")].map((line) => [line, rowOf(line)]));

function tell() {
  const now = standing();
  const box = /** @type {HTMLElement} */ (document.getElementById("changes"));
  const rows = [...new Set([...before.keys(), ...now.keys()])].filter((name) => before.get(name) !== now.get(name));
  box.querySelector("ul")?.replaceChildren(...rows.map((name) => {
    const row = document.createElement("li");
    const was = Object.assign(document.createElement("del"), { textContent: before.get(name) ?? "" });
    const is = Object.assign(document.createElement("ins"), { textContent: now.get(name) ?? say("sending.gone") });
    row.append(Object.assign(document.createElement("b"), { textContent: name }), ": ", ...(before.has(name) ? [was, " → "] : []), is);
    return row;
  }));
  box.hidden = !rows.length;
}

form.addEventListener("input", () => {
  for (const [line, was] of begun) {
    const changed = rowOf(line) !== was;
    line.classList.toggle("changed", changed);
    if (changed) line.classList.remove("keep");
  }
  const dirty = JSON.stringify(fields()) !== first;
  state.textContent = dirty ? say("report.changed") : "";
  tell();
  try {
    if (dirty) localStorage.setItem(DRAFT, JSON.stringify({ first, fields: fields() }));
    else localStorage.removeItem(DRAFT);
  } catch {
    // storage may be forbidden: then there is no draft
  }
});

/** Sent, or in the queue on disk: what stands here now is what the next change is held against. */
document.addEventListener("report:kept", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.form !== form) return;
  first = JSON.stringify(fields());
  begun = new Map([...begun.keys()].map((line) => [line, rowOf(line)]));
  before = standing();
  form.dispatchEvent(new Event("input"));
});

/** @param {[string, string][]} held */
function fill(held) {
  /** @type {Map<string, string[]>} */
  const values = new Map();
  for (const [name, text] of held) values.set(name, [...(values.get(name) ?? []), text]);
  /** @type {Map<string, number>} */
  const place = new Map();
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input, select, textarea"))) {
    const told = values.get(input.name) ?? [];
    if (input.type === "radio" || input.type === "checkbox") input.checked = told.includes(input.value);
    else if (input.type !== "hidden" && told.length && input.name !== "sector") {
      // rows of resources share their names: each takes the next value
      const at = input.name.startsWith("res-") ? (place.get(input.name) ?? 0) : 0;
      place.set(input.name, at + 1);
      input.value = told[at] ?? "";
    }
  }
  form.dispatchEvent(new Event("input"));
}
document.addEventListener("report:mend", (event) => fill(/** @type {CustomEvent} */ (event).detail.fields));

function restore() {
  const held = JSON.parse(localStorage.getItem(DRAFT) ?? "null");
  if (!held || held.first !== first) return;
  fill(held.fields);
  const discard = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet", textContent: say("report.discard") });
  discard.addEventListener("click", () => {
    localStorage.removeItem(DRAFT);
    location.reload();
  });
  state.replaceChildren(say("report.restored"), " ", discard);
}

// ---- kept fresh: what waits, what became of earlier reports, what the region believes ------------------------------

/** @param {Element} part */
const used = (part) => part.contains(document.activeElement) || part.querySelector("details[open] form") !== null;

async function freshen() {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.getElementById("report")) state.textContent = say("sending.waits_login");
  for (const id of ["waits", "mine", "believed"]) {
    const shown = document.getElementById(id);
    const fresh = page.getElementById(id);
    if (shown && fresh && shown.innerHTML !== fresh.innerHTML && !used(shown)) shown.replaceWith(document.adoptNode(fresh));
  }
}
document.addEventListener("report:answered", () => void freshen());
setInterval(() => void freshen(), FRESH);

try {
  if (refused) form.dispatchEvent(new Event("input"));
  else if (JSON.stringify(typed) === first) restore();
  else fill(typed);
} catch {
  // a draft that cannot be read is no draft
}

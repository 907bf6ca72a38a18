// @ts-check
// The report form kept handy: sent without leaving the page, what was changed is marked, a draft outlives the tab.
// Without this file the form is a plain form. In: the form. Out: receipts, followed until they say something.

import { say } from "./words.js";

const body = document.body;
const form = /** @type {HTMLFormElement} */ (document.getElementById("report"));
const state = /** @type {HTMLElement} */ (document.getElementById("state"));
const faults = /** @type {HTMLElement} */ (document.getElementById("faults"));
const DRAFT = `lagesbild.draft.${body.dataset.space}.${body.dataset.actor}`;

/** @returns {[string, string][]} */
const fields = () => [...new FormData(form)].map(([name, value]) => [name, String(value)]);
/** What was written before this file had come, on a slow line: it is put back below, as a change. */
const typed = fields();
form.reset();
const first = JSON.stringify(fields());

// ---- what is changed; on a phone unchanged rows fold into one line ----------------------------------------------

for (const line of form.querySelectorAll(".line.said:not(.asked)")) {
  const checked = line.querySelector(".steps :checked + .g");
  const sum = document.createElement("div");
  sum.className = "sum";
  const name = document.createElement("b");
  name.textContent = line.querySelector("h3")?.textContent ?? "";
  const said = document.createElement("span");
  said.textContent = line.querySelector(".nm p")?.textContent ?? "";
  const edit = document.createElement("button");
  edit.type = "button";
  edit.className = "btn quiet";
  edit.textContent = say("report.edit");
  edit.addEventListener("click", () => {
    line.classList.remove("keep");
    /** @type {HTMLElement | null} */ (line.querySelector("input:checked"))?.focus();
  });
  if (checked) sum.append(checked.cloneNode(true));
  sum.append(name, said, edit);
  line.prepend(sum);
  line.classList.add("keep");
}

/** @param {Element} line */
const rowOf = (line) => JSON.stringify([...line.querySelectorAll("input, select")].map((e) => (/** @type {HTMLInputElement} */ (e).type === "radio" || /** @type {HTMLInputElement} */ (e).type === "checkbox" ? /** @type {HTMLInputElement} */ (e).checked : /** @type {HTMLInputElement} */ (e).value)));
const begun = new Map([...form.querySelectorAll(".line")].map((line) => [line, rowOf(line)]));

form.addEventListener("input", () => {
  for (const [line, before] of begun) {
    const changed = rowOf(line) !== before;
    line.classList.toggle("changed", changed);
    if (changed) line.classList.remove("keep");
  }
  const dirty = JSON.stringify(fields()) !== first;
  state.textContent = dirty ? say("report.changed") : "";
  try {
    if (dirty) localStorage.setItem(DRAFT, JSON.stringify({ first, fields: fields() }));
    else localStorage.removeItem(DRAFT);
  } catch {
    // storage may be forbidden: then there is no draft
  }
});

/** @param {[string, string][]} held */
function fill(held) {
  /** @type {Map<string, Set<string>>} */
  const values = new Map();
  for (const [name, value] of held) values.set(name, (values.get(name) ?? new Set()).add(value));
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input, select, textarea"))) {
    const set = values.get(input.name) ?? new Set();
    if (input.type === "radio" || input.type === "checkbox") input.checked = set.has(input.value);
    else if (input.type !== "hidden" && set.size && input.name !== "sector") input.value = [...set][0] ?? "";
  }
  form.dispatchEvent(new Event("input"));
}

function restore() {
  const held = JSON.parse(localStorage.getItem(DRAFT) ?? "null");
  if (!held || held.first !== first) return;
  fill(held.fields);
  const discard = document.createElement("button");
  discard.type = "button";
  discard.className = "btn quiet";
  discard.textContent = say("report.discard");
  discard.addEventListener("click", () => {
    localStorage.removeItem(DRAFT);
    location.reload();
  });
  state.replaceChildren(say("report.restored"), " ", discard);
}

// ---- sending ---------------------------------------------------------------------------------------------------

document.addEventListener("submit", async (event) => {
  const sent = /** @type {HTMLFormElement} */ (event.target);
  if (!sent.action.endsWith("/report")) return;
  event.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (event.submitter);
  const posted = new FormData(sent, button);
  button.disabled = true;
  try {
    const answer = await fetch(sent.action, { method: "POST", body: posted, headers: { Accept: "application/json" } });
    const told = await answer.json();
    show(answer.ok ? [] : told.errors ?? [{ detail: told.detail }]);
    if (answer.ok) {
      localStorage.removeItem(DRAFT);
      state.textContent = "";
      void follow(told.receipt, button.textContent ?? "");
    }
  } catch {
    show([{ detail: say("report.offline") }]);
  }
  button.disabled = false;
});

/** @param {{detail: string}[]} found */
function show(found) {
  faults.hidden = !found.length;
  faults.querySelector("ul")?.replaceChildren(...found.map((fault) => Object.assign(document.createElement("li"), { textContent: fault.detail })));
  if (found.length) faults.scrollIntoView({ block: "nearest" });
}

/**
 * @param {string} receipt
 * @param {string} what
 */
async function follow(receipt, what) {
  const list = /** @type {HTMLElement} */ (document.getElementById("receipts"));
  list.querySelector("[data-empty]")?.remove();
  const row = document.createElement("li");
  const text = Object.assign(document.createElement("span"), { textContent: `${what}: ${say("result.received")}` });
  row.append(text, Object.assign(document.createElement("time"), { textContent: document.getElementById("clock")?.textContent ?? "" }));
  row.dataset.receipt = receipt;
  list.prepend(row);
  state.textContent = text.textContent ?? "";
  for (let tries = 0; tries < 60; tries += 1) {
    const answer = await fetch(`${body.dataset.receipts}${receipt}?wait=20`).catch(() => null);
    const told = answer?.ok ? await answer.json() : null;
    if (told && told.result !== "received") {
      text.textContent = `${what}: ${told.detail}`;
      row.dataset.result = told.result;
      state.textContent = told.detail;
      return;
    }
    if (!told) await new Promise((done) => setTimeout(done, 2000));
  }
}

try {
  if (JSON.stringify(typed) === first) restore();
  else fill(typed);
} catch {
  // a draft that cannot be read is no draft
}

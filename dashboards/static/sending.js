// @ts-check
// Sends the page's forms without leaving it. A report goes into the queue first, on disk, and from there: a line that
// drops, a session that ends, a tab that is closed lose nothing. Acts of one press are sent at once or said not to be.
// In: forms. Out: receipts, followed until they say something. Next: outbox.js (the queue), report.js (the form)

import { actor, add, drop, flush, kept, outbox, unsent, waits } from "./outbox.js";
import { clock, say } from "./words.js";

const body = document.body;
const state = /** @type {HTMLElement} */ (document.getElementById("state"));
const faults = /** @type {HTMLElement} */ (document.getElementById("faults"));
/** Entries of this page -> the form that is still in sight, where a fault can be mended. @type {Map<number, HTMLFormElement>} */
const here = new Map();

// ---- when a report was sent, by the space's clock: said here, so that a resend is the same report -----------------

const shown = /** @type {HTMLElement} */ (document.getElementById("clock"));
const began = { at: Date.parse(shown.dataset.now ?? ""), speed: Number(shown.dataset.speed), wall: Date.now() };
let last = Date.parse(body.dataset.after ?? "") || 0;
function sentAt() {
  last = Math.max(began.at + began.speed * (Date.now() - began.wall), last + 1);
  return new Date(last).toISOString();
}

document.addEventListener("submit", async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLButtonElement} */ (event.submitter);
  if (form.method !== "post" || !form.dataset.receipt) return;
  if (button.value === "test" || button.value === "edit") {
    if (navigator.onLine) return;
    event.preventDefault();
    show([{ detail: say("sending.test_offline") }]);
    return;
  }
  event.preventDefault();
  // read before the button is disabled: a disabled one is no part of its form
  const fields = /** @type {[string, string][]} */ ([...new FormData(form, button)].map(([name, value]) => [name, String(value)]));
  button.disabled = true;
  if (form.action.endsWith("/report")) await queue(form, button.value, fields);
  else await act(form, fields);
  button.disabled = false;
});

/**
 * @param {HTMLFormElement} form
 * @param {string} act
 * @param {[string, string][]} fields
 */
async function queue(form, act, fields) {
  const sent = sentAt();
  const title = act === "unchanged" ? say("report.unchanged") : (fields.find(([name]) => name === "headline" || name === "reason")?.[1] ?? "");
  const what = form.dataset.receipt ?? "";
  fields.push(["sent", sent]);
  show([]);
  const key = await add({ actor, url: form.action, fields, what, title, state: "queued" });
  here.set(key, form);
  const next = /** @type {HTMLInputElement | null} */ (form.querySelector("input[name=revision]"));
  if (next) next.value = String(Number(next.value) + 1);
  await flush();
  if (here.has(key)) keep(key);
  void list();
}

/** It is sent, or on disk: the form may forget it. @param {number} key */
function keep(key) {
  const form = here.get(key);
  here.delete(key);
  if (!form?.isConnected) return;
  document.dispatchEvent(new CustomEvent("report:kept", { detail: { form } }));
  done(form);
}

/** A small form folds again when it has been sent; who is at the keyboard goes on at what is said of it. @param {HTMLFormElement} form */
function done(form) {
  const folded = form.closest("details");
  if (!folded) return;
  folded.open = false;
  state.tabIndex = -1;
  state.focus();
}

outbox.addEventListener("sent", (event) => {
  const { entry, receipt } = /** @type {CustomEvent} */ (event).detail;
  keep(entry.key);
  if (entry.actor !== actor) return;
  void follow(receipt, entry.title ? `${entry.what}: ${entry.title}` : entry.what);
});

outbox.addEventListener("refused", (event) => {
  const { entry, errors } = /** @type {CustomEvent} */ (event).detail;
  const form = here.get(entry.key);
  if (!form?.isConnected) return;
  // it was not taken, and stands in the form still: mend it there
  here.delete(entry.key);
  void drop(entry.key);
  show(errors);
  form.dispatchEvent(new Event("input", { bubbles: true }));
});

/**
 * @param {HTMLFormElement} form
 * @param {[string, string][]} fields
 */
async function act(form, fields) {
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" } }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  show(answer?.ok && told ? [] : told?.errors ?? [{ detail: told?.detail ?? say("report.offline") }]);
  if (!answer?.ok || !told) return;
  done(form);
  await follow(told.receipt, form.dataset.receipt ?? "");
}

/** @param {{detail: string}[]} found */
function show(found) {
  faults.hidden = !found.length;
  faults.querySelector("ul")?.replaceChildren(...found.map((fault) => Object.assign(document.createElement("li"), { textContent: fault.detail })));
  if (found.length) faults.scrollIntoView({ block: "nearest" });
}

// ---- receipts ----------------------------------------------------------------------------------------------------

/**
 * @param {string} receipt
 * @param {string} what
 */
async function follow(receipt, what) {
  const list = /** @type {HTMLElement} */ (document.getElementById("receipts"));
  list.querySelector("[data-empty]")?.remove();
  const row = document.createElement("li");
  const text = Object.assign(document.createElement("span"), { textContent: `${what}: ${say("result.received")}` });
  row.append(text, Object.assign(document.createElement("time"), { textContent: clock(last || began.at, false).time }));
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
      document.dispatchEvent(new Event("report:answered"));
      return;
    }
    if (!told) await new Promise((done) => setTimeout(done, 2000));
  }
}

// ---- what is not sent ----------------------------------------------------------------------------------------------

const WHY = /** @type {Record<string, string>} */ ({ line: "sending.waits_line", login: "sending.waits_login", actor: "sending.waits_actor" });

async function list() {
  const box = document.getElementById("unsent-box");
  const entries = await unsent();
  if (!box) return;
  const waiting = entries.filter((entry) => entry.state === "queued" && (waits || !here.has(entry.key ?? 0)));
  const rows = [...entries.filter((entry) => entry.state === "refused" && !here.has(entry.key ?? 0)), ...waiting];
  box.hidden = !rows.length;
  const why = /** @type {HTMLElement} */ (document.getElementById("unsent-why"));
  why.textContent = waits ? say(WHY[waits] ?? "") : "";
  if (!kept()) why.append(" ", say("sending.not_kept"));
  if (waits === "login" || waits === "actor") {
    why.append(" ", Object.assign(document.createElement("a"), { href: body.dataset.login ?? "", target: "_blank", textContent: say("sending.login") }));
  }
  if (waits && waiting.length) state.textContent = why.textContent;
  document.getElementById("unsent")?.replaceChildren(...rows.map(row));
}

/** @param {import("./outbox.js").Entry} entry */
function row(entry) {
  const shown = document.createElement("li");
  const said = entry.state === "queued" ? say("sending.queued") : say("sending.refused", { why: entry.why ?? "" });
  const text = document.createElement("span");
  text.append(Object.assign(document.createElement("b"), { textContent: entry.title || entry.what }), ` ${said}`);
  shown.append(text);
  if (entry.state === "refused") {
    shown.append(press(say("sending.mend"), () => {
      document.dispatchEvent(new CustomEvent("report:mend", { detail: { fields: entry.fields } }));
      void drop(entry.key ?? 0);
    }), press(say("sending.discard"), () => void drop(entry.key ?? 0)));
  } else if (waits) shown.append(press(say("sending.try_now"), () => void flush()));
  return shown;
}

/**
 * @param {string} text
 * @param {() => void} pressed
 */
function press(text, pressed) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet", textContent: text });
  button.addEventListener("click", pressed);
  return button;
}

outbox.addEventListener("change", () => void list());
void list();

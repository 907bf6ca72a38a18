// @ts-check
// What is not sent yet, kept in the browser (IndexedDB) and sent once: by one tab at a time, in order, until the server
// has answered each. A report is the same report however often it is sent: it holds its id and when it was sent.
// In: fields of a form. Out: events `change`, `sent`, `refused` on `outbox`. Next: sending.js, unsent.js

/** Whose queue, and of which space: the frame of every page says so. */
export const about = /** @type {HTMLMetaElement} */ (document.querySelector("meta[name=queue]"));
const NAME = `lagesbild.${about.content}`;
export const actor = about.dataset.actor ?? "";
/** Wall milliseconds: a tab that has died holds up the others no longer than this. */
const LEASE = 20_000;
const PATIENCE = 15_000;
const EACH = 5_000;
const me = Math.random().toString(36).slice(2);

/**
 * @typedef {object} Entry
 * @property {number} [key]
 * @property {string} actor
 * @property {string} url
 * @property {[string, string][]} fields
 * @property {string} what The button that was pressed.
 * @property {string} title
 * @property {"queued" | "refused"} state
 * @property {string} [why]
 */

/** @type {Map<number, Entry> | null} Where nothing may be stored: kept while the page is open. */
let memory = null;
let next = 1;

/** @type {Promise<IDBDatabase> | null} */
let opened = null;
const open = () =>
  (opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("unsent", { keyPath: "key", autoIncrement: true });
      asked.result.createObjectStore("lease");
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  }));

/**
 * One transaction. What is put into the queue is on disk when it is done; what is taken out of it may come back after
 * a crash, and is then a repeat.
 * @template T
 * @param {"unsent" | "lease"} store
 * @param {IDBTransactionMode} mode
 * @param {(at: IDBObjectStore, give: (value: T) => void) => void} work
 * @param {IDBTransactionDurability} [durability]
 * @returns {Promise<T>}
 */
async function within(store, mode, work, durability = "relaxed") {
  const db = await open();
  return new Promise((done, failed) => {
    const doing = db.transaction(store, mode, { durability });
    /** @type {any} */
    let given;
    doing.oncomplete = () => done(given);
    doing.onerror = () => failed(doing.error);
    doing.onabort = () => failed(doing.error);
    work(doing.objectStore(store), (value) => (given = value));
  });
}

export const outbox = new EventTarget();
/** Why the first in the queue waits: `line`, `login`, `actor`; empty while nothing is in the way. */
export let waits = "";
/** False when the browser forbids to store: closing the page then loses what is not sent. */
export const kept = () => memory === null;

const others = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
others?.addEventListener("message", ({ data }) => outbox.dispatchEvent(data.receipt ? new CustomEvent("sent", { detail: data }) : new Event("change")));
function changed() {
  outbox.dispatchEvent(new Event("change"));
  others?.postMessage({});
}

/** Everything that is not sent, oldest first; of every actor when none is named. @param {string} [of] @returns {Promise<Entry[]>} */
export async function unsent(of = actor) {
  const all = memory
    ? [...memory.values()]
    : await within("unsent", "readonly", (at, give) => {
        const asked = at.getAll();
        asked.onsuccess = () => give(asked.result);
      }).catch(() => []);
  return /** @type {Entry[]} */ (all).filter((entry) => !of || entry.actor === of);
}

/** Put at the end of the queue; on disk when it returns. @param {Entry} entry @returns {Promise<number>} */
export async function add(entry) {
  try {
    const key = await within("unsent", "readwrite", (at, give) => {
      const asked = at.add(entry);
      asked.onsuccess = () => give(Number(asked.result));
    }, "strict");
    changed();
    return /** @type {number} */ (key);
  } catch {
    memory ??= new Map();
    entry.key = next++;
    memory.set(entry.key, entry);
    changed();
    return entry.key;
  }
}

/** @param {number} key */
export async function drop(key) {
  if (memory?.delete(key) === undefined) await within("unsent", "readwrite", (at) => void at.delete(key));
  changed();
}

/** @param {Entry} entry */
async function put(entry) {
  if (!memory) await within("unsent", "readwrite", (at) => void at.put(entry));
  changed();
}

/** True if this tab may send now: read and written in one transaction, so that two tabs never both may. @returns {Promise<boolean>} */
async function take() {
  if (memory) return true;
  return within("lease", "readwrite", (at, give) => {
    const asked = at.get("sender");
    asked.onsuccess = () => {
      const held = asked.result;
      if (held && held.by !== me && held.until > Date.now()) return give(false);
      at.put({ by: me, until: Date.now() + LEASE }, "sender");
      give(true);
    };
  });
}

async function release() {
  if (!memory) await within("lease", "readwrite", (at) => void at.delete("sender"));
}

let busy = false;
let again = false;

/** Send what is in the queue, in order, until something is in the way. */
export async function flush() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    do {
      again = false;
      // a page with nothing to send holds nothing up: one that is left in the middle does, for a lease's time
      if (!(await first())) wait("");
      else if (!(await take())) break;
      else {
        while (await one()) await take();
        await release();
      }
    } while (again);
  } catch {
    // a browser that takes its storage away: what is in sight stays in the form, and the next round tries again
  } finally {
    busy = false;
  }
}

const first = async () => (await unsent()).find((entry) => entry.state === "queued");

/** Send the first in the queue; false when there is none or it has to wait. */
async function one() {
  const entry = await first();
  if (!entry) return wait("");
  const answer = await fetch(entry.url, {
    method: "POST",
    body: new URLSearchParams(entry.fields),
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => null);
  const told = answer && (answer.headers.get("content-type") ?? "").includes("json") ? await answer.json().catch(() => null) : null;
  const name = String(told?.type ?? "").split("/").pop();
  if (!answer || !told || answer.status >= 500 || answer.status === 429) return wait("line");
  if (answer.status === 401) return wait("login");
  if (name === "another-actor") return wait("actor");
  wait("");
  if (answer.ok) {
    await drop(/** @type {number} */ (entry.key));
    const detail = { entry, receipt: told.receipt };
    outbox.dispatchEvent(new CustomEvent("sent", { detail }));
    others?.postMessage(detail);
    return true;
  }
  const errors = told.errors ?? [{ detail: told.detail }];
  entry.state = "refused";
  entry.why = errors.map((/** @type {{detail: string}} */ fault) => fault.detail).join(" ");
  await put(entry);
  outbox.dispatchEvent(new CustomEvent("refused", { detail: { entry, errors } }));
  return true;
}

/** @param {string} why */
function wait(why) {
  if (waits !== why) {
    waits = why;
    changed();
  }
  return false;
}

if (actor) {
  setInterval(() => void flush(), EACH);
  for (const sign of ["online", "focus", "pageshow"]) window.addEventListener(sign, () => void flush());
  document.addEventListener("visibilitychange", () => void (document.visibilityState === "visible" && flush()));
  void flush();
}

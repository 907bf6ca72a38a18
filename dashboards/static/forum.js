// @ts-check
// A forum's page: alive, its acts answered in place, and notes that outlive the tab until they are written in.
// A draft belongs to its tab: two tabs never write over one another, and one that has been shut leaves its draft to the next.
// Next: alive.js (how the page lives), outcome.js (what its forms do)

import "./alive.js";
import "./outcome.js";
import { say } from "./words.js";

const body = document.body;
const PREFIX = `lagesbild.note.${body.dataset.space}.${body.dataset.who}.`;
const locks = navigator.locks;

/** @returns {HTMLTextAreaElement | null} */
const note = () => document.querySelector("textarea[data-draft]");

/** Name of this tab: its own also when the tab was copied, since a copy finds the name taken. */
async function nameOfTab() {
  const known = sessionStorage.getItem("lagesbild.tab");
  const taken = known && locks ? (await locks.query()).held?.some((lock) => lock.name === `lagesbild.tab.${known}`) : false;
  const name = known && !taken ? known : crypto.getRandomValues(new Uint32Array(2)).join("-");
  sessionStorage.setItem("lagesbild.tab", name);
  // held for as long as the tab lives: so others see that its drafts are its own
  if (locks) void locks.request(`lagesbild.tab.${name}`, () => new Promise(() => {}));
  return name;
}

/**
 * This tab's draft, else the newest that a tab which is gone has left.
 * @param {string} forum
 * @param {string} tab
 */
async function draftOf(forum, tab) {
  const mine = `${PREFIX}${forum}.${tab}`;
  const own = localStorage.getItem(mine);
  if (own !== null || !locks) return own ?? "";
  const alive = new Set(((await locks.query()).held ?? []).map((lock) => lock.name));
  const left = Object.keys(localStorage).filter((key) => key.startsWith(`${PREFIX}${forum}.`) && !alive.has(`lagesbild.tab.${key.split(".").at(-1)}`));
  const key = left[0];
  if (!key) return "";
  const text = localStorage.getItem(key) ?? "";
  localStorage.removeItem(key);
  localStorage.setItem(mine, text);
  return text;
}

async function keep() {
  const field = note();
  if (!field) return;
  const tab = await nameOfTab();
  const forum = field.dataset.draft ?? "";
  const key = `${PREFIX}${forum}.${tab}`;
  const before = await draftOf(forum, tab);
  if (before && !field.value) {
    field.value = before;
    const told = field.form?.querySelector("output");
    if (told) told.textContent = say("forum_act.draft_back");
  }
  document.addEventListener("input", (event) => {
    const written = note();
    if (!written || event.target !== written) return;
    if (written.value) localStorage.setItem(key, written.value);
    else localStorage.removeItem(key);
  });
  // what was written before this was ready is a draft too
  if (field.value && field.value !== before) localStorage.setItem(key, field.value);
  document.addEventListener("acted", (event) => {
    if (note()?.form === event.target) localStorage.removeItem(key);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target === note()) note()?.form?.requestSubmit();
});
void keep().catch(() => {
  // storage may be forbidden: then there is no draft
});

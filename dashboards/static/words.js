// @ts-check
// Words of the catalogue in the browser, and times in the form of the page's language. In: the body's data-words. Out: texts.

/** @type {Record<string, string>} */
const table = JSON.parse(document.body.dataset.words ?? "{}");
const ZONE = "Europe/Stockholm";

/**
 * Text of a key with its fields filled in.
 * @param {string} key
 * @param {Record<string, string | number>} [fields]
 */
export function say(key, fields = {}) {
  const text = table[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name) => String(fields[name] ?? all));
}

/**
 * `3 sämre`, `1 ny`.
 * @param {string} what
 * @param {number} n
 */
export function count(what, n) {
  return say(`count.${what}_${n === 1 ? "one" : "many"}`, { n });
}

/**
 * A length of time: `8 s`, `3 min`, `2 h 5 min`, `3 dygn`.
 * @param {number} ms
 */
export function age(ms) {
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return say("time.seconds", { n: Math.max(0, Math.floor(ms / 1000)) });
  if (hours < 1) return say("time.minutes", { n: minutes });
  if (hours >= 48) return say("time.days", { n: Math.floor(hours / 24) });
  return minutes % 60 ? say("time.hours_minutes", { h: hours, m: minutes % 60 }) : say("time.hours", { n: hours });
}

/**
 * `för 8 min sedan`, `om 20 min`, `nyss`.
 * @param {number} at
 * @param {number} now
 */
export function ago(at, now) {
  if (Math.abs(now - at) < 5000) return say("time.now");
  return at <= now ? say("time.ago", { age: age(now - at) }) : say("time.ahead", { age: age(at - now) });
}

const parts = new Intl.DateTimeFormat("sv-SE", {
  timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", day: "numeric", month: "numeric", year: "numeric", hourCycle: "h23",
});

/**
 * Clock and day in Stockholm.
 * @param {number} ms
 * @param {boolean} seconds
 */
export function clock(ms, seconds) {
  /** @type {Record<string, string>} */
  const at = {};
  for (const part of parts.formatToParts(ms)) at[part.type] = part.value;
  // Sunday is 0 there, and last in the catalogue
  const weekday = say("time.weekdays").split(" ")[(new Date(Date.UTC(Number(at.year), Number(at.month) - 1, Number(at.day))).getUTCDay() + 6) % 7] ?? "";
  const month = say("time.months").split(" ")[Number(at.month) - 1] ?? "";
  const time = seconds ? `${at.hour}.${at.minute}.${at.second}` : `${at.hour}.${at.minute}`;
  return { time, day: `${weekday} ${at.day} ${month}` };
}

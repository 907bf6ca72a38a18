// @ts-check
// Fetches the scripts of a page once its head is painted. A room has up to twenty modules: fetched beside its style sheets
// they hold its first paint up on a slow machine, and there is nothing to press before it.
// In: <meta name="script"> for each, in the order in which they run. Out: `data-started` on the root when all of them have.

const TOO_LONG_MS = 2_000;

/** A page in a tab behind is never painted: its scripts are fetched at once. */
const painted = new Promise((done) => {
  if (document.hidden) done(true);
  new PerformanceObserver((list) => {
    if (list.getEntriesByName("first-contentful-paint").length) done(true);
  }).observe({ type: "paint", buffered: true });
  setTimeout(() => done(false), TOO_LONG_MS);
});

/** @param {HTMLMetaElement} meta */
const run = (meta) =>
  new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { type: "module", async: false, src: meta.content, onload: done, onerror: failed });
    document.head.append(script);
  });

await painted;
const named = /** @type {NodeListOf<HTMLMetaElement>} */ (document.querySelectorAll('meta[name="script"]'));
await Promise.all([...named].map(run));
document.documentElement.dataset.started = "";

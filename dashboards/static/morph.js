// @ts-check
// Puts new markup in place of old, touching only what differs: focus, open details and what one points at stay.
// What somebody is writing in (`data-mine`, writing.js) is never touched; what holds it stays, marked `data-gone`, until it is let go.
// The markup is the server's own, escaped there; the page's policy forbids any script in it.

/** @type {WeakMap<Element, Element>} what came for an element while somebody wrote in it */
const waiting = new WeakMap();

/**
 * @param {Element} shown
 * @param {string} markup
 */
export function morph(shown, markup) {
  const made = document.createElement("template");
  made.innerHTML = markup;
  children(shown, made.content);
}

/**
 * Puts in place what came while somebody wrote in it.
 * @param {Element} shown
 */
export function late(shown) {
  const made = waiting.get(shown);
  waiting.delete(shown);
  if (made) become(shown, made);
}

/**
 * @param {ParentNode & Node} old
 * @param {ParentNode & Node} made
 */
function children(old, made) {
  const wanted = [...made.childNodes];
  wanted.forEach((node, index) => {
    const key = keyOf(node);
    let there = old.childNodes[index];
    if (keyOf(there) !== key) {
      const kept = key && [...old.childNodes].find((child) => keyOf(child) === key);
      if (kept) move(old, kept, there ?? null);
      else old.insertBefore(node, there ?? null);
      there = old.childNodes[index];
    }
    if (!there) old.appendChild(node);
    else if (there !== node) become(there, node);
  });
  for (const left of [...old.childNodes].slice(wanted.length)) {
    if (inUse(left)) /** @type {Element} */ (left).setAttribute("data-gone", "");
    else left.remove();
  }
}

/** @param {Node | undefined} node */
const inUse = (node) => node instanceof Element && (node.hasAttribute("data-mine") || node.querySelector("[data-mine]") !== null);

/**
 * To another place, with its focus where the browser can.
 * @param {Node & { moveBefore?: (node: Node, child: Node | null) => void }} parent
 * @param {Node} node
 * @param {Node | null} before
 */
function move(parent, node, before) {
  if (parent.moveBefore) parent.moveBefore(node, before);
  else parent.insertBefore(node, before);
}

/**
 * What a node is known by among those beside it. The line that tells what became of an act is one in its form: it is the
 * same line also when a field or a button has come before it, and so keeps what it tells.
 * @param {Node | undefined} node
 */
const keyOf = (node) => (node instanceof Element ? node.id || node.getAttribute("data-notice") || (node.tagName === "OUTPUT" ? "output" : "") : "");

/**
 * @param {ChildNode} old
 * @param {ChildNode} made
 */
function become(old, made) {
  if (old.isEqualNode(made)) return;
  const same = old instanceof Element && made instanceof Element && old.tagName === made.tagName && keyOf(old) === keyOf(made);
  if (same && old.hasAttribute("data-mine")) {
    waiting.set(old, made);
    return;
  }
  if (!same) {
    if (old.nodeType === Node.TEXT_NODE && made.nodeType === Node.TEXT_NODE) old.nodeValue = made.nodeValue;
    else if (inUse(old)) old.before(made);
    else old.replaceWith(made);
    return;
  }
  for (const { name } of [...old.attributes]) if (!made.hasAttribute(name) && !mine(old, name)) old.removeAttribute(name);
  for (const { name, value } of made.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  // what became of an act is told by a script, in a place that the server leaves empty
  if (old.tagName !== "OUTPUT") children(old, made);
}

/**
 * What the reader or a script has set, and the server knows nothing of.
 * @param {Element} element
 * @param {string} name
 */
const mine = (element, name) => (name === "open" && element.tagName === "DETAILS") || name === "tabindex" || name === "data-mine" || (name === "disabled" && element.tagName === "BUTTON");

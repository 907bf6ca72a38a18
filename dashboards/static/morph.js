// @ts-check
// Puts new markup in place of old, touching only what differs: focus, open details and what one points at stay.
// The markup is the server's own, escaped there; the page's policy forbids any script in it.

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
 * @param {ParentNode & Node} old
 * @param {ParentNode & Node} made
 */
function children(old, made) {
  const wanted = [...made.childNodes];
  wanted.forEach((node, index) => {
    const key = keyOf(node);
    let there = old.childNodes[index];
    if (key && keyOf(there) !== key) {
      const kept = [...old.childNodes].find((child) => keyOf(child) === key);
      if (kept) old.insertBefore(kept, there ?? null);
      else old.insertBefore(node, there ?? null);
      there = old.childNodes[index];
    }
    if (!there) old.appendChild(node);
    else if (there !== node) become(there, node);
  });
  while (old.childNodes.length > wanted.length) old.lastChild?.remove();
}

/**
 * @param {Node | undefined} node
 */
const keyOf = (node) => (node instanceof Element ? node.id || node.getAttribute("data-notice") || "" : "");

/**
 * @param {ChildNode} old
 * @param {ChildNode} made
 */
function become(old, made) {
  if (old.isEqualNode(made)) return;
  const same = old instanceof Element && made instanceof Element && old.tagName === made.tagName && keyOf(old) === keyOf(made);
  if (!same) {
    if (old.nodeType === Node.TEXT_NODE && made.nodeType === Node.TEXT_NODE) old.nodeValue = made.nodeValue;
    else old.replaceWith(made);
    return;
  }
  for (const { name } of [...old.attributes]) if (!made.hasAttribute(name) && !mine(old, name)) old.removeAttribute(name);
  for (const { name, value } of made.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  children(old, made);
}

/**
 * What the reader or a script has set, and the server knows nothing of.
 * @param {Element} element
 * @param {string} name
 */
const mine = (element, name) => (name === "open" && element.tagName === "DETAILS") || name === "tabindex" || (name === "disabled" && element.tagName === "BUTTON");

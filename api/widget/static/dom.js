/** Building elements, and the words of the chosen locale. Text only ever becomes text: nothing here reads markup. */

/** @type {any} the locale file */
let words = {};

/** Loads the words of the page's language from beside this module. */
export async function loadWords() {
  const address = new URL(`locales/${document.documentElement.lang}.json`, import.meta.url);
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) throw new Error("no words");
  words = await response.json();
}

/**
 * The words at a dotted path, with {names} filled in; undefined (though typed as text) where there are none.
 * @param {string} path
 * @param {Record<string, unknown>} [values]
 * @returns {string}
 */
export function say(path, values = {}) {
  const found = path.split(".").reduce((at, key) => at?.[key], words);
  if (typeof found !== "string") return found;
  return found.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

/**
 * An element. Attributes whose value is false, null or undefined are left out; true stands for an empty one;
 * `on…` functions become listeners.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...flat(children));
  return node;
}

/** @param {Child[]} children @returns {(Node | string)[]} */
const flat = (children) => children.flatMap((child) => (Array.isArray(child) ? flat(child) : child == null || child === false ? [] : [child]));

/**
 * An element of a drawing.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {Child[]} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function draw(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...flat(children));
  return node;
}

/** A line drawing of 24 by 24, hidden from assistive technology. @param {string} path */
export const icon = (path) => draw("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, draw("path", { d: path }));

/**
 * A link to another site, or its title alone when the address is not plain http(s).
 * @param {string} title
 * @param {string | null | undefined} address
 */
export function outLink(title, address) {
  let url;
  try {
    url = new URL(address ?? "");
  } catch {
    return document.createTextNode(title);
  }
  if (!/^https?:$/.test(url.protocol)) return document.createTextNode(title);
  return el(
    "a",
    { href: url.href, target: "_blank", rel: "noopener noreferrer" },
    title,
    el("span", { class: "unseen" }, ` (${say("new_tab")})`),
  );
}

let count = 0;
/** An id no other element has. */
export const uniqueId = () => `s${++count}`;

/* Spinewise: puts a launcher on a page and opens the conversation in a frame of this script's own origin.
   <script src="https://…/widget.js" data-clinic="demo" async></script>
   Optional: data-locale="en", data-colour="#0b6e6e", data-name="Harbour Physiotherapy", and data-inline="#place" to put the
   conversation into an element of the page instead. Sets no cookie, loads nothing else. */
(() => {
  "use strict";
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  if (!script || window.Spinewise) return;

  const source = new URL(script.src);
  const base = new URL(source.pathname.replace(/(widget\/static\/.*|[^/]*)$/, ""), source);
  const { clinic = "demo", colour = "", name = "", inline = "" } = script.dataset;
  let locale = script.dataset.locale || document.documentElement.lang || "en";
  // The server puts the launcher's words of every locale here.
  const allWords = __LAUNCHER_WORDS__;
  /** The closest language there is. @param {string} tag */
  const closest = (tag) => {
    const [whole, base] = [tag.toLowerCase(), tag.split("-")[0].toLowerCase()];
    return allWords[whole] ? whole : allWords[base] ? base : "en";
  };
  let words = allWords[closest(locale)];
  const phone = matchMedia("(max-width: 600px), (max-height: 480px)");
  const READY_WITHIN = 4000;

  const STYLE = `
    /* Important here wins over anything the page says of every element. Out of the flow, so that nothing moves. */
    :host { all: initial !important; position: fixed !important; z-index: 2147483000 !important; --brand: #0b6263; --ink: #fff; }
    :host([data-spinewise=inline]) { position: static !important; display: block !important; height: 100% !important; }
    * { box-sizing: border-box; }
    .launch, dialog { font: 600 16px/1.3 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
    .launch { position: fixed; z-index: 2147483000; inset-block-end: max(16px, env(safe-area-inset-bottom));
      inset-inline-end: 16px; display: flex; align-items: center; gap: 10px; min-height: 56px; max-width: calc(100vw - 32px);
      padding: 10px 20px 10px 16px; border: 2px solid transparent; border-radius: 28px; background: var(--brand);
      color: var(--ink); text-align: start; cursor: pointer; box-shadow: 0 6px 24px rgb(10 30 40 / .28); }
    .launch:hover { filter: brightness(1.08); }
    .launch:focus-visible { outline: 3px solid var(--brand); outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
    svg { flex: none; width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round;
      stroke-linejoin: round; }
    .launch .x { display: none; }
    .launch[aria-expanded=true] .x { display: block; }
    .launch[aria-expanded=true] :is(.talk, .long, .short) { display: none; }
    .launch[aria-expanded=true] { padding: 10px 15px; }
    dialog { position: fixed; z-index: 2147483001; inset: auto; inset-block-end: 88px; inset-inline-end: 16px; margin: 0;
      padding: 0; border: 0; width: min(400px, calc(100vw - 32px)); height: min(700px, calc(100vh - 104px)); max-width: none;
      max-height: none; overflow: hidden; border-radius: 16px; background: Canvas; color: CanvasText;
      box-shadow: 0 12px 48px rgb(10 30 40 / .32); outline: 1px solid rgb(128 140 150 / .35); }
    dialog.full { inset: 0; width: 100%; height: 100%; height: 100dvh; border-radius: 0; outline: 0; }
    iframe { display: block; width: 100%; height: 100%; border: 0; background: Canvas; color-scheme: light dark; }
    .place { position: relative; width: 100%; height: 100%; min-height: min(480px, 100vh); overflow: hidden; border-radius: 16px;
      outline: 1px solid rgb(128 140 150 / .35); font: 400 16px/1.3 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
    .note { position: absolute; inset: 0; padding: 24px; background: Canvas; font-weight: 400; overflow: auto; }
    .note[hidden] { display: none; }
    .note button { display: block; min-height: 44px; margin-block-start: 20px; padding: 8px 20px; font: inherit; }
    .short { display: none; }
    @media (max-width: 600px) { .long { display: none; } .short { display: block; } }
    @media (forced-colors: active) { .launch, dialog { border: 2px solid ButtonText; } }
    @media print { :host { display: none !important; } }`;

  // From here on no methods of arrays and no JSON: an old page may have put its own in their place.
  /** Black or white, whichever reads better on the clinic's colour. @param {string} hex */
  const inkOn = (hex) => {
    /** @param {number} at */
    const light = (at) => {
      const part = parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * light(1) + 0.7152 * light(3) + 0.0722 * light(5) > 0.179 ? "#000" : "#fff";
  };

  /**
   * @template {keyof HTMLElementTagNameMap} T
   * @param {T} tag
   * @param {Record<string, string>} [attributes]
   * @param {(Node | string)[]} children
   */
  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const key of Object.keys(attributes)) node.setAttribute(key, attributes[key]);
    node.append(...children);
    return node;
  };
  /** @param {string} className @param {string} path */
  const drawing = (className, path) => {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", className);
    const line = document.createElementNS(space, "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };

  const host = make("div", { "data-spinewise": inline && "inline" });
  const root = host.attachShadow({ mode: "open" });
  // A constructed sheet needs no 'unsafe-inline' in the page's policy.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  if (/^#[0-9a-f]{6}$/i.test(colour)) {
    host.style.setProperty("--brand", colour);
    host.style.setProperty("--ink", inkOn(colour));
  }

  const label = make("span", { class: "long" }, words.label);
  const short = make("span", { class: "short" }, words.short);
  const launcher = make(
    "button",
    { class: "launch", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-label": words.label },
    drawing("talk", "M4 5h16v11H10l-5 4v-4H4z M8.5 9h7 M8.5 12.5h4.5"),
    drawing("x", "M6 6l12 12M18 6L6 18"),
    label,
    short,
  );
  const noteClose = make("button", { type: "button" }, words.close);
  const note = make("div", { class: "note", role: "alert", hidden: "" });
  const dialog = make("dialog", { "aria-label": name || words.dialog });
  dialog.append(note);
  const holder = inline ? make("div", { class: "place" }, note) : dialog;
  root.append(...(inline ? [holder] : [launcher, dialog]));

  /** @type {{type: string, listener: (detail?: string | null) => void}[]} */
  const listeners = [];
  /** @param {string} type @param {string | null} [detail] */
  const emit = (type, detail) => {
    for (let at = 0; at < listeners.length; at += 1) if (listeners[at].type === type) listeners[at].listener(detail);
  };
  /** @type {HTMLIFrameElement | null} */
  let frame = null;
  let ready = false;
  /** @type {string | null} */
  let page = null;

  /** @param {string} type @param {string} [detail] */
  const tell = (type, detail) => {
    if (ready) frame?.contentWindow?.postMessage({ spinewise: 1, type, detail }, base.origin);
  };
  const load = () => {
    if (frame) return;
    const address = new URL("widget/frame", base);
    /** @type {Record<string, string>} */
    const asked = { clinic, locale, name, colour, host: location.origin, inline: inline && "1" };
    for (const key of Object.keys(asked)) if (asked[key]) address.searchParams.set(key, asked[key]);
    frame = make("iframe", { src: address.href, title: words.dialog, referrerpolicy: "origin", allow: "" });
    holder.prepend(frame);
  };
  /** With the server gone the frame stays empty: say what to do in an emergency all the same. */
  const watch = () => {
    setTimeout(() => {
      if (ready || !(inline || dialog.open)) return;
      note.replaceChildren(words.unreachable, ...(inline ? [] : [noteClose]));
      note.hidden = false;
    }, READY_WITHIN);
  };
  const show = () => {
    dialog.classList.toggle("full", phone.matches);
    if (phone.matches) {
      page = document.documentElement.style.overflow;
      document.documentElement.style.overflow = "hidden";
      dialog.showModal();
    } else dialog.show();
  };
  const hide = () => {
    dialog.close();
    if (page !== null) document.documentElement.style.overflow = page;
    page = null;
  };
  const open = () => {
    if (inline || dialog.open) return;
    load();
    show();
    launcher.setAttribute("aria-expanded", "true");
    launcher.setAttribute("aria-label", words.close);
    frame?.focus();
    tell("open");
    emit("open");
    watch();
  };
  const close = () => {
    if (!dialog.open) return;
    hide();
    if (!ready) {
      // The next opening tries anew.
      frame?.remove();
      frame = null;
      note.hidden = true;
    }
    launcher.setAttribute("aria-expanded", "false");
    launcher.setAttribute("aria-label", words.label);
    launcher.focus();
    emit("close");
  };
  /** Another language: the launcher's words, and the conversation's, where it was. @param {string} tag */
  const speak = (tag) => {
    locale = tag;
    words = allWords[closest(tag)];
    label.textContent = words.label;
    short.textContent = words.short;
    noteClose.textContent = words.close;
    if (!dialog.open) launcher.setAttribute("aria-label", words.label);
    if (!name) dialog.setAttribute("aria-label", words.dialog);
    if (!frame) return;
    frame.title = words.dialog;
    tell("locale", closest(tag));
  };

  addEventListener("message", (event) => {
    if (!frame || event.origin !== base.origin || event.source !== frame.contentWindow) return;
    if (!event.data || event.data.spinewise !== 1) return;
    if (event.data.type === "ready") {
      ready = true;
      note.hidden = true;
      tell("locale", closest(locale));
      if (dialog.open) tell("open");
    }
    if (event.data.type === "close") close();
    if (event.data.type === "level") emit("level", event.data.level);
  });
  launcher.addEventListener("click", () => (dialog.open ? close() : open()));
  for (const hint of ["pointerenter", "focus"]) launcher.addEventListener(hint, load, { once: true });
  noteClose.addEventListener("click", close);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  host.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  phone.addEventListener("change", () => {
    if (!dialog.open) return;
    hide();
    show();
  });

  window.Spinewise = Object.freeze({
    open,
    close,
    /** Calls back on "open" and "close", and on "level" with the level or null. */
    on: (type, listener) => {
      listeners[listeners.length] = { type, listener };
    },
    locale: speak,
  });
  const place = () => {
    const target = inline && document.querySelector(inline);
    (target || document.body).append(host);
    if (!inline) return;
    load();
    watch();
  };
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place, { once: true });
})();

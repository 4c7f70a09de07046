/** The conversation in its frame: consent, messages, sending, menu. One person, one clinic, one tab. */

import * as api from "./api.js";
import { el, icon, loadWords, say, uniqueId } from "./dom.js";
import { assistantMessage, notice, painChart, personMessage } from "./messages.js";
import { keep, recall } from "./store.js";

const LIMIT = 2000;
const WARN_BELOW = 200;
const CLOSE = "M6 6l12 12M18 6L6 18";
const DOTS = "M12 5v.1M12 12v.1M12 19v.1";
const SEND = "M4 12 20 4l-5 16-3.5-6.5z M11.5 13.5 20 4";

const asked = new URLSearchParams(location.search);
const clinic = asked.get("clinic") || "demo";
const hostOrigin = asked.get("host");
const inline = asked.get("inline") === "1";
// What could not be sent is tried again by itself after this many ms, then after twice that, up to the longest.
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 60_000;
// A long conversation is shown from its end; what is further up follows in parts, between which the page can breathe.
const PART = 40;
const finePointer = matchMedia("(pointer: fine)");

/** @type {Session | null} */
let session = null;
let lastSeq = 0;
/** @type {Api.Triage | null} */
let triage = null;
/** @type {Set<string>} */
let shown = new Set();
/** @type {Controls | null} */
let pending = null;
/** @type {Promise<void>} */
let queue = Promise.resolve();
let offlineSaid = false;
/** @type {string[]} the first numbers the assistant named: those to call in an emergency */
let calls = [];
let pains = 0;
/** @type {Set<Outgoing>} what could not be sent, in the order it was written */
const waiting = new Set();
/** @type {Set<Outgoing>} what has no answer here yet, though the server may know it */
const unanswered = new Set();
let pause = FIRST_PAUSE;
let retry = 0;

const app = /** @type {HTMLElement} */ (document.getElementById("app"));
const live = el("div", { class: "unseen", "aria-live": "polite", id: "live" });
const urgent = el("div", { class: "unseen", role: "alert", id: "urgent" });
const list = el("ol");
const log = el("div", { id: "log", role: "log", "aria-live": "off", tabindex: 0 }, list);
const typing = el("li", { class: "typing", hidden: true });
const counter = el("p", { class: "counter", id: "counter", role: "status" });
/** @type {HTMLTextAreaElement} */
let field;
/** @type {HTMLFormElement} */
let form;
/** @type {HTMLButtonElement} */
let menuButton;
/** @type {HTMLUListElement} */
let menu;
/** @type {HTMLElement} */
let screen;

/** @param {"ready" | "close" | "level"} type @param {object} [more] */
function toHost(type, more = {}) {
  if (!hostOrigin || parent === window) return;
  try {
    parent.postMessage({ spinewise: 1, type, ...more }, hostOrigin);
  } catch {
    // An origin nobody can be addressed by (a page opened from a file).
  }
}

/* ---------------------------------------------------------------- colour */

/** The clinic's colour, with black or white on it, whichever reads better. @param {string | null} colour */
function paint(colour) {
  if (!colour || !/^#[0-9a-f]{6}$/i.test(colour)) return;
  const light = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
  const root = document.documentElement.style;
  root.setProperty("--brand", colour);
  root.setProperty("--brand-ink", luminance > 0.179 ? "#000" : "#fff");
}

/* ---------------------------------------------------------------- showing */

/** @param {Pick<Api.Message, "kind" | "text">[]} messages */
function announce(messages) {
  /** @param {{text: string}} message */
  const line = (message) => el("p", { dir: "auto" }, message.text);
  live.replaceChildren(...messages.filter((message) => message.kind !== "emergency").map(line));
  urgent.replaceChildren(...messages.filter((message) => message.kind === "emergency").map(line));
}

/** @param {HTMLElement} item */
function scrollTo(item) {
  const top = item.offsetTop - list.offsetTop - 8;
  const end = log.scrollHeight - log.clientHeight;
  log.scrollTop = Math.min(top, end);
}

/** @param {HTMLElement} item */
function add(item) {
  list.insertBefore(item, typing);
  return item;
}

/** Who reads further up is left there. @param {boolean} on */
function setTyping(on) {
  if (typing.hidden !== on) return;
  const atEnd = on && log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  typing.hidden = !on;
  if (atEnd) log.scrollTop = log.scrollHeight;
}

/** Only the newest question can be answered; `pending` is its controls. @param {Controls | null} made */
function setPending(made) {
  pending?.setActive(false);
  pending = made;
}

/**
 * At the end, or as a part of what goes `above`; null for what is shown already.
 * @param {Api.Message} message
 * @param {DocumentFragment} [above]
 */
function show(message, above) {
  const place = above ? (/** @type {HTMLElement} */ item) => above.appendChild(item) : add;
  if (message.id && shown.has(message.id)) return null;
  if (message.id) shown.add(message.id);
  lastSeq = Math.max(lastSeq, message.seq ?? 0);
  if (message.role === "person") return place(personMessage(message.text, message.at).item);
  if (!calls.length) calls = message.calls ?? [];
  const made = assistantMessage(message, (body, text) => submit(body, text, made.controls ?? undefined), askWhy);
  if (above) made.controls?.setActive(false);
  else if (made.controls) setPending(made.controls);
  return place(made.item);
}

/** @param {Api.Triage | undefined} next */
function setTriage(next) {
  if (!next) return;
  if (next.level !== triage?.level) toHost("level", { level: next.level });
  triage = next;
}

/** Once there is more than one pain score, a chart of them after what was said about it. */
function showPains() {
  const scores = triage?.pain_scores ?? [];
  if (scores.length > 1 && scores.length !== pains) add(painChart(scores));
  pains = scores.length;
}

/**
 * Shows what the assistant said just now, reads it out, and brings the most important of it into view.
 * `elsewhere`: what the person said in another tab is shown too.
 * @param {{messages: Api.Message[], triage?: Api.Triage}} answer
 */
function receive(answer, elsewhere = false) {
  const before = pending;
  setTriage(answer.triage);
  /** @param {Api.Message} message */
  const said = (message) => message.role !== "person";
  const known = [...unanswered].map(({ text }) => text);
  const unseen = answer.messages.filter(
    (message) => (said(message) || (elsewhere && !known.includes(message.text))) && !(message.id && shown.has(message.id)),
  );
  const fresh = unseen.filter(said);
  const items = unseen.map((message) => show(message)).filter((item, at) => said(unseen[at]) && item);
  showPains();
  if (pending === before && triage?.status === "complete") setPending(null);
  else pending?.setActive(true);
  announce(fresh);
  if (!items.length) return;
  const first = fresh.findIndex((message) => message.kind === "emergency");
  const target = items[Math.max(first, 0)];
  if (target) scrollTo(target);
}

function tellUnreachable() {
  if (offlineSaid) return;
  offlineSaid = true;
  const item = add(notice(say("unreachable"), calls));
  item.classList.add("alarm");
  announce([{ kind: "emergency", text: say("unreachable") }]);
  scrollTo(item);
}

function tellEnded() {
  setPending(null);
  keep(clinic, null);
  session = null;
  form.hidden = true;
  const item = add(
    notice(say("ended"), [], el("button", { type: "button", class: "primary", onclick: () => showConsent() }, say("ended_action"))),
  );
  announce([{ kind: "info", text: say("ended") }]);
  scrollTo(item);
}

/* ---------------------------------------------------------------- sending */

function askWhy() {
  submit({ text: say("question.why") }, say("question.why"));
}

/**
 * @param {Api.Body} body
 * @param {string} text how it reads
 * @param {Controls} [asked] the controls that were used, when it was not typed
 */
function submit(body, text, asked) {
  if (!session) return;
  const bubble = personMessage(text);
  add(bubble.item);
  log.scrollTop = log.scrollHeight;
  const change = asked && asked !== pending && !body.text ? { change: true } : {};
  asked?.setActive(false);
  const outgoing = { key: api.newKey(), body: { ...body, ...change }, text, bubble, asked: (!body.text && asked) || null, session };
  unanswered.add(outgoing);
  enqueue(outgoing);
}

/** @param {Outgoing} outgoing */
function enqueue(outgoing) {
  outgoing.bubble.setState("sending");
  pending?.setActive(false);
  waiting.delete(outgoing);
  queue = queue.then(() => deliver(outgoing));
}

/** Opens an earlier question again; what is chosen there replaces the answer. @param {Outgoing} outgoing */
function offerChange({ bubble, asked }) {
  if (!asked?.changeable) return;
  bubble.setChange(() => {
    asked.setActive(true);
    bubble.setState("changing");
    /** @type {HTMLElement | null} */ (asked.group.querySelector("button, input, .place"))?.focus();
  });
}

/** After a sleep, a lost line or another tab: sends what waits, and shows what was said meanwhile. */
function catchUp() {
  if (!session || document.hidden || screen.firstChild !== log) return;
  const kept = session;
  [...waiting].forEach(enqueue);
  queue = queue.then(async () => {
    if (session !== kept || waiting.size) return;
    try {
      const missed = await api.history(kept, lastSeq);
      if (session === kept && missed.messages.length) receive(missed, true);
      offlineSaid = false;
    } catch {
      // Still away: the next message says so.
    }
  });
}

/** What was said in another tab between the last message here and this answer, above the person's own. @param {Api.Answer} answer */
async function fillGap(answer, /** @type {Outgoing} */ { session: from, bubble }) {
  const first = answer.messages[0]?.seq ?? 0;
  if (first <= lastSeq + 2) return;
  const missed = await api.history(from, lastSeq).catch(() => null);
  if (!missed || session !== from) return;
  missed.messages.filter((message) => (message.seq ?? 0) < first - 1).forEach((message) => show(message));
  add(bubble.item);
}

/** @param {Outgoing} outgoing */
async function deliver(outgoing) {
  const { key, body, bubble } = outgoing;
  if (session !== outgoing.session) return;
  const again = () => enqueue(outgoing);
  setTyping(true);
  try {
    const answer = await api.send(session, key, body, lastSeq);
    if (session !== outgoing.session) return;
    await fillGap(answer, outgoing);
    if (session !== outgoing.session) return;
    offlineSaid = false;
    pause = FIRST_PAUSE;
    unanswered.delete(outgoing);
    bubble.setState("sent");
    setTyping(false);
    receive(answer);
    offerChange(outgoing);
  } catch (error) {
    if (session !== outgoing.session) return;
    setTyping(false);
    failed(error, outgoing, again);
  } finally {
    setTyping(false);
  }
}

/** @param {unknown} error @param {Outgoing} outgoing @param {() => void} again */
function failed(error, outgoing, again) {
  const { bubble } = outgoing;
  if (error instanceof api.Refused && [401, 404, 410].includes(error.status)) {
    unanswered.delete(outgoing);
    bubble.setState("failed");
    tellEnded();
    return;
  }
  if (!(error instanceof api.Refused)) {
    bubble.setState("failed", again);
    waiting.add(outgoing);
    tellUnreachable();
    clearTimeout(retry);
    retry = setTimeout(catchUp, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  } else if (error.messages.length) {
    bubble.setState("unanswered", again);
    receive({ messages: error.messages.map((message) => ({ ...message, role: /** @type {const} */ ("assistant"), unassessed: true })) });
  } else {
    const retriable = error.status === 429 || error.status === 409;
    if (!retriable) unanswered.delete(outgoing);
    bubble.setState("failed", retriable ? again : undefined);
    const text = say(retriable ? "too_many" : "refused");
    scrollTo(add(notice(text)));
    announce([{ kind: "info", text }]);
  }
  pending?.setActive(true);
}

/* ---------------------------------------------------------------- composer */

function grow() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, 140)}px`;
  const left = LIMIT - [...field.value.trim()].length;
  counter.classList.toggle("over", left < 0);
  counter.textContent =
    left >= WARN_BELOW ? "" : say(left < 0 ? "composer.over" : "composer.left", { count: Math.abs(left) });
}

/** @param {Event} [event] */
function sendText(event) {
  event?.preventDefault();
  const text = field.value.trim();
  if (!text || [...text].length > LIMIT) {
    field.focus();
    return;
  }
  field.value = "";
  grow();
  field.focus();
  submit({ text }, text);
}

function buildComposer() {
  const id = uniqueId();
  field = el("textarea", {
    id,
    rows: 1,
    dir: "auto",
    autocomplete: "off",
    enterkeyhint: "send",
    placeholder: say("composer.placeholder"),
    "aria-describedby": "counter",
    oninput: grow,
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      // While an input method composes, Enter belongs to it (229: Safari's way of saying so).
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      sendText(event);
    },
  });
  form = el(
    "form",
    { class: "composer", onsubmit: sendText, hidden: true },
    counter,
    el("label", { class: "unseen", for: id }, say("composer.label")),
    el(
      "div",
      { class: "row" },
      field,
      el("button", { type: "submit", class: "send", "aria-label": say("composer.send") }, icon(SEND)),
    ),
  );
  return form;
}

/* ---------------------------------------------------------------- menu */

/** @param {boolean} open */
function setMenu(open) {
  menu.hidden = !open;
  menuButton.setAttribute("aria-expanded", String(open));
}

/** @param {string} question @param {string} yes @returns {Promise<boolean>} */
function confirmFirst(question, yes) {
  return new Promise((resolve) => {
    const id = uniqueId();
    const box = el("dialog", { class: "confirm", "aria-labelledby": id });
    const stay = el("button", { type: "button" }, say("confirm.cancel"));
    /** @param {boolean} answer */
    const end = (answer) => () => {
      box.close();
      box.remove();
      menuButton.focus();
      resolve(answer);
    };
    box.append(
      el("p", { id }, question),
      el("button", { type: "button", class: "primary danger", onclick: end(true) }, yes),
      stay,
    );
    stay.addEventListener("click", end(false));
    box.addEventListener("cancel", (event) => {
      event.preventDefault();
      end(false)();
    });
    app.append(box);
    box.showModal();
    stay.focus();
  });
}

/** @param {"delete" | "restart"} name */
async function removeConversation(name) {
  setMenu(false);
  if (!session || !(await confirmFirst(say(`confirm.${name}`), say(`confirm.${name}_yes`)))) return false;
  try {
    await api.remove(session);
  } catch {
    scrollTo(add(notice(say("confirm.failed"))));
    announce([{ kind: "info", text: say("confirm.failed") }]);
    return false;
  }
  keep(clinic, null);
  session = null;
  return true;
}

async function deleteConversation() {
  if (await removeConversation("delete")) showConsent(say("deleted"));
}

async function restart() {
  if (!(await removeConversation("restart"))) return;
  // Consent was given for this purpose in this very tab.
  showTalk();
  await begin();
}

/**
 * Gets a file and offers it: to save under this name, or without one to open in a tab.
 * @param {"summary" | "copy"} words
 * @param {(session: Session) => Promise<Blob>} get
 * @param {string} [name]
 */
async function offer(words, get, name) {
  setMenu(false);
  menuButton.focus();
  if (!session) return;
  let item;
  try {
    const href = URL.createObjectURL(await get(session));
    const how = name ? { download: name } : { target: "_blank", rel: "noopener" };
    const link = el("a", { href, ...how }, say(name ? `${words}.save` : `${words}.open`));
    item = notice(say(`${words}.ready`), [], el("p", { class: "links" }, link));
    if (name) link.click();
    announce([{ kind: "info", text: say(`${words}.ready`) }]);
  } catch {
    item = notice(say(`${words}.failed`));
    announce([{ kind: "info", text: say(`${words}.failed`) }]);
  }
  scrollTo(add(item));
}

function buildHeader() {
  const id = uniqueId();
  const items = {
    summary: () => offer("summary", (of) => api.summary(of, "text/html")),
    pdf: () => offer("summary", (of) => api.summary(of, "application/pdf"), "summary.pdf"),
    copy: () => offer("copy", api.copy, "conversation.json"),
    restart,
    delete: deleteConversation,
  };
  menu = el(
    "ul",
    { id, class: "menu", hidden: true },
    Object.entries(items).map(([name, act]) =>
      el("li", {}, el("button", { type: "button", onclick: act }, say(`menu_items.${name}`))),
    ),
  );
  menuButton = el(
    "button",
    {
      type: "button",
      class: "icon dots",
      "aria-label": say("menu"),
      "aria-expanded": "false",
      "aria-controls": id,
      hidden: true,
      onclick: () => setMenu(Boolean(menu.hidden)),
    },
    icon(DOTS),
  );
  const close = el("button", { type: "button", class: "icon", "aria-label": say("close"), onclick: () => toHost("close") }, icon(CLOSE));
  close.hidden = parent === window || inline;
  addEventListener("pointerdown", (event) => {
    const at = /** @type {Node} */ (event.target);
    if (!menu.hidden && !menu.contains(at) && !menuButton.contains(at)) setMenu(false);
  });
  return el(
    "header",
    {},
    el(
      "div",
      { class: "names" },
      el("h1", { dir: "auto" }, asked.get("name") || say("title")),
      el("p", {}, say("subtitle")),
    ),
    menuButton,
    close,
    menu,
  );
}

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  if (menu && !menu.hidden) {
    setMenu(false);
    menuButton.focus();
  } else toHost("close");
});

/* ---------------------------------------------------------------- screens */

/** @param {HTMLElement} next @param {boolean} inTalk */
function swap(next, inTalk) {
  screen.replaceChildren(next);
  form.hidden = !inTalk;
  menuButton.hidden = !inTalk;
  setMenu(false);
}

function showConsent(first = "") {
  const days = document.documentElement.dataset.retention;
  const trouble = el("p", { class: "trouble", role: "alert" });
  const agree = el("button", { type: "button", class: "primary" }, say("consent.agree"));
  const heading = el("h2", { tabindex: -1 }, say("consent.heading"));
  agree.addEventListener("click", async () => {
    if (agree.getAttribute("aria-disabled")) return;
    agree.setAttribute("aria-disabled", "true");
    agree.textContent = say("consent.starting");
    try {
      const opened = await api.start(clinic, document.documentElement.lang);
      showTalk();
      accept(opened);
    } catch (error) {
      const said = error instanceof api.Refused ? error.messages : [];
      trouble.textContent = said.map((message) => message.text).join("\n\n") || say("unreachable");
      agree.textContent = say("consent.retry");
      agree.removeAttribute("aria-disabled");
      trouble.scrollIntoView({ block: "nearest" });
    }
  });
  swap(
    el(
      "section",
      { class: "consent" },
      first ? el("p", { class: "done", role: "status" }, first) : null,
      heading,
      el("p", { class: "warn" }, el("strong", {}, say("consent.emergency_title")), " ", say("consent.emergency")),
      el("p", {}, say("consent.what")),
      el("p", {}, say("consent.not_doctor")),
      el("h3", {}, say("consent.kept_title")),
      el("p", {}, say("consent.kept"), " ", say("consent.kept_days", { days })),
      el("p", {}, say("consent.browser")),
      trouble,
      el(
        "div",
        { class: "actions" },
        agree,
        el("button", { type: "button", onclick: () => toHost("close"), hidden: parent === window || inline }, say("consent.decline")),
      ),
    ),
    false,
  );
  if (first) heading.focus();
}

function showTalk() {
  lastSeq = 0;
  triage = null;
  pending = null;
  offlineSaid = false;
  calls = [];
  pains = 0;
  waiting.clear();
  unanswered.clear();
  pause = FIRST_PAUSE;
  shown = new Set();
  queue = Promise.resolve();
  list.replaceChildren(typing);
  setTyping(false);
  log.setAttribute("aria-label", say("log"));
  swap(log, true);
}

/** @param {Api.Opened} opened */
function accept(opened) {
  session = { clinic, id: opened.id, token: opened.token, refresh: opened.refresh };
  keep(clinic, session);
  receive(opened);
  (finePointer.matches ? field : log).focus({ preventScroll: true });
}

async function begin() {
  setTyping(true);
  try {
    accept(await api.start(clinic, document.documentElement.lang));
  } catch {
    showConsent();
  } finally {
    setTyping(false);
  }
}

/**
 * Puts older messages above those shown, part by part, without moving what is being read.
 * @param {Api.Message[]} older
 * @param {Session} kept
 */
function showOlder(older, kept) {
  const first = list.firstElementChild;
  const part = older.splice(-PART);
  if (!part.length) return;
  setTimeout(() => {
    if (session !== kept || !first?.isConnected) return;
    const above = document.createDocumentFragment();
    part.forEach((message) => show(message, above));
    const end = log.scrollHeight - log.scrollTop;
    list.insertBefore(above, first);
    log.scrollTop = log.scrollHeight - end;
    showOlder(older, kept);
  });
}

/** After a reload: everything said so far, and the last question open again. */
async function resume() {
  showTalk();
  setTyping(true);
  const kept = /** @type {Session} */ (session);
  try {
    const past = await api.history(kept);
    setTriage(past.triage);
    calls = past.messages.find((message) => message.calls?.length)?.calls ?? [];
    const older = past.messages.splice(0, Math.max(past.messages.length - PART, 0));
    past.messages.forEach((message) => show(message));
    showPains();
    if (triage?.status === "complete") setPending(null);
    const last = past.messages.at(-1);
    log.scrollTop = log.scrollHeight;
    showOlder(older, kept);
    if (last?.role === "person") {
      pending?.setActive(false);
      const answer = await api.awaitReply(kept, lastSeq);
      if (session === kept) receive(answer);
    }
  } catch (error) {
    if (session !== kept) return;
    if (error instanceof api.Refused && [401, 404, 410].includes(error.status)) {
      keep(clinic, null);
      session = null;
      showConsent();
    } else {
      pending?.setActive(true);
      tellUnreachable();
      if (!shown.size) {
        const again = el("button", { type: "button", class: "primary", onclick: resume }, say("state.retry"));
        add(el("li", { class: "message notice" }, again));
      }
    }
  } finally {
    setTyping(false);
  }
}

/** Everything in the words of the page's language. */
async function build() {
  await loadWords();
  screen = el("main");
  typing.replaceChildren(el("span", { class: "unseen" }, say("typing")), el("i"), el("i"), el("i"));
  app.replaceChildren(buildHeader(), screen, buildComposer(), live, urgent);
  if (session) resume();
  else showConsent();
}

/** Another language, without losing a conversation that only this page knows. @param {string} locale */
async function speak(locale) {
  const page = document.documentElement;
  const before = page.lang;
  if (locale === before || !/^[\w-]+$/.test(locale)) return;
  page.lang = locale;
  await build().catch(() => {
    page.lang = before;
  });
}

async function main() {
  paint(asked.get("colour"));
  session = recall(clinic);
  await build();
  document.getElementById("fallback")?.remove();
  app.hidden = false;
  addEventListener("online", catchUp);
  document.addEventListener("visibilitychange", catchUp);
  addEventListener("message", (event) => {
    if (event.source !== parent || event.origin !== hostOrigin || event.data?.spinewise !== 1) return;
    if (event.data.type === "locale") speak(String(event.data.detail));
    if (event.data.type !== "open" || app.contains(document.activeElement)) return;
    const heading = screen.querySelector("h2");
    const target = form.hidden ? heading : finePointer.matches ? field : log;
    target?.focus({ preventScroll: true });
  });
  toHost("ready");
}

main();

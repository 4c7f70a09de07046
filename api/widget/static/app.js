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
const finePointer = matchMedia("(pointer: fine)");

/** @type {import("./store.js").Session | null} */
let session = null;
let lastSeq = 0;
let triage = null;
let shown = new Set();
let pending = null;
let queue = Promise.resolve();
let offlineSaid = false;
let calls = []; // the first numbers the assistant named: those to call in an emergency
let pains = 0;
const waiting = new Set(); // what could not be sent, in the order it was written

const app = document.getElementById("app");
const live = el("div", { class: "unseen", "aria-live": "polite", id: "live" });
const urgent = el("div", { class: "unseen", role: "alert", id: "urgent" });
const list = el("ol", {});
const log = el("div", { id: "log", role: "log", "aria-live": "off", tabindex: 0 }, list);
const typing = el("li", { class: "typing", hidden: true }, el("i"), el("i"), el("i"));
const counter = el("p", { class: "counter", id: "counter", role: "status" });
let field, form, sendButton, menuButton, menu, screen;

function toHost(type, more = {}) {
  if (!hostOrigin || parent === window) return;
  try {
    parent.postMessage({ spinewise: 1, type, ...more }, hostOrigin);
  } catch {
    // An origin nobody can be addressed by (a page opened from a file).
  }
}

/* ---------------------------------------------------------------- colour */

function paint(colour) {
  if (!/^#[0-9a-f]{6}$/i.test(colour ?? "")) return;
  const light = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
  const root = document.documentElement.style;
  root.setProperty("--brand", colour);
  root.setProperty("--brand-ink", luminance > 0.179 ? "#000" : "#fff");
}

/* ---------------------------------------------------------------- showing */

function announce(messages) {
  const line = (message) => el("p", { dir: "auto" }, message.text);
  live.replaceChildren(...messages.filter((message) => message.kind !== "emergency").map(line));
  urgent.replaceChildren(...messages.filter((message) => message.kind === "emergency").map(line));
}

function scrollTo(item) {
  const top = item.offsetTop - list.offsetTop - 8;
  const end = log.scrollHeight - log.clientHeight;
  log.scrollTop = Math.min(top, end);
}

function add(item) {
  list.insertBefore(item, typing);
  return item;
}

function setTyping(on) {
  typing.hidden = !on;
  if (on) log.scrollTop = log.scrollHeight;
}

/** Only the newest question can be answered; `pending` is its controls. */
function setPending(made) {
  pending?.setActive(false);
  pending = made;
}

function show(message) {
  if (message.id && shown.has(message.id)) return null;
  if (message.id) shown.add(message.id);
  if (Number.isInteger(message.seq)) lastSeq = Math.max(lastSeq, message.seq);
  if (message.role === "person") return add(personMessage(message.text, message.at).item);
  if (!calls.length) calls = message.calls ?? [];
  const made = assistantMessage(message, (body, text) => submit(body, text, made.controls), askWhy);
  if (made.controls) setPending(made.controls);
  return add(made.item);
}

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
 */
function receive(answer, elsewhere = false) {
  const before = pending;
  setTriage(answer.triage);
  const said = ({ role }) => role !== "person";
  const unseen = answer.messages.filter((message) => (elsewhere || said(message)) && !(message.id && shown.has(message.id)));
  const fresh = unseen.filter(said);
  const items = unseen.map(show).filter((_, at) => said(unseen[at]));
  showPains();
  if (pending === before && triage?.status === "complete") setPending(null);
  else pending?.setActive(true);
  announce(fresh);
  if (!items.length) return;
  const first = fresh.findIndex((message) => message.kind === "emergency");
  scrollTo(items[Math.max(first, 0)]);
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

/** `asked`: the controls that were used, when it was not typed. */
function submit(body, text, asked) {
  if (!session) return;
  const bubble = personMessage(text);
  add(bubble.item);
  log.scrollTop = log.scrollHeight;
  const change = asked && asked !== pending && !body.text ? { change: true } : {};
  asked?.setActive(false);
  enqueue({ key: api.newKey(), body: { ...body, ...change }, bubble, asked: body.text ? null : asked, session });
}

function enqueue(outgoing) {
  outgoing.bubble.setState("sending");
  pending?.setActive(false);
  waiting.delete(outgoing);
  queue = queue.then(() => deliver(outgoing));
}

/** Opens an earlier question again; what is chosen there replaces the answer. */
function offerChange({ bubble, asked }) {
  if (!asked?.changeable) return;
  bubble.setChange(() => {
    asked.setActive(true);
    bubble.setState("changing");
    asked.group.querySelector("button, input, .place")?.focus();
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

async function deliver(outgoing) {
  const { key, body, bubble } = outgoing;
  if (session !== outgoing.session) return;
  const again = () => enqueue(outgoing);
  setTyping(true);
  try {
    const answer = await api.send(session, key, body, lastSeq);
    if (session !== outgoing.session) return;
    offlineSaid = false;
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

function failed(error, outgoing, again) {
  const { bubble } = outgoing;
  if (error instanceof api.Refused && [401, 404, 410].includes(error.status)) {
    bubble.setState("failed");
    tellEnded();
    return;
  }
  if (!(error instanceof api.Refused)) {
    bubble.setState("failed", again);
    waiting.add(outgoing);
    tellUnreachable();
  } else if (error.messages.length) {
    bubble.setState("unanswered", again);
    receive({ messages: error.messages.map((message) => ({ ...message, role: "assistant", unassessed: true })) });
  } else {
    const retriable = error.status === 429 || error.status === 409;
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
    onkeydown: (event) => {
      // While an input method composes, Enter belongs to it (229: Safari's way of saying so).
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      sendText(event);
    },
  });
  sendButton = el("button", { type: "submit", class: "send", "aria-label": say("composer.send") }, icon(SEND));
  form = el(
    "form",
    { class: "composer", onsubmit: sendText, hidden: true },
    counter,
    el("label", { class: "unseen", for: id }, say("composer.label")),
    el("div", { class: "row" }, field, sendButton),
  );
  return form;
}

/* ---------------------------------------------------------------- menu */

function setMenu(open) {
  menu.hidden = !open;
  menuButton.setAttribute("aria-expanded", String(open));
}

function confirmFirst(question, yes) {
  return new Promise((resolve) => {
    const id = uniqueId();
    const box = el("dialog", { class: "confirm", "aria-labelledby": id });
    const end = (answer) => () => {
      box.close();
      box.remove();
      menuButton.focus();
      resolve(answer);
    };
    box.append(
      el("p", { id }, question),
      el("button", { type: "button", class: "primary danger", onclick: end(true) }, yes),
      el("button", { type: "button", onclick: end(false) }, say("confirm.cancel")),
    );
    box.addEventListener("cancel", (event) => {
      event.preventDefault();
      end(false)();
    });
    app.append(box);
    box.showModal();
    box.lastElementChild.focus();
  });
}

async function removeConversation(name) {
  setMenu(false);
  if (!(await confirmFirst(say(`confirm.${name}`), say(`confirm.${name}_yes`)))) return false;
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

/** Gets a file and offers it: to save under this name, or without one to open in a tab. */
async function offer(words, get, name) {
  setMenu(false);
  menuButton.focus();
  let item;
  try {
    const href = URL.createObjectURL(await get());
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
    summary: () => offer("summary", () => api.summary(session, "text/html")),
    pdf: () => offer("summary", () => api.summary(session, "application/pdf"), "summary.pdf"),
    copy: () => offer("copy", () => api.copy(session), "conversation.json"),
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
      onclick: () => setMenu(menu.hidden),
    },
    icon(DOTS),
  );
  const close = el("button", { type: "button", class: "icon", "aria-label": say("close"), onclick: () => toHost("close") }, icon(CLOSE));
  close.hidden = parent === window || inline;
  addEventListener("pointerdown", (event) => {
    if (!menu.hidden && !menu.contains(event.target) && !menuButton.contains(event.target)) setMenu(false);
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
      trouble.textContent = error.messages?.map((message) => message.text).join("\n\n") || say("unreachable");
      agree.textContent = say("consent.retry");
      agree.removeAttribute("aria-disabled");
      trouble.scrollIntoView({ block: "nearest" });
    }
  });
  swap(
    el(
      "section",
      { class: "consent" },
      first && el("p", { class: "done", role: "status" }, first),
      heading,
      el("p", {}, say("consent.what")),
      el("p", {}, say("consent.not_doctor")),
      el("p", { class: "warn" }, el("strong", {}, say("consent.emergency_title")), " ", say("consent.emergency")),
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
  shown = new Set();
  queue = Promise.resolve();
  list.replaceChildren(typing);
  setTyping(false);
  log.setAttribute("aria-label", say("log"));
  swap(log, true);
}

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

/** After a reload: everything said so far, and the last question open again. */
async function resume() {
  showTalk();
  setTyping(true);
  const kept = session;
  try {
    const past = await api.history(kept);
    setTriage(past.triage);
    past.messages.forEach(show);
    showPains();
    if (triage?.status === "complete") setPending(null);
    const last = past.messages.at(-1);
    log.scrollTop = log.scrollHeight;
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
        list.lastElementChild.before(el("li", { class: "message notice" }, again));
      }
    }
  } finally {
    setTyping(false);
  }
}

async function main() {
  await loadWords();
  paint(asked.get("colour"));
  screen = el("main", {});
  app.append(buildHeader(), screen, buildComposer(), live, urgent);
  document.getElementById("fallback").remove();
  app.hidden = false;
  session = recall(clinic);
  if (session) resume();
  else showConsent();
  addEventListener("online", catchUp);
  document.addEventListener("visibilitychange", catchUp);
  addEventListener("message", (event) => {
    if (event.source !== parent || event.origin !== hostOrigin || event.data?.spinewise !== 1) return;
    if (event.data.type !== "open" || app.contains(document.activeElement)) return;
    const target = form.hidden ? screen.querySelector("h2") : finePointer.matches ? field : log;
    target?.focus({ preventScroll: true });
  });
  toHost("ready");
}

main();

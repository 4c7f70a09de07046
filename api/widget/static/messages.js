/** From a Message of the API to what is seen. */

import { controls } from "./questions.js";
import { el, icon, outLink, say, uniqueId } from "./dom.js";

/** The time of a message, in the reader's own way of writing it. @param {string | null} [at] */
function stamp(at) {
  const time = new Date(at ?? Date.now());
  const shown = time.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  return el("time", { datetime: time.toISOString() }, shown);
}

const WARNING = "M12 3.5 22 20.5H2z M12 10v5 M12 17.8v.2";

/** @param {Api.Guidance} piece */
function card(piece) {
  const facts = [
    ["dose", piece.dose],
    ["evidence", piece.evidence],
  ].filter(([, value]) => value);
  return el(
    "article",
    { class: "card" },
    el("p", { class: "topic" }, say(`guidance.topics.${piece.topic}`) ?? piece.topic),
    el("h3", { dir: "auto" }, piece.title),
    piece.image &&
      el("img", {
        src: new URL(piece.image, location.href).href,
        alt: piece.shows ?? "",
        width: 240,
        height: 180,
        loading: "lazy",
      }),
    el("p", { class: "text", dir: "auto" }, piece.text),
    el(
      "dl",
      {},
      facts.map(([name, value]) => [el("dt", {}, say(`guidance.${name}`)), el("dd", { dir: "auto" }, value)]),
      piece.source?.title && [
        el("dt", {}, say("guidance.source")),
        el("dd", { dir: "auto" }, outLink(piece.source.title, piece.source.url)),
      ],
    ),
  );
}

/** @param {string[]} [numbers] */
function callButtons(numbers) {
  if (!numbers?.length) return null;
  return el(
    "div",
    { class: "calls" },
    numbers.map((number) =>
      el("a", { class: "call", href: `tel:${number.replace(/\s/g, "")}` }, say("call", { number })),
    ),
  );
}

const BULLET = /^\s*(?:\d+[.)]|[•*-])\s+/;

/**
 * The text without what repeats its choices ("2. Lower back") or guidance: it is written to be read on any channel, and
 * here both stand below it as controls and cards. Whatever does not match word for word stays.
 * @param {string} text
 * @param {Api.Choice[]} choices
 * @param {Api.Guidance[]} guidance
 */
function withoutRepeats(text, choices, guidance) {
  for (const { title, text: words, dose } of guidance) {
    const at = text.indexOf(title);
    const start = text.lastIndexOf("\n", at) + 1;
    const body = at < 0 ? -1 : text.indexOf(words, at);
    const tail = body < 0 || !dose ? body : text.indexOf(dose, body);
    if (tail < 0 || !BULLET.test(text.slice(start, at + 1))) continue;
    text = text.slice(0, start) + text.slice(tail + (dose || words).length);
  }
  const labels = new Set(choices.map((choice) => choice.label.trim()));
  const lines = text.split("\n").filter((line) => !labels.has(line.replace(BULLET, "").trim()));
  return lines.join("\n").replace(/\n{3,}/g, "\n\n").trim() || text;
}

/**
 * A text whose first line is a title (short, without a full stop), apart from it: [title or null, rest].
 * @param {string} text
 * @returns {[string | null, string]}
 */
function titled(text) {
  const end = text.indexOf("\n");
  const first = end < 0 ? "" : text.slice(0, end).trim();
  if (!first || first.length > 60 || /[.!?:]$/.test(first)) return [null, text];
  return [first, text.slice(end + 1).trim()];
}

/**
 * One message of the assistant.
 * @param {Api.Message} message
 * @param {Answering} answer
 * @param {() => void} askWhy
 * @returns {{item: HTMLLIElement, controls: Controls | null}}
 */
export function assistantMessage(message, answer, askWhy) {
  const id = uniqueId();
  const kind = ["info", "question", "answer", "advice", "emergency"].includes(message.kind) ? message.kind : "info";
  const emergency = kind === "emergency";
  const choices = message.choices ?? [];
  const asks = choices.length || message.question;
  const made = asks ? controls({ ...message, choices }, id, answer, askWhy) : null;
  const guidance = message.guidance ?? [];
  const sources = message.sources ?? [];
  const headed = emergency || kind === "advice";
  const [own, body] = headed ? titled(message.text) : [null, message.text];
  const title = headed ? own || say(emergency ? "emergency_title" : "advice_title") : null;
  const item = el(
    "li",
    { class: `message assistant ${kind}${message.unassessed ? " unassessed" : ""}`, tabindex: -1 },
    el(
      "div",
      { class: "bubble" },
      el("span", { class: "unseen" }, `${say("assistant")}: `),
      title && el("h2", {}, emergency && icon(WARNING), title),
      // What to dial comes before what to read: on a small screen the text would push it out of view.
      emergency && callButtons(message.calls),
      el("p", { class: "text", id, dir: "auto" }, withoutRepeats(body, choices, guidance)),
      !emergency && (kind === "advice" || message.unassessed) && callButtons(message.calls),
      sources.length > 0 &&
        el(
          "div",
          { class: "sources" },
          el("p", {}, say("sources")),
          el("ul", {}, sources.map((source) => el("li", { dir: "auto" }, outLink(source.title, source.url)))),
        ),
      stamp(message.at),
    ),
    guidance.map(card),
    made?.group,
  );
  return { item, controls: made };
}

/**
 * One message of the person, with its state line.
 * @param {string} text
 * @param {string | null} [at]
 * @returns {Bubble}
 */
export function personMessage(text, at) {
  const line = el("p", { class: "state" });
  const item = el(
    "li",
    { class: "message person" },
    el(
      "div",
      { class: "bubble" },
      el("span", { class: "unseen" }, `${say("you")}: `),
      el("p", { class: "text", dir: "auto" }, text),
      stamp(at),
    ),
    line,
  );
  return {
    item,
    /** Offers to answer the question of this message anew. */
    setChange(change) {
      line.replaceChildren(el("button", { type: "button", class: "link", onclick: change }, say("state.change")));
      item.dataset.state = "changeable";
    },
    setState(name, retry) {
      item.dataset.state = name;
      line.replaceChildren(name ? say(`state.${name}`) : "");
      if (retry) line.append(" ", el("button", { type: "button", class: "link", onclick: retry }, say("state.retry")));
    },
  };
}

/** A note of the widget's own, outside the conversation. @param {string} text @param {string[]} [calls] @param {Child[]} more */
export function notice(text, calls, ...more) {
  return el("li", { class: "message notice" }, el("p", { class: "text" }, text), callButtons(calls), ...more);
}

/** Pain then and now, 0 to 10, as bars; the numbers stand beside them. @param {number[]} scores */
export function painChart(scores) {
  /** @param {number} score @param {number} at */
  const bar = (score, at) => {
    const name = at === 0 ? "pain.then" : at === scores.length - 1 ? "pain.now" : "pain.between";
    return el(
      "li",
      {},
      el("span", {}, say(name)),
      el("meter", { min: 0, max: 10, value: score, "aria-label": `${say(name)}: ${score}` }),
      el("b", {}, String(score)),
    );
  };
  return el("li", { class: "message card pain" }, el("h3", {}, say("pain.title")), el("ul", {}, scores.map(bar)));
}

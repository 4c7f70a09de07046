/** The controls below a question. Each kind is a function (message, answer, group) that fills the group. */

import { bodyMap } from "./body.js";
import { el, say, uniqueId } from "./dom.js";

/** @typedef {Pick<Api.Message, "choices" | "question">} Asked */

/** @param {Api.Choice[]} choices */
const labels = (choices) => choices.map((choice) => choice.label).join("\n");
/** @param {Answering} answer @param {Api.Choice} choice */
const sendChoice = (answer, choice) => answer({ choice: choice.id }, choice.label, [choice.id]);

/** @param {Pick<Asked, "choices">} message @param {Answering} answer @param {HTMLElement} group */
function buttons(message, answer, group) {
  group.append(
    el(
      "div",
      { class: "choices" },
      message.choices.map((choice) =>
        el(
          "button",
          { type: "button", dir: "auto", class: "choice", "data-choice": choice.id, onclick: () => sendChoice(answer, choice) },
          choice.label,
        ),
      ),
    ),
  );
}

/**
 * Tick boxes; the last one means none of the others and cannot stand beside them.
 * @param {Asked} message
 * @param {Answering} answer
 * @param {HTMLElement} group
 */
function checklist(message, answer, group) {
  const boxes = message.choices.map((choice) => {
    const box = el("input", { type: "checkbox", "data-choice": choice.id });
    return { choice, box, line: el("label", { class: "tick" }, box, el("span", { dir: "auto" }, choice.label)) };
  });
  const none = boxes[boxes.length - 1];
  const hint = el("p", { class: "hint", role: "status" }, say("question.checklist_hint"));
  for (const { box } of boxes) {
    box.addEventListener("change", () => {
      if (!box.checked) return;
      for (const other of boxes) if ((box === none.box) !== (other === none)) other.box.checked = false;
    });
  }
  const send = () => {
    const ticked = boxes.filter(({ box }) => box.checked).map(({ choice }) => choice);
    if (!ticked.length) {
      hint.textContent = say("question.checklist_empty");
      hint.classList.add("strong");
    } else if (ticked.length === 1) sendChoice(answer, ticked[0]);
    else answer({ choices: ticked.map(({ id }) => id) }, labels(ticked), ticked.map(({ id }) => id));
  };
  group.append(
    hint,
    ...boxes.map(({ line }) => line),
    el("button", { type: "button", class: "primary", onclick: send }, say("question.checklist_send")),
  );
}

/**
 * 0 to 10 on a line to drag along, or typed. Nothing is chosen at the start, so that nothing is suggested.
 * @param {Asked} message
 * @param {Answering} answer
 * @param {HTMLElement} group
 */
function scale(message, answer, group) {
  const id = uniqueId();
  const line = el("input", { type: "range", min: 0, max: 10, value: 5, class: "unset", "aria-label": say("question.scale_label") });
  const field = el("input", { id, type: "number", min: 0, max: 10, step: "any", inputmode: "decimal", autocomplete: "off" });
  line.addEventListener("input", () => {
    field.value = line.value;
    line.classList.remove("unset");
  });
  field.addEventListener("input", () => {
    if (!field.value || !field.validity.valid) return;
    line.value = field.value;
    line.classList.remove("unset");
  });
  /** @param {Event} event */
  const send = (event) => {
    event.preventDefault();
    const value = field.value.trim();
    const choice = message.choices.find(({ label }) => label === value);
    if (!value || !field.validity.valid) field.focus();
    else if (choice) sendChoice(answer, choice);
    else answer({ text: value }, value, []);
  };
  group.append(
    el(
      "form",
      { class: "scale", novalidate: true, onsubmit: send },
      line,
      el("p", { class: "ends" }, el("span", {}, say("question.scale_low")), el("span", {}, say("question.scale_high"))),
      el("label", { for: id }, say("question.scale_field")),
      field,
      el("button", { type: "submit", class: "primary" }, say("question.number_send")),
    ),
  );
  const others = message.choices.filter((choice) => !/^\d+$/.test(choice.label));
  if (others.length) buttons({ choices: others }, answer, group);
}

/**
 * A body to tap, several places at once if need be, and the same places as buttons that answer at once.
 * @param {Asked} message
 * @param {Answering} answer
 * @param {HTMLElement} group
 */
function region(message, answer, group) {
  const values = message.question?.values ?? [];
  const byPlace = Object.fromEntries(message.choices.map((choice, at) => [values[at], choice]));
  const names = Object.fromEntries(message.choices.map((choice, at) => [values[at], choice.label]));
  /** @type {string[]} */
  let chosen = [];
  let said = "";
  const send = el("button", { type: "button", class: "primary", hidden: true });
  send.addEventListener("click", () => {
    if (chosen.length === 1) sendChoice(answer, byPlace[chosen[0]]);
    else answer({ text: said }, said, []);
  });
  const map = bodyMap(names, (places) => {
    chosen = places;
    said = places.map((place) => names[place]).join(", ");
    send.hidden = !places.length;
    send.textContent = `${say("question.number_send")}: ${said}`;
  });
  if (values.length) {
    group.append(
      el("p", { class: "hint" }, say("question.body_hint")),
      el("div", { class: "figures" }, map, el("p", { class: "ends", "aria-hidden": "true" }, el("span", {}, say("question.front")), el("span", {}, say("question.back")))),
      send,
    );
  }
  buttons(message, answer, group);
}

/** @param {Asked} message @param {Answering} answer @param {HTMLElement} group */
function number(message, answer, group) {
  const id = uniqueId();
  const field = el("input", { id, type: "text", inputmode: "decimal", autocomplete: "off", maxlength: 12 });
  /** @param {Event} event */
  const send = (event) => {
    event.preventDefault();
    const value = field.value.trim();
    if (value) answer({ text: value }, value, []);
    else field.focus();
  };
  group.append(
    el(
      "form",
      { class: "number", onsubmit: send },
      el("label", { for: id }, say("question.number_label")),
      field,
      el("button", { type: "submit", class: "primary" }, say("question.number_send")),
    ),
  );
  if (message.choices.length) buttons(message, answer, group);
}

/** @type {Record<string, typeof number>} */
const KINDS = { checklist, scale, number, region };

/**
 * Controls for a message that has choices or asks something.
 * @param {Asked} message
 * @param {string} labelledBy id of the element with the question's words
 * @param {Answering} answer
 * @param {() => void} askWhy
 * @returns {Controls}
 */
export function controls(message, labelledBy, answer, askWhy) {
  const kind = message.question?.kind;
  const group = el("div", { role: "group", class: "controls", "aria-labelledby": labelledBy });
  let active = true;
  /** @type {Answering} */
  const guarded = (body, shown, ids) => {
    if (!active) return;
    for (const id of ids) {
      const chosen = [...group.querySelectorAll("[data-choice]")].find((node) => node.getAttribute("data-choice") === id);
      chosen?.classList.add("chosen");
    }
    answer(body, shown, ids);
  };
  const build = (kind && KINDS[kind]) || buttons;
  const left = message.question?.left;
  if (left) group.append(el("p", { class: "left" }, say(left === 1 ? "question.last" : "question.left", { count: left })));
  if (message.choices.length || kind === "scale" || kind === "number") {
    if (kind === "checklist" && message.choices.length < 2) buttons(message, guarded, group);
    else build(message, guarded, group);
  }
  if (message.question) {
    group.append(
      el("button", { type: "button", class: "link why", onclick: () => active && askWhy() }, say("question.why")),
    );
  }
  return {
    group,
    /** Whether another choice can take the place of the one that was sent. */
    changeable: Boolean(message.question?.asks?.length && message.choices.length),
    /** Inactive controls keep the focus they have, but Tab passes them by. */
    setActive(value) {
      active = value;
      group.classList.toggle("past", !value);
      for (const node of group.querySelectorAll("button, input, .place")) {
        node.toggleAttribute("data-past", !value);
        if (value) {
          node.removeAttribute("aria-disabled");
          node.classList.contains("place") ? node.setAttribute("tabindex", "0") : node.removeAttribute("tabindex");
          node.classList.remove("chosen");
        } else {
          node.setAttribute("aria-disabled", "true");
          node.setAttribute("tabindex", "-1");
        }
        if (node instanceof HTMLInputElement) node.disabled = !value;
      }
    },
  };
}

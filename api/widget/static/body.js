/** A body seen from the front and the back: places to tap, or to reach with Tab and tick with the space bar. */

import { draw } from "./dom.js";

const FRONT = 50;
const BACK = 150;
/** Half widths and heights of what lies left and right of the middle line, as [x, y, width, height, round]. */
const BOTH = [FRONT, BACK];
/** @typedef {[x: number, y: number, width: number, height: number, round: number]} Box */
/** @typedef {[figures: number[], shapes: Box[]]} Where */

/** @param {Box} box @returns {Box[]} */
const pair = ([x, y, width, height, round]) => [
  [-x - width, y, width, height, round],
  [x, y, width, height, round],
];
/** Place → boxes relative to the middle of a figure, and on which figures they are seen. @type {Record<string, Where>} */
const PLACES = {
  neck: [BOTH, [[-6.5, 26, 13, 13, 4]]],
  shoulder: [BOTH, pair([15, 38, 15, 20, 8])],
  upper_back: [[BACK], [[-14, 40, 28, 34, 6]]],
  lower_back: [[BACK], [[-14, 75, 28, 24, 5]]],
  buttock_or_leg: [BOTH, [[-15, 100, 30, 20, 7], ...pair([1, 118, 13.5, 84, 7])]],
};
/** What cannot be chosen: head, arms, chest and belly. @type {Where[]} */
const REST = [
  [BOTH, pair([20, 59, 9, 52, 5])],
  [[FRONT], [[-14, 40, 28, 59, 6]]],
];

/** @param {Where} where */
const boxes = ([figures, shapes]) =>
  figures.flatMap((middle) =>
    shapes.map(([x, y, width, height, rx]) => draw("rect", { x: middle + x, y, width, height, rx })));

/**
 * @param {Record<string, string>} labels place → words, for the places that can be chosen
 * @param {(chosen: string[]) => void} changed called with the chosen places after each change
 */
export function bodyMap(labels, changed) {
  /** @type {Set<string>} */
  const chosen = new Set();
  const places = Object.entries(PLACES).filter(([place]) => labels[place]);
  /** @param {string} place @param {SVGElement} group */
  const toggle = (place, group) => {
    if (group.getAttribute("aria-disabled")) return;
    chosen[chosen.has(place) ? "delete" : "add"](place);
    group.setAttribute("aria-checked", String(chosen.has(place)));
    changed(places.map(([name]) => name).filter((name) => chosen.has(name)));
  };
  const groups = places.map(([place, where]) => {
    const group = draw(
      "g",
      { class: "place", role: "checkbox", tabindex: 0, "aria-checked": "false", "aria-label": labels[place] },
      draw("title", {}, labels[place]),
      boxes(where),
    );
    group.addEventListener("click", () => toggle(place, group));
    group.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      toggle(place, group);
    });
    return group;
  });
  const heads = BOTH.map((cx) => draw("circle", { cx, cy: 15, r: 11.5 }));
  const others = Object.entries(PLACES).filter(([place]) => !labels[place]);
  const rest = [...REST, ...others.map(([, where]) => where)].map(boxes);
  return draw("svg", { class: "body", viewBox: "0 0 200 206" }, draw("g", { class: "rest" }, heads, rest), groups);
}

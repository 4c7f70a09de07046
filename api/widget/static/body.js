/** A body seen from the front and the back: places to tap, or to reach with Tab and tick with the space bar. */

import { draw } from "./dom.js";

const FRONT = 50;
const BACK = 150;
const BOTH = [FRONT, BACK];
/**
 * An outline, by points that it bends round, right of the middle of a figure. `twice`: once on each side; else it goes on
 * as its own mirror image on the left.
 * @typedef {{on: number[], twice?: boolean, points: number[][]}} Outline
 */
/** @type {Record<string, Outline>} place → outline */
const PLACES = {
  neck: { on: BOTH, points: [[5, 22], [5, 30], [12, 34.5], [12, 34.5]] },
  shoulder: { on: BOTH, twice: true, points: [[10, 35], [17, 35], [27, 38], [29, 52], [27, 60], [21, 57], [19, 44]] },
  upper_back: { on: [BACK], points: [[9, 36], [17.5, 44], [20, 58], [17, 75], [17, 75]] },
  lower_back: { on: [BACK], points: [[17, 76.5], [17, 76.5], [15.5, 87], [18, 99], [18, 99]] },
  buttock_or_leg: {
    on: BOTH,
    twice: true,
    points: [
      [0.8, 101], [0.8, 101], [18, 100.5], [18, 100.5], [21, 118], [17, 146], [16, 168], [11.5, 194], [15, 204], [4, 205], [5, 194],
      [3.5, 168], [5, 146], [0.8, 122],
    ],
  },
};
/** What cannot be chosen: arms, chest and belly. @type {Outline[]} */
const REST = [
  { on: BOTH, twice: true, points: [[21, 59], [27, 62], [29, 57], [31.5, 84], [35, 106], [34, 119], [28, 118], [28, 106], [25, 86]] },
  { on: [FRONT], points: [[9, 36], [17.5, 44], [20, 58], [15, 84], [18, 99], [18, 99]] },
];

/** @param {number[]} point */
const mirror = ([x, y]) => [-x, y];

/** A closed line that starts half way between two points and bends round each of them. @param {number[][]} points */
function around(points) {
  const half = points.map(([x, y], at) => {
    const [a, b] = points[(at + 1) % points.length];
    return [(x + a) / 2, (y + b) / 2];
  });
  const bends = points.map((point, at) => ["Q", ...point, ...half[at]].join(" "));
  return ["M", ...half[half.length - 1], ...bends, "Z"].join(" ");
}

/** @param {Outline} outline */
function shapes({ on, twice, points }) {
  const left = points.map(mirror);
  const lines = twice ? [points, left] : [[...points, ...left.reverse()]];
  return on.flatMap((middle) => lines.map((line) => draw("path", { d: around(line), transform: `translate(${middle})` })));
}

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
  const groups = places.map(([place, outline]) => {
    const group = draw(
      "g",
      { class: "place", role: "checkbox", tabindex: 0, "aria-checked": "false", "aria-label": labels[place] },
      draw("title", {}, labels[place]),
      shapes(outline),
    );
    group.addEventListener("click", () => toggle(place, group));
    group.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      toggle(place, group);
    });
    return group;
  });
  const heads = BOTH.map((cx) => draw("ellipse", { cx, cy: 13, rx: 8.5, ry: 11 }));
  const others = Object.entries(PLACES).filter(([place]) => !labels[place]);
  const rest = [...REST, ...others.map(([, outline]) => outline)].map(shapes);
  return draw("svg", { class: "body", viewBox: "0 0 200 206" }, draw("g", { class: "rest" }, heads, rest), groups);
}

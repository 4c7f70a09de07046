"""`make pictures`: the line drawings of guidance as SVG, from poses in data/pictures.

A person is a chain of bones with fixed lengths, so that every drawing has the same proportions; a scene gives the
direction of each bone, the things around it, and marks (where to press, which way to move). Directions are degrees
clockwise from straight up; places are units of a canvas of 240 by 180, y downwards.

`python tools/draw.py` writes api/widget/static/pictures; `--check` says what is out of date (exit code 1).
`--sheet FILE` also writes one HTML page with all of them, to look at.
"""

import argparse
import html
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
SCENES = ROOT / "data/pictures"
WORDS = ROOT / "data/clinical/pictures.yml"
TARGET = ROOT / "api/widget/static/pictures"
WIDTH, HEIGHT = 240, 180
LINE = 1.6  # width of a drawn line

Point = tuple[float, float]

# Lengths of bones and widths of limbs; a person standing is about 140 high.
HEAD, NECK, TORSO = 9.5, 5.0, 43.0
UPPER_ARM, FORE_ARM, HAND = 25.0, 22.0, 3.6
THIGH, SHIN, FOOT = 35.0, 34.0, 11.0
WIDTHS = {"torso": 20.0, "neck": 7.0, "upper_arm": 9.5, "fore_arm": 7.0, "thigh": 13.5, "shin": 10.5, "foot": 7.0}
NOSE = "M9 -2L12 1.8L8.6 3Z"
HAIR = {  # around a head at 0 0
    "side": "M3.5 -8.9A9.5 9.5 0 1 0 -6.2 7.2Q-5 2 -2.5 0Q3 -1 3.5 -8.9Z",
    "back": "M-9.5 0A9.5 9.5 0 0 1 9.5 0Q9 5.5 5 7Q0 8.6 -5 7Q-9 5.5 -9.5 0Z",
    "front": "M-9.5 -.5A9.5 9.5 0 0 1 9.5 -.5Q6 -5 0 -5Q-6 -5 -9.5 -.5Z",
}
SHOULDERS, HIPS = 15.0, 7.5  # half widths, seen from the front or the back

STYLE = """
.ink{stroke:#24434a}.skin{--c:#f0d2b8}.top{--c:#8fc6c1}.legs{--c:#4f7f8c}.shoe{--c:#24434a}.hair{--c:#5b4a42}
.far.skin{--c:#dcb99c}.far.top{--c:#72aaa6}.far.legs{--c:#3f6a76}.top2{--c:#e3b873}.far.top2{--c:#c99d57}
.wood{--c:#d9b88f}.soft{--c:#e6eef0}.cloth{--c:#cfdde6}.dark{--c:#5a7078}.paper{--c:#fff}.warm{--c:#f2a48f}
.cool{--c:#9cc9ea}.oil{--c:#f1d470}.leaf{--c:#9cc48a}.red{--c:#c8453c}
.f{fill:var(--c)}.s{stroke:var(--c)}.n{fill:none}.whole{fill:var(--c)}.mark{stroke:#c25a12;fill:none}.tip{fill:#c25a12}
.spot{fill:#f0842c;fill-opacity:.42;stroke:#c25a12}.ground{stroke:#8aa0a5}
@media(prefers-color-scheme:dark){.ink{stroke:#0c1a1d}.shoe{--c:#c9d8da}.dark{--c:#93a9b0}.ground{stroke:#7f9599}
.hair{--c:#b99f8d}.mark{stroke:#ffb067}.tip{fill:#ffb067}.spot{fill:#ffa04d;fill-opacity:.6;stroke:#ffd0a0}
.legs{--c:#7fb0bd}.far.legs{--c:#6896a2}.line{stroke:#c3d6d9}.paper{--c:#56707a}.soft{--c:#33484e}
.cloth{--c:#3f585f}.wood{--c:#94785a}.red{--c:#ff8d84}}
""".replace("\n", "")


class SceneError(Exception):
    """A scene that cannot be drawn; the message names it and what is wrong."""


def number(value: float) -> str:
    """Two decimals at most, for small and steady files."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def step(start: Point, direction: float, length: float) -> Point:
    """The point `length` away in a direction (degrees clockwise from up)."""
    turn = math.radians(direction)
    return start[0] + length * math.sin(turn), start[1] - length * math.cos(turn)


def path(points: Sequence[Point]) -> str:
    """A line through points."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def curve(start: Point, middle: Point, end: Point) -> str:
    """A quadratic curve that passes through the middle."""
    control = (2 * middle[0] - (start[0] + end[0]) / 2, 2 * middle[1] - (start[1] + end[1]) / 2)
    return f"M{number(start[0])} {number(start[1])}Q{' '.join(number(v) for v in (*control, *end))}"


@dataclass(frozen=True)
class Limb:
    """A path drawn as a rounded bar with an outline: its line, width and colour."""

    line: str
    width: float
    colour: str


def bars(limbs: Sequence[Limb]) -> Iterator[str]:
    """All outlines first, then all fills, so that limbs that belong together melt into one."""
    for limb in limbs:
        yield f'<path class="n ink" d="{limb.line}" stroke-width="{number(limb.width + 2 * LINE)}"/>'
    for limb in limbs:
        yield f'<path class="n s {limb.colour}" d="{limb.line}" stroke-width="{number(limb.width)}"/>'


class Person:
    """One figure of a scene, its joints worked out from the directions of its bones."""

    def __init__(self, pose: Mapping[str, Any]) -> None:
        self.pose = pose
        self.top = str(pose.get("top", "top"))
        self.view = str(pose.get("view", "side"))
        self.size = float(pose.get("size", 1))
        self.joints: dict[str, Point] = {"hip": (0.0, 0.0)}
        self._find_joints()
        self._place()

    def _find_joints(self) -> None:
        pose, size, joints = self.pose, self.size, self.joints
        torso = float(pose.get("torso", 0))
        joints["shoulder"] = step((0, 0), torso, TORSO * size)
        joints["neck"] = step(joints["shoulder"], float(pose.get("neck", pose.get("head", torso))), NECK * size)
        joints["head"] = step(joints["neck"], float(pose.get("head", torso)), (HEAD + 2) * size)
        middle = ((joints["shoulder"][0]) / 2, joints["shoulder"][1] / 2)
        joints["middle"] = step(middle, torso - 90, float(pose.get("bend", 0)) * size)
        for side, sign in (("near", 1), ("far", -1)):
            shoulder, hip = joints["shoulder"], joints["hip"]
            if self.view != "side":
                shoulder = step(shoulder, torso + 90 * sign, SHOULDERS * size)
                shoulder = step(shoulder, torso + 180, 5 * size)
                hip = step(hip, torso + 90 * sign, HIPS * size)
            joints[f"{side}_shoulder"], joints[f"{side}_hip"] = shoulder, hip
            self._chain(f"{side}_arm", shoulder, ("elbow", "wrist", "hand"), (UPPER_ARM, FORE_ARM, HAND))
            self._chain(f"{side}_leg", hip, ("knee", "ankle", "toe"), (THIGH, SHIN, FOOT))

    def _chain(self, limb: str, start: Point, names: Sequence[str], lengths: Sequence[float]) -> None:
        directions = self.pose.get(limb)
        if directions is None:
            return
        side = limb.split("_")[0]
        if not isinstance(directions, list) or len(directions) not in (2, 3):
            raise SceneError(f"{limb} needs two or three directions, not {directions!r}")
        if len(directions) == 2:
            directions = [*directions, directions[1] if limb.endswith("arm") else directions[1] - 90]
        shorten = self.pose.get(f"{limb}_shorten", 1)  # for a limb (or each bone) that points towards the viewer
        bones = shorten if isinstance(shorten, list) else [shorten, shorten]
        shortened = [*bones, 1 if limb.endswith("arm") else bones[1]]
        for name, direction, length, part in zip(names, directions, lengths, shortened, strict=True):
            start = step(start, float(direction), length * self.size * float(part))
            self.joints[f"{side}_{name}"] = start

    def _place(self) -> None:
        at = self.pose.get("at", {"hip": [120, 100]})
        (name, place), *_ = at.items()
        if name not in self.joints:
            raise SceneError(f"no joint {name!r}; known: {', '.join(sorted(self.joints))}")
        dx, dy = place[0] - self.joints[name][0], place[1] - self.joints[name][1]
        self.joints = {key: (x + dx, y + dy) for key, (x, y) in self.joints.items()}
        if self.pose.get("flip"):
            axis = place[0]
            self.joints = {key: (2 * axis - x, y) for key, (x, y) in self.joints.items()}

    def _limb(self, *names: str) -> str:
        return path([self.joints[name] for name in names])

    def _width(self, part: str) -> float:
        return WIDTHS[part] * self.size

    def leg(self, side: str) -> list[Limb]:
        """Thigh, shin and foot of a side, none if the pose has no such leg."""
        if f"{side}_knee" not in self.joints:
            return []
        far = "far " if side == "far" and self.view == "side" else ""
        return [
            Limb(self._limb(f"{side}_ankle", f"{side}_toe"), self._width("foot"), f"{far}shoe"),
            Limb(self._limb(f"{side}_knee", f"{side}_ankle"), self._width("shin"), f"{far}legs"),
            Limb(self._limb(f"{side}_hip", f"{side}_knee"), self._width("thigh"), f"{far}legs"),
        ]

    def arm(self, side: str) -> list[Limb]:
        """Sleeve, forearm and hand of a side, none if the pose has no such arm."""
        if f"{side}_elbow" not in self.joints:
            return []
        far = "far " if side == "far" and self.view == "side" else ""
        return [
            Limb(self._limb(f"{side}_wrist", f"{side}_hand"), self._width("fore_arm") + 1, f"{far}skin"),
            Limb(self._limb(f"{side}_elbow", f"{side}_wrist"), self._width("fore_arm"), f"{far}skin"),
            Limb(self._limb(f"{side}_shoulder", f"{side}_elbow"), self._width("upper_arm"), f"{far}{self.top}"),
        ]

    def trunk(self) -> list[Limb]:
        """The torso, as a bar from the side or as a body with shoulders from the front."""
        joints = self.joints
        if self.view == "side":
            line = curve(joints["hip"], joints["middle"], joints["shoulder"])
            return [Limb(line, self._width("torso"), self.top)]
        corners = [joints[name] for name in ("near_shoulder", "far_shoulder", "far_hip", "near_hip")]
        return [Limb(path(corners) + "Z", 10 * self.size, f"{self.top} whole")]

    def head(self) -> Iterator[str]:
        """Neck, face with a nose that shows where it looks, hair."""
        joints, size = self.joints, self.size
        yield from bars([Limb(self._limb("shoulder", "neck", "head"), self._width("neck"), "skin")])
        x, y = joints["head"]
        tilt = math.degrees(math.atan2(x - joints["neck"][0], joints["neck"][1] - y))
        facing = -size if self.pose.get("flip") else size
        turned = f"rotate({number(tilt)}) scale({number(facing)} {number(size)})"
        yield f'<g transform="translate({number(x)} {number(y)}) {turned}">'
        look = str(self.pose.get("look", self.view))
        if look == "side":
            yield f'<path class="f ink skin" d="{NOSE}" stroke-width="{LINE}"/>'
        yield f'<circle class="f ink skin" r="{HEAD}" stroke-width="{LINE}"/>'
        yield f'<path class="f ink hair" d="{HAIR[look]}" stroke-width="1.2"/>'
        if look == "side":
            yield '<circle cx="5.4" cy="-.6" r="1" class="eye"/>'
        elif look == "front":
            yield '<circle cx="-3.4" cy="1" r="1" class="eye"/><circle cx="3.4" cy="1" r="1" class="eye"/>'
            yield '<path class="n ink" d="M-2.6 5Q0 6.6 2.6 5" stroke-width="1.2"/>'
        yield "</g>"

    def draw(self) -> Iterator[str]:
        """The figure, far parts first, without the limbs that `late` names."""
        late = self.pose.get("late", [])
        if self.view == "side":
            groups: list[tuple[str, list[Limb]]] = [
                ("far_arm", self.arm("far")),
                ("far_leg", self.leg("far")),
                ("body", [*self.leg("near"), *self.trunk()]),
                ("head", []),
                ("near_arm", self.arm("near")),
            ]
        else:
            legs = [limb for side in ("far", "near") if f"{side}_leg" not in late for limb in self.leg(side)]
            body = [*legs, *self.trunk()]
            behind = self.pose.get("arms_behind", [])
            arms = [("far_arm", self.arm("far")), ("near_arm", self.arm("near"))]
            groups = [arm for arm in arms if arm[0] in behind]
            groups += [("body", body), ("head", [])]
            groups += [arm for arm in arms if arm[0] not in behind]
        for name, limbs in groups:
            if name in late:
                continue
            yield from self.head() if name == "head" else bars(limbs)

    def late(self) -> Iterator[str]:
        """The limbs that lie over the things in front."""
        for name in self.pose.get("late", []):
            side, limb = name.split("_")
            yield from bars(self.arm(side) if limb == "arm" else self.leg(side))


def thing(shape: Mapping[str, Any]) -> str:
    """A thing around the person: line, box, disc, oval or path, with a fill colour by name."""
    colour = shape.get("fill")
    width = number(float(shape.get("width", LINE)))
    kind = f'class="{"f " + str(colour) if colour else "n"} ink{"" if colour else " line"}" stroke-width="{width}"'
    if "line" in shape:
        values = [float(v) for v in shape["line"]]
        points = list(zip(values[::2], values[1::2], strict=True))
        return f'<path {kind} d="{path(points)}"/>'
    if "bar" in shape:  # a thick line with an outline, such as a leg of a chair
        values = [float(v) for v in shape["bar"]]
        points = list(zip(values[::2], values[1::2], strict=True))
        return "".join(bars([Limb(path(points), float(shape.get("thick", 4)), str(colour))]))
    if "box" in shape:
        x, y, wide, high = shape["box"]
        turn = shape.get("turn")
        turned = f' transform="rotate({turn} {x + wide / 2} {y + high / 2})"' if turn else ""
        return f'<rect {kind} x="{x}" y="{y}" width="{wide}" height="{high}" rx="{shape.get("round", 3)}"{turned}/>'
    if "disc" in shape:
        x, y, radius = shape["disc"]
        return f'<circle {kind} cx="{x}" cy="{y}" r="{radius}"/>'
    if "oval" in shape:
        x, y, wide, high = shape["oval"]
        turn = f' transform="rotate({shape["turn"]} {x} {y})"' if "turn" in shape else ""
        return f'<ellipse {kind} cx="{x}" cy="{y}" rx="{wide}" ry="{high}"{turn}/>'
    if "path" in shape:
        return f'<path {kind} d="{html.escape(str(shape["path"]))}"/>'
    if "ground" in shape:
        return f'<path class="n ground" d="M8 {shape["ground"]}H232" stroke-width="{LINE}"/>'
    raise SceneError(f"no shape in {dict(shape)!r}")


def mark(shape: Mapping[str, Any]) -> str:
    """A mark: `spot` (pressed or felt), `arrow` (which way to move), `both` (to and fro), `wave` (warm), `banned`."""
    if "spot" in shape:
        x, y, radius = shape["spot"][:3]
        return f'<circle class="spot" cx="{x}" cy="{y}" r="{radius}" stroke-width="1.2"/>'
    if "banned" in shape:
        x, y, radius = shape["banned"]
        reach = radius * 0.707
        line = f"M{number(x - reach)} {number(y - reach)}L{number(x + reach)} {number(y + reach)}"
        ring = f'<circle class="n s red" cx="{x}" cy="{y}" r="{radius}" stroke-width="4"/>'
        return f'{ring}<path class="n s red" d="{line}" stroke-width="4"/>'
    if "wave" in shape:  # warmth, breath or sound
        x, y = shape["wave"]
        return f'<path class="mark" d="M{x} {y}q-5 -5 0 -10t0 -10" stroke-width="2"/>'
    for kind in ("arrow", "both"):
        if kind in shape:
            start, middle, end = ((float(a), float(b)) for a, b in shape[kind])
            heads = _tip(middle, end) + (_tip(middle, start) if kind == "both" else "")
            return f'<path class="mark" d="{curve(start, middle, end)}" stroke-width="2.6"/>{heads}'
    raise SceneError(f"no mark in {dict(shape)!r}")


def _tip(behind: Point, end: Point) -> str:
    turn = math.degrees(math.atan2(end[1] - behind[1], end[0] - behind[0]))
    place = f"translate({number(end[0])} {number(end[1])}) rotate({number(turn)})"
    return f'<path class="tip" d="M5 0L-4 -4.6V4.6Z" transform="{place}"/>'


def draw(name: str, scene: Mapping[str, Any], words: str) -> str:
    """The SVG of one scene; `words` is its description for people who do not see it."""
    try:
        people = [Person(pose) for pose in scene.get("people", [])]
        parts = [thing(shape) for shape in scene.get("behind", [])]
        for person, front in zip(people, [*scene.get("between", []), *[[]] * len(people)], strict=False):
            parts.extend(person.draw())
            parts.extend(thing(shape) for shape in front)
        parts.extend(thing(shape) for shape in scene.get("front", []))
        for person in people:
            parts.extend(person.late())
        parts.extend(mark(shape) for shape in scene.get("marks", []))
    except (SceneError, KeyError, TypeError, ValueError) as error:
        raise SceneError(f"{name}: {error}") from error
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" stroke-linecap="round" '
        f'stroke-linejoin="round"><title>{html.escape(words)}</title>'
        f"<style>{STYLE}.eye{{fill:#24434a}}</style>{''.join(parts)}</svg>\n"
    )


def scenes() -> dict[str, Mapping[str, Any]]:
    """All scenes by picture id, in the order of the files."""
    found: dict[str, Mapping[str, Any]] = {}
    for file in sorted(SCENES.glob("*.yml")):
        for name, scene in (yaml.safe_load(file.read_text("utf-8")) or {}).items():
            if name in found:
                raise SceneError(f"{file.name}: {name} is drawn twice")
            found[name] = scene
    return found


def drawings() -> dict[str, str]:
    """File name to SVG, for all scenes."""
    words = yaml.safe_load(WORDS.read_text("utf-8")) if WORDS.exists() else {}
    words = words.get("pictures", words) or {}
    return {f"{name}.svg": draw(name, scene, str(words.get(name, name))) for name, scene in scenes().items()}


def sheet(svgs: Mapping[str, str]) -> str:
    """A page with all drawings, light or dark as the browser is."""
    cells = "".join(f"<figure>{svg}<figcaption>{name[:-4]}</figcaption></figure>" for name, svg in svgs.items())
    style = (
        "body{margin:0;display:grid;grid-template-columns:repeat(5,1fr);gap:6px;color-scheme:light dark}"
        "figure{margin:0;border:1px solid #9994}svg{width:100%;display:block}"
        "figcaption{font:12px sans-serif;text-align:center}"
    )
    return f"<!doctype html><meta charset=utf-8><style>{style}</style>{cells}"


def main() -> int:
    """Write or check the drawings."""
    parser = argparse.ArgumentParser(description="Draw the pictures of guidance.")
    parser.add_argument("--check", action="store_true", help="only say what is out of date")
    parser.add_argument("--sheet", type=Path, help="also write one page with all drawings")
    options = parser.parse_args()
    try:
        svgs = drawings()
    except SceneError as error:
        print(f"data/pictures: {error}", file=sys.stderr)
        return 2
    if options.sheet:
        options.sheet.write_text(sheet(svgs), encoding="utf-8")
    stale = [name for name, svg in svgs.items() if not _same(TARGET / name, svg)]
    gone = [file for file in TARGET.glob("*.svg") if file.name not in svgs]
    if options.check:
        for name in [*stale, *(file.name for file in gone)]:
            print(f"out of date: {name} (run `make pictures`)")
        return 1 if stale or gone else 0
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (TARGET / name).write_text(svgs[name], encoding="utf-8")
    for file in gone:
        file.unlink()
    print(f"{len(svgs)} pictures, {len(stale)} written anew")
    return 0


def _same(file: Path, content: str) -> bool:
    return file.exists() and file.read_text("utf-8") == content


if __name__ == "__main__":
    sys.exit(main())

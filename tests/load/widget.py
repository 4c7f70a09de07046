"""What the widget costs in a browser: ``make bench-widget``, or ``python -m tests.load.widget``.

Chromium without a graphics card, a scripted server on the same machine, a fresh profile for each run; the best, the
median and the worst of all runs. Nothing here fails: it measures. "Painted" is the first moment after the frame that
shows it.
"""

from __future__ import annotations

import argparse
import secrets
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Frame, Page, sync_playwright

from tests.browser.conftest import CHROMIUM
from tests.browser.contract_server import CHECKLIST, GUIDANCE, Server

MESSAGES = 500
TELL = "my lower back is sore after a day at the desk"

# Runs in the page and in the frame before anything else of theirs.
PROBE = """(() => {
  const seen = (window.probe = { longest: 0, longTasks: 0, shift: 0, usable: 0, painted: [] });
  const at = () => performance.timeOrigin + performance.now();
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    seen.longTasks += 1; seen.longest = Math.max(seen.longest, entry.duration);
  })).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { seen.shift += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });
  const afterPaint = (then) => requestAnimationFrame(() => { const port = new MessageChannel();
    port.port1.onmessage = then; port.port2.postMessage(0); });
  let arrived = 0;
  const json = Response.prototype.json;
  Response.prototype.json = async function () {
    const value = await json.call(this);
    if (/\\/messages$/.test(new URL(this.url).pathname)) arrived = performance.now();
    return value;
  };
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.nodeType === 1);
    const usable = (node) => node.matches("main, .consent") || node.querySelector(".consent, #log");
    const ready = document.querySelector(".consent .primary, .composer:not([hidden]) textarea");
    if (!seen.usable && ready && added.some(usable)) afterPaint(() => { seen.usable ||= at(); });
    if (arrived && added.some((node) => node.matches(".message.assistant"))) {
      const from = arrived; arrived = 0;
      afterPaint(() => seen.painted.push(performance.now() - from));
    }
  }).observe(document, { childList: true, subtree: true });
})()"""

SCROLL = """() => new Promise((done) => {
  const log = document.querySelector("#log"), gaps = [];
  let last = 0, left = 240;
  const frame = (now) => {
    if (last) gaps.push(now - last);
    last = now;
    log.scrollTop -= 160;
    if (left-- > 0 && log.scrollTop > 0) requestAnimationFrame(frame); else done(gaps);
  };
  log.scrollTop = log.scrollHeight;
  requestAnimationFrame(frame);
})"""


def frame_of(page: Page) -> Frame:
    page.wait_for_function("() => document.querySelector('[data-spinewise]').shadowRoot.querySelector('iframe')")
    while True:
        for frame in page.frames:
            if "/widget/frame" in frame.url:
                return frame
        page.wait_for_timeout(5)


@contextmanager
def visit(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(PROBE)
    page = context.new_page()
    page.goto(address, wait_until="load")
    page.locator("[data-spinewise]").wait_for(state="attached")
    yield page
    context.close()


def click(page: Page) -> tuple[Frame, float]:
    """A click without a pointer that came near before: nothing is loaded ahead. With the ms until it can be used."""
    began = page.evaluate("performance.timeOrigin + performance.now()")
    page.locator("button.launch").evaluate("node => node.click()")
    frame = frame_of(page)
    frame.wait_for_function("() => window.probe?.usable")
    return frame, frame.evaluate("window.probe.usable") - began


def agree(frame: Frame) -> None:
    frame.locator(".consent .primary").click()
    frame.locator(".message.assistant").first.wait_for()


def say(frame: Frame, text: str) -> float:
    before = frame.evaluate("window.probe.painted.length")
    box = frame.locator("textarea")
    box.fill(text)
    box.press("Enter")
    frame.wait_for_function("count => window.probe.painted.length > count", arg=before)
    return float(frame.evaluate("window.probe.painted.at(-1)"))


def fill(server: Server, number: int) -> None:
    """A long conversation with everything in it that is heavy: lists to tick, cards with pictures, body maps."""
    (talk,) = list(server.app.state.talks.values())[-1:]
    empty: dict[str, Any] = {"choices": [], "question": None, "guidance": [], "sources": [], "calls": []}
    checklist = {"id": "checklist", "asks": ["checklist"], "kind": "checklist", "left": 4}
    while len(talk["messages"]) < number:
        seq = len(talk["messages"]) + 1
        message = {"id": secrets.token_hex(6), "seq": seq, "role": "assistant", "kind": "answer", **empty}
        if seq % 2 == 0:
            message |= {"role": "person", "kind": "info", "text": f"{TELL}, message {seq}"}
        elif seq % 10 == 1:
            message |= {"kind": "advice", "text": "What may help now:", "guidance": GUIDANCE}
        elif seq % 10 == 5:
            choices = [{"id": secrets.token_hex(5), "label": label} for label in CHECKLIST]
            message |= {
                "kind": "question",
                "text": "Is any of these true?",
                "choices": choices,
                "question": checklist,
            }
        else:
            message |= {"text": "I ask because these signs, with back pain, may need help today. " * 3}
        talk["messages"].append(message)


def measure(browser: Browser, server: Server, note: Callable[[str, float], None]) -> None:
    """One run of everything; `note` takes the name of a figure and its value."""
    with visit(browser, f"{server.base_url}/demo") as page:
        note("layout shift of the page by the widget (thousandths)", 1000 * page.evaluate("window.probe.shift"))
        frame, took = click(page)
        note("click to usable, first visit, nothing cached (ms)", took)
        page.wait_for_timeout(300)
        longest = max(page.evaluate("window.probe.longest"), frame.evaluate("window.probe.longest"))
        note("longest task of page and frame at load (ms; 0: none over 50)", longest)
        agree(frame)
        for text in (TELL, "why do you ask?", "why, again?"):
            note("answer arrived to painted, short conversation (ms)", say(frame, text))
        fill(server, MESSAGES)
        page.reload(wait_until="load")
        page.locator("[data-spinewise]").wait_for(state="attached")
        frame, _ = click(page)
        began = frame.evaluate("performance.timeOrigin")
        frame.wait_for_function("count => document.querySelectorAll('#log .message').length >= count", arg=MESSAGES)
        done = frame.evaluate(
            "new Promise((done) => requestAnimationFrame(() => setTimeout(() =>"
            " done(performance.timeOrigin + performance.now()))))"
        )
        note(f"frame begun to {MESSAGES} messages painted (ms)", done - began)
        note(f"longest task at showing {MESSAGES} messages (ms)", frame.evaluate("window.probe.longest"))
        gaps = sorted(frame.evaluate(SCROLL))
        note(f"{MESSAGES} messages, scrolling: time of a frame, median (ms)", statistics.median(gaps))
        note(f"{MESSAGES} messages, scrolling: time of a frame, 95 of 100 (ms)", gaps[int(len(gaps) * 0.95)])
        frame.evaluate("log.scrollTop = log.scrollHeight")
        for text in ("why do you ask?", "why, again?", "why, once more?"):
            note(f"answer arrived to painted, after {MESSAGES} messages (ms)", say(frame, text))
    with visit(browser, f"{server.base_url}/demo/inline") as page:
        frame = frame_of(page)
        frame.locator(".consent .primary").wait_for()
        page.wait_for_timeout(300)
        note("layout shift, conversation inside the page (thousandths)", 1000 * page.evaluate("window.probe.shift"))


def main() -> None:
    parser = argparse.ArgumentParser(description="What the widget costs in a browser.")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--markdown", action="store_true", help="as a table for the documentation")
    options = parser.parse_args()
    figures: dict[str, list[float]] = {}
    server = Server()
    server.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(options.runs):
            measure(browser, server, lambda name, value: figures.setdefault(name, []).append(value))
        browser.close()
    server.stop()
    if options.markdown:
        print("| what | best | median | worst |\n|---|---:|---:|---:|")
    for name, values in figures.items():
        shown = [f"{value:.0f}" for value in (min(values), statistics.median(values), max(values))]
        print(
            f"| {name} | {' | '.join(shown)} |"
            if options.markdown
            else f"{name:68} {'{:>8}{:>8}{:>8}'.format(*shown)}"
        )


if __name__ == "__main__":
    main()

"""Pictures of the real widget for the README: ``python -m tests.browser.take_screenshots http://127.0.0.1:8000``.

Needs a running Spinewise and Chromium; writes docs/screenshots/, in few colours so that they stay small. Names given
after the address take only those.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Frame, Locator, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, Visit

FOLDER = Path("docs/screenshots")
SIZES = {"phone": (360, 740), "tablet": (768, 1024), "desktop": (1280, 800), "small": (320, 480)}
COLOURS = 256
OPENING = "my lower back is sore after a day at the desk, would a massage help?"
VAGUE = "I am all tense and sore, my pain is 6 out of 10, would a massage help?"
ALARM = "back pain and I can't feel it when I wipe"
PATIENCE = 60_000
Scheme = Literal["light", "dark"]


class Studio:
    """A browser, the server's address, and the names that are wanted (all when none is given)."""

    def __init__(self, browser: Browser, base_url: str, wanted: list[str]) -> None:
        self.browser, self.base_url, self.wanted = browser, base_url, wanted

    @contextmanager
    def visit(self, size: str, scheme: Scheme = "light", path: str = "/demo") -> Iterator[Visit]:
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(self.base_url + path)
        yield Visit(page, self.base_url)
        context.close()

    def shoot(self, seen: Visit, name: str) -> None:
        if self.wanted and name not in self.wanted:
            return
        seen.page.wait_for_timeout(600)
        shot = Image.open(io.BytesIO(seen.page.screenshot())).convert("RGB")
        shot.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
            FOLDER / f"{name}.png", optimize=True
        )


def begin(seen: Visit) -> None:
    """Opens the widget where it is not in the page already, and agrees."""
    if seen.launcher.count():
        seen.launcher.click()
    seen.frame.get_by_role("button", name="I agree, start").click()
    seen.assistant(1)


def inner(seen: Visit) -> Frame:
    return next(frame for frame in seen.page.frames if "/widget/frame" in frame.url)


def walk(seen: Visit, opening: str = OPENING) -> Iterator[Locator]:
    """Answers every question by its plainest choice until the guidance is there; stops at each question."""
    seen.say(opening)
    said = 1
    card = seen.frame.locator(".card").first
    for _ in range(25):
        said = seen.assistant(said + 1).count()
        if card.is_visible():
            return
        question = seen.frame.locator(".controls:not(.past)").last
        yield question
        seen.answer_plainly()


def talk(studio: Studio, size: str, scheme: Scheme = "light") -> None:
    """Each kind of question once, the guidance, and a second look later."""
    ending = "-dark" if scheme == "dark" else ""
    kinds: dict[str, Callable[[Locator], bool]] = {
        "checklist": lambda question: question.locator(".tick").count() > 0,
        "body-map": lambda question: question.locator(".figures").count() > 0,
    }
    with studio.visit(size, scheme) as seen:
        begin(seen)
        for question in walk(seen, VAGUE if size == "phone" else OPENING):
            for kind in [kind for kind, fits in kinds.items() if fits(question)]:
                del kinds[kind]
                studio.shoot(seen, f"{size}-{kind}{ending}")
        card = seen.frame.locator(".card").first
        studio.shoot(seen, f"{size}-advice{ending}")
        card.evaluate("node => node.scrollIntoView()")
        studio.shoot(seen, f"{size}-guidance{ending}")
        if size == "phone":
            again(studio, seen, ending)


def again(studio: Studio, seen: Visit, ending: str) -> None:
    """Some days later: it is better, and how strong is the pain now?"""
    seen.say("following up from last week: much improved")
    seen.frame.locator(".controls:not(.past) .scale").wait_for()
    studio.shoot(seen, f"phone-scale{ending}")
    seen.score("2")
    chart = seen.frame.locator(".pain")
    chart.wait_for()
    chart.evaluate("node => node.scrollIntoView({ block: 'center' })")
    studio.shoot(seen, f"phone-check-again{ending}")


def emergency(studio: Studio, size: str, scheme: Scheme = "light") -> None:
    with studio.visit(size, scheme) as seen:
        begin(seen)
        seen.say(ALARM)
        expect(seen.frame.locator(".message.emergency")).to_be_visible()
        studio.shoot(seen, f"{size}-emergency" + ("-dark" if scheme == "dark" else ""))


def others(studio: Studio) -> None:
    """A page, consent, a lost line, the menu, the conversation inside a page, right to left, a small screen."""
    for size in ("phone", "desktop", "small"):
        with studio.visit(size) as seen:
            if size != "small":
                studio.shoot(seen, f"{size}-page")
            seen.launcher.click()
            expect(seen.frame.get_by_role("button", name="I agree, start")).to_be_visible()
            studio.shoot(seen, f"{size}-consent")
    with studio.visit("phone") as seen:
        begin(seen)
        seen.page.context.set_offline(True)
        seen.say(OPENING)
        expect(seen.frame.get_by_role("button", name="Try again")).to_be_visible()
        studio.shoot(seen, "phone-offline")
    with studio.visit("phone") as seen:
        begin(seen)
        seen.frame.get_by_role("button", name="Menu").click()
        studio.shoot(seen, "phone-menu")
    with studio.visit("phone") as seen:
        begin(seen)
        inner(seen).evaluate("document.documentElement.dir = 'rtl'")
        seen.say(OPENING)
        expect(seen.frame.get_by_role("checkbox").first).to_be_visible()
        studio.shoot(seen, "phone-right-to-left")
    for size in ("desktop", "tablet"):
        with studio.visit(size, path="/demo/inline") as seen:
            begin(seen)
            seen.say(OPENING)
            expect(seen.frame.get_by_role("checkbox").first).to_be_visible()
            seen.page.evaluate("scrollTo(0, 0)")
            studio.shoot(seen, f"{size}-inline")


def main(base_url: str, wanted: list[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        studio = Studio(browser, base_url, wanted)
        others(studio)
        for size in ("phone", "desktop"):
            emergency(studio, size)
            emergency(studio, size, "dark")
            talk(studio, size)
        talk(studio, "phone", "dark")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2:])

"""Pictures of the real widget for the README: ``python -m tests.browser.take_screenshots http://127.0.0.1:8000``.

Needs a running Spinewise and Chromium; writes docs/screenshots/.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, Visit

FOLDER = Path("docs/screenshots")
SIZES = {"phone": (360, 740), "desktop": (1280, 800)}
OPENING = "my lower back is sore after a day at the desk, would a massage help?"
ALARM = "back pain and I can't feel it when I wipe"


def visit(browser: Browser, base_url: str, size: str, scheme: Literal["light", "dark"] = "light") -> Visit:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    return Visit(context.new_page(), base_url)


def shoot(seen: Visit, name: str) -> None:
    seen.page.wait_for_timeout(400)
    seen.page.screenshot(path=str(FOLDER / f"{name}.png"))


def to_guidance(seen: Visit) -> None:
    """Answers every question by its plainest choice until the guidance is there."""
    said = seen.assistant(1).count()
    card = seen.frame.locator(".card").first
    for _ in range(20):
        if card.is_visible():
            break
        seen.answer_plainly()
        said = seen.assistant(said + 1).count()


def main(base_url: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for size in SIZES:
            seen = visit(browser, base_url, size).go()
            shoot(seen, f"{size}-page")
            seen.launcher.click()
            expect(seen.frame.get_by_role("button", name="I agree, start")).to_be_visible()
            shoot(seen, f"{size}-consent")
            seen.frame.get_by_role("button", name="I agree, start").click()
            seen.assistant(1)
            seen.say(OPENING)
            expect(seen.frame.get_by_role("checkbox").first).to_be_visible()
            shoot(seen, f"{size}-checklist")
            to_guidance(seen)
            shoot(seen, f"{size}-guidance")
            for scheme in ("light", "dark"):
                other = visit(browser, base_url, size, scheme).talk()
                other.say(ALARM)
                expect(other.frame.locator(".message.emergency")).to_be_visible()
                shoot(other, f"{size}-emergency" + ("-dark" if scheme == "dark" else ""))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))

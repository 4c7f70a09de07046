"""A browser (Debian's Chromium), and the server the widget talks to."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, sync_playwright

from tests.browser.contract_server import Server

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="package")  # Playwright's event loop must be gone before asynchronous tests of other rooms run
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def scripted() -> Iterator[Server]:
    """A server whose answers are known, so that every state of the widget can be seen."""
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def base_url(scripted: Server) -> str:
    return scripted.base_url


@pytest.fixture
def posts(scripted: Server) -> Callable[[], list[dict[str, Any]]]:
    """The bodies of the messages the server received, oldest first."""
    return lambda: [body for _, body in scripted.app.state.posts]


@dataclass
class Visit:
    """One person's visit to the demo page, with what the browser complained about and asked for."""

    page: Page
    base_url: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def launcher(self) -> Locator:
        return self.page.locator("button.launch")

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    @property
    def box(self) -> Locator:
        return self.frame.get_by_role("textbox", name="Your message")

    def go(self) -> "Visit":
        self.page.goto(f"{self.base_url}/demo")
        self.launcher.wait_for()
        return self

    def talk(self) -> "Visit":
        """Opens the page and the widget, and agrees."""
        self.go()
        self.launcher.click()
        self.frame.get_by_role("button", name="I agree, start").click()
        self.assistant(1)
        return self

    def answer_plainly(self) -> None:
        """Answers the open question by its plainest choice: none, no, 4, the first; 41 where a number is typed."""
        group = self.frame.locator(".controls:not(.past)").last
        group.wait_for()
        if group.locator(".tick").count():
            group.get_by_role("checkbox").last.check()
            group.get_by_role("button", name="Send answer").click()
        elif group.locator(".scale").count():
            self.score("4")
        elif group.locator("input[type=text]").count():
            group.locator("input[type=text]").fill("41")
            group.locator("input[type=text]").press("Enter")
        elif group.get_by_role("button", name="No", exact=True).count():
            group.get_by_role("button", name="No", exact=True).click()
        else:
            group.locator(".choice").first.click()

    def score(self, value: str) -> None:
        """Types a score beside the line from 0 to 10."""
        field = self.frame.locator(".controls:not(.past) .scale input[type=number]")
        field.fill(value)
        field.press("Enter")

    def say(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def assistant(self, at_least: int) -> Locator:
        """The assistant's messages, once there are that many."""
        said = self.frame.locator(".message.assistant")
        said.nth(at_least - 1).wait_for()
        return said


def open_visit(browser: Browser, base_url: str, width: int = 1280, height: int = 800, **more) -> Visit:
    context = browser.new_context(viewport={"width": width, "height": height}, **more)
    page = context.new_page()
    page.set_default_timeout(30_000)  # other tests run beside these
    visit = Visit(page, base_url)
    page.on("console", lambda line: visit.complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("request", lambda request: visit.requests.append(request.url))
    return visit


@pytest.fixture
def visit(browser: Browser, base_url: str) -> Iterator[Visit]:
    made = open_visit(browser, base_url)
    yield made
    made.page.context.close()


@pytest.fixture
def phone(browser: Browser, base_url: str) -> Iterator[Visit]:
    made = open_visit(browser, base_url, 320, 640, has_touch=True, is_mobile=True)
    yield made
    made.page.context.close()

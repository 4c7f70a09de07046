"""The real summary page as the widget opens it: from a blob, under the policy of the widget's frame."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser

from api.app import create_app
from api.kit.settings import Settings
from tests.api.support import SECRET, StubMind

pytestmark = pytest.mark.browser

OPEN = """async () => {
  const asked = { method: "POST", headers: { "Content-Type": "application/json" } };
  const opening = JSON.stringify({ clinic: "demo", locale: "en", consent: true });
  const { id, token } = await (await fetch("/v1/conversations", { ...asked, body: opening })).json();
  const headers = { Authorization: `Bearer ${token}`, Accept: "text/html" };
  const page = await fetch(`/v1/conversations/${id}/summary`, { headers });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await page.blob());
  link.target = "_blank";
  link.rel = "noopener";
  document.body.append(link);
  link.click();
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("summary")
    settings = Settings(
        database_url=f"sqlite:///{folder / 'test.sqlite'}",
        rasa_secret=SECRET,
        token_secret=SECRET,
        var=folder,
        log_level="error",
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings, assistant=StubMind()), port=port, log_level="warning", ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def test_the_page_is_styled_and_breaks_no_policy(browser: Browser, address: str) -> None:
    context = browser.new_context()
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text))
    frame = context.new_page()
    frame.goto(f"{address}/widget/frame")
    with context.expect_page() as opened:
        frame.evaluate(OPEN)
    page = opened.value
    page.wait_for_load_state()
    assert page.url.startswith("blob:")
    shown = "getComputedStyle(document.querySelector('.level')).backgroundColor"
    assert page.evaluate(shown) == "rgb(77, 86, 97)"
    assert not [text for text in complaints if "Security Policy" in text]
    page.emulate_media(media="print")
    assert page.evaluate(shown) == "rgba(0, 0, 0, 0)"  # printers leave backgrounds out: a frame instead
    assert page.evaluate("getComputedStyle(document.querySelector('.person')).breakBefore") == "page"
    context.close()

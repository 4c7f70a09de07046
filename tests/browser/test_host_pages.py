"""The widget on pages of other origins: strict ones, hostile ones, and what it leaves of them."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from api.widget.assets import STATIC, files, version
from tests.browser.conftest import Visit, open_visit
from tests.browser.contract_server import Server

pytestmark = pytest.mark.browser

TELL = "my lower back is sore after a day at the desk"
Host = Callable[..., Visit]

NO_STYLE = (
    "* { all: unset !important } div, button, iframe { display: none !important; transform: scale(.5) !important }"
)
OLD_LIBRARIES = """
const broken = () => { throw new Error("the page's own"); };
const names = ["map", "forEach", "filter", "find", "push", "slice", "reduce", "join", "includes", "some", "concat"];
for (const name of names)
  Array.prototype[name] = broken;
Array.prototype.toJSON = broken;
Object.prototype.extra = broken;
JSON.stringify = JSON.parse = broken;
"""
LOADERS = """
window.defined = 0;
window.define = () => { window.defined += 1; }; define.amd = {};
window.exports = {}; window.module = { exports };
"""


@pytest.fixture
def host(browser: Browser, base_url: str, scripted: Server) -> Iterator[Host]:
    """Opens a page of another origin that has the tag; `tag` replaces it, `policy` is the page's."""
    made: list[Visit] = []

    def show(
        head: str = "", body: str = "<h1>Clinic</h1>", tag: str | None = None, policy: str = "", **more
    ) -> Visit:
        visit = open_visit(browser, base_url, **more)
        made.append(visit)
        tag = tag or f'<script src="{base_url}/widget.js" data-clinic="demo" async></script>'
        page = f"<!doctype html><html lang=en><title>Clinic</title>{head}<body>{body}{tag}"
        scripted.app.state.pages["clinic"] = (page, {"Content-Security-Policy": policy} if policy else {})
        visit.page.goto(f"{base_url.replace('127.0.0.1', 'localhost')}/pages/clinic")
        return visit

    yield show
    for visit in made:
        visit.page.context.close()


def talk(visit: Visit) -> None:
    """From the launcher to the first question."""
    visit.launcher.click()
    visit.frame.get_by_role("button", name="I agree, start").click()
    visit.assistant(1)
    visit.say(TELL)
    visit.assistant(2)


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_a_page_that_unsets_every_style_changes_nothing(host: Host, width: int) -> None:
    visit = host(head=f"<style>{NO_STYLE}</style>", width=width, height=740)
    box = visit.launcher.bounding_box()
    assert box
    assert box["height"] >= 44
    assert box["x"] + box["width"] == pytest.approx(width - 16, abs=2)
    assert box["y"] + box["height"] == pytest.approx(740 - 16, abs=2)
    assert visit.launcher.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(11, 98, 99)"
    talk(visit)
    frame = visit.page.locator("iframe").bounding_box()
    assert frame
    assert frame["width"] >= min(width, 390)


def test_inline_it_fills_its_place_though_every_style_is_unset(host: Host, base_url: str) -> None:
    style = f"<style>{NO_STYLE} main {{ display: block !important; height: 600px !important }}</style>"
    tag = f'<script src="{base_url}/widget.js" data-inline="main" async></script>'
    visit = host(head=style, body="<main></main>", tag=tag)
    visit.frame.get_by_role("button", name="I agree, start").click()
    visit.assistant(1)
    box = visit.page.locator("iframe").bounding_box()
    assert box
    assert box["height"] == pytest.approx(600, abs=2)


@pytest.mark.parametrize("script", [OLD_LIBRARIES, LOADERS], ids=["own methods of arrays", "module loaders"])
def test_a_page_with_its_own_ideas_of_javascript(host: Host, script: str) -> None:
    visit = host(head=f"<script>{script}</script>")
    talk(visit)
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator("dialog")).to_be_hidden()
    assert visit.complaints == []
    if "defined" in script:
        assert visit.page.evaluate("window.defined") == 0
        assert visit.page.evaluate("Object.keys(window.exports).length") == 0


def test_the_page_is_left_as_it_was(host: Host) -> None:
    count = "<script>window.before = new Set(Object.getOwnPropertyNames(window))</script>"
    style = "<style>body { display: grid; gap: 40px; align-content: start } body > * { margin: 0 }</style>"
    visit = host(head=style + count, body="<h1>Clinic</h1><p id=last>Below</p>", width=360, height=740)
    talk(visit)
    visit.page.evaluate("Spinewise.close()")
    left = "Object.getOwnPropertyNames(window).filter((name) => !window.before.has(name) && name !== 'before')"
    assert [name for name in visit.page.evaluate(left) if not name.isdigit()] == ["Spinewise"]
    assert visit.page.locator("body > [data-spinewise]").count() == 1
    assert visit.page.evaluate("document.documentElement.getAttribute('style') || ''") == ""
    assert visit.page.evaluate("document.cookie") == ""
    assert visit.page.evaluate("document.body.scrollHeight") <= 740


def test_the_tag_shifts_nothing(host: Host) -> None:
    """Nothing moves before a click, and then nothing of the page's (the launcher itself becomes a round button)."""
    watch = (
        "<script>window.moved = []; new PerformanceObserver((list) => list.getEntries().forEach("
        "({ sources }) => moved.push(...sources.map(({ node }) => node ? node.nodeName : 'widget'))))"
        ".observe({ type: 'layout-shift', buffered: true })</script>"
    )
    style = (
        "<style>body { display: flex; flex-flow: column; gap: 60px; justify-content: end; min-height: 90vh }</style>"
    )
    visit = host(head=watch + style, body="<h1>Clinic</h1><p>Below</p>")
    visit.launcher.wait_for()
    two_frames = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    visit.page.evaluate(two_frames)
    assert visit.page.evaluate("moved") == []
    visit.page.evaluate("Spinewise.open()")
    visit.frame.get_by_role("button", name="I agree, start").wait_for()
    visit.page.evaluate(two_frames)
    assert set(visit.page.evaluate("moved")) <= {"widget"}


def test_a_strict_policy_needs_two_places_only(host: Host, base_url: str) -> None:
    visit = host(policy=f"default-src 'none'; script-src {base_url}; frame-src {base_url}")
    talk(visit)
    assert visit.complaints == []


def test_a_pinned_address_with_its_hash(host: Host, base_url: str, browser: Browser) -> None:
    address = f"{base_url}/widget/static/v/{version()}/widget.js"
    digest = base64.b64encode(hashlib.sha384(files()["widget.js"].body).digest()).decode()
    tag = '<script src="{}" integrity="sha384-{}" crossorigin="anonymous" async></script>'
    talk(host(tag=tag.format(address, digest)))
    wrong = base64.b64encode(bytes(48)).decode()
    refused = host(tag=tag.format(address, wrong))
    refused.page.wait_for_load_state("networkidle")
    assert refused.launcher.count() == 0
    assert any("integrity" in complaint for complaint in refused.complaints)


def test_other_frames_of_the_page_are_not_heard(host: Host) -> None:
    visit = host(body='<h1>Clinic</h1><iframe id=other srcdoc="<p>advert"></iframe>')
    visit.page.evaluate("window.heard = []; Spinewise.on('level', (level) => heard.push(level))")
    visit.launcher.click()
    own = visit.page.frame_locator("[data-spinewise] iframe")
    own.get_by_role("button", name="I agree, start").click()
    own.locator(".message").first.wait_for()
    other = visit.page.locator("#other").element_handle().content_frame()
    for message in ("{ spinewise: 1, type: 'close' }", "{ spinewise: 1, type: 'level', level: 'emergency' }"):
        other.evaluate(f"parent.postMessage({message}, '*')")
    other.evaluate(
        "for (let at = 0; at < parent.length; at += 1) parent[at].postMessage({ spinewise: 1, type: 'open' }, '*')"
    )
    visit.page.evaluate("new Promise((done) => setTimeout(done, 100))")
    expect(visit.page.locator("dialog")).to_be_visible()
    assert "emergency" not in visit.page.evaluate("heard")


def test_the_frame_tells_nothing_to_a_page_it_was_not_made_for(
    browser: Browser, base_url: str, scripted: Server
) -> None:
    listen = "<script>window.heard = []; addEventListener('message', (event) => heard.push(event.data))</script>"
    visit = open_visit(browser, base_url)
    for name, count in (("127.0.0.1", 1), ("localhost", 0)):
        named = base_url.replace("127.0.0.1", name)
        frame = f'<iframe src="/widget/frame?clinic=demo&host={named}" width=400 height=600></iframe>'
        scripted.app.state.pages["own"] = (f"<!doctype html>{listen}{frame}", {})
        visit.page.goto(f"{base_url}/pages/own")
        visit.frame.get_by_role("button", name="I agree, start").wait_for()
        visit.page.evaluate("new Promise((done) => setTimeout(done, 100))")
        assert len(visit.page.evaluate("heard")) == count, name
    visit.page.context.close()


@pytest.mark.parametrize("colour", ["#ffe600", "#0b0b60", "#808080", "#757575", "#d4145a", "#f5f5f5"])
def test_words_on_the_launcher_keep_their_contrast(host: Host, base_url: str, colour: str) -> None:
    tag = f'<script src="{base_url}/widget.js" data-colour="{colour}" async></script>'
    visit = host(tag=tag)
    both = visit.launcher.evaluate("node => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]")

    def luminance(css: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", css)[:3]]
        light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]

    dark, light = sorted(map(luminance, both))
    assert (light + 0.05) / (dark + 0.05) >= 4.5
    assert both[1] == f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


def test_another_language_keeps_the_conversation(host: Host) -> None:
    visit = host()
    talk(visit)
    words = json.loads((STATIC / "locales/en.json").read_text())
    words["composer"]["label"] = "Su mensaje"
    visit.page.route("**/locales/xx.json", lambda route: route.fulfill(json=words))
    iframe = "document.querySelector('[data-spinewise]').shadowRoot.querySelector('iframe')"
    visit.page.evaluate(f"{iframe}.contentWindow.postMessage({{ spinewise: 1, type: 'locale', detail: 'xx' }}, '*')")
    box = visit.frame.get_by_role("textbox", name="Su mensaje")
    box.wait_for()
    visit.assistant(2)
    expect(visit.frame.locator(".message.person .text")).to_have_text(TELL)
    expect(visit.frame.locator("html")).to_have_attribute("lang", "xx")
    box.fill("why do you ask?")
    box.press("Enter")
    visit.assistant(3)
    visit.page.evaluate("Spinewise.locale('en-GB')")
    visit.box.wait_for()
    visit.assistant(3)


def test_opening_and_closing_twice_is_opening_and_closing(host: Host) -> None:
    visit = host()
    visit.launcher.wait_for()
    visit.page.evaluate("Spinewise.open(); Spinewise.open()")
    expect(visit.page.locator("dialog[open]")).to_have_count(1)
    visit.page.evaluate("Spinewise.close(); Spinewise.close()")
    expect(visit.page.locator("dialog")).to_be_hidden()


@pytest.mark.parametrize(("width", "modal"), [(360, True), (768, False), (1280, False)])
def test_it_takes_the_whole_screen_of_a_phone_only(host: Host, width: int, modal: bool) -> None:
    visit = host(width=width, height=740)
    visit.launcher.click()
    visit.frame.get_by_role("button", name="I agree, start").wait_for()
    assert visit.page.locator("dialog").evaluate("node => node.matches(':modal')") is modal
    box = visit.page.locator("dialog").bounding_box()
    assert box
    assert (box["width"] == width) is modal

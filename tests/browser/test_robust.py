"""What goes wrong around a conversation: other tabs, sleep, a server that restarts, a line that breaks."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Frame, Page, Route, expect

from tests.browser.conftest import Visit, open_visit
from tests.browser.contract_server import Server

pytestmark = pytest.mark.browser

TELL = "my lower back is sore after a day at the desk"
MESSAGES = re.compile(r"/v1/conversations/[^/]+/messages$")


@pytest.fixture
def own() -> Iterator[Server]:
    """A server of the test's own, that it may stop and start."""
    server = Server()
    server.start()
    yield server
    server.stop()


def frame_of(page: Page) -> Frame:
    return next(frame for frame in page.frames if "/widget/frame" in frame.url)


def wake(page: Page) -> None:
    """The page is looked at again."""
    frame_of(page).evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def second_tab(visit: Visit) -> Visit:
    """The same page opened from this one, which takes the conversation along."""
    with visit.page.expect_popup() as opened:
        visit.page.evaluate("void window.open(location.href)")
    other = Visit(opened.value, visit.base_url)
    other.page.set_default_timeout(30_000)
    other.launcher.click()
    return other


def test_two_tabs_show_the_same_conversation(visit: Visit) -> None:
    visit.talk()
    other = second_tab(visit)
    other.assistant(1)
    visit.say(TELL)
    visit.assistant(2)
    wake(other.page)
    other.assistant(2)
    expect(other.frame.locator(".message.person .text")).to_have_text(TELL)
    other.frame.get_by_label("None of these").check()
    other.frame.get_by_role("button", name="Send answer").click()
    other.assistant(3)
    wake(visit.page)
    visit.assistant(3)
    expect(visit.frame.locator(".message")).to_have_count(5)


def test_what_was_said_in_another_tab_is_not_lost_when_this_one_goes_on(visit: Visit) -> None:
    visit.talk()
    other = second_tab(visit)
    other.assistant(1)
    visit.say(TELL)
    visit.assistant(2)
    other.say("why do you ask?")
    other.assistant(3)
    texts = other.frame.locator(".message.person .text")
    expect(texts).to_have_text([TELL, "why do you ask?"])


def test_a_phone_that_slept_shows_what_it_missed(visit: Visit) -> None:
    visit.talk()
    elsewhere = """async (text) => {
      const kept = JSON.parse(sessionStorage.getItem("spinewise:demo"));
      const headers = { Authorization: `Bearer ${kept.token}`, "Content-Type": "application/json" };
      const body = JSON.stringify({ text });
      await fetch(`/v1/conversations/${kept.id}/messages`, { method: "POST", headers, body });
    }"""
    frame_of(visit.page).evaluate(elsewhere, TELL)
    expect(visit.frame.locator(".message")).to_have_count(1)
    wake(visit.page)
    visit.assistant(2)
    expect(visit.frame.locator(".message.person .text")).to_have_text(TELL)
    expect(visit.frame.get_by_role("checkbox").first).to_be_enabled()


def test_a_message_lost_while_asleep_goes_once_it_wakes(visit: Visit, posts) -> None:
    visit.talk()
    visit.page.route(MESSAGES, lambda route: route.abort())
    visit.say(TELL)
    expect(visit.frame.get_by_text("Not sent.")).to_be_visible()
    before = len(posts())
    visit.page.unroute(MESSAGES)
    wake(visit.page)
    visit.assistant(2)
    assert len(posts()) == before + 1
    expect(visit.frame.locator(".message.person")).to_have_count(1)


def test_a_server_that_restarts_gets_the_message_without_a_hand(browser: Browser, own: Server) -> None:
    visit = open_visit(browser, own.base_url, 360, 740).talk()
    own.stop()
    visit.say(TELL)
    expect(visit.frame.get_by_text("Not sent.")).to_be_visible()
    expect(visit.frame.locator(".notice.alarm")).to_contain_text("Call your local emergency number")
    own.start()
    visit.frame.locator(".message.assistant").nth(1).wait_for(timeout=60_000)
    assert [body for _, body in own.app.state.posts] == [{"text": TELL}]
    expect(visit.frame.locator(".message.person")).to_have_count(1)
    expect(visit.frame.get_by_text("Not sent.")).to_have_count(0)
    visit.page.context.close()


def test_coming_back_to_a_server_that_is_gone_tells_about_emergencies(browser: Browser, own: Server) -> None:
    visit = open_visit(browser, own.base_url).talk()
    visit.page.route(re.compile("/v1/"), lambda route: route.abort())
    visit.page.reload()
    visit.launcher.click()
    expect(visit.frame.locator(".notice.alarm")).to_contain_text("Call your local emergency number")
    expect(visit.frame.locator("#urgent")).to_contain_text("Call your local emergency number")
    visit.page.unroute(re.compile("/v1/"))
    visit.frame.get_by_role("button", name="Try again").click()
    visit.assistant(1)
    visit.page.context.close()


def test_agreeing_with_the_server_gone_tells_about_emergencies(visit: Visit) -> None:
    visit.go().launcher.click()
    visit.page.route(re.compile("/v1/"), lambda route: route.abort())
    visit.frame.get_by_role("button", name="I agree, start").click()
    expect(visit.frame.get_by_role("alert").first).to_contain_text("Call your local emergency number")
    visit.page.unroute(re.compile("/v1/"))
    visit.frame.get_by_role("button", name="Try again").click()
    visit.assistant(1)


def test_an_answer_that_got_lost_is_fetched_and_nothing_is_said_twice(visit: Visit) -> None:
    visit.talk()

    def lose(route: Route) -> None:
        route.fetch()  # the server has it, and its answer
        route.fulfill(status=503, json={"code": "assistant_unavailable", "messages": [said]})

    said = {"id": "u", "seq": 0, "role": "assistant", "kind": "emergency", "text": "Call 112.", "calls": ["112"]}
    visit.page.route(MESSAGES, lose)
    visit.say(TELL)
    expect(visit.frame.get_by_text("Not answered.")).to_be_visible()
    visit.page.unroute(MESSAGES)
    wake(visit.page)
    expect(visit.frame.get_by_role("checkbox").first).to_be_visible()
    expect(visit.frame.locator(".message.person")).to_have_count(1)


def test_states_of_a_message_are_told(visit: Visit) -> None:
    visit.talk()
    held: list[Route] = []
    visit.page.route(MESSAGES, lambda route: held.append(route))
    visit.say(TELL)
    expect(visit.frame.get_by_text("Sending…")).to_be_visible()
    expect(visit.frame.locator(".typing")).to_be_visible()
    expect(visit.frame.locator(".typing")).to_contain_text("The assistant is writing")
    held[0].continue_()
    visit.assistant(2)
    expect(visit.frame.get_by_text("Sending…")).to_have_count(0)
    expect(visit.frame.locator(".typing")).to_be_hidden()


def test_who_reads_further_up_is_left_there_when_it_is_tried_again(browser: Browser, base_url: str) -> None:
    visit = open_visit(browser, base_url, 360, 480).talk()
    visit.say(TELL)
    visit.assistant(2)
    visit.page.route(MESSAGES, lambda route: route.abort())
    visit.say("hello?")
    expect(visit.frame.get_by_text("Not sent.")).to_be_visible()
    frame = frame_of(visit.page)
    frame.evaluate("document.querySelector('#log').scrollTop = 0")
    wake(visit.page)
    expect(visit.frame.get_by_text("Not sent.")).to_be_visible()
    assert frame.evaluate("document.querySelector('#log').scrollTop") == 0
    visit.page.context.close()


def test_starting_again_leaves_nothing_behind(browser: Browser, own: Server) -> None:
    visit = open_visit(browser, own.base_url).talk()
    visit.say(TELL)
    visit.assistant(2)
    first = set(own.app.state.talks)
    visit.frame.get_by_role("button", name="Menu").click()
    visit.frame.get_by_role("button", name="Start again").click()
    visit.frame.get_by_role("button", name="Keep it").click()
    expect(visit.frame.locator(".message")).to_have_count(3)
    expect(visit.frame.get_by_role("button", name="Menu")).to_be_focused()
    visit.frame.get_by_role("button", name="Menu").click()
    visit.frame.get_by_role("button", name="Start again").click()
    visit.frame.get_by_role("button", name="Delete and start again").click()
    expect(visit.frame.locator(".message")).to_have_count(1)
    assert len(own.app.state.talks) == 1
    assert not first & set(own.app.state.talks)
    visit.page.context.close()


def test_the_summary_is_saved_as_a_pdf(visit: Visit) -> None:
    visit.talk().say(TELL)
    visit.assistant(2)
    visit.frame.get_by_role("button", name="Menu").click()
    with visit.page.expect_download() as saving:
        visit.frame.get_by_role("button", name="Download my summary (PDF)").click()
    assert saving.value.suggested_filename == "summary.pdf"
    assert saving.value.path().read_bytes().startswith(b"%PDF")


def test_escape_closes_one_thing_at_a_time(visit: Visit) -> None:
    visit.talk()
    menu = visit.frame.get_by_role("button", name="Menu")
    menu.click()
    visit.frame.get_by_role("button", name="Delete my conversation").click()
    visit.frame.get_by_role("button", name="Keep it").wait_for()
    visit.page.keyboard.press("Escape")
    expect(visit.frame.locator("dialog")).to_have_count(0)
    expect(menu).to_be_focused()
    menu.click()
    visit.page.keyboard.press("Escape")
    expect(menu).to_have_attribute("aria-expanded", "false")
    expect(menu).to_be_focused()
    expect(visit.page.locator("dialog")).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator("dialog")).to_be_hidden()
    expect(visit.launcher).to_be_focused()


@pytest.mark.parametrize(("motion", "name"), [("reduce", "none"), ("no-preference", "wait")])
def test_nothing_moves_for_who_wants_less_motion(
    browser: Browser, base_url: str, motion: Literal["reduce", "no-preference"], name: str
) -> None:
    visit = open_visit(browser, base_url, reduced_motion=motion).talk()
    visit.page.route(MESSAGES, lambda route: None)
    visit.say(TELL)
    dot = visit.frame.locator(".typing i").first
    dot.wait_for()
    assert dot.evaluate("node => getComputedStyle(node).animationName") == name
    visit.page.context.close()


def test_pain_then_and_now_is_a_chart_with_numbers(visit: Visit) -> None:
    visit.talk().say("check again please")
    chart = visit.frame.locator(".pain")
    expect(chart.get_by_role("listitem")).to_have_text(["Then7", "Now3"])
    expect(chart.locator("meter").first).to_have_attribute("aria-label", "Then: 7")
    visit.say("why?")
    visit.assistant(3)
    expect(chart).to_have_count(1)


def test_a_long_conversation_comes_back_whole_and_in_order(browser: Browser, own: Server) -> None:
    visit = open_visit(browser, own.base_url, 360, 740).talk()
    visit.say(TELL)
    visit.assistant(2)
    (talk,) = own.app.state.talks.values()
    question = talk["messages"].pop()
    for at in range(130):
        seq = len(talk["messages"]) + 1
        said = {**question, "id": f"m{at}", "seq": seq, "kind": "answer", "text": f"number {at}", "choices": []}
        talk["messages"].append({**said, "question": None, "role": "person" if at % 2 else "assistant"})
    talk["messages"].append({**question, "seq": len(talk["messages"]) + 1})
    visit.page.reload()
    visit.launcher.click()
    texts = visit.frame.locator(".message .text")
    expect(texts).to_have_count(133)
    assert texts.all_text_contents()[2:-1] == [f"number {at}" for at in range(130)]
    expect(visit.frame.get_by_role("button", name="Send answer")).to_be_in_viewport()
    expect(visit.frame.locator(".controls:not(.past)")).to_have_count(1)
    visit.page.context.close()

"""What a person sees and does in the widget, in a real browser."""

import json
import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Visit, open_visit

pytestmark = pytest.mark.browser

TELL = "my lower back is sore after a day at the desk"


def focused(visit: Visit) -> str:
    """The class of the focused element of the page, inside the widget's shadow root."""
    return visit.page.evaluate("document.querySelector('[data-spinewise]').shadowRoot.activeElement?.className ?? ''")


def test_opens_by_click_and_waits_for_consent(visit: Visit) -> None:
    visit.go().launcher.click()
    expect(visit.frame.get_by_role("heading", name="Before we start")).to_be_visible()
    expect(visit.frame.get_by_role("button", name="I agree, start")).to_be_in_viewport(ratio=1)
    expect(visit.box).to_be_hidden()
    assert not [address for address in visit.requests if "/v1/" in address]


def test_a_whole_visit_by_keyboard(visit: Visit) -> None:
    visit.go().launcher.focus()
    press = visit.page.keyboard.press
    press("Enter")
    agree = visit.frame.get_by_role("button", name="I agree, start")
    agree.wait_for()
    for _ in range(6):
        press("Tab")
        if agree.evaluate("node => node === document.activeElement"):
            break
    press("Enter")
    visit.assistant(1)
    expect(visit.box).to_be_focused()
    visit.page.keyboard.type(TELL)
    press("Shift+Enter")
    visit.page.keyboard.type("would a massage help?")
    press("Enter")
    visit.assistant(2)
    expect(visit.frame.locator(".message.person .text")).to_have_text(f"{TELL}\nwould a massage help?")
    none = visit.frame.get_by_label("None of these")
    none.focus()
    press("Space")
    press("Tab")
    press("Enter")
    visit.assistant(3)
    press("Escape")
    expect(visit.page.locator("dialog")).to_be_hidden()
    assert focused(visit) == "launch"
    press("Enter")
    expect(visit.frame.locator(".message.assistant")).to_have_count(3)


def test_escape_before_the_frame_has_focus(visit: Visit) -> None:
    visit.go().launcher.click()
    visit.frame.get_by_role("button", name="I agree, start").wait_for()
    visit.launcher.focus()
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator("dialog")).to_be_hidden()
    assert focused(visit) == "launch"


def test_checklist_sends_several_one_or_none(visit: Visit, posts) -> None:
    visit.talk().say(TELL)
    visit.assistant(2)
    boxes = visit.frame.get_by_role("checkbox")
    visit.frame.get_by_role("button", name="Send answer").click()
    expect(visit.frame.get_by_text("Tick what applies, or the last line if nothing does.")).to_be_visible()
    boxes.nth(2).check()
    boxes.last.check()
    expect(boxes.nth(2)).not_to_be_checked()
    boxes.nth(2).check()
    boxes.nth(4).check()
    expect(boxes.last).not_to_be_checked()
    ids = [boxes.nth(at).get_attribute("data-choice") for at in (2, 4)]
    visit.frame.get_by_role("button", name="Send answer").click()
    visit.assistant(3)
    assert posts()[-1] == {"choices": ids}
    expect(boxes.nth(0)).to_be_disabled()


def test_choices_are_not_shown_twice(visit: Visit) -> None:
    """The text lists them for channels without controls."""
    visit.talk().say(TELL)
    shown = visit.assistant(2).last.locator(".text")
    expect(shown).to_have_text("First, is any of these true for you now or in the last few days?")


def test_choice_sends_its_id_and_old_choices_go_dead(visit: Visit, posts) -> None:
    visit.talk().say(TELL)
    visit.frame.get_by_label("None of these").check()
    visit.frame.get_by_role("button", name="Send answer").click()
    region = visit.frame.get_by_role("button", name="Lower back")
    opaque = region.get_attribute("data-choice")
    region.click()
    visit.assistant(4)
    assert posts()[-1] == {"choice": opaque}
    before = len(posts())
    neck = visit.frame.get_by_role("button", name="Neck")
    expect(neck).to_have_attribute("aria-disabled", "true")
    neck.click(force=True)
    visit.score("7")
    visit.assistant(5)
    assert len(posts()) == before + 1


def test_a_token_that_ran_out_is_renewed_without_a_word(visit: Visit, posts) -> None:
    visit.talk().say("my token will run out")
    visit.assistant(2)
    visit.say("still here")
    visit.assistant(3)
    expect(visit.frame.get_by_text("Not sent.")).to_have_count(0)
    assert [body["text"] for body in posts()[-2:]] == ["my token will run out", "still here"]
    visit.page.reload()  # the renewed token is the one that was kept
    visit.launcher.click()
    expect(visit.frame.locator(".message.assistant")).to_have_count(3)


def test_a_conversation_whose_secrets_are_worthless_has_ended(visit: Visit) -> None:
    visit.talk().say("all is lost")
    visit.assistant(2)
    visit.say("hello?")
    expect(visit.frame.get_by_role("button", name="Start a new one")).to_be_visible()


def test_why_do_you_ask_leaves_the_question_open(visit: Visit) -> None:
    visit.talk().say(TELL)
    visit.assistant(2)
    visit.frame.get_by_role("button", name="Why do you ask?").click()
    visit.assistant(3)
    expect(visit.frame.get_by_role("checkbox").first).to_be_enabled()


def test_guidance_shows_dose_evidence_and_a_safe_link(visit: Visit) -> None:
    visit.talk().say(TELL)
    visit.frame.get_by_label("None of these").check()
    visit.frame.get_by_role("button", name="Send answer").click()
    visit.frame.get_by_role("button", name="Lower back").click()
    visit.score("4")
    field = visit.frame.get_by_label("Your answer as a number")
    field.fill("41")
    field.press("Enter")
    visit.frame.get_by_role("button", name="No", exact=True).click()
    card = visit.frame.locator(".card").first
    expect(card).to_contain_text("2 to 3 minutes each side")
    expect(card).to_contain_text("Low certainty")
    lead = visit.frame.locator(".message", has=card).locator(".bubble .text")
    expect(lead).to_have_text("These are the things most worth doing now:")
    link = card.get_by_role("link")
    assert link.get_attribute("target") == "_blank"
    assert "noopener" in link.get_attribute("rel")


@pytest.mark.parametrize(("width", "height"), [(320, 400), (360, 740), (768, 1024), (1280, 800)])
def test_the_number_to_call_is_in_view_on_any_screen(browser, base_url: str, width: int, height: int) -> None:
    visit = open_visit(browser, base_url, width, height).talk()
    visit.say("back pain and i cant feel it when i wipe")
    expect(visit.frame.get_by_role("link", name="Call 999")).to_be_in_viewport(ratio=1)
    visit.page.context.close()


def test_emergency_is_in_view_and_can_be_called(phone: Visit) -> None:
    phone.talk().say("back pain and i cant feel it when i wipe")
    message = phone.frame.locator(".message.emergency")
    expect(message.get_by_role("heading", name="Get help now")).to_be_in_viewport()
    assert message.get_by_role("link", name="Call 999").get_attribute("href") == "tel:999"
    expect(phone.frame.locator("#urgent")).to_contain_text("Call 999 now")


def test_a_score_is_dragged_or_typed(visit: Visit, posts) -> None:
    visit.talk().say(TELL)
    for said in (2, 3):
        visit.assistant(said)
        visit.answer_plainly()
    visit.assistant(4)
    line = visit.frame.get_by_role("slider", name="Your pain from 0 to 10")
    field = visit.frame.get_by_label("Or type your score")
    expect(field).to_have_value("")
    line.focus()
    visit.page.keyboard.press("ArrowRight")
    expect(field).to_have_value("6")
    field.fill("11")
    field.press("Enter")
    before = len(posts())
    field.fill("3")
    expect(line).to_have_value("3")
    field.press("Enter")
    visit.assistant(5)
    assert len(posts()) == before + 1
    expect(visit.frame.locator(".message.person .text").last).to_have_text("3")


def test_the_body_map_takes_one_place_or_several(visit: Visit, posts) -> None:
    visit.talk().say(TELL)
    visit.answer_plainly()
    visit.assistant(3)
    neck = visit.frame.get_by_role("checkbox", name="Neck")
    neck.locator("path").first.click()
    expect(neck).to_have_attribute("aria-checked", "true")
    shoulder = visit.frame.get_by_role("checkbox", name="Shoulder")
    shoulder.focus()
    visit.page.keyboard.press("Space")
    visit.frame.get_by_role("button", name="Send: Neck, Shoulder").click()
    visit.assistant(4)
    assert posts()[-1] == {"text": "Neck, Shoulder"}


def test_one_place_of_the_body_map_is_its_choice(visit: Visit, posts) -> None:
    visit.talk().say(TELL)
    visit.answer_plainly()
    visit.assistant(3)
    opaque = visit.frame.get_by_role("button", name="Lower back").get_attribute("data-choice")
    visit.frame.get_by_role("checkbox", name="Lower back").click()
    visit.frame.get_by_role("button", name="Send: Lower back").click()
    visit.assistant(4)
    assert posts()[-1] == {"choice": opaque}


def test_an_earlier_answer_is_changed(visit: Visit, posts) -> None:
    visit.talk().say(TELL)
    visit.answer_plainly()
    visit.assistant(3)
    visit.frame.get_by_role("button", name="Change this answer").click()
    boxes = visit.frame.locator(".controls").first.get_by_role("checkbox")
    expect(boxes.first).to_be_enabled()
    boxes.nth(1).check()
    visit.frame.get_by_role("button", name="Send answer").click()
    visit.assistant(4)
    assert posts()[-1]["change"] is True


def test_about_how_many_questions_are_left(visit: Visit) -> None:
    visit.talk().say(TELL)
    visit.assistant(2)
    expect(visit.frame.get_by_text("About 4 questions left")).to_be_visible()


def test_guidance_is_drawn(visit: Visit) -> None:
    visit.talk().say(TELL)
    for said in range(2, 7):
        visit.assistant(said)
        visit.answer_plainly()
    picture = visit.frame.locator(".card img").first
    picture.wait_for()
    assert picture.evaluate("node => node.decode().then(() => node.naturalWidth)") > 0


def test_what_waits_is_sent_when_the_line_is_back(visit: Visit, posts) -> None:
    visit.talk()
    visit.page.context.set_offline(True)
    visit.say(TELL)
    expect(visit.frame.get_by_role("button", name="Try again")).to_be_visible()
    before = len(posts())
    visit.page.context.set_offline(False)
    visit.assistant(2)
    assert len(posts()) == before + 1
    expect(visit.frame.locator(".message.person")).to_have_count(1)


def test_a_page_hears_of_opening_and_of_the_level(visit: Visit) -> None:
    visit.go()
    visit.page.evaluate(
        "window.heard = []; for (const type of ['open', 'close', 'level'])"
        " Spinewise.on(type, (detail) => heard.push([type, detail ?? null]));"
    )
    visit.page.evaluate("Spinewise.open()")
    visit.frame.get_by_role("button", name="I agree, start").click()
    visit.assistant(1)
    visit.say("I cannot feel it when I wipe")
    visit.frame.locator(".message.emergency").wait_for()
    visit.page.evaluate("Spinewise.close()")
    heard = visit.page.evaluate("heard")
    assert heard[0] == ["open", None]
    assert ["level", "emergency"] in heard
    assert heard[-1] == ["close", None]


def test_inline_the_conversation_stands_in_the_page(visit: Visit) -> None:
    visit.page.goto(f"{visit.base_url}/demo/inline")
    visit.frame.get_by_role("button", name="I agree, start").click()
    visit.assistant(1)
    expect(visit.launcher).to_have_count(0)
    expect(visit.frame.get_by_role("button", name="Close")).to_be_hidden()
    visit.say(TELL)
    visit.assistant(2)


def test_live_region_holds_only_what_is_new(visit: Visit) -> None:
    visit.talk().say(TELL)
    visit.assistant(2)
    expect(visit.frame.locator("#live p")).to_have_count(1)
    expect(visit.frame.locator("#live")).to_contain_text("1. Numbness between the legs")
    expect(visit.frame.get_by_role("log")).to_have_attribute("aria-live", "off")


@pytest.mark.parametrize("width", [320, 360, 768])
def test_no_sideways_scrolling(browser, base_url: str, width: int) -> None:
    visit = open_visit(browser, base_url, width, 640)
    visit.talk().say("an-extremely-long-word-" * 12)
    visit.assistant(2)
    measure = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visit.page.evaluate(measure) <= 0
    inner = visit.page.frames[1]
    assert inner.evaluate(measure) <= 0
    assert inner.evaluate("log.scrollWidth - log.clientWidth") <= 0
    visit.page.context.close()


def test_targets_are_large_enough(phone: Visit) -> None:
    phone.talk().say(TELL)
    phone.assistant(2)
    for control in phone.frame.locator("button:visible, .tick:visible, textarea:visible").all():
        box = control.bounding_box()
        assert box["height"] >= 43.5, control.inner_text()
        assert box["width"] >= 43.5, control.inner_text()


def test_no_cookie_no_third_party_no_complaint(visit: Visit) -> None:
    visit.talk().say(TELL)
    visit.assistant(2)
    assert visit.complaints == []
    assert [address for address in visit.requests if not address.startswith(visit.base_url)] == []
    assert visit.page.context.cookies() == []
    assert not any("token" in address.lower() for address in visit.requests)


def test_typed_markup_is_inert_from_either_side(visit: Visit) -> None:
    bad = '<img src=x onerror="document.title=1"><b>x</b>'
    visit.talk()

    def answer(route: Route) -> None:
        message = {
            "id": "m",
            "seq": 9,
            "role": "assistant",
            "kind": "advice",
            "text": bad,
            "choices": [{"id": "c", "label": bad}],
            "question": None,
            "guidance": [],
            "sources": [{"title": bad, "url": "javascript:alert(1)"}],
        }
        route.fulfill(status=201, json={"messages": [message], "triage": {"status": "asking"}})

    visit.page.route(re.compile("/v1/conversations/.+/messages"), answer)
    visit.say(bad)
    visit.assistant(2)
    expect(visit.frame.locator(".message.person .text")).to_have_text(bad)
    expect(visit.frame.locator(".advice .text").first).to_have_text(bad)
    assert visit.frame.locator("#log img, #log b, #log a").count() == 0
    assert visit.complaints == []


def test_failed_message_goes_again_with_the_same_key(visit: Visit) -> None:
    visit.talk()
    keys: list[str] = []

    def lose_first(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        route.abort() if len(keys) == 1 else route.continue_()

    visit.page.route(re.compile("/v1/conversations/.+/messages"), lose_first)
    visit.say(TELL)
    expect(visit.frame.get_by_text("call your local emergency number").first).to_be_visible()
    visit.frame.get_by_role("button", name="Try again").click()
    visit.assistant(2)
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert len(keys[0]) == 36
    expect(visit.frame.locator(".message.person")).to_have_count(1)


def test_unavailable_assistant_is_said_honestly(visit: Visit) -> None:
    visit.talk()
    said = {
        "id": "u",
        "seq": 0,
        "role": "assistant",
        "kind": "emergency",
        "text": "Call 112. I cannot assess this now.",
        "calls": ["112"],
    }
    problem = {"type": "about:blank", "status": 503, "code": "assistant_unavailable", "messages": [said]}
    pattern = re.compile("/v1/conversations/.+/messages")
    visit.page.route(pattern, lambda route: route.fulfill(status=503, body=json.dumps(problem)))
    visit.say(TELL)
    expect(visit.frame.get_by_text("I cannot assess this now")).to_have_count(2)
    expect(visit.frame.get_by_text("Not answered.")).to_be_visible()
    expect(visit.frame.get_by_role("link", name="Call 112")).to_be_visible()
    visit.page.unroute(pattern)
    visit.frame.get_by_role("button", name="Try again").click()
    expect(visit.frame.get_by_role("checkbox").first).to_be_visible()


def test_answer_that_takes_longer_is_fetched(visit: Visit) -> None:
    visit.talk()

    def later(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        route.fetch()
        route.fulfill(status=202, json={"messages": [], "triage": {"status": "asking"}})

    visit.page.route(re.compile("/v1/conversations/.+/messages"), later)
    visit.say(TELL)
    expect(visit.frame.get_by_role("checkbox").first).to_be_visible()
    expect(visit.frame.locator(".message.person")).to_have_count(1)


def test_reload_resumes_with_the_question_open(visit: Visit) -> None:
    visit.talk().say(TELL)
    visit.assistant(2)
    visit.page.reload()
    visit.launcher.click()
    visit.assistant(2)
    expect(visit.frame.locator(".message.person .text")).to_have_text(TELL)
    visit.frame.get_by_label("None of these").check()
    visit.frame.get_by_role("button", name="Send answer").click()
    expect(visit.frame.get_by_role("button", name="Lower back")).to_be_visible()


def test_delete_asks_then_starts_from_consent(visit: Visit) -> None:
    visit.talk().say(TELL)
    visit.assistant(2)
    visit.frame.get_by_role("button", name="Menu").click()
    visit.frame.get_by_role("button", name="Delete my conversation").click()
    visit.frame.get_by_role("button", name="Delete", exact=True).click()
    expect(visit.frame.get_by_text("Your conversation has been deleted.")).to_be_visible()
    assert visit.page.frames[1].evaluate("sessionStorage.length") == 0
    visit.frame.get_by_role("button", name="I agree, start").click()
    expect(visit.frame.locator(".message")).to_have_count(1)


def test_all_that_is_kept_can_be_saved(visit: Visit) -> None:
    visit.talk().say(TELL)
    visit.assistant(2)
    visit.frame.get_by_role("button", name="Menu").click()
    with visit.page.expect_download() as saving:
        visit.frame.get_by_role("button", name="Save all that is kept").click()
    assert saving.value.suggested_filename == "conversation.json"
    kept = json.loads(saving.value.path().read_text())
    assert TELL in [message["text"] for message in kept["messages"]]
    expect(visit.frame.get_by_role("link", name="Save it as a file")).to_be_visible()


def test_summary_opens_without_a_token_in_the_address(visit: Visit) -> None:
    visit.talk().say(TELL)
    visit.assistant(2)
    visit.frame.get_by_role("button", name="Menu").click()
    visit.frame.get_by_role("button", name="Summary to show or print").click()
    link = visit.frame.get_by_role("link", name="Open the summary")
    assert link.get_attribute("href").startswith("blob:")
    with visit.page.expect_popup() as opened:
        link.click()
    expect(opened.value.get_by_role("heading", name="Summary", exact=False).first).to_be_visible()


def test_too_long_a_message_is_counted_and_kept(visit: Visit) -> None:
    visit.talk()
    visit.box.fill("a" * 1990)
    expect(visit.frame.get_by_text("10 characters left")).to_be_visible()
    visit.box.fill("a" * 2003)
    expect(visit.frame.get_by_text("3 characters too many")).to_be_visible()
    visit.box.press("Enter")
    expect(visit.box).to_have_value("a" * 2003)
    expect(visit.frame.locator(".message.person")).to_have_count(0)


def test_enter_belongs_to_the_input_method_while_it_composes(visit: Visit) -> None:
    visit.talk()
    visit.box.fill("kata")
    visit.box.evaluate(
        "node => node.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    expect(visit.frame.locator(".message.person")).to_have_count(0)
    expect(visit.box).to_have_value("kata")


def test_server_gone_at_opening_still_tells_about_emergencies(visit: Visit) -> None:
    visit.go()
    visit.page.route("**/widget/frame*", lambda route: route.abort())
    visit.launcher.click()
    expect(visit.page.get_by_role("alert")).to_contain_text("call your local emergency number")
    visit.page.get_by_role("alert").get_by_role("button").click()
    assert focused(visit) == "launch"


def test_messages_of_a_foreign_window_are_ignored(visit: Visit) -> None:
    visit.talk()
    visit.page.evaluate("window.postMessage({spinewise: 1, type: 'close'}, '*')")
    visit.page.evaluate("new Promise(resolve => setTimeout(resolve, 50))")
    expect(visit.page.locator("dialog")).to_be_visible()

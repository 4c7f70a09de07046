"""The widget in front of the real processes: API, Rasa with its model, actions, database."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import open_visit
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.processes]

MANY = 30


def test_alarm_is_answered_at_once(browser: Browser, stack: Stack) -> None:
    visit = open_visit(browser, stack.base_url, 360, 740).talk()
    visit.say("back pain and I can't feel it when I wipe")
    message = visit.frame.locator(".message.emergency")
    expect(message).to_be_in_viewport()
    expect(message.locator("a.call").first).to_have_attribute("href", "tel:999")
    assert visit.complaints == []
    visit.page.context.close()


def test_sore_back_reaches_guidance_by_choosing_alone(browser: Browser, stack: Stack) -> None:
    visit = open_visit(browser, stack.base_url).talk()
    visit.say("my lower back is sore after a day at the desk, would a massage help?")
    frame, card = visit.frame, visit.frame.locator(".card").first
    said = 1
    for _ in range(MANY):
        said = visit.assistant(said + 1).count()
        if card.is_visible():
            break
        visit.answer_plainly()
    expect(card).to_be_visible()
    expect(card.get_by_role("link").first).to_be_visible()
    expect(frame.locator(".message.emergency")).to_have_count(0)
    visit.page.reload()
    visit.launcher.click()
    expect(frame.locator(".card").first).to_be_visible()
    frame.get_by_role("button", name="Menu").click()
    frame.get_by_role("button", name="Delete my conversation").click()
    frame.get_by_role("button", name="Delete", exact=True).click()
    expect(frame.get_by_text("Your conversation has been deleted.")).to_be_visible()
    assert visit.complaints == []
    visit.page.context.close()

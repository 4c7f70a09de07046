"""The widget in Spanish, in front of the real processes."""

import re

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import Visit, open_visit
from tests.running import Stack

pytestmark = [pytest.mark.browser, pytest.mark.processes]

ENGLISH = re.compile(r"\b(the|and|your|you|with|pain|if|not|is|are|please|call|send|answer|back)\b", re.IGNORECASE)
MANY = 30


def open_spanish(browser: Browser, base_url: str, width: int = 1280, height: int = 800) -> Visit:
    visit = open_visit(browser, base_url, width, height)
    visit.page.goto(f"{base_url}/demo?locale=es-MX")
    visit.launcher.wait_for()
    visit.launcher.click()
    visit.frame.get_by_role("button", name="Acepto, empezar").click()
    visit.assistant(1)
    return visit


def check_is_spanish(place: Locator) -> None:
    """Everything that is seen or read out, but for the titles of sources, which are names."""
    text = place.evaluate(
        """node => {
          const copy = node.cloneNode(true);
          for (const link of copy.querySelectorAll("a[target=_blank]")) link.remove();
          const read = [...copy.querySelectorAll("[aria-label], [alt], [placeholder]")];
          const names = ["aria-label", "alt", "placeholder"];
          const said = read.flatMap(e => names.map(name => e.getAttribute(name) || ""));
          return [copy.textContent, ...said].join(" | ");
        }"""
    )
    assert not ENGLISH.search(text), ENGLISH.findall(text)


def pick_plainly(visit: Visit) -> None:
    group = visit.frame.locator(".controls:not(.past)").last
    if group.locator(".tick").count():
        group.get_by_role("checkbox").last.check()
        group.get_by_role("button", name="Enviar respuesta").click()
    elif group.locator(".scale").count():
        visit.score("4")
    elif group.locator("input[type=text]").count():
        group.locator("input[type=text]").fill("41")
        group.locator("input[type=text]").press("Enter")
    elif group.get_by_role("button", name="No", exact=True).count():
        group.get_by_role("button", name="No", exact=True).click()
    else:
        group.locator(".choice").first.click()


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800)])
def test_guidance_is_reached_by_choosing_and_nothing_is_english(
    browser: Browser, stack: Stack, width: int, height: int
) -> None:
    visit = open_spanish(browser, stack.base_url, width, height)
    html, card = visit.frame.locator("html"), visit.frame.locator(".card").first
    expect(html).to_have_attribute("lang", "es")
    assert html.evaluate("node => getComputedStyle(node).direction") == "ltr"
    said = 1
    for _ in range(MANY):
        if card.is_visible():
            break
        pick_plainly(visit)
        said = visit.assistant(said + 1).count()
    expect(card).to_be_visible()
    check_is_spanish(visit.frame.locator("body"))
    too_wide = html.evaluate("node => node.scrollWidth > node.clientWidth")
    assert not too_wide
    assert visit.complaints == []
    visit.page.context.close()


def test_an_emergency_is_shown_with_its_number(browser: Browser, stack: Stack) -> None:
    visit = open_spanish(browser, stack.base_url, 360, 740)
    visit.frame.get_by_role("textbox", name="Su mensaje").fill("no puedo orinar desde ayer")
    visit.frame.get_by_role("textbox", name="Su mensaje").press("Enter")
    message = visit.frame.locator(".message.emergency")
    expect(message).to_be_in_viewport()
    expect(message.locator("a.call").first).to_have_attribute("href", "tel:999")
    expect(message.locator("a.call").first).to_contain_text("Llamar al 999")
    check_is_spanish(message)
    visit.page.context.close()


def test_the_demo_page_is_spanish_and_says_that_it_is_one(browser: Browser, stack: Stack) -> None:
    visit = open_visit(browser, stack.base_url)
    visit.go()
    visit.page.get_by_role("link", name="Español").click()
    expect(visit.page.locator("html")).to_have_attribute("lang", "es")
    expect(visit.page.get_by_text("no son reales")).to_be_visible()
    expect(visit.launcher).to_have_attribute("aria-label", "¿Dolor de espalda, cuello u hombro? Pregunte aquí")
    assert visit.complaints == []
    visit.page.context.close()

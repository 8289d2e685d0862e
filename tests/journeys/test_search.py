"""The search in the dashboard's bar by keyboard alone, as the pattern of a combobox has it."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.access.people import PLATFORM
from tests.journeys import test_controls
from tests.journeys.test_controls import House

pytestmark = pytest.mark.timeout(120)

house, page = test_controls.house, test_controls.page


def chosen(page: Page) -> str | None:
    """The option that the field says is active, which must be the one that is marked."""
    active = page.locator("#find").get_attribute("aria-activedescendant")
    marked = page.locator("#found [aria-selected=true]")
    assert marked.count() == (1 if active else 0)
    if active:
        expect(marked).to_have_attribute("id", active)
    return active


def test_the_search_is_called_walked_left_and_followed_by_keys(house: House, page: Page):
    house.open(page, "A.owner", PLATFORM, "/agency/statements/")
    field, pop = page.locator("#find"), page.locator(".found-pop")
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("marca")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#found-said")).to_contain_text("resultados")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []

    assert chosen(page) is None
    page.keyboard.press("ArrowDown")
    first = chosen(page)
    page.keyboard.press("ArrowUp")
    assert chosen(page) == "found-all"
    page.keyboard.press("ArrowDown")
    assert chosen(page) == first
    expect(field).to_be_focused()

    page.keyboard.press("Escape")
    expect(pop).to_be_hidden()
    expect(field).to_have_value("marca")
    page.keyboard.press("ArrowDown")
    expect(pop).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/agency/brand/")


def test_enter_without_a_choice_leads_to_all_of_it_and_a_stroke_begins(house: House, page: Page):
    house.open(page, "A.owner", PLATFORM, "/agency/activity/")
    page.locator("#f-text").focus()
    page.keyboard.type("a/b")
    expect(page.locator("#f-text")).to_have_value("a/b")  # where somebody types, a stroke is a stroke
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("zzzz")
    expect(page.locator("#found")).to_contain_text("Você pode buscar")
    expect(page.locator("#find")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/agency/search/\?q=zzzz"))
    expect(page.locator("#find")).to_have_value("zzzz")


def test_an_answer_that_comes_late_does_not_open_what_was_closed(house: House, page: Page):
    house.open(page, "A.owner", PLATFORM, "/agency/statements/")
    held: list[Route] = []
    page.route("**/agency/search/**", lambda route: held.append(route))  # noqa: PLW0108 (it marks the function)
    page.locator("#find").focus()
    page.keyboard.type("marca")
    expect(page.locator("#find.htmx-request")).to_be_attached()
    page.keyboard.press("Tab")
    with page.expect_response("**/agency/search/**"):
        held[-1].continue_()
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(page.get_by_role("option", include_hidden=True).first).to_be_attached()
    expect(page.locator(".found-pop")).to_be_hidden()

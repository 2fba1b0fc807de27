"""The page of components and the choices for low vision, as Chromium shows them."""

from __future__ import annotations

import gzip

import pytest

from browser import HOST, WIDTHS, find_faults, find_small_targets, record_responses, scrolls_sideways

LIMIT_FIRST_VIEW_BYTES = 100 * 1024


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/kk/design/", "/tg/low-vision/"])
def test_axe_finds_nothing(visitor, width, path):
    page = visitor.open(path, width=width)
    assert find_faults(page) == []
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_where_our_script_does_not_run(visitor, width):
    visitor.context().route("**/kopir.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page = visitor.open("/ru/design/", width=width)
    assert not page.evaluate("document.body.classList.contains('js-enabled')")
    assert find_faults(page) == []
    assert not scrolls_sideways(page)


def test_axe_would_find_something(visitor):
    page = visitor.open("/kk/design/")
    page.evaluate(
        "document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=\"/static/design/sample.svg\">')"
    )
    assert [fault.partition(":")[0] for fault in find_faults(page)] == ["image-alt"]


@pytest.mark.parametrize(
    "look", ["size-200.spacing-wide", "colors-white", "colors-black", "colors-blue", "colors-cream"]
)
def test_axe_finds_nothing_in_a_look_for_low_vision(visitor, look):
    visitor.context().add_cookies([{"name": "kopir-low-vision", "value": look, "domain": HOST, "path": "/"}])
    page = visitor.open("/kk/design/", width=360)
    assert page.locator(".design-low-vision-bar").is_visible()
    assert find_faults(page) == []
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("width", [320, 640])
def test_a_page_enlarged_twice_or_four_times_needs_no_sideways_scroll(visitor, width):
    assert not scrolls_sideways(visitor.open("/kk/design/", width=width))


def test_text_spaced_as_a_reader_may_ask_loses_nothing(visitor):
    page = visitor.open("/kk/design/", width=360)
    # WCAG 2.2, 1.4.12
    page.evaluate(
        "document.querySelectorAll('body, body *').forEach(one => { one.style.letterSpacing = '.12em';"
        "one.style.wordSpacing = '.16em'; one.style.lineHeight = '1.5' })"
    )
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_what_is_pressed_is_large_enough(visitor, width):
    assert find_small_targets(visitor.open("/kk/design/", width=width)) == []


def test_a_small_target_would_be_found(visitor):
    page = visitor.open("/kk/design/")
    page.evaluate("document.querySelector('.govuk-button').style.cssText = 'height:10px;min-height:0;padding:0'")
    assert len(find_small_targets(page)) == 1


def test_the_first_view_is_light(visitor):
    responses = record_responses(visitor.context())
    visitor.open("/kk/low-vision/", width=360).wait_for_load_state("networkidle")
    weights = {
        response.url.rpartition("/")[2]: len(
            response.body() if response.url.endswith(".woff2") else gzip.compress(response.body(), 6)
        )
        for response in responses
    }
    assert {"kopir.css", "kopir.js", "inter-cyrillic.woff2", "inter-cyrillic-ext.woff2"} <= set(weights)
    assert sum(weights.values()) <= LIMIT_FIRST_VIEW_BYTES, weights


def test_everything_is_reached_by_keyboard_in_the_order_of_the_page(visitor):
    page = visitor.open("/kk/low-vision/")
    page.keyboard.press("Tab")
    first = page.locator(".govuk-skip-link")
    assert first.evaluate("one => one === document.activeElement")
    assert first.bounding_box()["height"] > 1
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "size"


def test_focus_is_seen(visitor):
    page = visitor.open("/kk/low-vision/")
    link = page.locator(".design-utility__low-vision")
    before = link.evaluate("one => getComputedStyle(one).backgroundColor")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert link.evaluate("one => one === document.activeElement")
    assert link.evaluate("one => getComputedStyle(one).backgroundColor") != before


def test_colors_forced_by_the_system_keep_controls_apart(visitor):
    page = visitor.open("/kk/design/")
    page.emulate_media(forced_colors="active")
    button = page.locator("#button .govuk-button").first
    assert button.evaluate("one => getComputedStyle(one).borderTopWidth") == "2px"
    assert button.evaluate("one => getComputedStyle(one).borderTopColor") != "rgba(0, 0, 0, 0)"


def test_nothing_moves_for_a_reader_who_asked_for_that(visitor):
    page = visitor.open("/kk/design/")
    button = page.locator("#button .govuk-button").first
    assert button.evaluate("one => getComputedStyle(one).transitionDuration") == "0.12s"
    page.emulate_media(reduced_motion="reduce")
    assert float(button.evaluate("one => parseFloat(getComputedStyle(one).transitionDuration)")) < 0.001


def test_paper_shows_text_and_no_controls(visitor):
    page = visitor.open("/kk/design/")
    page.emulate_media(media="print")
    assert not page.locator("#button .govuk-button").first.is_visible()
    assert not page.locator(".design-utility__tools").is_visible()
    assert page.locator("#document .design-document__title").first.is_visible()


def test_a_fault_of_a_form_leads_to_its_box(visitor):
    page = visitor.open("/kk/design/", javascript=False)
    page.locator("#wrong-form .govuk-error-summary a").nth(1).click()
    assert page.url.endswith("#id_wrong-born_on_0")


def test_a_password_is_shown_on_demand(visitor):
    page = visitor.open("/kk/design/")
    box = page.locator("#id_sample-password")
    assert box.get_attribute("type") == "password"
    page.locator("#form .govuk-js-password-input-toggle").click()
    assert box.get_attribute("type") == "text"

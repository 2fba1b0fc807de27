"""The low-vision panel as a reader meets it in Chromium: chosen by a form, kept, carried over, pictures off."""

from __future__ import annotations

import pytest

from browser import HOST, record_responses

BODY_HOST = "su.bodies.localhost"
PICTURE = "sample.svg"


def choose(page, **answers):
    for question, answer in answers.items():
        page.locator(f"input[name={question}][value='{answer}']").check()
    with page.expect_navigation():
        page.locator("form[method=post] button").first.click()


def font_size(page):
    return page.evaluate("getComputedStyle(document.documentElement).fontSize")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_choice_holds_on_every_page_at_once_and_can_be_taken_back(visitor, javascript):
    page = visitor.open("/kk/design/", javascript=javascript)
    with page.expect_navigation():
        page.locator(".design-utility__low-vision").click()
    choose(page, size="150", colors="black")
    assert page.url == visitor.address("/kk/design/")
    assert font_size(page) == "24px"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    page.goto(visitor.address("/ru/design/"))
    assert font_size(page) == "24px"
    with page.expect_navigation():
        page.locator(".design-low-vision-bar a").click()
    assert page.locator("input[name=size][value='150']").is_checked()
    with page.expect_navigation():
        page.locator("button[name=ordinary]").click()
    assert page.url == visitor.address("/ru/design/")
    assert font_size(page) == "16px"
    assert not page.locator(".design-low-vision-bar").is_visible()


@pytest.mark.parametrize("language", ["kk", "tg", "uz", "ru", "en"])
def test_the_choices_are_there_in_every_language(visitor, language):
    page = visitor.open(f"/{language}/low-vision/?next=/{language}/design/")
    assert page.locator("html").get_attribute("lang") == language
    choose(page, size="125")
    assert page.url == visitor.address(f"/{language}/design/")
    assert font_size(page) == "20px"


def scroll_through(page):
    page.locator(".design-footer").scroll_into_view_if_needed()
    for section in ("#news_card", "#person_card", "#picture"):
        page.locator(section).scroll_into_view_if_needed()
        page.wait_for_timeout(200)
    page.wait_for_load_state("networkidle")


def pictures_in(responses):
    return [response for response in responses if ".svg" in response.url and "favicon" not in response.url]


@pytest.mark.parametrize("javascript", [True, False])
def test_pictures_are_loaded_and_their_words_are_hidden(visitor, javascript):
    responses = record_responses(visitor.context(javascript=javascript))
    page = visitor.open("/uz/design/", javascript=javascript)
    scroll_through(page)
    assert any(response.url.endswith(PICTURE) and response.ok for response in pictures_in(responses))
    picture = page.locator("#picture .design-picture")
    assert picture.locator("img").is_visible()
    assert picture.locator("img").evaluate("one => one.naturalWidth") > 0
    assert not picture.locator(".design-picture__words").is_visible()


def test_with_pictures_off_no_picture_is_even_asked_for(visitor):
    choose(visitor.open("/uz/low-vision/?next=/uz/design/"), pictures="off")
    responses = record_responses(visitor.context())
    page = visitor.open("/uz/design/")
    scroll_through(page)
    assert pictures_in(responses) == []
    assert_words_stand_in(page)


def test_with_pictures_off_and_no_javascript_not_a_byte_of_a_picture_comes(visitor):
    choose(visitor.open("/uz/low-vision/?next=/uz/design/", javascript=False), pictures="off")
    responses = record_responses(visitor.context(javascript=False))
    page = visitor.open("/uz/design/", javascript=False)
    scroll_through(page)
    # Without JavaScript a browser takes every picture for urgent: it asks, and the gate answers nothing.
    assert pictures_in(responses)
    assert {(response.status, "/low-vision/picture/" in response.url) for response in pictures_in(responses)} == {
        (204, True)
    }
    assert_words_stand_in(page)


def assert_words_stand_in(page):
    picture = page.locator("#picture .design-picture")
    words = picture.locator(".design-picture__words")
    assert words.is_visible()
    assert words.inner_text() == picture.locator("img").get_attribute("alt")
    assert not picture.locator("img").is_visible()


@pytest.mark.django_db
def test_the_html_is_the_same_for_all(client):
    ordinary = client.get("/uz/design/", headers={"host": HOST}).content
    client.cookies["kopir-low-vision"] = "size-200.pictures-off"
    assert client.get("/uz/design/", headers={"host": HOST}).content == ordinary


def test_a_choice_holds_on_the_hosts_below_the_portal(visitor):
    choose(visitor.open("/kk/low-vision/?next=/kk/design/"), size="200")
    assert [cookie["domain"] for cookie in visitor.context().cookies() if cookie["name"] == "kopir-low-vision"] == [
        f".{HOST}"
    ]


def test_a_link_carries_the_choice_to_a_bodys_own_domain_and_the_address_ends_clean(visitor):
    page = visitor.open("/kk/low-vision/?next=/kk/design/")
    choose(page, size="200")
    target = visitor.address("/kk/design/?a=1", BODY_HOST)
    assert font_size(visitor.open("/kk/design/", host=BODY_HOST)) == "16px"
    page.goto(visitor.address(f"/low-vision/cross/?to={target.replace('?', '%3F')}"))
    assert page.url == target
    assert font_size(page) == "32px"
    assert font_size(visitor.open("/ru/design/", host=BODY_HOST)) == "32px"

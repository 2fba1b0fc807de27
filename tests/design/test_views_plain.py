"""Stylesheets from data, the picture gate, the crossing: what they answer, and to whom it may be kept."""

from __future__ import annotations

import pytest

from browser import HOST
from kopir.design.low_vision import COOKIE_NAME, Look
from kopir.design.low_vision_crossing import write_crossing
from kopir.design.theme import get_theme_address

pytestmark = pytest.mark.django_db  # whose host it is, is asked there

BODY = "su.bodies.localhost"


def get(client, path, host=HOST, **headers):
    return client.get(path, headers={"host": host, **headers})


def test_colors_are_kept_for_ever(client):
    answer = get(client, get_theme_address({"brand": "#0f5c3f"}))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"#0f5c3f" in answer.content


def test_colors_that_nobody_set_are_not_there(client):
    assert get(client, "/design/theme-0f5c3f-0f5c3f-0f5c3f-0000000000.css").status_code == 404


def test_the_low_vision_stylesheet_follows_the_cookie_and_is_kept_by_nobody_between(client):
    ordinary = get(client, "/low-vision/style.css")
    assert ordinary.content == b""
    assert ordinary["Cache-Control"] == "private, no-cache"
    assert "Cookie" in ordinary["Vary"]
    client.cookies[COOKIE_NAME] = "size-200"
    larger = get(client, "/low-vision/style.css")
    assert b"200%" in larger.content
    assert larger["ETag"] != ordinary["ETag"]


def test_an_unchanged_stylesheet_is_not_sent_again(client):
    tag = get(client, "/low-vision/style.css")["ETag"]
    assert get(client, "/low-vision/style.css", if_none_match=tag).status_code == 304
    client.cookies[COOKIE_NAME] = "size-200"
    assert get(client, "/low-vision/style.css", if_none_match=tag).status_code == 200


def test_the_gate_opens_and_closes(client):
    gate = "/low-vision/picture/static/design/sample.svg"
    opened = get(client, gate)
    assert (opened.status_code, opened["Location"]) == (302, "/static/design/sample.svg")
    client.cookies[COOKIE_NAME] = "pictures-off"
    closed = get(client, gate)
    assert (closed.status_code, closed.content) == (204, b"")
    assert opened["Cache-Control"] == closed["Cache-Control"] == "private, no-store"


def test_the_gate_leads_only_to_pictures(client):
    assert get(client, "/low-vision/picture/other/a.png").status_code == 404


def test_who_never_chose_crosses_straight(client):
    answer = get(client, f"/low-vision/cross/?to=http://{BODY}/kk/")
    assert (answer.status_code, answer["Location"]) == (302, f"http://{BODY}/kk/")


def test_who_went_back_to_ordinary_takes_that_along(client):
    client.cookies[COOKIE_NAME] = "ordinary"
    answer = get(client, f"/low-vision/cross/?to=http://{BODY}/kk/")
    taken = client.get(answer["Location"].partition(BODY)[2], headers={"host": BODY})
    assert taken["Location"] == "/kk/"
    assert taken.cookies[COOKIE_NAME].value == "ordinary"


@pytest.mark.parametrize("address", ["http://evil.example/", "", "/kk/", "javascript:alert(1)", "http://["])
def test_nobody_crosses_to_strangers(client, address):
    client.cookies[COOKIE_NAME] = "size-200"
    assert client.get("/low-vision/cross/", {"to": address}, headers={"host": HOST}).status_code == 404


def test_a_look_that_we_did_not_sign_is_not_kept(client):
    answer = get(client, "/low-vision/take/?look=forged&next=/kk/", BODY)
    assert (answer.status_code, answer["Location"]) == (302, "/kk/")
    assert COOKIE_NAME not in answer.cookies


@pytest.mark.parametrize("onward", ["http://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_taking_a_look_leads_to_no_strangers(client, onward):
    signed = write_crossing(Look(size="200"), f"http://{BODY}/").partition("look=")[2].partition("&")[0]
    answer = client.get(f"/low-vision/take/?look={signed}", {"next": onward}, headers={"host": BODY})
    assert get(client, f"/low-vision/take/?look={signed}&next={onward}", BODY)["Location"] == "/"
    assert answer["Location"] == "/"


@pytest.mark.parametrize("path", ["/low-vision/style.css", "/low-vision/take/", "/low-vision/cross/"])
def test_nothing_is_changed_by_posting(client, path):
    assert client.post(path, headers={"host": HOST}).status_code == 405

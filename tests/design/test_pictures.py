"""Addresses at the gate before pictures; that nothing is loaded is seen in test_views_low_vision.py."""

from __future__ import annotations

import pytest
from django.test import override_settings

from kopir.design.pictures import find_picture, get_gate_address


@pytest.mark.parametrize(
    ("source", "gate", "kind", "path"),
    [
        ("/media/news/1.jpg", "/low-vision/picture/media/news/1.jpg", "media", "news/1.jpg"),
        ("/static/design/a.svg", "/low-vision/picture/static/design/a.svg", "static", "design/a.svg"),
        ("/media/%D1%81%D1%83.png", "/low-vision/picture/media/%D1%81%D1%83.png", "media", "су.png"),
    ],
)
def test_the_gate_leads_back_to_the_picture(source, gate, kind, path):
    assert get_gate_address(source) == gate
    assert find_picture(kind, path) == source


@override_settings(MEDIA_URL="https://files.example/media/")
def test_uploads_may_lie_elsewhere():
    assert get_gate_address("https://files.example/media/a.png") == "/low-vision/picture/media/a.png"
    assert find_picture("media", "a.png") == "https://files.example/media/a.png"


@pytest.mark.parametrize("source", ["https://evil.example/a.png", "/a.png", "/media/", "", "data:image/png;base64,AA"])
def test_a_picture_of_strangers_is_refused(source):
    with pytest.raises(ValueError, match="MEDIA_URL"):
        get_gate_address(source)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("media", "../kk/"),
        ("media", "a//b"),
        ("media", ""),
        ("media", "a\\b"),
        ("other", "a.png"),
        ("media", "/evil.example"),
    ],
)
def test_the_gate_leads_nowhere_else(kind, path):
    assert find_picture(kind, path) is None

"""A banner says its title in the language of the reader."""

from __future__ import annotations

from django.utils.translation import override

from kopir.banners.models import Banner


def test_it_is_called_by_its_title():
    banner = Banner(titles={"kk": "Тасқын", "ru": "Паводок"})
    with override("kk"):
        assert str(banner) == "Тасқын"
    with override("en"):
        assert banner.title.language == "ru"

"""A template of websites with few pages, so that tests say what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kopir.websites import packs

SMALL = """
version = 3
[titles]
en = "Small"
[[pages]]
slug = ""
kind = "home"
titles = { en = "Home" }
texts = { kk = "Кіріспе сөз", ru = "Вступление", en = "A lead" }
[[pages]]
slug = "news"
listing = "news"
in_menu = true
titles = { kk = "Жаңалықтар", ru = "Новости", en = "News" }
[[pages]]
slug = "about"
in_menu = true
titles = { kk = "Министрлік туралы", ru = "О министерстве", en = "About" }
texts = { kk = "Мұнда не істейтініміз жазылады.", ru = "Здесь пишут, что мы делаем.", en = "What we do." }
[[pages]]
slug = "head"
parent = "about"
kind = "person"
titles = { kk = "Министр", ru = "Министр", en = "Minister" }
[[pages]]
slug = "contacts"
kind = "contacts"
titles = { kk = "Байланыс", ru = "Контакты", en = "Contacts" }
"""


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A template `small`; returns its name."""
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "small.toml").write_text(SMALL, encoding="utf-8")
    monkeypatch.setattr(packs, "FOLDER", tmp_path / "packs")
    packs.read_template.cache_clear()
    yield "small"
    packs.read_template.cache_clear()

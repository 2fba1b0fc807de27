"""A template of websites with few pages, so that tests say what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


@pytest.fixture
def give(template: str) -> Callable[..., None]:
    """Gives the template `small` anew: the next version, in which each of these words is replaced by the other."""
    path = packs.FOLDER / f"{template}.toml"

    def give(*words: tuple[str, str], more: str = "") -> None:
        text = path.read_text(encoding="utf-8")
        for old, new in words:
            assert old in text
            text = text.replace(old, new, 1)
        number = packs.read_template(template).version
        text = text.replace(f"version = {number}", f"version = {number + 1}", 1)
        path.write_text(text + more, encoding="utf-8")
        packs.read_template.cache_clear()

    return give

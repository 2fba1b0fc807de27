"""A country with bodies and the websites of two of them; a template of few pages, so that tests say what they mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import acting
from kopir.base.actors import Actor, Role, system_actor
from kopir.bodies.actions import load_pack
from kopir.bodies.pack import read_pack
from kopir.bodies.queries import get_body
from kopir.websites import packs
from kopir.websites.actions import create_website

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
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
def now():
    return NOW


@pytest.fixture
def operator():
    return Actor("person", id="7", name="A. Operator", grants=frozenset({(Role.PLATFORM_OPERATOR, None)}))


@pytest.fixture
def template(tmp_path, monkeypatch):
    """A template `small`; returns its name."""
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "small.toml").write_text(SMALL, encoding="utf-8")
    monkeypatch.setattr(packs, "FOLDER", tmp_path / "packs")
    packs.read_template.cache_clear()
    yield "small"
    packs.read_template.cache_clear()


@pytest.fixture
def kz(db, settings):
    """Kazakhstan's bodies."""
    acting.use(settings)
    settings.KOPIR_COUNTRY = "kz"
    load_pack(pack=read_pack("kz"), actor=system_actor("tests"), now=NOW)


@pytest.fixture
def education(kz, template, operator, now):
    """The website of the ministry of education."""
    return create_website(body=get_body("ministry-of-education"), template=template, actor=operator, now=now)


@pytest.fixture
def finance(kz, template, operator, now):
    """The website of another ministry."""
    return create_website(body=get_body("ministry-of-finance"), template=template, actor=operator, now=now)


@pytest.fixture
def client(client):
    """A browser that asks at the portal's own address."""
    client.defaults["SERVER_NAME"] = "kz.localhost"
    return client


@pytest.fixture
def system():
    """The system itself."""
    return system_actor("tests")

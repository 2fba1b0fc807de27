"""Every page of a stand says that it is a demonstration, in its own language, instead of calling itself official."""

from __future__ import annotations

import copy

import pytest

from kopir.demo.content import read_ribbon


@pytest.fixture
def stand(settings):
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["OPTIONS"]["context_processors"].append("kopir.demo.context.stand")
    settings.TEMPLATES = templates


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["kk", "tg", "uz", "ru", "en"])
def test_a_page_says_what_it_is_in_its_language(stand, client, language):
    html = client.get(f"/{language}/", headers={"host": "kz.localhost"}).content.decode()

    assert f'<p class="design-utility__official design-utility__official--always">{read_ribbon()[language]}</p>' in html
    assert "Official website of the state" not in html


@pytest.mark.django_db
def test_without_a_stand_nothing_of_it_is_said(client):
    html = client.get("/en/", headers={"host": "kz.localhost"}).content.decode()

    assert '<p class="design-utility__official">Official website of the state</p>' in html

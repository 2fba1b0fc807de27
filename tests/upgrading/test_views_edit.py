"""The page on which administrators decide, and nobody else; behind the real doors."""

from __future__ import annotations

import pytest

from editing import act_for, make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.websites.models import SitePage

ADDRESS = "/edit/template/"
TITLE = 'ru = "О министерстве"'


@pytest.fixture
def clients(website, finance, settings):
    """Browsers of people, by what they are."""
    use_real_doors(settings)
    settings.RATELIMIT = None
    people = {
        "administrator": [(Role.SITE_ADMINISTRATOR, website)],
        "publisher": [(Role.PUBLISHER, website)],
        "neighbor": [(Role.SITE_ADMINISTRATOR, finance)],
        "operator": [(Role.PLATFORM_OPERATOR, None)],
    }
    clients = {name: make_editor(name, grants)[1] for name, grants in people.items()}
    act_for(clients["operator"], website)
    return clients


@pytest.fixture
def conflicts(page, give):
    """Two titles that both changed, and one that the template alone did."""
    for language, title in (("ru", "О нас"), ("kk", "Біз туралы")):
        about = page("about", language)
        about.title = title
        about.save_revision().publish()
    give((TITLE, 'ru = "О ведомстве"'), ('kk = "Министрлік туралы"', 'kk = "Мекеме туралы"'))
    give(('ru = "Контакты"', 'ru = "Связь"'))


def tokens(answer):
    return [line.token for line in answer.context["form"].lines]


def test_both_stand_side_by_side_and_one_is_decided(clients, conflicts, page):
    client = clients["administrator"]
    answer = client.get(ADDRESS)
    html = answer.content.decode()
    for words in ("О нас", "О ведомстве", "Біз туралы", "Мекеме туралы"):
        assert words in html
    kazakh, russian = tokens(answer)
    answer = client.post(ADDRESS, {russian: "take", kazakh: ""}, follow=True)
    assert "Pages shown at once: 2" in answer.content.decode()
    assert (page("about").title, page("contacts").title) == ("О ведомстве", "Связь")
    assert page("about", "kk").title == "Біз туралы"
    assert tokens(answer) == [kazakh]


@pytest.mark.parametrize(("answer", "title"), [("keep", "О нас"), ("take", "О ведомстве")])
def test_all_are_decided_at_once_and_taken_back(clients, conflicts, page, answer, title):
    client = clients["operator"]
    shown = tokens(client.get(ADDRESS))
    after = client.post(ADDRESS, {**dict.fromkeys(shown, ""), "all": answer}, follow=True)
    assert "has everything that its template gives" in after.content.decode()
    assert page("about").title == title
    after = client.post(ADDRESS, {"undo": "1"}, follow=True)
    assert "The upgrade was taken back." in after.content.decode()
    assert (page("about").title, page("contacts").title) == ("О нас", "Контакты")


def test_who_saw_other_texts_decides_nothing(clients, conflicts, page):
    client = clients["administrator"]
    shown = tokens(client.get(ADDRESS))
    about = page("about")
    about.title = "О нас заново"
    about.save_revision().publish()
    client.post(ADDRESS, {**dict.fromkeys(shown, ""), "all": "take"})
    assert (page("about").title, page("about", "kk").title) == ("О нас заново", "Мекеме туралы")


def test_what_was_edited_since_is_named(clients, conflicts, page):
    client = clients["administrator"]
    client.post(ADDRESS, {"go": "1"})
    contacts = page("contacts")
    contacts.title = "Наши контакты"
    contacts.save_revision().publish()
    html = client.post(ADDRESS, {"undo": "1"}, follow=True).content.decode()
    assert "but for what was edited since: Наши контакты (Русский): Title" in html
    assert "No upgrade of" in client.post(ADDRESS, {"undo": "1"}, follow=True).content.decode()


def test_publishers_and_neighbors_see_and_change_nothing(clients, conflicts):
    assert clients["publisher"].get(ADDRESS).status_code == 403
    assert clients["publisher"].post(ADDRESS, {"all": "take"}).status_code == 403
    answer = clients["neighbor"].post(ADDRESS, {"all": "take"}, follow=True)
    assert "О нас" not in answer.content.decode()
    assert not SitePage.objects.filter(title="О ведомстве", website__slug="ministry-of-education").exists()


def test_the_menu_leads_there_for_administrators_alone(clients):
    assert ADDRESS in clients["administrator"].get("/edit/").content.decode()
    assert ADDRESS not in clients["publisher"].get("/edit/").content.decode()

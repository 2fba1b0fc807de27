"""The menu of the editors leads to the counts of the acting website; at the head of each page stands its own."""

from __future__ import annotations

from types import SimpleNamespace

from django.utils import translation

from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.visits.wagtail_hooks import add_visits, show_views, show_views_of_all
from kopir.websites.listing import COLUMNS
from kopir.websites.models import SitePage
from kopir.websites.rights import Rights, carry


def entries(website, actor):
    user = SimpleNamespace(pk=actor.id)
    carry(user, Rights(website, frozenset({Role.EDITOR}), actor), "en")
    items = []
    add_visits(SimpleNamespace(user=user), items)
    return [item.url for item in items]


def test_an_editor_finds_the_counts_of_the_acting_website(education, worker):
    assert entries(education, worker()) == ["/en/manage/visits/ministry-of-education/"]


def test_who_may_not_see_them_gets_no_entry(education, finance, worker, operator):
    assert entries(education, operator) == []
    assert entries(finance, worker()) == []
    items = []
    add_visits(SimpleNamespace(user=SimpleNamespace()), items)
    assert items == []


def labels(page, website, actor):
    user = SimpleNamespace(pk=actor.id)
    carry(user, Rights(website, frozenset({Role.EDITOR}), actor), "en")
    with translation.override("en"):
        return [(button.label, button.url) for button in show_views(page, user, "edit")]


def test_at_the_head_of_a_page_stands_how_often_it_was_read(read, education, worker):
    news, _other = read
    own = "/en/manage/visits/ministry-of-education/"
    assert labels(news, education, worker()) == [("Page views in the last 30 days: 42", own)]
    about = SitePage.objects.get(url_path="/kk/ministry-of-education/about/")
    assert labels(about, education, worker()) == [("Page views in the last 30 days: 0", own)]


def test_who_may_not_see_the_counts_finds_none_at_a_page(read, education, worker, operator):
    news, other = read
    assert labels(other, education, worker()) == [], "another website's page"
    assert labels(news, education, operator) == []
    assert labels(news, education, worker(slug="ministry-of-finance")) == []
    assert labels(news.get_parent().get_parent(), education, worker()) == [], "what is no website's"
    assert show_views(news, SimpleNamespace(), "edit") == []


def test_the_editor_of_a_page_shows_it(read, education, settings):
    use_real_doors(settings)
    editor = make_editor("editor", [(Role.EDITOR, education)])[1]
    html = editor.get(f"/edit/pages/{read[0].pk}/edit/").content.decode()
    assert "Page views in the last 30 days: 42" in html


def test_who_operates_the_platform_sees_no_such_column(read, education, operator, worker):
    make = show_views_of_all
    assert make(Rights(education, frozenset(), operator)) is None
    assert make(Rights(education, frozenset(), worker(slug="ministry-of-finance"))) is None
    assert make(Rights(education, frozenset(), worker())) is not None
    assert COLUMNS.get("views") is make

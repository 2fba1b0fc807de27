"""`kopir sites create`: many websites from one table, or none."""

from __future__ import annotations

import argparse

import pytest
from django.urls import reverse
from wagtail.models import Page, ReferenceIndex

from editing import make_editor, use_real_doors
from kopir.base.actors import Role
from kopir.search.models import Change
from kopir.websites.cli import add_parser
from kopir.websites.models import HomePage, ReviewTask, SitePage, Website
from kopir.websites.staleness import SOURCE

TWO = "body,template,address\nministry-of-education,small,edu\nministry-of-finance,small,\n"


@pytest.fixture
def run(kz, template, tmp_path):
    def run(text: str) -> int:
        path = tmp_path / "sites.csv"
        path.write_text(text, encoding="utf-8-sig")
        parser = argparse.ArgumentParser()
        add_parser(parser.add_subparsers(), lambda function: function)
        options = parser.parse_args(["sites", "create", "--from-csv", str(path)])
        return options.run(options)

    return run


def test_each_line_makes_a_website(run, capsys):
    assert run(TWO) == 0
    assert capsys.readouterr().out == "2 websites made\n"
    assert list(Website.objects.values_list("slug", flat=True)) == ["edu", "ministry-of-finance"]
    assert SitePage.objects.filter(live=True).count() == 2 * 3 * 5


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ministry-of-magic,small,", "no body 'ministry-of-magic'"),
        ("ministry-of-finance,large,", "no template “large”. Choose one of: small"),
        ("ministry-of-finance,small,manage", "“manage” cannot be the address"),
        ("ministry-of-education,small,other", "has a website already"),
    ],
)
def test_one_wrong_line_makes_nothing(run, capsys, line, words):
    assert run(f"body,template,address\nministry-of-education,small,edu\n{line}\n") == 1
    assert words in capsys.readouterr().err
    assert not Website.objects.exists()


def test_a_file_that_is_no_table_is_named(run, capsys):
    assert run("\0\n") == 1
    assert capsys.readouterr().err.startswith("kopir: ")


def test_tree_references_and_search_are_whole(run):
    Change.objects.all().delete()
    assert run(TWO) == 0
    assert Page.find_problems() == ([], [], [], [], [])
    before = sorted(ReferenceIndex.objects.values_list("object_id", "to_object_id", "content_path"))
    for page in SitePage.objects.specific():
        ReferenceIndex.create_or_update_for_object(page)
    assert sorted(ReferenceIndex.objects.values_list("object_id", "to_object_id", "content_path")) == before
    told = {int(key) for key in Change.objects.filter(source=SOURCE).values_list("key", flat=True)}
    assert told == set(SitePage.objects.values_list("pk", flat=True))
    assert SitePage.objects.search("министерстве").count() == 2


def test_each_has_its_menu_its_collection_and_the_workflow(run):
    assert run(TWO) == 0
    for website in Website.objects.all():
        for home in HomePage.objects.filter(website=website):
            assert [page.slug for page in home.get_children().in_menu().live()] == ["news", "about"]
        assert website.collection.name == website.slug
    assert len(set(Website.objects.values_list("collection", flat=True))) == 2
    flows = {page.get_workflow() for page in SitePage.objects.all()}
    assert [task.specific_class for flow in flows for task in flow.tasks] == [ReviewTask]


@pytest.mark.parametrize(
    ("role", "of", "status"),
    [
        (Role.EDITOR, "edu", 200),
        (Role.PUBLISHER, "edu", 200),
        (Role.SITE_ADMINISTRATOR, "edu", 200),
        (Role.SITE_ADMINISTRATOR, "ministry-of-finance", 404),
    ],
)
def test_its_roles_count_from_the_first_moment(run, settings, role, of, status):
    assert run(TWO) == 0
    use_real_doors(settings)
    settings.RATELIMIT = None
    _user, client = make_editor("person", [(role, Website.objects.get(slug=of))])
    page = SitePage.objects.get(url_path="/ru/edu/about/")
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == status

"""Data of websites: what belongs to whom, and what the database refuses."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, transaction

from kopir.websites.models import LanguageRoot, NewsPage, SectionPage, SiteImage, SitePage, Website
from kopir.websites.models.media import unguessable
from sitemedia import put_picture, write_news


def test_a_page_belongs_to_the_website_above_it(education, finance):
    section = SectionPage.objects.get(url_path="/kk/ministry-of-finance/news/")
    for live in (True, False):
        page = NewsPage(title="a", slug=f"a{live}".lower(), happened_on="2026-03-01", live=live)
        section.add_child(instance=page)
        assert NewsPage.objects.get(pk=page.pk).website == finance


def test_what_is_shown_is_published_and_of_an_open_website(education, finance):
    finance.state = "archived"
    finance.save()
    SectionPage.objects.get(url_path="/kk/ministry-of-education/about/").unpublish()
    shown = SitePage.objects.shown()
    assert shown.count() == 14
    assert {page.website_id for page in shown} == {education.pk}


def test_addresses_come_from_our_own_builder_and_never_from_wagtails_site(education, now):
    page = SectionPage.objects.get(url_path="/kk/ministry-of-education/about/")
    assert page.full_url == "http://kz.localhost/kk/ministry-of-education/about/"
    education.domain, education.domain_proven_at = "edu.example.org", now
    education.save()
    page = SectionPage.objects.get(pk=page.pk)
    assert page.full_url == "http://edu.example.org/kk/about/"
    assert LanguageRoot.objects.get(slug="kk").full_url is None


def test_a_proven_domain_needs_a_domain(education, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Website.objects.filter(pk=education.pk).update(domain=None, domain_proven_at=now)


def test_names_of_files_cannot_be_guessed_and_say_whose_they_are():
    names = {unguessable("pictures", 17, "Отчёт за март.PNG") for _ in range(50)}
    assert len(names) == 50
    assert all(re.fullmatch(r"pictures/17/[0-9a-f]{32}\.png", name) for name in names)


def test_a_revision_outlives_the_picture_that_it_names(education, system, now):
    page = write_news(education, image=put_picture(education, system, now))
    page.image = None
    page.save()
    SiteImage.objects.get().delete()
    draft = page.latest_revision.as_object()
    assert (draft.title, draft.image) == (page.title, None)
    assert page.latest_revision.content["image"], "it was named"

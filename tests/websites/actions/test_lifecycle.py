"""Renaming, closing, opening again and copying websites: who may, and what readers of old addresses meet."""

from __future__ import annotations

import pytest

from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.bodies.queries import get_body
from kopir.websites.actions import archive_website, clone_website, create_website, rename_website, reopen_website
from kopir.websites.errors import ReservedAddressError, SiteArchivedError, SiteExistsError, SuccessorError
from kopir.websites.models import HomePage, SectionPage, SitePage, WebsiteState


def test_a_renamed_website_is_found_at_both_addresses(education, client, operator, now):
    rename_website(website=education, slug="edu", actor=operator, now=now)
    assert client.get("/kk/edu/about/head/").status_code == 200
    answer = client.get("/kk/ministry-of-education/about/head/")
    assert (answer.status_code, answer["Location"]) == (301, "/kk/edu/about/head/")
    assert set(SitePage.objects.values_list("url_path", flat=True)) >= {"/ru/edu/", "/en/edu/about/"}
    assert Row.objects.filter(action="websites.rename_website").count() == 1


def test_renamed_back_it_leads_nowhere_in_a_circle(education, client, operator, now):
    rename_website(website=education, slug="edu", actor=operator, now=now)
    rename_website(website=education, slug="ministry-of-education", actor=operator, now=now)
    assert client.get("/kk/ministry-of-education/about/").status_code == 200
    assert client.get("/kk/edu/about/")["Location"] == "/kk/ministry-of-education/about/"


def test_an_address_that_was_left_is_not_given_to_another(education, finance, operator, now):
    rename_website(website=education, slug="edu", actor=operator, now=now)
    with pytest.raises(SiteExistsError):
        rename_website(website=finance, slug="ministry-of-education", actor=operator, now=now)
    with pytest.raises(SiteExistsError):
        rename_website(website=finance, slug="edu", actor=operator, now=now)
    with pytest.raises(ReservedAddressError):
        rename_website(website=finance, slug="manage", actor=operator, now=now)


def test_a_closed_website_says_who_took_over_and_can_be_opened_again(education, finance, client, operator, now):
    archive_website(website=education, successor=finance, actor=operator, now=now)
    answer = client.get("/ru/ministry-of-education/about/")
    assert answer.status_code == 410
    assert "Министерство финансов" in answer.content.decode()
    with pytest.raises(SiteArchivedError):
        rename_website(website=education, slug="edu", actor=operator, now=now)
    reopen_website(website=education, actor=operator, now=now)
    assert client.get("/ru/ministry-of-education/about/").status_code == 200


def test_only_an_open_website_takes_over(education, finance, operator, now):
    with pytest.raises(SuccessorError):
        archive_website(website=education, successor=education, actor=operator, now=now)
    archive_website(website=finance, successor=None, actor=operator, now=now)
    with pytest.raises(SuccessorError):
        archive_website(website=education, successor=finance, actor=operator, now=now)
    education.refresh_from_db()
    assert education.state == WebsiteState.OPEN


def test_a_copy_has_the_sections_and_nothing_of_the_others_own(education, client, operator, now):
    about = SectionPage.objects.get(url_path="/ru/ministry-of-education/about/")
    link = f'<p>См. <a linktype="page" id="{about.pk}">о нас</a>, <a href="https://example.org/">там</a></p>'
    about.body = [("paragraph", link), ("cards", {"items": [{"title": "Секрет", "page": about}]})]
    about.save()
    made = clone_website(website=education, body=get_body("ministry-of-finance"), actor=operator, now=now)
    html = client.get("/ru/ministry-of-finance/about/").content.decode()
    assert "О министерстве" in html
    assert "См. о нас" in html
    assert 'href="https://example.org/"' in html
    assert "Секрет" not in html
    assert "ministry-of-education" not in html
    assert client.get("/ru/ministry-of-finance/about/head/").status_code == 404, "people stay behind"
    assert (
        HomePage.objects.get(website=made, locale__language_code="kk").title
        == "Қазақстан Республикасы Қаржы министрлігі"
    )
    keys = {page.translation_key for page in SitePage.objects.of(made)}
    assert len(keys) == 4
    assert not keys & {page.translation_key for page in SitePage.objects.of(education)}


@pytest.mark.parametrize(
    "grants",
    [frozenset(), frozenset({(Role.AUDITOR, None)}), "own"],
    ids=["citizen", "auditor", "its own site administrator"],
)
def test_nobody_but_an_operator_does_any_of_it(education, finance, now, grants):
    own = frozenset({(Role.SITE_ADMINISTRATOR, education.body_id), (Role.PLATFORM_OPERATOR, education.body_id)})
    actor = Actor("person", id="9", name="B", grants=own if grants == "own" else grants)
    body = get_body("ministry-of-justice")
    for act in (
        lambda: rename_website(website=education, slug="edu", actor=actor, now=now),
        lambda: archive_website(website=education, successor=finance, actor=actor, now=now),
        lambda: reopen_website(website=education, actor=actor, now=now),
        lambda: clone_website(website=education, body=body, actor=actor, now=now),
        lambda: create_website(body=body, template="small", actor=actor, now=now),
    ):
        with pytest.raises(NotAllowedError):
            act()

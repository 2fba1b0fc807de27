"""What the public has read stays at its address, as it was, for as long as the page is there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kopir.base.actors import Role
from kopir.websites.actions import publish_page, rename_website, unpublish_page, withdraw_version
from kopir.websites.renditions import Size, make_rendition
from planned import make_publisher, page_at
from sitemedia import change, put_picture, write_news

ABOUT = "/ru/ministry-of-education/about/"


def text_of(client, path):
    answer = client.get(path)
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


@pytest.fixture
def about(education, system, now):
    """A page that was made with the site and published twice since."""
    page = page_at(education, "ru", "about")
    for title in ("Второе имя", "Третье имя"):
        publish_page(page=change(page, title=title), actor=system, now=now)
    return page_at(education, "ru", "about")


def test_each_version_is_read_as_it_was_and_leads_to_what_is_now(about, client):
    for number, title in enumerate(("О министерстве", "Второе имя", "Третье имя"), 1):
        answer = client.get(f"{ABOUT}@{number}/")
        text = answer.content.decode()
        assert f">{title}</h1>" in text
        assert f'href="{ABOUT}"' in text
        assert f'<link rel="canonical" href="https://kz.localhost{ABOUT}">' in text or f'{ABOUT}">' in text
        assert '<meta name="robots" content="noindex">' in text
        assert 'rel="alternate" hreflang' not in text
        assert answer["X-Robots-Tag"] == "noindex"
        assert "Kopir-Keep" not in answer.headers
    assert text_of(client, f"{ABOUT}@4/") == "404"


def test_the_versions_are_listed_newest_first_and_every_published_page_leads_there(about, client):
    assert f'href="{ABOUT}@versions/"' in text_of(client, ABOUT)
    text = text_of(client, f"{ABOUT}@versions/")
    places = [text.index(f'href="{ABOUT}@{number}/"') for number in (3, 2, 1)]
    assert places == sorted(places)
    assert "noindex" in text
    assert "@versions" not in text_of(client, "/kk/ministry-of-education/about/"), "nothing was published of it"


def test_what_nobody_has_seen_is_no_version(about, client, system, now, hands):
    change(about, title="Черновик")
    publish_page(page=change(about, title="Позже", go_live_at=now + timedelta(days=1)), actor=system, now=now)
    assert text_of(client, f"{ABOUT}@4/") == "404"
    assert "@4" not in text_of(client, f"{ABOUT}@versions/")


def test_a_page_that_is_taken_down_or_deleted_takes_its_versions_with_it(about, client, system, now):
    unpublish_page(page=about, actor=system, now=now)
    assert {text_of(client, f"{ABOUT}{tail}") for tail in ("@1/", "@3/", "@versions/")} == {"404"}
    publish_page(page=about, actor=system, now=now)
    assert "Второе имя" in text_of(client, f"{ABOUT}@2/")
    page_at(about.website, "ru", "about").delete()
    assert {text_of(client, f"{ABOUT}{tail}") for tail in ("@1/", "@versions/")} == {"410"}


def test_versions_go_with_a_page_that_moves_and_a_website_that_is_renamed(about, client, operator, now):
    page = page_at(about.website, "ru", "about")
    page.slug = "who-we-are"
    page.save_revision().publish()
    there = client.get(f"{ABOUT}@2/")
    assert (there.status_code, there["Location"]) == (301, "/ru/ministry-of-education/who-we-are/@2/")
    assert "Второе имя" in text_of(client, there["Location"])
    rename_website(website=about.website, slug="edu", actor=operator, now=now)
    there = client.get("/ru/ministry-of-education/who-we-are/@2/")
    assert (there.status_code, there["Location"]) == (301, "/ru/edu/who-we-are/@2/")
    assert "Второе имя" in text_of(client, there["Location"])


def test_a_picture_of_an_earlier_version_is_seen_with_it_and_one_of_a_draft_never(education, client, system, now):
    old, never, new = (put_picture(education, system, now) for _ in range(3))
    page = publish_page(page=write_news(education, image=old), actor=system, now=now)
    change(page, image=never)
    publish_page(page=change(page, image=new), actor=system, now=now)
    assert [status_of(client, image) for image in (old, never, new)] == [200, 404, 200]


def status_of(client, image):
    """Of the picture in one size; it is read to its end."""
    answer = client.get(make_rendition(image, Size.SMALL).url)
    answer.getvalue()
    return answer.status_code


def test_one_that_was_withdrawn_is_read_by_nobody_and_says_when_and_why(about, client, now):
    _user, administrator = make_publisher(about.website, "admin", Role.SITE_ADMINISTRATOR)
    reason = "The telephone of <somebody> stood there"
    withdraw_version(page=about, number=2, reason=reason, actor=administrator, now=now)
    answer = client.get(f"{ABOUT}@2/")
    text = answer.content.decode()
    assert (answer.status_code, answer["X-Robots-Tag"]) == (410, "noindex")
    assert "The telephone of &lt;somebody&gt; stood there" in text
    assert "Второе имя" not in text
    listed = text_of(client, f"{ABOUT}@versions/")
    assert "withdrawn on" in listed or "&lt;somebody&gt;" in listed
    assert f'{ABOUT}@2/"' not in listed
    assert [text_of(client, f"{ABOUT}{tail}")[:3] for tail in ("@1/", "@3/")] == ["<!D", "<!D"]


@pytest.mark.parametrize("tail", ["@0/", "@01/", "@99999999999999999999/", "@-1/", "@x/", "@/", "@1/@2/", "@1"])
def test_no_other_address_is_one(about, client, tail):
    assert client.get(f"{ABOUT}{tail}", follow=True).status_code in (200 if tail == "@1" else 404, 404)


def test_on_an_own_domain_too(about, client, now, settings):
    settings.ALLOWED_HOSTS = ["*"]
    type(about.website).objects.filter(pk=about.website_id).update(domain="edu.example", domain_proven_at=now)
    assert "Второе имя" in client.get("/ru/about/@2/", headers={"host": "edu.example"}).content.decode()
    assert "@2/" in client.get("/ru/about/@versions/", headers={"host": "edu.example"}).content.decode()
    there = client.get(f"{ABOUT}@2/")
    assert (there.status_code, there["Location"].partition("//")[2]) == (301, "edu.example/ru/about/@2/")

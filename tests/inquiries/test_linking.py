"""Every page of a website leads to the form of its body, also from its own domain."""

from __future__ import annotations

from kopir.inquiries.linking import list_links
from kopir.websites.models import Website
from kopir.websites.queries import find_page


def test_a_page_links_both_and_a_missing_one_the_first(education):
    page = find_page(education, "kk", "about")
    addresses = [link.address for link in list_links(education, page, "kk")]
    path = "/kk/inquiries/ministry-of-education/"
    assert addresses == [path, f"{path}?page={page.pk}"]
    assert [link.address for link in list_links(education, None, "ru")] == ["/ru/inquiries/ministry-of-education/"]


def test_every_page_shows_them_and_stays_without_a_token(education, client):
    answer = client.get("/kk/ministry-of-education/about/")
    page = find_page(education, "kk", "about")
    html = answer.content.decode()
    assert f'href="/kk/inquiries/ministry-of-education/?page={page.pk}"' in html
    assert "csrfmiddlewaretoken" not in html
    assert "Kopir-Keep" in answer.headers


def test_from_an_own_domain_they_lead_to_the_portal(education, client, now):
    Website.objects.filter(pk=education.pk).update(domain="edu.example", domain_proven_at=now)
    html = client.get("/kk/about/", headers={"host": "edu.example"}).content.decode()
    assert 'href="http://kz.localhost/kk/inquiries/ministry-of-education/?page=' in html
    assert client.get("/kk/inquiries/ministry-of-education/", headers={"host": "edu.example"}).status_code == 404

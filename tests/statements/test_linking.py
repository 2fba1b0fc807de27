"""Every page of a website leads to its statement."""

from __future__ import annotations

from kopir.websites.models import Website

PATH = "/kk/accessibility/ministry-of-education/"


def test_every_page_leads_there_also_from_an_own_domain(education, client, now):
    assert f'href="{PATH}"' in client.get("/kk/ministry-of-education/about/").content.decode()
    Website.objects.filter(pk=education.pk).update(domain="edu.example", domain_proven_at=now)
    html = client.get("/kk/about/", headers={"host": "edu.example"}).content.decode()
    assert 'href="/kk/@accessibility/"' in html

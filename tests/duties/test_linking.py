"""Every page of a website leads to its score, also from an own domain; every page of the portal to all scores."""

from __future__ import annotations

import pytest

from kopir.websites.models import Website


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_page_of_a_website_leads_to_its_score(education, client, language, now):
    path = f"/{language}/duties/ministry-of-education/"
    assert f'href="{path}"' in client.get(f"/{language}/ministry-of-education/about/").content.decode()
    Website.objects.filter(pk=education.pk).update(domain="edu.example", domain_proven_at=now)
    html = client.get(f"/{language}/about/", headers={"host": "edu.example"}).content.decode()
    assert f'href="http://kz.localhost{path}"' in html


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_page_of_the_portal_leads_to_all_scores(kz, client, language):
    for path in ("", "bodies/ministry-of-education/", "nowhere/"):
        assert f'href="/{language}/duties/"' in client.get(f"/{language}/{path}").content.decode(), path

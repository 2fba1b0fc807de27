"""Scores as open data: what the pages show, with the words and links of the pack."""

from __future__ import annotations

from datetime import timedelta

from openapi_spec_validator import validate

from kopir.duties.actions import score_website

SITES = "/api/1/duties/sites"


def test_every_website_with_its_newest_score(education, finance, system, now, client):
    score_website(website=education, actor=system, now=now)
    score = score_website(website=education, actor=system, now=now + timedelta(days=1))
    (found,) = client.get(SITES).json()
    assert found == {
        "site": "ministry-of-education",
        "body": "ministry-of-education",
        "day": "2026-03-03",
        "pack": "2026-11",
        "points": score.points,
        "possible": score.possible,
        "percent": score.percent,
    }


def test_one_website_with_its_clauses_and_its_past(education, system, now, client):
    score_website(website=education, actor=system, now=now)
    score_website(website=education, actor=system, now=now + timedelta(days=1))
    found = client.get(f"{SITES}/ministry-of-education").json()
    news = next(duty for duty in found["duties"] if duty["code"] == "news-daily")
    assert (news["state"], news["defects"], news["is_unsure"]) == ("failed", 1, False)
    assert news["link"].startswith("https://")
    assert news["params"] == {"kind": "news", "within_days": 1}
    assert [each["day"] for each in found["history"]] == ["2026-03-03", "2026-03-02"]


def test_a_website_that_was_never_checked(education, client):
    assert client.get(SITES).json() == []
    assert client.get(f"{SITES}/ministry-of-education").status_code == 404


def test_its_description_is_sound(client, db):
    description = client.get("/api/1/duties/openapi.json").json()
    validate(description)

"""What other rooms do with new websites happens in the transaction that makes them."""

from __future__ import annotations

import pytest

from kopir.bodies.queries import get_body
from kopir.websites import following
from kopir.websites.actions import clone_website, create_website
from kopir.websites.models import Website


@pytest.fixture
def told(monkeypatch):
    """What was told."""
    told = []
    monkeypatch.setattr(
        following, "FOLLOWERS", [("test", lambda made, source, now: told.append(([*map(str, made)], source, now)))]
    )
    return told


def test_new_websites_and_copies_are_told(kz, template, operator, now, told):
    website = create_website(body=get_body("ministry-of-education"), template=template, actor=operator, now=now)
    clone_website(website=website, body=get_body("ministry-of-finance"), actor=operator, now=now)
    assert told == [(["ministry-of-education"], None, now), (["ministry-of-finance"], website, now)]


def test_where_one_fails_no_website_is_made(kz, template, operator, now, monkeypatch):
    monkeypatch.setattr(following, "FOLLOWERS", [("test", lambda *_told: 1 / 0)])
    with pytest.raises(ZeroDivisionError):
        create_website(body=get_body("ministry-of-education"), template=template, actor=operator, now=now)
    assert not Website.objects.exists()

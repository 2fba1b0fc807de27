"""Whoever finds a hole is told whom to tell, by the file of RFC 9116."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ground import client, education, kz, now, operator  # noqa: F401 - fixtures
from kopir.websites.models import Website

PATH = "/.well-known/security.txt"


@pytest.fixture(autouse=True)
def contact(settings):
    settings.KOPIR_SECURITY_CONTACT = ("mailto:security@example.kz", "https://example.kz/security")
    settings.KOPIR_SECURITY_EXPIRES = date(2027, 3, 31)


def fields_of(answer) -> list[tuple[str, str]]:
    return [tuple(line.split(": ", 1)) for line in answer.content.decode().splitlines()]


def test_the_portal_says_whom_to_tell(kz, client):  # noqa: F811
    answer = client.get(PATH)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert fields_of(answer) == [
        ("Contact", "mailto:security@example.kz"),
        ("Contact", "https://example.kz/security"),
        ("Expires", "2027-03-31T00:00:00Z"),
        ("Preferred-Languages", "kk, ru, en"),
        ("Canonical", "http://kz.localhost/.well-known/security.txt"),
    ]


def test_an_own_domain_says_so_under_its_own_name(education, client):  # noqa: F811
    at = datetime(2026, 3, 2, tzinfo=UTC)
    Website.objects.filter(pk=education.pk).update(domain="edu.example", domain_proven_at=at)
    answer = client.get(PATH, headers={"host": "edu.example"})
    assert ("Canonical", "http://edu.example/.well-known/security.txt") in fields_of(answer)


def test_where_nobody_is_named_there_is_no_file(kz, client, settings):  # noqa: F811
    settings.KOPIR_SECURITY_CONTACT = ()
    assert client.get(PATH).status_code == 404

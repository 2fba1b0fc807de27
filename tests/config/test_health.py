"""Health: alive without asking anybody, ready with the database and all its tables."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection

from kopir.config import health


@pytest.fixture(autouse=True)
def _forget(monkeypatch):
    monkeypatch.setattr(health, "_migrated", [])


@pytest.mark.parametrize("host", ["kz.localhost", "127.0.0.1:8000", "localhost"])
def test_alive_asks_nobody(client, host):
    response = client.get("/health/live", headers={"host": host})
    assert (response.status_code, response.content) == (200, b"live\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_with_all_tables(client):
    response = client.get("/health/ready", headers={"host": "127.0.0.1"})
    assert (response.status_code, response.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_tables_are_looked_for_until_they_are_there_and_then_no_more(client, django_assert_num_queries):
    client.get("/health/ready", headers={"host": "127.0.0.1"})
    with django_assert_num_queries(1):
        client.get("/health/ready", headers={"host": "127.0.0.1"})


@pytest.mark.django_db
def test_not_ready_without_a_table(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'base'")
    response = client.get("/health/ready", headers={"host": "127.0.0.1"})
    assert (response.status_code, response.content) == (503, b"migrations are missing\n")


def test_not_ready_without_a_database(client, monkeypatch):
    def fail() -> None:
        raise OperationalError("password of the database: hunter2")

    monkeypatch.setattr(connection, "cursor", fail)
    response = client.get("/health/ready", headers={"host": "127.0.0.1"})
    assert (response.status_code, response.content) == (503, b"the database does not answer\n")


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
def test_health_is_only_looked_at(client, address):
    assert client.post(address, headers={"host": "kz.localhost"}).status_code == 405

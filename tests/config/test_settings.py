"""The settings of Django as a process of its own sees them: for the public with TLS, and on a developer's machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

SHOW = """
import json, sys
from kopir.config.env import SettingsError, use_settings
use_settings()
from django.conf import settings
try:
    print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
except SettingsError as error:
    sys.exit(str(error))
"""
PUBLIC = {
    "KOPIR_COUNTRY": "kz",
    "KOPIR_SECRET_KEY": "0123456789" * 5,
    "KOPIR_ADDRESS": "https://portal.example.org",
}


def _run(names: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KOPIR_", "DJANGO_", "DATABASE"))}
    return subprocess.run(
        [sys.executable, "-c", SHOW, *names],
        env={**kept, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def _show(*names: str, **variables: str) -> dict[str, Any]:
    done = _run(list(names), {**PUBLIC, **variables})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


COOKIES = ("SESSION", "CSRF", "LANGUAGE")


def test_for_the_public_every_cookie_has_every_flag():
    names = [f"{cookie}_COOKIE_{part}" for cookie in COOKIES for part in ("NAME", "SECURE", "HTTPONLY", "SAMESITE")]
    found = _show(*names, "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "DEBUG", "CONTENT_SECURITY_POLICY")
    for cookie in COOKIES:
        assert str(found[f"{cookie}_COOKIE_NAME"]).startswith("__Host-")
        assert found[f"{cookie}_COOKIE_SECURE"] is found[f"{cookie}_COOKIE_HTTPONLY"] is True
        assert found[f"{cookie}_COOKIE_SAMESITE"] == "Lax"
    assert found["SECURE_HSTS_SECONDS"] >= 31536000
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["DEBUG"] is False
    assert found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["upgrade-insecure-requests"] is True


def test_a_developers_machine_has_no_tls_and_says_so():
    found = _show(
        "SESSION_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
        "DEBUG",
        KOPIR_DEVELOPMENT="yes",
        KOPIR_ADDRESS="http://kz.localhost:8081",
    )
    assert found == {
        "SESSION_COOKIE_NAME": "kopir-session",
        "SESSION_COOKIE_SECURE": False,
        "SECURE_HSTS_SECONDS": 0,
        "DEBUG": True,
    }


def test_nothing_inline_and_nothing_from_elsewhere():
    policy = _show("CONTENT_SECURITY_POLICY")["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    allowed = {source for name, sources in policy.items() if name != "upgrade-insecure-requests" for source in sources}
    assert allowed == {"'none'", "'self'"}
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]


def test_hosts_are_the_portals_the_bodies_and_this_machine():
    found = _show("ALLOWED_HOSTS", "KOPIR_PORTAL_HOST", KOPIR_OTHER_HOSTS="www.one.example,.two.example")
    assert found["KOPIR_PORTAL_HOST"] == "portal.example.org"
    assert found["ALLOWED_HOSTS"] == [
        "portal.example.org",
        "www.one.example",
        ".two.example",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "*",  # what it lets through is judged by the middleware of hosts
    ]


def test_sqlite_waits_at_the_beginning_of_a_transaction_and_writes_to_disk(tmp_path):
    database = _show("DATABASES", KOPIR_FOLDER=str(tmp_path))["DATABASES"]["default"]
    assert database["NAME"] == str(tmp_path / "portal.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database["OPTIONS"]["timeout"] == 20
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in database["OPTIONS"]["init_command"]


def test_postgresql_is_named_by_one_address():
    url = "postgresql://user:p%40ss@db.example:5433/kopir"
    database = _show("DATABASES", DATABASE_URL=url)["DATABASES"]["default"]
    assert [database[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "django.db.backends.postgresql",
        "kopir",
        "user",
        "p@ss",
        "db.example",
        5433,
    ]


@pytest.mark.parametrize(
    ("country", "first", "zone"),
    [("kz", "kk", "Asia/Almaty"), ("tj", "tg", "Asia/Dushanbe"), ("uz", "uz", "Asia/Tashkent")],
)
def test_languages_and_hours_are_those_of_the_country(country, first, zone):
    found = _show("LANGUAGES", "LANGUAGE_CODE", "TIME_ZONE", "USE_TZ", KOPIR_COUNTRY=country)
    assert (found["TIME_ZONE"], found["USE_TZ"]) == (zone, True)
    assert found["LANGUAGE_CODE"] == found["LANGUAGES"][0][0] == first
    assert "en" in [code for code, _ in found["LANGUAGES"]]


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"KOPIR_COUNTRY": "kz"}, "KOPIR_SECRET_KEY: needs"),
        ({**PUBLIC, "KOPIR_COUNTRY": "xx"}, "KOPIR_COUNTRY: the country pack xx cannot be used"),
    ],
)
def test_settings_that_cannot_be_used_are_told_in_words(variables, told):
    done = _run(["DEBUG"], variables)
    assert done.returncode == 1
    assert done.stderr.startswith(told)
    assert "Traceback" not in done.stderr


@pytest.mark.django_db
def test_the_database_of_this_process_is_set_so():
    from django.db import connection

    asked: dict[str, list[tuple[str, str | int]]] = {
        "sqlite": [("PRAGMA journal_mode", "wal"), ("PRAGMA busy_timeout", 20_000), ("PRAGMA foreign_keys", 1)],
        "postgresql": [("SHOW server_encoding", "UTF8"), ("SHOW timezone", "UTC")],
    }
    with connection.cursor() as cursor:
        for question, answer in asked[connection.vendor]:
            cursor.execute(question)
            assert cursor.fetchone() == (answer,), question


def test_the_checks_of_django_for_deployment_find_nothing():
    done = subprocess.run(
        [sys.executable, "-m", "kopir.bridge.cli.main", "manage", "check", "--deploy", "--fail-level", "WARNING"],
        env={**os.environ, **PUBLIC, "DJANGO_SETTINGS_MODULE": "kopir.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
def test_pages_are_compressed_on_their_way(client):
    answer = client.get("/en/design/", headers={"host": "kz.localhost", "accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "accept-encoding" in answer.headers["Vary"].lower()

"""What holds for every test: no network beyond this machine, none inside a transaction, no failure when it is busy."""

from __future__ import annotations

import errno
import ipaddress
import shutil
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from auditing import changes_leave_rows, deeds_have_words, tests_may_flush  # noqa: F401 - fixtures that hold everywhere
from browser import chromium, portal_server, visitor  # noqa: F401 - fixtures for whoever needs a browser
from databases import django_db_setup  # noqa: F401 - takes the place of pytest-django's
from leaving import all_is_as_before, monkeypatch  # noqa: F401 - fixtures that hold everywhere
from sites import template  # noqa: F401 - a fixture for whoever makes websites

# How long an example takes says nothing on a machine that runs other tests at the same time.
settings.register_profile("kopir", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kopir")

LONGEST_ID = 40


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of tests for `make postgresql`."""
    parser.addoption("--database-only", action="store_true", help="run only the tests that touch the portal's database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what another database cannot change."""
    if config.getoption("--database-only"):
        chosen = [item for item in items if _touches_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen


def _touches_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Give each process of a run databases of its own, in a folder that goes with it."""
    from django.conf import settings

    settings.KOPIR_FOLDER.mkdir(parents=True, exist_ok=True)
    yield
    shutil.rmtree(settings.KOPIR_FOLDER, ignore_errors=True)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long values by their argument: keys and their fingerprints differ from one process of a run to the next."""
    return argname if isinstance(val, bytes | str) and len(val) > LONGEST_ID else None


def _stay_here(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse connections to other machines, as if the cable were out."""
    if event == "socket.connect":
        if "kopir.base.transactions" in sys.modules:  # the bridge's tests load no Django
            sys.modules["kopir.base.transactions"].outside_transaction(f"connecting to {arguments[1]}")
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if isinstance(name, str) and not _is_here(name):
        raise OSError(errno.ENETUNREACH, f"tests have no network: {name}")


def _is_here(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host in {"", "localhost"}
    return address.is_loopback or address.is_unspecified


sys.addaudithook(_stay_here)


@pytest.fixture(autouse=True)
def words_are_the_tests_own() -> Iterator[None]:
    """Begin each test in the language of the settings: the last page that was answered leaves its own behind."""
    yield
    if "django.utils.translation" in sys.modules:
        sys.modules["django.utils.translation"].deactivate()

"""The test database on SQLite: migrated once for a set of migrations, then copied, by each process of a run.

Migrating takes a quarter of a minute, copying none. On PostgreSQL each process migrates its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
) -> Iterator[None]:
    """Take the place of pytest-django's: the same database, copied where one like it was made before."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    made: list[Any] = []
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            _copy_or_make(request.config.cache.mkdir("kopir-database"), connection)
        else:
            made = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)
        connection.close()


def _copy_or_make(folder: Path, connection: Any) -> None:
    from django.apps import apps
    from django.conf import settings
    from django.contrib.contenttypes.models import ContentType
    from django.test.utils import setup_databases

    kept = folder / f"{_state_of_migrations()}.sqlite3"
    name = settings.DATABASES["default"]["TEST"]["NAME"]
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.exists():
            shutil.copyfile(kept, name)
            settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
            ContentType.objects.get_for_models(*apps.get_models())  # migrating leaves them in memory too
            return
        setup_databases(verbosity=0, interactive=False, serialized_aliases=())
        connection.close()  # what was written to the log beside the file is in the file then
        for old in folder.glob("*.sqlite3"):
            old.unlink()
        half = kept.with_suffix(".half")
        shutil.copyfile(name, half)
        half.rename(kept)


def _state_of_migrations() -> str:
    """A hash over what makes the tables: our migrations, the triggers that one of them reads, the locked libraries."""
    files = [
        *ROOT.glob("src/kopir/*/migrations/*.py"),
        ROOT / "src/kopir/audit/triggers.py",
        ROOT / "requirements/dev.txt",
    ]
    found = hashlib.sha256()
    for file in sorted(files):
        found.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:32]

"""The settings of tests: an own folder for each process, quick password hashing, mail kept in memory.

PostgreSQL where DATABASE_URL names one, else SQLite in a file, as in production.
"""

import os
import tempfile
from pathlib import Path

from kopir.config.env import give_environment, parse, read_variable

_FOLDER = Path(tempfile.gettempdir()) / f"kopir-test-{os.getpid()}"
give_environment(
    parse(
        {
            "KOPIR_DEVELOPMENT": "yes",
            "KOPIR_COUNTRY": "kz",
            "KOPIR_ADDRESS": "http://kz.localhost",
            "KOPIR_OTHER_HOSTS": ".bodies.localhost",
            "KOPIR_FOLDER": str(_FOLDER),
            "KOPIR_METRICS_TOKEN": "token of the tests",
            "DATABASE_URL": read_variable("DATABASE_URL"),
        }
    )
)

from kopir.bodies.pack import PACKS, read_country  # noqa: E402 - the environment comes first
from kopir.config.settings import *  # noqa: E402

# Texts are compared in English, times in UTC, and pages looked at in every language of every pack that ships.
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
LANGUAGES = list(
    {
        language.code: (language.code, language.name)
        for pack in sorted(path.name for path in PACKS.iterdir() if path.is_dir())
        for language in read_country(pack).languages
    }.values()
)
DEBUG = False
LOGGING = {**LOGGING, "root": {**LOGGING["root"], "handlers": []}}  # the test runner gathers what is said
INSTALLED_APPS = [*INSTALLED_APPS, "kopir.demo"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True  # nothing is collected
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file of this process, so that tests with threads and processes see what production sees. Nobody's power fails.
    DATABASES["default"]["TEST"] = {"NAME": str(_FOLDER / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_kopir_{os.getpid()}"}

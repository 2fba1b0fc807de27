"""The page store: where it lies on this host, who purges it, the cookie by which it knows staff."""

from __future__ import annotations

from urllib.parse import urlsplit

from kopir.config.env import get_environment

__all__ = [
    "KOPIR_PAGES_FOLDER",
    "KOPIR_PAGE_FILES_BYTES",
    "KOPIR_PAGE_GUARD",
    "KOPIR_PAGE_STORE_BYTES",
    "KOPIR_PURGER",
    "KOPIR_RENDERS",
    "KOPIR_STAFF_COOKIE_NAME",
]

_env = get_environment()
_host_prefix = "__Host-" if urlsplit(_env.address).scheme == "https" else ""

KOPIR_PAGES_FOLDER = _env.folder / "pages"
KOPIR_PAGE_STORE_BYTES = _env.page_store_mb * 2**20
KOPIR_PAGE_FILES_BYTES = _env.page_files_mb * 2**20
KOPIR_RENDERS = _env.threads
KOPIR_PURGER = "kopir.edge.purge.Purger"
KOPIR_STAFF_COOKIE_NAME = f"{_host_prefix}kopir-staff"
# What is done about a page that reads, or an action that writes, what it has not declared: "log" and be safe, or
# "raise", as in tests of pages.
KOPIR_PAGE_GUARD = "log"

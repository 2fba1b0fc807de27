"""What stands for Django while the page store is measured: made-up pages of 200 sites with the headers that ours have.

`KOPIR_BENCH_FOLDER` holds the page store. Once a file `slow` lies there, to make a page costs as much as Django takes.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kopir.edge import wrap
from kopir.edge.addresses import Environ

SITES = 200
PAGES = 10
RENDER_S = 0.025
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Language", "kk"),
    ("X-Frame-Options", "DENY"),
    ("Content-Security-Policy", POLICY),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Cache-Control", "public, max-age=0, must-revalidate"),
)
_SYLLABLES = (
    "ба",
    "қа",
    "ла",
    "ны",
    "ның",
    "мен",
    "жа",
    "ңа",
    "лық",
    "ми",
    "ни",
    "стр",
    "өкі",
    "мет",
    "құ",
    "лім",
    "су",
)
_WORDS = tuple("".join(random.Random(number).choices(_SYLLABLES, k=2 + number % 4)) for number in range(3000))


def list_addresses() -> list[tuple[str, str]]:
    """Host and path of every page: ten pages of each site."""
    return [(f"site{site}.example", f"/kk/page-{page}/") for page in range(PAGES) for site in range(SITES)]


def tag_of(host: str, path: str) -> str:
    """The tag of a page."""
    return f"page:{host}{path}"


def make_body(host: str, path: str) -> bytes:
    """The HTML of a page, 10 to 40 KB, the same each time."""
    chance = random.Random(host + path)
    paragraphs = [
        f'<p class="govuk-body"><a href="/kk/{number}/">{" ".join(chance.choices(_WORDS, k=40))}</a></p>'
        for number in range(chance.randrange(20, 60))
    ]
    return f'<!doctype html><html lang="kk"><title>{host}{path}</title>{"".join(paragraphs)}</html>'.encode()


def _spin(seconds: float) -> None:
    """Keep a processor as busy as a render does."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        sum(range(1000))


def make_application() -> Any:  # noqa: ANN401 - any WSGI server takes it
    """The made-up application with the page store before it."""
    folder = Path(os.environ["KOPIR_BENCH_FOLDER"])

    def django(environ: Environ, start_response: Any) -> Iterable[bytes]:  # noqa: ANN401
        if (folder / "slow").exists():
            _spin(RENDER_S)
        host, path = environ["HTTP_HOST"], environ["PATH_INFO"]
        keep = {"tags": [tag_of(host, path), f"site:{host}", "menu"], "until": None, "params": ["page"]}
        start_response("200 OK", [*HEADERS, ("Kopir-Keep", json.dumps(keep))])
        return [make_body(host, path)]

    return wrap(
        django, folder=folder, staff_cookie="__Host-kopir-staff", is_known_host=lambda host: host.endswith(".example")
    )


application = make_application() if "KOPIR_BENCH_FOLDER" in os.environ else None

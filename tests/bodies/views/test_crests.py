"""Crests as files: served as they were rebuilt, kept for ever, and nothing else of the uploads is reached."""

from __future__ import annotations

import io

import pytest
from PIL import Image

import acting
from kopir.bodies.actions import set_theme
from kopir.bodies.models import Body
from kopir.bodies.queries import get_body

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><rect width="9" height="9"/></svg>'


@pytest.fixture
def body(kz, settings, tmp_path) -> Body:
    acting.use(settings)
    settings.MEDIA_ROOT = tmp_path
    return get_body("ministry-of-finance")


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "#0b4a6f").save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(("crest", "kind"), [(SVG, "image/svg+xml"), (png(), "image/png")])
def test_the_page_of_a_body_shows_its_crest(body, operator, now, client, crest, kind):
    set_theme(body=body, colors={}, crest=crest, revision=1, actor=operator, now=now)
    address = get_body(body.slug).crest.url

    assert f'src="{address}"' in client.get(f"/kk/bodies/{body.slug}/").content.decode()
    answer = client.get(address)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert b"onload" not in answer.content


def test_a_crest_that_was_set_twice_is_served_too(body, operator, now, client):
    for revision, crest in enumerate((SVG, png(), SVG), 1):
        set_theme(body=body, colors={}, crest=crest, revision=revision, actor=operator, now=now)
    address = get_body(body.slug).crest.url

    assert "_" in address
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "ministry-of-finance-0123456789abcdef.svg",
        "ministry-of-finance-0123456789abcdef.html",
        "..%2Fportal.sqlite3",
        "%2e%2e%2fx-0123456789abcdef.svg",
        "x.svg",
        "",
    ],
)
def test_nothing_else_is_served(body, client, tmp_path, name):
    (tmp_path / "crests").mkdir()
    for there in ("x.svg", "ministry-of-finance-0123456789abcdef.html"):
        (tmp_path / "crests" / there).write_text("uploaded")
    (tmp_path / "x-0123456789abcdef.svg").write_text("uploaded")

    assert client.get(f"/media/crests/{name}").status_code == 404

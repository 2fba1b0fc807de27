"""Pictures and files over HTTP: who gets them, with which headers, for how long."""

from __future__ import annotations

import pytest

from kopir.base.models import Job
from kopir.websites.actions import publish_page, unpublish_page
from kopir.websites.actions.media import make_renditions_of
from kopir.websites.models import SiteRendition
from sitemedia import PDF, listed, put_file, put_picture, write_news

HOME = "/kk/ministry-of-education/"
MP4 = b"\0\0\0\x18ftypisom" + bytes(range(256)) * 40


def publish_files(website, system, now, **files):
    """A shown page that offers these files; their addresses."""
    documents = [put_file(website, system, now, name=name, content=content) for name, content in files.items()]
    value = listed(*(document.pk for document in documents))
    page = write_news(website, body=[{"type": "files", "value": value}])
    publish_page(page=page, actor=system, now=now)
    return [document.url for document in documents]


def read(client, address, **options):
    """The answer and what it holds, read to its end."""
    answer = client.get(address, **options)
    return answer, answer.getvalue() if answer.streaming else answer.content


@pytest.fixture
def page(education, system, now):
    """A shown page with a picture whose sizes nobody has made yet."""
    image = put_picture(education, system, now)
    body = [{"type": "picture", "value": {"image": image.pk, "text": "Көпір мен өзен"}}]
    return publish_page(page=write_news(education, image=image, body=body), actor=system, now=now)


def test_a_picture_of_a_shown_page_is_everybodys(page, client):
    make_renditions_of(page.pk)
    answer, content = read(client, SiteRendition.objects.first().url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert content[8:12] == b"WEBP"
    again = client.get(SiteRendition.objects.first().url, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_it_is_not_there_once_the_page_is_taken_back(page, client, system, now):
    make_renditions_of(page.pk)
    address = SiteRendition.objects.first().url
    tag = read(client, address)[0]["ETag"]
    unpublish_page(page=page, actor=system, now=now)
    assert client.get(address).status_code == 404
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 404


def test_an_original_is_not_there(page, client):
    assert client.get(page.image.file.url).status_code == 404


def test_reading_a_page_makes_no_picture(page, client):
    jobs = Job.objects.count()
    html = client.get(f"{HOME}news/bridge/").content.decode()
    client.get(HOME)
    client.get(f"{HOME}news/")
    assert "<img" not in html.split("<main", 1)[1]
    assert "Көпір мен өзен" in html, "its words stand in its place"
    assert not SiteRendition.objects.exists()
    assert Job.objects.count() == jobs
    make_renditions_of(page.pk)
    assert "<img" in client.get(f"{HOME}news/bridge/").content.decode().split("<main", 1)[1]


def test_a_pdf_is_read_in_place_and_anything_else_is_fetched(education, client, system, now):
    pdf, text = publish_files(education, system, now, **{"a.pdf": PDF, "a.txt": "Мәтін".encode()})
    answer, content = read(client, pdf)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline;")
    assert content == PDF
    answer, _content = read(client, text)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_film_is_given_in_parts(education, client, system, now, monkeypatch):
    [address] = publish_files(education, system, now, **{"a.mp4": MP4})
    whole, content = read(client, address, headers={"Accept-Encoding": "gzip"})
    assert content == MP4
    assert (whole["Accept-Ranges"], whole.has_header("Content-Encoding")) == ("bytes", False)
    part = client.get(address, headers={"Range": "bytes=10-19", "Accept-Encoding": "gzip"})
    assert (part.status_code, part.content) == (206, MP4[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(MP4)}"
    monkeypatch.setattr("kopir.websites.media_views.RANGE_BYTES", 100)
    rest = client.get(address, headers={"Range": "bytes=50-"})
    assert (rest.content, rest["Content-Range"]) == (MP4[50:150], f"bytes 50-149/{len(MP4)}")
    for nonsense in (f"bytes={len(MP4)}-", "bytes=20-10", "bytes=1-2,4-5", "lines=1-2", "bytes=-5"):
        assert read(client, address, headers={"Range": nonsense})[0].status_code == 200


def test_a_file_that_the_disk_has_lost_is_not_there(education, client, system, now):
    [address] = publish_files(education, system, now, **{"a.pdf": PDF})
    from django.core.files.storage import default_storage

    default_storage.delete(address.removeprefix("/media/"))
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/media/",
        "/media/files/",
        "/media/files/1/0123456789abcdef0123456789abcdef.pdf",
        "/media/pictures/1/0123456789abcdef0123456789abcdef.webp",
        "/media/files/1/../../portal.sqlite3",
        "/media/files/1/0123456789abcdef0123456789abcdef.pdf/x",
        "/media/originals/1/0123456789abcdef0123456789abcdef.jpg",
    ],
)
def test_a_guess_leads_nowhere(education, client, path):
    assert client.get(path, follow=True).status_code == 404


def test_it_is_read_only(page, client):
    make_renditions_of(page.pk)
    assert client.post(SiteRendition.objects.first().url).status_code == 405

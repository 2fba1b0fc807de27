"""Pictures and files of texts: kept once, from the folder alone; and what is refused."""

from __future__ import annotations

import io
import zlib

import pytest
from django.db import connection
from PIL import Image

from kopir.importing import files
from kopir.importing.actions import Order, import_items
from kopir.importing.models import ImportedFile
from kopir.importing.records import Record
from kopir.websites import uploads
from kopir.websites.gate.judging import judge
from kopir.websites.models import MediaUse, NewsPage, SiteDocument, SiteImage
from sitemedia import PDF, picture_bytes

TEXT = """<p>Бірінші <b>сөз <img src="/uploads/bridge.jpg" alt="Көпір су үстінде"> қалды</b>.</p>
<p>Екінші, <a href="https://www.edu.example/uploads/order.pdf?v=1">бұйрық</a>, <a href="/news/7">бұрынғы</a></p>"""
ITEM = {"key": "1", "title": "Көпір", "date": "2026-02-01", "address": "https://edu.example/news/1", "body": TEXT}


@pytest.fixture
def folder(tmp_path):
    uploads = tmp_path / "root" / "uploads"
    uploads.mkdir(parents=True)
    (uploads / "bridge.jpg").write_bytes(picture_bytes().read())
    (uploads / "order.pdf").write_bytes(PDF)
    return tmp_path / "root"


@pytest.fixture
def bring(education, system, now, folder):
    def bring(*items, folder=folder, is_trial=False):
        order = Order(website=education, language="kk", kind="news", source="old", folder=folder)
        records = [Record(f"item {number}", item) for number, item in enumerate(items, 1)]
        return import_items(order=order, records=records, actor=system, now=now, is_trial=is_trial)

    return bring


def blocks(page):
    return [(child.block_type, child.value) for child in page.body]


def test_a_picture_stands_where_it_stood_with_its_words(bring, education):
    report = bring(ITEM)
    assert (report.kept, report.left_out, report.wordless, report.remarks) == (2, 0, 0, [])
    (first, before), (second, picture), (third, after) = blocks(NewsPage.objects.get())
    assert (first, second, third) == ("paragraph", "picture", "paragraph")
    assert before.source == "<p>Бірінші <b>сөз </b></p>"
    document = SiteDocument.objects.get()
    assert after.source == (
        f'<p><b> қалды</b>.</p><p>Екінші, <a linktype="document" id="{document.pk}">бұйрық</a>, '
        '<a href="https://edu.example/news/7">бұрынғы</a></p>'
    )
    image = SiteImage.objects.get()
    assert (picture["image"], picture["text"], image.description) == (image, "Көпір су үстінде", "Көпір су үстінде")
    assert {image.collection_id, document.collection_id} == {education.collection_id}
    assert set(MediaUse.objects.values_list("image", "document")) == {(image.pk, None), (None, document.pk)}


def test_twice_is_once_and_a_dry_run_says_the_same(bring):
    told = bring(ITEM, is_trial=True)
    assert not SiteImage.objects.exists()
    assert not SiteDocument.objects.exists()
    assert not ImportedFile.objects.exists()
    assert bring(ITEM) == told
    again = bring(ITEM)
    assert (again.unchanged, again.kept, again.remarks) == (1, 0, [])
    assert (SiteImage.objects.count(), SiteDocument.objects.count(), ImportedFile.objects.count()) == (1, 1, 2)


def test_the_same_picture_twice_is_one(bring, folder):
    (folder / "copy.jpg").write_bytes((folder / "uploads" / "bridge.jpg").read_bytes())
    second = {**ITEM, "key": "2", "address": "", "body": '<img src="/copy.jpg" alt="Тағы көпір">'}
    assert bring(ITEM, second).kept == 2
    assert SiteImage.objects.count() == 1
    assert set(ImportedFile.objects.exclude(image=None).values_list("old_path", flat=True)) == {
        "/uploads/bridge.jpg",
        "/copy.jpg",
    }


def test_another_picture_at_the_same_address_takes_its_place(bring, folder):
    bring(ITEM)
    (folder / "uploads" / "bridge.jpg").write_bytes(picture_bytes(color="#aa0000").read())
    assert (bring(ITEM).changed, SiteImage.objects.count()) == (1, 2)
    row = ImportedFile.objects.get(old_path="/uploads/bridge.jpg")
    assert blocks(NewsPage.objects.get())[1][1]["image"] == row.image == SiteImage.objects.last()


def test_without_the_folder_what_came_before_stays(bring):
    bring(ITEM)
    assert bring({**ITEM, "title": "Жаңа"}, folder=None).changed == 1
    assert [kind for kind, _value in blocks(NewsPage.objects.get(title="Жаңа"))] == [
        "paragraph",
        "picture",
        "paragraph",
    ]


@pytest.mark.parametrize("alt", ["", ' alt=""', ' alt="  "'])
def test_words_that_lack_are_told_and_asked_for_by_the_gate(bring, alt):
    report = bring({**ITEM, "body": f'<img src="/uploads/bridge.jpg"{alt}>'})
    assert (report.kept, report.wordless) == (1, 1)
    page = NewsPage.objects.get()
    assert page.body[0].value["is_decoration"] is False
    assert "alt_missing" in {finding.code for finding in judge(page)}


def test_pictures_in_tables_headings_and_links_stand_behind_them(bring):
    picture = '<img src="/uploads/bridge.jpg" alt="Көпір">'
    html = f"<h2>Су {picture}</h2><table><tr><td>a</td><td>{picture}</td></tr><tr><td>b</td><td>c</td></tr></table>"
    bring({**ITEM, "body": f'{html}<ul><li>бір <a href="/x">{picture}</a></li><li>екі</li></ul>'})
    kinds = [kind for kind, _value in blocks(NewsPage.objects.get())]
    assert kinds == ["heading", "picture", "table", "picture", "paragraph", "picture", "paragraph"]


def bomb():
    """A PNG that says it has 400 million pixels."""

    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = (20_000).to_bytes(4, "big")
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size + size + b"\x08\x00\x00\x00\x00")
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def gif():
    out = io.BytesIO()
    Image.new("P", (2, 2)).save(out, "GIF")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.png", picture_bytes().read(), "content is something else"),
        ("a.png", b"<script>", "no picture that we can show"),
        ("a.png", b"", "empty"),
        ("a.png", bomb(), "million pixels"),
        ("a.jpg", bytes(11 * 2**20), "larger than"),
        ("a.gif", gif(), "are not taken"),
        ("a.svg", b"<svg/>", "SVG"),
    ],
)
@pytest.mark.parametrize("is_trial", [True, False])
def test_what_the_rules_of_media_refuse_stays_out_and_is_told(bring, folder, name, content, reason, is_trial):
    (folder / name).write_bytes(content)
    report = bring({**ITEM, "body": f'<p>Мәтін</p><img src="/{name}" alt="Көпір">'}, is_trial=is_trial)
    assert (report.new, report.kept, report.left_out) == (1, 0, 1)
    assert report.remarks[0].place == "item 1"
    assert f"/{name}: " in report.remarks[0].reason
    assert reason in report.remarks[0].reason
    assert not SiteImage.objects.exists()


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("/none.jpg", ["There is no file"]),
        ("/%2e%2e/secret.jpg", ["outside of the folder"]),
        ("../../secret.jpg", ["There is no file"]),
        ("https://elsewhere.example/uploads/bridge.jpg", []),
        ("data:image/png;base64,AAAA", []),
        ("file:///etc/passwd", []),
        ("http://[x/a.jpg", []),
    ],
)
def test_what_is_not_in_the_folder_is_left_out(bring, folder, source, told):
    (folder.parent / "secret.jpg").write_bytes(picture_bytes().read())
    body = f'<p>Мәтін</p><img src="{source}" alt="x">'
    report = bring({**ITEM, "body": body}, {**ITEM, "key": "2", "body": body})
    assert (report.kept, report.left_out, len(report.remarks)) == (0, 2, len(told))
    assert all(words in remark.reason for words, remark in zip(told, report.remarks, strict=True))


def test_a_file_that_is_refused_leaves_its_link(bring, folder):
    (folder / "uploads" / "order.pdf").write_bytes(b"MZ")
    report = bring(ITEM)
    assert [remark.reason.partition(":")[0] for remark in report.remarks] == ["/uploads/order.pdf"]
    assert '<a href="https://www.edu.example/uploads/order.pdf?v=1">' in str(NewsPage.objects.get().body)
    assert not SiteDocument.objects.exists()


@pytest.mark.parametrize("is_trial", [True, False])
def test_nothing_waits_while_pictures_are_read_and_rebuilt(bring, monkeypatch, is_trial):
    outside = len(connection.atomic_blocks)
    depths = []

    def noting(work):
        def noted(*args):
            depths.append(len(connection.atomic_blocks))
            return work(*args)

        return noted

    monkeypatch.setattr(uploads, "_rebuild", noting(uploads._rebuild))
    monkeypatch.setattr(files, "_digest", noting(files._digest))
    bring(ITEM, is_trial=is_trial)
    assert len(depths) >= 3
    assert set(depths) == {outside}


def test_what_an_import_that_broke_off_has_kept_is_used_by_the_next(bring, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("kopir.importing.actions.receive_pages", lambda **_facts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bring(ITEM)
    assert not NewsPage.objects.exists()
    assert ImportedFile.objects.count() == 2
    report = bring(ITEM)
    assert (report.new, report.kept) == (1, 0)
    assert (SiteImage.objects.count(), SiteDocument.objects.count(), ImportedFile.objects.count()) == (1, 1, 2)


@pytest.mark.parametrize("name", ["a%00.jpg", "a" * 300 + ".jpg"])
def test_a_name_that_no_disk_takes_costs_the_picture_alone(bring, name):
    address = f"https://edu.example/{name}"
    report = bring({**ITEM, "body": f'<p>Мәтін</p><img src="/{name}" alt="x">', "address": address})
    assert (report.new, report.left_out) == (1, 1)

"""Importing documents from a table with a folder of files."""

from __future__ import annotations

import pytest

from kopir.importing.actions import Order, import_items
from kopir.importing.records import read_csv
from kopir.websites.models import DocumentPage, MediaUse, SectionPage, SiteDocument

TABLE = """id;title;date;number;kind;signatory;state;file;address
7;Бұйрық;15.01.2026;15-НҚ;order;Министр;adopted;acts/a.pdf;https://edu.example/docs/7
8;Заң;2020-05-01;;;;repealed;;
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "acts").mkdir()
    (tmp_path / "acts" / "a.pdf").write_bytes(b"%PDF-1.7 one")
    return tmp_path


@pytest.fixture
def bring(education, system, now, folder):
    SectionPage.objects.filter(url_path="/kk/ministry-of-education/about/").update(listing="documents")

    def bring(table=TABLE, **options):
        order = Order(website=education, language="kk", kind="documents", source="acts", folder=folder)
        return import_items(order=order, records=read_csv(table.encode()), actor=system, now=now, **options)

    return bring


def test_a_document_has_its_requisites_and_its_file(bring, client):
    report = bring()
    assert (report.new, report.refused) == (2, [])
    page = DocumentPage.objects.get(number="15-НҚ")
    assert (page.title, page.dated_on.isoformat(), page.signatory, page.state) == (
        "Бұйрық",
        "2026-01-15",
        "Министр",
        "adopted",
    )
    assert page.first_published_at.date().isoformat() == "2026-01-15"
    assert DocumentPage.objects.get(title="Заң").state == "repealed"
    assert MediaUse.objects.get().document == page.file
    assert page.file.collection == page.website.collection
    client.defaults["SERVER_NAME"] = "kz.localhost"
    assert b"".join(client.get(page.file.url).streaming_content) == b"%PDF-1.7 one"


def test_a_file_is_kept_again_only_where_it_changed(bring, folder):
    bring()
    first = DocumentPage.objects.get(number="15-НҚ").file
    assert (bring().unchanged, bring(TABLE.replace("Бұйрық", "Жарлық")).changed) == (2, 1)
    assert DocumentPage.objects.get(number="15-НҚ").file == first
    (folder / "acts" / "a.pdf").write_bytes(b"%PDF-1.7 two")
    assert bring(TABLE.replace("Бұйрық", "Жарлық")).changed == 1
    page = DocumentPage.objects.get(number="15-НҚ")
    assert page.file != first
    assert MediaUse.objects.get().document == page.file
    assert (bring(TABLE).changed, SiteDocument.objects.count()) == (1, 2)


def test_another_file_chosen_here_is_an_edit(bring, folder, education, system, now):
    bring()
    page = DocumentPage.objects.get(number="15-НҚ")
    page.file = None
    page.save_revision().publish()
    assert bring(TABLE.replace("Бұйрық", "Жарлық")).edited == 1


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", b"MZ", "content is something else"),
        ("a.exe", b"MZ", "are not taken"),
        ("a.svg", b"<svg/>", "SVG"),
        ("a.pdf", b"", "empty"),
    ],
)
@pytest.mark.parametrize("is_trial", [True, False])
def test_a_file_that_is_not_what_it_says_is_refused_with_its_document(bring, folder, name, content, reason, is_trial):
    (folder / "acts" / name).write_bytes(content)
    report = bring(TABLE.replace("a.pdf", name), is_trial=is_trial)
    assert (report.new, [refusal.place for refusal in report.refused]) == (1, ["line 2"])
    assert reason in report.refused[0].reason
    assert not SiteDocument.objects.exists()
    assert not DocumentPage.objects.filter(number="15-НҚ").exists()


def test_a_path_outside_of_the_folder_is_refused(bring):
    report = bring(TABLE.replace("acts/a.pdf", "../../etc/passwd"))
    assert "outside of the folder" in report.refused[0].reason

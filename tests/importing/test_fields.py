"""What an item becomes as a page, and how it is seen that a page was edited."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kopir.importing.fields import digest_of_fields, digest_of_page, make_fields, slug_of
from kopir.importing.items import judge
from kopir.importing.records import Record
from kopir.websites.models import DocumentPage, NewsPage

HTML = "<h2>H</h2><p>Text</p><table><tr><th>A<th>B</tr><tr><td>1<td>2</tr></table>"
PAGES = {"news": NewsPage, "documents": DocumentPage}


def item(**fields):
    given = {"key": "31", "title": "Water", "date": "2026-02-01", "body": HTML, "summary": "S", **fields}
    return judge(Record("line 2", given), zone=UTC, now=datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["news", "documents"])
def test_a_page_that_nobody_touched_has_the_digest_of_its_fields(kind):
    fields = make_fields(item(number="5", kind="Order", signatory="Minister", state="Repealed"), kind).fields
    body = [{**block, "id": str(number)} for number, block in enumerate(fields["body"])]
    page = PAGES[kind](**{**fields, "body": body})
    assert len(page.body) == 3
    assert digest_of_page(page, kind) == digest_of_fields(fields)
    page.body[1].value.source = "<p>Other</p>"
    assert digest_of_page(page, kind) != digest_of_fields(fields)


def test_a_document_has_its_requisites():
    fields = make_fields(item(number="5", kind="Order", signatory="Minister", state="REPEALED"), "documents").fields
    wanted = {"number": "5", "kind": "Order", "signatory": "Minister", "state": "repealed"}
    assert {name: fields[name] for name in wanted} == wanted
    assert fields["dated_on"].isoformat() == "2026-02-01"
    assert make_fields(item(state="whatever"), "documents").fields["state"] == "adopted"


def test_a_title_too_long_stands_whole_in_the_text():
    fields = make_fields(item(title="word " * 80), "news").fields
    assert len(fields["title"]) <= 255
    assert fields["title"].endswith("…")
    assert fields["body"][0]["value"].startswith("<p>word word")


@pytest.mark.parametrize(
    ("fields", "taken", "slug"),
    [
        ({"slug": "New-School"}, set(), "new-school"),
        ({"slug": "Жаңа мектеп"}, set(), "2026-02-01-31"),
        ({}, {"2026-02-01-31"}, "2026-02-01-31-eb1e33e8"),
        ({"key": "https://edu.example/a/very/long/address"}, set(), "2026-02-01-cf968fac"),
    ],
)
def test_its_address(fields, taken, slug):
    assert slug_of(item(**fields), taken) == slug

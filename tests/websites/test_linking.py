"""A page refers to what belongs to its website, and to what the public sees of others."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ReferenceIndex

from editing import use_real_doors
from kopir.websites import linking
from kopir.websites.errors import ForeignThingError
from kopir.websites.linking import check_references, find_references_to, is_visible, kind_of, list_references
from kopir.websites.models import NewsPage
from kopir.websites.rights import Rights
from kopir.websites.rules import EDITING
from tenants import Tenant, news_form

pytestmark = pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning")


@pytest.fixture
def tenants(education, finance, settings):
    use_real_doors(settings)
    return Tenant(education, "alphamarkq"), Tenant(finance, "betamarkq")


def save(a, name="Changed", **more):
    """Save A's draft with these fields; returns the answer with what it leads to, and what was saved."""
    answer = a.client.post(f"/edit/pages/{a.draft.pk}/edit/", news_form(name, "changed", **more))
    return answer, NewsPage.objects.get(pk=a.draft.pk).get_latest_revision_as_object()


def quote_with(link: str) -> dict[str, str]:
    """A paragraph with a link in the form that the editor sends."""
    content = (
        '{"blocks": [{"key": "a", "text": "link", "type": "unstyled", "depth": 0, "inlineStyleRanges": [], '
        '"entityRanges": [{"offset": 0, "length": 4, "key": 0}]}], '
        f'"entityMap": {{"0": {{"type": "LINK", "mutability": "MUTABLE", "data": {link}}}}}}}'
    )
    return {"body-0-type": "paragraph", "body-0-value": content}


def assert_refused(a, b, fields) -> None:
    """Nothing is saved, nothing of B is shown, and the person reads why; nor does a preview show it."""
    answer, saved = save(a, name="Sly", **fields)
    assert answer.headers["Location"] == "/edit/"
    assert saved.title != "Sly"
    home = a.client.get("/edit/").content.decode()
    assert "does not belong to your website" in home
    assert b.marker not in home
    preview = f"/edit/pages/{a.draft.pk}/edit/preview/"
    for answer in (a.client.post(preview, news_form("Sly", "changed", **fields)), a.client.get(preview)):
        assert b.marker not in answer.content.decode()


def test_own_things_may_be_shown(tenants):
    a, _b = tenants
    answer, saved = save(a, image=str(a.image.pk))
    assert answer.status_code == 302
    assert saved.image == a.image


def test_a_picture_of_another_website_is_refused_wherever_it_stands(tenants):
    a, b = tenants
    for more in (
        {"image": str(b.image.pk)},
        {"body-0-type": "picture", "body-0-value-image": str(b.image.pk), "body-0-value-text": "x"},
    ):
        assert_refused(a, b, more)


def test_a_file_of_another_website_is_refused_in_a_list(tenants):
    a, b = tenants
    files = {
        "body-0-type": "files",
        "body-0-value-items-count": "1",
        "body-0-value-items-0-deleted": "",
        "body-0-value-items-0-order": "0",
        "body-0-value-items-0-type": "",
        "body-0-value-items-0-id": "",
        "body-0-value-items-0-value": str(b.document.pk),
    }
    assert_refused(a, b, files)


def test_links_lead_to_public_pages_of_others_and_never_to_drafts(tenants):
    a, b = tenants
    answer, saved = save(a, **quote_with(f'{{"id": {b.live.pk}, "url": "/"}}'))
    assert answer.status_code == 302, answer.content.decode()
    assert saved.title == "Changed"
    assert_refused(a, b, quote_with(f'{{"id": {b.draft.pk}, "url": "/"}}'))


def test_whose_page_it_is_cannot_be_somebody_elsewhere(tenants):
    a, b = tenants
    answer, saved = save(a, owner=str(b.editor.pk))
    assert answer.status_code == 200
    assert saved.title != "Changed"
    html = a.client.get(f"/edit/pages/{a.draft.pk}/edit/").content.decode()
    assert a.marker in html
    assert b.marker.title() not in html
    assert b.marker not in html.lower()


def test_nothing_of_a_foreign_picture_is_shown_again(tenants):
    a, b = tenants
    NewsPage.objects.filter(pk=a.draft.pk).update(image=b.image)
    page = NewsPage.objects.get(pk=a.draft.pk)
    page.save_revision(user=a.editor)
    assert b.marker not in a.client.get(f"/edit/pages/{a.draft.pk}/edit/").content.decode()


def test_what_was_there_before_stays(tenants):
    a, b = tenants
    save(a, **quote_with(f'{{"id": {b.live.pk}, "url": "/"}}'))
    NewsPage.objects.filter(pk=b.live.pk).update(live=False)
    answer, saved = save(a, name="Again", **quote_with(f'{{"id": {b.live.pk}, "url": "/"}}'))
    assert (answer.status_code, saved.title) == (302, "Again")


def test_what_is_found_and_refused(tenants, operator):
    a, b = tenants
    rights = Rights(a.website, EDITING, operator)
    a.draft.image = b.image
    assert list_references(a.draft) == {("image", str(b.image.pk))}
    check_references(a.draft, frozenset({("image", str(b.image.pk))}), rights)
    with pytest.raises(ForeignThingError):
        check_references(a.draft, frozenset(), rights)
    assert not is_visible(b.image, rights)
    assert is_visible(b.image, None)
    assert is_visible(b.editor, rights), "people are no business of this"
    assert kind_of(NewsPage) == "target"


def refer_to(target, *pages) -> None:
    """Let these pages lead to another."""
    for page in pages:
        written = NewsPage.objects.get(pk=page.pk)
        written.body = [{"type": "paragraph", "value": f'<p><a linktype="page" id="{target.pk}">Public</a></p>'}]
        written.save()
        ReferenceIndex.create_or_update_for_object(written)  # as the job does after the commit


def test_only_the_pages_that_refer_to_a_thing_are_judged(tenants, operator, monkeypatch):
    a, b = tenants
    rights = Rights(a.website, EDITING, operator)
    refer_to(a.live, a.draft, b.draft, b.live)
    with CaptureQueriesContext(connection) as asked:
        found = {int(each.object_id) for each in find_references_to(a.live, rights)}
    assert found == {a.draft.pk, b.live.pk}
    judging = [query["sql"] for query in asked if "websites_sitepage" in query["sql"]]
    assert judging
    assert all(f"IN ({a.draft.pk}, " in query for query in judging), "all pages of the country were looked at"
    NewsPage.objects.filter(pk=b.live.pk).update(live=False)
    monkeypatch.setattr(linking, "LIMIT_COUNTED", 1)
    assert [int(each.object_id) for each in find_references_to(a.live, rights)] == [a.draft.pk]


def test_how_often_a_page_is_referred_to_counts_no_drafts_of_others(tenants):
    a, b = tenants
    refer_to(a.live, a.draft, b.draft, b.live)
    assert ReferenceIndex.get_references_to(a.live).filter(object_id=str(b.draft.pk)).exists(), "Wagtail counts it"
    assert "referenced 2 times" in a.administrators_client.get(f"/edit/pages/{a.live.pk}/delete/").content.decode()
    NewsPage.objects.filter(pk=b.live.pk).update(live=False)
    assert "referenced 1 time." in a.administrators_client.get(f"/edit/pages/{a.live.pk}/delete/").content.decode()

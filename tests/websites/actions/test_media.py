"""Pictures and files are sent in by editors of the website, and noted with the page that shows them."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from editing import make_editor, use_real_doors
from kopir.audit.models import Row
from kopir.base.actors import Actor, Role
from kopir.base.errors import NotAllowedError
from kopir.base.models import Job
from kopir.pagecache.models import Purge
from kopir.pagecache.tagged import tag_of
from kopir.websites.actions import publish_page
from kopir.websites.actions.media import add_file, make_renditions_of, note_media
from kopir.websites.errors import FileRefusedError
from kopir.websites.models import MediaUse, SiteDocument, SiteImage, SiteRendition
from kopir.websites.staleness import RENDITIONS
from sitemedia import PDF, change, listed, picture_bytes, put_file, put_picture, write_news


def editor_of(website):
    return Actor("person", id="5", name="E", grants=frozenset({(Role.EDITOR, website.body_id)}))


def test_an_editor_sends_in_what_is_kept_clean_and_recorded(education, now):
    image = put_picture(education, editor_of(education), now)
    document = put_file(education, editor_of(education), now)
    assert image.file.name.startswith(f"originals/{education.collection_id}/")
    assert (image.width, image.height, bool(image.file_size), bool(image.file_hash)) == (1600, 1000, True, True)
    assert document.file.name.startswith(f"files/{education.collection_id}/")
    assert (document.file_size, bool(document.file_hash)) == (len(PDF), True)
    actions = list(Row.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-2:] == ["websites.add_picture", "websites.add_file"]


@pytest.mark.parametrize("grants", [(), ((Role.EDITOR, "other"),), ((Role.OFFICER, "own"),)])
def test_nobody_else_sends_anything_in(education, finance, now, grants):
    bodies = {"own": education.body_id, "other": finance.body_id}
    stranger = Actor("person", id="6", name="S", grants=frozenset((role, bodies[body]) for role, body in grants))
    with pytest.raises(NotAllowedError):
        put_picture(education, stranger, now)
    with pytest.raises(NotAllowedError):
        put_file(education, stranger, now)
    assert not SiteImage.objects.exists()
    assert not SiteDocument.objects.exists()


def test_a_file_that_is_not_what_its_name_says_is_not_kept(education, system, now):
    with pytest.raises(FileRefusedError):
        add_file(website=education, title="x", name="a.pdf", content=io.BytesIO(b"MZ"), actor=system, now=now)
    assert not SiteDocument.objects.exists()


def test_what_another_way_brings_in_is_looked_at_as_well(education):
    upload = picture_bytes()
    upload.name = "a.jpg"
    from django.core.files import File

    notes = Image.Exif()
    notes[0x010F] = "Somebody's telephone"
    out = io.BytesIO()
    Image.open(upload).save(out, "JPEG", exif=notes)
    image = SiteImage(title="x", collection_id=education.collection_id, file=File(out, name="a.jpg"))
    image.save()
    with image.file.open() as kept:
        assert b"Somebody" not in kept.read()
    with pytest.raises(FileRefusedError):
        SiteDocument(
            title="x", collection_id=education.collection_id, file=File(io.BytesIO(b"MZ"), name="a.pdf")
        ).save()


def test_publishing_notes_what_a_page_shows_and_asks_for_its_pictures(education, system, now):
    image, in_text = (put_picture(education, system, now) for _ in range(2))
    linked, offered = (put_file(education, system, now) for _ in range(2))
    body = [
        {"type": "picture", "value": {"image": in_text.pk, "text": "x"}},
        {"type": "paragraph", "value": f'<p><a linktype="document" id="{linked.pk}">x</a></p>'},
        {"type": "files", "value": listed(offered.pk)},
        {"type": "paragraph", "value": '<p><a linktype="document" id="999999">deleted</a></p>'},
    ]
    page = write_news(education, image=image, body=body)
    assert not MediaUse.objects.exists(), "a draft shows nothing"
    publish_page(page=page, actor=system, now=now)
    uses = MediaUse.objects.filter(page=page.pk)
    assert {use.image_id for use in uses} - {None} == {image.pk, in_text.pk}
    assert {use.document_id for use in uses} - {None} == {linked.pk, offered.pk}
    assert Job.objects.get(name=RENDITIONS).arguments == {"page": page.pk}
    assert not SiteRendition.objects.exists(), "the job makes them"


def test_a_draft_changes_nothing_until_it_is_published(education, system, now):
    shown, meant = (put_picture(education, system, now) for _ in range(2))
    page = publish_page(page=write_news(education, image=shown), actor=system, now=now)
    change(page, image=meant)
    page.refresh_from_db()
    page.save()
    assert list(MediaUse.objects.values_list("image", flat=True)) == [shown.pk]
    publish_page(page=page, actor=system, now=now)
    used = MediaUse.objects.order_by("image").values_list("image", flat=True)
    assert list(used) == [shown.pk, meant.pk], "the first is still seen with its version"


def test_noting_twice_is_noting_once(education, system, now):
    page = publish_page(page=write_news(education, image=put_picture(education, system, now)), actor=system, now=now)
    before = list(MediaUse.objects.values())
    note_media([page])
    assert list(MediaUse.objects.values()) == before


def test_renditions_are_made_once(education, system, now):
    page = publish_page(page=write_news(education, image=put_picture(education, system, now)), actor=system, now=now)
    make_renditions_of(page.pk)
    made = set(SiteRendition.objects.values_list("pk", flat=True))
    assert len(made) == 3
    make_renditions_of(page.pk)
    assert set(SiteRendition.objects.values_list("pk", flat=True)) == made
    make_renditions_of(0)


def test_a_picture_with_a_new_file_is_made_anew_in_every_size(education, settings, system, now):
    use_real_doors(settings)
    image = put_picture(education, system, now)
    page = publish_page(page=write_news(education, image=image), actor=system, now=now)
    make_renditions_of(page.pk)
    before = set(SiteRendition.objects.values_list("file", flat=True))
    Job.objects.all().delete()
    _user, client = make_editor("editor", [(Role.EDITOR, education)])
    file = SimpleUploadedFile("b.jpg", picture_bytes((900, 700), "#aa2200").getvalue(), "image/jpeg")
    form = {"title": "B", "file": file, "collection": education.collection_id}
    assert client.post(f"/edit/images/{image.pk}/", form).status_code == 302
    assert Job.objects.get(name=RENDITIONS).arguments == {"page": page.pk}
    make_renditions_of(page.pk)
    after = set(SiteRendition.objects.values_list("file", flat=True))
    assert len(after) == len(before) == 3
    assert not after & before
    assert any(tag_of(SiteImage, image.pk) in purge.tags for purge in Purge.objects.all())

"""Wagtail's own forms of pictures and files take what is taken anywhere, and say why they refuse."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.documents.forms import get_document_form
from wagtail.images.forms import get_image_form

from kopir.websites.models import SiteDocument, SiteImage
from kopir.websites.uploads import CleanFile
from sitemedia import PDF, picture_bytes


def form_of(model, website, name, content):
    make = get_image_form if model is SiteImage else get_document_form
    data = {"title": "Көпір", "collection": website.collection_id}
    return make(model)(data, {"file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize(
    ("model", "name", "content"),
    [(SiteImage, "a.jpg", picture_bytes().getvalue()), (SiteDocument, "a.pdf", PDF)],
)
def test_what_may_be_kept_passes(education, model, name, content):
    form = form_of(model, education, name, content)
    assert form.is_valid(), form.errors
    if model is SiteImage:
        assert isinstance(form.cleaned_data["file"], CleanFile)
    kept = form.save()
    assert kept.file_size
    assert form_of_kept(model, kept).is_valid()


def form_of_kept(model, kept):
    """The same form again, with no new file."""
    make = get_image_form if model is SiteImage else get_document_form
    return make(model)({"title": "Басқа", "collection": kept.collection_id}, {}, instance=kept)


@pytest.mark.parametrize(
    ("model", "name", "content"),
    [
        (SiteImage, "a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        (SiteImage, "a.gif", b"GIF89a\1\0\1\0\0\0\0;"),
        (SiteImage, "a.png", picture_bytes().getvalue()),
        (SiteImage, "a.jpg", picture_bytes().getvalue()[:200]),
        (SiteDocument, "a.pdf", b"MZ"),
        (SiteDocument, "a.svg", b"<svg/>"),
        (SiteDocument, "a.docx", io.BytesIO(b"PK\3\4 and no more").getvalue()),
    ],
)
def test_what_may_not_be_kept_says_why(education, model, name, content):
    form = form_of(model, education, name, content)
    assert not form.is_valid()
    assert list(form.errors) == ["file"]
    assert str(form.errors["file"][0]).endswith(".")

"""Forms with files: small ones go on, a big one is refused before a byte of it lies on the disk."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.urls import reverse

from people import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def laid(monkeypatch) -> list[int]:
    """The lengths of the forms that the handlers behind ours were given."""
    found: list[int] = []
    take = MemoryFileUploadHandler.handle_raw_input

    def see(handler, input_data, meta, length, *more):
        found.append(length)
        return take(handler, input_data, meta, length, *more)

    monkeypatch.setattr(MemoryFileUploadHandler, "handle_raw_input", see)
    return found


@pytest.mark.parametrize(("size", "status"), [(1000, 200), (5 << 20, 400)])
def test_a_stranger_cannot_fill_the_disk(laid, size, status):
    client = browser(enforce_csrf_checks=False)
    data = {"login": "a@example.org", "password": "x", "file": SimpleUploadedFile("a", b"A" * size)}
    assert client.post(reverse("account_login"), data).status_code == status
    assert bool(laid) == (status == 200)

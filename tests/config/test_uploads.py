"""Forms with files: small ones go on, a big one is refused before a byte of it lies on the disk."""

from __future__ import annotations

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.urls import reverse

from kopir.base.actors import ANONYMOUS, Actor, Role
from kopir.config.uploads import LimitedUpload
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


@pytest.mark.parametrize(("size", "status"), [(1000, 200), (5 << 20, 413)])
def test_a_stranger_cannot_fill_the_disk(laid, size, status):
    client = browser(enforce_csrf_checks=False)
    data = {"login": "a@example.org", "password": "x", "file": SimpleUploadedFile("a", b"A" * size)}
    assert client.post(reverse("account_login"), data).status_code == status
    assert bool(laid) == (status == 200)


def test_two_gigabytes_are_refused_in_the_readers_language_before_they_are_read(laid):
    answer = browser(enforce_csrf_checks=False).generic(
        "POST",
        "/kk/account/sign-in/",
        b"--x",
        "multipart/form-data; boundary=x",
        headers={"Content-Length": str(2 * 2**30)},
    )
    assert answer.status_code == 413
    assert '<html lang="kk"' in answer.content.decode()
    assert laid == []


EDITOR = Actor("person", id="1", grants=frozenset({(Role.EDITOR, 5)}))


@pytest.mark.parametrize(
    ("path", "actor", "passes"),
    [
        ("/edit/documents/add/", EDITOR, True),
        ("/edit/documents/add/", ANONYMOUS, False),
        ("/edit/documents/add/", Actor("person", id="1", grants=frozenset({(Role.OFFICER, 5)})), False),
        ("/kk/account/", EDITOR, False),
        ("/kk/edit/", EDITOR, False),
    ],
)
def test_who_edits_may_send_more_where_that_is_done(rf, path, actor, passes):
    request = rf.post(path)
    request.actor = actor
    handler = LimitedUpload(request)

    def send(size):
        handler.handle_raw_input(request, {}, size, "x")

    send(4 * 2**20)
    if passes:
        send(50 * 2**20)
    else:
        with pytest.raises(RequestDataTooBig):
            send(5 * 2**20)
    with pytest.raises(RequestDataTooBig):
        send(2 * 2**30)

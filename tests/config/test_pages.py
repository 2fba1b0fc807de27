"""Pages for when there is none: in the design, in the reader's language, saying what to do."""

from __future__ import annotations

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from kopir.base.access import everyone
from kopir.base.errors import JobNotDeadError, NotAllowedError
from kopir.config import pages

pytestmark = pytest.mark.django_db  # whose host and whose address it is

KZ = {"host": "kz.localhost"}


def _raise(error: Exception):
    def view(request):
        raise error

    return everyone(view)


urlpatterns = [
    path("bad", _raise(SuspiciousOperation("inner words"))),
    path("denied", _raise(PermissionDenied("inner words"))),
    path("broken", _raise(ZeroDivisionError("inner words"))),
    path("refused", _raise(JobNotDeadError(id=4))),
    path("forbidden", _raise(NotAllowedError())),
    path("form", everyone(lambda request: HttpResponse("taken"))),
    path("", include("kopir.design.urls_plain")),
    *i18n_patterns(path("", include("kopir.design.urls"))),
]
handler400, handler403 = pages.bad_request, pages.permission_denied
handler404, handler500 = pages.page_not_found, pages.server_error


@pytest.fixture
def ask(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "accounts" not in name]
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.parametrize(
    ("address", "status", "title"),
    [
        ("/bad", 400, "This request cannot be read"),
        ("/denied", 403, "You may not open this page"),
        ("/nowhere", 404, "There is no such page"),
        ("/broken", 500, "Something went wrong on our side"),
        ("/refused", 409, "Job 4 is not among those that were given up."),
        ("/forbidden", 403, "You may not do this."),
    ],
)
def test_every_fault_has_its_page_with_a_way_on(ask, address, status, title):
    response = ask.get(address, headers=KZ)
    html = response.content.decode()
    assert response.status_code == status
    assert title in html
    assert "inner words" not in html
    assert "kopir.css" in html, "in the design"
    assert 'class="govuk-link" href="/' in html


def test_a_forged_form_is_refused_with_the_remedy(ask):
    response = ask.post("/form", headers=KZ)
    assert response.status_code == 403
    assert "The form has expired" in response.content.decode()
    assert ask.get("/form", headers=KZ).status_code == 200


def test_a_host_that_is_nobodys_is_a_request_that_cannot_be_read(ask):
    response = ask.get("/form", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


def test_a_page_comes_even_when_the_design_fails(ask, monkeypatch, caplog):
    def fail(*arguments: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(pages, "render_to_string", fail)
    response = ask.get("/broken", headers=KZ)
    assert response.status_code == 500
    assert "<h1>Something went wrong on our side</h1>" in response.content.decode()
    assert "page of errors failed" in caplog.messages


def test_what_people_wrote_is_no_markup_on_a_bare_page(rf, monkeypatch):
    monkeypatch.setattr(pages, "render_to_string", lambda *arguments: 1 / 0)
    response = pages.answer(rf.get("/"), 400, "<b>title</b>", "<script>")
    assert b"<script>" not in response.content
    assert b"&lt;b&gt;title" in response.content

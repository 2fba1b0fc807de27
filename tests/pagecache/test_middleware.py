"""Which answers may be kept, and what is said of them: the ordinary one, and everybody's almost-public ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib import messages
from django.http import (
    Http404,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.middleware.csrf import get_token
from django.template import Context, Template
from django.urls import path
from django.views.decorators.http import require_http_methods

import acting
from actors import NOW, OPERATOR
from kopir.base import clock
from kopir.base.access import everyone
from kopir.base.actors import ANONYMOUS, Actor
from kopir.edge.keeping import may_keep, read_keep
from kopir.pagecache.errors import PersonalPageError, UndeclaredReadError
from kopir.pagecache.middleware import HEADER, KEEP_GONE
from kopir.pagecache.models import Purge
from kopir.pagecache.recorder import note, note_params, note_until
from kopir.pagecache.storing import is_shared, is_staff_mark, storable
from kopir.pagecache.tags import LIMIT_GROUP, for_page

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
CITIZEN = Actor("person", "7")


def say(request):
    note("a.b:1")
    return HttpResponse("text")


def raise_missing(request):
    note("a.b:1")
    raise Http404


def raise_fault(request):
    raise ZeroDivisionError


def set_cookie(request):
    answer = HttpResponse()
    answer.set_cookie("a", "b")
    return answer


def use_session(request):
    request.session["a"] = "b"
    return HttpResponse()


def show_template(text):
    return lambda request: HttpResponse(Template(text).render(Context({"request": request, "user": request.user})))


def add_message(request):
    messages.info(request, "done")
    return HttpResponse()


def show_messages(request):
    return HttpResponse("".join(str(one) for one in messages.get_messages(request)))


def show_address(request):
    note_params([name for name in request.GET.get("only", "").split(",") if name] or ["page", "year", "only"])
    return HttpResponse(request.get_full_path())


def show_until(request):
    note_until(UNTIL)
    raise_missing(request) if "gone" in request.GET else None
    return HttpResponse()


def show_very_many(request):
    note(*(f"a.b{group}:{number}" for group in range(20) for number in range(LIMIT_GROUP)))
    return HttpResponse()


VIEWS = {
    "page": say,
    "missing": raise_missing,
    "gone": lambda request: HttpResponse(status=410),
    "moved": lambda request: HttpResponsePermanentRedirect("/page"),
    "elsewhere": lambda request: HttpResponseRedirect("/page"),
    "fault": raise_fault,
    "refused": lambda request: HttpResponse(status=403),
    "cookie": set_cookie,
    "stream": lambda request: StreamingHttpResponse([b"text"]),
    "session": use_session,
    "read-session": lambda request: HttpResponse(str(request.session.get("a"))),
    "token": lambda request: HttpResponse(get_token(request)),
    "user": show_template("{{ user.is_authenticated }}"),
    "unread-user": show_template("{{ request.path }}"),
    "message": add_message,
    "messages": show_messages,
    "undeclared": lambda request: HttpResponse(str(Purge.objects.count())),
    "shared": lambda request: HttpResponse(str(is_shared(request))),
    "until": show_until,
    "many": show_very_many,
    "address": show_address,
}
urlpatterns = [
    path(
        name,
        storable(params=("page", "year", "only", "gone"))(
            everyone(require_http_methods(["GET", "HEAD", "POST"])(view))
        ),
    )
    for name, view in VIEWS.items()
]
urlpatterns.append(path("unmarked", everyone(say)))


@pytest.fixture(autouse=True)
def world(settings):
    acting.use(settings)
    settings.KOPIR_PAGE_GUARD = "log"


@pytest.fixture
def client(client):
    client.defaults["SERVER_NAME"] = "kz.localhost"
    client.raise_request_exception = False
    return client


def keep_of(answer) -> dict | None:
    """What is said of an answer; the page store reads it and takes the answer, headers and all."""
    text = answer.headers.get(HEADER)
    if text is None:
        return None
    assert read_keep(text) is not None
    assert may_keep(answer.status_code, [(name, value) for name, value in answer.headers.items()])
    return json.loads(text)


def test_a_page_that_is_marked_may_be_kept(client):
    answer = client.get("/page")
    assert keep_of(answer) == {
        "tags": for_page({"a.b:1"}, ()),
        "until": None,
        "params": ["gone", "only", "page", "year"],
    }
    assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert keep_of(client.head("/page")) == keep_of(answer)


@pytest.mark.parametrize("name", ["missing", "gone", "moved", "unread-user"])
def test_so_may_what_is_gone_or_moved(client, name):
    assert keep_of(client.get(f"/{name}")) is not None


@pytest.mark.parametrize(
    "name",
    [
        *("unmarked", "elsewhere", "fault", "refused", "cookie", "stream", "undeclared", "many", "no-such-page"),
        *("session", "read-session", "token", "message", "user"),
    ],
)
def test_others_may_not(client, name):
    assert HEADER not in client.get(f"/{name}").headers


def test_what_is_sent_may_not(client):
    assert HEADER not in client.post("/page").headers


def test_a_page_that_shows_a_message_is_for_its_reader(client):
    assert keep_of(client.get("/messages")) is not None
    client.get("/message")
    answer = client.get("/messages")
    assert answer.content == b"done"
    assert HEADER not in answer.headers
    client.cookies.clear()  # a browser forgets those that were taken back
    assert keep_of(client.get("/messages")) is not None


@pytest.mark.parametrize("actor", [ANONYMOUS, CITIZEN])
def test_citizens_and_strangers_get_the_same_page(client, actor):
    acting.act_as(actor)
    answer = client.get("/shared")
    assert (answer.content, keep_of(answer) is not None) == (b"True", True)


def test_staff_gets_its_own_that_is_not_kept(client):
    acting.act_as(OPERATOR)
    answer = client.get("/shared")
    assert answer.content == b"False"
    assert HEADER not in answer.headers


def test_staff_is_known_by_a_cookie_until_it_is_staff_no_more(client, settings):
    name = settings.KOPIR_STAFF_COOKIE_NAME
    acting.act_as(CITIZEN)
    assert name not in client.get("/page").cookies
    acting.act_as(OPERATOR)
    cookie = client.get("/unmarked").cookies[name]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert is_staff_mark(cookie.value)
    assert name not in client.get("/unmarked").cookies
    client.cookies[name] = "1"
    assert is_staff_mark(client.get("/unmarked").cookies[name].value), "what was made up is renewed for staff"
    acting.act_as(CITIZEN)
    answer = client.get("/page")
    assert answer.cookies[name].value == ""
    assert HEADER not in answer.headers
    del client.cookies[name]
    assert name not in client.get("/page").cookies


def test_who_has_a_message_waiting_is_led_past_the_page_store_until_it_was_read(client, settings):
    name = settings.KOPIR_STAFF_COOKIE_NAME
    assert client.get("/message").cookies[name].value == "1"
    assert name not in client.get("/unmarked").cookies
    answer = client.get("/messages")
    assert answer.content == b"done"
    assert answer.cookies[name].value == ""


def test_an_answer_says_not_that_it_varies_by_reader(client):
    client.get("/session")
    answer = client.get("/page")
    assert keep_of(answer) is not None
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Cookie" in client.get("/read-session").headers["Vary"]


def test_it_says_until_when(client, monkeypatch):
    assert keep_of(client.get("/until"))["until"] == int(UNTIL.timestamp())
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert keep_of(client.get("/until?gone=1"))["until"] == int((NOW + KEEP_GONE).timestamp())
    monkeypatch.setattr(clock, "now", lambda: UNTIL - timedelta(seconds=5))
    assert keep_of(client.get("/until?gone=1"))["until"] == int(UNTIL.timestamp())


def test_parameters_that_do_not_matter_never_reach_the_view(client):
    answer = client.get("/address?utm=me&year=2026&page=2")
    assert answer.content == b"/address?page=2&year=2026"
    assert keep_of(answer)["params"] == ["only", "page", "year"]
    answer = client.get("/address?only=year&page=2&year=2026")
    assert answer.content == b"/address?year=2026"
    assert keep_of(answer)["params"] == ["year"]


def test_staff_loses_them_too(client):
    acting.act_as(OPERATOR)
    assert client.get("/address?utm=me&page=2").content == b"/address?page=2"


@pytest.mark.parametrize(("name", "error"), [("user", PersonalPageError), ("undeclared", UndeclaredReadError)])
def test_tests_of_pages_hear_of_it(client, settings, name, error):
    settings.KOPIR_PAGE_GUARD = "raise"
    client.raise_request_exception = True
    with pytest.raises(error):
        client.get(f"/{name}")


class Noting:
    """Middleware that reads the database for a page, before the view and after it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        note("a.b:before")
        Purge.objects.count()
        answer = self.get_response(request)
        note("a.b:after")
        Purge.objects.count()
        return answer


def test_middleware_round_the_view_notes_for_it_and_is_not_watched(client, settings):
    settings.KOPIR_PAGE_GUARD = "raise"
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:-2], f"{__name__}.Noting", *settings.MIDDLEWARE[-2:]]
    assert keep_of(client.get("/page"))["tags"] == for_page({"a.b:1", "a.b:before", "a.b:after"}, ())


def test_a_page_that_failed_leaves_no_recording(client):
    client.get("/fault")
    assert client.get("/unmarked").content == b"text"
    assert keep_of(client.get("/page"))["tags"] == for_page({"a.b:1"}, ())

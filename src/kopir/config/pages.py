"""What a reader sees when there is no page to show: 400, 403, 404, 500, a forged form, and the failures of actions."""

from __future__ import annotations

import logging
from typing import Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kopir.base.access import everyone
from kopir.base.errors import KopirError

from .context import get_plain_country

_log = logging.getLogger(__name__)
Sentence = str | Promise

SENTENCES: Final[dict[int, tuple[Sentence, Sentence]]] = {
    400: (_("This request cannot be read"), _("Check the address, or go to the home page and start again.")),
    403: (
        _("You may not open this page"),
        _("Sign in with an account that may, or ask your administrator."),
    ),
    404: (_("There is no such page"), _("Check the address, or go to the home page.")),
    413: (_("What you sent is too large"), _("Send a smaller file. Texts may have 50 MB, pictures 10 MB.")),
    500: (_("Something went wrong on our side"), _("It has been noted. Please try again in a few minutes.")),
}
_FORGED: Final = (
    _("The form has expired"),
    _("Go back, load the page anew and send the form again. Cookies must be allowed."),
)
# What is left when even the template fails: no styles, so that nothing else can fail.
_BARE: Final = (
    '<!doctype html><html lang="{}"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1><p>{text}</p></html>'
)


def answer(request: HttpRequest, status: int, title: Sentence, text: Sentence) -> HttpResponse:
    """A page that says what is wrong and what to do, in the design; bare where the design itself fails."""
    # A page of errors asks the database for nothing: it may be what is broken.
    context = {"status": status, "title": title, "text": text, "country": get_plain_country()}
    try:
        html = render_to_string("config/error.html", context, request)
    except Exception:  # noqa: BLE001 - whatever the fault is, its reader gets a page
        _log.exception("page of errors failed")
        html = format_html(_BARE, get_language() or "en", title=title, text=text)
    return HttpResponse(html, status=status)


@everyone
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; a host that is not ours also ends here, and with 413 a form that is larger than it may be."""
    if isinstance(exception, RequestDataTooBig):
        return answer(request, 413, *SENTENCES[413])
    return answer(request, 400, *SENTENCES[400])


@everyone
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return answer(request, 403, *SENTENCES[403])


@everyone
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return answer(request, 404, *SENTENCES[404])


@everyone
def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return answer(request, 500, *SENTENCES[500])


@everyone
def forged_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without the right token; the reason is for developers and goes to the log."""
    _log.warning("form refused", extra={"reason": reason})
    return answer(request, 403, *_FORGED)


def failure(request: HttpRequest, error: KopirError) -> HttpResponse:
    """A failure of an action that no form has shown: its own sentence, with its own status."""
    title, _text = SENTENCES.get(error.status, SENTENCES[400])
    return answer(request, error.status, title, error.message())

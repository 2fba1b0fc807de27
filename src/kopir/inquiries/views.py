"""The form to a body and the page that says how a message stands: for everybody, and never kept by the page store."""

from __future__ import annotations

from typing import Any, Final

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kopir.base import clock
from kopir.base.access import everyone
from kopir.base.actors import ANONYMOUS
from kopir.base.errors import KopirError
from kopir.bodies.presenting import BodyFrame, frame
from kopir.inquiries import actions, queries, sealed
from kopir.inquiries.forms import InquiryForm, StateForm
from kopir.inquiries.models import Kind
from kopir.inquiries.rules import grouped
from kopir.websites.addresses import address_of
from kopir.websites.models import SitePage, Website
from kopir.websites.queries import get_website

RATES: Final = {"ask": "5/h/ip", "state": "10/m/ip"}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@everyone
@form_methods
def ask(request: HttpRequest, site: str) -> HttpResponse:
    """The form to the body of a website, with the page that it is about if the address names one."""
    website = get_website(site)
    asked = request.POST if request.method == "POST" else request.GET
    page = queries.find_page(website, asked.get("page", ""))
    initial = {"kind": Kind.FAULT if page else Kind.QUESTION, "page": page.pk if page else ""}
    form = InquiryForm(request.POST or None, now=clock.now(), initial=initial)
    if request.method == "POST" and form.is_valid():
        if not _is_within(request, "ask"):
            return _too_many(request)
        try:
            receipt = _send(request, form, website, page)
        except KopirError as failure:
            form.add_error(None, failure.message())
        else:
            shown = {"number": grouped(receipt.number), "secret": grouped(receipt.secret)}
            has_address = bool(form.cleaned_data["address"])
            return _render(request, "sent", website, page, **shown, has_address=has_address)
    return _render(request, "ask", website, page, form=form)


@never_cache
@everyone
@form_methods
def state(request: HttpRequest) -> HttpResponse:
    """How a message stands, for whoever has its number and its secret word."""
    form = StateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not _is_within(request, "state"):
            return _too_many(request)
        try:
            inquiry = queries.get_by_receipt(form.cleaned_data["number"], form.cleaned_data["secret"])
        except KopirError as failure:
            form.add_error(None, failure.message())
        else:
            answer = sealed.read(inquiry.answer, "answer")
            shown = {"inquiry": inquiry, "number": grouped(inquiry.number), "answer": answer}
            return render(request, "inquiries/state.html", shown)
    return render(request, "inquiries/state.html", {"form": form})


def _send(request: HttpRequest, form: InquiryForm, website: Website, page: SitePage | None) -> actions.Receipt:
    return actions.send_inquiry(
        website=website,
        page=page,
        kind=Kind(form.cleaned_data["kind"]),
        words=form.cleaned_data["words"],
        address=form.cleaned_data["address"],
        language=get_language() or "",
        once=form.once,
        actor=ANONYMOUS,  # whoever has signed in writes as a stranger, and no record keeps a network address
        now=clock.now(),
    )


def _is_within(request: HttpRequest, action: str) -> bool:
    """Whether this network address may send once more."""
    return consume(request, app="inquiries", action=action, config=RATES) is not None


def _too_many(request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = ratelimit.respond_429(request)
    return answer


def _render(request: HttpRequest, name: str, website: Website, page: SitePage | None, **more: Any) -> HttpResponse:  # noqa: ANN401 - what the template shows
    if page is not None:
        page.website = website
    body: BodyFrame = frame(website.body)
    address = address_of(page) if page else ""
    context = {"body": body, "shown": website.body, "page": page, "page_address": address, **more}
    return render(request, f"inquiries/{name}.html", context)

"""What was written to the bodies of whoever asks, and the answer: in the portal's administration."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kopir.base import clock
from kopir.base.access import staff
from kopir.base.actors import ANONYMOUS, Actor
from kopir.base.errors import KopirError
from kopir.inquiries import actions, queries, sealed
from kopir.inquiries.forms import AnswerForm
from kopir.inquiries.models import State
from kopir.inquiries.rules import READERS, grouped

PER_PAGE = 50
readers = staff(*READERS)


@readers
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The messages, those that wait for an answer or all."""
    found = queries.list_inquiries(_actor_of(request))
    is_all = request.GET.get("all") == "1"
    many = Paginator(found if is_all else found.filter(state=State.WAITING), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(inquiry, grouped(inquiry.number)) for inquiry in many]
    tabs = [
        {"text": _("Waiting"), "address": "?", "is_current": not is_all},
        {"text": _("All"), "address": "?all=1", "is_current": is_all},
    ]
    return render(request, "inquiries/list.html", {"many": many, "rows": rows, "tabs": tabs})


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """One message, and the form by which it is answered."""
    actor = _actor_of(request)
    inquiry = queries.get_inquiry(inquiry_id, actor)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_inquiry(inquiry=inquiry, text=form.cleaned_data["text"], actor=actor, now=clock.now())
        except KopirError as failure:
            form.add_error(None, failure.message())
        else:
            messages.success(request, _("The answer is on its way."))
            return redirect("inquiries:list")
    context = {
        "inquiry": inquiry,
        "number": grouped(inquiry.number),
        "words": sealed.read(inquiry.words, "words"),
        "answer": sealed.read(inquiry.answer, "answer"),
        "form": form if form.is_bound or (inquiry.state == State.WAITING and not inquiry.forgotten_at) else None,
    }
    return render(request, "inquiries/show.html", context)


def _actor_of(request: HttpRequest) -> Actor:
    found = getattr(request, "actor", ANONYMOUS)
    return found if isinstance(found, Actor) else ANONYMOUS

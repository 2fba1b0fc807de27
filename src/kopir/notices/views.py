"""The inbox, one message, the number for texts; and what was sent, for operators."""

from __future__ import annotations

from typing import Final, cast

from django.contrib import messages as remarks
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kopir.accounts.models import User
from kopir.base import clock
from kopir.base.access import signed_in, staff
from kopir.base.actors import Actor, Role
from kopir.base.errors import KopirError

from . import actions, queries
from .forms import CodeForm, NumberForm, PlaceForm, StateForm

PAGE: Final = 30


@require_GET
@signed_in
def show_inbox(request: HttpRequest) -> HttpResponse:
    """The newest messages, by pages that go on from the last one seen."""
    user = _user(request)
    found = list(_before(request, queries.list_messages(user=user))[: PAGE + 1])
    older = f"{reverse('notices:inbox')}?before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    context = {
        "inbox": found[:PAGE],
        "older": older,
        "is_first": "before" not in request.GET,
        "unread": queries.count_unread(user=user),
    }
    return render(request, "notices/inbox.html", context)


@require_GET
@signed_in
def show_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message; when its reader opens it first is noted and recorded, for terms may run from there.

    Where a page of somebody else's, a mail program or a prefetch has opened it, or a browser that does not say, nothing
    is noted, and the page has a button for it.
    """
    user = _user(request)
    if is_opened_by_its_reader(request):
        message = actions.open_message(message_id=message_id, user=user, actor=_actor(request), now=clock.now())
    else:
        message = queries.get_message(user=user, message_id=message_id)
    return render(request, "notices/message.html", {"message": message, "paragraphs": message.text.split("\n\n")})


@require_POST
@signed_in
def mark_read(request: HttpRequest, message_id: int) -> HttpResponse:
    """Note one message as read, because its reader says so."""
    actions.open_message(message_id=message_id, user=_user(request), actor=_actor(request), now=clock.now())
    return redirect("notices:message", message_id)


@require_POST
@signed_in
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """Note everything as read."""
    actions.mark_all_read(user=_user(request), actor=_actor(request), now=clock.now())
    return redirect("notices:inbox")


@require_http_methods(["GET", "POST"])
@signed_in
def edit_phone(request: HttpRequest) -> HttpResponse:
    """The number for texts: ask for a code, write it, or remove the number."""
    user, actor, now = _user(request), _actor(request), clock.now()
    step = request.POST.get("step", "")
    number = NumberForm(request.POST if step == "number" else None)
    code = CodeForm(request.POST if step == "code" else None)
    try:
        if step == "number" and number.is_valid():
            actions.ask_phone(user=user, number=number.cleaned_data["number"], actor=actor, now=now)
            remarks.success(request, _("A code is on its way to this number."))
            return redirect("notices:phone")
        if step == "code" and code.is_valid():
            actions.confirm_phone(user=user, code=code.cleaned_data["code"], actor=actor, now=now)
            remarks.success(request, _("Your number is confirmed."))
            return redirect("notices:phone")
        if step == "remove":
            actions.remove_phone(user=user, actor=actor, now=now)
            remarks.success(request, _("Texts will not be sent to you any more."))
            return redirect("notices:phone")
    except KopirError as error:
        form, name = (number, "number") if step == "number" else (code, "code")
        form.add_error(name, error.message())
    context = {"phone": queries.find_phone(user), "number": number, "code": code}
    context["form"] = number if number.errors else code if code.errors else None
    return render(request, "notices/phone.html", context)


@require_GET
@staff(Role.PLATFORM_OPERATOR)
def list_deliveries(request: HttpRequest) -> HttpResponse:
    """What left this machine, what waits, and what was given up and why."""
    form = StateForm(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else None
    found = list(_before(request, queries.list_deliveries(actor=_actor(request), state=state or None))[: PAGE + 1])
    older = f"?state={state or ''}&before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return render(request, "notices/deliveries.html", {"form": form, "deliveries": found[:PAGE], "older": older})


def is_opened_by_its_reader(request: HttpRequest) -> bool:
    """Whether a person came here from a page of ours, or by writing the address (W3C Fetch Metadata)."""
    told = request.headers
    is_visit = told.get("Sec-Fetch-Mode") == "navigate" and told.get("Sec-Fetch-Dest") == "document"
    return is_visit and told.get("Sec-Fetch-Site") in {"same-origin", "none"} and "Sec-Purpose" not in told


def _before(request: HttpRequest, rows):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - a queryset, as it came
    """The rows before the one that the address names; a number that is none is passed over."""
    form = PlaceForm(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    return rows.filter(pk__lt=before) if before else rows


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor

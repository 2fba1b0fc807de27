"""The pages of the administration for bundles: their list, one of them, putting it together, approving it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kopir.base import clock
from kopir.base.errors import KopirError
from kopir.websites import queries
from kopir.websites.acting import find_current
from kopir.websites.actions.bundles import (
    CHANGEABLE,
    approve_bundle,
    list_faults,
    list_seen,
    save_bundle,
    withdraw_bundle,
)
from kopir.websites.admin_addresses import OPEN
from kopir.websites.admin_door import View, open_door
from kopir.websites.forms import BundleForm
from kopir.websites.models import Bundle, BundleState
from kopir.websites.rights import Rights


def _rights() -> Rights:
    rights = find_current()
    assert rights is not None  # noqa: S101 - the door has let nobody else in
    return rights


@require_safe
def _list(request: HttpRequest) -> HttpResponse:
    found = queries.list_bundles(_rights().website)
    return render(request, "websites/edit/bundles.html", {"bundles": found})


@require_safe
def _show(request: HttpRequest, bundle_id: int) -> HttpResponse:
    rights, bundle = _rights(), queries.get_bundle(bundle_id)
    is_open = bundle.state in CHANGEABLE
    may_approve = is_open and rights.may_publish and str(bundle.made_by_id) != rights.actor.id
    faults = list_faults(bundle, reason="", actor=rights.actor, now=clock.now()) if may_approve else ()
    context = {
        "bundle": bundle,
        "entries": bundle.entries.select_related("page__locale"),
        "is_open": is_open,
        "may_approve": may_approve,
        "seen": list_seen(bundle),
        "may_withdraw": bundle.state == BundleState.APPROVED and rights.may_publish,
        "faults": [(title, error.message()) for title, error in faults],
    }
    return render(request, "websites/edit/bundle.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def _edit(request: HttpRequest, bundle_id: int | None = None) -> HttpResponse:
    rights = _rights()
    bundle = queries.get_bundle(bundle_id) if bundle_id is not None else None
    form = BundleForm(request.POST or None, website=rights.website, bundle=bundle, now=clock.now())
    if request.method == "POST" and form.is_valid():
        return _do(
            request,
            lambda: save_bundle(
                website=rights.website, bundle=bundle, **form.cleaned_data, actor=rights.actor, now=clock.now()
            ),
            _("The bundle is saved. Another person has to approve it."),
        )
    return render(request, "websites/edit/bundle_form.html", {"form": form, "bundle": bundle})


@require_POST
def _approve(request: HttpRequest, bundle_id: int) -> HttpResponse:
    bundle = queries.get_bundle(bundle_id)
    seen, reason = request.POST.getlist("seen"), request.POST.get("reason", "")
    return _do(
        request,
        lambda: approve_bundle(bundle=bundle, seen=seen, reason=reason, actor=_rights().actor, now=clock.now()),
        _("The bundle is approved."),
        bundle,
    )


@require_POST
def _withdraw(request: HttpRequest, bundle_id: int) -> HttpResponse:
    bundle = queries.get_bundle(bundle_id)
    return _do(
        request,
        lambda: withdraw_bundle(bundle=bundle, actor=_rights().actor, now=clock.now()),
        _("The approval is taken back. Nothing goes out."),
        bundle,
    )


def _do(request: HttpRequest, action: Callable[[], Bundle], done: str, bundle: Bundle | None = None) -> HttpResponse:
    """Do it and lead to the bundle, with a word on how it went."""
    try:
        bundle = action()
    except KopirError as error:
        messages.error(request, error.message())
    else:
        messages.success(request, done)
    return redirect("editing:bundle", bundle.pk) if bundle else redirect("editing:bundles")


_VIEWS: Mapping[str, View] = {
    "bundles": _list,
    "bundle_add": _edit,
    "bundle": _show,
    "bundle_edit": _edit,
    "bundle_approve": _approve,
    "bundle_withdraw": _withdraw,
}
VIEWS: Mapping[str, View] = {name: open_door(OPEN[f"editing:{name}"], view) for name, view in _VIEWS.items()}
"""By the names of their addresses, each behind its door."""

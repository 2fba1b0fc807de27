"""The page of the administration on which a website is upgraded: what would change, what waits, undoing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kopir.base import clock
from kopir.base.errors import KopirError
from kopir.upgrading.actions import Outcome, undo_upgrade, upgrade_website
from kopir.upgrading.forms import DecisionsForm
from kopir.upgrading.presenting import tell_conflict, tell_unit
from kopir.upgrading.queries import Plan, find_last, find_plan
from kopir.upgrading.running import count
from kopir.websites.acting import find_acting
from kopir.websites.admin_addresses import Open
from kopir.websites.admin_door import open_door
from kopir.websites.rules import ADMINISTERING


@require_http_methods(["GET", "HEAD", "POST"])
def _show(request: HttpRequest) -> HttpResponse:
    """The acting website's upgrade. The door has judged who it is; the actions judge once more."""
    rights = find_acting(request)
    assert rights is not None  # noqa: S101 - the door let nobody else in
    plan = find_plan(rights.website)
    merged = plan.merge() if plan else None
    lines = [tell_conflict(plan, conflict) for conflict in merged.conflicts] if plan and merged else []
    form = DecisionsForm(request.POST or None, lines=lines)
    if request.method == "POST" and plan and form.is_valid():
        try:
            if "undo" in request.POST:
                outcome = undo_upgrade(website=rights.website, actor=rights.actor, now=clock.now())
                messages.success(request, _tell_undone(plan, outcome))
            else:
                decisions = form.get_decisions()
                outcome = upgrade_website(
                    website=rights.website, actor=rights.actor, now=clock.now(), decisions=decisions
                )
                messages.success(request, _tell(outcome))
        except KopirError as error:
            messages.error(request, error.message())
        return redirect("upgrading_edit:site")
    context = {
        "website": rights.website,
        "plan": plan,
        "counts": count(merged) if merged else {},
        "form": form,
        "last": find_last(rights.website),
    }
    return render(request, "upgrading/site.html", context)


def _tell(outcome: Outcome) -> str:
    written = outcome.written
    said = _("Done. Pages shown at once: {published}. Left as drafts: {drafts}. New pages: {made}.")
    return said.format(published=written.published, drafts=written.drafts, made=written.made)


def _tell_undone(plan: Plan, outcome: Outcome) -> str:
    if not outcome.kept:
        return _("The upgrade was taken back.")
    names = "; ".join(tell_unit(plan, unit) for unit in outcome.kept)
    return _("The upgrade was taken back, but for what was edited since: {names}").format(names=names)


show = open_door(Open(ADMINISTERING), _show)

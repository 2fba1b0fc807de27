"""Pages of the design system: every component in its states, and the choices for readers with low vision."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kopir.base.access import everyone

from .catalog import list_specimens
from .forms import LookForm, SampleForm
from .low_vision import ORDINARY
from .low_vision_cookie import get_look, keep_look
from .samples import get_samples


@everyone
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component, with the way to write it."""
    context = {
        "specimens": list_specimens(get_samples()),
        "sample_form": SampleForm(prefix="sample"),
        # Sent with nothing filled in, so that every field shows what it says then.
        "wrong_form": SampleForm({}, prefix="wrong"),
    }
    return render(request, "design/components.html", context)


@everyone
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def low_vision(request: HttpRequest) -> HttpResponse:
    """The choices for readers with low vision; keeps them and goes back to where the reader came from."""
    onward = _onward(request)
    if request.method != "POST":
        form = LookForm(initial=asdict(get_look(request)))
    elif "ordinary" in request.POST:
        return keep_look(request, HttpResponseRedirect(onward), ORDINARY)
    else:
        form = LookForm(request.POST)
        if form.is_valid():
            return keep_look(request, HttpResponseRedirect(onward), form.get_look())
    return render(request, "design/low_vision.html", {"form": form, "onward": onward})


def _onward(request: HttpRequest) -> str:
    """The page that the reader came from, where it is one of this host, else the start."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    start = f"/{get_language() or ''}/"
    is_here = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if asked and is_here else start

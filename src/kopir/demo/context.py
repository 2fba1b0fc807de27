"""What every template of a stand's portal knows besides: that it is a demonstration."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language

from kopir.base.texts import pick
from kopir.demo.content import read_ribbon


def stand(request: HttpRequest) -> dict[str, str]:  # noqa: ARG001 - as Django calls it
    """The sentence that stands where a portal calls itself the state's official website."""
    return {"demonstration": pick(dict(read_ribbon()), get_language() or "en")[0]}

"""What the room refuses, each with a sentence that says what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kopir.base.errors import KopirError


class UnfitBannerError(KopirError):
    """A field has a value that it cannot have; `field` is its name in the form, `reason` tells the remedy."""

    code = "banners.unfit"
    status = 422
    sentence = _("{reason}")


class BannerOverError(KopirError):
    """The banner stands no longer, or another has taken its place."""

    code = "banners.over"
    status = 409
    sentence = _("This banner has changed since you opened the page. Load the list anew to see what stands.")

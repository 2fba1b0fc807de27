"""What a type of page says of itself, so that listings, search, data and tags know it without naming it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from kopir.websites.models.base import SitePage

PAGES: Final = "pages"
"""The listing of a section that shows whatever has no listing of its own."""


@dataclass(frozen=True)
class Listing:
    """How the pages of a type stand in a section that lists them.

    `words` name it to editors, `empty` is said to readers where there are none. `order` is as for `order_by`. `place`:
    the fields on which the place of a page depends, beside its path. Where `is_past_last`, what is over by the clock
    (`SitePage.ends`) comes after what is not, the newest first. `is_deep`: it shows what is further below as well.
    """

    name: str
    words: str | Promise
    empty: str | Promise
    order: tuple[str, ...] = ("path",)
    place: tuple[str, ...] = ()
    is_past_last: bool = False
    is_deep: bool = False


def list_types() -> list[type[SitePage]]:
    """All types of pages, in the order in which they are written down."""
    from kopir.websites.models.base import SitePage

    found: Iterable[Any] = apps.get_app_config("websites").get_models()
    return [model for model in found if issubclass(model, SitePage) and model is not SitePage]


@cache
def list_listed() -> dict[str, type[SitePage]]:
    """By the name of each listing the type that stands in it; types made from that one stand there too."""
    found: dict[str, type[SitePage]] = {}
    for model in list_types():
        if model.listed is not None:
            found.setdefault(model.listed.name, model)
    return found


def list_choices() -> list[tuple[str, str | Promise]]:
    """What a section may list, for its form."""
    listed = [(name, model.listed.words) for name, model in list_listed().items() if model.listed]
    return [(PAGES, _("its pages")), *listed]

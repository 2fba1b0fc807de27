"""What templates give: their pages with what stands in them, by language of the country, as new websites have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kopir.bodies.queries import get_country
from kopir.websites.factory import TYPES, content_key, fields_of
from kopir.websites.models import SitePage
from kopir.websites.packs import list_templates, read_template

__all__ = ["GivenPage", "content_key", "get_version", "list_given", "list_templates"]


@dataclass(frozen=True)
class GivenPage:
    """A page of a template. `key` and `parent`, the key of the page above, are stable; "" is the home page's.

    `path` is the way to it from the home page on a new website.

    `fields` are by language and name; `body` is a list of blocks with stable ids. The title of a home page is none of
    them: it is the name of the body.
    """

    key: str
    parent: str
    slug: str
    path: str
    model: type[SitePage]
    fields: Mapping[str, Mapping[str, Any]]


def get_version(template: str) -> int:
    """The version of a template. Raises LookupError."""
    return read_template(template).version


def list_given(template: str) -> list[GivenPage]:
    """The pages of a template, each behind the one above it. Raises LookupError."""
    read = read_template(template)
    keys = {plan.path: plan.key for plan in read.pages}
    found = []
    for plan in read.pages:
        fields = {code: fields_of(read, plan, code, plan.titles) for code in get_country().language_codes}
        if plan.kind == "home":
            fields = {code: {k: v for k, v in given.items() if k != "title"} for code, given in fields.items()}
        found.append(GivenPage(plan.key, keys.get(plan.parent, ""), plan.slug, plan.path, TYPES[plan.kind], fields))
    return found

"""Reads the table of `kopir sites create`: which body gets a website from which template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kopir.bodies.models import Body
from kopir.bodies.queries import list_bodies

Plan = tuple[Body, str, str]


class TableError(ValueError):
    """A line of a table that says what cannot be; the message names the line."""


def read_sites(rows: Iterable[Mapping[str, str | None]]) -> list[Plan]:
    """The lines as (body, address, template). Columns: `body`, `template`, and `address` if it is not the body's.

    Raises TableError.
    """
    bodies = {body.slug: body for body in list_bodies()}
    plans = []
    for number, row in enumerate(rows, start=2):  # the first line names the columns
        slug, template = (row.get("body") or "").strip(), (row.get("template") or "").strip()
        if not slug or not template:
            raise TableError(f"line {number}: the columns body and template have to be filled")
        body = bodies.get(slug)
        if body is None:
            raise TableError(f"line {number}: there is no body {slug!r}")
        plans.append((body, (row.get("address") or "").strip() or slug, template))
    if not plans:
        raise TableError("the table has no lines; the first one names the columns body, template, address")
    return plans

"""One change of the tree, the calendar or the portal at a time: whoever changes one of them holds the portal's row."""

from __future__ import annotations

from kopir.base.actors import Actor
from kopir.base.errors import NotAllowedError
from kopir.bodies.models import Portal
from kopir.bodies.queries import get_country
from kopir.bodies.rules import may_change_bodies
from kopir.pagecache.actions import spare


def lock_portal() -> Portal:
    """The portal's row, locked until the end of the transaction; made from the pack where it is missing."""
    _, is_made = Portal.objects.get_or_create(pk=1, defaults={"names": dict(get_country().portal_names)})
    if is_made:
        spare("bodies.portal")  # pages showed the words of the pack already
    return Portal.objects.select_for_update().get(pk=1)


def only_operators(actor: Actor) -> None:
    """Raise NotAllowedError for everybody else."""
    if not may_change_bodies(actor):
        raise NotAllowedError

"""What an operator sets for the whole portal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from kopir.audit.actions import record
from kopir.base.actors import Actor
from kopir.bodies.actions.checking import check_fields
from kopir.bodies.actions.locking import lock_portal, only_operators
from kopir.bodies.actions.look import check_colors
from kopir.bodies.errors import ChangedMeanwhileError, UnfitFieldError
from kopir.bodies.models import Portal
from kopir.bodies.tags import PORTAL
from kopir.pagecache.actions import touch


@transaction.atomic
def change_portal(
    *,
    names: Mapping[str, str],
    phone: str,
    email: str,
    colors: Mapping[str, str],
    revision: int,
    actor: Actor,
    now: datetime,
) -> Portal:
    """Set the portal's name, contacts and colors.

    Raises NotAllowedError, ChangedMeanwhileError, UnfitFieldError, UnreadableColorsError.
    """
    only_operators(actor)
    portal = lock_portal()
    if portal.revision != revision:
        raise ChangedMeanwhileError(name=portal)
    checked = {**check_fields({"names": names, "phone": phone}, kind="-"), "email": email, "colors": dict(colors)}
    check_colors(colors)
    before = {name: getattr(portal, name) for name in checked if getattr(portal, name) != checked[name]}
    if not before:
        return portal
    for name, value in checked.items():
        setattr(portal, name, value)
    portal.revision += 1
    try:
        portal.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise UnfitFieldError(field=field, reason=" ".join(messages)) from None
    portal.save()
    touch(PORTAL)
    after = {name: checked[name] for name in before}
    record(actor=actor, action="bodies.change_portal", subject="bodies.portal:1", before=before, after=after, now=now)
    return portal

"""Setting a banner and ending it. Pages that show it are purged hard: what is urgent waits for no second reading."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kopir.audit.actions import record
from kopir.banners import queries, tags
from kopir.banners.errors import BannerOverError, UnfitBannerError
from kopir.banners.models import Banner
from kopir.banners.rules import LIMIT_TEXT, LIMIT_TITLE, LONGEST, Place, may_set
from kopir.base.actors import Actor
from kopir.base.errors import NotAllowedError
from kopir.bodies.models import Region
from kopir.pagecache.actions import touch
from kopir.pagecache.tagged import tags_of


@transaction.atomic
def set_banner(
    *,
    place: Place,
    titles: Mapping[str, str],
    texts: Mapping[str, str],
    until: datetime,
    actor: Actor,
    now: datetime,
    address: str = "",
) -> Banner:
    """Put a banner over all pages of a place until an instant; it takes the place of the one that stands there.

    Raises NotAllowedError, UnfitBannerError, BannerOverError where another was set at the same moment.
    """
    if not may_set(actor, place):
        raise NotAllowedError
    _check(titles, texts, until, now)
    for former in Banner.objects.select_for_update().filter(place=place.name, ended_at=None):
        _end(former, now)
    banner = Banner(
        place=place.name,
        body_id=place.body_id,
        region_id=place.region_id,
        titles=dict(titles),
        texts=dict(texts),
        address=address,
        created_at=now,
        until=until,
    )
    try:
        banner.full_clean(validate_constraints=False)
        with transaction.atomic():
            banner.save()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise UnfitBannerError(field=field, reason=" ".join(messages)) from None
    except IntegrityError:
        raise BannerOverError from None
    _touch(place)
    _record("banners.set", banner, None, _facts(banner), actor=actor, now=now)
    return banner


@transaction.atomic
def end_banner(*, banner_id: int, actor: Actor, now: datetime) -> None:
    """End a banner before its instant. Raises NotAllowedError, BannerOverError where it stands no longer."""
    banner = queries.get_standing(banner_id, now=now)
    place = queries.place_of(banner)
    if not may_set(actor, place):
        raise NotAllowedError
    _end(banner, now)
    _touch(place)
    _record(
        "banners.end", banner, {"until": banner.until.isoformat()}, {"until": now.isoformat()}, actor=actor, now=now
    )


def _check(titles: Mapping[str, str], texts: Mapping[str, str], until: datetime, now: datetime) -> None:
    """Raise UnfitBannerError for words that do not fit over a page, and for an end that is past or far off."""
    for field, words, limit in (("titles", titles, LIMIT_TITLE), ("texts", texts, LIMIT_TEXT)):
        if any(len(text) > limit for text in words.values()):
            raise UnfitBannerError(field=field, reason=_("Say it in at most {limit} signs.").format(limit=limit))
    if set(texts) - set(titles):
        raise UnfitBannerError(field="titles", reason=_("Give a title in each language that has a text."))
    if until <= now:
        raise UnfitBannerError(field="until", reason=_("This instant is past. Give one that is still to come."))
    if until - now > LONGEST:
        reason = _("A banner stands for at most {days} days. Set it again later.").format(days=LONGEST.days)
        raise UnfitBannerError(field="until", reason=reason)


def _end(banner: Banner, now: datetime) -> None:
    banner.ended_at = min(now, banner.until)
    banner.save(update_fields=["ended_at"])
    touch(*tags_of(banner), hard=True)


def _touch(place: Place) -> None:
    districts = [] if place.region_id is None else Region.objects.filter(parent=place.region_id).values_list("pk")
    touch(*tags.reached_by(place, (number for (number,) in districts)), hard=True)


def _facts(banner: Banner) -> dict[str, Any]:
    return {
        "titles": banner.titles,
        "texts": banner.texts,
        "address": banner.address,
        "place": banner.place,
        "until": banner.until.isoformat(),
    }


def _record(
    action: str,
    banner: Banner,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    subject = f"banners.banner:{banner.pk}"
    record(actor=actor, action=action, subject=subject, body_id=banner.body_id, before=before, after=after, now=now)

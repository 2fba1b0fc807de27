"""Every read of the room: what stands over a page, and what an actor may end."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kopir.banners import tags
from kopir.banners.errors import BannerOverError
from kopir.banners.models import Banner
from kopir.banners.rules import Place, may_set
from kopir.base import clock
from kopir.base.actors import Actor
from kopir.base.texts import pick
from kopir.bodies.models import Region
from kopir.design.urgent import Urgent
from kopir.pagecache.recorder import note, note_until, reach


def list_over(body_id: int | None, region_id: int | None, *, now: datetime) -> list[Banner]:
    """The banners over a page of this body and of this region or district: the country's first, the body's last."""
    note(*tags.seen_from(body_id, region_id))
    reach("bodies.region")  # of a district, the region above it; that never changes
    wanted = Q(body=None, region=None)
    if region_id is not None:
        wanted |= Q(region__in=Region.objects.filter(Q(pk=region_id) | Q(districts=region_id)))
    if body_id is not None:
        wanted |= Q(body=body_id)
    found = sorted(_standing(now).filter(wanted), key=lambda banner: (banner.body_id or 0, banner.region_id or 0))
    for banner in found:
        note_until(banner.until)
    return found


def list_urgent(body_id: int | None, region_id: int | None) -> list[Urgent]:
    """The same as the frame of pages draws it, in the reader's language."""
    return [tell(banner) for banner in list_over(body_id, region_id, now=clock.now())]


def tell(banner: Banner) -> Urgent:
    """The banner for the reader; where it is not in their language, in one that has a title."""
    own = get_language() or "en"
    title, language = pick(banner.titles, own)
    text = banner.texts.get(language, "")
    link = _("Read more about this") if banner.address else ""
    return Urgent(title, text, banner.address, link, "" if language == own else language)


def list_standing(*, actor: Actor, now: datetime) -> list[Banner]:
    """The banners that stand and that the actor may end, the newest first."""
    found = _standing(now).select_related("body", "region").order_by("-id")
    return [banner for banner in found if may_set(actor, place_of(banner))]


def get_standing(banner_id: int, *, now: datetime) -> Banner:
    """A banner that stands. Raises BannerOverError."""
    banner = _standing(now).select_related("body", "region").filter(pk=banner_id).first()
    if banner is None:
        raise BannerOverError
    return banner


def place_of(banner: Banner) -> Place:
    """Where it stands."""
    return Place(banner.body_id, banner.region_id)


def _standing(now: datetime) -> QuerySet[Banner]:
    return Banner.objects.filter(ended_at=None, until__gt=now)

"""Leading on from an address where there is nothing: an administrator says which page readers get there."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction

from kopir.base.actors import Actor
from kopir.base.errors import NotAllowedError
from kopir.bodies.queries import get_country
from kopir.pagecache.actions import spare, touch
from kopir.websites import tags
from kopir.websites.actions.sites import note
from kopir.websites.errors import ForeignThingError, LeadError, SiteArchivedError
from kopir.websites.models import Redirect, SitePage, Website, WebsiteState
from kopir.websites.rules import ADMINISTERING, PATH, roles_in


@transaction.atomic
def lead_on(*, website: Website, language: str, path: str, page: SitePage, actor: Actor, now: datetime) -> Redirect:
    """Lead from `path` ("old/news") in a language to a shown page of the same website, whatever was there before.

    It ends in a page and never in another way on, so there is no circle; a page that comes to stand at the address is
    shown there. Raises NotAllowedError, SiteArchivedError, ForeignThingError for a page of another website or one that
    is not shown, LeadError.
    """
    if not roles_in(actor, website.body_id) & ADMINISTERING:
        raise NotAllowedError
    if website.state != WebsiteState.OPEN:
        raise SiteArchivedError(name=website.slug)
    if page.website_id != website.pk or not page.is_shown:
        raise ForeignThingError
    address = f"/{language}/{website.slug}/{path}/"
    if language not in get_country().language_codes or not re.fullmatch(PATH, path):
        raise LeadError
    if SitePage.objects.shown().filter(url_path=address).exists():
        raise LeadError
    former = Redirect.objects.select_for_update().filter(website=website, language=language, path=path).first()
    way, _is_new = Redirect.objects.update_or_create(
        website=website, language=language, path=path, defaults={"page": page, "created_at": now}
    )
    touch(tags.at(address))
    spare(tags.REDIRECT)
    before = {"from": address, "page": former.page_id} if former else None
    after = {"from": address, "page": page.pk}
    note(website, "websites.lead_on", before=before, after=after, actor=actor, now=now)
    return way

"""Every read of the room, narrowed to what whoever asks may see."""

from __future__ import annotations

from django.db.models import QuerySet

from kopir.base.actors import Actor
from kopir.inquiries import rules, sealed
from kopir.inquiries.errors import UnknownInquiryError
from kopir.inquiries.models import Inquiry
from kopir.websites.models import SitePage, Website
from kopir.websites.queries import list_shown


def list_inquiries(actor: Actor) -> QuerySet[Inquiry]:
    """What was written to the bodies of the actor, the newest first."""
    found = Inquiry.objects.filter(website__body__in=rules.bodies_of(actor))
    return found.select_related("website", "website__body")


def get_inquiry(inquiry_id: int, actor: Actor) -> Inquiry:
    """One of `list_inquiries`. Raises UnknownInquiryError."""
    found = list_inquiries(actor).filter(pk=inquiry_id).first()
    if found is None:
        raise UnknownInquiryError
    return found


def get_by_receipt(number: str, secret: str) -> Inquiry:
    """The inquiry of whoever knows both. Raises UnknownInquiryError, alike for a wrong number and a wrong secret."""
    found = Inquiry.objects.select_related("website__body").filter(number=rules.normalize(number)[:8]).first()
    if found is None or not sealed.fits(rules.normalize(secret), found.secret):
        raise UnknownInquiryError
    return found


def find_page(website: Website, page_id: str) -> SitePage | None:
    """The page of the website that the public sees under this id."""
    if not (page_id.isascii() and page_id.isdigit() and len(page_id) < 19):
        return None
    found: SitePage | None = list_shown().filter(website=website, pk=int(page_id)).first()
    return found

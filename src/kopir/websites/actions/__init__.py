"""Every write of the room: making and closing websites, publishing pages."""

from kopir.websites.actions.publishing import publish_page, unpublish_page
from kopir.websites.actions.sites import create_website, create_websites, ensure_roots

__all__ = ["create_website", "create_websites", "ensure_roots", "publish_page", "unpublish_page"]

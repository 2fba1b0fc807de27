"""Every write of the room: making and closing websites, publishing pages."""

from kopir.websites.actions.applying import add_pages, apply_fields, arrange_pages, remove_pages
from kopir.websites.actions.domains import ask_for_domain, prove_domain, remove_domain
from kopir.websites.actions.leading import lead_on
from kopir.websites.actions.lifecycle import archive_website, clone_website, rename_website, reopen_website
from kopir.websites.actions.publishing import publish_page, unpublish_page
from kopir.websites.actions.receiving import receive_pages
from kopir.websites.actions.sites import create_website, create_websites, ensure_roots
from kopir.websites.actions.withdrawing import withdraw_version
from kopir.websites.actions.words import fix_word, release_word

__all__ = [
    "add_pages",
    "apply_fields",
    "archive_website",
    "arrange_pages",
    "ask_for_domain",
    "clone_website",
    "create_website",
    "create_websites",
    "ensure_roots",
    "fix_word",
    "lead_on",
    "prove_domain",
    "publish_page",
    "receive_pages",
    "release_word",
    "remove_domain",
    "remove_pages",
    "rename_website",
    "reopen_website",
    "unpublish_page",
    "withdraw_version",
]

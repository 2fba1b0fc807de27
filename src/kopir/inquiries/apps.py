"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from kopir.base.administration import PARTS, Part


class InquiriesConfig(AppConfig):
    """`inquiries`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.inquiries"
    label = "inquiries"

    def ready(self) -> None:
        """Link the forms from every page of a website, and bring the letter, the words of the record, the job."""
        from kopir.audit.queries import register_words
        from kopir.notices.letters import LETTERS, Letter
        from kopir.pagecache.tables import personal
        from kopir.websites.footer import FOOTER

        from . import tasks  # noqa: F401 - decorators register
        from .actions import ANSWER
        from .deeds import ACTIONS, KINDS
        from .linking import list_links
        from .models import Inquiry

        personal(Inquiry)
        register_words(ACTIONS, KINDS)
        if ANSWER not in LETTERS:
            LETTERS.add(ANSWER, Letter(in_inbox=False))
        FOOTER.add("inquiries", list_links)
        PARTS.add("inquiries:list", INQUIRIES)


INQUIRIES = Part(_("Messages"), _("What readers of your website wrote, and your answers"))

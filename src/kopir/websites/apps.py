"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from kopir.base.administration import PARTS, Part


class WebsitesConfig(AppConfig):
    """`websites`: its name in the registry of apps and before the names of its tables."""

    name = "kopir.websites"
    label = "websites"

    def ready(self) -> None:
        """Follow what is published or moved, record what the administration writes, and be one of its parts."""
        from kopir.audit.queries import register_words
        from kopir.base.events import subscribe
        from kopir.bodies.events import BodyChanged
        from kopir.bodies.homes import HOMES
        from kopir.websites import declaring, editing, found, homes, moves, publishing_hooks
        from kopir.websites.actions import telling
        from kopir.websites.deeds import ACTIONS, KINDS
        from kopir.websites.staleness import note_body

        declaring.declare()
        register_words(ACTIONS, KINDS)
        found.register()
        editing.prepare()
        moves.connect()
        publishing_hooks.connect()
        telling.register()
        subscribe(BodyChanged, note_body)
        HOMES.add("websites", homes.find_home)
        PARTS.add("editing:sites", WEBSITES)


WEBSITES = Part(_("Websites"), _("Write, review and publish on the websites of bodies"))

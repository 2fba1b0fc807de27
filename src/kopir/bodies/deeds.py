"""How the record calls what is done in this room, and the things that it is done to. Data only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "bodies.archive_body": _("Closed a body"),
    "bodies.change_body": _("Changed a body"),
    "bodies.change_portal": _("Changed the portal"),
    "bodies.create_body": _("Made a body"),
    "bodies.load_pack": _("Loaded the country pack"),
    "bodies.move_body": _("Moved a body"),
    "bodies.restore_body": _("Opened a body again"),
    "bodies.set_calendar_days": _("Changed days of the calendar"),
    "bodies.set_theme": _("Changed the look of a body"),
}
KINDS = {
    "bodies.body": _("State body"),
    "bodies.calendar": _("Calendar"),
    "bodies.pack": _("Country pack"),
    "bodies.portal": _("Portal"),
}

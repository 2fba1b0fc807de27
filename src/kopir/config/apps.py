"""The room as a Django app: it has templates of its own, the pages of errors."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from kopir.base.administration import PARTS, Part


class ConfigConfig(AppConfig):
    """`config`: its name in the registry of apps."""

    name = "kopir.config"
    label = "config"

    def ready(self) -> None:
        """Put the pages of rooms that know nothing of one another among those of the administration."""
        for name, part in ADMINISTRATION.items():
            PARTS.add(name, part)


ADMINISTRATION = {
    "people": Part(_("People"), _("Invitations, roles and lost factors")),
    "audit:rows": Part(_("Record"), _("Who did what, and when")),
    "notices:deliveries": Part(_("Letters"), _("What was sent by e-mail and SMS, and what was not")),
    "base:jobs": Part(_("Background work"), _("What failed, and a way to try it again")),
}
"""Parts by the name of their address."""

"""What goes wrong with scores."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kopir.base.errors import KopirError


class NoDutiesError(KopirError):
    """The pack of the country says nothing of duties."""

    code = "duties.no_pack"
    status = 409
    sentence = _("Nobody has written down what the law of this country asks of websites. Add duties.toml to its pack.")


class UnknownScoreError(KopirError):
    """There is no such website, it was never checked, or the actor may not see it."""

    code = "duties.unknown"
    status = 404
    sentence = _("“{name}” was not checked yet. Choose a website from the list.")

"""What the room refuses, each with a sentence that says what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kopir.base.errors import KopirError


class NoTemplateError(KopirError):
    """The template from which a website was made does not exist any more."""

    code = "upgrading.no_template"
    status = 409
    sentence = _(
        "The template “{name}” does not exist any more. There is nothing to which the website could be upgraded."
    )


class NothingToUndoError(KopirError):
    """No upgrade of the website is left that could be undone."""

    code = "upgrading.nothing_to_undo"
    status = 409
    sentence = _("No upgrade of “{name}” is left to be undone. Change the pages by hand.")

"""What goes wrong in the portal: a class for each fact, with a stable code and a sentence that says what to do."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


class KopirError(Exception):
    """A named failure of an action or a query; the face that called it translates it for its reader.

    `code` ("room.fact") never changes once published, `status` is how HTTP says it, `sentence` may name data fields in
    braces; the fields are given by keyword and stay readable as `fields`.
    """

    code: ClassVar[str] = "base.failure"
    status: ClassVar[int] = 400
    sentence: ClassVar[str | Promise] = _("Something went wrong. Please try again later.")

    def __init__(self, **fields: object) -> None:
        super().__init__()
        self.fields = fields

    def __str__(self) -> str:
        """The sentence in English, for logs and developers."""
        with override("en"):
            return self.message()

    def message(self) -> str:
        """The sentence in the active language."""
        return str(self.sentence).format(**self.fields)


class NotAllowedError(KopirError):
    """The actor may not do this."""

    code = "base.not_allowed"
    status = 403
    sentence = _("You may not do this. Ask your administrator for the role that may.")


class JobNotDeadError(KopirError):
    """The job is not, or no longer, among the dead ones."""

    code = "base.job_not_dead"
    status = 409
    sentence = _("Job {id} is not among those that were given up. Load the list anew to see how it stands.")

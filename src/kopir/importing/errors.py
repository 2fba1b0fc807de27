"""What the room refuses as a whole; single items are refused in the report, each with its place and reason."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kopir.base.errors import KopirError


class SourceFileError(KopirError):
    """A file that cannot be read as what it is said to be; `reason` says why and what to do."""

    code = "importing.source_file"
    status = 422
    sentence = _("The file cannot be read. {reason}")


class NoSectionError(KopirError):
    """The website has no section in this language that lists what comes."""

    code = "importing.no_section"
    status = 422
    sentence = _("The website “{name}” has no section for this in “{language}”. Name its address with --section.")
